"""A branch's month read once from the three ledgers: for the page, for submitting and for the seal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from uuid import UUID, uuid5

from django.db.models import F, Q

from zhibu.core.months import last_day
from zhibu.dues.models import Due, Payment
from zhibu.dues.rules.quarters import waits_for_quarter
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.attendance import Status
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.rules.cells import Claim, DuesCell, Settled, StatusCell, read_dues, settle
from zhibu.months.rules.months import ELSEWHERE, Line, MonthState
from zhibu.points.models import Entry

DUES = "dues"
POINTS = "points"
_NAMESPACE = UUID("6f1d9c5e-0b57-5e0e-9a3b-2f7e4c1d8a60")
USUAL_DUES = DuesCell().plain()


def payment_operation(branch_month: int, member: int, version: int, attempt: int = 0) -> UUID:
    """The id under which a row's payment is written: one for each version of the cell, so never twice.

    ``attempt``: how many under this version were written and given back before.
    """
    again = f":{attempt}" if attempt else ""
    return uuid5(_NAMESPACE, f"pay:{branch_month}:{member}:{version}{again}")


def reversal_operation(payment: int) -> UUID:
    """The id under which a payment of the page is reversed."""
    return uuid5(_NAMESPACE, f"reverse:{payment}")


def ledger_operation(branch_month: int, attendance: int, version: int) -> UUID:
    """The id of an entry the page takes over from the ledger of meetings."""
    return uuid5(_NAMESPACE, f"ledger:{branch_month}:{attendance}:{version}")


@dataclass(frozen=True, slots=True)
class Row:
    """A member's row. ``written``: payments this page has written and nobody has reversed; ``attempt``: how many it
    has written under the present version of the cell of dues, reversed or not."""

    number: int
    member: Member
    line: Line
    dues: Settled
    attendance: Mapping[int, Attendance]
    cells: Mapping[int, Settled]
    written: tuple[Payment, ...]
    elsewhere: tuple[Payment, ...]
    attempt: int

    @property
    def rivals(self) -> int:
        """How many of the row's cells wait for somebody to choose."""
        return bool(self.dues.rivals) + sum(bool(cell.rivals) for cell in self.cells.values())


