"""The one way into a monthly record: operations on cells, each by the client's own id, each done once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.db import get_visible
from zhibu.core.hands import Person
from zhibu.core.text import gettext_noop
from zhibu.dues.models import Due, Payment
from zhibu.dues.rules.owing import NOTHING_ASKED
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Attendance
from zhibu.months.models import BranchMonth, LockException, Operation
from zhibu.months.rules.cells import Claim, Settled, canonical, read_dues, read_status, settle
from zhibu.months.rules.months import MonthState
from zhibu.months.summaries.book import (
    DUES,
    USUAL_DUES,
    attendance_cell,
    claims_of,
    ledger_operation,
    value_of,
)
from zhibu.organizations.querysets import AtBranch
from zhibu.ui.templatetags.ui import sentence

SUBMIT = "months.submit"
MOST = 500
HIGHEST = 30_000  # versions of one cell in one month
EDITABLE = (MonthState.OPEN, MonthState.RETURNED)
LEDGER = "组织生活台账"


@dataclass(frozen=True, slots=True)
class CellOperation:
    """What a client asks for. ``seen``: the version it showed. ``client_at``: its own clock, told and never trusted."""

    id: UUID
    member: int
    cell: str
    value: object
    seen: int = 0
    client_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The receipt of one operation.

    ``outcome``: done, same, conflict, refused. ``version`` and ``value``: the cell as it is now. ``rivals``:
    what different people entered, when somebody has to choose. ``sentence``: why it was refused.
    """

    id: UUID
    member: int
    cell: str
    outcome: str
    version: int = 0
    value: object = None
    rivals: tuple[Mapping[str, object], ...] = ()
    sentence: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return {
            "id": str(self.id),
            "member": self.member,
            "cell": self.cell,
            "outcome": self.outcome,
            "version": self.version,
            "value": self.value,
            "rivals": list(self.rivals),
            "sentence": self.sentence,
        }


@transaction.atomic
def apply_operations(
    *, by: Scope, branch_month: BranchMonth, operations: Sequence[CellOperation], on: date
) -> list[Answer]:
    """Do the operations in their order and answer each; one that was answered before is answered the same.

    Nothing raises for a single operation: what cannot be done is refused with a sentence, and the others go
    on. The state of a cell follows from the set of operations, so any order comes to the same.
    """
    row = _held_months().get(pk=branch_month.pk)
    by.require(SUBMIT, row.branch.path)
    return _answers(by, row, operations, on)


@transaction.atomic
def apply_operations_at(
    *, by: Scope, branch: int, month: int, operations: Sequence[CellOperation], on: date
) -> list[Answer]:
    """``apply_operations`` on a month nobody has read yet: it is read once, when it is held.

    A month that is out of the scope is not there (404), like one that does not exist.
    """
    row = get_visible(_held_months(), by, SUBMIT, branch=branch, month=month)
    return _answers(by, row, operations, on)


def _held_months() -> AtBranch[BranchMonth]:
    rows = BranchMonth.objects.select_related("branch").select_for_update(of=("self",))
    return rows.only("month", "state", "digest", "branch__path")


def _answers(by: Scope, row: BranchMonth, operations: Sequence[CellOperation], on: date) -> list[Answer]:
    if len(operations) > MOST:
        raise Refused(gettext_noop("一次最多发送{most}项，请分几次发送。"), most=MOST)
    wanted = {operation.id for operation in operations}
    members, cells = {each.member for each in operations}, {each.cell for each in operations}
    # One read tells what was answered before and what stands in the cells.
    found = list(
        Operation.objects.filter(Q(pk__in=wanted) | Q(branch_month=row, member__in=members, cell__in=cells))
    )
    known = {each.pk: each for each in found if each.pk in wanted}
    fresh = {each.id: each for each in operations if each.id not in known}
    earlier = [each for each in found if each.branch_month_id == row.pk]
    answers = _apply(by, row, list(fresh.values()), earlier, on) if fresh else {}
    return [answers[each.id] if each.id in fresh else _again(row, known[each.id]) for each in operations]


def _again(row: BranchMonth, known: Operation) -> Answer:
    if known.branch_month_id != row.pk:
        return Answer(
            known.pk,
            0,
            known.cell,
            "refused",
            sentence=gettext_noop("这一项的编号已经用过，请刷新页面再填。"),
        )
    told = {name: value for name, value in known.answer.items() if name in Answer.__slots__}
    return Answer(**{**told, "id": known.pk, "rivals": tuple(told.get("rivals", ()))})


