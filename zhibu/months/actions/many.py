"""Months of many branches taken over from older books: opened, submitted and sealed, in a few statements a month.

The rows are those that the single deeds write (``open_months``, ``apply_operations``, ``submit_month``,
``return_month``, ``seal_month``); the days and names are those of the books, the log says who took them over.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import Deed, deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues import actions as dues
from zhibu.dues.actions import PaymentEntry
from zhibu.dues.models import Due, Payment
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.summaries.ledger import automatic_facts_of
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_datetime, update_rows
from zhibu.months.actions.cells import Answer
from zhibu.months.actions.dues import dues_fact
from zhibu.months.actions.submitting import CONFIRM, payment_entry
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.policies import MONTHS
from zhibu.months.rules.cells import Claim, canonical, read_dues, settle
from zhibu.months.rules.months import ELSEWHERE, Line, MonthState, add_up, check_may_open, is_late
from zhibu.months.rules.seals import Sheet, digest_of
from zhibu.months.summaries.book import DUES, USUAL_DUES
from zhibu.months.summaries.seals import summary_from
from zhibu.organizations.models import Organization
from zhibu.points import actions as points
from zhibu.points.models import Entry
from zhibu.rulebook.policies import values_in_force

_CLAIMS = UUID("0d0a4c1e-4f2b-53f6-9c0a-5a3c9a7d1e22")
_OPENED = (
    "branch", "month", "state", "members", "submitted_by", "is_late", "returns", "return_reason",
    "returned_by", "sealed_by", "summary", "digest", "previous",
)  # fmt: skip
_SUBMITTED = (
    "state", "members", "cash", "heads", "attended", "collected_on", "submitted_at", "submitted_by",
    "submitted_user", "is_late", "returns", "return_reason", "returned_by",
)  # fmt: skip
_SEALED = ("state", "sealed_at", "sealed_by", "summary", "previous", "digest")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who did something, and when. ``user_id``: the person's sign-in, where there is one."""

    name: str
    at: datetime
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class PastMonth:
    """A branch's month as its book says.

    ``cells``: dues that differ from the usual case, by member, as a cell's value. ``returned``: who gave it
    back and why, before it was submitted again as ``submitted`` says; ``paid_at``: when it was submitted
    first, which is when its payments were written. ``sealed`` None: it still waits.
    """

    branch: Organization
    collected_on: date
    submitted: Desk
    sealed: Desk | None = None
    cells: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    entered: Desk | None = None
    returned: Sequence[tuple[Desk, str]] = ()
    paid_at: datetime | None = None


@transaction.atomic
def open_past_months(
    *, by: Scope, month: int, organization: Organization, there: Sequence[dues.There], on: date
) -> int:
    """Open a month that is over for the branches of ``there``, with those who belonged to them then.

    Branches that have it already are left out. Returns how many were opened.
    """
    by.require(CONFIRM, organization.path)
    check_may_open(month, on=on)
    hold(f"months:open:{month}")
    known = set(BranchMonth.objects.filter(month=month).values_list("branch_id", flat=True))
    fresh = [each for each in there if each.branch_id not in known]
    dues.open_past_month(by=by, month=month, there=fresh)
    members = Counter(each.branch_id for each in fresh)
    rows = [(pk, month, "open", n, "", False, 0, "", "", "", "{}", "", "") for pk, n in members.items()]
    insert_rows(BranchMonth, _OPENED, rows)
    if rows:
        record(
            "months.months.opened",
            by=by,
            on=organization,
            chain=organization.pk,
            path=organization.path,
            data={"month": str(month), "branches": len(rows), "members": len(fresh)},
        )
    return len(rows)


