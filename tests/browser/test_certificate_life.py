"""The life of a certificate, as its people live it: lost, handed on, held, cancelled, appealed, merged along."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SignIn, Visits, enter
from tests.browser.courses import COURSES, Course, ago, steps_before
from tests.browser.instance import Instance, serve
from tests.browser.life import (
    ASK,
    NUMBER,
    VALID,
    VOID,
    approve,
    copies_in,
    enter_event,
    fetched,
    fill,
    open_in_list,
    open_member,
    printed,
    scan,
    send_event,
)
from tests.browser.paper import page_text


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The county of these journeys, served."""
    with serve(tmp_path_factory.mktemp("life"), "life") as instance:
        yield instance


@pytest.fixture(scope="module")
def copies(
    county: Instance, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[str, str]]:
    """Text and address of every copy of A1, numbered, printed and handed over by the township's organizer."""
    folder = tmp_path_factory.mktemp("printed")
    visits = Visits(chromium, folder)
    page = visits.page(county)
    page.goto("/account/login/")
    enter(page, "organizer_ashi", county.password)
    page.wait_for_url(lambda url: "/account/login/" not in url)
    page.goto("/certificates/register/")
    page.get_by_role("button", name="核定编号").click()
    expect(page.get_by_role("table")).to_contain_text(NUMBER)
    page.get_by_role("link", name="打印党员证").click()
    made = copies_in(printed(page, folder))
    page.goto("/certificates/register/")
    page.get_by_role("link", name="登记领取").click()
    page.get_by_role("button", name="登记领取").click()
    expect(page.get_by_role("table")).to_contain_text("有效")
    visits.close()
    return made


Address = Callable[[str], str]


@pytest.fixture
def address_of(copies: list[tuple[str, str]]) -> Address:
    """The address in the QR code of a member's first copy."""

    def find(name: str) -> str:
        (address,) = [address for text, address in copies if name in text]
        return address

    return find


@pytest.mark.parametrize(
    "course",
    COURSES,
    ids=["died", "self-severed", "withdrew", "on-probation", "expelled"],
)
def test_what_becomes_of_a_certificate(
    county: Instance, address_of: Address, visits: Visits, signed_in: SignIn, course: Course
) -> None:
    address = address_of(course.name)
    anyone = visits.page(county, scripts=False, phone=True)
    assert scan(anyone, address) == VALID

    enter_event(signed_in(county, course.enters), course.name, course.event, **course.entered())
    if course.approves:
        assert scan(anyone, address) == VALID  # nothing changes before the approval
        approve(signed_in(county, course.approves), course.name, course.answer, **course.approval)
    assert scan(anyone, address) == ASK

    keeper = signed_in(county, course.carries_out)
    if course.files:
        open_in_list(keeper, "/mobility/matters/?view=file", course.name)
        keeper.get_by_role("button", name="备案").click()
        expect(keeper.locator("main")).to_contain_text("已备案")
    open_in_list(keeper, "/certificates/dispositions/", course.name)
    expect(keeper.locator("main")).to_contain_text("办理以前先冻结")
    keeper.get_by_label(course.way, exact=True).check()
    fill(keeper, **course.proof)
    keeper.get_by_role("button", name="登记处置").dblclick()
    expect(keeper.locator("main")).to_contain_text("已登记处置")
    if course.confirms:
        other = signed_in(county, course.confirms)
        expect(keeper.get_by_role("button", name="我在场，确认销毁")).to_have_count(0)
        other.goto(keeper.url)
        other.get_by_role("button", name="我在场，确认销毁").click()
        expect(other.locator("main")).to_contain_text("已确认销毁")
    keeper.goto("/certificates/dispositions/?view=done")
    row = keeper.get_by_role("row").filter(has_text=course.name)
    expect(row).to_contain_text(course.said or course.way)
    assert scan(anyone, address) == course.outcome
    if course.outcome == VOID:
        expect(anyone.locator("body")).not_to_contain_text(NUMBER)
        number = NUMBER.search(row.inner_text())
        assert number is not None
        keeper.goto("/certificates/void-list/")
        with keeper.expect_download() as download:
            keeper.get_by_role("link", name="下载今天的名单").click()
        assert f"{number.group().replace('-', '')}/01" in download.value.path().read_text("utf-8")


