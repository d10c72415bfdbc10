"""Sign-in, lock, first password, limits of a session, second factor: through the pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.world import PASSWORD, TODAY, World
from zhibu.accounts.actions import unlock_account
from zhibu.accounts.middleware import SEEN_AT, SIGNED_IN_AT
from zhibu.accounts.models import SignInFailures, User
from zhibu.audit.models import AuditRecord

LOGIN = reverse("account_login")
CHANGE = reverse("account_change_password")
HOME = reverse("accounts:me")
NEW = "Zhufeng-2026-xin"


@pytest.fixture
def clerk(world: World) -> User:
    """The clerk of A1 with a password of her own."""
    user = world.people["secretary_a1"]
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD, username: str = "secretary_a1") -> str:
    """Where it leads, or the page's text when it stays."""
    response = client.post(LOGIN, {"login": username, "password": password})
    return response.headers.get("Location") or response.content.decode()


def events(event: str) -> int:
    return AuditRecord.objects.filter(event=event).count()


class TestLock:
    def test_five_failures_lock_the_account_also_for_the_right_password(
        self, clerk: User, client: Client
    ) -> None:
        for _ in range(5):
            assert "不正确" in sign_in(client, "Wrong-password-1")
        text = sign_in(client)
        assert "账号已锁定" in text
        assert "30分钟后" in text
        assert "系统管理员" in text
        assert events("accounts.session.refused") == 5
        assert events("accounts.session.locked") == 1

    def test_the_lock_is_the_accounts_alone_and_ends(self, world: World, clerk: User, client: Client) -> None:
        for _ in range(5):
            sign_in(client, "Wrong-password-1")
        assert "锁定" in sign_in(client)
        assert "锁定" not in sign_in(client, username="secretary_a2")
        SignInFailures.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
        assert sign_in(client).startswith("/")

    def test_the_administrator_lifts_it(self, world: World, clerk: User, client: Client) -> None:
        for _ in range(5):
            sign_in(client, "Wrong-password-1")
        unlock_account(by=world.scope("system_admin"), user=clerk, on=TODAY)
        assert sign_in(client).startswith("/")

    def test_a_right_password_starts_the_count_anew(self, clerk: User, client: Client) -> None:
        for _ in range(4):
            sign_in(client, "Wrong-password-1")
        assert sign_in(client).startswith("/")
        client.logout()
        for _ in range(4):
            sign_in(client, "Wrong-password-1")
        assert sign_in(client).startswith("/")

    def test_old_failures_are_forgotten(self, clerk: User, client: Client) -> None:
        for _ in range(4):
            sign_in(client, "Wrong-password-1")
        SignInFailures.objects.update(last_at=timezone.now() - timedelta(minutes=31))
        sign_in(client, "Wrong-password-1")
        assert sign_in(client).startswith("/")

    def test_names_nobody_has_lock_alike(self, clerk: User, client: Client) -> None:
        for _ in range(5):
            sign_in(client, username="nobody.at.all")
        assert "账号已锁定" in sign_in(client, username="nobody.at.all")

    def test_capitals_do_not_get_around_it(self, clerk: User, client: Client) -> None:
        for name in ("secretary_a1", "Secretary_A1", "SECRETARY_A1", " secretary_a1", "secretary_A1"):
            sign_in(client, "Wrong-password-1", username=name)
        assert "账号已锁定" in sign_in(client)

    def test_what_was_typed_is_kept_nowhere(self, clerk: User, client: Client) -> None:
        sign_in(client, "Wrong-password-1", username="Typed-Secret-9")
        sign_in(client, "Wrong-password-1")
        kept = str(list(AuditRecord.objects.values())) + str(list(SignInFailures.objects.values()))
        assert "Wrong-password" not in kept
        assert "Typed-Secret" not in kept
        assert "typed-secret" not in kept
        named = AuditRecord.objects.filter(event="accounts.session.refused").values_list(
            "subject_id", flat=True
        )
        assert list(named.order_by("id")) == ["", str(clerk.pk)]


