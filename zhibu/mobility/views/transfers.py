"""Transfers: the list by what waits, one transfer with its steps, its deeds, its papers, the member's panel."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members.models import Member
from zhibu.mobility.actions import letters, receipts
from zhibu.mobility.actions import transfers as actions
from zhibu.mobility.forms.transfers import AgreementForm, ReasonForm, ReceiptForm, SlipForm
from zhibu.mobility.models import Transfer
from zhibu.mobility.policies import LETTERS
from zhibu.mobility.prints.transfers import letter_pdf, receipt_pdf
from zhibu.mobility.rules.transfers import OPEN, Direction
from zhibu.mobility.summaries import transfers as summaries
from zhibu.mobility.summaries.narrowing import text_asked
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment
from zhibu.ui.hands import another_hand
from zhibu.ui.pages import paginate, render_page

READ, HANDLE, ISSUE = summaries.READ, summaries.HANDLE, summaries.ISSUE
# Form of the page -> the deed that it stands for.
_DEEDS = {"agreement": "agree", "receipt": "receive", "new_letter": "reissue", "cancellation": "cancel"}


def _transfer(request: Request, transfer_id: int, permission: str = READ) -> Transfer:
    rows = Transfer.objects.select_related(
        "member__branch", "from_branch__parent", "to_branch__parent", "issuer"
    )
    return get_visible(rows, request.scope, permission, pk=transfer_id)


@requires(READ)
def transfers(request: Request) -> HttpResponseBase:
    today = timezone.localdate()
    counts = summaries.tab_counts(request.scope, on=today)
    tab = request.GET.get("tab", "")
    if tab not in summaries.TABS:
        tab = next((name for name, count in counts.items() if count), "all")
    text = text_asked(request.GET.dict())
    context = {
        "page": paginate(request, summaries.rows(request.scope, tab=tab, text=text, on=today)),
        "tabs": [
            (name, label, counts.get(name))
            for name, label in summaries.TABS.items()
            if request.scope.has(summaries.TAB_PERMISSIONS.get(name, READ))
        ],
        "tab": tab,
        "q": text,
        "today": today,
    }
    return render_page(request, "mobility/transfers.html", context)


@requires(READ)
def transfer(request: Request, transfer_id: int) -> HttpResponse:
    row = _transfer(request, transfer_id)
    return _page(request, row)


def _page(request: Request, row: Transfer, **bound: forms.Form) -> HttpResponse:
    """The transfer with the forms of what the person may do next; a refused form comes back filled."""
    today = timezone.localdate()
    course = summaries.course_of(request.scope, row, on=today)
    receipt = SlipForm if row.direction == Direction.OUT else ReceiptForm
    context: dict[str, Any] = {
        "transfer": row,
        "member": row.member,
        "course": course,
        "today": today,
        "is_open": row.state in OPEN,
        "agreement": AgreementForm(prefix="agreement"),
        "receipt": receipt(prefix="receipt", initial={"received_on": today}),
        "new_letter": ReasonForm(prefix="letter"),
        "cancellation": ReasonForm(prefix="cancel"),
    }
    if course.deeds.issue:
        context["another"] = another_hand(letters.check_other_than_branch, request.scope, row)
    elif course.deeds.receive and row.direction != Direction.OUT:
        context["another"] = another_hand(receipts.check_other_side, request.scope, row)
    context |= bound
    if not course.is_overdue:
        context["receipt"].fields.pop("late_reason", None)
    return render(request, "mobility/transfer.html", context)


def _deed(
    request: Request,
    row: Transfer,
    name: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    done: str,
) -> HttpResponseBase:
    """Carry out a deed of the transfer's page; a refusal stands on its form, or alone when the form is gone."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            if not getattr(summaries.deeds_of(request.scope, _transfer(request, row.pk)), _DEEDS[name]):
                raise
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, done)
            return see_other("mobility:transfer", row.pk)
    row = _transfer(request, row.pk)
    return _page(request, row, **{name: form})


