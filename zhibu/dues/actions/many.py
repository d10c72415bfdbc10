"""Months of many branches taken over from older books: the rows of the single deeds, in a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import Deed, deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import month_code, month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues.actions.locks import CONFIRM
from zhibu.dues.actions.payments import RECORD, PaymentEntry
from zhibu.dues.models import Due, DuesLock, Payment
from zhibu.dues.policies import schedule_of
from zhibu.dues.rules.owing import due_of
from zhibu.dues.summaries.expecting import Quarterly
from zhibu.dues.summaries.facts import assessed_amounts, reliefs_in
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_datetime
from zhibu.members.models import Member
from zhibu.organizations.models import Organization

_DUES = ("member_id", "branch_id", "month", "kind", "amount", "by_quarter")
_PAYMENTS = (
    "member", "branch", "month", "amount", "extra", "large", "paid_on", "channel", "payer", "receiver",
    "reason", "operation", "by", "at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class There:
    """A member who belonged to a branch in a month. ``is_suspended``: the standing was suspended then."""

    member_id: int
    branch_id: int
    is_suspended: bool = False


@transaction.atomic
def open_past_month(*, by: Scope, month: int, there: Sequence[There]) -> int:
    """Write what each of these owed for a month that is over, as ``open_month`` does for who is there today.

    Months written already and locked ones are left out. A constant number of queries. Returns how many rows.
    """
    by.require_any(RECORD)
    hold(f"dues:open:{month}")
    schedule = schedule_of(month)
    assessed, reliefs = assessed_amounts(month), reliefs_in(month)
    known = set(Due.objects.filter(month=month).values_list("member_id", flat=True))
    locked = set(DuesLock.objects.filter(month=month).values_list("branch_id", flat=True))
    facts = {
        pk: (joined, category)
        for pk, joined, category in Member.objects.order_by().values_list("pk", "join_date", "dues_category")
    }
    quarterly = Quarterly.of(month)
    rows = []
    for each in there:
        if each.member_id in known or each.branch_id in locked:
            continue
        joined, category = facts[each.member_id]
        category, amount = assessed.get(each.member_id, (category, None))
        kind, owed = due_of(
            month,
            join_date=joined,
            standing="suspended" if each.is_suspended else "active",
            category=category,
            assessed=amount,
            relief=reliefs.get(each.member_id),
            schedule=schedule,
        )
        waits = quarterly.holds(each.member_id, each.branch_id, str(kind))
        rows.append((each.member_id, each.branch_id, month, str(kind), owed, waits))
    insert_rows(Due, _DUES, rows)
    if rows:
        places = {branch_id for _member, branch_id, *_rest in rows}
        single = Organization.objects.get(pk=places.pop()) if len(places) == 1 else None
        place = {"chain": single.pk, "path": single.path} if single else {}
        data = {"month": month_code(month), "count": len(rows)}
        record("dues.month.opened", by=by, on=single, data=data, **place)  # type: ignore[arg-type]
    return len(rows)


@dataclass(frozen=True, slots=True)
class PastPayments:
    """What a branch took in for a month: the entries, who entered them and when."""

    branch: Organization
    entries: Sequence[PaymentEntry]
    by: str
    at: datetime


@transaction.atomic
def enter_past_payments(*, by: Scope, payments: Sequence[PastPayments]) -> int:
    """Enter what older books hold, as ``record_payments`` does; returns how many rows.

    The books were checked by those who kept them: amounts must be positive and each operation new, otherwise
    everything is refused. Locked months are refused. Large voluntary payments are entered one by one.
    """
    _check(by, payments)
    stored = {name: stored_by(Payment, name) for name in ("paid_on", "operation", "at")}
    rows = []
    for each in payments:
        at, name = stored["at"](each.at), each.by
        days: dict[object, object] = {}
        for entry in each.entries:
            day = days.setdefault(entry.paid_on, stored["paid_on"](entry.paid_on))
            rows.append(
                (
                    entry.member_id, each.branch.pk, entry.month, entry.amount, entry.extra, False, day,
                    entry.channel, said(entry.payer)[:40], (said(entry.receiver) or name)[:40],
                    said(entry.note)[:200], stored["operation"](entry.operation), name, at,
                )
            )  # fmt: skip
    insert_rows(Payment, _PAYMENTS, rows)
    record_many(
        [
            deed(
                "dues.payments.recorded",
                on=each.branch,
                chain=each.branch.pk,
                path=each.branch.path,
                data={
                    "count": len(each.entries),
                    "months": sorted({month_code(entry.month) for entry in each.entries}),
                },
            )
            for each in payments
            if each.entries
        ],
        by=by,
    )
    return len(rows)


def _check(by: Scope, payments: Sequence[PastPayments]) -> None:
    months: dict[int, set[int]] = {}
    for each in payments:
        by.require(RECORD, each.branch.path)
        for entry in each.entries:
            if entry.amount < 0 or entry.extra < 0 or entry.amount + entry.extra == 0:
                raise Refused(gettext_noop("旧账里有金额是0或负数的，请先核对旧账。"))
            months.setdefault(entry.month, set()).add(each.branch.pk)
    for month, branches in months.items():
        locked = set(DuesLock.objects.filter(month=month).values_list("branch_id", flat=True))
        if locked & branches:
            raise Refused(
                gettext_noop("{month}的党费账已经封存，不能再登记或冲正。确需更正的，请上级党委开放这个月。"),
                month=month_text(month),
            )


@transaction.atomic
def lock_months(
    *, by: Scope, branches: Collection[Organization], month: int, at: Mapping[int, datetime]
) -> None:
    """Lock a month of many branches, each at its own time (by branch id); those locked already stay as they are."""
    for branch in branches:
        by.require(CONFIRM, branch.path)
    known = set(DuesLock.objects.filter(month=month).values_list("branch_id", flat=True))
    fresh = [branch for branch in branches if branch.pk not in known]
    insert_rows(
        DuesLock,
        ("branch", "month", "locked_at"),
        [(branch.pk, month, stored_datetime(at.get(branch.pk, timezone.now()))) for branch in fresh],
    )
    record_many(
        [
            Deed(
                "dues.month.locked",
                branch.pk,
                branch.path,
                "organizations.organization",
                str(branch.pk),
                {"month": month_code(month)},
            )
            for branch in fresh
        ],
        by=by,
    )
