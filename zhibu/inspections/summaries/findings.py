"""Reads of findings: the list, one finding, what waits for a person."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.inspections.models import Finding, Inspection
from zhibu.inspections.rules.draw import Kind, quarter_ends, quarter_of
from zhibu.inspections.rules.items import TO_MEND, label_of
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch
from zhibu.organizations.rules import COMMITTEE_KINDS

READ = "months.read"
INSPECT = "inspections.inspect"
MEND = "months.submit"
VIEWS = {
    "mend": gettext_noop("等整改"),
    "overdue": gettext_noop("逾期"),
    "recheck": gettext_noop("等复核"),
    "closed": gettext_noop("已销号"),
    "all": gettext_noop("全部"),
}
_MOST = 5


def finding_rows(scope: Scope, organization: Organization, *, view: str, on: date) -> AtBranch[Finding]:
    """Findings at or below the organization by how far they are; what is due first comes first."""
    rows = Finding.objects.visible_to(scope, READ).filter(branch__path__startswith=organization.path)
    if view == "mend":
        rows = rows.filter(state__in=TO_MEND)
    elif view == "overdue":
        rows = rows.filter(state__in=TO_MEND, due_on__lt=on)
    elif view == "recheck":
        rows = rows.filter(state="mended")
    elif view == "closed":
        rows = rows.filter(state="closed")
    order = ("-closed_on", "-pk") if view == "closed" else ("due_on", "pk")
    return rows.select_related("branch", "member").order_by(*order)


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """What waits: the quarter's draw, sheets to fill, findings to mend, to recheck, overdue. At most ten queries.

    Sheets and rechecks are listed for whoever's own place the inspection is, or who drew it; the overdue for
    all who inspect above. To mend is listed at the person's own unit only: a township sees its branches' in
    the list of findings.
    """
    found: list[WorkList | None] = []
    if scope.has(INSPECT):
        found += [_draws(scope, on), _sheets(scope), _rechecks(scope), _overdue(scope, on)]
    if scope.has(MEND):
        found.append(_mending(scope))
    return [each for each in found if each is not None]


def _own(scope: Scope, permission: str, prefix: str) -> Q:
    """At one of the person's own places, or drawn by the person."""
    lookup = "inspection__" if prefix == "inspection" else ""
    return Q(**{f"{lookup}organization__path__in": scope.prefixes(permission)}) & ~Q(
        **{f"{lookup}kind": Kind.COMMITTEE}
    ) | Q(**{f"{lookup}drawn_user": scope.user_id})


def _draws(scope: Scope, on: date) -> WorkList | None:
    """Own committees whose quarter is not drawn, from the quarter's second month on."""
    if on.month % 3 == 1:
        return None
    quarter = quarter_of(on)
    drawn = Inspection.objects.filter(kind=Kind.QUARTERLY, quarter=quarter).values("organization")
    rows = list(
        Organization.objects.existing()
        .filter(path__in=scope.prefixes(INSPECT), kind__in=COMMITTEE_KINDS)
        .exclude(pk__in=drawn)
        .in_order()[:_MOST]
    )
    items = tuple(
        WorkItem(
            gettext("第{n}季度还没有抽样").format(n=quarter % 10),
            row.short_name,
            reverse("inspections:inspection_new", args=[row.pk, "quarterly"]),
            date.fromordinal(quarter_ends(quarter).toordinal() - 1),
        )
        for row in rows
    )
    url = reverse("inspections:inspections")
    return _list("inspection_draws", gettext("季督抽样"), "do", "clipboard-check", items, len(rows), url)


def _sheets(scope: Scope) -> WorkList | None:
    rows = (
        Inspection.objects.visible_to(scope, INSPECT)
        .filter(_own(scope, INSPECT, ""), state="drawn")
        .select_related("organization")
        .defer("population", "rule")
        .order_by("drawn_at", "pk")
    )
    listed = list(rows[: _MOST + 1])
    names = {
        Kind.QUARTERLY: gettext("季督"),
        Kind.SPOT: gettext("抽查"),
        Kind.COMMITTEE: gettext("查党委工作"),
    }
    items = tuple(
        WorkItem(
            gettext("{unit}{kind}，核对表没有交完").format(
                unit=row.organization.short_name, kind=names[Kind(row.kind)]
            ),
            gettext("{year}年第{n}季度").format(year=row.quarter // 10, n=row.quarter % 10),
            reverse("inspections:inspection", args=[row.pk]),
        )
        for row in listed[:_MOST]
    )
    total = len(listed) if len(listed) <= _MOST else rows.count()
    url = reverse("inspections:inspections")
    return _list("inspection_sheets", gettext("正在督查"), "do", "clipboard-check", items, total, url)


def _mending(scope: Scope) -> WorkList | None:
    rows = (
        Finding.objects.filter(branch__path__in=scope.prefixes(MEND), state__in=TO_MEND)
        .select_related("branch", "member")
        .order_by("due_on", "pk")
    )
    return _findings("findings_to_mend", gettext("督查问题等整改"), "do", "flag", rows, "mend")


def _rechecks(scope: Scope) -> WorkList | None:
    rows = (
        Finding.objects.visible_to(scope, INSPECT)
        .filter(_own(scope, INSPECT, "inspection"), state="mended")
        .select_related("branch", "member")
        .order_by("mended_on", "pk")
    )
    if scope.user_id is not None:
        rows = rows.exclude(mended_user=scope.user_id)
    return _findings(
        "findings_to_recheck", gettext("督查问题等复核"), "decide", "list-check", rows, "recheck"
    )


def _overdue(scope: Scope, on: date) -> WorkList | None:
    rows = (
        Finding.objects.visible_to(scope, INSPECT)
        .filter(state__in=TO_MEND, due_on__lt=on)
        .select_related("branch", "member")
        .order_by("due_on", "pk")
    )
    return _findings("findings_overdue", gettext("督查问题逾期没有整改"), "watch", "alarm", rows, "overdue")


def _findings(
    key: str, title: str, kind: str, icon: str, rows: AtBranch[Finding], view: str
) -> WorkList | None:
    listed = list(rows[: _MOST + 1])
    items = tuple(
        WorkItem(
            gettext(label_of(row.item)),
            "，".join(
                part for part in (row.branch.short_name, row.member.name if row.member else "") if part
            ),
            reverse("inspections:finding", args=[row.pk]),
            row.due_on,
        )
        for row in listed[:_MOST]
    )
    total = len(listed) if len(listed) <= _MOST else rows.count()
    return _list(key, title, kind, icon, items, total, f"{reverse('inspections:findings')}?view={view}")


def _list(
    key: str, title: str, kind: str, icon: str, items: Sequence[WorkItem], total: int, url: str
) -> WorkList | None:
    return WorkList(key, title, kind, icon, tuple(items), total, url) if items else None
