"""What is done to an account, by the system administrator or, an administrator's, by two. Part of a deed:
the caller asked for the permission and the second hand, locked the account, and holds the transaction."""

from django.utils import timezone

from zhibu.accounts.actions.passwords import set_password
from zhibu.accounts.actions.sessions import forget_failures
from zhibu.accounts.models import User
from zhibu.accounts.rules import Deed
from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop


def close(by: Scope, user: User, **data: int) -> None:
    """No more signing in."""
    check_fits(Deed.CLOSING, user)
    user.is_active = False
    user.closed_at = timezone.now()
    user.save(update_fields=["is_active", "closed_at"])
    record("accounts.user.closed", by=by, on=user, data=data)


def reopen(by: Scope, user: User, password: str, **data: int) -> None:
    """Signing in again, with this one-time password."""
    check_fits(Deed.REOPENING, user)
    user.is_active = True
    user.closed_at = None
    user.save(update_fields=["is_active", "closed_at"])
    _one_time(by, user, password)
    record("accounts.user.reopened", by=by, on=user, data=data)


def give_password(by: Scope, user: User, password: str, **data: int) -> None:
    """A new one-time password; what was locked is unlocked."""
    check_fits(Deed.PASSWORD, user)
    _one_time(by, user, password)
    record("accounts.password.reset", by=by, on=user, data=data)


def unlock(by: Scope, user: User, **data: int) -> None:
    """Wrong passwords are forgotten."""
    check_fits(Deed.UNLOCKING, user)
    if not forget_failures(user.username):
        raise Refused(gettext_noop("这个账号没有锁定。"))
    record("accounts.user.unlocked", by=by, on=user, data=data)


def drop_second_factor(by: Scope, user: User, **data: int) -> None:
    """No second factor until the person sets one up."""
    from allauth.mfa.models import Authenticator

    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused(gettext_noop("这个账号没有开启两步验证。"))
    record("accounts.second_factor.forgotten", by=by, on=user, data=data)


def check_fits(deed: Deed, user: User) -> None:
    """Raise ``Refused`` where the account is open or closed already."""
    if deed == Deed.REOPENING:
        if user.is_active:
            raise Refused(gettext_noop("这个账号没有停用。"))
    elif not user.is_active and deed == Deed.CLOSING:
        raise Refused(gettext_noop("这个账号已经停用。"))
    elif not user.is_active and deed != Deed.SECOND_FACTOR:
        raise Refused(
            gettext_noop("这个账号已经停用，不能再办理。"), next_step=gettext_noop("请先重新启用账号。")
        )


def check_not_own(by: Scope, user: User) -> None:
    """Raise ``Refused`` for the person's own account."""
    if by.user_id == user.pk:
        raise Refused(
            gettext_noop("不能对自己的账号办这件事。"),
            next_step=gettext_noop("改密码请到“我的账号”；其他的请由另一位管理员办理。"),
        )


def _one_time(by: Scope, user: User, password: str) -> None:
    user.password_given_by_id = by.user_id
    user.save(update_fields=["password_given_by"])
    set_password(user, password, must_change=True)
    forget_failures(user.username)
