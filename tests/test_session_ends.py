"""A session that ends leads to sign-in as a whole page, whatever asked: never inside the page that stands."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.urls import addresses
from tests.world import World
from zhibu.accounts.middleware import SIGNED_IN_AT
from zhibu.config import gates
from zhibu.core.http import gate_of

LIST = "http://testserver/members/?q=ji&page=2"
LOGIN = "/account/login/"


def _behind_sign_in() -> Iterator[str]:
    """A path of each address that needs a session; what it captures need not exist."""
    for address in addresses():
        gate = gate_of(address.view) or gates.THIRD_PARTY.get(address.name, ())
        if gate and not {"public", "closed"} & set(gate):
            yield "/" + re.sub(r"<(?:(\w+):)?\w+>", _example, address.route)


def _example(found: "re.Match[str]") -> str:
    kinds = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000001", "year": "2026"}
    return kinds.get(found[1] or "str", "a")


def _next(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("next", [""])[0]


@pytest.mark.django_db
def test_every_fragment_leaves_the_page_for_sign_in_and_comes_back_to_it() -> None:
    client, tried = Client(), 0
    for path in _behind_sign_in():
        for ask in (client.get, client.post):
            response = ask(path, headers={"HX-Request": "true", "HX-Current-URL": LIST})
            if response.status_code == 404:
                continue  # the example does not fit the address
            tried += 1
            assert response.status_code == 401, path
            assert urlsplit(response["HX-Redirect"]).path == LOGIN, path
            assert _next(response["HX-Redirect"]) == "/members/?q=ji&page=2", path
            assert b"<" not in response.content, path
    assert tried > 200


@pytest.mark.django_db
def test_every_script_hears_it_as_json() -> None:
    client, tried = Client(), 0
    for path in _behind_sign_in():
        response = client.get(path, headers={"Accept": "application/json", "Referer": LIST})
        if response.status_code == 404:
            continue
        tried += 1
        told = response.json()
        assert (response.status_code, "重新登录" in told["sentence"]) == (401, True), path
        assert _next(told["url"]) == "/members/?q=ji&page=2", path
    assert tried > 100


def test_a_notebook_whose_session_ended_is_answered_and_keeps_its_entries(world: World) -> None:
    body = json.dumps({"operations": []})
    address = f"/months/{world.a1.pk}/202611/operations/"
    response = world.client(None).post(address, body, content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (401, "application/json")


def test_a_session_at_its_absolute_limit_ends_the_same_way(world: World) -> None:
    for headers, status in (({"HX-Request": "true", "HX-Current-URL": LIST}, 401), ({}, 302)):
        client = world.client("secretary_a1")
        client.get("/accounts/me/")
        session = client.session
        session[SIGNED_IN_AT] -= 8 * 3600
        session.save()
        response = client.get("/members/", headers=headers)
        assert response.status_code == status
        told = response.headers.get("HX-Redirect") or response.headers["Location"]
        assert _next(told) == ("/members/?q=ji&page=2" if headers else "/members/")


def test_who_must_change_the_password_first_is_led_there_as_a_whole_page(world: World) -> None:
    world.people["secretary_a1"].must_change_password = True
    world.people["secretary_a1"].save()
    response = world.client("secretary_a1").get("/members/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/account/password/change/"


def test_a_form_comes_back_to_its_page_and_no_strange_address_is_followed(client: Client, db: None) -> None:
    for page, back in ((LIST, "/members/?q=ji&page=2"), ("https://evil.example/members/", ""), ("", "")):
        response = client.post("/jobs/", headers={"Referer": page})
        assert (response.status_code, _next(response["Location"])) == (302, back)
        response = client.get("/jobs/", headers={"HX-Request": "true", "HX-Current-URL": page})
        assert _next(response["HX-Redirect"]) == back
