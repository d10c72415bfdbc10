"""Another copy: the list, a request with what may be done about it, the application form on paper."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.certificates import actions
from zhibu.certificates.actions.requests import check_other_than_reporter
from zhibu.certificates.forms.keeping import ConfirmForm, RefuseForm, ReissueForm, RequestForm
from zhibu.certificates.models import BookletRequest
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.prints.keeping import application_pdf
from zhibu.certificates.rules.keeping import (
    CAUSE_LABELS,
    REQUEST_LABELS,
    RequestCause,
    RequestState,
    fee_of,
    is_late,
)
from zhibu.certificates.summaries import keeping
from zhibu.certificates.summaries.copies import certificate_of
from zhibu.core.access import Denied, Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment
from zhibu.ui.hands import another_hand
from zhibu.ui.pages import paginate, render_page

KEEP, ISSUE, OWN = "certificates.keep", "certificates.issue", "members.read_own"
FILTERS = {
    "open": gettext_noop("在办"),
    RequestState.REPORTED: REQUEST_LABELS[RequestState.REPORTED],
    RequestState.CONFIRMED: REQUEST_LABELS[RequestState.CONFIRMED],
    "printed": gettext_noop("新证本待领取"),
    RequestState.DONE: REQUEST_LABELS[RequestState.DONE],
    RequestState.REFUSED: REQUEST_LABELS[RequestState.REFUSED],
}


@requires(KEEP)
def request_list(request: Request) -> HttpResponse:
    """Requests in the person's scope, newest first."""
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()
    context = {
        "page": paginate(request, keeping.requests(request.scope, state=state, text=text)),
        "state": state,
        "q": text,
        "filters": FILTERS,
    }
    return render_page(request, "certificates/requests.html", context)


