"""Pages of accountability: cases, proposals of the system, signs; the member's own words."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.cycles.actions import cases as actions
from zhibu.cycles.forms.cases import CaseForm, DecisionForm, OwnForm, StepForm
from zhibu.cycles.models import Case
from zhibu.cycles.rules.cases import (
    OF_MEMBERS,
    OUTCOME_LABELS,
    STEP_LABELS,
    TRIGGER_LABELS,
    Known,
    Outcome,
    StepKind,
    Trigger,
    outcomes,
)
from zhibu.cycles.summaries import cases as summaries
from zhibu.cycles.summaries import signs as sign_summaries
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.ui.pages import paginate, render_page
from zhibu.ui.templatetags.ui import sentence

HOLD, LEAD = summaries.HOLD, summaries.LEAD


@requires(LEAD)
@never_cache
def cases(request: Request) -> HttpResponse:
    view = "closed" if request.GET.get("view") == "closed" else "open"
    page = paginate(request, summaries.rows(request.scope, view=view))
    context = {
        "page": page,
        "rows": [(row, TRIGGER_LABELS[Trigger(row.trigger)], _outcome(row)) for row in page.rows],
        "view": view,
        "today": timezone.localdate(),
    }
    return render_page(request, "cycles/cases.html", context)


@requires(LEAD)
@never_cache
def case_proposals(request: Request) -> HttpResponse:
    found = summaries.proposals(request.scope, on=timezone.localdate())
    context = {"rows": [(each, TRIGGER_LABELS[each.trigger]) for each in found]}
    return render(request, "cycles/case_proposals.html", context)


@requires("cycles.inspect")
@never_cache
def signs(request: Request) -> HttpResponse:
    found = sign_summaries.signs(request.scope, on=timezone.localdate())
    context = {"signs": found, "kinds": sign_summaries.KINDS.values()}
    return render(request, "cycles/signs.html", context)


@requires(LEAD)
@never_cache
def case_new(request: Request, organization_id: int) -> HttpResponse:
    asked = request.GET.get("trigger", "")
    about_member = asked in OF_MEMBERS if asked in set(Trigger) else request.GET.get("about") != "unit"
    permission = LEAD if about_member else HOLD
    organization = get_visible(Organization.objects.all(), request.scope, permission, pk=organization_id)
    members = (
        [
            (pk, name)
            for pk, name in Member.objects.visible_to(request.scope, LEAD)
            .enrolled()
            .filter(branch=organization)
            .order_by("pinyin", "pk")
            .values_list("pk", "name")
        ]
        if about_member
        else []
    )
    initial: dict[str, object] = {"trigger": asked, "member": request.GET.get("member", "")}
    form = CaseForm(
        request.POST or None,
        organization=organization,
        members=members,
        about_member=about_member,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = actions.open_case(
                by=request.scope,
                organization=organization,
                trigger=Trigger(data["trigger"]),
                facts=data["facts"],
                member=get_visible(
                    Member.objects.select_related("branch"), request.scope, LEAD, pk=data["member"]
                )
                if about_member
                else None,
                responsible=data.get("responsible", ""),
                origin="proposal" if asked else "hand",
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已立为一件。先提醒、谈话，再给期限。"))
            return see_other("cycles:case", row.pk)
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "form": form,
        "about_member": about_member,
        "is_branch": organization.kind in BRANCH_KINDS,
    }
    return render(request, "cycles/case_new.html", context)


def _case(request: Request, pk: int, permission: str = LEAD) -> Case:
    row = get_visible(
        Case.objects.select_related("organization", "member", "withdrawal"), request.scope, permission, pk=pk
    )
    if row.member_id is None and not request.scope.covers(HOLD, row.organization.path):
        raise Http404
    return row


@requires(LEAD)
@never_cache
def case(request: Request, pk: int) -> HttpResponse:
    return _page(request, _case(request, pk))


def _page(
    request: Request, row: Case, *, step: StepForm | None = None, decision: DecisionForm | None = None
) -> HttpResponse:
    known = actions.known_of(row)
    today = timezone.localdate()
    decides = (
        row.state != "closed"
        and request.scope.covers(HOLD, row.organization.path)
        and request.scope.name != row.opened_by
    )
    context = {
        "row": row,
        "organization": row.organization,
        "above": Organization.objects.above(row.organization.path),
        "trigger": TRIGGER_LABELS[Trigger(row.trigger)],
        "outcome": _outcome(row),
        "steps": [(each, STEP_LABELS[StepKind(each.kind)]) for each in row.steps.order_by("on", "pk")],
        "step": step or _step_form(None, known, on=today) if row.state != "closed" else None,
        "decision": decision or DecisionForm(None, outcomes=outcomes(known)) if decides else None,
        "waits_for_other": row.state != "closed" and request.scope.name == row.opened_by,
    }
    return render(request, "cycles/case.html", context)


def _outcome(row: Case) -> str:
    return OUTCOME_LABELS[Outcome(row.outcome)] if row.outcome else ""


def _step_form(data: object, known: Known, *, on: object) -> StepForm:
    kinds = [StepKind.REMIND, StepKind.TALK, StepKind.STATEMENT]
    if known.has(StepKind.TALK):
        kinds.append(StepKind.DEADLINE)
    if known.deadline is not None:
        kinds.append(StepKind.RECHECK)
    kinds.append(StepKind.ANSWER if known.has_open_objection else StepKind.OBJECTION)
    kinds.append(StepKind.NOTE)
    return StepForm(data, kinds=kinds, initial={"day": on})


@requires(LEAD)
@require_POST
def case_step(request: Request, pk: int) -> HttpResponse:
    row = _case(request, pk)
    form = _step_form(request.POST, actions.known_of(row), on=timezone.localdate())
    if not form.is_valid():
        return _page(request, row, step=form)
    data = form.cleaned_data
    try:
        actions.add_step(
            by=request.scope,
            case=row,
            kind=StepKind(data["kind"]),
            day=data["day"],
            text=data["text"],
            until=data.get("until"),
            on=timezone.localdate(),
        )
    except Refused as refusal:
        if row.state == "closed":
            raise
        form.add_error(None, sentence(refusal))
        return _page(request, row, step=form)
    messages.success(request, _("已登记。"))
    return see_other("cycles:case", row.pk)


@requires(HOLD)
@require_POST
def case_decision(request: Request, pk: int) -> HttpResponse:
    row = _case(request, pk, HOLD)
    form = DecisionForm(request.POST, outcomes=outcomes(actions.known_of(row)))
    if not form.is_valid():
        return _page(request, row, decision=form)
    try:
        actions.decide_case(
            by=request.scope,
            case=row,
            outcome=Outcome(form.cleaned_data["outcome"]),
            text=form.cleaned_data["text"],
            on=timezone.localdate(),
        )
    except Refused as refusal:
        row.refresh_from_db()
        if row.state == "closed":
            raise
        form.add_error(None, sentence(refusal))
        return _page(request, row, decision=form)
    messages.success(request, _("已作决定。"))
    return see_other("cycles:case", row.pk)


@requires("members.read_own")
@never_cache
def own_cases(request: Request, member_id: int) -> HttpResponse:
    """On the own page: open cases about oneself, with the place for the own words."""
    member = Member.objects.filter(pk=member_id, user=request.scope.user_id).first()
    if member is None:
        raise Http404
    found = Case.objects.filter(member=member).select_related("organization").order_by("-opened_on", "-pk")
    context = {
        "rows": [
            (row, TRIGGER_LABELS[Trigger(row.trigger)], _outcome(row), OwnForm(auto_id=f"case_{row.pk}_%s"))
            for row in found
        ],
    }
    return render(request, "cycles/own_cases.html", context)


@requires("members.read_own")
@require_POST
def own_words(request: Request, pk: int) -> HttpResponse:
    row = Case.objects.filter(pk=pk, member__user=request.scope.user_id).first()
    if row is None:
        raise Http404
    form = OwnForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写明内容，至少4个字。"))
    actions.state_own_case(
        by=request.scope,
        case=row,
        kind=StepKind(form.cleaned_data["kind"]),
        text=form.cleaned_data["text"],
        on=timezone.localdate(),
    )
    messages.success(request, _("已交给组织，办理的人会看到。"))
    return see_other("members:mine")
