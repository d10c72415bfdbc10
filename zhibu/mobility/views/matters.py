"""Membership events: lists, entering, approving, filing, taking back; panels on the member's pages."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members.actions import entering_permission, log_penalty_read, settling_path
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.rules.events import (
    RESTRICTED,
    SPECS,
    EventKind,
    Route,
    allowed_kinds,
    default_months,
    is_rechecked,
    warnings,
)
from zhibu.members.summaries.events import entry_of, situation_of
from zhibu.mobility.actions import matters as actions
from zhibu.mobility.forms.matters import CancelForm, EventForm, FilingForm, SettlementForm
from zhibu.mobility.summaries import matters as summaries
from zhibu.mobility.summaries.lost import correction_case, facts_of
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.pages import paginate, render_page

ENTER = ("members.propose_events", "conduct.record")
READ = ("members.read", "conduct.read")
_WAYS_BACK = frozenset({EventKind.CONTACT_REGAINED, EventKind.RESTORE_STANDING})


@requires("members.propose_events", "members.settle_events", "conduct.read")
def matters(request: Request) -> HttpResponse:
    view = request.GET.get("view", "")
    today = timezone.localdate()
    if view not in (*summaries.VIEWS, "probation", "due"):
        view = "settle" if request.scope.has("members.settle_events") else "open"
    kind = request.GET.get("kind", "")
    context: dict[str, object] = {
        "view": view,
        "kind": kind,
        "kinds": summaries.kinds_filter(),
        "today": today,
    }
    if view == "probation":
        context["page"] = paginate(request, summaries.due_confirmations(request.scope, on=today))
        context["probation_months"] = values_in_force(MEMBERSHIP, on=today).probation_months
    elif view == "due":
        context["page"] = paginate(request, summaries.due_measures(request.scope, on=today))
    else:
        page = paginate(request, summaries.rows(request.scope, view=view, kind=kind))
        context |= {"page": page, "rows": [(row, SPECS[EventKind(row.kind)]) for row in page.rows]}
    return render_page(request, "mobility/matters.html", context)


def _member(request: Request, member_id: int) -> Member:
    permission = next((each for each in ENTER if request.scope.has(each)), ENTER[0])
    return get_visible(Member.objects.select_related("branch"), request.scope, permission, pk=member_id)


def _at(member: Member, **context: object) -> dict[str, object]:
    return {"member": member, "above": Organization.objects.above(member.branch.path), **context}


@requires(*ENTER)
def events(request: Request, member_id: int) -> HttpResponse:
    """What may be done about a member now, each with its rule; what has been done."""
    member = _member(request, member_id)
    today = timezone.localdate()
    situation = situation_of(member, on=today)
    offered = [
        (kind, SPECS[kind])
        for kind in allowed_kinds(situation)
        if request.scope.covers(entering_permission(kind), member.branch.path)
    ]
    done = list(summaries.events_of(member, request.scope))
    if any(each.kind in RESTRICTED for each in done):
        log_penalty_read(by=request.scope, member=member)
    context = _at(
        member,
        usual=[each for each in offered if not each[1].is_discipline],
        discipline=[each for each in offered if each[1].is_discipline],
        measures=summaries.measures_now(member, request.scope, on=today),
        events=[(e, SPECS[EventKind(e.kind)]) for e in done],
        situation=situation,
        correction_case=correction_case(member, on=today),
    )
    return render(request, "mobility/events.html", context)


@requires(*ENTER)
def event_new(request: Request, member_id: int, kind: str) -> HttpResponse:
    member = _member(request, member_id)
    if kind not in SPECS or SPECS[EventKind(kind)].is_internal:
        raise Http404
    event_kind = EventKind(kind)
    request.scope.require(entering_permission(event_kind), member.branch.path)
    today = timezone.localdate()
    limits = values_in_force(MEMBERSHIP, on=today).limits()
    situation = situation_of(member, on=today, searches=facts_of(member).searches)
    form = EventForm(request.POST or None, kind=event_kind, situation=situation, limits=limits, on=today)
    if event_kind == EventKind.FLAG_LOST_CONTACT and not form.is_bound:
        form.initial["since"] = facts_of(member).last_contact_on
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.enter_event(by=request.scope, member=member, entry=form.entry(), on=today)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(
                request,
                _entered(event),
            )
            return see_other("mobility:event", event.pk)
    context = _at(
        member,
        form=form,
        spec=SPECS[event_kind],
        kind=event_kind,
        waits=SPECS[event_kind].route == Route.APPROVE,
        files=SPECS[event_kind].route == Route.FILE,
        default_months=default_months(event_kind, limits),
    )
    return render(request, "mobility/event_new.html", context)


def _entered(event: MembershipEvent) -> str:
    if event.state != "proposed":
        return _("已登记，即日生效。")
    if is_rechecked(EventKind(event.kind), event.decided_by):
        return _("已登记，等另一位同志照处分决定核对，从决定那天起生效。")
    return _("已登记，等上级批准。")


def _event(request: Request, event_id: int, permission: str) -> MembershipEvent:
    event = get_visible(
        MembershipEvent.objects.select_related("member__branch", "branch"),
        request.scope,
        permission,
        pk=event_id,
    )
    if not summaries.may_read(event, request.scope):
        raise Http404
    return event


@requires(*READ)
def event(request: Request, event_id: int) -> HttpResponse:
    row = _event(request, event_id, "members.read")
    if row.kind in RESTRICTED:
        log_penalty_read(by=request.scope, member=row.member)
    return _event_page(request, row)


def _event_page(
    request: Request, row: MembershipEvent, settlement: SettlementForm | None = None, status: int = 200
) -> HttpResponse:
    kind = EventKind(row.kind)
    spec = SPECS[kind]
    scope, path = request.scope, row.member.branch.path
    today = timezone.localdate()
    may_settle = scope.covers("members.settle_events", settling_path(kind, path))
    is_own = scope.user_id is not None and scope.user_id == row.proposed_user_id
    limits = values_in_force(MEMBERSHIP, on=today).limits()
    is_recheck = is_rechecked(kind, row.decided_by)
    context = _at(
        row.member,
        is_recheck=is_recheck,
        correction_case=correction_case(row.member, on=today) if kind in _WAYS_BACK else None,
        event=row,
        spec=spec,
        steps=summaries.steps_of(row),
        wanted=summaries.wanted_lines(row),
        warnings=warnings(entry_of(row), situation_of(row.member, on=today), limits)
        if row.state == "proposed"
        else [],
        settlement=(settlement or SettlementForm(initial={"settled_on": today}, is_recheck=is_recheck))
        if row.state == "proposed" and may_settle and not is_own
        else None,
        waits_for_other=row.state == "proposed" and may_settle and is_own,
        filing=FilingForm(initial={"filed_on": today})
        if row.state == "in_effect" and spec.route == Route.FILE and row.filed_on is None and may_settle
        else None,
        cancel=CancelForm()
        if row.state == "proposed" and scope.covers(entering_permission(kind), path)
        else None,
    )
    return render(request, "mobility/event.html", context, status=status)


@requires("members.settle_events")
@require_POST
def settlement(request: Request, event_id: int) -> HttpResponse:
    row = _event(request, event_id, "members.settle_events")
    is_recheck = is_rechecked(EventKind(row.kind), row.decided_by)
    form = SettlementForm(request.POST, is_recheck=is_recheck)
    if not form.is_valid():
        return _event_page(request, row, form)
    data = form.cleaned_data
    try:
        settled = actions.settle_event(
            by=request.scope,
            event=row,
            approve=data["answer"] == "approve",
            settled_on=data["settled_on"],
            document=data.get("document", ""),
            note=data["note"],
            effective_on=data.get("effective_on"),
            on=timezone.localdate(),
        )
    except Refused as refusal:
        form.add_error(None, sentence_of(refusal))
        row.refresh_from_db()
        if row.state != "proposed":
            raise
        return _event_page(request, row, form)
    done = _("已核对，从决定那天起生效。") if is_recheck else _("已批准，即按生效日期执行。")
    refused = _("已退回，请登记的人照处分决定改。") if is_recheck else _("已记下不批准。")
    messages.success(request, done if settled.state == "in_effect" else refused)
    return see_other("mobility:event", row.pk)


@requires("members.settle_events")
@require_POST
def filing(request: Request, event_id: int) -> HttpResponse:
    row = _event(request, event_id, "members.settle_events")
    form = FilingForm(request.POST)
    if not form.is_valid():
        raise Refused(_("备案日期没有填对。请写成2026-11-06这样。"))
    actions.file_event(by=request.scope, event=row, on=timezone.localdate(), **form.cleaned_data)
    messages.success(request, _("已备案。"))
    return see_other("mobility:event", row.pk)


@requires(*ENTER)
@require_POST
def cancellation(request: Request, event_id: int) -> HttpResponse:
    row = _event(request, event_id, next((each for each in ENTER if request.scope.has(each)), ENTER[0]))
    form = CancelForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写明为什么撤回，至少4个字。"))
    actions.cancel_event(
        by=request.scope, event=row, reason=form.cleaned_data["reason"], on=timezone.localdate()
    )
    messages.success(request, _("已撤回。"))
    return see_other("mobility:event", row.pk)


@requires("members.read", "members.read_own")
def member_panel(request: Request, member_id: int) -> HttpResponse:
    rows = Member.objects.select_related("branch")
    own = rows.filter(pk=member_id, user=request.scope.user_id).first() if request.scope.user_id else None
    is_own = own is not None and not request.scope.covers("members.read", own.branch.path)
    member = own if is_own and own else get_visible(rows, request.scope, "members.read", pk=member_id)
    today = timezone.localdate()
    events_now = list(summaries.events_of(member, request.scope, own=is_own)[:8])
    if any(each.kind in RESTRICTED for each in events_now):
        log_penalty_read(by=request.scope, member=member)
    context = {
        "member": member,
        "own": is_own,
        "measures": summaries.measures_now(member, request.scope, on=today, own=is_own),
        "events": [(e, SPECS[EventKind(e.kind)]) for e in events_now],
    }
    return render(request, "mobility/member_panel.html", context)
