"""The stock of an organization, those below it, the ledger as a workbook."""

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates import stock_workbooks
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.summaries.stock.balances import (
    balance_at,
    balance_under,
    findings_at,
    ledger_lines,
    movements,
)
from zhibu.certificates.summaries.stock.places import places_under
from zhibu.certificates.views.stock.loading import PERMISSION, organization_of
from zhibu.core.http import Request, requires
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS, COMMITTEE_KINDS
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

FILTERS = ("", "findings", "incoming", "empty")


@requires(PERMISSION)
def stock(request: Request, organization_id: int | None = None) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    has_below = organization.kind not in BRANCH_KINDS
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "own": balance_at(organization),
        "under": balance_under(organization.path) if has_below else None,
        "findings": findings_at(request.scope, organization),
        "has_below": has_below,
        "orders": organization.parent_id is None or organization.kind in COMMITTEE_KINDS,
        "by_hand": not values_in_force(BOOKLET, on=timezone.localdate()).use_blank_stock,
        "page": paginate(request, movements(request.scope, organization)),
    }
    return render_page(request, "certificates/stock.html", context)


@requires(PERMISSION)
def below(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    only = request.GET.get("only", "")
    text = request.GET.get("q", "").strip()
    places = places_under(request.scope, organization, text=text, only=only)
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "page": paginate(request, places),
        "count": len(places),
        "remaining": sum(place.remaining for place in places),
        "incoming": sum(place.incoming for place in places),
        "findings": sum(place.findings for place in places),
        "only": only,
        "q": text,
        "filters": FILTERS,
    }
    return render_page(request, "certificates/stock_below.html", context)


def _ledger_size(request: Request, organization_id: int) -> int:
    return movements(request.scope, organization_of(request, organization_id)).count()


@requires(PERMISSION)
@large_by_worker(gettext_noop("下载空白证本流水"), _ledger_size)
def ledger_workbook(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    content = stock_workbooks.ledger_workbook(
        ledger_lines(request.scope, organization),
        balance=balance_at(organization),
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
    )
    return attachment(content, _("%(unit)s空白证本流水.xlsx") % {"unit": organization.short_name})
