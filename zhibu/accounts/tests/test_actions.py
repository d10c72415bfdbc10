"""Opening accounts and granting roles, by two different hands."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tests.world import TODAY, World, make_organization
from zhibu.accounts.actions import (
    FirstPerson,
    change_password,
    close_account,
    first_administrators,
    forget_second_factor,
    grant_role,
    note_failure,
    open_account,
    reopen_account,
    reset_password,
    revoke_role,
    unlock_account,
)
from zhibu.accounts.models import PasswordDigest, RoleAssignment, User
from zhibu.accounts.passwords import HistoryValidator, one_time_password
from zhibu.accounts.summaries import scope_of
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused, Scope
from zhibu.organizations.models import Organization

EARLIER = date(2026, 1, 1)


def open_one(world: World, username: str = "maxiaoyan") -> User:
    return open_account(by=world.scope("system_admin"), username=username, name="马小燕")[0]


def events() -> list[str]:
    return list(AuditRecord.objects.order_by("id").values_list("event", flat=True))


class TestAccounts:
    def test_an_account_has_a_one_time_password_and_no_rights(self, world: World) -> None:
        user, password = open_account(by=world.scope("system_admin"), username="MaXiaoyan", name=" 马 小燕 ")
        assert (user.username, user.name, user.must_change_password) == ("maxiaoyan", "马小燕", True)
        assert user.check_password(password)
        assert user.opened_by == world.people["system_admin"]
        assert scope_of(user, on=TODAY).grants == {}
        assert events() == ["accounts.user.opened"]
        assert password not in str(AuditRecord.objects.values())

    @pytest.mark.parametrize(
        "name", ["security_admin", "auditor", "county_organizer", "secretary_a1", "nobody"]
    )
    def test_only_the_system_administrator_opens_accounts(self, world: World, name: str) -> None:
        with pytest.raises(Denied):
            open_account(by=world.scope(name), username="maxiaoyan", name="马小燕")

    def test_a_username_is_given_once(self, world: World) -> None:
        with pytest.raises(Refused, match="已经有人用"):
            open_account(by=world.scope("system_admin"), username="Auditor", name="马小燕")

    @pytest.mark.parametrize(("username", "name"), [("x", "马小燕"), ("maxiaoyan", ""), ("maxiaoyan", "a1")])
    def test_names_must_be_names(self, world: World, username: str, name: str) -> None:
        with pytest.raises(Refused):
            open_account(by=world.scope("system_admin"), username=username, name=name)

    def test_a_given_first_password_must_fit_the_rules(self, world: World) -> None:
        by = Scope.system("demo")
        with pytest.raises(Refused, match="密码"):
            open_account(by=by, username="maxiaoyan", name="马小燕", first_password="123456")
        user, _ = open_account(
            by=by, username="maxiaoyan", name="马小燕", first_password="Yuexi-2026-demo", must_change=False
        )
        assert not user.must_change_password

    def test_closing_ends_the_rights_at_once_and_reopening_brings_them_back(self, world: World) -> None:
        by, clerk = world.scope("system_admin"), world.people["secretary_a1"]
        close_account(by=by, user=clerk)
        clerk.refresh_from_db()
        assert not clerk.is_active
        assert not scope_of(clerk, on=TODAY).has("members.read")
        with pytest.raises(Refused, match="已经停用"):
            close_account(by=by, user=clerk)
        with pytest.raises(Refused, match="已经停用"):
            reset_password(by=by, user=clerk)
        password = reopen_account(by=by, user=clerk)
        clerk.refresh_from_db()
        assert clerk.check_password(password)
        assert scope_of(clerk, on=TODAY).has("members.read")
        with pytest.raises(Refused, match="没有停用"):
            reopen_account(by=by, user=clerk)

    def test_nobody_closes_or_resets_the_own_account(self, world: World) -> None:
        by, own = world.scope("system_admin"), world.people["system_admin"]
        for deed in (close_account, reset_password, forget_second_factor):
            with pytest.raises(Refused):
                deed(by=by, user=own)

    def test_reset_gives_a_new_password_that_must_be_changed(self, world: World) -> None:
        clerk = world.people["secretary_a1"]
        password = reset_password(by=world.scope("system_admin"), user=clerk)
        clerk.refresh_from_db()
        assert clerk.check_password(password)
        assert clerk.must_change_password
        with pytest.raises(Denied):
            reset_password(by=world.scope("security_admin"), user=clerk)

    def test_unlocking_what_is_not_locked_is_refused(self, world: World) -> None:
        by, clerk = world.scope("system_admin"), world.people["secretary_a1"]
        with pytest.raises(Refused, match="没有锁定"):
            unlock_account(by=by, user=clerk)
        note_failure(clerk.username)
        unlock_account(by=by, user=clerk)
        assert events()[-1] == "accounts.user.unlocked"


class TestPasswords:
    def test_the_last_five_are_remembered(self, world: World) -> None:
        user = open_one(world)
        by = Scope(user.pk, user.name)
        used = [f"Liangshan-{n}-zhibu" for n in range(6)]
        for password in used:
            change_password(by=by, user=user, password=password)
        assert not user.must_change_password
        assert PasswordDigest.objects.filter(user=user).count() == 5
        for password in used[1:]:
            with pytest.raises(ValidationError, match="五个密码"):
                HistoryValidator().validate(password, user)
        HistoryValidator().validate(used[0], user)
        assert "accounts.password.changed" in events()

    def test_one_time_passwords_fit_the_rules_and_differ(self, world: World) -> None:
        drawn = {one_time_password() for _ in range(50)}
        assert len(drawn) == 50
        for password in drawn:
            assert len(password) == 14
            assert not set("0Oo1lI") & set(password)
            assert any(c.isupper() for c in password)
            assert any(c.isdigit() for c in password)


class TestRoles:
    def test_a_role_reaches_everything_below_from_its_day_on(self, world: World) -> None:
        user = open_one(world)
        grant_role(
            by=world.scope("security_admin"),
            user=user,
            role="committee_organizer",
            organization=world.ashi,
            from_date=TODAY,
            until=TODAY + timedelta(days=2),
        )
        scope = scope_of(user, on=TODAY)
        assert scope.covers("members.read", world.a1.path)
        assert not scope.covers("members.read", world.b1.path)
        assert not scope_of(user, on=TODAY - timedelta(days=1)).has("members.read")
        assert not scope_of(user, on=TODAY + timedelta(days=2)).has("members.read")
        row = AuditRecord.objects.get(event="accounts.role.granted")
        assert (row.chain, row.data["role"], row.data["user"]) == (
            world.ashi.pk,
            "committee_organizer",
            user.pk,
        )

    @pytest.mark.parametrize("name", ["system_admin", "auditor", "county_organizer", "organizer_ashi"])
    def test_only_the_security_administrator_grants(self, world: World, name: str) -> None:
        with pytest.raises(Denied):
            grant_role(
                by=world.scope(name),
                user=world.people["nobody"],
                role="member",
                organization=world.a1,
                from_date=TODAY,
            )

    def test_not_to_oneself(self, world: World) -> None:
        with pytest.raises(Refused, match="自己"):
            grant_role(
                by=world.scope("security_admin"),
                user=world.people["security_admin"],
                role="security_administrator",
                organization=world.ashi,
                from_date=TODAY,
            )

    def test_not_by_the_hand_that_opened_the_account(self, world: World) -> None:
        user = open_one(world)
        User.objects.filter(pk=user.pk).update(opened_by=world.people["security_admin"])
        with pytest.raises(Refused, match="您开立的"):
            grant_role(
                by=world.scope("security_admin"),
                user=user,
                role="member",
                organization=world.a1,
                from_date=TODAY,
            )

    def test_only_at_places_of_the_role(self, world: World) -> None:
        by, user = world.scope("security_admin"), world.people["nobody"]
        for role, place in (
            ("branch_clerk", world.ashi),
            ("county_organizer", world.a1),
            ("audit_administrator", world.ashi),
        ):
            with pytest.raises(Refused, match="不能设在"):
                grant_role(by=by, user=user, role=role, organization=place, from_date=TODAY)
        world.a1.closed_on = TODAY
        with pytest.raises(Refused, match="不能设在"):
            grant_role(by=by, user=user, role="branch_clerk", organization=world.a1, from_date=TODAY)
        with pytest.raises(Refused, match="没有"):
            grant_role(by=by, user=user, role="king", organization=world.a2, from_date=TODAY)
        with pytest.raises(Refused, match="截止日"):
            grant_role(by=by, user=user, role="member", organization=world.a2, from_date=TODAY, until=TODAY)

    def test_an_administrator_gets_no_other_role_not_even_a_future_one(self, world: World) -> None:
        by = world.scope("security_admin")
        user = open_one(world)
        grant_role(
            by=by,
            user=user,
            role="audit_administrator",
            organization=world.county,
            from_date=TODAY + timedelta(days=30),
        )
        with pytest.raises(Refused, match="审计管理员"):
            grant_role(by=by, user=user, role="branch_clerk", organization=world.a1, from_date=TODAY)
        grant_role(
            by=by,
            user=user,
            role="branch_clerk",
            organization=world.a1,
            from_date=TODAY,
            until=TODAY + timedelta(days=30),
        )

    def test_a_role_is_not_granted_twice(self, world: World) -> None:
        with pytest.raises(Refused, match="已经担任"):
            grant_role(
                by=world.scope("security_admin"),
                user=world.people["secretary_a1"],
                role="branch_clerk",
                organization=world.a1,
                from_date=TODAY,
            )

    def test_a_closed_account_gets_no_role(self, world: World) -> None:
        user = open_one(world)
        close_account(by=world.scope("system_admin"), user=user)
        with pytest.raises(Refused, match="停用"):
            grant_role(
                by=world.scope("security_admin"),
                user=user,
                role="member",
                organization=world.a1,
                from_date=TODAY,
            )

    def test_revoking_ends_it_today(self, world: World) -> None:
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
        grant_role(by=by, user=clerk, role="branch_clerk", organization=world.a1, from_date=TODAY)

    def test_a_future_role_that_is_revoked_never_begins(self, world: World) -> None:
        by, user = world.scope("security_admin"), open_one(world)
        day = TODAY + timedelta(days=9)
        row = grant_role(by=by, user=user, role="branch_clerk", organization=world.a1, from_date=day)
        assert revoke_role(by=by, assignment=row, on=TODAY).until == day
        assert not scope_of(user, on=day).has("members.read")

    def test_nobody_revokes_the_own_role(self, world: World) -> None:
        row = RoleAssignment.objects.get(user=world.people["security_admin"])
        with pytest.raises(Refused, match="自己"):
            revoke_role(by=world.scope("security_admin"), assignment=row, on=TODAY)


@pytest.mark.django_db
class TestFirstAdministrators:
    PEOPLE = (
        FirstPerson("xitong", "陈静", "system_administrator"),
        FirstPerson("anquan", "杨军", "security_administrator"),
        FirstPerson("shenji", "赵勇", "audit_administrator"),
        FirstPerson("zuzhi", "王芳", "county_organizer", "Yuexi-2026-zhibu"),
    )

    def county(self) -> Organization:
        return make_organization(
            parent=None,
            kind="county_committee",
            category="other",
            code="513400",
            name="中国共产党凉县委员会",
            short_name="凉县",
        )

    def test_three_hands_and_the_first_organizer(self) -> None:
        opened = first_administrators(
            by=Scope.system("init"),
            county=self.county(),
            people=self.PEOPLE,
            on=TODAY,
        )
        assert [user.username for user, _ in opened] == ["xitong", "anquan", "shenji", "zuzhi"]
        assert opened[3][1] == "Yuexi-2026-zhibu"
        assert scope_of(opened[0][0], on=TODAY).has("accounts.manage_users")
        assert scope_of(opened[1][0], on=TODAY).has("accounts.manage_roles")
        assert scope_of(opened[2][0], on=TODAY).has("audit.read")
        assert all(user.must_change_password for user, _ in opened)

    def test_only_once_only_all_three_and_only_by_set_up(self, world: World) -> None:
        with pytest.raises(Refused, match="已经设立"):
            first_administrators(by=Scope.system("init"), county=world.county, people=self.PEOPLE, on=TODAY)
        RoleAssignment.objects.all().delete()
        with pytest.raises(Refused, match="各一人"):
            first_administrators(
                by=Scope.system("init"), county=world.county, people=self.PEOPLE[:2], on=TODAY
            )
        with pytest.raises(Denied):
            first_administrators(by=Scope(1, "王芳"), county=world.county, people=self.PEOPLE, on=TODAY)
        assert not User.objects.filter(username="xitong").exists()
