"""Administrators' accounts: nobody resets, closes or reopens one alone."""

from datetime import timedelta
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from tests.world import TODAY, World, grant, make_user
from zhibu.accounts import actions
from zhibu.accounts.models import AccountProposal, RoleAssignment, User
from zhibu.accounts.rules import Deed
from zhibu.accounts.summaries.proposals import work
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.accounts.tests.cases import REASON, confirmed, granted, proposed, proposed_grant
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused

ADMINISTRATORS = ("system_admin", "security_admin", "auditor")
ALONE = (
    actions.close_account,
    actions.reset_password,
    actions.unlock_account,
    actions.forget_second_factor,
    actions.reopen_account,
)


def prepared(world: World, name: str, deed: Deed) -> User:
    """The account of the named person, such that the deed fits; a second administrator of its kind is there."""
    user = world.people[name]
    role = RoleAssignment.objects.get(user=user).role
    grant(make_user("stand_in", "马海英"), role, world.county)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    for _ in range(5):
        actions.note_failure(user.username)
    User.objects.filter(pk=user.pk).update(is_active=deed != Deed.REOPENING)
    user.refresh_from_db()
    return user


@pytest.mark.parametrize("name", ADMINISTRATORS)
@pytest.mark.parametrize("deed", ALONE, ids=lambda deed: deed.__name__)
def test_the_system_administrator_alone_does_nothing_to_an_administrator_s_account(
    world: World, name: str, deed: object
) -> None:
    before = User.objects.filter(username=name).values().get()
    with pytest.raises(Refused, match=r"两类管理员一起办|自己的账号"):
        deed(by=world.scope("system_admin"), user=world.people[name], on=TODAY)  # type: ignore[operator]
    assert User.objects.filter(username=name).values().get() == before


@pytest.mark.parametrize(
    "deed", [Deed.PASSWORD, Deed.SECOND_FACTOR, Deed.CLOSING, Deed.REOPENING, Deed.UNLOCKING]
)
@pytest.mark.parametrize(("proposer", "decider"), list(product(ADMINISTRATORS, ADMINISTRATORS)))
def test_two_of_different_kinds_and_never_the_person_concerned(
    world: World, deed: Deed, proposer: str, decider: str
) -> None:
    concerned = "security_admin"
    prepared(world, concerned, deed)
    by, second = world.scope(proposer), world.scope(decider)
    may = concerned not in (proposer, decider) and proposer != decider
    try:
        row, _half = actions.propose_deed(
            by=by, user=world.people[concerned], deed=deed, reason=REASON, on=TODAY
        )
        actions.confirm_proposal(by=second, proposal=row, on=TODAY)
    except Refused:
        assert not may
    else:
        assert may
    done = AccountProposal.objects.filter(state="confirmed").exists()
    assert done == may


def test_neither_hand_knows_the_whole_password(world: World) -> None:
    row, first = proposed(world, "security_admin", Deed.PASSWORD)
    stored = str(AccountProposal.objects.values_list("half", flat=True)[0])
    assert stored == first  # decrypted
    second = confirmed(world, row)
    user = User.objects.get(username="security_admin")
    assert user.check_password(f"{first}-{second}")
    assert not user.check_password(first)
    assert not user.check_password(second)
    assert user.must_change_password
    row.refresh_from_db()
    assert row.half == ""
    log = str(AuditRecord.objects.values())
    assert first not in log
    assert second not in log


