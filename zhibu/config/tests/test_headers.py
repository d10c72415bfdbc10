"""Security headers of every answer."""

import re

import pytest
from django.test import Client

from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/account/login/", "/healthz", "/nothing-here/", "/jobs/"])
def test_every_answer_carries_the_headers(client: Client, address: str) -> None:
    response = client.get(address)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = {part.split()[0]: part.split()[1:] for part in response["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert "'unsafe-eval'" not in response["Content-Security-Policy"]


def test_pages_for_people_load_nothing_from_elsewhere(world: World) -> None:
    page = world.client("county_organizer").get("/jobs/").content.decode()
    for place in ('src="http', "src='http", 'src="//', 'href="http', 'href="//'):
        assert place not in page


def test_session_cookie_is_closed_to_scripts_and_other_sites(world: World, client: Client) -> None:
    client.post("/account/login/", {"login": "county_organizer", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_pages_are_compressed_and_files_are_not(world: World) -> None:
    client = world.client("county_organizer")
    accepts = {"Accept-Encoding": "gzip, br"}
    page = client.get("/jobs/", headers=accepts)
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < len(client.get("/jobs/").content) / 2
    assert "Content-Encoding" not in client.get("/healthz", headers=accepts)


def test_no_answer_stays_in_the_browser_but_static_files_do(world: World) -> None:
    """Every address is asked in tests/test_access_matrix.py; here what lies outside its tables."""
    client = world.client("county_organizer")
    for address in ("/", "/nothing-here/", "/members/999999/", "/v/nothing/", "/healthz"):
        assert client.get(address)["Cache-Control"] == "no-store", address
    static = re.search(r'href="(/static/app/assets/[^"]+)"', client.get("/jobs/").content.decode())
    assert static is not None
    assert "immutable" in client.get(static[1])["Cache-Control"]


def test_lists_do_not_stay_in_the_browsers_storage(world: World) -> None:
    """htmx would keep the last ten pages in localStorage, beyond signing out."""
    assert "&quot;historyCacheSize&quot;:0" in world.client("county_organizer").get(
        "/jobs/"
    ).content.decode().replace('"', "&quot;")
