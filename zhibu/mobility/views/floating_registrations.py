"""One registration: its contacts, correction, return, the number; the panel on the member's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members.models import Member
from zhibu.mobility.actions import floating as actions
from zhibu.mobility.actions import floating_contacts
from zhibu.mobility.forms.floating import ContactForm, CorrectionForm, PhoneForm, ReturnForm
from zhibu.mobility.models import Contact, Floating
from zhibu.mobility.policies_floating import FLOATING
from zhibu.mobility.rules.floating import due_state
from zhibu.mobility.summaries import floating as summaries
from zhibu.mobility.summaries import lost
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

READ, HANDLE = "mobility.read", "mobility.handle"
WAYS_BACK = {"calendar": "mobility:floating_calendar", "list": "mobility:floating"}


def _row(request: Request, permission: str, floating_id: int) -> Floating:
    rows = Floating.objects.select_related("member__branch__parent", "branch__parent")
    return get_visible(rows, request.scope, permission, pk=floating_id)


def _contact_form(request: Request, row: Floating) -> ContactForm:
    return ContactForm(
        request.POST or None,
        initial={"day": timezone.localdate(), "way": "phone", "who": row.contact_person},
    )


def _registration_page(request: Request, row: Floating, form: ContactForm) -> HttpResponse:
    today = timezone.localdate()
    found = summaries.registration(row)
    notice = values_in_force(FLOATING, on=today).notice_days
    context = {
        "registration": found,
        "row": row,
        "form": form,
        "due": row.next_due and due_state(row.next_due, on=today, notice_days=notice),
        "case": lost.open_case_of(row.member) if row.member and row.direction == "out" else None,
        "above": Organization.objects.above(found.branch.path),
        "branch": found.branch,
        "today": today,
    }
    return render(request, "mobility/floating_registration.html", context)


@requires(READ)
def registration(request: Request, floating_id: int) -> HttpResponse:
    row = _row(request, READ, floating_id)
    return _registration_page(request, row, _contact_form(request, row))


@requires(HANDLE)
@require_POST
def contacts(request: Request, floating_id: int) -> HttpResponse:
    """Log a contact; from the calendar and the list one tap says it all, and leads back there."""
    row = _row(request, HANDLE, floating_id)
    form = _contact_form(request, row)
    if form.is_valid():
        try:
            floating_contacts.log_contact(
                by=request.scope, floating=row, on=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            row.refresh_from_db(fields=["next_due"])
            messages.success(request, _contacted(row))
            back = WAYS_BACK.get(request.POST.get("back", ""))
            return see_other(back) if back else see_other("mobility:registration", row.pk)
    return _registration_page(request, row, form)


def _contacted(row: Floating) -> str:
    name = summaries.name_of(row)
    if row.next_due is None:
        return _("已记下与{name}的联系。").format(name=name)
    return _("已记下与{name}的联系，下次最晚{day}。").format(name=name, day=row.next_due)


@requires(HANDLE)
@require_POST
def contact_withdrawal(request: Request, floating_id: int, contact_id: int) -> HttpResponse:
    row = _row(request, HANDLE, floating_id)
    contact = get_visible(
        Contact.objects.select_related("floating"), request.scope, HANDLE, pk=contact_id, floating=row
    )
    try:
        floating_contacts.withdraw_contact(by=request.scope, contact=contact, on=timezone.localdate())
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
    else:
        messages.success(request, _("已撤销这条联系记录。"))
    return see_other("mobility:registration", row.pk)


@requires(HANDLE)
def registration_correction(request: Request, floating_id: int) -> HttpResponse:
    row = _row(request, HANDLE, floating_id)
    today = timezone.localdate()
    shown = ("from_date", "destination", "host", "contact_person", "rhythm_months", "expected_months", "note")
    form = CorrectionForm(
        request.POST or None,
        floating=row,
        rules=values_in_force(FLOATING, on=today),
        masked_phone=summaries.phone_of(row),
        initial={name: getattr(row, name) for name in shown},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_registration(by=request.scope, floating=row, details=form.details(), on=today)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已更正。"))
            return see_other("mobility:registration", row.pk)
    branch = summaries.branch_of(row)
    context = {
        "form": form,
        "row": row,
        "name": summaries.name_of(row),
        "branch": branch,
        "above": Organization.objects.above(branch.path),
    }
    return render(request, "mobility/floating_form.html", context)


@requires(HANDLE)
def registration_return(request: Request, floating_id: int) -> HttpResponse:
    row = _row(request, HANDLE, floating_id)
    today = timezone.localdate()
    form = ReturnForm(request.POST or None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_registration(by=request.scope, floating=row, day=form.cleaned_data["day"], on=today)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记返回。") if row.direction == "out" else _("已结束流入登记。"))
            return see_other("mobility:registration", row.pk)
    return _small_form(request, row, form, "return")


@requires("members.read_phone")
def registration_phone(request: Request, floating_id: int) -> HttpResponse:
    """Asks why; the answer to the POST shows the number once."""
    row = _row(request, "members.read_phone", floating_id)
    form = PhoneForm(request.POST or None)
    number = ""
    if request.method == "POST" and form.is_valid():
        try:
            number = floating_contacts.reveal_phone(
                by=request.scope, floating=row, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            form.add_error("reason", sentence_of(refusal))
    shown = request.method == "POST" and form.is_valid()
    return _small_form(request, row, form, "phone", number=number, shown=shown)


def _small_form(
    request: Request, row: Floating, form: ReturnForm | PhoneForm, what: str, **context: object
) -> HttpResponse:
    branch = summaries.branch_of(row)
    context |= {
        "form": form,
        "row": row,
        "what": what,
        "name": summaries.name_of(row),
        "branch": branch,
        "above": Organization.objects.above(branch.path),
    }
    return render(request, "mobility/floating_small_form.html", context)


@requires(READ, "members.read_own")
def floating_panel(request: Request, member_id: int) -> HttpResponse:
    """On the member's page: floating now, last contact, a search under way; the member sees the own registration."""
    members = Member.objects.select_related("branch")
    own = members.filter(pk=member_id, user=request.scope.user_id).first()
    is_read = own is None or request.scope.covers(READ, own.branch.path)
    member = own or get_visible(members, request.scope, READ, pk=member_id)
    today = timezone.localdate()
    found = summaries.of_member(member)
    notice = values_in_force(FLOATING, on=today).notice_days
    due = found.current and found.current.next_due
    context = {
        "member": member,
        "found": found,
        "due": due and due_state(due, on=today, notice_days=notice),
        "case": lost.open_case_of(member) if is_read else None,
        "is_read": is_read,
    }
    return render(request, "mobility/floating_panel.html", context)
