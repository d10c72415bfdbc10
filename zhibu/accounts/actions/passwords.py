"""Setting a password, with the history that keeps the last five apart."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from zhibu.accounts.models import PasswordDigest, User
from zhibu.accounts.rules import PASSWORDS_REMEMBERED
from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop


@transaction.atomic
def change_password(*, by: Scope, user: User, password: str) -> None:
    """A person's own new password, already validated by the form. Ends the duty to change it."""
    set_password(user, password, must_change=False)
    record("accounts.password.changed", by=by, on=user)


def set_password(user: User, password: str, *, must_change: bool) -> None:
    """Store it hashed, and in the history. All sessions signed in with the former password end by that."""
    now = timezone.now()
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = now
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    PasswordDigest.objects.create(user=user, password=user.password, at=now)
    kept = PasswordDigest.objects.filter(user=user).order_by("-at", "-pk").values_list("pk", flat=True)
    PasswordDigest.objects.filter(user=user).exclude(pk__in=list(kept[:PASSWORDS_REMEMBERED])).delete()


def check_password_rules(password: str, user: User) -> None:
    """The rules of settings.AUTH_PASSWORD_VALIDATORS as a refusal."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(gettext_noop("这个密码不合要求：{why}"), why="".join(error.messages)) from error
