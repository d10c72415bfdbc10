"""What a password must be like, and one-time passwords that can be read out."""

import secrets
import string
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from zhibu.accounts.models import PasswordDigest, User
from zhibu.accounts.rules import PASSWORDS_REMEMBERED

# No 0 O o 1 l I: they are read out over the telephone and copied from paper.
_LOWER = "abcdefghijkmnpqrstuvwxyz"
_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"


def one_time_password() -> str:
    """A first password in the form Kx7m-P4qd-9tWz: three groups, letters of both cases and digits."""
    return _groups(3)


def one_time_half() -> str:
    """Half of a one-time password that two people hand over together: two groups."""
    return _groups(2)


def _groups(count: int) -> str:
    groups = []
    for _ in range(count):
        group = [
            secrets.choice(_UPPER),
            secrets.choice(_LOWER),
            secrets.choice(_LOWER),
            secrets.choice(_DIGITS),
        ]
        secrets.SystemRandom().shuffle(group)
        groups.append("".join(group))
    return "-".join(groups)


class UnlikePersonValidator(UserAttributeSimilarityValidator):
    """Not like the person's name or username. Says so in words: the library would quote a column's name."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "name"))

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError``."""
        try:
            super().validate(password, user)
        except ValidationError as error:
            raise ValidationError(self.get_help_text(), code="password_like_person") from error

    def get_help_text(self) -> str:
        """The rule in Chinese."""
        return gettext("密码不能和姓名或用户名相像。")


class CharacterClassesValidator:
    """At least three of lower case, upper case, digits, other characters (security.md, 8.1.4.1)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError``."""
        classes = [string.ascii_lowercase, string.ascii_uppercase, string.digits]
        used = sum(any(c in each for c in password) for each in classes)
        used += any(c not in string.ascii_letters + string.digits for c in password)
        if used < 3:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        """The rule in Chinese."""
        return gettext("密码要包含大写字母、小写字母、数字、符号这四类中的至少三类。")


class HistoryValidator:
    """Differs from the current password and the ones before it, five in all."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError``. One query and up to five hashes, some 0.2 s."""
        if not isinstance(user, User) or user.pk is None:
            return
        earlier = PasswordDigest.objects.filter(user=user).order_by("-at", "-pk")
        kept = earlier.values_list("password", flat=True)[:PASSWORDS_REMEMBERED]
        # The current one is usually the first kept: a set, so that it is hashed once.
        for digest in {user.password, *kept}:
            if check_password(password, digest):
                raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        """The rule in Chinese."""
        return gettext("新密码不能和最近用过的五个密码相同。")
