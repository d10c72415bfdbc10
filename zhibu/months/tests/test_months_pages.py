"""Pages of months: what each person sees and does, how many queries, how big; the printed sheet."""

import gzip
import re
from datetime import date
from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from tests.queries import at_most, constant_queries
from tests.world import World, make_member, make_organization
from zhibu.dues.actions import PaymentEntry, record_payments
from zhibu.dues.models import Payment
from zhibu.members.models import Member
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.tests.month_steps import MONTH, book, counted, entered, opened, sealed, submitted, theme_day
from zhibu.points.models import Entry
from zhibu.points.policies import shipped_items
from zhibu.points.rules.catalogue import change_text, points_text
from zhibu.points.summaries.totals import month_rows

pytestmark = pytest.mark.dated


def url(world: World, name: str = "months:month") -> str:
    return reverse(name, args=[world.a1.pk, MONTH])


def form(row: BranchMonth) -> dict[str, object]:
    found = counted(row)
    return {
        "cash": f"{found.cash / 100:.2f}",
        "heads": found.heads,
        "attended": found.attended,
        "collected_on": "2026-10-15",
        "receiver": "阿措克布",
    }


def test_the_page_of_fifty_members_is_small_and_asks_little(world: World) -> None:
    row = opened(world, members=50)
    entered(world, row, world.members_a1[0], {"how": "unpaid"})
    client = world.client("secretary_a1")
    at_most(12, client, url(world))
    body = client.get(url(world)).content
    assert len(gzip.compress(body)) < 60_000
    assert body.count(b'data-month-target="row"') == 50


def test_the_page_costs_the_same_for_more_members(world: World) -> None:
    opened(world)

    def grow() -> None:
        for _ in range(20):
            make_member(branch=world.a1)
        months.open_months(
            by=world.scope("secretary_a1"), month=MONTH, organization=world.a1, on=date(2026, 11, 24)
        )

    with constant_queries(world.client("secretary_a1"), url(world), grow=grow):
        pass


def test_the_list_costs_the_same_for_more_branches(world: World) -> None:
    by = world.scope("county_organizer")

    def open_all() -> None:
        months.open_months(by=by, month=MONTH, organization=world.county, on=date(2026, 11, 24))

    def grow() -> None:
        for n in range(20):
            make_organization(
                parent=world.ashi,
                kind="branch",
                category="village",
                code=f"5134001013{n:02d}",
                name=f"中共凉县阿市镇新{n}村支部委员会",
                short_name=f"新{n}村党支部",
                segment=f"{n + 100:03d}",
            )
        open_all()

    open_all()
    with constant_queries(
        world.client("county_organizer"), f"{reverse('months:months')}?month={MONTH}", grow=grow
    ) as queries:
        assert queries <= 20


def test_a_month_that_is_not_open_is_offered(world: World) -> None:
    client = world.client("secretary_a1")
    assert "还没有打开" in client.get(url(world)).content.decode()
    assert client.post(url(world, "months:month_opening")).status_code == 303
    assert BranchMonth.objects.get().members == 3
    assert client.get(reverse("months:month", args=[world.a1.pk, 202613])).status_code == 404


def test_the_clerk_hands_in_and_a_difference_stands_above_the_form(world: World) -> None:
    row, client = opened(world), world.client("secretary_a1")
    wrong = client.post(url(world, "months:month_submission"), {**form(row), "cash": "0.50"})
    assert wrong.status_code == 422
    assert "现金清点0.50元，各行合计0.60元，清点的少0.10元" in wrong.content.decode()
    assert not Payment.objects.exists()
    assert client.post(url(world, "months:month_submission"), {**form(row), "cash": "-1"}).status_code == 422
    data = form(row)
    for _ in range(2):  # the button pressed twice
        assert client.post(url(world, "months:month_submission"), data).status_code in {303, 422}
    assert Payment.objects.count() == 3
    assert "待确认" in client.get(url(world)).content.decode()


def test_the_committee_gives_back_with_a_reason_and_then_seals(world: World) -> None:
    row, ashi = submitted(world, opened(world)), world.client("organizer_ashi")
    assert ashi.post(url(world, "months:month_return"), {"reason": "错"}).status_code == 409
    assert ashi.post(url(world, "months:month_return"), {"reason": "第3行没有交"}).status_code == 303
    page = world.client("secretary_a1").get(url(world)).content.decode()
    assert "党委退回" in page and "第3行没有交" in page
    submitted(world, row)
    assert ashi.post(url(world, "months:month_seal")).status_code == 303
    page = ashi.get(url(world)).content.decode()
    assert "已封存" in page and BranchMonth.objects.get().digest in page


