"""Opening and closing accounts. For the system administrator, who grants no roles."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.accounts.actions.deeds import (
    check_not_own,
    close,
    drop_second_factor,
    give_password,
    reopen,
    unlock,
)
from zhibu.accounts.actions.passwords import check_password_rules, set_password
from zhibu.accounts.models import User
from zhibu.accounts.passwords import one_time_password
from zhibu.accounts.rules import check_username
from zhibu.accounts.summaries.scopes import takes_two
from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import clean_name, gettext_noop
from zhibu.core.wording import is_name

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
    user.password_given_by_id = by.user_id
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
def close_account(*, by: Scope, user: User, on: date) -> None:
    """The person can no longer sign in; open sessions end at the next click. Roles stay on record."""
    close(by, _alone(by, user, on=on))


@transaction.atomic
def reopen_account(*, by: Scope, user: User, on: date) -> str:
    """Open a closed account again; the new one-time password. Roles that are still dated to hold do so again."""
    password = one_time_password()
    reopen(by, _alone(by, user, on=on), password)
    return password


@transaction.atomic
def reset_password(*, by: Scope, user: User, on: date) -> str:
    """A new one-time password for someone who forgot the own one; also unlocks."""
    password = one_time_password()
    give_password(by, _alone(by, user, on=on), password)
    return password


@transaction.atomic
def unlock_account(*, by: Scope, user: User, on: date) -> None:
    """Forget the wrong passwords of an account, so that it can sign in before the half hour is over."""
    unlock(by, _alone(by, user, on=on))


@transaction.atomic
def forget_second_factor(*, by: Scope, user: User, on: date) -> None:
    """For someone who lost the telephone with the codes: sign-in by password alone until set up anew."""
    drop_second_factor(by, _alone(by, user, on=on))


def _alone(by: Scope, user: User, *, on: date) -> User:
    """The account, locked, for a deed of one person. Refused for administrators' accounts and the own one.

    Who may sign in for an administrator has that administrator's power: a second one of another kind
    confirms (GB/T 22239-2019 8.1.5).
    """
    by.require_any(PERMISSION)
    user = User.objects.select_for_update().get(pk=user.pk)
    check_not_own(by, user)
    if takes_two(user, on=on):
        raise Refused(
            gettext_noop("{name}是管理员，或者正要授予管理员角色。这个账号的事要由两类管理员一起办。"),
            name=user.name,
            next_step=gettext_noop("请在这个账号的页面上写明理由提出，由另一类管理员确认。"),
        )
    return user
