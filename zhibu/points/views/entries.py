"""Entries: recording, one entry, approving, sending back, reversing; the catalogue."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import is_month, last_day
from zhibu.core.refusals import sentence_of
from zhibu.members.models import Member
from zhibu.points import actions
from zhibu.points.forms import EntryForm, ReasonForm
from zhibu.points.models import Entry, Objection
from zhibu.points.policies import catalogue_in_force
from zhibu.points.rules.catalogue import CLASS_LABELS, Kind
from zhibu.points.summaries import lists
from zhibu.points.views.common import (
    APPROVE,
    OWN,
    READ,
    RECORD,
    at,
    back_of,
    branch_of,
    entry_of,
    organization_of,
    redirect_back,
)
from zhibu.ui.pages import paginate, render_page


@requires(RECORD)
def entry_new(request: Request, organization_id: int) -> HttpResponse:
    """Record points. ``member``, ``item`` and ``month`` fill the form in, ``next`` is where the person came from."""
    branch = branch_of(request, RECORD, organization_id)
    today = timezone.localdate()
    catalogue = catalogue_in_force(on=today)
    members = Member.objects.filter(branch=branch).enrolled().select_related("branch")
    items = list(catalogue.items.values())
    form = EntryForm(
        request.POST or None,
        members=members.order_by("pinyin", "pk"),
        items=items,
        initial={
            "fact_on": _usual_day(request.GET.get("month", ""), on=today),
            "member": request.GET.get("member", ""),
            "item": request.GET.get("item", ""),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            entry = actions.record_entry(by=request.scope, on=today, **form.values())
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(
                request,
                _("已登记{name}的“{item}”，记在{month}月，等别人审核。").format(
                    name=entry.member.name, item=catalogue.items[entry.item].name, month=entry.month % 100
                ),
            )
            return redirect_back(request) or see_other("points:entry", entry.pk)
    context = at(
        branch,
        form=form,
        back=back_of(request),
        items=[item for item in items if item.enabled and not item.ledger],
        settle_day=catalogue.settle_day,
    )
    return render(request, "points/entry_new.html", context)


def _usual_day(text: str, *, on: date) -> date:
    """The day a form begins with: today, for a month that is over its last day."""
    if len(text) == 6 and text.isascii() and text.isdecimal() and is_month(int(text)):
        return min(on, last_day(int(text)))
    return on


@requires(READ)
def entry(request: Request, entry_id: int) -> HttpResponse:
    return _page(request, entry_of(request, READ, entry_id))


def _page(
    request: Request,
    row: Entry,
    *,
    refusal_form: ReasonForm | None = None,
    reversal_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today, scope = timezone.localdate(), request.scope
    waits = row.state == "proposed"
    catalogue = catalogue_in_force(on=today)
    approves = waits and scope.covers(APPROVE, row.branch.path)
    waiting = lists.waiting(scope, [row], catalogue=catalogue, on=today)[0] if approves else None
    is_recorder = scope.user_id is not None and row.recorder_user_id == scope.user_id
    reversal = Entry.objects.filter(reverses=row).first()
    reversible = (
        row.state == "approved"
        and row.reverses_id is None
        and reversal is None
        and scope.covers(RECORD, row.branch.path)
    )
    context = at(
        row.branch,
        entry=row,
        member=row.member,
        item=catalogue.items[row.item],
        reversal=reversal,
        objections=Objection.objects.filter(entry=row).order_by("filed_on", "pk"),
        reads_objections=scope.covers(APPROVE, row.branch.path),
        may_approve=waiting is not None and waiting.why_not is None,
        why_not=waiting.why_not if waiting is not None else None,
        may_refuse=waits and ((waiting is not None and waiting.why_not is None) or is_recorder),
        is_recorder=is_recorder,
        reversible=reversible,
        refusal_form=refusal_form or ReasonForm(auto_id="refusal_%s"),
        reversal_form=reversal_form or ReasonForm(auto_id="reversal_%s"),
    )
    return render(request, "points/entry.html", context, status=status)


@requires(APPROVE)
@require_POST
def entry_approval(request: Request, entry_id: int) -> HttpResponse:
    row = entry_of(request, APPROVE, entry_id)
    actions.approve_entries(by=request.scope, entries=[row], on=timezone.localdate())
    messages.success(request, _("已审核通过，计入积分。"))
    return see_other("points:entry", row.pk)


@requires(APPROVE, RECORD)
@require_POST
def entry_refusal(request: Request, entry_id: int) -> HttpResponse:
    row = entry_of(request, APPROVE if request.scope.has(APPROVE) else RECORD, entry_id)
    form = ReasonForm(request.POST, auto_id="refusal_%s")
    if form.is_valid():
        try:
            actions.refuse_entry(
                by=request.scope, entry=row, reason=form.cleaned_data["reason"], on=timezone.localdate()
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已退回，不计入积分。"))
            return see_other("points:entry", row.pk)
    return _page(request, row, refusal_form=form)


@requires(RECORD)
@require_POST
def entry_reversal(request: Request, entry_id: int) -> HttpResponse:
    row = entry_of(request, RECORD, entry_id)
    form = ReasonForm(request.POST, auto_id="reversal_%s")
    if form.is_valid():
        try:
            reversal = actions.reverse_entry(
                by=request.scope, entry=row, reason=form.cleaned_data["reason"], on=timezone.localdate()
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已提出冲正，别人审核以后生效。"))
            return see_other("points:entry", reversal.pk)
    return _page(request, row, reversal_form=form)


@requires(APPROVE)
def approvals(request: Request) -> HttpResponse:
    """What waits; POST approves the ticked ones, all or none."""
    today = timezone.localdate()
    if request.method == "POST":
        ticked = [int(pk) for pk in request.POST.getlist("entries") if pk.isascii() and pk.isdecimal()][:500]
        rows = list(Entry.objects.visible_to(request.scope, APPROVE).filter(pk__in=ticked))
        count = actions.approve_entries(by=request.scope, entries=rows, on=today)
        if count:
            messages.success(request, _("已审核通过{n}条，计入积分。").format(n=count))
        else:
            messages.info(request, _("没有勾选等待审核的积分。"))
        return see_other("points:approvals")
    page = paginate(request, lists.proposed(request.scope))
    catalogue = catalogue_in_force(on=today)
    rows_shown = lists.waiting(request.scope, page.rows, catalogue=catalogue, on=today)
    context = at(
        organization_of(request, APPROVE, None),
        page=page,
        rows=rows_shown,
        any_allowed=any(row.why_not is None for row in rows_shown),
    )
    return render_page(request, "points/approvals.html", context)


@requires(READ, "months.read", OWN)
def catalogue(request: Request) -> HttpResponse:
    """Items, points, caps, classes, stars as they hold today: open to everyone it concerns."""
    today = timezone.localdate()
    found = catalogue_in_force(on=today)
    groups = [
        (kind, [item for item in found.items.values() if item.kind == kind and item.enabled]) for kind in Kind
    ]
    about = at(organization_of(request, READ, None)) if request.scope.has(READ) else {}
    context = about | {
        "catalogue": found,
        "groups": [(kind, items) for kind, items in groups if items],
        "classes": CLASS_LABELS.items(),
    }
    return render(request, "points/catalogue.html", context)