def _apply(
    by: Scope,
    row: BranchMonth,
    operations: Sequence[CellOperation],
    earlier: Iterable[Operation],
    on: date,
) -> dict[UUID, Answer]:
    """Answer what has not been seen before. Two queries, or three where both dues and meetings are among them,
    and those of the ledger of meetings for each change there."""
    at = timezone.now()
    closed = why_closed(by, row, on=on)
    desk = _Desk(by, row, operations, earlier, at, on) if not closed else None
    answers: dict[UUID, Answer] = {}
    written = []
    for operation in operations:
        try:
            if desk is None:
                raise Refused(closed)
            answer = desk.answer(operation)
        except Refused as refusal:
            answer = Answer(
                operation.id, operation.member, operation.cell, "refused", sentence=sentence(refusal)
            )
        answers[operation.id] = answer
        known = desk is not None and operation.member in desk.listed
        written.append(
            Operation(
                id=operation.id,
                branch_month=row,
                member_id=operation.member if known else None,
                cell=operation.cell[:20],
                value=desk.values.get(operation.id, {}) if desk is not None else {},
                seen=min(max(operation.seen, 0), HIGHEST),
                version=answer.version,
                outcome=answer.outcome,
                answer=answer.plain(),
                client_at=operation.client_at,
                by=by.name,
                at=at,
            )
        )
    if desk is not None and desk.taken_over:
        Operation.objects.bulk_create(desk.taken_over, ignore_conflicts=True)
    Operation.objects.bulk_create(written)
    return answers


def why_closed(by: Scope, row: BranchMonth, *, on: date) -> str:
    """Why the month takes no entries now, as a sentence; "" when it does."""
    if row.state == MonthState.SUBMITTED:
        return gettext_noop("这个月已经提交，等党委确认。要改请让党委退回。")
    if row.state == MonthState.SEALED:
        return gettext_noop("这个月已经封存。要更正请向党委申请，批准后在期限内更正。")
    if row.digest:  # sealed before, reopened by an exception
        return _why_no_exception(by, row, on=on)
    return ""


def _why_no_exception(by: Scope, row: BranchMonth, *, on: date) -> str:
    found = exception_of(row)
    if found is None or found.until <= on:
        return gettext_noop("准予更正的期限已经过了。请党委重新批准。")
    # The account counts, not the name: two clerks may have one name. Without an account only a named system work.
    granted = Person(found.granted_user_id, found.granted_to)
    if granted.user != by.user_id or (granted.user is None and granted.name != by.name):
        return gettext_noop("这个月封存后只准一个人更正，请由批准的那个人来办。")
    return ""


def exception_of(row: BranchMonth) -> LockException | None:
    """The exception that reopened the month and has not ended. One query."""
    return (
        LockException.objects.filter(branch=row.branch_id, month=row.month, ended_at=None)
        .order_by("-pk")
        .first()
    )