def test_a_lost_member_is_looked_for_flagged_suspended_and_restored(
    county: Instance, address_of: Address, visits: Visits, signed_in: SignIn
) -> None:
    name = "马海拉洛"
    address = address_of(name)
    anyone = visits.page(county, scripts=False, phone=True)
    clerk = signed_in(county, "secretary_a1")
    clerk.goto("/mobility/lost/")
    clerk.get_by_role("link", name="查找党员").click()
    clerk.locator("main").get_by_role("searchbox").fill(name)
    clerk.get_by_role("listitem").filter(has_text=name).get_by_role("link").last.click()
    fill(clerk, last_contact_on=ago(400), last_contact_note="春节回家见过")
    clerk.get_by_role("button", name="开始查找").click()
    expect(clerk.locator("main")).to_contain_text("已开始查找")
    case = clerk.url
    for days_ago, who in ((60, "阿措克布"), (30, "阿呷木")):
        fill(clerk, day=ago(days_ago), who=who, result="家人也没有他的消息")
        clerk.locator("main select[name=way]").select_option(index=1)
        clerk.get_by_role("button", name="登记查找").click()
        expect(clerk.locator("main")).to_contain_text("已登记这次查找")
    assert scan(anyone, address) == VALID  # looking for somebody takes nothing away

    clerk.get_by_role("link", name="标记失去联系").click()
    send_event(clerk)
    assert scan(anyone, address) == ASK
    open_member(clerk, name)
    expect(clerk.locator(".cert")).to_contain_text("冻结")

    clerk.goto(case)
    clerk.get_by_role("link", name="停止党籍").click()
    fill(clerk, evidence="两次查找没有下落")
    send_event(clerk)
    township = signed_in(county, "organizer_ashi")
    approve(township, name, document="阿委〔2026〕10号")
    open_in_list(clerk, "/certificates/dispositions/", name)
    clerk.get_by_label("收不到证本", exact=True).check()
    fill(clerk, note="人没有找到，证本在他手里")
    clerk.get_by_role("button", name="登记处置").click()
    expect(clerk.locator("main")).to_contain_text("已登记处置")
    assert scan(anyone, address) == ASK
    open_member(clerk, name)
    expect(clerk.locator(".cert")).to_contain_text("还没有收到")

    clerk.goto(case)
    clerk.get_by_role("link", name="恢复党籍").click()
    fill(clerk, evidence="本人回村，写了书面申请")
    send_event(clerk)
    township.goto("/mobility/matters/")
    expect(township.locator("main")).not_to_contain_text(name)  # the county's to decide
    approve(signed_in(county, "county_organizer"), name, document="凉组〔2026〕21号")
    assert scan(anyone, address) == VALID
    clerk.goto(case)
    expect(clerk.locator("main")).to_contain_text("结束")


def test_a_transfer_crosses_two_branches(
    county: Instance, address_of: Address, visits: Visits, signed_in: SignIn
) -> None:
    name = "阿余尔且"
    sending = signed_in(county, "secretary_a1")
    open_member(sending, name)
    sending.get_by_role("link", name="转接", exact=True).click()
    sending.locator("main select[name=to_branch]").select_option(label="团结村党支部")
    fill(sending, reason="搬到团结村居住")
    sending.get_by_role("button", name="提出申请").click()
    fill(sending, **{"agreement-dues_paid_to": ago(0)[:7]})
    sending.get_by_role("button", name="同意转出").click()
    expect(sending.locator("main")).to_contain_text("等党委开介绍信")

    township = signed_in(county, "organizer_ashi")
    open_in_list(township, "/mobility/transfers/", name)
    township.get_by_role("button", name="开介绍信").click()
    with township.expect_download() as download:
        township.get_by_role("button", name="打印介绍信").click()
    letter = page_text(download.value.path().read_bytes(), 0)
    number = re.search(r"越西阿字〔\d{4}〕第\d+号", township.locator("main").inner_text())
    assert number is not None
    assert [said for said in (name, number.group(), "有效期叁拾天", "团结村") if said not in letter] == []

    receiving = signed_in(county, "secretary_b1", phone=True)
    late = signed_in(county, "secretary_b1")
    for page in (receiving, late):
        open_in_list(page, "/mobility/transfers/", name)
    receiving.get_by_role("button", name="接收").click()
    expect(receiving.locator("main")).to_contain_text("现在属于转入支部")
    late.get_by_role("button", name="接收").click()
    expect(late.locator("main")).to_contain_text("已经")
    open_member(receiving, name)
    expect(receiving.locator("main")).to_contain_text("团结村党支部")
    sending.goto(f"/members/?q={name}")
    expect(sending.locator("main")).to_contain_text("没有符合条件的党员")
    assert scan(visits.page(county, scripts=False, phone=True), address_of(name)) == VALID


