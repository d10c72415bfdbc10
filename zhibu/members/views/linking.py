"""Which sign-in is a member's own, and parting the two when they do not belong together."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.accounts.summaries.people import role_label
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members import actions
from zhibu.members.forms import AccountForm, UnlinkingForm
from zhibu.members.models import AccountUnlinking, Member
from zhibu.members.summaries import holders, linking
from zhibu.members.summaries.linking import MAINTAIN, SETTLE
from zhibu.ui.pages import paginate


@requires(holders.ROLES)
def roles_to_review(request: Request) -> HttpResponse:
    """Whose own membership no longer carries a role, and of whom nobody could tell it: no record is linked.

    The fragment of the page of roles holds the first of the two.
    """
    on = timezone.localdate()
    page = paginate(request, linking.roles_without_record(request.scope, on=on))
    context = {
        "found": holders.roles_to_review(request.scope, on=on),
        "page": page,
        "lines": [(row, role_label(row.role)) for row in page.rows],
    }
    template = "members/roles_to_review.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@requires(MAINTAIN)
def account(request: Request, member_id: int) -> HttpResponse:
    """Say which sign-in is the member's own: it shows the own record, and is looked at when the membership ends."""
    person = _maintained(request, member_id)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.link_account(by=request.scope, member=person, user=form.cleaned_data["username"])
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已关联本人账号。"))
            return see_other("members:account", person.pk)
    return _page(request, person, form, UnlinkingForm())


@requires(MAINTAIN)
@require_POST
def unlinking(request: Request, member_id: int) -> HttpResponse:
    """Propose to part account and record."""
    person = _maintained(request, member_id)
    form = UnlinkingForm(request.POST)
    if form.is_valid():
        try:
            actions.propose_unlinking(by=request.scope, member=person, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已提出解除，等上级党委或县委组织部的另一位同志决定。"))
            return see_other("members:account", person.pk)
    return _page(request, person, AccountForm(), form)


@requires(SETTLE)
@require_POST
def unlinking_consent(request: Request, unlinking_id: int) -> HttpResponse:
    """Part them."""
    row = get_visible(
        AccountUnlinking.objects.select_related("member"), request.scope, SETTLE, pk=unlinking_id
    )
    actions.settle_unlinking(by=request.scope, unlinking=row, accept=True)
    messages.success(request, _("已解除。请在这里关联正确的账号。"))
    return see_other("members:account", row.member_id)


@requires(MAINTAIN)
@require_POST
def unlinking_refusal(request: Request, unlinking_id: int) -> HttpResponse:
    """Leave them as they are; or take back what one proposed."""
    rows = AccountUnlinking.objects.select_related("member")
    row = get_visible(rows, request.scope, MAINTAIN, pk=unlinking_id)
    actions.settle_unlinking(by=request.scope, unlinking=row, accept=False)
    messages.success(request, _("没有解除，账号仍然关联这位党员。"))
    return see_other("members:account", row.member_id)


def _maintained(request: Request, member_id: int) -> Member:
    return get_visible(Member.objects.select_related("branch", "user"), request.scope, MAINTAIN, pk=member_id)


def _page(request: Request, person: Member, form: AccountForm, parting: UnlinkingForm) -> HttpResponse:
    waiting = AccountUnlinking.objects.open().filter(member=person).first()
    is_own = waiting is not None and waiting.proposed_user_id == request.scope.user_id
    may_settle = (
        waiting is not None
        and not is_own
        and waiting.user_id != request.scope.user_id
        and request.scope.covers(SETTLE, person.branch.path)
    )
    context = {
        "member": person,
        "form": form,
        "parting": parting,
        "waiting": waiting,
        "is_own": is_own,
        "may_settle": may_settle,
    }
    return render(request, "members/account.html", context)
