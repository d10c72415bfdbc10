"""What opened months do when memberships end, move, begin or change: nobody owes what is not due, no sheet is stuck."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.core.access import Refused
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, FirstMonth, Payment
from zhibu.dues.summaries.ledger import month_rows, month_totals
from zhibu.members import actions as members
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions import letters, matters
from zhibu.mobility.actions.arrivals import propose_arrival
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.mobility.actions.receipts import confirm_receipt
from zhibu.mobility.tests.test_transfers_across import FACTS
from zhibu.mobility.tests.transfer_steps import issued, out, receive, to_b1
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.tests.month_steps import book, submitted

pytestmark = pytest.mark.dated
OCTOBER, NOVEMBER, DECEMBER = 202610, 202611, 202612
DAY, END = date(2026, 11, 8), date(2026, 12, 5)


def kinds(member: Member) -> dict[int, tuple[str, int]]:
    rows = Due.objects.filter(member=member).values_list("month", "kind", "amount")
    return {month: (kind, amount) for month, kind, amount in rows}


def opened(world: World, *months_: int) -> BranchMonth:
    """A1 has opened these months; the last one."""
    for month in months_:
        months.open_months(
            by=world.scope("secretary_a1"),
            month=month,
            organization=world.a1,
            on=max(TODAY, date(2026, 12, 1)),
        )
    return BranchMonth.objects.get(branch=world.a1, month=months_[-1])


def died(world: World, member: Member, day: date = date(2026, 10, 28), on: date = DAY) -> MembershipEvent:
    return matters.enter_event(
        by=world.scope("secretary_a1"),
        member=member,
        entry=Entry(EventKind.DIE, day, "村党支部", evidence="死亡证明", effective_on=day),
        on=on,
    )


def test_nothing_is_due_after_the_month_of_a_death_entered_late(world: World) -> None:
    member = world.members_a1[0]
    row = opened(world, OCTOBER, NOVEMBER)
    died(world, member)
    assert kinds(member) == {OCTOBER: ("due", 20), NOVEMBER: ("left", 0)}
    row = submitted(world, row, on=END)
    line = next(each for each in book(row).rows if each.member.pk == member.pk)
    assert (line.line.owes, line.line.on_page) == (False, 0)
    assert not Payment.objects.filter(member=member).exists()
    page = world.client("secretary_a1").get(reverse("months:month", args=[world.a1.pk, NOVEMBER]))
    assert "已不在册" in page.content.decode()
    with pytest.raises(Refused, match="已经不在册"):
        dues.record_payments(
            by=world.scope("secretary_a1"),
            branch=world.a1,
            entries=[dues.PaymentEntry(member.pk, NOVEMBER, 20, 0, TODAY, "cash", "", "", operation=uuid4())],
            on=TODAY,
        )
    row = months.seal_month(by=world.scope("organizer_ashi"), branch_month=seal_before(world), on=END)
    assert row.state == "sealed"


def seal_before(world: World) -> BranchMonth:
    """October of A1, submitted."""
    return submitted(world, BranchMonth.objects.get(branch=world.a1, month=OCTOBER), on=END)


def test_a_payment_of_the_page_made_before_the_end_was_known_is_shown_as_too_much_and_given_back(
    world: World,
) -> None:
    member = world.members_a1[0]
    row = submitted(world, opened(world, NOVEMBER), on=END)
    died(world, member, on=END)
    shown = next(each for each in month_rows(world.a1, NOVEMBER) if each.member_id == member.pk)
    assert (shown.kind, shown.left, shown.over) == ("left", 0, 20)
    organizer = world.scope("organizer_ashi")
    with pytest.raises(Refused, match="提交以后又有改动"):
        months.seal_month(by=organizer, branch_month=row, on=END)
    months.return_month(by=organizer, branch_month=row, reason="有人已经去世", on=END)
    row = months.seal_month(by=organizer, branch_month=submitted(world, row, on=END), on=END)
    assert row.summary["paid"] == 40
    assert sum(each.amount for each in Payment.objects.filter(member=member)) == 0


def test_a_sealed_month_keeps_what_it_says_of_who_had_died(world: World) -> None:
    member = world.members_a1[0]
    row = submitted(world, opened(world, NOVEMBER), on=END)
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=END)
    died(world, member, on=END)
    assert kinds(member)[NOVEMBER] == ("due", 20)


def test_whoever_left_the_county_owes_to_the_month_of_leaving_and_back_from_the_letter_on(
    world: World,
) -> None:
    member = world.members_a1[1]
    opened(world, OCTOBER, NOVEMBER, DECEMBER)
    confirm_receipt(
        by=world.scope("organizer_ashi"),
        transfer=out(world, member),
        received_on=TODAY,
        received_by="成都某党委",
        on=TODAY,
    )
    assert kinds(member) == {
        OCTOBER: ("due", 20),
        NOVEMBER: ("due", 20),
        DECEMBER: ("left", 0),
    }


def test_a_whole_month_of_suspended_standing_owes_nothing_and_an_appeal_makes_later_months_due(
    world: World,
) -> None:
    member = world.members_a1[1]
    opened(world, OCTOBER, NOVEMBER, DECEMBER)
    MembershipEvent.objects.create(
        member=member,
        branch=world.a1,
        kind=EventKind.SUSPEND_STANDING,
        state="in_effect",
        decided_on=date(2026, 10, 10),
        decided_by="凉阿委",
        effective_on=date(2026, 10, 10),
        proposed_by="刘洋",
        proposed_at="2026-10-10T00:00:00Z",
        before={"standing": "active"},
        after={"standing": "suspended"},
    )
    Member.objects.filter(pk=member.pk).update(standing="suspended")
    event = MembershipEvent.objects.get(member=member)
    dues.follow_event(event=event, on=TODAY)
    assert kinds(member) == {OCTOBER: ("due", 20), NOVEMBER: ("none", 0), DECEMBER: ("none", 0)}
    matters.settle_event(
        by=world.scope("county_organizer"),
        event=matters.enter_event(
            by=world.scope("organizer_ashi"),
            member=Member.objects.get(pk=member.pk),
            entry=Entry(
                EventKind.RESTORE_STANDING,
                TODAY,
                "凉阿委",
                document="凉阿委〔2026〕9号",
                evidence="本人已经回来，支部大会同意",
            ),
            on=TODAY,
        ),
        approve=True,
        settled_on=TODAY,
        document="凉组〔2026〕3号",
        effective_on=TODAY,
        on=TODAY,
    )
    assert kinds(member) == {OCTOBER: ("due", 20), NOVEMBER: ("due", 20), DECEMBER: ("due", 20)}


def test_opened_months_after_those_of_the_letter_are_owed_where_the_member_is(world: World) -> None:
    first, second = world.members_a1[:2]
    opened(world, OCTOBER, NOVEMBER, DECEMBER)
    dues.record_payments(
        by=world.scope("secretary_a1"),
        branch=world.a1,
        entries=[dues.PaymentEntry(second.pk, DECEMBER, 20, 0, TODAY, "cash", "", "", operation=uuid4())],
        on=TODAY,
    )
    for member in (first, second):
        receive(world, issued(world, member))
    at = dict(Due.objects.filter(member=first).values_list("month", "branch_id"))
    assert at == {OCTOBER: world.a1.pk, NOVEMBER: world.b1.pk, DECEMBER: world.b1.pk}
    at = dict(Due.objects.filter(member=second).values_list("month", "branch_id"))
    assert at == {OCTOBER: world.a1.pk, NOVEMBER: world.b1.pk, DECEMBER: world.a1.pk}, "what is paid stays"
    totals = month_totals([world.a1.pk, world.b1.pk], DECEMBER)
    assert totals[world.b1.pk].left == 20


@pytest.mark.parametrize("is_opened", [True, False], ids=["opened before", "opened after"])
@pytest.mark.parametrize(
    ("paid_to", "first"),
    [("2026-08", NOVEMBER), ("2026-10", NOVEMBER), ("2026-11", DECEMBER), ("2026-12", 202701)],
)
def test_a_letter_inside_the_county_says_which_month_is_the_first_due_in_the_new_branch(
    world: World, paid_to: str, first: int, *, is_opened: bool
) -> None:
    """No month is owed twice, none is dropped; gaps of before belong to the branch that held the member."""
    member, all_months = world.members_a1[0], (OCTOBER, NOVEMBER, DECEMBER)
    by, later = world.scope("county_organizer"), date(2026, 12, 1)
    if is_opened:
        for month in all_months:
            dues.open_month(by=by, month=month, on=TODAY)
    row = letters.issue_letter(
        by=world.scope("organizer_ashi"), transfer=to_b1(world, member, dues=paid_to), on=TODAY
    )
    receive(world, row)
    for month in (*all_months, 202701):
        dues.open_month(by=by, month=month, on=later)
    at = dict(Due.objects.filter(member=member).values_list("month", "branch_id"))
    places = {month: world.a1.pk if month < first else world.b1.pk for month in (*all_months, 202701)}
    assert at == places
    for month in all_months:
        totals = month_totals([world.a1.pk, world.b1.pk], month)
        assert sum(each.assessed for each in totals.values()) == 20 * len(world.members_a1)


@pytest.mark.parametrize(
    ("paid_to", "wanted"),
    [
        ("2026-09", {NOVEMBER: "due", DECEMBER: "due"}),
        ("2026-10", {NOVEMBER: "due", DECEMBER: "due"}),
        ("2026-11", {NOVEMBER: "none", DECEMBER: "due"}),
    ],
)
def test_the_letter_says_which_month_is_the_first_due(
    world: World, paid_to: str, wanted: dict[int, str]
) -> None:
    proposal = propose_arrival(
        by=world.scope("secretary_a1"),
        branch=world.a1,
        facts=FACTS,
        outside="中共喜德县光明镇委员会",
        letter="喜德光字〔2026〕第8号",
        letter_on=date(2026, 11, 10),
        letter_until=None,
        dues_paid_to=paid_to,
        received_on=TODAY,
        reason="嫁到尔木村",
        on=TODAY,
    )
    settle_enrollments(by=world.scope("organizer_ashi"), proposals=[proposal], accept=True, on=TODAY)
    member = Member.objects.get(name=FACTS.name)
    assert FirstMonth.objects.get(member=member).month == int(paid_to.replace("-", "")) + 1
    opened(world, OCTOBER, NOVEMBER, DECEMBER)
    assert {month: kind for month, (kind, _amount) in kinds(member).items()} == wanted


def test_another_category_counts_in_opened_months_from_this_one_on(world: World) -> None:
    member = world.members_a1[0]
    Member.objects.filter(pk=member.pk).update(dues_category="salaried")
    opened(world, OCTOBER, NOVEMBER)
    member.refresh_from_db()
    assert kinds(member) == {OCTOBER: ("due", 0), NOVEMBER: ("due", 0)}
    members.correct_member(
        by=world.scope("organizer_ashi"),
        member=member,
        changes={"dues_category": "farmer"},
        reason="已经回村务农",
        on=TODAY,
    )
    assert kinds(member) == {OCTOBER: ("due", 0), NOVEMBER: ("due", 20)}
