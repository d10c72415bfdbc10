"""People who come, go, die and are moved with their branches while months are open; and the way to the last seal."""

from datetime import date, timedelta
from uuid import uuid4

from tests.world import TODAY, World, make_member
from zhibu.core.months import first_day, last_day
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Meeting
from zhibu.members.models import Member
from zhibu.members.rules.events import EventKind
from zhibu.mobility.actions import letters, matters, receipts, transfers
from zhibu.mobility.models import Transfer
from zhibu.mobility.tests.cases import entry
from zhibu.months import actions as months
from zhibu.months.actions.cells import CellOperation
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import MonthState
from zhibu.months.tests.month_steps import book, counted
from zhibu.months.tests.walk import Walk
from zhibu.organizations.models import Organization


class Comings(Walk):
    """The deeds of ``Walk``, and everything that changes who belongs to which branch. Nobody mends a seal."""

    do_except = None  # type: ignore[assignment]
    do_end_exception = None  # type: ignore[assignment]

    @classmethod
    def names(cls) -> list[str]:
        """All that can be done."""
        return [name for name in super().names() if getattr(cls, f"do_{name}") is not None]

    def _place(self, n: int) -> Organization:
        place = (self.world.a1, self.world.b1, self.world.a2)[n % 3]
        return Organization.objects.get(pk=place.pk)

    def _day(self, n: int) -> date:
        month = self._month(n)
        return min(first_day(month) + timedelta(days=n * 3 % 28), TODAY)

    def _anybody(self, n: int) -> Member:
        rows = list(Member.objects.filter(merged_into=None).select_related("branch").order_by("pk"))
        return rows[n % len(rows)]

    def do_move(self, one: int, two: int) -> None:
        """A transfer from asking to receipt, received on a day of an open month."""
        member, to, day = self._anybody(one), self._place(two), self._day(one + two)
        row = transfers.request_transfer(
            by=self._by("county_organizer"),
            member=member,
            to_branch=to,
            reason="工作调动",
            dues_paid_to=f"{day:%Y-%m}",
            on=day,
        )
        letters.issue_letter(by=self._by("county_organizer"), transfer=row, on=day)
        receipts.receive_transfer(by=self._by("county_organizer_2"), transfer=row, received_on=day, on=TODAY)

    def do_cancel_moves(self, one: int, two: int) -> None:
        for row in Transfer.objects.open():
            transfers.cancel_transfer(
                by=self._by("county_organizer"), transfer=row, reason="本人不走了", on=TODAY
            )

    def do_die(self, one: int, two: int) -> None:
        matters.enter_event(
            by=self._by("county_organizer"),
            member=self._anybody(one),
            entry=entry(EventKind.DIE, decided_on=self._day(two)),
            on=TODAY,
        )

    def do_arrive(self, one: int, two: int) -> None:
        make_member(branch=self._place(one), arrived_on=self._day(two))

    def do_found(self, one: int, two: int) -> None:
        """A month of everybody is opened by the county."""
        self.world.county.refresh_from_db()
        months.open_months(
            by=self._by("county_organizer"), month=self._month(one), organization=self.world.county, on=TODAY
        )

    def do_meet(self, one: int, two: int) -> None:
        day, by = self._day(two), self._by("county_organizer")
        row = meetings.plan_meeting(
            by=by,
            branch=self._place(one),
            kind=("theme_party_day", "party_class")[two % 2],
            day=day,
            on=TODAY,
        )
        if one % 4:
            meetings.hold_meeting(by=by, meeting=row, on=TODAY)


def to_the_last_seal(world: World) -> list[BranchMonth]:
    """Whoever has to do with them brings every month that asks for something to its seal."""
    for row in BranchMonth.objects.asking().exclude(state=MonthState.SEALED).order_by("month", "pk"):
        _sealed(world, BranchMonth.objects.select_related("branch").get(pk=row.pk))
    return list(BranchMonth.objects.asking().exclude(state=MonthState.SEALED))


def _sealed(world: World, row: BranchMonth) -> None:
    clerk, confirms = world.scope("county_organizer"), world.scope("county_organizer_2")
    if row.state == MonthState.SUBMITTED:
        row = months.return_month(by=confirms, branch_month=row, reason="请再核对一遍", on=TODAY)
    for meeting in Meeting.objects.filter(branch=row.branch_id, month=row.month, state="planned"):
        meetings.cancel_meeting(by=clerk, meeting=meeting, on=TODAY)
    for each in book(row).rows:
        for cell, settled in [("dues", each.dues), *((str(pk), cell) for pk, cell in each.cells.items())]:
            if settled.rivals:
                choice = CellOperation(uuid4(), each.member.pk, cell, settled.value, settled.version)
                months.apply_operations(by=clerk, branch_month=row, operations=[choice], on=TODAY)
    if book(row).is_empty:
        return
    day = min(max(book(row).collected_on, first_day(row.month)), last_day(row.month), TODAY)
    row = months.submit_month(by=clerk, branch_month=row, counted=counted(row, day=day), on=TODAY)
    months.seal_month(by=confirms, branch_month=row, on=TODAY)