def test_two_entries_of_a_cell_stand_side_by_side_and_the_plain_form_decides(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    entered(world, row, member, {"how": "proxy", "payer": "阿皮石布"})
    entered(world, row, member, {"how": "unpaid"}, who="organizer_ashi")
    client = world.client("secretary_a1")
    page = client.get(url(world))
    text = page.content.decode()
    assert "代交（阿皮石布）" in text and "刘洋" in text and "请选定一个" in text
    client.post(
        url(world, "months:month_operations"),
        {
            "page": str(page.context["token"]),
            f"dues-{member.pk}": "unpaid",
            f"seen-dues-{member.pk}": "1",
        },
    )
    settled = next(each for each in book(row).rows if each.member.pk == member.pk)
    assert settled.rivals == 0 and settled.dues.value == {"how": "unpaid"}


def test_every_total_shown_is_the_sum_of_its_rows(world: World) -> None:
    row = opened(world, members=9)
    people = [each.member for each in book(row).rows]
    entered(world, row, people[0], {"how": "unpaid"})
    entered(world, row, people[1], {"how": "self", "amount": 120})
    entered(world, row, people[2], {"how": "self", "channel": "transfer"})
    entered(world, row, people[3], {"how": "host", "note": "活动证第3页"})
    page = world.client("secretary_a1").get(url(world)).context["page"]
    paid = sum(round(float(line.paid) * 100) for line in page.rows)
    assert page.totals.paid == paid == 120 + 7 * 20
    assert page.totals.cash == paid - 40 and page.totals.at_host == 20
    assert page.totals.payers == 7 and page.totals.unpaid == 1
    row = submitted(world, row)
    assert sum(p.amount + p.extra for p in Payment.objects.filter(month=MONTH)) == paid
    sealed_row = months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=date(2026, 11, 10))
    assert sealed_row.summary["paid"] == paid and sealed_row.cash == paid - 40


@pytest.mark.parametrize("state", ["open", "sealed"])
def test_the_sheet_has_everyone_in_the_order_of_the_page(world: World, state: str) -> None:
    if state == "sealed":
        sealed(world)
    else:
        opened(world)
    client = world.client("secretary_a1")
    response = client.get(url(world, "months:month_sheet"))
    assert response["Content-Type"] == "application/pdf"
    text = pypdfium2.PdfDocument(response.content)[0].get_textpage().get_text_bounded()
    names = [line.name for line in client.get(url(world)).context["page"].rows]
    assert sorted(names, key=text.index) == names
    assert "2026年10月月记" in text.replace(" ", "") and "清点现金" in text
    assert ("封存摘要" in text) == (state == "sealed")


def test_two_meetings_stand_side_by_side(world: World) -> None:
    opened(world)
    theme_day(world, on=date(2026, 10, 28))
    page = world.client("secretary_a1").get(url(world)).context["page"]
    assert [len(line.cells) for line in page.rows] == [2, 2, 2]
    assert page.totals.should == 6


def shown(world: World, who: str = "secretary_a1") -> dict[int, tuple[str, str]]:
    """Points of the month and of the year by member, as the page shows them."""
    page = world.client(who).get(url(world)).context["page"]
    return {line.member: (line.tenths, line.total) for line in page.rows}


def test_what_the_page_proposes_is_what_the_seal_posts(world: World) -> None:
    row = opened(world, members=7)
    theme_day(world, on=date(2026, 10, 28))
    people = [each.member for each in book(row).rows]
    meeting = str(book(row).held[0].pk)
    entered(world, row, people[0], {"how": "unpaid", "note": "忘带现金"})
    entered(world, row, people[1], {"how": "self", "amount": 10})
    entered(world, row, people[2], {"how": "proxy", "payer": "阿皮石布"})
    entered(world, row, people[3], {"status": "absent"}, cell=meeting)
    entered(world, row, people[4], {"status": "leave", "reason": "住院"}, cell=meeting)
    Member.objects.filter(pk=people[5].pk).update(standing="suspended")
    proposed = shown(world)
    assert proposed[people[0].pk] != proposed[people[2].pk] and proposed[people[5].pk][1] == "—"
    assert not Entry.objects.exists()
    row = submitted(world, row)
    assert shown(world) == proposed
    text = world.client("organizer_ashi").get(url(world)).content.decode()
    assert "预计" in text and "请核对例外，确认或者退回" in text and "只改例外" not in text
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=date(2026, 11, 10))
    assert Entry.objects.filter(month=MONTH).count() > 5
    assert shown(world) == proposed
    page = world.client("secretary_a1").get(url(world))
    text = page.content.decode()
    assert "预计" not in text and "确认封存" in text and "只改例外" not in text
    assert page.context["page"].totals.tenths == BranchMonth.objects.get().summary["tenths"]
    ledger = {each.member_id: each for each in month_rows(world.a1, MONTH)}
    for pk, (tenths, total) in proposed.items():
        if total != "—":
            assert (tenths, total) == (change_text(ledger[pk].earned), points_text(ledger[pk].total))