@dataclass(frozen=True)
class Book:
    """Everything of one branch and month.

    ``others``: who is on one of its lists without a due here, because the month was opened elsewhere or before
    they came. ``prepaid``: what members paid for the month in another branch, before they came.
    """

    branch_month: BranchMonth
    dues: list[Due]
    payments: list[Payment]
    prepaid: list[Payment]
    meetings: list[Meeting]
    attendance: list[Attendance]
    operations: list[Operation]
    entries: list[Entry]
    others: list[Member] = field(default_factory=list)

    @cached_property
    def people(self) -> dict[int, Member]:
        """Everyone of the month in the order of the printed sheet: who owes here, was on a list, or paid here."""
        found = [*(due.member for due in self.dues), *self.others]
        return {each.pk: each for each in sorted(found, key=attrgetter("pinyin", "pk"))}

    @property
    def is_empty(self) -> bool:
        """Nobody belongs to the month and nothing happened in it: there is nothing to hand in."""
        return not (self.dues or self.meetings or self.payments)

    @cached_property
    def held(self) -> list[Meeting]:
        """The month's meetings that took place, in their order."""
        return [meeting for meeting in self.meetings if meeting.state == "held"]

    @cached_property
    def rows(self) -> list[Row]:
        """One row a member, in the order of the printed sheet."""
        claims = claims_of(self.operations)
        seen = {meeting.pk for meeting in self.held}
        present: dict[int, dict[int, Attendance]] = defaultdict(dict)
        for each in self.attendance:
            if each.meeting_id in seen:
                present[each.member_id][each.meeting_id] = each
        paid: dict[int, list[Payment]] = defaultdict(list)
        for payment in standing([*self.payments, *self.prepaid]):
            paid[payment.member_id].append(payment)
        points: dict[int, int] = defaultdict(int)
        for entry in self.entries:
            if entry.state == "approved":
                points[entry.member_id] += entry.tenths
        owed = {due.member_id: due for due in self.dues}
        return [
            self._row(n, member, owed.get(pk), claims, present[pk], paid[pk], points[pk])
            for n, (pk, member) in enumerate(self.people.items(), 1)
        ]

    def _row(
        self,
        number: int,
        person: Member,
        due: Due | None,
        claims: Mapping[tuple[int, str], list[Claim]],
        present: Mapping[int, Attendance],
        paid: Iterable[Payment],
        tenths: int,
    ) -> Row:
        member, branch = person.pk, self.branch_month.branch_id
        cell = settle(claims.get((member, DUES), ()), default=USUAL_DUES)
        before = self._taken[member]
        attempts = range(max(len(before), 1))
        mine = {
            payment_operation(self.branch_month.pk, member, version, attempt): version
            for version in range(cell.version + 1)
            for attempt in attempts
        }
        written = tuple(payment for payment in paid if payment.operation in mine)
        elsewhere = tuple(payment for payment in paid if payment.operation not in mine)
        # What the page took before the branch consented stands as it was written.
        by_quarter = due is not None and due.by_quarter and not written
        if due is None or by_quarter:  # what is entered about dues that do not come here says nothing
            cell = Settled(USUAL_DUES, cell.version)
        kind, assessed = (ELSEWHERE, 0) if due is None else (due.kind, due.amount)
        cells = {
            meeting: attendance_cell(row, claims.get((member, str(meeting)), ()))
            for meeting, row in present.items()
        }
        return Row(
            number,
            person,
            Line(
                member_id=member,
                kind=kind,
                assessed=assessed,
                dues=read_dues(cell.value, assessed=assessed),
                elsewhere=sum(p.amount + p.extra for p in elsewhere if p.branch_id == branch),
                prepaid=sum(p.amount + p.extra for p in elsewhere if p.branch_id != branch),
                is_written=bool(written),
                statuses={meeting: row.status for meeting, row in present.items()},
                tenths=tenths,
                by_quarter=by_quarter,
                waits=due is not None
                and waits_for_quarter(self.branch_month.month, by_quarter=due.by_quarter),
            ),
            cell,
            present,
            cells,
            written,
            elsewhere,
            sum(mine.get(operation) == cell.version for operation in before),
        )

    @cached_property
    def _taken(self) -> Mapping[int, list[UUID]]:
        """The operations of all payments that were taken in the branch, by member, also of those given back."""
        found: dict[int, list[UUID]] = defaultdict(list)
        for payment in self.payments:
            if payment.reverses_id is None:
                found[payment.member_id].append(payment.operation)
        return found

    @cached_property
    def collected_on(self) -> date:
        """The day on which dues are usually collected: the last meeting of the month, else its last day."""
        if self.branch_month.collected_on is not None:
            return self.branch_month.collected_on
        return max((m.on for m in self.held), default=last_day(self.branch_month.month))


def claims_of(operations: Iterable[Operation]) -> dict[tuple[int, str], list[Claim]]:
    """What was entered, by member and cell; refused entries are none."""
    found: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for row in operations:
        if row.outcome != "refused" and row.member_id is not None:
            found[row.member_id, row.cell].append(Claim(row.seen, row.value, row.by, row.at))
    return found


def attendance_cell(row: Attendance, claims: Iterable[Claim]) -> Settled:
    """A meeting's cell as the ledger has it, with the version to send back and what is to be chosen from."""
    ledger = value_of(row)
    settled = settle(claims, default=ledger)
    version = max(settled.version, row.version)
    if settled.value != ledger:  # the ledger was changed from elsewhere since: that is the latest word
        return Settled(ledger, version + 1 if settled.version >= row.version else version)
    return Settled(ledger, version, settled.rivals)


def value_of(row: Attendance) -> dict[str, object]:
    """The ledger's row as a cell's value."""
    reason = "" if row.status == Status.PRESENT else row.reason
    return StatusCell(Status(row.status), reason).plain()


def standing(payments: Iterable[Payment]) -> list[Payment]:
    """Payments that were not reversed, without the reversals."""
    rows = list(payments)
    reversed_ = {row.reverses_id for row in rows if row.reverses_id is not None}
    return [row for row in rows if row.reverses_id is None and row.pk not in reversed_ and not row.large]


