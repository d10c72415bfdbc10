"""Opening accounts and granting roles, by two different hands."""

import pytest
from django.core.exceptions import ValidationError

from tests.world import TODAY, World, make_organization
from zhibu.accounts.actions import (
    FirstPerson,
    change_password,
    close_account,
    first_administrators,
    forget_second_factor,
    note_failure,
    open_account,
    reopen_account,
    reset_password,
    unlock_account,
)
from zhibu.accounts.models import PasswordDigest, RoleAssignment, User
from zhibu.accounts.passwords import HistoryValidator, one_time_password
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused, Scope
from zhibu.organizations.models import Organization

pytestmark = pytest.mark.dated


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
        close_account(by=by, user=clerk, on=TODAY)
        clerk.refresh_from_db()
        assert not clerk.is_active
        assert not scope_of(clerk, on=TODAY).has("members.read")
        with pytest.raises(Refused, match="已经停用"):
            close_account(by=by, user=clerk, on=TODAY)
        with pytest.raises(Refused, match="已经停用"):
            reset_password(by=by, user=clerk, on=TODAY)
        password = reopen_account(by=by, user=clerk, on=TODAY)
        clerk.refresh_from_db()
        assert clerk.check_password(password)
        assert scope_of(clerk, on=TODAY).has("members.read")
        with pytest.raises(Refused, match="没有停用"):
            reopen_account(by=by, user=clerk, on=TODAY)

    def test_nobody_closes_or_resets_the_own_account(self, world: World) -> None:
        by, own = world.scope("system_admin"), world.people["system_admin"]
        for deed in (close_account, reset_password, forget_second_factor):
            with pytest.raises(Refused):
                deed(by=by, user=own, on=TODAY)

    def test_reset_gives_a_new_password_that_must_be_changed(self, world: World) -> None:
        clerk = world.people["secretary_a1"]
        password = reset_password(by=world.scope("system_admin"), user=clerk, on=TODAY)
        clerk.refresh_from_db()
        assert clerk.check_password(password)
        assert clerk.must_change_password
        with pytest.raises(Denied):
            reset_password(by=world.scope("security_admin"), user=clerk, on=TODAY)

    def test_unlocking_what_is_not_locked_is_refused(self, world: World) -> None:
        by, clerk = world.scope("system_admin"), world.people["secretary_a1"]
        with pytest.raises(Refused, match="没有锁定"):
            unlock_account(by=by, user=clerk, on=TODAY)
        note_failure(clerk.username)
        unlock_account(by=by, user=clerk, on=TODAY)
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
