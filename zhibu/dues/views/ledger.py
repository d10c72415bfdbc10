"""The ledger: a branch by month, units below by month or year; opening a month."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import month_code, month_of, month_range, month_text, parse_month, shift_month
from zhibu.dues import actions
from zhibu.dues.rules.owing import DueKind
from zhibu.dues.summaries import pages as summaries
from zhibu.dues.summaries.facts import is_locked
from zhibu.dues.summaries.ledger import Totals, month_totals
from zhibu.dues.summaries.narrowing import LedgerNarrowing
from zhibu.dues.views.common import READ, RECORD, at, month_asked, organization_of
from zhibu.organizations.models import Organization
from zhibu.ui.pages import render_page


@requires(READ)
def ledger(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization = organization_of(request, READ, organization_id)
    if summaries.is_branch(organization):
        return _branch(request, organization)
    return _units(request, organization)


def months_of(month: int, *, by_year: bool) -> list[int]:
    """The month, or those of its year."""
    return month_range(month // 100 * 100 + 1, (month // 100 + 1) * 100 + 1) if by_year else [month]


def _branch(request: Request, branch: Organization) -> HttpResponse:
    today, month = timezone.localdate(), month_asked(request)
    lines = summaries.ledger_lines(branch, month, on=today)
    chosen = LedgerNarrowing.of(request.GET.dict())
    shown = chosen.shown(lines)
    context = at(
        branch,
        month=month,
        previous=shift_month(month, -1),
        next=shift_month(month, 1) if month <= month_of(today) else None,
        lines=shown,
        shown_totals=summaries.totals_of([line.row for line in shown]),
        totals=month_totals([branch.pk], month).get(branch.pk, Totals()),
        is_filtered=chosen.is_filtered,
        q=chosen.text,
        show=chosen.show,
        year=month // 100,
        quarters=summaries.year_strip(branch, month // 100, on=today),
        unassessed=sum(line.row.kind == DueKind.DUE and not line.row.assessed for line in lines),
        is_opened=any(line.row.kind for line in lines),
        is_locked=is_locked(branch.pk, month, today),
    )
    return render_page(request, "dues/ledger.html", context)


def _units(request: Request, organization: Organization) -> HttpResponse:
    today = timezone.localdate()
    by_year = request.GET.get("period") == "year"
    month = month_asked(request)
    lines, total = summaries.unit_lines(request.scope, organization, months_of(month, by_year=by_year))
    context = at(
        organization,
        month=month,
        previous=shift_month(month, -12 if by_year else -1),
        next=shift_month(month, 12 if by_year else 1) if month <= month_of(today) else None,
        by_year=by_year,
        year=month // 100,
        lines=lines,
        total=total,
    )
    return render_page(request, "dues/units.html", context)


@requires(RECORD)
@require_POST
def opening(request: Request, organization_id: int) -> HttpResponse:
    """Open a month for the branches of the organization."""
    organization = organization_of(request, RECORD, organization_id)
    today = timezone.localdate()
    month = parse_month(request.POST.get("month", "")) or month_of(today)
    branches = Organization.objects.visible_to(request.scope, RECORD).under(organization.path).branches()
    ids = list(branches.values_list("pk", flat=True))
    count = actions.open_month(by=request.scope, month=month, branch_ids=ids, on=today)
    if count:
        messages.success(
            request,
            _("{month}已开账，写入{count}名党员的应交党费。").format(month=month_text(month), count=count),
        )
    else:
        messages.info(request, _("{month}早已开账，没有新的党员要写入。").format(month=month_text(month)))
    return see_other("dues:organization", organization.pk, then=f"?month={month_code(month)}")
