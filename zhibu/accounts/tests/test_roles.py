"""Granting a role takes two administrators, taking a business role away one."""

from datetime import date, timedelta

import pytest

from tests.world import TODAY, World
from zhibu.accounts.actions import (
    close_account,
    confirm_grants,
    confirm_proposal,
    grant_role,
    open_account,
    propose_revocation,
    reset_password,
    revoke_role,
)
from zhibu.accounts.models import RoleAssignment, User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.accounts.tests.cases import REASON, confirmed, granted, proposed_grant
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused


def open_one(world: World, username: str = "maxiaoyan") -> User:
    return open_account(by=world.scope("system_admin"), username=username, name="马小燕")[0]


class TestGranting:
    def test_a_role_reaches_everything_below_from_its_day_on(self, world: World) -> None:
        user = open_one(world)
        granted(world, user, "committee_organizer", world.ashi, until=TODAY + timedelta(days=2))
        scope = scope_of(user, on=TODAY)
        assert scope.covers("members.read", world.a1.path)
        assert not scope.covers("members.read", world.b1.path)
        assert not scope_of(user, on=TODAY - timedelta(days=1)).has("members.read")
        assert not scope_of(user, on=TODAY + timedelta(days=2)).has("members.read")
        row = AuditRecord.objects.get(event="accounts.role.granted")
        assert (row.chain, row.data["role"], row.data["user"], row.data["proposed_by"]) == (
            world.ashi.pk,
            "committee_organizer",
            user.pk,
            world.people["security_admin"].pk,
        )
        assert row.actor_id == world.people["auditor"].pk

    def test_what_is_only_proposed_gives_no_right(self, world: World) -> None:
        row = proposed_grant(world, world.people["nobody"], "branch_clerk", world.a1)
        assert not scope_of(world.people["nobody"], on=TODAY).has("members.read")
        with pytest.raises(Refused, match="不能自己确认"):
            confirmed(world, row, by="security_admin")
        for person in ("county_organizer", "organizer_ashi", "nobody"):
            with pytest.raises(Denied):
                confirmed(world, row, by=person)
        confirmed(world, row, by="system_admin")
        assert scope_of(world.people["nobody"], on=TODAY).has("members.read")
        with pytest.raises(Refused, match="已经有人办了"):
            confirmed(world, row, by="auditor")

    def test_a_second_security_administrator_is_no_second_hand(self, world: World) -> None:
        granted(world, world.people["nobody"], "security_administrator", world.county)
        row = proposed_grant(world, open_one(world), "branch_clerk", world.a1)
        with pytest.raises(Refused, match="同一类管理员"):
            confirmed(world, row, by="nobody")

    @pytest.mark.parametrize("name", ["system_admin", "auditor", "county_organizer", "organizer_ashi"])
    def test_only_the_security_administrator_proposes_business_roles(self, world: World, name: str) -> None:
        with pytest.raises(Denied):
            proposed_grant(world, world.people["nobody"], "member", world.a1, by=name)

    def test_a_security_administrator_who_is_gone_is_replaced_by_the_other_two(self, world: World) -> None:
        row = proposed_grant(
            world, world.people["nobody"], "security_administrator", world.county, by="auditor"
        )
        confirmed(world, row, by="system_admin")
        assert scope_of(world.people["nobody"], on=TODAY).has("accounts.manage_roles")

    def test_nobody_grants_alone_not_even_through_the_set_up(self, world: World) -> None:
        with pytest.raises(Denied):
            grant_role(
                by=world.scope("security_admin"),
                user=world.people["nobody"],
                role="member",
                organization=world.a1,
                from_date=TODAY,
            )

    def test_not_to_oneself(self, world: World) -> None:
        with pytest.raises(Refused, match="自己"):
            proposed_grant(world, world.people["security_admin"], "security_administrator", world.county)
        row = proposed_grant(world, world.people["nobody"], "audit_administrator", world.county)
        row.user = world.people["auditor"]
        row.save()
        with pytest.raises(Refused, match="您自己的账号"):
            confirmed(world, row, by="auditor")

    def test_not_by_the_hand_that_opened_the_account(self, world: World) -> None:
        user = open_one(world)
        User.objects.filter(pk=user.pk).update(opened_by=world.people["security_admin"])
        with pytest.raises(Refused, match="您开立的"):
            proposed_grant(world, user, "member", world.a1)

    def test_who_knows_its_password_makes_no_account_an_administrator(self, world: World) -> None:
        opened, reset = open_one(world), world.people["nobody"]
        reset_password(by=world.scope("system_admin"), user=reset, on=TODAY)
        for user in (opened, reset):
            row = proposed_grant(world, user, "security_administrator", world.county)
            with pytest.raises(Refused, match="一次性密码是您给的"):
                confirmed(world, row, by="system_admin")
            with pytest.raises(Refused, match="您开立的"):
                proposed_grant(world, user, "audit_administrator", world.county, by="system_admin")
            confirmed(world, row, by="auditor")
            assert scope_of(user, on=TODAY).has("accounts.manage_roles")

    def test_only_at_places_of_the_role(self, world: World) -> None:
        user = world.people["nobody"]
        for role, place in (
            ("branch_clerk", world.ashi),
            ("county_organizer", world.a1),
            ("audit_administrator", world.ashi),
        ):
            with pytest.raises(Refused, match=r"不能设在|不包括"):
                proposed_grant(world, user, role, place)
        world.a1.closed_on = TODAY
        with pytest.raises(Refused, match="不能设在"):
            proposed_grant(world, user, "branch_clerk", world.a1)
        with pytest.raises(Refused, match="没有"):
            proposed_grant(world, user, "king", world.a2)

    def test_never_dated_back_and_never_empty(self, world: World) -> None:
        user = world.people["nobody"]
        with pytest.raises(Refused, match="不能倒填"):
            proposed_grant(world, user, "member", world.a2, from_date=TODAY - timedelta(days=1))
        with pytest.raises(Refused, match="截止日"):
            proposed_grant(world, user, "member", world.a2, until=TODAY)

    def test_confirmed_later_it_begins_then(self, world: World) -> None:
        user, later = world.people["nobody"], TODAY + timedelta(days=5)
        row = proposed_grant(world, user, "member", world.a2)
        short = proposed_grant(world, user, "branch_clerk", world.a2, until=TODAY + timedelta(days=3))
        confirm_proposal(by=world.scope("auditor"), proposal=row, on=later)
        assert RoleAssignment.objects.get(user=user).from_date == later
        with pytest.raises(Refused, match="截止日"):
            confirm_proposal(by=world.scope("auditor"), proposal=short, on=later)

    def test_until_the_last_day_of_the_calendar(self, world: World) -> None:
        assert granted(world, world.people["nobody"], "member", world.a2, until=date.max).until == date.max

    def test_an_administrator_gets_no_other_role_not_even_a_future_one(self, world: World) -> None:
        user = open_one(world)
        granted(world, user, "audit_administrator", world.county, from_date=TODAY + timedelta(days=30))
        with pytest.raises(Refused, match="审计管理员"):
            proposed_grant(world, user, "branch_clerk", world.a1)
        granted(world, user, "branch_clerk", world.a1, until=TODAY + timedelta(days=30))

    def test_two_proposals_that_do_not_go_together_are_not_both_confirmed(self, world: World) -> None:
        user = open_one(world)
        clerk = proposed_grant(world, user, "branch_clerk", world.a1)
        auditor = proposed_grant(world, user, "audit_administrator", world.county)
        confirmed(world, clerk)
        with pytest.raises(Refused, match="三个管理员角色彼此分开"):
            confirmed(world, auditor)
        assert RoleAssignment.objects.filter(user=user).count() == 1

    def test_a_role_is_not_granted_or_proposed_twice(self, world: World) -> None:
        with pytest.raises(Refused, match="已经担任"):
            proposed_grant(world, world.people["secretary_a1"], "branch_clerk", world.a1)
        proposed_grant(world, world.people["nobody"], "branch_clerk", world.a1)
        with pytest.raises(Refused, match="已经有人提出"):
            proposed_grant(world, world.people["nobody"], "branch_clerk", world.a1)

    def test_a_closed_account_gets_no_role(self, world: World) -> None:
        user = open_one(world)
        row = proposed_grant(world, user, "branch_clerk", world.a1)
        close_account(by=world.scope("system_admin"), user=user, on=TODAY)
        for deed in (lambda: confirmed(world, row), lambda: proposed_grant(world, user, "member", world.a1)):
            with pytest.raises(Refused, match="停用"):
                deed()

    def test_several_grants_are_confirmed_together_or_none(self, world: World) -> None:
        users = [open_one(world, f"clerk{n}") for n in range(3)]
        rows = [proposed_grant(world, user, "branch_clerk", world.a1) for user in users]
        close_account(by=world.scope("system_admin"), user=users[2], on=TODAY)
        with pytest.raises(Refused, match="都没有确认"):
            confirm_grants(by=world.scope("auditor"), proposals=rows, on=TODAY)
        assert not RoleAssignment.objects.filter(user__in=users).exists()
        assert confirm_grants(by=world.scope("auditor"), proposals=rows[:2], on=TODAY) == 2
        assert RoleAssignment.objects.filter(user__in=users).count() == 2


