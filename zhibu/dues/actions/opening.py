"""Opening a month: what everyone owes, written once; mended while the month is not locked."""

from collections.abc import Collection, Sequence
from datetime import date
from operator import attrgetter

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.text import gettext_noop
from zhibu.dues.actions.locks import hold_branches
from zhibu.dues.models import Due
from zhibu.dues.policies import schedule_of
from zhibu.dues.rules import add_months, due_of, is_month, last_day, month_code, month_of
from zhibu.dues.summaries.facts import assessed_amounts, locked_branches, reliefs_in
from zhibu.members.actions.bulk import insert_rows, update_rows
from zhibu.members.summaries.history import members_on
from zhibu.organizations.models import Organization

RECORD = "dues.record"
_FEW = 500
_FIELDS = ("member_id", "branch_id", "month", "kind", "amount")


@transaction.atomic
def open_month(*, by: Scope, month: int, branch_ids: Sequence[int] | None = None, on: date) -> int:
    """Write what each enrolled member owes for the month, where nothing is written yet; returns how many.

    A month that is over is opened as it was on its last day: who belonged to the branch then, in which standing.
    ``branch_ids`` None: the whole scope. Again: nothing more. Locked branches are left out. At most a month
    ahead. A constant number of queries. The ledgers that grow are held: a seal comes before or after.
    """
    by.require_any(RECORD)
    if not is_month(month) or month > add_months(month_of(on), 1):
        raise Refused(gettext_noop("{month}还没有到，最早提前一个月开账。"), month=month)
    hold(f"dues:open:{month}")
    branches = Organization.objects.visible_to(by, RECORD).branches()
    if branch_ids is not None:
        branches = branches.filter(pk__in=branch_ids)
    members = members_on(list(branches.values_list("pk", flat=True)), on=min(on, last_day(month)))
    schedule = schedule_of(month)
    some = [member.pk for member in members] if len(members) <= _FEW else None
    assessed, reliefs = assessed_amounts(month, member_ids=some), reliefs_in(month)
    written = Due.objects.filter(month=month)
    if some is not None:
        written = written.filter(member__in=some)
    known = set(written.values_list("member_id", flat=True))
    fresh = sorted((each for each in members if each.pk not in known), key=attrgetter("branch_id", "pk"))
    hold_branches({member.branch_id for member in fresh})
    locked = locked_branches(month, on=on)
    rows = []
    for member in fresh:
        pk, branch_id = member.pk, member.branch_id
        if branch_id in locked:
            continue
        kind, amount = due_of(
            month,
            join_date=member.join_date,
            is_suspended=member.standing == "suspended",
            category=assessed[pk][0] if pk in assessed else member.dues_category,
            assessed=assessed[pk][1] if pk in assessed else None,
            relief=reliefs.get(pk),
            schedule=schedule,
        )
        rows.append((pk, branch_id, month, str(kind), amount))
    insert_rows(Due, _FIELDS, rows)
    if rows:
        single = Organization.objects.get(pk=branch_ids[0]) if branch_ids and len(branch_ids) == 1 else None
        place = {"chain": single.pk, "path": single.path} if single else {}
        record(
            "dues.month.opened",
            by=by,
            on=single,
            data={"month": month_code(month), "count": len(rows)},
            **place,  # type: ignore[arg-type]
        )
    return len(rows)


def mend_dues(member_ids: Collection[int], *, from_month: int, on: date) -> int:
    """Bring opened, unlocked months from ``from_month`` on in line with assessments and reliefs; how many changed.

    For actions that changed those: they check rights and record. What was paid is never touched.
    """
    ids = sorted(member_ids)
    rows = []
    for start in range(0, len(ids), 500):
        rows += list(
            Due.objects.filter(member__in=ids[start : start + 500], month__gte=from_month).values_list(
                "pk",
                "member_id",
                "branch_id",
                "month",
                "kind",
                "amount",
                "member__join_date",
                "member__standing",
                "member__dues_category",
            )
        )
    hold_branches({row[2] for row in rows})
    changed = []
    for month in sorted({row[3] for row in rows}):
        schedule, assessed, reliefs = schedule_of(month), assessed_amounts(month), reliefs_in(month)
        locked = locked_branches(month, on=on)
        for pk, member_id, branch_id, at, kind, amount, join_date, standing, category in rows:
            if at != month or branch_id in locked:
                continue
            wanted = due_of(
                month,
                join_date=join_date,
                is_suspended=standing == "suspended",
                category=assessed[member_id][0] if member_id in assessed else category,
                assessed=assessed[member_id][1] if member_id in assessed else None,
                relief=reliefs.get(member_id),
                schedule=schedule,
            )
            if wanted != (kind, amount):
                changed.append((str(wanted[0]), wanted[1], pk))
    update_rows(Due, ("kind", "amount"), changed)
    return len(changed)
