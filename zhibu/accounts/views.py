"""Accounts and roles for the administrators, and everyone's own account."""

from collections.abc import Callable
from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhibu.accounts import actions
from zhibu.accounts.forms import ChosenForm, DeedForm, GrantForm, OpeningForm, ReasonForm, SearchForm
from zhibu.accounts.models import AccountProposal, RoleAssignment, User
from zhibu.accounts.rules import ADMINISTRATORS, Deed
from zhibu.accounts.summaries.people import accounts, roles_of
from zhibu.accounts.summaries.proposals import CONFIRM, proposal_lines, proposal_rows
from zhibu.accounts.summaries.scopes import takes_two
from zhibu.accounts.summaries.tables import deeds, role_table
from zhibu.core.access import Refused
from zhibu.core.db import get_visible, key_ring
from zhibu.core.http import Request, requires, see_other, signed_in
from zhibu.core.text import gettext_noop
from zhibu.ui.pages import paginate, render_page
from zhibu.ui.templatetags.ui import next_step, sentence

USERS, ROLES = "accounts.manage_users", "accounts.manage_roles"
_SHOWN_ONCE = "one_time_password"


@requires(CONFIRM)
def user_list(request: Request) -> HttpResponse:
    """All accounts, open ones first."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    page = paginate(request, User.objects.get_queryset().matching(text).in_order())
    now = timezone.now()
    lines = accounts(page.rows, on=timezone.localdate(now), at=now)
    waiting = AccountProposal.objects.open().count()
    context = {"page": page, "lines": lines, "q": text, "waiting": waiting}
    return render_page(request, "accounts/users.html", context)


@requires(USERS)
def opening(request: Request) -> HttpResponseBase:
    """Open an account."""
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = actions.open_account(by=request.scope, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence(refusal) + next_step(refusal))
        else:
            _show_once(request, user, password)
            return see_other("accounts:user", user.pk)
    return render_page(request, "accounts/opening.html", {"form": form})


@requires(CONFIRM)
def user_detail(request: Request, user_id: int) -> HttpResponse:
    """One account with its roles; right after a deed also the one-time password."""
    return _user_page(request, get_object_or_404(User, pk=user_id), _grant_form(request))


@requires(USERS)
@require_POST
def closing(request: Request, user_id: int) -> HttpResponseBase:
    """Close the account."""
    return _deed(request, user_id, actions.close_account)


@requires(USERS)
@require_POST
def reopening(request: Request, user_id: int) -> HttpResponseBase:
    """Open a closed account again."""
    return _deed(request, user_id, actions.reopen_account)


@requires(USERS)
@require_POST
def password(request: Request, user_id: int) -> HttpResponseBase:
    """A new one-time password."""
    return _deed(request, user_id, actions.reset_password)


@requires(USERS)
@require_POST
def unlocking(request: Request, user_id: int) -> HttpResponseBase:
    """Lift the lock."""
    return _deed(request, user_id, actions.unlock_account)


@requires(USERS)
@require_POST
def second_factor(request: Request, user_id: int) -> HttpResponseBase:
    """Take away a lost second factor."""
    return _deed(request, user_id, actions.forget_second_factor)


@requires(CONFIRM)
@require_POST
def deed_proposals(request: Request, user_id: int) -> HttpResponseBase:
    """Propose a deed on an administrator's account; its proposer sees the first half of a one-time password."""
    user = get_object_or_404(User, pk=user_id)
    form = DeedForm(request.POST)
    if not form.is_valid():
        raise Refused(gettext_noop("请选要办的事，并写明理由，4到200个字。"))
    _row, half = actions.propose_deed(
        by=request.scope,
        user=user,
        deed=Deed(form.cleaned_data["deed"]),
        reason=form.cleaned_data["reason"],
        on=timezone.localdate(),
    )
    _show_once(request, user, half, part="first")
    return see_other("accounts:user", user_id)


@requires(CONFIRM)
@require_POST
def grants(request: Request, user_id: int) -> HttpResponseBase:
    """Propose to grant a role."""
    user = get_object_or_404(User, pk=user_id)
    form = _grant_form(request, request.POST)
    if form.is_valid():
        wanted = form.cleaned_data
        last_day = wanted["last_day"]
        try:
            actions.propose_grant(
                by=request.scope,
                user=user,
                role=wanted["role"],
                organization=wanted["organization"],
                from_date=wanted["from_date"],
                until=last_day + timedelta(days=1) if last_day else None,
                reason=wanted["reason"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal) + next_step(refusal))
        else:
            return see_other("accounts:user", user_id)
    return _user_page(request, user, form)


@requires(ROLES)
@require_POST
def revocation(request: Request, assignment_id: int) -> HttpResponseBase:
    """Revoke a business role from today on."""
    row = get_visible(RoleAssignment.objects.all(), request.scope, ROLES, pk=assignment_id)
    actions.revoke_role(by=request.scope, assignment=row, on=timezone.localdate())
    return see_other("accounts:user", row.user_id)