@requires(HANDLE)
@require_POST
def agreement(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id, HANDLE)

    def act(data: dict[str, Any]) -> object:
        return actions.agree_transfer(by=request.scope, transfer=row, on=timezone.localdate(), **data)

    form = AgreementForm(request.POST, prefix="agreement")
    return _deed(request, row, "agreement", form, act, _("已登记支部同意，等党委开介绍信。"))


@requires(ISSUE)
@require_POST
def letter(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id, ISSUE)
    issued = letters.issue_letter(by=request.scope, transfer=row, on=timezone.localdate())
    messages.success(
        request,
        _("已开具介绍信{number}，可以打印了。").format(number=issued.letter_text)
        if issued.letter_text
        else _("已批准，转入支部可以接收了。"),
    )
    return see_other("mobility:transfer", row.pk)


@requires(ISSUE)
@require_POST
def new_letter(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id, ISSUE)

    def act(data: dict[str, Any]) -> object:
        return letters.reissue_letter(by=request.scope, transfer=row, on=timezone.localdate(), **data)

    form = ReasonForm(request.POST, prefix="letter")
    return _deed(request, row, "new_letter", form, act, _("已重开介绍信，原来的作废。"))


@requires(ISSUE)
@require_POST
def letter_print(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id, ISSUE)
    number = letters.open_letter_for_print(by=request.scope, transfer=row)
    content = letter_pdf(
        row,
        resident_id=number,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        paper=values_in_force(LETTERS, on=timezone.localdate()).letter_paper,
    )
    return attachment(content, _("%(number)s介绍信.pdf") % {"number": row.letter_text})


@requires(HANDLE)
@require_POST
def receipt(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id, HANDLE)
    out = row.direction == Direction.OUT
    deed = receipts.confirm_receipt if out else receipts.receive_transfer

    def act(data: dict[str, Any]) -> object:
        return deed(by=request.scope, transfer=row, on=timezone.localdate(), **data)

    form = (SlipForm if out else ReceiptForm)(request.POST, prefix="receipt")
    done = _("已登记回执联，这位党员已转出本县。") if out else _("已接收，这位党员现在属于转入支部。")
    return _deed(request, row, "receipt", form, act, done)


@requires(READ)
def receipt_print(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id)
    content = receipt_pdf(row, printed_by=request.scope.name, at=timezone.localtime())
    return attachment(content, _("%(number)s回执联.pdf") % {"number": row.letter_text})


@requires(HANDLE)
@require_POST
def cancellation(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id, HANDLE)

    def act(data: dict[str, Any]) -> object:
        return actions.cancel_transfer(by=request.scope, transfer=row, on=timezone.localdate(), **data)

    form = ReasonForm(request.POST, prefix="cancel")
    return _deed(request, row, "cancellation", form, act, _("已取消这次转接，党员仍在原来的支部。"))


@requires("certificates.number")
@require_POST
def old_number(request: Request, transfer_id: int) -> HttpResponseBase:
    row = _transfer(request, transfer_id, "certificates.number")
    added = receipts.resolve_old_number(by=request.scope, transfer=row, on=timezone.localdate())
    messages.success(request, _("旧编号现在也能查到本人。") if added else _("旧编号早已登记，没有变化。"))
    return see_other("mobility:transfer", row.pk)


@requires(READ, "members.read_own")
def member_transfers(request: Request, member_id: int) -> HttpResponse:
    members = Member.objects.select_related("branch")
    # A member sees the own transfers whatever else the person may see.
    own = members.filter(pk=member_id, user=request.scope.user_id).first()
    member = own or get_visible(members, request.scope, READ, pk=member_id)
    found = summaries.transfers_of(member)
    context = {
        "member": member,
        "transfers": [(row, summaries.may_open(request.scope, row)) for row in found],
        "is_under_way": any(row.state in OPEN for row in found),
    }
    return render(request, "mobility/transfer_panel.html", context)