@dataclass(slots=True)
class _Desk:
    """What the cells of a batch hold, read once, changed as the operations are done."""

    by: Scope
    row: BranchMonth
    operations: Sequence[CellOperation]
    earlier: InitVar[Iterable[Operation]]
    at: datetime
    on: date
    owed: dict[int, Due] = field(init=False)
    listed: set[int] = field(init=False)
    claims: dict[tuple[int, str], list[Claim]] = field(init=False)
    attendance: dict[tuple[int, str], Attendance] = field(init=False)
    values: dict[UUID, dict[str, object]] = field(init=False)
    taken_over: list[Operation] = field(init=False)

    def __post_init__(self, earlier: Iterable[Operation]) -> None:
        self.claims = defaultdict(list, claims_of(earlier))
        lines = self._lines()
        self.attendance = {(each.member_id, str(each.meeting_id)): each for each in lines}
        # Whoever has a line of a meeting was asked with it; the others are asked together.
        asked = {
            each.member
            for each in self.operations
            if each.cell == DUES or (each.member, each.cell) not in self.attendance
        }
        of_month = Due.objects.filter(branch=self.row.branch_id, month=self.row.month)
        dues = of_month.filter(member__in=asked) if asked else ()
        self.owed = {due.member_id: due for due in dues}
        self.listed = {*self.owed, *(each.member_id for each in lines)}
        self.values, self.taken_over = {}, []

    def _lines(self) -> list[Any]:
        """Lines of the meetings among the cells."""
        cells = {each.cell for each in self.operations}
        numbers = [int(cell) for cell in cells if cell.isdecimal() and len(cell) < 18]
        if not numbers:
            return []
        rows = Attendance.objects.filter(
            meeting__in=numbers,
            meeting__branch=self.row.branch_id,
            meeting__month=self.row.month,
            meeting__state="held",
            member__in={each.member for each in self.operations},
        )
        return list(
            rows.select_related("meeting").only("member", "status", "reason", "version", "meeting__state")
        )

    def answer(self, operation: CellOperation) -> Answer:
        """Do one operation. Raises ``Refused``."""
        if not 0 <= operation.seen <= HIGHEST:
            raise Refused(gettext_noop("这一格的版本号不对。请刷新页面再填。"))
        if operation.member not in self.listed:
            raise Refused(gettext_noop("这个人不在本支部这个月的名单里。请刷新页面看现在的名单。"))
        if operation.cell == DUES:
            if operation.member not in self.owed:
                raise Refused(
                    gettext_noop("这个人本月的党费不记在本支部，这一格不用填。请刷新页面看现在的名单。")
                )
            if self.owed[operation.member].by_quarter and not self._is_paid(operation.member):
                raise Refused(gettext_noop("这名党员经支部同意按季交，收到以后请在党费台账登记。"))
            return self._dues(operation, self.owed[operation.member])
        row = self.attendance.get((operation.member, operation.cell))
        if row is None:
            raise Refused(
                gettext_noop("这次会议没有登记召开，或者这个人不在应到名单里。请到组织生活台账核对。")
            )
        return self._status(operation, row)

    def _is_paid(self, member: int) -> bool:
        """Something was paid for the month: what the page took before the branch consented may still be mended."""
        return Payment.objects.filter(member=member, month=self.row.month).exists()

    def _dues(self, operation: CellOperation, due: Due) -> Answer:
        value = read_dues(operation.value, assessed=due.amount).plain()
        if due.kind in NOTHING_ASKED and "amount" not in value and value["how"] != "unpaid":
            raise Refused(gettext_noop("这个人本月不用交党费。自愿交的，请填写金额。"))
        self.values[operation.id] = value
        claims = self.claims[operation.member, DUES]
        before = settle(claims, default=USUAL_DUES)
        claims.append(Claim(operation.seen, value, self.by.name, self.at))
        return self._told(operation, value, before, settle(claims, default=USUAL_DUES))

    def _status(self, operation: CellOperation, row: Attendance) -> Answer:
        value = read_status(operation.value).plain()
        claims = self.claims[operation.member, operation.cell]
        self._take_over(row, claims)
        before = attendance_cell(row, claims)
        claims.append(Claim(operation.seen, value, self.by.name, self.at))
        settled = settle(claims, default=value_of(row))
        if settled.value != value_of(row):
            try:
                changed = meetings.change_line(
                    by=self.by,
                    meeting=row.meeting,
                    member_id=row.member_id,
                    status=str(settled.value["status"]),
                    reason=str(settled.value.get("reason", "")),
                    seen=row.version,
                    on=self.on,
                )
            except meetings.AttendanceConflict:
                claims.pop()
                raise Refused(
                    gettext_noop("有人刚在组织生活台账里改了这一格。请刷新页面，看了再填。")
                ) from None
            except Refused:
                claims.pop()
                raise
            row.status, row.reason, row.version = changed.status, changed.reason, changed.version
        self.values[operation.id] = value
        return self._told(operation, value, before, attendance_cell(row, claims))

    def _take_over(self, row: Attendance, claims: list[Claim]) -> None:
        """What the ledger of meetings has come to know from elsewhere takes part like an entry of the page."""
        ledger = value_of(row)
        settled = settle(claims, default={})
        if row.version == 0 or settled.value == ledger:
            return
        level = max(settled.version, row.version - 1)
        claims.append(Claim(level, ledger, LEDGER, self.at))
        self.taken_over.append(
            Operation(
                id=ledger_operation(self.row.pk, row.pk, level),
                branch_month=self.row,
                member_id=row.member_id,
                cell=str(row.meeting_id),
                value=ledger,
                seen=level,
                version=level + 1,
                outcome="done",
                by=LEDGER,
                at=self.at,
            )
        )

    def _told(
        self, operation: CellOperation, value: Mapping[str, object], before: Settled, after: Settled
    ) -> Answer:
        mine = canonical(value)
        if canonical(after.value) == mine and not after.rivals:
            outcome = "same" if canonical(before.value) == mine and not before.rivals else "done"
            rivals: tuple[Claim, ...] = ()
        elif after.rivals:
            outcome, rivals = "conflict", after.rivals
        else:  # entered without having seen what stands there now
            outcome = "conflict"
            stands = [
                claim
                for claim in self.claims[operation.member, operation.cell]
                if canonical(claim.value) == canonical(after.value)
            ]
            rivals = (
                *stands[-1:],
                Claim(operation.seen, value, self.by.name, self.at),
            )
        told = tuple(
            {"value": dict(claim.value), "by": claim.by, "at": claim.at.isoformat() if claim.at else ""}
            for claim in rivals
        )
        return Answer(
            operation.id, operation.member, operation.cell, outcome, after.version, dict(after.value), told
        )