class TestRevoking:
    def test_it_ends_today(self, world: World) -> None:
        by, clerk = world.scope("security_admin"), world.people["secretary_a1"]
        row = RoleAssignment.objects.get(user=clerk)
        with pytest.raises(Denied):
            revoke_role(by=world.scope("system_admin"), assignment=row, on=TODAY)
        revoked = revoke_role(by=by, assignment=row, on=TODAY)
        assert (revoked.until, revoked.revoked_by) == (TODAY, world.people["security_admin"])
        assert not scope_of(clerk, on=TODAY).has("members.read")
        assert scope_of(clerk, on=TODAY - timedelta(days=1)).has("members.read")
        with pytest.raises(Refused, match="已经结束"):
            revoke_role(by=by, assignment=row, on=TODAY)
        granted(world, clerk, "branch_clerk", world.a1)

    def test_a_future_role_that_is_revoked_never_begins(self, world: World) -> None:
        user, day = open_one(world), TODAY + timedelta(days=9)
        row = granted(world, user, "branch_clerk", world.a1, from_date=day)
        assert revoke_role(by=world.scope("security_admin"), assignment=row, on=TODAY).until == day
        assert not scope_of(user, on=day).has("members.read")

    def test_nobody_revokes_the_own_role(self, world: World) -> None:
        row = RoleAssignment.objects.get(user=world.people["security_admin"])
        with pytest.raises(Refused, match="自己"):
            revoke_role(by=world.scope("security_admin"), assignment=row, on=TODAY)
        with pytest.raises(Refused, match="自己"):
            propose_revocation(by=world.scope("security_admin"), assignment=row, reason=REASON, on=TODAY)

    def test_an_administrator_s_role_takes_two_and_never_the_last(self, world: World) -> None:
        by, row = world.scope("security_admin"), RoleAssignment.objects.get(user=world.people["auditor"])
        with pytest.raises(Refused, match="两类管理员一起收回"):
            revoke_role(by=by, assignment=row, on=TODAY)
        with pytest.raises(Refused, match="最后一位在用的审计管理员"):
            propose_revocation(by=by, assignment=row, reason=REASON, on=TODAY)
        granted(world, world.people["nobody"], "audit_administrator", world.county)
        proposal = propose_revocation(by=by, assignment=row, reason=REASON, on=TODAY)
        with pytest.raises(Refused, match="您自己的账号"):
            confirmed(world, proposal, by="auditor")
        confirmed(world, proposal, by="nobody")
        assert not scope_of(world.people["auditor"], on=TODAY).has("audit.read")
        with pytest.raises(Refused, match="不用两个人"):
            clerk = RoleAssignment.objects.get(user=world.people["secretary_a1"])
            propose_revocation(by=by, assignment=clerk, reason=REASON, on=TODAY)

    def test_a_role_that_ends_by_itself_leaves_nobody(self, world: World) -> None:
        granted(
            world,
            world.people["nobody"],
            "audit_administrator",
            world.county,
            until=TODAY + timedelta(days=30),
        )
        row = RoleAssignment.objects.get(user=world.people["auditor"])
        with pytest.raises(Refused, match="最后一位"):
            propose_revocation(by=world.scope("security_admin"), assignment=row, reason=REASON, on=TODAY)
