"""Receipts of a branch: list, giving them, printing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.dues import actions
from zhibu.dues.models import Receipt
from zhibu.dues.prints.receipts import receipts_pdf
from zhibu.dues.summaries import receipts as summaries
from zhibu.dues.views.common import READ, RECORD, at, organization_of, year_asked
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

_AT_MOST = 300


@requires(READ)
def receipts(request: Request, organization_id: int) -> HttpResponse:
    branch, year = organization_of(request, READ, organization_id), year_asked(request)
    page = paginate(request, summaries.receipt_rows(branch, year))
    context = at(
        branch,
        page=page,
        lines=summaries.receipt_lines(page.rows),
        year=year,
        this_year=timezone.localdate().year,
        waiting=summaries.without_receipt(branch, year).count(),
    )
    return render_page(request, "dues/receipts.html", context)


@requires(RECORD)
@require_POST
def receipts_issue(request: Request, organization_id: int) -> HttpResponse:
    """A receipt for every payment of the year that has none."""
    branch = organization_of(request, RECORD, organization_id)
    today = timezone.localdate()
    waiting = summaries.without_receipt(branch, today.year)
    issued = actions.issue_receipts(
        by=request.scope, branch=branch, payment_ids=list(waiting.values_list("pk", flat=True)), on=today
    )
    messages.success(
        request, _("已开{count}张收据。").format(count=len(issued)) if issued else _("没有要开收据的交款。")
    )
    return see_other("dues:receipts", branch.pk)


@requires(READ)
def receipts_print(request: Request, organization_id: int) -> HttpResponse:
    """Those ticked, or all of the newest day, three to an A4 sheet."""
    branch = organization_of(request, READ, organization_id)
    ids = [int(text) for text in request.GET.getlist("receipt") if text.isascii() and text.isdigit()]
    # Without a year the newest day of any: on New Year's Day those of yesterday.
    rows = summaries.receipt_rows(branch, year_asked(request) if "year" in request.GET else None)
    if ids:
        rows = rows.filter(pk__in=ids[:_AT_MOST])
    else:
        newest = rows.first()
        rows = rows.filter(issued_on=newest.issued_on) if newest else rows
    found = list(rows.order_by("year", "number")[:_AT_MOST])
    if not found:
        raise Http404
    return _file(request, found, sheet="a4", name=_("%(unit)s党费收据.pdf") % {"unit": branch.short_name})


@requires(READ)
def receipt_print(request: Request, receipt_id: int) -> HttpResponse:
    """One receipt on A5."""
    row = get_visible(Receipt.objects.select_related("member", "branch"), request.scope, READ, pk=receipt_id)
    name = _("党费收据%(number)s.pdf") % {"number": f"{row.year}-{row.number:04d}"}
    return _file(request, [row], sheet="a5", name=name)


def _file(request: Request, rows: list[Receipt], *, sheet: str, name: str) -> HttpResponse:
    content = receipts_pdf(
        summaries.receipt_lines(rows), sheet=sheet, printed_by=request.scope.name, at=timezone.localtime()
    )
    return attachment(content, name)
