"""The panel of a member's certificate, and what the branch keeps."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates import actions
from zhibu.certificates.forms.keeping import CustodyForm, ReturnForm
from zhibu.certificates.models import Custody
from zhibu.certificates.querysets import BookletRows
from zhibu.certificates.rules.keeping import CUSTODY_LABELS, CustodyCause
from zhibu.certificates.summaries import keeping
from zhibu.certificates.summaries.copies import certificate_of
from zhibu.certificates.summaries.dispositions import of_certificate
from zhibu.certificates.workbooks_keeping import custody_workbook as workbook
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.ui.downloads import attachment, conditions
from zhibu.ui.pages import paginate, render_page

KEEP = "certificates.keep"


@requires("certificates.read", "members.read_own")
def member_panel(request: Request, member_id: int) -> HttpResponse:
    """The certificate as a card: state, copies, custody, requests, what may be done now."""
    members = Member.objects.select_related("branch")
    # A member sees the own certificate whatever else the person may see.
    own = members.filter(pk=member_id, user=request.scope.user_id).first()
    member = own or get_visible(members, request.scope, "certificates.read", pk=member_id)
    held = certificate_of(member)
    may_keep = request.scope.covers(KEEP, member.branch.path)
    may_issue = request.scope.covers("certificates.issue", member.branch.path)
    context = {
        "member": member,
        "held": held,
        "kept": keeping.kept_of(held.certificate, held.live, with_signature=may_issue),
        "dispositions": of_certificate(request.scope, held.certificate, on=timezone.localdate()),
        "may_keep": may_keep,
        "may_issue": may_issue,
        "may_ask": may_keep or (own is not None and request.scope.has("members.read_own")),
    }
    return render(request, "certificates/member_panel.html", context)


@requires(KEEP)
def custody_list(request: Request) -> HttpResponse:
    """What the organizations of the person's scope keep now."""
    cause, text = request.GET.get("cause", ""), request.GET.get("q", "").strip()
    context = {
        "page": paginate(request, keeping.custodies(request.scope, cause=cause, text=text)),
        "cause": cause,
        "q": text,
        "causes": CUSTODY_LABELS,
    }
    return render_page(request, "certificates/custody.html", context)


def _custodies(request: Request) -> BookletRows[Custody]:
    return keeping.custodies(
        request.scope, cause=request.GET.get("cause", ""), text=request.GET.get("q", "").strip()
    )


@requires(KEEP)
@large_by_worker(gettext_noop("下载党员证代管台账"), lambda request: _custodies(request).count())
def custody_workbook(request: Request) -> HttpResponseBase:
    """The same list as a workbook."""
    rows = _custodies(request)
    cause = request.GET.get("cause", "")
    chosen = conditions(
        (_("事由"), _(CUSTODY_LABELS[CustodyCause(cause)]) if cause in set(CustodyCause) else ""),
        (_("查找"), request.GET.get("q", "").strip()),
    )
    content = workbook(
        rows.iterator(chunk_size=2000),
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=chosen,
    )
    return attachment(content, _("党员证代管台账.xlsx"))


@requires(KEEP)
def member_custody(request: Request, member_id: int) -> HttpResponse:
    """Keep the member's copy, at the member's request."""
    member = get_visible(Member.objects.select_related("branch"), request.scope, KEEP, pk=member_id)
    held = certificate_of(member)
    today = timezone.localdate()
    form = CustodyForm(request.POST or None, initial={"from_date": today, "keeper": request.scope.name})
    live = held.live
    if request.method == "POST" and form.is_valid() and live is None:
        form.add_error(None, _("这位党员没有在用的证本。"))
    elif live is not None and form.is_valid():
        try:
            actions.take_into_custody(
                by=request.scope, booklet=live, cause="request", on=today, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记代管，党员证仍然有效。"))
            return see_other("members:member", member.pk)
    return _custody_form(request, member, form, title=_("登记代管"), held=held)


@requires(KEEP)
def custody_return(request: Request, custody_id: int) -> HttpResponse:
    """Give a kept copy back."""
    custody = get_visible(
        Custody.objects.select_related("booklet__certificate__member__branch"),
        request.scope,
        KEEP,
        pk=custody_id,
    )
    member = custody.booklet.certificate.member
    today = timezone.localdate()
    form = ReturnForm(request.POST or None, initial={"until": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_back(by=request.scope, custody=custody, on=today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记交还。"))
            return see_other("members:member", member.pk)
    return _custody_form(request, member, form, title=_("登记交还"), custody=custody)


def _custody_form(request: Request, member: Member, form: object, **context: object) -> HttpResponse:
    context |= {
        "organization": member.branch,
        "above": Organization.objects.above(member.branch.path),
        "member": member,
        "form": form,
    }
    return render(request, "certificates/custody_form.html", context)
