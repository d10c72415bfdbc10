"""月记, 季督, 年审 and 追究 as their people live them: a month in eight taps, a draw drawn again, a year in a batch."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.courses import ago
from tests.browser.cycle_steps import (
    CASES,
    CLERK_OF_CASES,
    CLERK_OF_MONTH,
    CLERK_OF_TWO,
    LATE,
    MONTH_BRANCH,
    OWING,
    REVIEWED,
    TWO,
    UNGRADED,
    UNPAID,
    WEAK,
    Hand,
    add_step,
    decide,
    month_before,
    names_in,
    open_month,
    show,
    sum_of,
)
from tests.browser.instance import Instance, serve
from tests.browser.life import open_member

MOST_TAPS = 8


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The county of these journeys, served."""
    with serve(tmp_path_factory.mktemp("cycles"), "cycles") as instance:
        yield instance


def test_a_month_of_thirty_five_is_done_on_a_phone_in_eight_taps(county: Instance, signed_in: SignIn) -> None:
    month = month_before(timezone.localdate())
    page = signed_in(county, CLERK_OF_MONTH, phone=True)
    open_month(page, MONTH_BRANCH, month)
    assert page.locator("main [data-month-target=row]").count() == 35
    assert (sum_of(page, "assessed"), sum_of(page, "paid")) == ("7.00", "7.00")

    hand = Hand(page)
    row = page.locator("[data-month-target=row]").filter(has_text=UNPAID)
    with page.expect_response(re.compile("/operations/")) as saved:
        hand.tap(row.get_by_role("button", name="本人"))
    assert saved.value.ok
    expect(row.get_by_role("button", name="未交")).to_be_visible()
    assert (sum_of(page, "paid"), sum_of(page, "unpaid")) == ("6.80", "1")
    hand.tap(page.get_by_role("link", name="清点现金，提交月记"))
    hand.write("清点现金（元）", "6.50")
    hand.write("交党费人数", "34")
    hand.write("到会人次", "35")
    hand.tap(page.get_by_role("button", name="提交月记"))
    expect(page.locator("#count")).to_contain_text("现金清点6.50元，各行合计6.80元，清点的少0.30元")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("待确认")

    hand.write("清点现金（元）", "6.80")
    hand.tap(page.get_by_role("button", name="提交月记"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("待确认")
    expect(page.locator("main")).to_contain_text("月记已提交，等党委确认")
    assert hand.taps <= MOST_TAPS
    expect(page.get_by_role("button", name="提交月记")).to_have_count(0)


def test_the_committee_seals_one_month_and_gives_one_back(county: Instance, signed_in: SignIn) -> None:
    month = month_before(timezone.localdate())
    sealed, returned = TWO
    organizer = signed_in(county, "organizer_ashi")
    open_month(organizer, sealed, month)
    organizer.get_by_role("button", name="确认并封存").dblclick()
    expect(organizer.get_by_role("heading", level=1)).to_contain_text("已封存")
    expect(organizer.locator(".zb-code").first).to_have_text(re.compile("^[0-9a-f]{64}$"))
    open_month(organizer, returned, month)
    organizer.get_by_label("退回").fill("3号的党费和签到表对不上")
    organizer.get_by_role("button", name="退回支部").click()
    expect(organizer.locator("main")).to_contain_text("已退回支部")

    clerk = signed_in(county, CLERK_OF_TWO, phone=True)
    open_month(clerk, returned, month)
    expect(clerk.locator("main .note")).to_contain_text(["3号的党费和签到表对不上"])
    expect(clerk.get_by_role("button", name="提交月记")).to_be_visible()
    open_month(clerk, sealed, month)
    expect(clerk.get_by_role("button", name="提交月记")).to_have_count(0)
    expect(clerk.locator("main [data-cell]")).to_have_count(0)

    told = county.zhibu("months", "verify")
    assert "封存完好：1个支部，1个月份" in told.stdout


def test_a_quarter_is_drawn_drawn_again_and_a_difference_is_mended(
    county: Instance, signed_in: SignIn
) -> None:
    organizer = signed_in(county, "organizer_ashi")
    organizer.goto("/inspections/")
    organizer.get_by_role("link", name="抽本季度的样").click()
    organizer.get_by_role("button", name="抽样", exact=True).click()
    expect(organizer.locator("main")).to_contain_text("谁都可以重抽核对")
    inspection = organizer.url
    drawn = organizer.locator("main .zb-lines a[href*='/samples/']").all_inner_texts()
    assert len(drawn) >= 5
    facts = organizer.locator("main dl").last
    seed = facts.locator("dd").nth(1).inner_text()

    # Anybody who may read it draws again, and comes to the same people.
    inspector = signed_in(county, "inspector")
    inspector.goto(inspection)
    inspector.get_by_role("link", name="用同一种子重抽核对").click()
    expect(inspector.locator("main")).to_contain_text("两份名单一致")
    expect(inspector.locator("main")).to_contain_text(seed)
    assert sorted(names_in(inspector)) == sorted(drawn)

    # On the phone, beside the person: one tap an item.
    phone = signed_in(county, "organizer_ashi", phone=True)
    phone.goto(inspection)
    branch = phone.locator("main section").filter(has=phone.locator(".h", has_text="尔木村党支部"))
    name = branch.locator("a").first.inner_text()
    branch.locator("a").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(name)
    items = phone.locator("main li[id^=item-]")
    for n in range(items.count()):
        answer = "不一致" if n == 1 else "一致"
        items.nth(n).get_by_role("button", name=answer, exact=True).click()
        pressed = items.nth(n).get_by_role("button", name=answer, exact=True)
        expect(pressed).to_have_attribute("aria-pressed", "true")
    differs = items.nth(1).locator("b").first.inner_text()
    items.nth(1).get_by_label("纸上是怎样的").fill("证本上写的是另一个名字")
    items.nth(1).get_by_role("button", name="记下").click()
    expect(phone.locator("#progress")).to_contain_text(f"已核对{items.count()}项")
    phone.get_by_label("由谁整改").fill("阿措克布")
    phone.get_by_role("button", name="交表").click()
    expect(phone.locator("main")).to_contain_text("不一致的项目已列入整改")

    clerk = signed_in(county, "secretary_a1", phone=True)
    clerk.goto("/inspections/findings/")
    clerk.locator("#results").get_by_role("link", name=differs).click()
    expect(clerk.locator("main")).to_contain_text("证本上写的是另一个名字")
    clerk.get_by_label("怎样整改的").fill("已按系统改正证本，党员本人看过")
    clerk.get_by_role("button", name="登记整改").click()
    expect(clerk.locator("main")).to_contain_text("等另一个人复核")
    expect(clerk.get_by_role("button", name="登记复核")).to_have_count(0)

    organizer.goto("/inspections/findings/?view=recheck")
    organizer.locator("#results").get_by_role("link", name=differs).click()
    organizer.get_by_label("已经改好，销号").check()
    organizer.get_by_label("复核看到了什么").fill("证本第9页已经改好")
    organizer.get_by_role("button", name="登记复核").click()
    expect(organizer.locator("main dl")).to_contain_text("刘洋")
    clerk.goto("/inspections/findings/?view=closed")
    expect(clerk.locator("#results")).to_contain_text("已销号")


def test_a_year_of_two_hundred_is_reviewed_in_a_batch_with_three_exceptions(
    county: Instance, signed_in: SignIn
) -> None:
    year = timezone.localdate().year - 1
    page = signed_in(county, "organizer_bashi")
    page.goto(f"/reviews/?year={year}")
    page.get_by_role("table", name="各单位的进度").get_by_role("link", name=REVIEWED).click()
    listed = page.get_by_role("table", name="年审名单").get_by_role("row")
    for name, doubt in ((OWING, "党费欠1个月"), (WEAK, "民主评议等次较低"), (UNGRADED, "没有民主评议等次")):
        expect(listed.filter(has_text=name)).to_contain_text(doubt)
    views = page.get_by_role("navigation", name="筛选")
    expect(views).to_contain_text("要逐人审 3")
    expect(views).to_contain_text("没有提示 197")
    expect(listed).to_have_count(51)

    answers = (
        (OWING, "暂缓", "10月党费没有交，补交以后再审"),
        (WEAK, "不合格", "全年不参加组织生活，评议等次较低"),
        (UNGRADED, "合格", "评议时住院，补评为合格"),
    )
    for name, result, reason in answers:
        listed.get_by_role("link", name=name).click()
        page.get_by_label(result, exact=True).check()
        page.get_by_label("理由").fill(reason)
        page.get_by_role("button", name="登记结果").click()
        expect(page.locator("main")).to_contain_text(f"{name}的年审结果已登记")
    page.get_by_role("button", name="197本通过").dblclick()
    expect(page.locator("main")).to_contain_text("已通过197本")
    expect(views).to_contain_text("合格 198")
    expect(views).not_to_contain_text("没有提示")
    for name, result, reason in answers[:2]:
        views.get_by_role("link", name=result).last.click()
        expect(listed).to_have_count(2)
        expect(listed.filter(has_text=name)).to_contain_text(reason)
    page.goto(f"/reviews/?year={year}")
    progress = page.get_by_role("table", name="各单位的进度")
    row = progress.get_by_role("row").filter(has_text=REVIEWED)
    expect(row.get_by_role("cell")).to_have_text([REVIEWED, "200", "200", "198", "1", "1", ""])


def test_a_member_sees_dues_and_points_and_objects(county: Instance, signed_in: SignIn) -> None:
    today = timezone.localdate()
    paid, fact = month_before(today), month_before(today, 2)
    page = signed_in(county, "member_a1", phone=True)
    page.goto("/members/mine/")
    dues = page.locator("main section").filter(has=page.get_by_role("link", name="看明细"))
    expect(dues).to_contain_text("每月应交")
    dues.get_by_role("link", name="看明细").click()
    page.goto(f"{page.url.split('?')[0]}?year={paid // 100}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("吉则日果的党费")
    expect(page.get_by_role("row").filter(has_text=show(paid))).to_contain_text("已交")
    expect(page.get_by_role("listitem").filter(has_text=show(paid))).to_contain_text("0.20元")
    expect(page.get_by_role("link", name="登记党费")).to_have_count(0)

    page.goto("/members/mine/")
    page.locator("section", has_text="我的积分").get_by_role("link", name="全年").click()
    page.goto(f"{page.url.split('?')[0]}?year={fact // 100}")
    entry = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="提出异议"))
    expect(entry).to_contain_text("阿措克布登记，刘洋审核")
    entry.get_by_role("link", name="提出异议").click()
    expect(page.locator("main")).to_contain_text("不会带来任何不利后果")
    page.get_by_label("哪里不对，理由是什么").fill("那天植树我去了两次，签到表上有")
    page.get_by_role("button", name="提出异议").click()
    expect(page.locator("main")).to_contain_text("正在复核")

    # Whoever approved it is told that another decides; the county answers, the member reads the answer.
    approver = signed_in(county, "organizer_ashi")
    approver.goto("/points/objections/")
    approver.locator("#results").get_by_role("link", name="吉则日果").click()
    expect(approver.locator("main")).to_contain_text("要由别人复核")
    expect(approver.get_by_role("button", name="登记复核结论")).to_have_count(0)
    other = signed_in(county, "county_organizer")
    other.goto("/points/objections/")
    other.locator("#results").get_by_role("link", name="吉则日果").click()
    other.get_by_label("维持原记录").check()
    other.get_by_label("查到什么，为什么").fill("第二次的签到表是下个月的，已告知本人")
    other.get_by_role("button", name="登记复核结论").click()
    expect(other.locator("main")).to_contain_text("王芳")
    page.reload()
    expect(page.locator("main")).to_contain_text("第二次的签到表是下个月的")


def test_a_case_is_walked_to_the_withdrawal(county: Instance, signed_in: SignIn) -> None:
    clerk = signed_in(county, CLERK_OF_CASES)
    clerk.goto("/cases/")
    clerk.locator("#results").get_by_role("link", name=CASES[0]).click()
    case = clerk.url
    expect(clerk.locator("main")).to_contain_text("要由另一位同志决定")
    expect(clerk.get_by_role("button", name="作决定")).to_have_count(0)
    add_step(clerk, "提醒", ago(88), "当面提醒，要求参加下次主题党日")
    add_step(clerk, "谈话教育", ago(80), "书记和他谈话，讲清党员义务")

    township = signed_in(county, "organizer_bashi")
    township.goto(case)
    decision = township.locator("main form").filter(has=township.get_by_role("button", name="作决定"))
    decision.get_by_label("转入收回党员证").check()
    decision.locator("[name=text]").fill("教育无效，转入收回")
    decision.get_by_role("button", name="作决定").click()
    expect(township.locator("main")).to_contain_text("期限到了复查以后才能这样决定")

    add_step(clerk, "谈话教育", ago(60), "第二次谈话，本人没有说明理由")
    add_step(clerk, "给出期限", ago(60), "一个月内恢复参加组织生活", until=ago(30))
    add_step(clerk, "到期复查", ago(10), "期限内三次活动都没有参加")
    township.goto(case)
    decide(township, "转入收回党员证", "两次谈话、到期复查，仍不履行义务")
    expect(township.get_by_role("heading", level=1)).to_contain_text("转入收回党员证")
    township.get_by_role("link", name="看收回党员证的办理").click()
    expect(township.locator("main")).to_contain_text(CASES[0])
    clerk.goto(case)
    expect(clerk.locator("main ol.tl")).to_contain_text("任佳")
    expect(clerk.get_by_role("button", name="登记", exact=True)).to_have_count(0)


def test_another_case_is_closed_as_unfounded(county: Instance, signed_in: SignIn) -> None:
    name = CASES[1]
    clerk = signed_in(county, CLERK_OF_CASES, phone=True)
    open_member(clerk, name)
    clerk.get_by_role("link", name="登记问责事项").click()
    expect(clerk.get_by_label("党员")).to_have_value(re.compile(r"\d+"))
    clerk.get_by_label("什么问题").select_option(index=1)
    clerk.get_by_label("事实和依据").fill("有群众反映他不参加义务劳动")
    clerk.get_by_role("button", name="登记问责事项").dblclick()
    expect(clerk.locator("main")).to_contain_text("已登记为问责事项")
    township = signed_in(county, "organizer_bashi")
    township.goto("/cases/")
    township.locator("#results").get_by_role("link", name=name).click()
    decide(township, "不属实，结束", "查签到表，他每次都到，反映不属实")
    township.goto("/cases/?view=closed")
    row = township.locator("#results").get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("不属实，结束")
    clerk.goto("/cases/")
    expect(clerk.locator("#results")).not_to_contain_text(name)


def test_the_county_sees_who_is_late_and_how_a_sign_was_computed(county: Instance, signed_in: SignIn) -> None:
    late = month_before(timezone.localdate(), 2)
    page = signed_in(county, "county_organizer")
    page.goto(f"/months/?month={late}")
    page.get_by_label("只看").select_option(label="迟交和没有交的")
    row = page.locator("#results").get_by_role("row").filter(has_text=LATE)
    expect(row).to_contain_text("迟交")

    page.goto("/cases/")
    page.locator("main").get_by_role("link", name="迟报和异常").click()
    sign = page.get_by_role("listitem").filter(has_text=LATE).filter(has_text="同一张照片用了两次")
    expect(sign).to_contain_text("1个附件在不同会议或步骤里相同")
    told = page.locator("main section").filter(has_text="常见的正当原因")
    expect(told).to_contain_text("按文件指纹比较，不看画面")
    expect(told).to_contain_text("误传了上次的文件")
    expect(page.locator("main")).to_contain_text("不是结论")

    # A sign opens nothing: a person does, after looking.
    sign.get_by_role("link", name="核实后登记问责事项").click()
    expect(page.get_by_label("什么问题")).to_have_value("")
    expect(page.get_by_label("责任人")).to_have_value("")
    page.goto("/cases/")
    expect(page.locator("#results")).not_to_contain_text(LATE)