def test_points_of_a_member_paid_ahead_are_proposed_as_they_are_posted(world: World) -> None:
    row, member = opened(world), world.members_a1[2]
    entry = PaymentEntry(member.pk, MONTH, 20, 0, date(2026, 9, 15), "cash", "", "", operation=uuid4())
    record_payments(by=world.scope("secretary_a1"), branch=world.a1, entries=[entry], on=date(2026, 11, 6))
    proposed = shown(world)
    submitted(world, row)
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=date(2026, 11, 10))
    assert shown(world) == proposed
    assert Entry.objects.filter(member=member, item="M02", month=MONTH).exists()


def test_points_follow_an_entry_without_the_page(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    client = world.client("secretary_a1")
    before = client.get(url(world), {"points": "1"}).json()
    entered(world, row, member, {"how": "unpaid"})
    after = client.get(url(world), {"points": "1"}).json()
    assert before["rows"].keys() == after["rows"].keys() and before["sum"] != after["sum"]
    changed = {pk for pk in before["rows"] if before["rows"][pk] != after["rows"][pk]}
    assert changed == {str(member.pk)}


def test_exceptions_stand_first_and_the_sheets_order_is_a_link_away(world: World) -> None:
    row = opened(world, members=6)
    last = book(row).rows[-1].member
    client = world.client("secretary_a1")
    entered(world, row, last, {"how": "unpaid"})

    def order(query: str) -> list[str]:
        body = client.get(url(world) + query).content.decode()
        return re.findall(r'data-member="(\d+)"', body)

    by_sheet = [str(each.member.pk) for each in book(row).rows]
    assert order("?order=sheet") == by_sheet
    assert order("") == [str(last.pk), *by_sheet[:-1]]
    assert "例外 1人" in client.get(url(world)).content.decode()


def test_points_by_hand_stand_in_the_row_and_recording_one_leads_back(world: World) -> None:
    opened(world)
    member, client = world.members_a1[0], world.client("secretary_a1")
    link = f"{reverse('points:entry_new', args=[world.a1.pk])}?month={MONTH}&next={url(world)}&member={member.pk}"
    assert link.replace("&", "&amp;") in client.get(url(world)).content.decode()
    form = client.get(link).context["form"]
    assert form.initial["fact_on"] == min(date(2026, 10, 31), timezone.localdate())
    item = next(code for code, each in shipped_items().items() if not each.ledger and each.applies("A"))
    data = {
        "member": member.pk,
        "item": item,
        "fact_on": timezone.localdate().isoformat(),
        "evidence": "值班表第3页",
    }
    assert client.post(link, {**data, "operation": str(uuid4()), "evidence": ""}).status_code == 422
    answer = client.post(link, {**data, "operation": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (303, url(world))
    Entry.objects.update(month=MONTH)
    text = client.get(url(world)).content.decode()
    assert "待审核" in text and shipped_items()[item].name in text
    away = link.replace(f"next={url(world)}", "next=https://example.com/")
    assert client.get(link).context["back"] == url(world) and client.get(away).context["back"] == ""


def test_a_name_cannot_break_out_of_its_row(world: World) -> None:
    row, member = opened(world), world.members_a1[0]
    Member.objects.filter(pk=member.pk).update(name='<b data-x="1">')
    entered(world, row, member, {"how": "proxy", "payer": "阿皮石布\x02name\x02"})
    text = world.client("secretary_a1").get(url(world)).content.decode()
    assert '<b data-x="1">' not in text and "&lt;b data-x=&quot;1&quot;&gt;" in text