def test_the_first_half_is_encrypted(world: World) -> None:
    _row, first = proposed(world, "security_admin", Deed.PASSWORD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT half FROM accounts_accountproposal")
        (raw,) = cursor.fetchone()
    assert first.encode() not in bytes(raw)


def test_the_last_active_one_of_a_kind_cannot_be_closed(world: World) -> None:
    for name in ADMINISTRATORS:
        by = next(each for each in ADMINISTRATORS if each != name)
        with pytest.raises(Refused, match="最后一位在用的"):
            proposed(world, name, Deed.CLOSING, by=by)
    other = granted(world, world.people["nobody"], "audit_administrator", world.county).user
    row, _ = proposed(world, "auditor", Deed.CLOSING)
    User.objects.filter(pk=other.pk).update(is_active=False)  # meanwhile
    with pytest.raises(Refused, match="最后一位在用的审计管理员"):
        confirmed(world, row, by="security_admin")
    assert User.objects.get(username="auditor").is_active


def test_an_account_that_becomes_an_administrator_s_meanwhile(world: World) -> None:
    user = world.people["nobody"]
    proposed_grant(world, user, "audit_administrator", world.county)
    with pytest.raises(Refused, match="两类管理员一起办"):
        actions.reset_password(by=world.scope("system_admin"), user=user, on=TODAY)
    granted(world, world.people["inspector"], "member", world.a1, from_date=TODAY + timedelta(days=400))
    actions.reset_password(by=world.scope("system_admin"), user=world.people["inspector"], on=TODAY)


def test_a_role_to_come_counts_and_so_does_that_of_a_closed_account(world: World) -> None:
    user = world.people["nobody"]
    granted(world, user, "audit_administrator", world.county, from_date=TODAY + timedelta(days=30))
    with pytest.raises(Refused, match="两类管理员一起办"):
        actions.close_account(by=world.scope("system_admin"), user=user, on=TODAY)
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(Refused, match="两类管理员一起办"):
        actions.reopen_account(by=world.scope("system_admin"), user=user, on=TODAY)


def test_accounts_of_others_take_one_hand_and_no_proposal(world: World) -> None:
    with pytest.raises(Refused, match="不用两个人"):
        proposed(world, "secretary_a1", Deed.PASSWORD)
    with pytest.raises(Denied):
        actions.propose_deed(
            by=world.scope("county_organizer"),
            user=world.people["auditor"],
            deed=Deed.PASSWORD,
            reason=REASON,
            on=TODAY,
        )


def test_what_somebody_proposed_who_administers_no_longer_is_not_confirmed(world: World) -> None:
    row, _ = proposed(world, "security_admin", Deed.PASSWORD)
    User.objects.filter(username="system_admin").update(is_active=False)
    with pytest.raises(Refused, match="现在不是管理员了"):
        confirmed(world, row)
    assert User.objects.get(username="security_admin").must_change_password is False


def test_a_proposal_is_declined_with_a_reason_or_taken_back(world: World) -> None:
    row, _ = proposed(world, "security_admin", Deed.PASSWORD)
    with pytest.raises(Refused, match="自己的账号"):
        actions.decline_proposal(by=world.scope("security_admin"), proposal=row, note="我没有忘记", on=TODAY)
    with pytest.raises(Refused, match="写明理由"):
        actions.decline_proposal(by=world.scope("auditor"), proposal=row, note="", on=TODAY)
    declined = actions.decline_proposal(
        by=world.scope("auditor"), proposal=row, note="本人说没有忘记密码", on=TODAY
    )
    assert (declined.state, declined.half) == ("declined", "")
    again, _ = proposed(world, "security_admin", Deed.PASSWORD)
    taken = actions.decline_proposal(
        by=world.scope("system_admin"), proposal=again, note="选错了人了", on=TODAY
    )
    assert taken.state == "taken_back"
    with pytest.raises(Refused, match="已经有人办了"):
        confirmed(world, again)


def test_a_reason_is_asked_for(world: World) -> None:
    with pytest.raises(Refused, match="写明理由"):
        actions.propose_deed(
            by=world.scope("system_admin"),
            user=world.people["auditor"],
            deed=Deed.PASSWORD,
            reason="忘",
            on=TODAY,
        )


def test_what_waits_is_offered_to_those_who_may_decide(world: World) -> None:
    proposed(world, "security_admin", Deed.PASSWORD)
    offered = {name: [each.total for each in work(world.scope(name), on=TODAY)] for name in world.people}
    assert offered["auditor"] == [1]
    assert offered["system_admin"] == [0]
    assert offered["security_admin"] == [0]
    assert offered["county_organizer"] == []


def test_a_closed_administrator_comes_back_by_two(world: World) -> None:
    granted(world, world.people["nobody"], "audit_administrator", world.county)
    row, _ = proposed(world, "auditor", Deed.CLOSING)
    confirmed(world, row, by="security_admin")
    assert not scope_of(User.objects.get(username="auditor"), on=TODAY).has("audit.read")
    back, first = proposed(world, "auditor", Deed.REOPENING)
    second = confirmed(world, back, by="security_admin")
    user = User.objects.get(username="auditor")
    assert user.check_password(f"{first}-{second}")
    assert scope_of(user, on=TODAY).has("audit.read")
