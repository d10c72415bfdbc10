"""Behind a proxy each person has an address of their own; nobody else's header is believed."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client

from tests.days import NOW
from zhibu.config import env
from zhibu.core.addresses import networks


@pytest.fixture(autouse=True)
def _one_minute() -> Iterator[None]:
    """Limits count by the minute: it does not end while a test asks."""
    with time_machine.travel(NOW, tick=False):
        yield


pytestmark = pytest.mark.django_db
PROXY, STRANGER = "10.9.0.1", "203.0.113.9"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _behind_nginx(settings: Any) -> Iterator[None]:
    settings.TRUSTED_PROXIES = networks([PROXY, "fd00::/8"])
    cache.clear()
    yield
    cache.clear()


def _tries(peer: str, addresses: list[str]) -> list[int]:
    client = Client(REMOTE_ADDR=peer)
    data = {"login": "nobody-here", "password": "wrong"}
    return [client.post(LOGIN, data, headers={"X-Forwarded-For": each}).status_code for each in addresses]


def _look_ups(peer: str, addresses: list[str]) -> list[int]:
    client = Client(REMOTE_ADDR=peer)
    return [client.get("/v/hello", headers={"X-Forwarded-For": each}).status_code for each in addresses]


@pytest.fixture
def few_tries(settings: Any) -> None:
    """Five sign-ins a minute from one address."""
    settings.ACCOUNT_RATE_LIMITS = {"login": "5/m/ip"}


@pytest.mark.usefixtures("few_tries")
def test_many_people_behind_the_proxy_sign_in_and_one_of_them_is_held_back() -> None:
    assert 429 not in _tries(PROXY, [f"10.1.2.{n}" for n in range(12)])
    assert _tries(PROXY, ["10.1.3.1"] * 6)[4:] == [422, 429]
    assert _tries(PROXY, ["10.1.3.2"]) == [422], "the neighbor goes on"


@pytest.mark.usefixtures("few_tries")
@pytest.mark.parametrize(
    ("peer", "addresses"),
    [
        (STRANGER, [f"10.1.2.{n}" for n in range(6)]),
        (PROXY, [f"10.1.2.{n}, {STRANGER}" for n in range(6)]),
        (PROXY, [f"junk-{n}" for n in range(6)]),
        (PROXY, [f"{STRANGER}:{5000 + n}" for n in range(6)]),
        ("fd00::1", [f"2001:db8::{n}" for n in range(6)]),
    ],
    ids=["peer", "left of it", "junk", "ports", "one household of IPv6"],
)
def test_an_invented_address_buys_no_more_tries(peer: str, addresses: list[str]) -> None:
    assert _tries(peer, addresses)[4:] == [422, 429]


def test_verification_is_limited_for_each_source_and_not_for_the_county() -> None:
    assert 429 not in _look_ups(PROXY, [f"10.1.2.{n}" for n in range(40)])
    assert _look_ups(PROXY, ["10.1.3.1"] * 31)[29:] == [404, 429]
    assert _look_ups(PROXY, ["10.1.3.2"]) == [404]
    assert _look_ups(STRANGER, [f"10.1.2.{n}" for n in range(31)])[29:] == [404, 429]


def test_verification_is_limited_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhibu.certificates.views.copies.SOURCES_AT_ONCE", 1)
    answers = _look_ups(PROXY, [f"10.1.{n}.1" for n in range(31)])
    assert answers[29:] == [404, 429]


def test_who_is_held_back_alone_does_not_use_up_what_all_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhibu.certificates.views.copies.SOURCES_AT_ONCE", 2)
    assert _look_ups(PROXY, ["10.1.3.1"] * 80)[-1] == 429
    assert 429 not in _look_ups(PROXY, ["10.1.3.2"] * 29)


@pytest.mark.parametrize(("peer", "secure"), [(PROXY, True), (STRANGER, False), ("", False)])
def test_https_is_believed_only_of_the_proxy(peer: str, secure: bool, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 60
    answer = Client(REMOTE_ADDR=peer).get(LOGIN, headers={"X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer) is secure


def test_a_setting_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "KNOWN", {})
    monkeypatch.setenv("ZHIBU_TRUSTED_PROXIES", "nginx.local")
    with pytest.raises(env.SettingError, match="ZHIBU_TRUSTED_PROXIES"):
        env.networks("ZHIBU_TRUSTED_PROXIES", "")


@pytest.mark.parametrize(("trusted", "said"), [((), True), (networks(["127.0.0.1"]), False)])
def test_https_without_a_named_proxy_is_said_by_the_check(settings: Any, trusted: Any, said: bool) -> None:
    settings.SECURE_TRANSPORT, settings.TRUSTED_PROXIES = True, trusted
    found = {each.id for each in run_checks(tags=["boot"], include_deployment_checks=True)}
    assert ("zhibu.W020" in found) is said
