"""Workbooks and papers of dues: what leaves says what the pages say."""

from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.world import TODAY, World, make_member
from zhibu.dues import actions
from zhibu.dues.models import Payment, Remittance
from zhibu.dues.summaries.ledger import month_totals
from zhibu.dues.summaries.remittances import parts_of
from zhibu.dues.tests.cases import MONTH, entry, few_payers, more_payers, opened, pay, remittance
from zhibu.members.models import Member

pytestmark = pytest.mark.dated


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


def sheet_of(world: World, person: str, name: str, *args: int, **query: str) -> Worksheet:
    response = world.client(person).get(reverse(f"dues:{name}", args=args), query)
    assert response.status_code == 200
    return load_workbook(BytesIO(response.content)).worksheets[0]


def text_of(world: World, person: str, row: Remittance) -> str:
    content = world.client(person).get(reverse("dues:remittance_print", args=[row.pk])).content
    document = pypdfium2.PdfDocument(BytesIO(content))
    return "".join(page.get_textpage().get_text_range() for page in document)


def values(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def test_the_clerk_takes_the_month_along_and_its_sums_are_the_pages(world: World) -> None:
    opened(world)
    first, second, third = world.members_a1
    pay(world, [entry(first), entry(second, extra=80, payer="吉克木呷")])
    sheet = sheet_of(world, "secretary_a1", "ledger_workbook", world.a1.pk, month="2026-11")
    assert sheet["A1"].value == "2026年11月党费台账"
    rows = {str(row[1]): row for row in values(sheet)[:3]}
    assert rows[first.name][2:6] == [0.2, 0.2, 0, 0]
    assert rows[second.name][2:10] == [0.2, 0.2, 0.8, 0, 0, "吉克木呷", "现金", "已交"]
    assert rows[third.name][5] == 0.2
    assert rows[third.name][9] == "未交"
    assert sheet["D7"].value == "=SUM(D4:D6)"


def test_the_year_of_a_branch_has_a_column_for_each_month_and_adds_up_to_it(world: World) -> None:
    opened(world, 202610, MONTH)
    first = world.members_a1[0]
    pay(world, [entry(first, month=202610), entry(first), entry(world.members_a1[1], extra=30)])
    sheet = sheet_of(world, "secretary_a1", "ledger_workbook", world.a1.pk, month="2026-11", period="year")
    rows = values(sheet)[:3]
    own = next(row for row in rows if row[1] == first.name)
    assert own[2:] == [None] * 9 + [0.2, 0.2, None, 0.4, 0.4, 0, 0, 0]
    november = month_totals([world.a1.pk], MONTH)[world.a1.pk]
    assert sum(float(str(row[12] or 0)) for row in rows) * 100 == november.paid


def test_what_was_paid_at_another_branch_is_in_its_own_year_only(world: World) -> None:
    opened(world, 202610)
    member = world.members_a1[0]
    pay(world, [entry(member, month=202610)])
    Member.objects.filter(pk=member.pk).update(branch=world.a2)
    opened(world)
    sheet = sheet_of(world, "organizer_ashi", "ledger_workbook", world.a2.pk, month="2026-11", period="year")
    own = next(row for row in values(sheet) if row[1] == member.name)
    assert own[11:13] == [None, 0]


def test_the_committee_takes_its_branches_along(world: World) -> None:
    opened(world)
    pay(world, [entry(world.members_a1[0])])
    sheet = sheet_of(world, "organizer_ashi", "ledger_workbook", world.ashi.pk, month="2026-11")
    rows = {str(row[1]): row for row in values(sheet)}
    assert rows[world.a1.short_name][2:6] == [3, 1, 0.6, 0.2]
    assert world.b1.short_name not in rows


def test_arrears_leave_with_the_stage_that_is_shown(world: World) -> None:
    opened(world, 202608, 202609, 202610)
    pay(world, [entry(world.members_a1[0], month=202610)])
    everyone = sheet_of(world, "secretary_a1", "arrears_workbook", world.a1.pk)
    assert [row[3] for row in values(everyone)[:3]] == [3, 3, 2]
    assert values(everyone)[0][4:7] == ["2026年8月", 3, 0.6]
    nobody = sheet_of(world, "secretary_a1", "arrears_workbook", world.a1.pk, stage="4")
    assert nobody["A4"].value.startswith("只数应交而一分没交的月份")


def test_a_name_that_looks_like_a_formula_stays_a_name(world: World) -> None:
    make_member(branch=world.a1, name="=1+1")
    opened(world)
    sheet = sheet_of(world, "secretary_a1", "ledger_workbook", world.a1.pk, month="2026-11")
    cell = next(row[1] for row in sheet.iter_rows(min_row=4) if row[1].value == "=1+1")
    assert cell.data_type == "s"


def test_what_was_handed_up_leaves_as_both_sides_see_it(world: World) -> None:
    row = remittance(world)
    actions.confirm_remittance(
        by=world.scope("organizer_ashi"), remittance=row, arrived=15, note="少五分", on=TODAY
    )
    for person, unit in (("secretary_a1", world.a1), ("organizer_ashi", world.ashi)):
        sheet = sheet_of(world, person, "remittances_workbook", unit.pk)
        assert values(sheet)[0][3:8] == ["2026年10月", 0.2, 0.2, 0, 0.15]
        assert values(sheet)[0][10:] == ["金额不符", "少五分"]


def test_the_sheet_of_a_branch_adds_up_months_and_what_came_late(world: World) -> None:
    opened(world, 202607, 202608, 202609, 202610)
    first, second, _ = world.members_a1
    pay(world, [entry(first, month=202609, extra=100)])
    sent = {"from_month": 202607, "months": 3, "amount": 120, "kept": 0, "sent_on": TODAY, "on": TODAY}
    clerk = world.scope("secretary_a1")
    earlier = actions.send_remittance(by=clerk, organization=world.a1, **sent)  # type: ignore[arg-type]
    pay(world, [entry(second, month=202609), entry(second, month=202610)])
    sent |= {"from_month": 202610, "months": 1, "amount": 40}
    row = actions.send_remittance(by=clerk, organization=world.a1, **sent)  # type: ignore[arg-type]
    assert [(part.label, part.people, part.total) for part in parts_of(row)] == [
        ("2026年10月", 1, 20),
        ("", None, 20),
    ]
    # What came in afterwards changes no sheet that was signed.
    assert [part.total for part in parts_of(earlier)] == [0, 0, 120]
    text = text_of(world, "secretary_a1", row)
    for told in ("接收单位", world.a1.name, "2026年10月", "以前月份没有上缴的", "肆角整", "0.40"):
        assert told in text, told
    assert "2026年7至9月" in text_of(world, "organizer_ashi", earlier)


def test_the_sheet_of_a_committee_lists_the_branches_it_came_from(world: World) -> None:
    row = remittance(world)
    ashi = world.scope("organizer_ashi")
    actions.confirm_remittance(by=ashi, remittance=row, arrived=20, on=TODAY)
    above = actions.send_remittance(
        by=ashi,
        organization=world.ashi,
        from_month=202610,
        months=1,
        amount=12,
        kept=8,
        sent_on=TODAY,
        on=TODAY,
    )
    assert [(part.label, part.total) for part in parts_of(above)] == [(world.a1.name, 20)]
    text = text_of(world, "county_organizer", above)
    assert world.a1.name in text
    assert "壹角贰分" in text
    assert "0.08" in text


def test_parts_always_add_up_to_what_was_collected(world: World) -> None:
    opened(world, 202609, 202610)
    rows = pay(world, [entry(member, month=202609) for member in world.members_a1])
    clerk = world.scope("secretary_a1")
    common = {"kept": 0, "sent_on": TODAY, "on": TODAY, "months": 1}
    sent = [
        actions.send_remittance(
            by=clerk,
            organization=world.a1,
            from_month=202609,
            amount=60,
            **common,  # type: ignore[arg-type]
        )
    ]
    actions.reverse_payment(by=clerk, payment=rows[0], reason="多收，已退", operation=uuid4(), on=TODAY)
    pay(world, [entry(member, month=202610, extra=50) for member in world.members_a1])
    sent.append(
        actions.send_remittance(
            by=clerk,
            organization=world.a1,
            from_month=202610,
            amount=190,
            **common,  # type: ignore[arg-type]
        )
    )
    for row in sent:
        assert sum(part.total for part in parts_of(row)) == row.collected
    assert parts_of(sent[1])[-1].total == -20
    assert sum(row.collected for row in sent) == sum(Payment.objects.values_list("amount", flat=True)) + sum(
        Payment.objects.values_list("extra", flat=True)
    )


@pytest.mark.parametrize("query", ["month=2026-11", "month=2026-11&period=year"])
def test_a_workbook_costs_the_same_for_thirty_members_more(world: World, query: str) -> None:
    few_payers(world)
    client = world.client("secretary_a1")
    addresses = [
        f"{reverse('dues:ledger_workbook', args=[world.a1.pk])}?{query}",
        reverse("dues:arrears_workbook", args=[world.a1.pk]),
    ]

    def counted() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        return counts

    counted()
    few = counted()
    more_payers(world)
    assert counted() == few
