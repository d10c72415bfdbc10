"""Pages of the audit administrator."""

from datetime import timedelta

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhibu.audit.actions import explain_clock, verify_log
from zhibu.audit.actions.trail import note_reading, plain_conditions
from zhibu.audit.forms import RecordFilter
from zhibu.audit.models import AuditAnchor, AuditRecord
from zhibu.audit.summaries.pages import facts, last_verification, lines, neighbors, search
from zhibu.audit.summaries.verification import anchor_ahead, anchor_copies
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.ui.pages import paginate, render_page

PERMISSION = "audit.read"


@requires(PERMISSION)
def record_list(request: Request) -> HttpResponse:
    """The log, newest first."""
    form = RecordFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    until = wanted.get("until")
    found = search(
        scope=request.scope,
        since=wanted.get("since"),
        until=until + timedelta(days=1) if until else None,
        person=wanted.get("person", ""),
        event=wanted.get("event", ""),
        organization=wanted.get("organization", ""),
    )
    page = paginate(request, found)
    note_reading(
        "audit.log.read",
        by=request.scope,
        on=None,
        data={"conditions": plain_conditions(request.GET.dict())},
    )
    return render_page(request, "audit/records.html", {"form": form, "page": page, "lines": lines(page.rows)})


@requires(PERMISSION)
def record_detail(request: Request, record_id: int) -> HttpResponse:
    """One record with its digest and its neighbors in the chain."""
    row = get_visible(AuditRecord.objects.all(), request.scope, PERMISSION, pk=record_id)
    note_reading("audit.record.read", by=request.scope, on=row)
    context = {
        "line": lines([row])[0],
        "facts": facts(row),
        "neighbors": neighbors(row, scope=request.scope),
    }
    return render_page(request, "audit/record.html", context)


@requires(PERMISSION)
def verification(request: Request) -> HttpResponse:
    """When the log was last verified, and with what result."""
    return render_page(request, "audit/verification.html", {"last": last_verification()})


@requires(PERMISSION)
@require_POST
def verification_run(request: Request) -> HttpResponseBase:
    """Verify now; the result is itself a record."""
    verify_log(by=request.scope)
    return see_other("audit:verification")


@requires(PERMISSION)
def anchor_list(request: Request) -> HttpResponse:
    """The daily anchors, newest first."""
    page = paginate(request, AuditAnchor.objects.defer("heads").order_by("-id"))
    context = {"page": page, "ahead": anchor_ahead(on=timezone.localdate())}
    return render_page(request, "audit/anchors.html", context)


@requires(PERMISSION)
@require_POST
def clock_explanation(request: Request) -> HttpResponseBase:
    """Say what was found about an anchor dated ahead."""
    explain_clock(by=request.scope, reason=request.POST.get("reason", ""), on=timezone.localdate())
    return see_other("audit:anchors")


@requires(PERMISSION)
def anchor_copy(request: Request) -> HttpResponse:
    """All anchors as a file to keep elsewhere."""
    response = HttpResponse(anchor_copies(), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="zhibu-audit-anchors.jsonl"'
    return response
