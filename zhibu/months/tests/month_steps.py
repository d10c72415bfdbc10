"""A branch's month in the test county, step by step."""

from datetime import date
from uuid import UUID, uuid4

from tests.days import day_in, month_back
from tests.world import TODAY, World, make_member
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Meeting
from zhibu.meetings.rules.kinds import Kind
from zhibu.members.models import Member
from zhibu.months import actions as months
from zhibu.months.actions.cells import Answer, CellOperation
from zhibu.months.actions.submitting import Counted
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import add_up
from zhibu.months.summaries.book import Book, read_book

MONTH = month_back(1)
THEME_DAY = day_in(MONTH, 15)
EARLY = day_in(month_back(), 6)


def theme_day(world: World, *, on: date = THEME_DAY) -> Meeting:
    """A1 held its theme Party day, everyone present."""
    by = world.scope("secretary_a1")
    planned = meetings.plan_meeting(
        by=by, branch=world.a1, kind=Kind.THEME_PARTY_DAY, day=on, title="主题党日暨党建月会", on=TODAY
    )
    return meetings.hold_meeting(by=by, meeting=planned, on=TODAY)


def opened(world: World, *, month: int = MONTH, members: int = 0, meeting: bool = True) -> BranchMonth:
    """A1's month is open, with so many members in all."""
    for n in range(members - Member.objects.filter(branch=world.a1).count()):
        make_member(
            branch=world.a1,
            name=f"阿尔{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{'子丑寅卯辰巳午未申酉'[n // 10 % 10]}",
        )
    if meeting:
        theme_day(world, on=date(month // 100, month % 100, 15))
    months.open_months(by=world.scope("secretary_a1"), month=month, organization=world.a1, on=TODAY)
    return BranchMonth.objects.get(branch=world.a1, month=month)


def entered(
    world: World,
    row: BranchMonth,
    member: Member,
    value: object,
    *,
    cell: str = "dues",
    seen: int = 0,
    who: str = "secretary_a1",
    id: UUID | None = None,
    on: date = EARLY,
) -> Answer:
    """One operation on one cell."""
    operation = CellOperation(id or uuid4(), member.pk, cell, value, seen)
    return months.apply_operations(by=world.scope(who), branch_month=row, operations=[operation], on=on)[0]


def book(row: BranchMonth) -> Book:
    """The month as the ledgers hold it."""
    return read_book(BranchMonth.objects.get(pk=row.pk))


def counted(row: BranchMonth, *, cash: int = 0, day: date | None = None) -> Counted:
    """What an honest count finds, and ``cash`` more."""
    totals = add_up(each.line for each in book(row).rows)
    attended = totals.came if book(row).held else None
    return Counted(totals.cash + cash, totals.payers, attended, day or book(row).collected_on)


def submitted(world: World, row: BranchMonth, *, who: str = "secretary_a1", on: date = EARLY) -> BranchMonth:
    """The month was counted and handed in."""
    return months.submit_month(by=world.scope(who), branch_month=row, counted=counted(row), on=on)


def sealed(world: World, *, month: int = MONTH, members: int = 0, on: date = EARLY) -> BranchMonth:
    """A1's month is sealed by Ashi."""
    row = submitted(world, opened(world, month=month, members=members), on=on)
    return months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=on)
