"""A month in which people come, go, die or are merged: its sheet counts everyone on its lists, and it is sealed."""

from datetime import date

import pytest

from tests.world import World, make_member
from zhibu.core.access import Refused
from zhibu.meetings import actions as meetings
from zhibu.members.models import Member
from zhibu.members.rules.events import EventKind
from zhibu.mobility.actions import letters, matters
from zhibu.mobility.tests.cases import entry
from zhibu.mobility.tests.transfer_steps import receive, to_b1
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import ELSEWHERE
from zhibu.months.summaries.page import month_page
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import book, counted, entered
from zhibu.points.models import Entry

pytestmark = pytest.mark.dated

MONTH = 202611
MOVED, MET, LATER = date(2026, 11, 20), date(2026, 11, 28), date(2026, 12, 2)


def met(world: World, place: str, day: date, kind: str = "theme_party_day") -> None:
    """The branch held a meeting and wrote its list on the last day of the month."""
    branch = getattr(world, place)
    by = world.scope("county_organizer")
    planned = meetings.plan_meeting(by=by, branch=branch, kind=kind, day=day, on=LATER)
    meetings.hold_meeting(by=by, meeting=planned, on=LATER)


def moved_to_b1(world: World, member: Member, day: date = MOVED, *, paid_to: str = "2026-11") -> None:
    """From A1 to B1, received on that day; the letter says to which month dues are paid."""
    row = to_b1(world, member, dues=paid_to)
    letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=date(2026, 11, 1))
    receive(world, row, received_on=day, on=LATER)


def through(world: World, row: BranchMonth) -> BranchMonth:
    """Handed in with an honest count by the county, sealed by another."""
    row = months.submit_month(
        by=world.scope("county_organizer"), branch_month=row, counted=counted(row), on=LATER
    )
    return months.seal_month(by=world.scope("county_organizer_2"), branch_month=row, on=LATER)


def opened_at(world: World, *places: str) -> list[BranchMonth]:
    """November is open everywhere."""
    months.open_months(
        by=world.scope("county_organizer"), month=MONTH, organization=world.county, on=date(2026, 11, 2)
    )
    return [BranchMonth.objects.get(branch=getattr(world, place), month=MONTH) for place in places]


def test_a_newcomer_on_the_list_is_counted_and_the_month_is_sealed(world: World) -> None:
    make_member(branch=world.b1)
    mover = world.members_a1[0]
    left, came = opened_at(world, "a1", "b1")
    met(world, "a1", date(2026, 11, 10))
    moved_to_b1(world, mover)
    met(world, "b1", MET)
    assert counted(came).attended == 2, "both signed"
    line = next(each.line for each in book(came).rows if each.member == mover)
    assert (line.kind, line.assessed, line.on_page) == (ELSEWHERE, 0, 0)
    page = month_page(came, submit_day=10)
    assert [row.assessed for row in page.rows if row.name == mover.name] == ["别处交"]
    sealed = through(world, came)
    assert (sealed.summary["came"], sealed.summary["members"], sealed.attended) == (2, 2, 2)
    other = through(world, left)
    assert (other.summary["came"], other.summary["paid"]) == (3, 60)
    posted = Entry.objects.filter(member=mover, month=MONTH)
    assert sorted(posted.values_list("item", flat=True)) == ["M01", "M02"], "each point once"
    assert verify_seals().broken is None


def test_the_newcomers_presence_is_entered_and_dues_are_not(world: World) -> None:
    make_member(branch=world.b1)
    mover = world.members_a1[0]
    _left, came = opened_at(world, "a1", "b1")
    moved_to_b1(world, mover)
    met(world, "b1", MET)
    meeting = str(book(came).held[0].pk)
    told = entered(world, came, mover, {"status": "absent"}, cell=meeting, who="county_organizer", on=LATER)
    assert told.outcome == "done"
    told = entered(world, came, mover, {"how": "self", "amount": 50}, who="county_organizer", on=LATER)
    assert (told.outcome, "党费不记在本支部" in told.sentence or "名单里" in told.sentence) == (
        "refused",
        True,
    )
    assert through(world, came).summary["came"] == 1


def test_a_false_number_of_signatures_is_still_refused(world: World) -> None:
    make_member(branch=world.b1)
    _left, came = opened_at(world, "a1", "b1")
    moved_to_b1(world, world.members_a1[0])
    met(world, "b1", MET)
    honest = counted(came)
    with pytest.raises(Refused, match="到会签名1人次，各行合计2人次"):
        months.submit_month(
            by=world.scope("county_organizer"),
            branch_month=came,
            counted=months.Counted(honest.cash, honest.heads, 1, honest.collected_on),
            on=LATER,
        )


def test_who_died_after_a_meeting_stays_on_its_sheet(world: World) -> None:
    [row] = opened_at(world, "a1")
    met(world, "a1", date(2026, 11, 10))
    matters.enter_event(
        by=world.scope("organizer_ashi"),
        member=world.members_a1[1],
        entry=entry(EventKind.DIE, decided_on=date(2026, 11, 22)),
        on=LATER,
    )
    assert through(world, row).summary["came"] == 3
