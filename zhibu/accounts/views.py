"""Accounts and roles for the administrators, and everyone's own account."""

from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhibu.accounts import actions
from zhibu.accounts.forms import GrantForm, OpeningForm, SearchForm
from zhibu.accounts.models import RoleAssignment, User
from zhibu.accounts.summaries import accounts, deeds, role_table, roles_of
from zhibu.core.access import Refused
from zhibu.core.db import get_visible, key_ring
from zhibu.core.http import Request, requires, see_other, signed_in
from zhibu.ui.pages import paginate, render_page
from zhibu.ui.templatetags.ui import next_step, sentence

USERS, ROLES = "accounts.manage_users", "accounts.manage_roles"
_SHOWN_ONCE = "one_time_password"


@requires(USERS, ROLES)
def user_list(request: Request) -> HttpResponse:
    """All accounts, open ones first."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    page = paginate(request, User.objects.get_queryset().matching(text).in_order())
    now = timezone.now()
    lines = accounts(page.rows, on=timezone.localdate(now), at=now)
    return render_page(request, "accounts/users.html", {"page": page, "lines": lines, "q": text})


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


@requires(USERS, ROLES)
def user_detail(request: Request, user_id: int) -> HttpResponse:
    """One account with its roles; right after a deed also the one-time password."""
    form = GrantForm(initial={"from_date": timezone.localdate()})
    return _user_page(request, get_object_or_404(User, pk=user_id), form)


@requires(USERS)
@require_POST
def closing(request: Request, user_id: int) -> HttpResponseBase:
    """Close the account."""
    actions.close_account(by=request.scope, user=get_object_or_404(User, pk=user_id))
    return see_other("accounts:user", user_id)


@requires(USERS)
@require_POST
def reopening(request: Request, user_id: int) -> HttpResponseBase:
    """Open a closed account again."""
    user = get_object_or_404(User, pk=user_id)
    _show_once(request, user, actions.reopen_account(by=request.scope, user=user))
    return see_other("accounts:user", user_id)


@requires(USERS)
@require_POST
def password(request: Request, user_id: int) -> HttpResponseBase:
    """A new one-time password."""
    user = get_object_or_404(User, pk=user_id)
    _show_once(request, user, actions.reset_password(by=request.scope, user=user))
    return see_other("accounts:user", user_id)


@requires(USERS)
@require_POST
def unlocking(request: Request, user_id: int) -> HttpResponseBase:
    """Lift the lock."""
    actions.unlock_account(by=request.scope, user=get_object_or_404(User, pk=user_id))
    return see_other("accounts:user", user_id)


@requires(USERS)
@require_POST
def second_factor(request: Request, user_id: int) -> HttpResponseBase:
    """Take away a lost second factor."""
    actions.forget_second_factor(by=request.scope, user=get_object_or_404(User, pk=user_id))
    return see_other("accounts:user", user_id)


@requires(ROLES)
@require_POST
def grants(request: Request, user_id: int) -> HttpResponseBase:
    """Grant a role."""
    user = get_object_or_404(User, pk=user_id)
    form = GrantForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data
        last_day = wanted["last_day"]
        try:
            actions.grant_role(
                by=request.scope,
                user=user,
                role=wanted["role"],
                organization=wanted["organization"],
                from_date=wanted["from_date"],
                until=last_day + timedelta(days=1) if last_day else None,
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal) + next_step(refusal))
        else:
            return see_other("accounts:user", user_id)
    return _user_page(request, user, form)


@requires(ROLES)
@require_POST
def revocation(request: Request, assignment_id: int) -> HttpResponseBase:
    """Revoke a role from today on."""
    row = get_visible(RoleAssignment.objects.all(), request.scope, ROLES, pk=assignment_id)
    actions.revoke_role(by=request.scope, assignment=row, on=timezone.localdate())
    return see_other("accounts:user", row.user_id)


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


def _user_page(request: Request, user: User, form: GrantForm) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    context = {
        "account": accounts([user], on=today, at=now)[0],
        "roles": roles_of(user, on=today),
        "has_second_factor": is_mfa_enabled(user),
        "password": _shown_once(request, user),
        "form": form,
    }
    return render_page(request, "accounts/user.html", context)


def _show_once(request: Request, user: User, text: str) -> None:
    """Keep it for the next page, encrypted: sessions stand in the database."""
    sealed = key_ring().encrypt(text.encode(), context=f"session.{_SHOWN_ONCE}.{user.pk}")
    request.session[_SHOWN_ONCE] = [user.pk, sealed.hex()]


def _shown_once(request: Request, user: User) -> str:
    """What ``_show_once`` kept for this account, once."""
    user_id, sealed = request.session.get(_SHOWN_ONCE, (None, ""))
    if user_id != user.pk:
        return ""
    del request.session[_SHOWN_ONCE]
    return key_ring().decrypt(bytes.fromhex(sealed), context=f"session.{_SHOWN_ONCE}.{user.pk}").decode()
