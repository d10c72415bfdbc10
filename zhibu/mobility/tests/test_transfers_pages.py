"""Pages, papers and the sheet of transfers."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.browser.paper import page_count, page_text
from tests.queries import queries_of
from tests.world import NOW, TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.imports import workbooks
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reading import read_grid
from zhibu.imports.sheets import Planned, RowState, no_ticker
from zhibu.imports.tests.round_trip import assert_round_trip
from zhibu.members.models import EnrollmentProposal, Member, MembershipEvent
from zhibu.mobility.importers.transfers import TRANSFERS
from zhibu.mobility.models import Transfer
from zhibu.mobility.prints.transfers import letter_pdf
from zhibu.mobility.rules.capitals import capital
from zhibu.mobility.tests.transfer_steps import agreed, issued, out, receive, to_b1
from zhibu.rulebook.models import PolicyVersion

pytestmark = pytest.mark.dated

LIST = "/mobility/transfers/"


def html(world: World, person: str, url: str) -> str:
    response = world.client(person).get(url)
    assert response.status_code == 200
    return response.content.decode()


def text(content: bytes) -> str:
    return "".join(page_text(content, 0).split())


# --- pages ---------------------------------------------------------------------------------------


def test_the_list_opens_with_what_the_person_must_do(world: World) -> None:
    to_b1(world)
    agreed(world, world.members_a1[1])
    issued(world, world.members_a1[2])
    names = [member.name for member in world.members_a1]
    for person, mine in (("secretary_a1", 0), ("organizer_ashi", 0), ("organizer_bashi", 2)):
        page = html(world, person, LIST)
        assert names[mine] in page
        assert all(name not in page for n, name in enumerate(names) if n != mine)
    assert names[1] in html(world, "organizer_ashi", f"{LIST}?tab=to_issue")
    assert all(name in html(world, "inspector", f"{LIST}?tab=all") for name in names)
    assert not any(name in html(world, "secretary_a2", f"{LIST}?tab=all") for name in names)
    assert (
        "等开介绍信"
        not in html(world, "secretary_a2", f"{LIST}?tab=all").split("<main")[1].split("results")[0]
    )


def test_a_transfer_goes_through_its_pages(world: World) -> None:
    member = world.members_a1[0]
    sender, committee, receiver = map(world.client, ("secretary_a1", "organizer_ashi", "organizer_bashi"))
    data = {"to_branch": world.b1.pk, "outside": "", "reason": "调到巴市镇工作", "dues_paid_to": ""}
    response = sender.post(f"/mobility/transfers/new/{member.pk}/", data | {"outside": "成都某党委"})
    assert "只填一项" in response.content.decode()
    assert sender.post(f"/mobility/transfers/new/{member.pk}/", data).status_code == 303
    today = timezone.localdate().isoformat()
    url = f"{LIST}{Transfer.objects.get().pk}/"
    assert "现在等转出支部同意" in html(world, "organizer_bashi", url)
    wrong = sender.post(f"{url}agreement/", {"agreement-dues_paid_to": "去年"})
    assert "请写成2026-10这样" in wrong.content.decode()
    assert sender.post(f"{url}agreement/", {"agreement-dues_paid_to": "2026-10"}).status_code == 303
    assert sender.post(f"{url}letter/").status_code == 403
    assert committee.post(f"{url}letter/").status_code == 303
    assert "越西阿字〔2026〕第1号" in html(world, "secretary_a1", url)
    assert committee.post(f"{url}letter/").status_code == 409  # a second click
    assert receiver.post(f"{url}receipt/", {"receipt-received_on": today}).status_code == 303
    again = receiver.post(f"{url}receipt/", {"receipt-received_on": today})
    assert again.status_code == 409
    assert "介绍信只能用一次" in again.content.decode()
    assert Member.objects.get(pk=member.pk).branch_id == world.b1.pk
    assert world.client("secretary_a1").get(f"/members/{member.pk}/").status_code == 404
    assert html(world, "secretary_a1", url)  # the sending branch keeps its own history


def test_the_members_page_shows_the_transfer_and_its_own_page_too(world: World) -> None:
    member = world.members_a1[0]
    receive(world, issued(world, member))
    panel = f"/mobility/members/{member.pk}/transfers/"
    for person in ("member_a1", "organizer_bashi"):
        page = html(world, person, panel)
        assert "尔木村党支部" in page and "团结村党支部" in page and "已接收" in page
    assert f'href="{LIST}' not in html(world, "member_a1", panel)
    assert world.client("secretary_a1").get(panel).status_code == 404


def test_someone_from_outside_comes_in_through_the_page(world: World) -> None:
    client = world.client("secretary_a1")
    data = {
        "outside": "中共喜德县光明镇委员会", "letter": "喜德光字〔2026〕第8号", "letter_on": "2026-11-10",
        "validity_days": "30", "dues_paid_to": "2026-11", "received_on": "2026-11-20", "late_reason": "",
        "transfer_reason": "嫁到尔木村", "old_number": "513432-0088",
        "branch": world.a1.pk, "group": "", "name": "沙马依布", "sex": "2", "ethnic_group": "07",
        "birth_date": "1990-05-01", "resident_id": "", "identity_reason": "号码待补", "education": "71",
        "native_place": "四川喜德", "join_date": "2015-07-01", "confirmation_date": "2016-07-01",
        "stage": "full", "dates_reason": "", "phone": "", "dues_category": "farmer",
    }  # fmt: skip
    wrong = client.post(f"{LIST}arrival/", data | {"letter_on": "2026-10-01"})
    assert "不在有效期内" in wrong.content.decode()
    assert client.post(f"{LIST}arrival/", data).status_code == 303
    answer = {"rows": EnrollmentProposal.objects.get().pk, "answer": "accept", "note": ""}
    decisions = reverse("mobility:enrollment_decisions")
    assert world.client("organizer_ashi").post(decisions, answer).status_code == 303
    row = Transfer.objects.get()
    assert row.valid_until == date(2026, 12, 10)
    slip = client.get(f"{LIST}{row.pk}/receipt/print/")
    said = text(slip.content)
    assert "中共喜德县光明镇委员会：" in said
    assert "沙马依布同志的党员组织关系已转达我处" in said
    assert "2026年11月20日" in said


def test_a_page_costs_the_same_however_long_the_history(world: World) -> None:
    member = world.members_a1[0]
    row = issued(world, member)
    urls = [f"{LIST}{row.pk}/", f"/mobility/members/{member.pk}/transfers/"]
    client = world.client("county_organizer")
    before = [len(queries_of(client, url)) for url in urls]
    for n in range(20):
        row.pk, row.state, row.letter_number = None, "canceled", 100 + n
        row.save()
    assert [len(queries_of(client, url)) for url in urls] == before
    assert max(before) <= 15


# --- papers --------------------------------------------------------------------------------------


def test_the_letter_has_three_parts_on_one_sheet(world: World) -> None:
    member = world.members_a1[0]
    row = issued(world, member)
    response = world.client("organizer_ashi").post(f"{LIST}{row.pk}/letter/print/")
    assert response.headers["Cache-Control"] == "no-store"
    assert page_count(response.content) == 1
    said = text(response.content)
    for part in ("介绍信存根", "中国共产党党员组织关系介绍信", "介绍信回执联", "骑缝章", "沿线裁开"):
        assert part in said
    assert said.count("越西阿字〔2026〕第1号") == 5  # each part and both seams
    assert "中国共产党凉县巴市镇委员会：" in said
    assert "由中共凉县阿市镇尔木村支部委员会去中共凉县巴市镇团结村支部委员会" in said
    assert said.count("贰零贰陆年壹拾月") == 2 and said.count("有效期叁拾天") == 2
    for part in ("第一联", "第二联", "第三联", "贴回执联处", "传真", "一个月内邮寄或者传真"):
        assert part in said.replace("\n", "").replace("\r", "")
    # Where it is signed stands a seal and no name.
    assert said.count(world.ashi.name) == 1
    assert member.resident_id in said
    read = AuditRecord.objects.get(event="members.resident_id.read")
    assert read.data["fields"] == ["resident_id"]
    assert not AuditRecord.objects.filter(event="members.resident_id.read").exclude(pk=read.pk).exists()


def test_a_letter_without_the_right_to_the_number_leaves_a_line(world: World) -> None:
    row = Transfer.objects.select_related("member", "issuer", "from_branch__parent", "to_branch__parent").get(
        pk=out(world).pk
    )
    said = text(letter_pdf(row, resident_id="", printed_by="刘洋", at=NOW))
    assert "身份证号码" in said
    assert world.members_a1[0].resident_id not in said
    assert "中共成都市武侯区委组织部：" in said


def test_where_the_province_prints_the_form_the_sheet_says_what_to_fill_in(world: World) -> None:
    PolicyVersion.objects.create(
        policy="letters",
        number=1,
        state="confirmed",
        effective_from=date(2020, 1, 1),
        values={"letter_paper": "province"},
        reason="省里统一印制",
        drafted_at=NOW,
    )
    row = issued(world, world.members_a1[0])
    response = world.client("organizer_ashi").post(f"{LIST}{row.pk}/letter/print/")
    said = text(response.content)
    assert page_count(response.content) == 1
    assert "介绍信填写单" in said
    assert "贰零贰陆年壹拾月" in said and "叁拾天" in said
    assert "骑缝章" not in said


@given(st.integers(0, 99))
def test_capital_numerals_are_told_apart_and_read_back(number: int) -> None:
    digits = {word: n for n, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    head, ten, tail = capital(number).rpartition("拾")
    assert (digits[head] * 10 if ten else 0) + (digits[tail] if tail else 0) == number


def test_a_closed_transfer_prints_no_letter(world: World) -> None:
    row = receive(world, issued(world))
    response = world.client("organizer_ashi").post(f"{LIST}{row.pk}/letter/print/")
    assert response.status_code == 409
    assert not AuditRecord.objects.filter(event="mobility.letter.printed").exists()


# --- the sheet -----------------------------------------------------------------------------------


def planned(world: World, *rows: dict[str, object], person: str = "secretary_a1") -> list[Planned]:
    content = workbooks.export(TRANSFERS, rows, is_whole=True)  # type: ignore[arg-type]
    grid = read_grid(content, TRANSFERS)
    return TRANSFERS.check(parse_grid(grid, TRANSFERS.columns), world.scope(person), TODAY)


def past(world: World, **values: object) -> dict[str, object]:
    member = world.members_a1[0]
    return {
        "branch": world.a1.code,
        "name": member.name,
        "birth_date": member.birth_date,
        "from_code": world.b1.code,
        "to_code": world.a1.code,
        "received_on": date(2019, 3, 5),
        "letter": "越西巴字〔2019〕第3号",
        "dues": "2019-02",
        **values,
    }


def test_past_transfers_become_history_and_nobody_moves(world: World) -> None:
    member = world.members_a1[0]
    rows = (
        past(world),
        past(
            world,
            from_code=world.a2.code,
            to_code=world.b1.code,
            received_on=date(2015, 1, 9),
            letter="",
            dues="",
        ),
    )
    plans = planned(world, *rows)
    assert [plan.state for plan in plans] == [RowState.NEW, RowState.NEW]
    TRANSFERS.apply(plans, world.scope("secretary_a1"), TODAY, no_ticker)
    now = Member.objects.get(pk=member.pk)
    assert (now.branch_id, now.standing) == (world.a1.pk, "active")
    events = MembershipEvent.objects.filter(member=member, kind="move_branch").order_by("effective_on")
    assert [(each.effective_on, each.branch_id, each.state) for each in events] == [
        (date(2015, 1, 9), world.a2.pk, "in_effect"),
        (date(2019, 3, 5), world.b1.pk, "in_effect"),
    ]
    assert Transfer.objects.filter(state="received", member=member).count() == 2
    assert [plan.state for plan in planned(world, *rows)] == [RowState.SAME, RowState.SAME]
    for person in ("secretary_a1", "organizer_ashi", "county_organizer"):
        assert assert_round_trip(TRANSFERS, world.scope(person), TODAY) == 2
    assert list(TRANSFERS.export(world.scope("organizer_bashi"), "")) == []


def test_someone_who_came_from_another_county_long_ago(world: World) -> None:
    plans = planned(world, past(world, from_code="", outside="中共甘洛县新市坝镇委员会"))
    TRANSFERS.apply(plans, world.scope("secretary_a1"), TODAY, no_ticker)
    assert Transfer.objects.get().direction == "in"
    assert not MembershipEvent.objects.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"received_on": date(2001, 1, 1)}, "早于入党时间"),
        ({"received_on": TODAY + timedelta(days=3)}, "在今天以后"),
        ({"from_code": "513400101201"}, "同一个支部"),
        ({"from_code": "513400101201", "to_code": "513400101202"}, "不是现在所在的支部"),
        ({"to_code": "999"}, "没有这个代码的支部"),
        ({"from_code": "", "letter": ""}, "请填转出支部代码"),
        ({"outside": "县外某党委"}, "只填一项"),
        ({"name": "没有这人"}, "没有这位党员"),
        ({"dues": "上个月"}, "请写成2026-10这样"),
    ],
)
def test_a_row_that_would_jump_is_an_error_with_a_sentence(
    world: World, values: dict[str, object], sentence: str
) -> None:
    (plan,) = planned(world, past(world, **values))
    assert plan.state is RowState.ERROR
    assert sentence in plan.row.problems[0].sentence


def test_a_sibling_finds_nobody_and_the_same_move_twice_is_told(world: World) -> None:
    (plan,) = planned(world, past(world), person="secretary_a2")
    assert plan.state is RowState.ERROR
    first, second = planned(world, past(world), past(world, letter="另一封"))
    assert (first.state, second.state) == (RowState.NEW, RowState.ERROR)
    assert "同一次转接" in second.row.problems[0].sentence


def test_what_is_in_the_books_is_not_changed_by_a_sheet(world: World) -> None:
    TRANSFERS.apply(planned(world, past(world)), world.scope("secretary_a1"), TODAY, no_ticker)
    (plan,) = planned(world, past(world, letter="越西巴字〔2019〕第30号"))
    assert plan.state is RowState.CONFLICT
    assert Transfer.objects.get().letter_text == "越西巴字〔2019〕第3号"


def test_the_sheet_costs_the_same_for_many_rows(world: World) -> None:
    def cost(*rows: dict[str, object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            planned(world, *rows)
        return len(captured)

    one = cost(past(world))
    many = [make_member(branch=world.a1, name=f"沙马{'甲乙丙丁戊己庚辛'[n]}") for n in range(8)]
    assert cost(*(past(world, name=member.name, birth_date=member.birth_date) for member in many)) == one


def test_the_template_has_the_columns_the_page_names(world: World) -> None:
    book = load_workbook(BytesIO(workbooks.export(TRANSFERS, [])))
    titles = {cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell}
    assert {"现在所在支部代码", "转入支部代码", "接收日期", "介绍信编号"} <= titles