def test_a_lost_copy_is_replaced(
    county: Instance,
    address_of: Address,
    visits: Visits,
    signed_in: SignIn,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    name = "吉则日果"
    old = address_of(name)
    anyone = visits.page(county, scripts=False, phone=True)
    member = signed_in(county, "member_a1", phone=True)
    member.goto("/members/mine/")
    member.get_by_role("link", name="遗失或换新").click()
    member.get_by_label("遗失").check()
    fill(member, statement="赶集时连同提包丢了，回去找过没有找到")
    member.get_by_role("button", name="提交申请").click()
    expect(member.locator("main")).to_contain_text("等支部核实")
    assert scan(anyone, old) == VALID

    clerk = signed_in(county, "secretary_a1")
    open_in_list(clerk, "/certificates/keeping/", name)
    fill(clerk, confirmation="经与本人核对，情况属实")
    clerk.get_by_role("button", name="核实，注销旧证本").click()
    expect(clerk.locator("main")).to_contain_text("旧证本立即注销")
    assert scan(anyone, old) == VOID

    township = signed_in(county, "organizer_ashi")
    open_in_list(township, "/certificates/keeping/", name)
    township.get_by_role("button", name="补发新证本").click()
    township.get_by_role("link", name="打印文件").click()
    township.get_by_role("row").filter(has_text=name).get_by_role("link", name="查看").click()
    ((text, new),) = copies_in(fetched(township, tmp_path_factory.mktemp("second")))
    assert name in text
    assert new != old
    assert (scan(anyone, new), scan(anyone, old)) == (VALID, VOID)
    open_in_list(township, "/certificates/keeping/", name)
    township.get_by_role("link", name="登记领取").click()
    township.get_by_role("button", name="登记领取").click()
    expect(township.locator("main")).to_contain_text("已登记领取")
    member.goto("/members/mine/")
    expect(member.locator(".cert")).to_contain_text("第02本")
    assert scan(anyone, new) == VALID


def test_an_appeal_reverses_a_warning_and_the_history_stays(county: Instance, signed_in: SignIn) -> None:
    name = "沙马石一"
    township, county_page = signed_in(county, "organizer_ashi"), signed_in(county, "county_organizer")
    event = enter_event(
        township, name, "警告", decided_by="阿市镇党委", document="阿委〔2026〕11号", matter="无故缺席"
    )
    approve(county_page, name)

    member = signed_in(county, "member_a1_2", phone=True)
    member.goto("/members/mine/")
    member.get_by_role("link", name="提出申诉").click()
    fill(member, statement="当天住院，有县医院的证明，请求撤销")
    member.get_by_role("button", name="提出申诉").click()
    expect(member.locator("main")).to_contain_text("由上级党组织指定没有参与决定的人复查")

    open_in_list(county_page, "/conduct/appeals/", name)
    examiners = county_page.locator("main select[name=examiner] option")
    assert [text.split("（")[0] for text in examiners.all_inner_texts()] == ["李强"]
    county_page.get_by_role("button", name="指定复查人").click()
    expect(county_page.locator("main")).to_contain_text("已请李强复查")
    expect(county_page.get_by_role("button", name="登记结论")).to_have_count(0)

    examiner = signed_in(county, "county_organizer_2")
    open_in_list(examiner, "/conduct/appeals/?view=mine", name)
    examiner.get_by_label("撤销原决定").check()
    fill(examiner, document="凉组复〔2026〕2号", result="当天确实住院，原决定不成立")
    examiner.get_by_role("button", name="登记结论").click()
    expect(examiner.locator("main")).to_contain_text("撤销原决定")

    township.goto(event)
    expect(township.get_by_role("heading", level=1)).to_contain_text("已撤销")
    steps = township.locator("main .tl")
    for said in ("刘洋", "王芳", "李强"):
        expect(steps).to_contain_text(said)
    member.goto("/members/mine/")
    expect(member.locator("main")).to_contain_text("已撤销")


def test_the_work_list_leads_to_what_waits_and_one_decision_is_made(
    county: Instance, signed_in: SignIn
) -> None:
    clerk = signed_in(county, "secretary_a1")
    for name in ("曲比拉铁", "杨光"):
        steps = {step: ago(days) for step, days in steps_before(0).items()}
        enter_event(clerk, name, "限期改正", document="尔支〔2026〕1号", **steps)
    township = signed_in(county, "organizer_ashi", phone=True)
    township.goto("/work/")
    waiting = township.locator("main section").filter(has_text="等我批准").get_by_role("listitem")
    waiting.filter(has_text="曲比拉铁").get_by_role("link", name="办理").click()
    _answer(township, "批准").dblclick()
    expect(township.locator("main")).to_contain_text("已批准")
    expect(township.locator("main .tl li").filter(has_text="刘洋")).to_have_count(1)
    township.goto("/work/")
    expect(waiting.filter(has_text="杨光")).to_have_count(1)
    expect(waiting.filter(has_text="曲比拉铁")).to_have_count(0)

    # Two people with the same matter open, both answering: the first answer holds, the other is told who gave it.
    both = (township, signed_in(county, "county_organizer"))
    for page in both:
        open_in_list(page, "/mobility/matters/?view=settle", "杨光")
    buttons = [_answer(page, "批准") for page in both]
    for button in buttons:
        button.click(no_wait_after=True)
    for page in both:
        expect(page.locator("main")).to_contain_text(re.compile("已批准|已经由.+办结"))
    told = [page.locator("main").inner_text() for page in both]
    assert sum("已经由" in text for text in told) == 1


def _answer(page: Page, answer: str) -> Locator:
    page.get_by_label(answer, exact=True).check()
    return page.get_by_role("button", name="提交意见")


def test_a_township_merge_is_done_scanned_and_undone(
    county: Instance, address_of: Address, visits: Visits, signed_in: SignIn
) -> None:
    name = "苏呷尔古"
    planner = signed_in(county, "county_organizer")
    open_member(planner, name)
    number = NUMBER.search(planner.locator(".cert").inner_text())
    assert number is not None
    planner.goto("/reorganizations/")
    planner.get_by_role("link", name="新的建制调整").first.click()
    fill(planner, title="撤并阿市镇、巴市镇", document="凉委〔2026〕30号")
    planner.get_by_role("button", name="下一步").click()
    planner.get_by_role("link", name="合并乡镇").click()
    for town in ("阿市镇党委", "巴市镇党委"):
        planner.locator("main").get_by_label(town).first.check()
    kept = planner.locator("main select[name=into]")
    kept.select_option(kept.locator("option").filter(has_text="巴市镇党委").get_attribute("value"))
    planner.get_by_role("button", name="加入计划").click()
    before = planner.get_by_role("table", name="调整前后")
    expect(before.get_by_role("row").filter(has_text="阿市镇党委").first).to_contain_text("撤销")
    expect(planner.locator("main")).to_contain_text("要由另一位同志执行")
    expect(planner.get_by_role("button", name="确定执行")).to_have_count(0)

    doer = signed_in(county, "county_organizer_2")
    open_in_list(doer, "/reorganizations/", "撤并阿市镇、巴市镇")
    doer.locator("main summary", has_text="执行").click()
    doer.get_by_role("button", name="确定执行").click()
    expect(doer.locator("main")).to_contain_text("建制调整已经执行")

    anyone = visits.page(county, scripts=False, phone=True)
    assert scan(anyone, address_of(name)) == VALID
    expect(anyone.locator("body")).to_contain_text("巴市镇党委")
    merged = signed_in(county, "organizer_ashi")
    _is_found(merged, number.group(), name)
    open_member(merged, name)
    expect(merged.locator(".zb-path")).to_contain_text("巴市镇党委")

    doer.locator("main summary", has_text="撤销").click()
    doer.get_by_role("button", name="确定撤销").click()
    expect(doer.locator("main")).to_contain_text("都恢复原状")
    merged = signed_in(county, "organizer_ashi")
    _is_found(merged, number.group(), name)
    open_member(merged, name)
    expect(merged.locator(".zb-path")).to_contain_text("阿市镇党委")
    assert scan(anyone, address_of(name)) == VALID
    expect(anyone.locator("body")).to_contain_text("阿市镇党委")


def _is_found(page: Page, number: str, name: str) -> None:
    """The quick search of the home page finds the member by the number."""
    page.goto("/")
    page.locator("main").get_by_role("searchbox").fill(number)
    page.locator("main").get_by_role("button", name="查找").click()
    expect(page.locator("main")).to_contain_text(name)