@requires(ROLES)
@require_POST
def revocation_proposals(request: Request, assignment_id: int) -> HttpResponseBase:
    """Propose to take an administrator's role away."""
    row = get_visible(RoleAssignment.objects.all(), request.scope, ROLES, pk=assignment_id)
    actions.propose_revocation(
        by=request.scope, assignment=row, reason=_reason(request), on=timezone.localdate()
    )
    return see_other("accounts:user", row.user_id)


@requires(CONFIRM)
def proposals(request: Request) -> HttpResponse:
    """What waits for a second administrator, and what was decided."""
    page = paginate(request, proposal_rows().decided())
    context = {
        "waiting": proposal_lines(proposal_rows().open(), scope=request.scope),
        "page": page,
        "decided": proposal_lines(page.rows, scope=request.scope),
    }
    return render_page(request, "accounts/proposals.html", context)


@requires(CONFIRM)
@require_POST
def confirmation(request: Request, proposal_id: int) -> HttpResponseBase:
    """Confirm; who confirms sees the second half of a one-time password."""
    row = get_visible(proposal_rows(), request.scope, CONFIRM, pk=proposal_id)
    half = actions.confirm_proposal(by=request.scope, proposal=row, on=timezone.localdate())
    _show_once(request, row.user, half, part="second")
    return see_other("accounts:user", row.user_id)


@requires(CONFIRM)
@require_POST
def grant_confirmations(request: Request) -> HttpResponseBase:
    """Confirm the grants that were ticked."""
    rows = {row.pk: row for row in proposal_rows().open()}
    form = ChosenForm(request.POST, offered=list(rows))
    if not form.is_valid():
        raise Refused(gettext_noop("请先勾选要确认的授予；已经有人办过的，请刷新页面再看。"))
    chosen = [rows[each] for each in form.cleaned_data["proposal"]]
    actions.confirm_grants(by=request.scope, proposals=chosen, on=timezone.localdate())
    return see_other("accounts:proposals")


@requires(CONFIRM)
@require_POST
def declining(request: Request, proposal_id: int) -> HttpResponseBase:
    """Decline; or take back what one proposed."""
    row = get_visible(proposal_rows(), request.scope, CONFIRM, pk=proposal_id)
    actions.decline_proposal(by=request.scope, proposal=row, note=_reason(request), on=timezone.localdate())
    return see_other("accounts:proposals")


@requires("accounts.read_roles")
def role_list(request: Request) -> HttpResponse:
    """What each role may do, and which deeds take two persons."""
    return render_page(request, "accounts/roles.html", {"table": role_table(), "deeds": deeds()})


@signed_in
def me(request: Request) -> HttpResponse:
    """My account."""
    user = get_object_or_404(User, pk=request.scope.user_id)
    context = {
        "person": user,
        "roles": [each for each in roles_of(user, on=timezone.localdate()) if each.state != "over"],
        "has_second_factor": is_mfa_enabled(user),
    }
    return render_page(request, "accounts/me.html", context)


def _deed(request: Request, user_id: int, deed: Callable[..., str | None]) -> HttpResponseBase:
    """A deed of the system administrator on an account; a one-time password is shown on the next page."""
    user = get_object_or_404(User, pk=user_id)
    _show_once(request, user, deed(by=request.scope, user=user, on=timezone.localdate()) or "")
    return see_other("accounts:user", user_id)


def _reason(request: Request) -> str:
    """What was typed as the reason; the action refuses what is none."""
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _grant_form(request: Request, data: QueryDict | None = None) -> GrantForm:
    """Business roles are proposed by the security administrator, an administrator's by any of them."""
    return GrantForm(
        data,
        initial={"from_date": timezone.localdate()},
        administrators_only=not request.scope.has(ROLES),
    )


def _user_page(request: Request, user: User, form: GrantForm) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    word, part = _shown_once(request, user)
    context = {
        "account": accounts([user], on=today, at=now)[0],
        "roles": roles_of(user, on=today),
        "administrators": ADMINISTRATORS,
        "takes_two": takes_two(user, on=today),
        "waiting": proposal_lines(proposal_rows().open().filter(user=user), scope=request.scope),
        "has_second_factor": is_mfa_enabled(user),
        "password": word,
        "part": part,
        "form": form,
    }
    return render_page(request, "accounts/user.html", context)


def _show_once(request: Request, user: User, text: str, *, part: str = "whole") -> None:
    """Keep it for the next page, encrypted: sessions stand in the database. ``part``: whole, first, second half."""
    if text:
        sealed = key_ring().encrypt(text.encode(), context=f"session.{_SHOWN_ONCE}.{user.pk}")
        request.session[_SHOWN_ONCE] = [user.pk, sealed.hex(), part]


def _shown_once(request: Request, user: User) -> tuple[str, str]:
    """What ``_show_once`` kept for this account, once, and which part of the password it is."""
    user_id, sealed, part = request.session.get(_SHOWN_ONCE, (None, "", ""))
    if user_id != user.pk:
        return "", ""
    del request.session[_SHOWN_ONCE]
    word = key_ring().decrypt(bytes.fromhex(sealed), context=f"session.{_SHOWN_ONCE}.{user.pk}")
    return word.decode(), part