class TestSession:
    def test_in_and_out_are_recorded_and_the_key_rotates(self, clerk: User, client: Client) -> None:
        client.get(LOGIN)
        before = client.session.session_key
        sign_in(client)
        assert client.session.session_key != before
        client.post(reverse("account_logout"))
        assert (events("accounts.session.started"), events("accounts.session.ended")) == (1, 1)
        assert client.get(HOME).status_code == 302

    def test_it_ends_after_the_absolute_limit(self, world: World) -> None:
        client = world.client("secretary_a1")
        assert client.get(HOME).status_code == 200
        session = client.session
        session[SIGNED_IN_AT] -= 8 * 3600
        session.save()
        response = client.get(HOME)
        assert response.headers["Location"].partition("?")[0] == LOGIN
        assert client.get(HOME).status_code == 302

    def test_it_ends_when_idle_and_is_renewed_once_a_minute(self, world: World) -> None:
        client = world.client("secretary_a1")
        client.get(HOME)
        key = client.session.session_key
        ends = Session.objects.get(pk=key).expire_date
        assert timedelta(minutes=14) < ends - timezone.now() <= timedelta(minutes=15)
        client.get(HOME)
        assert Session.objects.get(pk=key).expire_date == ends
        session = client.session
        session[SEEN_AT] -= 61
        session.save()
        Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(minutes=2))
        client.get(HOME)
        assert Session.objects.get(pk=key).expire_date > timezone.now() + timedelta(minutes=14)
        Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
        assert client.get(HOME).status_code == 302

    def test_a_closed_account_is_out_at_the_next_click(self, world: World) -> None:
        client = world.client("secretary_a1")
        assert client.get(HOME).status_code == 200
        User.objects.filter(username="secretary_a1").update(is_active=False)
        assert client.get(HOME).status_code == 302

    def test_a_page_costs_three_queries_before_its_own(
        self, world: World, django_assert_num_queries: Callable[..., object]
    ) -> None:
        client = world.client("secretary_a1")
        url = reverse("accounts:roles")
        client.get(url)
        with django_assert_num_queries(3):  # type: ignore[attr-defined]
            client.get(url)


class TestFirstPassword:
    def test_it_is_changed_before_anything_else(self, clerk: User, client: Client) -> None:
        User.objects.update(must_change_password=True)
        sign_in(client)
        assert client.get(HOME).headers["Location"] == CHANGE
        assert (
            "首次" in client.get(CHANGE).content.decode() or "第一次" in client.get(CHANGE).content.decode()
        )
        response = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert response.status_code == 302
        assert client.get(HOME).status_code == 200
        clerk.refresh_from_db()
        assert clerk.check_password(NEW)
        assert not clerk.must_change_password
        assert events("accounts.password.changed") == 1

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("short-A1", "12"),
            ("alllowercaseletters", "至少三类"),
            ("Secretary_a1-2026", "用户名"),
            (PASSWORD, "五个密码"),
        ],
    )
    def test_bad_ones_are_explained(self, clerk: User, client: Client, password: str, why: str) -> None:
        sign_in(client)
        response = client.post(
            CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password}
        )
        assert why in response.content.decode()

    def test_an_old_password_is_changed_first(self, clerk: User, client: Client) -> None:
        User.objects.filter(pk=clerk.pk).update(password_changed_at=timezone.now() - timedelta(days=181))
        sign_in(client)
        assert client.get(HOME).headers["Location"] == CHANGE
        assert "180天" in client.get(CHANGE).content.decode()

    def test_an_administrators_password_ages_faster(self, world: World, client: Client) -> None:
        for name in ("auditor", "secretary_a1"):
            user = world.people[name]
            user.set_password(PASSWORD)
            user.password_changed_at = timezone.now() - timedelta(days=91)
            user.save()
        sign_in(client, username="auditor")
        assert client.get(HOME).headers["Location"] == CHANGE
        other = Client()
        sign_in(other)
        assert other.get(HOME).status_code == 200


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


class TestSecondFactor:
    def test_it_is_asked_for_and_its_secret_is_sealed(self, clerk: User, client: Client) -> None:
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        TOTP.activate(clerk, secret)
        assert secret not in str(Authenticator.objects.values())
        assert sign_in(client) == reverse("mfa_authenticate")
        assert client.get(HOME).status_code == 302
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert events("accounts.second_factor.refused") == 1
        client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
        assert client.get(HOME).status_code == 200

    def test_administrators_need_one_when_the_county_says_so(
        self, world: World, settings: LazySettings
    ) -> None:
        administrator, clerk = world.client("auditor"), world.client("secretary_a1")
        assert administrator.get(HOME).status_code == 200
        settings.ADMINISTRATORS_NEED_TOTP = True
        assert administrator.get(HOME).headers["Location"] == reverse("mfa_activate_totp")
        assert clerk.get(HOME).status_code == 200
        TOTP.activate(world.people["auditor"], "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        assert administrator.get(HOME).status_code == 200
