"""Who may hold what, and when a password is due. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop

BUSINESS = "business"
ADMINISTRATORS = {
    "system_administrator": "system",
    "security_administrator": "security",
    "audit_administrator": "audit",
}
# What only administrators may do: whoever may do one of these is one.
ADMINISTRATIVE = ("accounts.manage_users", "accounts.manage_roles", "audit.read")

# security.md, 8.1.4.1: five failures lock the account for half an hour.
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=30)
PASSWORD_LIFE = timedelta(days=180)
ADMINISTRATOR_PASSWORD_LIFE = timedelta(days=90)
PASSWORDS_REMEMBERED = 5

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds, with its kind, place and half-open period."""

    role: str
    kind: str
    organization_id: int
    from_date: date
    until: date | None

    def overlaps(self, from_date: date, until: date | None) -> bool:
        """True when both periods share a day; an empty period shares none."""
        return (
            (self.until is None or from_date < self.until)
            and (until is None or self.from_date < until)
            and self.from_date != self.until
        )


def check_username(text: str) -> str:
    """The username as it is stored: lower case. Raises ``Refused``."""
    username = text.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise Refused(
            gettext_noop("用户名要用3到40个小写字母、数字或 . _ - ，并以字母或数字开头。"),
            next_step=gettext_noop("可以用姓名拼音加单位缩写，例如 wangfang.zzb。"),
        )
    return username


def name_digest(username: str) -> str:
    """Under which wrong passwords are counted: typed names are not kept, a password may be among them."""
    return hashlib.sha256(username.strip().lower().encode()).hexdigest()


def check_compatible(
    role: str,
    kinds: Mapping[str, str],
    labels: Mapping[str, str],
    held: Iterable[Held],
    *,
    from_date: date,
    until: date | None,
) -> None:
    """Raise ``Refused`` when the role cannot be held beside one held in the same time.

    GB/T 22239-2019 8.1.5 (三员分立): an administrator holds no second administrator's role and no
    business role. So all roles of one person at one time are of one kind.
    """
    for other in held:
        if other.kind != kinds[role] and other.overlaps(from_date, until):
            raise Refused(
                gettext_noop("“{new}”不能和“{held}”由同一人担任：三个管理员角色彼此分开，也不兼业务角色。"),
                new=labels[role],
                held=labels[other.role],
                next_step=gettext_noop("请先收回已有角色，或把这个角色授予另一个人。"),
            )


def check_not_twice(
    role: str, organization_id: int, held: Iterable[Held], *, from_date: date, until: date | None
) -> None:
    """Raise ``Refused`` when the same role is already held there in the same time."""
    for other in held:
        if (other.role, other.organization_id) == (role, organization_id) and other.overlaps(
            from_date, until
        ):
            raise Refused(gettext_noop("这个人在这段时间已经担任这个角色，不用再授予。"))


def is_administrator(scope: Scope) -> bool:
    """True for the three administrators; named system work is none of them."""
    return not scope.is_system and any(scope.has(permission) for permission in ADMINISTRATIVE)


def is_password_old(changed_at: datetime | None, *, at: datetime, administrator: bool) -> bool:
    """True when the password has to be changed: 90 days for administrators, 180 for others."""
    life = ADMINISTRATOR_PASSWORD_LIFE if administrator else PASSWORD_LIFE
    return changed_at is None or at - changed_at >= life
