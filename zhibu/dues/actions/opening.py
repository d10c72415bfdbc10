"""Opening a month: what everyone owes, written once; mended while the month is not locked."""

from collections.abc import Collection, Sequence
from datetime import date
from operator import attrgetter

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import is_month, last_day, month_code, month_of, shift_month
from zhibu.core.text import gettext_noop
from zhibu.dues.actions.locks import hold_branches
from zhibu.dues.models import Due
from zhibu.dues.summaries.expecting import Expecting, Payer, Quarterly
from zhibu.dues.summaries.facts import FEW, locked_branches
from zhibu.members.actions.bulk import insert_rows, update_rows
from zhibu.members.summaries.history import members_on
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization

RECORD = "dues.record"
_FIELDS = ("member_id", "branch_id", "month", "kind", "amount", "by_quarter")


@transaction.atomic
def open_month(*, by: Scope, month: int, branch_ids: Sequence[int] | None = None, on: date) -> int:
    """Write what each enrolled member owes for the month, where nothing is written yet; returns how many.

    A month that is over is opened as it was on its last day: who belonged to the branch then, in which standing.
    ``branch_ids`` None: the whole scope. Again: nothing more. Locked branches are left out. At most a month
    ahead. A constant number of queries. The ledgers that grow are held: a seal comes before or after.
    """
    by.require_any(RECORD)
    if not is_month(month) or month > shift_month(month_of(on), 1):
        raise Refused(gettext_noop("{month}还没有到，最早提前一个月开账。"), month=month)
    hold(f"dues:open:{month}")
    branches = Organization.objects.visible_to(by, RECORD).branches()
    if branch_ids is not None:
        branches = branches.filter(pk__in=branch_ids)
    members = members_on(list(branches.values_list("pk", flat=True)), on=min(on, last_day(month)))
    person, written = OnePerson.read(), Due.objects.filter(month=month)
    if len(members) <= FEW:
        written = written.filter(member__in=person.records(member.pk for member in members))
    known = {person.of(pk) for pk in written.values_list("member_id", flat=True)}
    fresh = sorted((each for each in members if each.pk not in known), key=attrgetter("branch_id", "pk"))
    hold_branches({member.branch_id for member in fresh})
    locked = locked_branches(month, on=on)
    expected = Expecting([Payer.of(member) for member in fresh]).month(month)
    quarterly = Quarterly.of(month)
    rows = [
        (pk, branch_id, month, kind, amount, quarterly.holds(pk, branch_id, kind))
        for pk, branch_id in ((member.pk, member.branch_id) for member in fresh)
        for kind, amount in [expected[pk]]
        if branch_id not in locked
    ]
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
    """Bring opened, unlocked months from ``from_month`` on in line with what they follow from; how many changed.

    For actions that changed assessments, reliefs, categories or the course of a membership: they check rights
    and record. What was paid is never touched, a locked month is never changed.
    """
    ids = sorted(member_ids)
    rows: list[tuple[int, int, int, tuple[str, int, bool], Payer]] = []
    for start in range(0, len(ids), 500):
        rows += [
            (pk, branch_id, month, (kind, amount, quarter), Payer(member_id, joined, standing, category))
            for pk, branch_id, month, kind, amount, quarter, member_id, joined, standing, category in Due.objects.filter(
                member__in=ids[start : start + 500], month__gte=from_month
            ).values_list(
                "pk",
                "branch_id",
                "month",
                "kind",
                "amount",
                "by_quarter",
                "member_id",
                "member__join_date",
                "member__standing",
                "member__dues_category",
            )
        ]
    hold_branches({row[1] for row in rows})
    expecting = Expecting(list({payer for *_due, payer in rows}))
    changed = []
    for month in sorted({row[2] for row in rows}):
        locked = locked_branches(month, on=on)
        expected, quarterly = expecting.month(month), Quarterly.of(month)
        for pk, branch_id, at, written, payer in rows:
            kind, amount = expected[payer.pk]
            wanted = (kind, amount, quarterly.holds(payer.pk, branch_id, kind))
            if at == month and branch_id not in locked and wanted != written:
                changed.append((*wanted, pk))
    update_rows(Due, ("kind", "amount", "by_quarter"), changed)
    return len(changed)
