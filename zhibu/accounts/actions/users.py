"""Opening and closing accounts. For the system administrator, who grants no roles."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.accounts.actions.passwords import check_password_rules, set_password
from zhibu.accounts.actions.sessions import forget_failures
from zhibu.accounts.models import User
from zhibu.accounts.passwords import one_time_password
from zhibu.accounts.rules import check_username
from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import clean_name, gettext_noop, is_name

PERMISSION = "accounts.manage_users"


@transaction.atomic
def open_account(
    *, by: Scope, username: str, name: str, first_password: str = "", must_change: bool = True
) -> tuple[User, str]:
    """A new account without any role, and its one-time password: the only time anyone sees it.

    ``first_password`` and ``must_change=False`` are for set-up by name (the demonstration county);
    a person gets a drawn password and changes it at the first sign-in.
    """
    by.require_any(PERMISSION)
    if not by.is_system and not must_change:
        raise ValueError("a person's first password is always changed")
    username, name = check_username(username), clean_name(name)
    if not is_name(name):
        raise Refused(gettext_noop("姓名要写1到40个字，只能有文字和间隔号“·”。"))
    user = User(username=username, name=name, opened_at=timezone.now(), opened_by_id=by.user_id)
    password = first_password or one_time_password()
    if first_password:
        check_password_rules(first_password, user)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Refused(
            gettext_noop("用户名{username}已经有人用了。"),
            username=username,
            next_step=gettext_noop("请换一个，例如在后面加单位缩写。"),
        ) from None
    set_password(user, password, must_change=must_change)
    record("accounts.user.opened", by=by, on=user)
    return user, password


@transaction.atomic
def close_account(*, by: Scope, user: User) -> None:
    """The person can no longer sign in; open sessions end at the next click. Roles stay on record."""
    by.require_any(PERMISSION)
    user = _locked(user)
    _not_oneself(by, user)
    if not user.is_active:
        raise Refused(gettext_noop("这个账号已经停用。"))
    user.is_active = False
    user.closed_at = timezone.now()
    user.save(update_fields=["is_active", "closed_at"])
    record("accounts.user.closed", by=by, on=user)


@transaction.atomic
def reopen_account(*, by: Scope, user: User) -> str:
    """Open a closed account again; the new one-time password. Roles that are still dated to hold do so again."""
    by.require_any(PERMISSION)
    user = _locked(user)
    if user.is_active:
        raise Refused(gettext_noop("这个账号没有停用。"))
    user.is_active = True
    user.closed_at = None
    user.save(update_fields=["is_active", "closed_at"])
    password = one_time_password()
    set_password(user, password, must_change=True)
    forget_failures(user.username)
    record("accounts.user.reopened", by=by, on=user)
    return password


@transaction.atomic
def reset_password(*, by: Scope, user: User) -> str:
    """A new one-time password for someone who forgot the own one; also unlocks."""
    by.require_any(PERMISSION)
    user = _locked(user)
    if by.user_id == user.pk:
        raise Refused(
            gettext_noop("自己的密码不能在这里重置。"),
            next_step=gettext_noop("请在“我的账号”里修改密码。"),
        )
    _open_only(user)
    password = one_time_password()
    set_password(user, password, must_change=True)
    forget_failures(user.username)
    record("accounts.password.reset", by=by, on=user)
    return password


@transaction.atomic
def unlock_account(*, by: Scope, user: User) -> None:
    """Forget the wrong passwords of an account, so that it can sign in before the half hour is over."""
    by.require_any(PERMISSION)
    _open_only(user)
    if not forget_failures(user.username):
        raise Refused(gettext_noop("这个账号没有锁定。"))
    record("accounts.user.unlocked", by=by, on=user)


@transaction.atomic
def forget_second_factor(*, by: Scope, user: User) -> None:
    """For someone who lost the telephone with the codes: sign-in by password alone until set up anew."""
    from allauth.mfa.models import Authenticator

    by.require_any(PERMISSION)
    _not_oneself(by, user)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused(gettext_noop("这个账号没有开启两步验证。"))
    record("accounts.second_factor.forgotten", by=by, on=user)


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _open_only(user: User) -> None:
    if not user.is_active:
        raise Refused(
            gettext_noop("这个账号已经停用，不能再办理。"), next_step=gettext_noop("请先重新启用账号。")
        )


def _not_oneself(by: Scope, user: User) -> None:
    if by.user_id == user.pk:
        raise Refused(
            gettext_noop("不能对自己的账号办这件事。"), next_step=gettext_noop("请由另一位系统管理员办理。")
        )
