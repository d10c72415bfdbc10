"""收回 for cause: list, case page with the next step, the member's objection."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.certificates.actions import withdrawals as actions
from zhibu.certificates.forms import withdrawals as forms
from zhibu.certificates.models import Certificate, Withdrawal
from zhibu.certificates.policies_withdrawals import WITHDRAWAL
from zhibu.certificates.rules.withdrawals import STEP_LABELS, TRIGGER_LABELS, Step, Trigger, missing
from zhibu.certificates.summaries import withdrawals as summaries
from zhibu.core.access import Refused, Scope
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.hands import another_hand
from zhibu.ui.pages import paginate, render_page
from zhibu.ui.templatetags.ui import sentence

KEEP, DECIDE = summaries.KEEP, summaries.DECIDE


class _Deed(NamedTuple):
    """One step a person may take on the case page."""

    form: type[django_forms.Form] | None
    run: Callable[..., object]
    permission: str
    verb: str
    stop: bool = False
    second: Callable[[Scope, Withdrawal], None] | None = None  # refuses who did the first part


DEEDS: dict[str, _Deed] = {
    "talk": _Deed(forms.TalkForm, actions.record_talk, KEEP, gettext_noop("登记谈话")),
    "deadline": _Deed(forms.DeadlineForm, actions.set_deadline, KEEP, gettext_noop("给出期限")),
    "proposal": _Deed(forms.ProposalForm, actions.propose_withdrawal, KEEP, gettext_noop("支部提出收回")),
    "approval": _Deed(
        forms.ApprovalForm,
        actions.approve_withdrawal,
        DECIDE,
        gettext_noop("党委批准"),
        second=actions.check_approver,
    ),
    "notice": _Deed(forms.NoticeForm, actions.notify_member, KEEP, gettext_noop("登记已通知本人")),
    "objection": _Deed(
        forms.ObjectionForm, actions.object_to_withdrawal, KEEP, gettext_noop("代本人登记异议")
    ),
    "answer": _Deed(
        forms.AnswerForm,
        actions.answer_objection,
        DECIDE,
        gettext_noop("答复异议"),
        second=actions.check_answerer,
    ),
    "withdrawing": _Deed(None, actions.withdraw, DECIDE, gettext_noop("收回证本")),
    "reexamination": _Deed(
        forms.ReexaminationForm, actions.reexamine_withdrawal, DECIDE, gettext_noop("登记复查")
    ),
    "closing": _Deed(
        forms.ClosingForm, actions.close_withdrawal, KEEP, gettext_noop("结束，不收回"), stop=True
    ),
}


def _offered(row: Withdrawal, *, on: date) -> list[str]:
    """The steps that fit now, the next one first."""
    step = Step(row.state)
    if step == Step.OPEN:
        found = ["talk"]
        if row.talks.exists():
            found.append("deadline")
        if row.deadline is not None and on > row.deadline:
            found.insert(0, "proposal")
        return [*found, "closing"]
    if step == Step.PROPOSED:
        return ["approval", "closing"]
    if step == Step.APPROVED:
        return ["notice", "closing"]
    if step == Step.NOTIFIED:
        if row.objection and not row.objection_answer:
            return ["answer", "closing"]
        over = row.objection_until is not None and on > row.objection_until
        return ["withdrawing", "closing"] if over else ["objection", "closing"]
    return ["reexamination"] if step == Step.WITHDRAWN else []


@requires(KEEP)
def withdrawals(request: Request) -> HttpResponseBase:
    state = request.GET.get("state", "")
    page = paginate(request, summaries.rows(request.scope, state=state))
    context = {
        "page": page,
        "rows": [
            (row, TRIGGER_LABELS[Trigger(row.trigger)], STEP_LABELS[Step(row.state)]) for row in page.rows
        ],
        "state": state,
        "states": [(str(step), label) for step, label in STEP_LABELS.items()],
    }
    return render_page(request, "certificates/withdrawals.html", context)


@requires(KEEP)
def withdrawal_new(request: Request, member_id: int) -> HttpResponseBase:
    member = get_visible(Member.objects.select_related("branch"), request.scope, KEEP, pk=member_id)
    form = forms.OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.open_withdrawal(
                by=request.scope,
                member=member,
                trigger=Trigger(form.cleaned_data["trigger"]),
                triggered_on=form.cleaned_data["triggered_on"],
                facts=form.cleaned_data["facts"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已登记为问责事项。先谈话，再给期限。"))
            return see_other("certificates:withdrawal", row.pk)
    context = {
        "member": member,
        "organization": member.branch,
        "above": Organization.objects.above(member.branch.path),
        "form": form,
    }
    return render(request, "certificates/withdrawal_new.html", context)


def _row(request: Request, withdrawal_id: int, permission: str) -> Withdrawal:
    rows = Withdrawal.objects.select_related("certificate__member__branch")
    return get_visible(rows, request.scope, permission, pk=withdrawal_id)


@requires(KEEP)
def withdrawal(request: Request, withdrawal_id: int) -> HttpResponseBase:
    return _page(request, _row(request, withdrawal_id, KEEP))


def _page(
    request: Request, row: Withdrawal, filled: tuple[str, django_forms.Form] | None = None
) -> HttpResponse:
    today = timezone.localdate()
    path = row.certificate.member.branch.path
    deeds = []
    for name in _offered(row, on=today):
        deed = DEEDS[name]
        permission = DECIDE if name == "closing" and row.state != Step.OPEN else deed.permission
        if not request.scope.covers(permission, path):
            continue
        form = filled[1] if filled and filled[0] == name else deed.form() if deed.form else None
        another = another_hand(deed.second, request.scope, row) if deed.second else ""
        deeds.append(
            {"name": name, "verb": _(deed.verb), "form": form, "stop": deed.stop, "another": another}
        )
    case = actions.case_of(row)
    context = {
        "row": row,
        "member": row.certificate.member,
        "organization": row.certificate.member.branch,
        "above": Organization.objects.above(path),
        "trigger": TRIGGER_LABELS[Trigger(row.trigger)],
        "step": STEP_LABELS[Step(row.state)],
        "talks": list(row.talks.order_by("on", "pk")),
        "deeds": deeds,
        "missing": missing(case, values_in_force(WITHDRAWAL, on=today).needs(), on=today)
        if row.state in {Step.OPEN, Step.PROPOSED, Step.APPROVED, Step.NOTIFIED}
        else [],
    }
    return render(request, "certificates/withdrawal.html", context)


@requires(KEEP, DECIDE)
@require_POST
def withdrawal_deed(request: Request, withdrawal_id: int, deed: str) -> HttpResponseBase:
    if deed not in DEEDS:
        raise Http404
    step = DEEDS[deed]
    row = _row(request, withdrawal_id, step.permission)
    data: dict[str, Any] = {}
    form = step.form(request.POST) if step.form else None
    if form is not None:
        if not form.is_valid():
            return _page(request, row, (deed, form))
        data = form.cleaned_data
    try:
        step.run(by=request.scope, withdrawal=row, on=timezone.localdate(), **data)
    except Refused as refusal:
        if form is None or deed not in _offered(row, on=timezone.localdate()):
            raise
        form.add_error(None, sentence(refusal))
        return _page(request, row, (deed, form))
    messages.success(request, _("已登记。"))
    return see_other("certificates:withdrawal", row.pk)


@requires("members.read", "members.read_own")
def withdrawal_panel(request: Request, member_id: int) -> HttpResponseBase:
    """On the member's pages: the case that is open, if there is one. The member may object here."""
    members = Member.objects.select_related("branch")
    own = members.filter(pk=member_id, user=request.scope.user_id).first() if request.scope.user_id else None
    member = own or get_visible(members, request.scope, KEEP, pk=member_id)
    row = summaries.open_case_of(member)
    today = timezone.localdate()
    context = {
        "member": member,
        "row": row,
        "own": own is not None,
        "may_open": Certificate.objects.filter(
            member=member, state="active", member__standing="active"
        ).exists(),
        "trigger": TRIGGER_LABELS[Trigger(row.trigger)] if row else "",
        "step": STEP_LABELS[Step(row.state)] if row else "",
        "may_object": bool(
            row
            and own
            and row.state == Step.NOTIFIED
            and not row.objection
            and row.objection_until
            and today <= row.objection_until
        ),
        "form": forms.ObjectionForm(),
    }
    return render(request, "certificates/withdrawal_panel.html", context)


@requires("members.read_own")
@require_POST
def own_objection(request: Request, withdrawal_id: int) -> HttpResponseBase:
    row = Withdrawal.objects.filter(pk=withdrawal_id, certificate__member__user=request.scope.user_id).first()
    if row is None:
        raise Http404
    form = forms.ObjectionForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写明异议的内容，至少4个字。"))
    actions.object_to_withdrawal(
        by=request.scope, withdrawal=row, text=form.cleaned_data["text"], on=timezone.localdate()
    )
    messages.success(request, _("异议已交给党委，会有另一位同志答复。"))
    return see_other("members:mine")
