"""Opening months: for a branch, a committee or the whole county at once."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Count, Min, Q

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import first_day, last_day, month_text
from zhibu.core.text import gettext_noop
from zhibu.dues import actions as dues
from zhibu.dues.models import Due
from zhibu.meetings.models import Meeting
from zhibu.members.actions.bulk import insert_rows
from zhibu.members.summaries.history import History
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import check_may_open
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

CONFIRM = "months.confirm"
SUBMIT = "months.submit"


@transaction.atomic
def open_months(*, by: Scope, month: int, organization: Organization, on: date) -> int:
    """Open a month for every branch of the organization: its record, and what each member owes.

    A branch opens its own; a committee and the county those below it. A branch to which nobody belongs and in
    which nothing happened has no month. Branches that have it already get only the members who came since, while
    it is not submitted. A month that is over is opened as it was on its last day. Returns how many records were
    opened. A constant number of queries.
    """
    check_may_open(month, on=on)
    is_branch = organization.kind in BRANCH_KINDS
    by.require(SUBMIT if is_branch else CONFIRM, organization.path)
    hold(f"months:open:{month}")
    branches = _branches(organization, month, on=on)
    if not branches:
        raise Refused(
            gettext_noop("这里{label}没有党员，也没有会议，没有月记要打开。"), label=month_text(month)
        )
    opened = BranchMonth.objects.filter(month=month, branch__in=[pk for pk, _ in branches])
    # Held, so that nobody hands in a month while it grows.
    states = dict(opened.select_for_update().order_by("pk").values_list("branch_id", "state"))
    behind = _sealed_later(month, [pk for pk, _ in branches if pk not in states])
    branches = [each for each in branches if each[0] not in behind]
    if not branches:
        raise Refused(
            gettext_noop(
                "{later}已经封存，不能再打开更早的{label}。漏记的事记在现在的月份，写明发生的日期。"
            ),
            later=month_text(min(behind.values())),
            label=month_text(month),
        )
    fresh = [pk for pk, _ in branches if pk not in states]
    growing = [pk for pk, _ in branches if states.get(pk, "open") in {"open", "returned"}]
    if growing:
        dues.open_month(by=by, month=month, branch_ids=growing, on=on)
    members = dict(
        Due.objects.filter(month=month, branch__in=growing)
        .order_by()
        .values_list("branch_id")
        .annotate(Count("pk"))
    )
    _insert(fresh, month, members)
    known = BranchMonth.objects.filter(month=month, branch__in=[pk for pk in growing if pk in states])
    grown = []
    for row in known:
        if row.members != members.get(row.branch_id, 0):
            row.members = members.get(row.branch_id, 0)
            grown.append(row)
    if grown:
        BranchMonth.objects.bulk_update(grown, ["members"], batch_size=300)
    if fresh:
        record(
            "months.months.opened",
            by=by,
            on=organization,
            chain=organization.pk,
            path=organization.path,
            data={"month": str(month), "branches": len(fresh), "members": sum(members.values())},
        )
    return len(fresh)


def _sealed_later(month: int, branch_ids: Sequence[int]) -> dict[int, int]:
    """The first sealed month after this one of each branch that has one: a seal is chained to the month before."""
    sealed = BranchMonth.objects.filter(month__gt=month).exclude(digest="").values("branch_id")
    rows = sealed.annotate(first=Min("month")).order_by().values_list("branch_id", "first")
    wanted = set(branch_ids)
    return {branch: first for branch, first in rows if branch in wanted}


def _branches(organization: Organization, month: int, *, on: date) -> list[tuple[int, str]]:
    """Branches of the month with somebody in them, or in which something happened that month. Five queries."""
    rows = Organization.objects.branches().filter(
        Q(closed_on=None) | Q(closed_on__gt=first_day(month)), opened_on__lte=last_day(month)
    )
    if organization.kind in BRANCH_KINDS:
        rows = rows.filter(pk=organization.pk)
    elif organization.parent_id is not None:
        rows = rows.under(organization.path)
    listed = list(rows.order_by("pk").values_list("pk", "path"))
    ids = None if organization.parent_id is None else [pk for pk, _path in listed]
    day = min(on, last_day(month))
    wanted = {then.branch_id for then in History(day, branch_ids=ids).on(day).values()}
    wanted |= set(Due.objects.filter(month=month).order_by().values_list("branch_id", flat=True).distinct())
    happened = Meeting.objects.filter(month=month).exclude(state="canceled").order_by()
    wanted |= set(happened.values_list("branch_id", flat=True).distinct())
    return [each for each in listed if each[0] in wanted]


_COLUMNS = (
    "branch", "month", "state", "members", "submitted_by", "is_late", "returns", "return_reason",
    "returned_by", "sealed_by", "summary", "digest", "previous",
)  # fmt: skip


def _insert(branches: Sequence[int], month: int, members: dict[int, int]) -> None:
    rows = [
        (pk, month, "open", members.get(pk, 0), "", False, 0, "", "", "", "{}", "", "") for pk in branches
    ]
    insert_rows(BranchMonth, _COLUMNS, rows)