def read_book(branch_month: BranchMonth, *, with_points: bool = True, hold_meetings: bool = False) -> Book:
    """Five queries, however many members; four without the points, one more where somebody is on a list without a
    due. ``hold_meetings``: whoever is changing one of the month's meetings is waited for, and waits for us."""
    branch, month = branch_month.branch_id, branch_month.month
    dues = list(
        Due.objects.filter(branch=branch, month=month)
        .select_related("member")
        .defer("member__resident_id", "member__phone")
        .order_by("member__pinyin", "member_id")
    )
    of_month = Payment.objects.filter(month=month)
    # What came after the seal is not on the page.
    if branch_month.state == MonthState.SEALED and branch_month.sealed_at is not None:
        of_month = of_month.filter(at__lte=branch_month.sealed_at)
    payments = list(
        of_month.filter(Q(branch=branch) | Q(member__in=[due.member_id for due in dues])).order_by("pk")
    )
    meetings, attendance = _meetings(branch_month, hold=hold_meetings)
    here = [payment for payment in payments if payment.branch_id == branch]
    return Book(
        branch_month,
        dues,
        here,
        [payment for payment in payments if payment.branch_id != branch],
        meetings,
        attendance,
        list(Operation.objects.filter(branch_month=branch_month).order_by("at")),
        entries_of(branch_month) if with_points else [],
        _others(dues, here, meetings, attendance),
    )


def _others(
    dues: Iterable[Due],
    payments: Iterable[Payment],
    meetings: Iterable[Meeting],
    attendance: Iterable[Attendance],
) -> list[Member]:
    """Who came to the month's meetings or paid here without a due of the branch. No query where nobody did."""
    held = {meeting.pk for meeting in meetings if meeting.state == "held"}
    named = {line.member_id for line in attendance if line.meeting_id in held}
    named |= {payment.member_id for payment in standing(payments)}
    missing = named - {due.member_id for due in dues}
    if not missing:
        return []
    return list(Member.objects.filter(pk__in=missing).defer("resident_id", "phone"))


_OF_MEETING = tuple(
    field.attname for field in Meeting._meta.concrete_fields if field.name not in {"minutes", "agenda"}
)
_OF_ATTENDANCE = tuple(field.attname for field in Attendance._meta.concrete_fields)


def _meetings(branch_month: BranchMonth, *, hold: bool) -> tuple[list[Meeting], list[Attendance]]:
    """The month's meetings in their order, and who was there in the order of entry: one query for both.

    The lines of a canceled meeting stay, as the seals have them. Plain values: a meeting is made once, not for
    each of its lines.
    """
    rows = (
        Meeting.objects.filter(branch=branch_month.branch_id, month=branch_month.month)
        .order_by("on", F("time").asc(nulls_last=True), "pk", "attendance__pk")
        .values_list(*_OF_MEETING, *(f"attendance__{name}" for name in _OF_ATTENDANCE))
    )
    if hold:
        # no_key: lines and files that point to the meeting need not wait.
        rows = rows.select_for_update(of=("self",), no_key=True)
    meetings: dict[int, Meeting] = {}
    attendance = []
    for values in rows:
        of_meeting, of_line = values[: len(_OF_MEETING)], values[len(_OF_MEETING) :]
        meeting = meetings.get(of_meeting[0])
        if meeting is None:
            meeting = meetings[of_meeting[0]] = Meeting.from_db("default", _OF_MEETING, of_meeting)
        if of_line[0] is not None:
            line = Attendance.from_db("default", _OF_ATTENDANCE, of_line)
            line.meeting = meeting
            attendance.append(line)
    listed = [meeting for meeting in meetings.values() if meeting.state != "canceled"]
    return listed, sorted(attendance, key=attrgetter("pk"))


def entries_of(branch_month: BranchMonth) -> list[Entry]:
    """Points that count in the month, without those of the year's close. One query."""
    rows = Entry.objects.of_months().filter(branch=branch_month.branch_id, month=branch_month.month)
    return list(rows.order_by("pk"))


def with_entries(book: Book, entries: list[Entry]) -> Book:
    """The same month with these points, without those of the year's close."""
    return replace(book, entries=[entry for entry in entries if entry.source != "study"])
