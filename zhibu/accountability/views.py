"""Pages of accountability: cases, proposals of the system; the member's own words."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.accountability import actions
from zhibu.accountability.forms import CaseForm, DecisionForm, OwnForm, ReviewForm, StepForm
from zhibu.accountability.models import Case
from zhibu.accountability.prints import cases_workbook
from zhibu.accountability.rules import (
    OF_MEMBERS,
    OUTCOME_LABELS,
    STEP_LABELS,
    TRIGGER_LABELS,
    Known,
    Outcome,
    StepKind,
    Trigger,
    next_step,
    outcomes,
    own_words,
    steps_offered,
)
from zhibu.accountability.summaries import cases as summaries
from zhibu.accountability.summaries.evidence import evidence_of, secretary_of
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.db import get_visible
from zhibu.core.hands import Person
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.ui.deeds import attempt, is_done
from zhibu.ui.downloads import attachment, conditions
from zhibu.ui.pages import paginate, render_page

HOLD, LEAD = summaries.HOLD, summaries.LEAD


@requires(LEAD)
def cases(request: Request) -> HttpResponse:
    """Cases by how far they are."""
    view = _view(request)
    page = paginate(request, summaries.rows(request.scope, view=view))
    context = {
        "page": page,
        "rows": [(row, TRIGGER_LABELS[Trigger(row.trigger)], _outcome(row)) for row in page.rows],
        "view": view,
        "views": summaries.VIEWS,
        "own_branch": _own_branch(request),
        "today": timezone.localdate(),
    }
    return render_page(request, "accountability/cases.html", context)


def _view(request: Request) -> str:
    view = request.GET.get("view", "open")
    return view if view in summaries.VIEWS else "open"


def _own_branch(request: Request) -> Organization | None:
    """The branch of somebody who keeps one branch only."""
    places = Organization.objects.filter(path__in=request.scope.prefixes(LEAD)).in_order()[:2]
    return places[0] if len(places) == 1 and places[0].kind in BRANCH_KINDS else None


def _size(request: Request) -> int:
    return summaries.rows(request.scope, view=_view(request)).count()


@requires(LEAD)
@large_by_worker(gettext_noop("下载追究台账"), _size)
def cases_download(request: Request) -> HttpResponseBase:
    """The list as a workbook."""
    rows = summaries.rows(request.scope, view=_view(request))
    content = cases_workbook(
        rows.iterator(chunk_size=2000),
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=conditions((_("进展"), _(summaries.VIEWS[_view(request)]))),
    )
    return attachment(content, _("追究台账.xlsx"))


@requires(LEAD)
def case_proposals(request: Request) -> HttpResponse:
    """What the figures say, for a person to look at."""
    found = summaries.proposals(request.scope, on=timezone.localdate())
    context = {"rows": [(each, TRIGGER_LABELS[each.trigger]) for each in found]}
    return render(request, "accountability/case_proposals.html", context)


@requires(LEAD)
def case_new(request: Request, organization_id: int) -> HttpResponse:
    """Open a case, beside what the ledgers say."""
    asked = request.GET.get("trigger", "")
    about_member = asked in OF_MEMBERS if asked in set(Trigger) else request.GET.get("about") != "unit"
    permission = LEAD if about_member else HOLD
    organization = get_visible(Organization.objects.all(), request.scope, permission, pk=organization_id)
    if not actions.may_lead(request.scope, organization, about_member=about_member):
        raise Denied(HOLD)
    today = timezone.localdate()
    chosen = request.GET.get("member", "")
    person = _chosen(request.scope, chosen) if about_member else None
    evidence = (
        evidence_of(request.scope, organization, person, on=today) if person or not about_member else []
    )
    initial: dict[str, object] = {
        "trigger": asked,
        "member": chosen,
        "responsible": "" if about_member else secretary_of(organization),
        "facts": "；".join(each.told for each in evidence if asked and each.trigger == asked),
    }
    form = CaseForm(
        request.POST or None,
        organization=organization,
        members=_members(request.scope, organization) if about_member else [],
        about_member=about_member,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        opened = _opened(request, form, organization, origin="proposal" if asked else "hand", on=today)
        if opened is not None:
            messages.success(request, _("已登记为问责事项。先提醒、谈话，再给期限。"))
            return see_other("accountability:case", opened.pk)
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "form": form,
        "about_member": about_member,
        "evidence": evidence,
    }
    return render(request, "accountability/case_new.html", context)


def _members(scope: Scope, branch: Organization) -> list[tuple[int, str]]:
    """Whom a case can be about, by pinyin."""
    rows = Member.objects.visible_to(scope, LEAD).enrolled().filter(branch=branch)
    return list(rows.order_by("pinyin", "pk").values_list("pk", "name"))


def _chosen(scope: Scope, text: str) -> Member | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        return None
    return Member.objects.visible_to(scope, LEAD).select_related("branch").filter(pk=int(text)).first()


def _opened(
    request: Request, form: CaseForm, organization: Organization, *, origin: str, on: date
) -> Case | None:
    """The case of a form that holds; None where a rule said no, which then stands above the form."""
    data, members = form.cleaned_data, Member.objects.select_related("branch")
    return attempt(
        request,
        form,
        lambda: actions.open_case(
            by=request.scope,
            organization=organization,
            trigger=Trigger(data["trigger"]),
            facts=data["facts"],
            member=get_visible(members, request.scope, LEAD, pk=data["member"])
            if data.get("member")
            else None,
            responsible=data.get("responsible", ""),
            origin=origin,
            on=on,
        ),
    )


def _case(request: Request, pk: int, permission: str = LEAD) -> Case:
    row = get_visible(
        Case.objects.select_related("organization", "member", "withdrawal"), request.scope, permission, pk=pk
    )
    if not actions.may_lead(request.scope, row.organization, about_member=row.member_id is not None):
        raise Http404
    return row


@requires(LEAD)
def case(request: Request, pk: int) -> HttpResponse:
    """The ladder of one case, what comes next, the decision, the evidence."""
    return _page(request, _case(request, pk))


def _page(
    request: Request,
    row: Case,
    *,
    step: StepForm | None = None,
    decision: DecisionForm | None = None,
    review: ReviewForm | None = None,
) -> HttpResponse:
    known = actions.known_of(row)
    today = timezone.localdate()
    me = Person.of(request.scope)
    holds = actions.may_hold(request.scope, row.organization, about_member=row.member_id is not None)
    is_own = row.member is not None and row.member.user_id == request.scope.user_id
    led = any(me.is_same(each) for each in actions.recorders_of(row))
    decided = Person(row.decided_user_id, row.decided_by)
    to_review = known.is_closed and known.has_open_objection and known.objection_until is not None
    kinds = [] if is_own else _kinds(row, known, holds=holds, decided_it=decided.is_same(me), on=today)
    may_decide = holds and not is_own and not known.is_closed and not led
    may_review = to_review and holds and not is_own and not led and not decided.is_same(me)
    context = {
        "row": row,
        "organization": row.organization,
        "trigger": TRIGGER_LABELS[Trigger(row.trigger)],
        "outcome": _outcome(row),
        "steps": [(each, STEP_LABELS[StepKind(each.kind)]) for each in row.steps.order_by("pk")],
        "next": STEP_LABELS[next_step(known, on=today)],
        "known": known,
        "is_waiting": not known.is_closed and known.deadline is not None and today <= known.deadline,
        "step": step or (StepForm(None, kinds=kinds, initial={"day": today}) if kinds else None),
        "decision": decision or (DecisionForm(None, outcomes=outcomes(known)) if may_decide else None),
        "review": review or (ReviewForm() if may_review else None),
        "to_review": to_review,
        "waits_for_other": not known.is_closed and holds and not may_decide,
        "waits_above": not known.is_closed and not holds,
        "is_own": is_own,
        "today": today,
        "evidence": evidence_of(request.scope, row.organization, row.member, on=today),
    }
    return render(request, "accountability/case.html", context)


def _kinds(row: Case, known: Known, *, holds: bool, decided_it: bool, on: date) -> list[StepKind]:
    """The steps offered to this person, the next one first."""
    kinds = list(steps_offered(known, on=on))
    if StepKind.RECEIVED in kinds and (not holds or decided_it):
        kinds.remove(StepKind.RECEIVED)
    return kinds


def _outcome(row: Case) -> str:
    return OUTCOME_LABELS[Outcome(row.outcome)] if row.outcome else ""


@requires(LEAD)
@require_POST
def case_step(request: Request, pk: int) -> HttpResponse:
    """Enter a step. What the ladder does not allow is refused in words."""
    row = _case(request, pk)
    form = StepForm(request.POST, kinds=[*StepKind], initial={})

    def deed() -> None:
        data = form.cleaned_data
        actions.add_step(
            by=request.scope,
            case=row,
            kind=StepKind(data["kind"]),
            day=data["day"],
            text=data["text"],
            until=data.get("until"),
            on=timezone.localdate(),
        )

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("已登记。"))
        return see_other("accountability:case", row.pk)
    row.refresh_from_db()
    form.offer(steps_offered(actions.known_of(row), on=timezone.localdate()))
    return _page(request, row, step=form)


@requires(HOLD)
@require_POST
def case_decision(request: Request, pk: int) -> HttpResponse:
    """Decide."""
    row = _case(request, pk, HOLD)
    form = DecisionForm(request.POST, outcomes=outcomes(actions.known_of(row)))

    def deed() -> None:
        data = form.cleaned_data
        actions.decide_case(
            by=request.scope,
            case=row,
            outcome=Outcome(data["outcome"]),
            text=data["text"],
            until=data.get("until"),
            on=timezone.localdate(),
        )

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("已作决定。"))
        return see_other("accountability:case", row.pk)
    row.refresh_from_db()
    return _page(request, row, decision=form)


@requires(HOLD)
@require_POST
def case_review(request: Request, pk: int) -> HttpResponse:
    """Answer an objection to the decision."""
    row = _case(request, pk, HOLD)
    form = ReviewForm(request.POST)

    def deed() -> None:
        data = form.cleaned_data
        actions.review_decision(
            by=request.scope,
            case=row,
            is_upheld=data["result"] == "upheld",
            text=data["text"],
            on=timezone.localdate(),
        )

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("已登记复核。"))
        return see_other("accountability:case", row.pk)
    row.refresh_from_db()
    return _page(request, row, review=form)


@requires("members.read_own")
def own_cases(request: Request, member_id: int) -> HttpResponse:
    """On the own page: what is said about oneself, every step, the own words and what may still be said."""
    member = Member.objects.filter(pk=member_id, user=request.scope.user_id).first()
    if member is None:
        raise Http404
    today = timezone.localdate()
    found = Case.objects.filter(member=member).select_related("organization").order_by("-opened_on", "-pk")
    rows = []
    for row in found:
        known = actions.known_of(row)
        kinds = own_words(known, on=today)
        rows.append(
            {
                "case": row,
                "trigger": TRIGGER_LABELS[Trigger(row.trigger)],
                "outcome": _outcome(row),
                "steps": [
                    (each, STEP_LABELS[StepKind(each.kind)])
                    for each in row.steps.exclude(kind=StepKind.NOTE).order_by("pk")
                ],
                "form": OwnForm(kinds=kinds, prefix=f"case_{row.pk}") if kinds else None,
                "until": known.objection_until,
                "is_objecting": known.has_open_objection,
            }
        )
    return render(request, "accountability/own_cases.html", {"rows": rows})


@requires("members.read_own")
@require_POST
def own_statement(request: Request, pk: int) -> HttpResponse:
    """A statement or an objection of the member."""
    row = Case.objects.filter(pk=pk, member__user=request.scope.user_id).first()
    if row is None:
        raise Http404
    form = OwnForm(request.POST, kinds=(StepKind.STATEMENT, StepKind.OBJECTION))
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
