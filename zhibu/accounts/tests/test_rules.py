"""Who may hold what together, usernames, age of passwords."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from zhibu.accounts.rules import (
    Held,
    check_compatible,
    check_not_twice,
    check_username,
    is_administrator,
    is_password_old,
    name_digest,
)
from zhibu.accounts.vocabulary import vocabulary
from zhibu.audit.summaries import __file__
from zhibu.core.access import Refused, Scope

pytestmark = pytest.mark.dated

ROLES = vocabulary().roles
KINDS = {name: role.kind for name, role in ROLES.items()}
LABELS = {name: role.label for name, role in ROLES.items()}
START, MIDDLE, END = date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 1)
ADMINISTRATORS = ("system_administrator", "security_administrator", "audit_administrator")


def refuses(new: str, held: str, *, held_until: date | None = None, new_until: date | None = None) -> bool:
    try:
        check_compatible(
            new,
            KINDS,
            LABELS,
            [Held(held, KINDS[held], 1, START, held_until)],
            from_date=MIDDLE,
            until=new_until,
        )
    except Refused:
        return True
    return False


@pytest.mark.parametrize("new", ADMINISTRATORS)
@pytest.mark.parametrize("held", [name for name in ROLES if name not in ("member",)])
def test_an_administrator_holds_one_kind_of_role(new: str, held: str) -> None:
    assert refuses(new, held) == (new != held)
    assert refuses(held, new) == (new != held)


def test_business_roles_go_together() -> None:
    assert not refuses("branch_clerk", "member")
    assert not refuses("committee_organizer", "branch_clerk")


def test_only_what_overlaps_in_time_counts() -> None:
    assert not refuses("audit_administrator", "system_administrator", held_until=MIDDLE)
    assert refuses("audit_administrator", "system_administrator", held_until=END)
    assert not Held("member", "business", 1, END, None).overlaps(MIDDLE, END)
    assert not Held("member", "business", 1, MIDDLE, MIDDLE).overlaps(START, None)


def test_the_refusal_names_both_roles() -> None:
    with pytest.raises(Refused, match=r"审计管理员.*系统管理员"):
        check_compatible(
            "audit_administrator",
            KINDS,
            LABELS,
            [Held("system_administrator", "system", 1, START, None)],
            from_date=START,
            until=None,
        )


def test_the_same_role_is_not_granted_twice_at_one_place() -> None:
    held = [Held("branch_clerk", "business", 1, START, None)]
    with pytest.raises(Refused):
        check_not_twice("branch_clerk", 1, held, from_date=MIDDLE, until=None)
    check_not_twice("branch_clerk", 2, held, from_date=MIDDLE, until=None)


def test_no_role_opens_accounts_and_grants_roles() -> None:
    for role in ROLES.values():
        assert not {"accounts.manage_users", "accounts.manage_roles"} <= set(role.permissions)


def test_no_administrator_reads_members() -> None:
    for name in ADMINISTRATORS:
        assert not any(
            p.startswith(("members.", "certificates.", "imports.")) for p in ROLES[name].permissions
        )


@pytest.mark.parametrize("text", ["ab", "王芳", "-wang", "wang fang", "w" * 41, ""])
def test_usernames_that_cannot_be_typed_everywhere_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        check_username(text)


def test_usernames_are_lower_case() -> None:
    assert check_username(" WangFang.zzb ") == "wangfang.zzb"
    assert name_digest("WangFang ") == name_digest("wangfang")


def test_administrators_are_told_by_what_they_may_do() -> None:
    assert is_administrator(Scope(1, "", {"audit.read": ("1.",)}))
    assert not is_administrator(Scope(1, "", {"members.read": ("1.",)}))
    assert not is_administrator(Scope.system("x"))


@pytest.mark.parametrize(
    ("days", "administrator", "old"),
    [(89, True, False), (90, True, True), (179, False, False), (180, False, True)],
)
def test_passwords_grow_old(days: int, administrator: bool, old: bool) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert is_password_old(now - timedelta(days=days), at=now, administrator=administrator) == old
    assert is_password_old(None, at=now, administrator=False)


def test_the_log_calls_roles_as_the_vocabulary_does() -> None:
    table = tomllib.loads((Path(__file__).parent.parent / "events.toml").read_text("utf-8"))
    assert table["values_role"] == LABELS