@requires(KEEP, OWN)
def member_request(request: Request, member_id: int) -> HttpResponse:
    """The member states what became of the own copy; the branch enters a member's statement."""
    members = Member.objects.select_related("branch")
    own = members.filter(pk=member_id, user=request.scope.user_id).first() if request.scope.has(OWN) else None
    member = own or get_visible(members, request.scope, KEEP, pk=member_id)
    today = timezone.localdate()
    form = RequestForm(
        request.POST or None,
        own=own is not None,
        initial={"happened_on": today, "cause": request.GET.get("cause", RequestCause.LOST)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.report_request(by=request.scope, member=member, on=today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("申请已登记，等支部核实。"))
            return see_other("certificates:request", row.pk)
    context = {
        "member": member,
        "organization": member.branch,
        "above": Organization.objects.above(member.branch.path),
        "form": form,
        "is_own": own is not None,
        "held": certificate_of(member),
    }
    return render(request, "certificates/request_form.html", context)


def _seen(request: Request, request_id: int, permission: str = KEEP) -> BookletRequest:
    """The request, to those who keep or issue at the branch, or to the member whose copy it is about."""
    rows = BookletRequest.objects.select_related("certificate__member__branch", "old", "new__batch")
    own = (
        rows.filter(pk=request_id, certificate__member__user=request.scope.user_id).first()
        if permission == KEEP and request.scope.has(OWN)
        else None
    )
    return own or get_visible(rows, request.scope, permission, pk=request_id)


@requires(KEEP, OWN)
def request_page(request: Request, request_id: int) -> HttpResponse:
    """A request with its course and the forms of the next step."""
    return _page(request, _seen(request, request_id))


def _page(request: Request, row: BookletRequest, failed: Form | None = None) -> HttpResponse:
    member = row.certificate.member
    path = member.branch.path
    today = timezone.localdate()
    is_own = request.scope.user_id is not None and request.scope.user_id == member.user_id
    may_keep, may_issue = request.scope.covers(KEEP, path), request.scope.covers(ISSUE, path)
    is_loss = row.cause == RequestCause.LOST
    another = another_hand(check_other_than_reporter, request.scope, row)
    forms: dict[str, Form] = {}
    if row.state == RequestState.REPORTED and may_keep and not is_own:
        forms = {"confirm": ConfirmForm(is_loss=is_loss), "refuse": RefuseForm()}
    if row.state == RequestState.CONFIRMED and may_issue:
        known = {"issue_date": today, "old_returned": row.old_returned}
        forms = {"reissue": ReissueForm(is_loss=is_loss, initial=known), "refuse": RefuseForm()}
    if another:
        forms = {name: form for name, form in forms.items() if name == "refuse"}
    for name, form in forms.items():
        if failed is not None and type(form) is type(failed):
            forms[name] = failed
    context = {
        "row": row,
        "member": member,
        "organization": member.branch,
        "above": Organization.objects.above(path) if may_keep else [],
        "label": _(CAUSE_LABELS[RequestCause(row.cause)]),
        "is_loss": is_loss,
        "is_late": is_loss and is_late(happened_on=row.happened_on, reported_on=row.reported_on),
        "fee": (row.fee if row.state == RequestState.DONE else _fee(row, today)) / 100,
        "forms": forms,
        "another": another if "refuse" in forms else "",
        # A form that failed and is no longer offered still tells why.
        "failed": failed if failed is not None and failed not in forms.values() else None,
        "is_own": is_own,
        "may_keep": may_keep,
        "may_issue": may_issue,
        "may_take_back": row.state == RequestState.REPORTED and (is_own or may_keep),
        "may_hand_in": may_keep and is_loss and row.confirmed_on is not None and not row.old_returned,
    }
    return render(request, "certificates/request.html", context)


def _fee(row: BookletRequest, on: date) -> int:
    """What the new copy will cost, in fen."""
    later_fee = values_in_force(BOOKLET, on=on).reissue_fee
    return fee_of(cause=row.cause, earlier_losses=actions.earlier_losses(row), later_fee=later_fee)


def _do(
    request: Request, row: BookletRequest, form: Form, deed: Callable[[], object], done: str
) -> HttpResponse:
    if form.is_valid():
        try:
            deed()
        except Denied:
            raise
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, done)
            return see_other("certificates:request", row.pk)
    return _page(request, _seen(request, row.pk), form)


@requires(KEEP)
@require_POST
def request_confirm(request: Request, request_id: int) -> HttpResponse:
    """The branch confirms."""
    row = _seen(request, request_id)
    is_loss = row.cause == RequestCause.LOST
    form = ConfirmForm(request.POST, is_loss=is_loss)
    return _do(
        request,
        row,
        form,
        lambda: actions.confirm_request(
            by=request.scope,
            request=row,
            confirmation=form.cleaned_data["confirmation"],
            old_returned=form.cleaned_data.get("old_returned", False),
            on=timezone.localdate(),
        ),
        _("已核实，旧证本立即注销，等党委补发。") if is_loss else _("已核实，等党委换发。"),
    )


@requires(KEEP, ISSUE)
@require_POST
def request_refuse(request: Request, request_id: int) -> HttpResponse:
    """No new copy, for a reason."""
    row = get_visible(
        BookletRequest.objects.select_related("certificate__member__branch"),
        request.scope,
        KEEP,
        pk=request_id,
    )
    form = RefuseForm(request.POST)
    return _do(
        request,
        row,
        form,
        lambda: actions.refuse_request(
            by=request.scope, request=row, reason=form.cleaned_data["reason"], on=timezone.localdate()
        ),
        _("已登记不予办理，本人能看到理由。"),
    )


@requires(KEEP, OWN)
@require_POST
def request_take_back(request: Request, request_id: int) -> HttpResponse:
    """The request is taken back before it was confirmed."""
    row = _seen(request, request_id)
    actions.take_back_request(by=request.scope, request=row, on=timezone.localdate())
    messages.success(request, _("申请已撤回，证本照常使用。"))
    return see_other("certificates:request", row.pk)


@requires(ISSUE)
@require_POST
def request_reissue(request: Request, request_id: int) -> HttpResponse:
    """The committee makes the next copy."""
    row = _seen(request, request_id, ISSUE)
    form = ReissueForm(request.POST, is_loss=row.cause == RequestCause.LOST)
    return _do(
        request,
        row,
        form,
        lambda: actions.reissue(
            by=request.scope,
            request=row,
            issue_date=form.cleaned_data["issue_date"],
            layout=form.cleaned_data["layout"],
            old_returned=form.cleaned_data.get("old_returned", False),
            note=form.cleaned_data["note"],
            on=timezone.localdate(),
        ),
        _("新证本已开始打印，盖章后发给本人，再登记领取。"),
    )


@requires(KEEP)
@require_POST
def request_found(request: Request, request_id: int) -> HttpResponse:
    """The lost copy was found and handed in."""
    row = _seen(request, request_id)
    actions.hand_in_found(by=request.scope, request=row, on=timezone.localdate())
    messages.success(request, _("已登记收回找到的旧证本。它已经注销，不能再用，交党委封存销毁。"))
    return see_other("certificates:request", row.pk)


@requires(KEEP, OWN)
def request_print(request: Request, request_id: int) -> HttpResponse:
    """The application form as it is signed and filed."""
    row = _seen(request, request_id)
    if row.certificate.member.merged_into_id is not None:
        raise Http404
    content = application_pdf(row, printed_by=request.scope.name, at=timezone.localtime())
    return attachment(content, _("党员证补发（换发）申请表.pdf"))