@transaction.atomic
def enter_past_months(*, by: Scope, month: int, months: Sequence[PastMonth], on: date) -> int:
    """Submit and seal open months as their books say; returns how many were sealed.

    All or none. Refused: a month that is not open or has entries or payments already, one before it that is
    not sealed, a seal by who submitted, an entry that a cell does not take. The sums are those of the rows:
    the books were added up on paper.
    """
    for each in months:
        by.require(CONFIRM, each.branch.path)
    rows = {
        row.branch_id: row
        for row in BranchMonth.objects.select_for_update(of=("self",))
        .filter(month=month, branch__in=[each.branch.pk for each in months])
        .order_by("pk")
    }
    chained = _chained(month, months, rows)
    sheets = _read(month, months, rows)
    _write_claims(sheets)
    _submit(by, month, sheets, on=on)
    sealed = [sheet for sheet in sheets if sheet.past.sealed is not None]
    if sealed:
        _post(by, month, sealed)
        _seal(by, month, sealed, chained)
    return len(sealed)


def _chained(month: int, months: Sequence[PastMonth], rows: Mapping[int, BranchMonth]) -> dict[int, str]:
    """The seal of each branch's month before."""
    earlier: dict[int, tuple[str, str]] = {}
    before = BranchMonth.objects.asking().filter(month__lt=month, branch__in=list(rows)).order_by("month")
    for branch, state, digest in before.values_list("branch_id", "state", "digest"):
        if earlier.get(branch, (MonthState.SEALED, ""))[0] == MonthState.SEALED:
            earlier[branch] = (state, digest)
    busy = set(Operation.objects.filter(branch_month__month=month).values_list("branch_month", flat=True))
    paid = set(Payment.objects.filter(month=month).values_list("branch_id", flat=True))
    for each in months:
        row = rows.get(each.branch.pk)
        if row is None or row.state != MonthState.OPEN or row.pk in busy or each.branch.pk in paid:
            raise Refused(
                gettext_noop("{branch}{month}的月记没有打开，或者已经有登记，不能再接收旧账。"),
                branch=each.branch.short_name,
                month=month_text(month),
            )
        if each.sealed is None:
            continue
        if earlier.get(each.branch.pk, (MonthState.SEALED, ""))[0] != MonthState.SEALED:
            raise Refused(gettext_noop("前一个月还没有封存。月记一个月一个月接着封。"))
        if each.sealed.name == each.submitted.name:
            raise Refused(gettext_noop("提交的人不能自己确认。请党委的另一位同志确认。"))
    return {branch: digest for branch, (_state, digest) in earlier.items()}


