"""Who may hold what, and when a password is due. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said

BUSINESS = "business"
ADMINISTRATORS = {
    "system_administrator": "system",
    "security_administrator": "security",
    "audit_administrator": "audit",
}
# What only administrators may do, by kind: whoever may do one of these is one.
ADMINISTRATIVE = {
    "accounts.manage_users": "system",
    "accounts.manage_roles": "security",
    "audit.read": "audit",
}
REASON_MIN = 4

# security.md, 8.1.4.1: five failures lock the account for half an hour.
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=30)
PASSWORD_LIFE = timedelta(days=180)
ADMINISTRATOR_PASSWORD_LIFE = timedelta(days=90)
PASSWORDS_REMEMBERED = 5

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


class Deed(StrEnum):
    """What is done about an account by two administrators of different kinds."""

    PASSWORD = "password"  # noqa: S105 (the name of a deed)
    SECOND_FACTOR = "second_factor"
    CLOSING = "closing"
    REOPENING = "reopening"
    UNLOCKING = "unlocking"
    GRANT = "grant"
    REVOCATION = "revocation"


ON_ROLES = frozenset({Deed.GRANT, Deed.REVOCATION})
GIVE_PASSWORD = frozenset({Deed.PASSWORD, Deed.REOPENING})


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


def check_period(from_date: date, until: date | None, *, on: date) -> None:
    """Raise ``Refused`` for an empty period and for rights dated back: what was done without them stays so."""
    if until is not None and until <= from_date:
        raise Refused(gettext_noop("截止日要晚于生效日。"))
    if from_date < on:
        raise Refused(
            gettext_noop("生效日{day}在今天以前。角色只能从今天或以后的一天起有效，不能倒填。"), day=from_date
        )


def check_reason(text: str) -> str:
    """The reason as it is kept, 4 to 200 characters. Raises ``Refused``."""
    reason = said(text)
    if not REASON_MIN <= len(reason) <= 200:
        raise Refused(
            gettext_noop("请写明理由，4到200个字，例如“本人手机丢失，已当面核实”，让确认的人知道为什么。")
        )
    return reason


def kinds_of(scope: Scope) -> frozenset[str]:
    """Which administrators the person is, by what only they may do: one kind, or none."""
    if scope.is_system:
        return frozenset()
    return frozenset(kind for permission, kind in ADMINISTRATIVE.items() if scope.has(permission))


def is_administrator(scope: Scope) -> bool:
    """True for the three administrators; named system work is none of them."""
    return bool(kinds_of(scope))


@dataclass(frozen=True, slots=True)
class Proposed:
    """Who proposed, as which kind of administrator, and whom it concerns."""

    by: int
    kind: str
    concerns: int
    gives_administrator: bool = False


def check_second(
    proposed: Proposed, *, decider: int | None, kinds: frozenset[str], knows_password: frozenset[int]
) -> None:
    """Raise ``Refused`` unless this person may be the second: another one, of another kind, not concerned.

    Whoever opened the account or gave its last one-time password (``knows_password``) could sign in as the new
    administrator, and so has no hand in making it one. GB/T 22239-2019 8.1.5 (三员分立).
    """
    if decider == proposed.by:
        raise Refused(
            gettext_noop("提出的人不能自己确认。"), next_step=gettext_noop("请另一类管理员来确认。")
        )
    if decider == proposed.concerns:
        raise Refused(
            gettext_noop("这件事办的是您自己的账号，不能由您确认。"),
            next_step=gettext_noop("请另一位管理员来确认。"),
        )
    if not kinds - {proposed.kind}:
        raise Refused(
            gettext_noop("这件事是同一类管理员提出的，要由另一类管理员确认。"),
            next_step=gettext_noop("系统、安全、审计三类管理员里，请另外两类中的一位来确认。"),
        )
    check_not_known(decider, proposed, knows_password)


def may_be_second(
    proposed: Proposed, *, decider: int | None, kinds: frozenset[str], knows_password: frozenset[int]
) -> bool:
    """Whether ``check_second`` lets this person decide."""
    try:
        check_second(proposed, decider=decider, kinds=kinds, knows_password=knows_password)
    except Refused:
        return False
    return True


def check_not_known(person: int | None, proposed: Proposed, knows_password: frozenset[int]) -> None:
    """Raise ``Refused`` when somebody who gave the account its password would make it an administrator."""
    if proposed.gives_administrator and person in knows_password:
        raise Refused(
            gettext_noop("这个账号是您开立的，或者最近的一次性密码是您给的，不能再由您把它设为管理员。"),
            next_step=gettext_noop("请另一位管理员来办。"),
        )


def check_not_last(role: str, others: int) -> None:
    """Raise ``Refused`` when nobody else would be left as this administrator. ``role``: its Chinese label."""
    if not others:
        raise Refused(
            gettext_noop("这是最后一位在用的{role}，停用或收回以后就没有人能办这一类事了。"),
            role=role,
            next_step=gettext_noop("请先把“{role}”授予另一个人，不写最后一天，再来办这件事。"),
        )


def is_password_old(changed_at: datetime | None, *, at: datetime, administrator: bool) -> bool:
    """True when the password has to be changed: 90 days for administrators, 180 for others."""
    life = ADMINISTRATOR_PASSWORD_LIFE if administrator else PASSWORD_LIFE
    return changed_at is None or at - changed_at >= life