@dataclass(slots=True)
class _Past:
    """One month while it is taken over: plain rows, as the seal covers them."""

    past: PastMonth
    row: BranchMonth
    dues: list[tuple[int, str, int]] = field(default_factory=list)
    meetings: list[tuple[int, str, str, str]] = field(default_factory=list)
    attendance: list[tuple[int, int, str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    operations: int = 0
    entries: list[PaymentEntry] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many of the meetings took place."""
        return sum(state == "held" for _pk, _kind, _day, state in self.meetings)


def _read(month: int, months: Sequence[PastMonth], rows: Mapping[int, BranchMonth]) -> list[_Past]:
    """The months with their lines. Three queries."""
    found = {each.branch.pk: _Past(each, rows[each.branch.pk]) for each in months}
    here = {"branch__in": list(found), "month": month}
    for branch, member, kind, amount in (
        Due.objects.filter(**here)
        .order_by("member__pinyin", "member_id")
        .values_list("branch_id", "member_id", "kind", "amount")
    ):
        found[branch].dues.append((member, kind, amount))
    place: dict[int, _Past] = {}
    held: set[int] = set()
    listed = Meeting.objects.filter(**here).exclude(state="canceled").order_by("on", "pk")
    for pk, branch, kind, day, state in listed.values_list("pk", "branch_id", "kind", "on", "state"):
        place[pk] = found[branch]
        place[pk].meetings.append((pk, kind, day.isoformat(), state))
        if state == "held":
            held.add(pk)
    statuses: dict[int, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    of_month = Attendance.objects.filter(meeting__branch__in=list(found), meeting__month=month)
    for meeting, member, status, reason in of_month.order_by("pk").values_list(
        "meeting_id", "member_id", "status", "reason"
    ):
        if meeting in place:
            place[meeting].attendance.append((meeting, member, status, reason))
            if meeting in held:
                statuses[place[meeting].row.branch_id][member][meeting] = status
    for branch, each in found.items():
        came = statuses[branch]
        others = came.keys() - {member for member, _kind, _amount in each.dues}
        each.lines = [
            Line(
                member_id=member,
                kind=kind,
                assessed=amount,
                dues=read_dues(each.past.cells.get(member, USUAL_DUES), assessed=amount),
                statuses=came.get(member, {}),
            )
            for member, kind, amount in [*each.dues, *((pk, ELSEWHERE, 0) for pk in sorted(others))]
        ]
    return list(found.values())


def _write_claims(sheets: Sequence[_Past]) -> None:
    written = []
    for sheet in sheets:
        each, row = sheet.past, sheet.row
        desk = each.entered or each.submitted
        for line in sheet.lines:
            if line.member_id not in each.cells:
                continue
            value = line.dues.plain()
            told = settle([Claim(0, value)], default=USUAL_DUES)
            same = canonical(value) == canonical(USUAL_DUES)
            key = uuid5(_CLAIMS, f"{row.pk}:{line.member_id}")
            answer = Answer(key, line.member_id, DUES, "same" if same else "done", told.version, value)
            written.append(
                Operation(
                    id=key,
                    branch_month=row,
                    member_id=line.member_id,
                    cell=DUES,
                    value=value,
                    version=told.version,
                    outcome=answer.outcome,
                    answer=answer.plain(),
                    by=desk.name,
                    at=desk.at,
                )
            )
            sheet.operations += 1
        if sheet.operations != len(each.cells):
            raise Refused(gettext_noop("这个人不在本支部这个月的名单里。请刷新页面看现在的名单。"))
    Operation.objects.bulk_create(written, batch_size=1000)


def _submit(by: Scope, month: int, sheets: Sequence[_Past], *, on: date) -> None:
    submit_day = values_in_force(MONTHS, on=on).submit_day
    paid, deeds, rows = [], [], []
    day, user = stored_by(BranchMonth, "collected_on"), stored_by(BranchMonth, "submitted_user")
    for sheet in sheets:
        each, row, desk = sheet.past, sheet.row, sheet.past.submitted
        receiver = said(desk.name)[:40]
        entries = (
            payment_entry(row, line, int(line.member_id in each.cells), each.collected_on, receiver)
            for line in sheet.lines
        )
        sheet.entries = [entry for entry in entries if entry is not None]
        paid.append(dues.PastPayments(each.branch, sheet.entries, desk.name, each.paid_at or desk.at))
        found = add_up(sheet.lines)
        row.cash, row.heads, row.members = found.cash, found.payers, found.members
        row.attended = found.came if sheet.held else None
        row.collected_on = each.collected_on
        row.is_late = is_late(month, submit_day, on=timezone.localdate(desk.at))
        last = each.returned[-1] if each.returned else None
        rows.append(
            (
                str(MonthState.SUBMITTED), row.members, row.cash, row.heads, row.attended,
                day(row.collected_on), stored_datetime(desk.at), desk.name, user(desk.user_id),
                row.is_late, len(each.returned), last[1][:200] if last else "",
                last[0].name if last else "", row.pk,
            )
        )  # fmt: skip
        deeds += _deeds_of(each, row, operations=sheet.operations)
    dues.enter_past_payments(by=by, payments=paid)
    update_rows(BranchMonth, _SUBMITTED, rows)
    record_many(deeds, by=by)


def _deeds_of(each: PastMonth, row: BranchMonth, *, operations: int) -> list[Deed]:
    branch = each.branch
    data = {
        "month": str(row.month),
        "cash": row.cash,
        "heads": row.heads,
        "late": row.is_late,
        "operations": operations,
    }
    submitted = deed("months.month.submitted", on=row, chain=branch.pk, path=branch.path, data=data)
    found = [submitted]
    for n, (desk, _reason) in enumerate(each.returned, 1):
        told = {"month": str(row.month), "returns": n, "on": timezone.localdate(desk.at).isoformat()}
        found += [
            deed("months.month.returned", on=row, chain=branch.pk, path=branch.path, data=told),
            submitted,
        ]
    return found


def _post(by: Scope, month: int, sheets: Sequence[_Past]) -> None:
    told = automatic_facts_of([sheet.row.branch_id for sheet in sheets], month)
    postings, at = [], {}
    for sheet in sheets:
        desk = sheet.past.sealed
        if desk is None:
            continue
        paid = {entry.member_id: [(entry.amount, entry.paid_on)] for entry in sheet.entries}
        of_dues = (dues_fact(month, line, paid.get(line.member_id, ())) for line in sheet.lines)
        facts = [fact for fact in of_dues if fact is not None]
        facts += [
            points.AutomaticFact(
                member_id=fact.member_id,
                item=fact.item,
                fact_on=fact.fact_on,
                source="meetings",
                key=fact.key,
            )
            for fact in told.get(sheet.row.branch_id, ())
        ]
        postings.append(points.Posting(sheet.past.branch, facts, desk.at))
        at[sheet.row.branch_id] = desk.at
    points.post_automatic_many(by=by, month=month, postings=postings)
    branches = [sheet.past.branch for sheet in sheets]
    for ledger in (dues, meetings, points):
        ledger.lock_months(by=by, branches=branches, month=month, at=at)


def _seal(by: Scope, month: int, sheets: Sequence[_Past], chained: Mapping[int, str]) -> None:
    here = {"branch__in": [sheet.row.branch_id for sheet in sheets], "month": month}
    payments: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    for branch, pk, *values, day, channel, payer, receiver, reverses in (
        Payment.objects.filter(**here)
        .order_by("pk")
        .values_list(
            "branch_id", "pk", "member_id", "amount", "extra", "paid_on", "channel", "payer", "receiver",
            "reverses_id",
        )
    ):  # fmt: skip
        payments[branch].append((pk, *values, day.isoformat(), channel, payer, receiver, reverses))
    entries: dict[int, list[tuple[int, int, str, int, str, int | None]]] = defaultdict(list)
    approved = Entry.objects.of_months().filter(**here, state="approved").order_by("pk")
    times = {sheet.row.branch_id: sheet.past.sealed.at for sheet in sheets if sheet.past.sealed is not None}
    for branch, pk, member, item, tenths, day, reverses, at, approved_at in approved.values_list(
        "branch_id", "pk", "member_id", "item", "tenths", "fact_on", "reverses_id", "at", "approved_at"
    ):
        if at <= times[branch] and (approved_at is None or approved_at <= times[branch]):
            entries[branch].append((pk, member, item, tenths, day.isoformat(), reverses))
    rows, deeds = [], []
    for sheet in sheets:
        each, row, desk = sheet.past, sheet.row, sheet.past.sealed
        if desk is None:
            continue
        own = entries[row.branch_id]
        tenths = sum(entry[3] for entry in own)
        row.previous = chained.get(row.branch_id, "")
        covered = Sheet(
            branch=row.branch_id,
            month=month,
            counted=(row.cash, row.heads, row.attended),
            dues=sheet.dues,
            payments=payments[row.branch_id],
            meetings=sheet.meetings,
            attendance=sheet.attendance,
            points=own,
        )
        row.digest = digest_of(covered, previous=row.previous)
        totals = replace(add_up(sheet.lines), tenths=tenths)
        summary = summary_from(totals, meetings=sheet.held, corrections=0, operations=sheet.operations)
        rows.append(
            (
                str(MonthState.SEALED), stored_datetime(desk.at), desk.name,
                json.dumps({**summary, "seals": []}), row.previous, row.digest, row.pk,
            )
        )  # fmt: skip
        deeds.append(
            deed(
                "months.month.sealed",
                on=row,
                chain=row.branch_id,
                path=each.branch.path,
                data={"month": str(month), "digest": row.digest, "seals": 1},
            )
        )
    update_rows(BranchMonth, _SEALED, rows)
    record_many(deeds, by=by)
