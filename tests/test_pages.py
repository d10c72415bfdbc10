"""Pages of errors lead on; what a page loads into itself is a part, never a page in the page."""

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from tests.answers import header_faults
from tests.world import CAST, World


@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        (None, "/nowhere/", 404),
        ("nobody", "/members/999999/", 403),
        ("county_organizer", "/members/999999/", 404),
    ],
)
def test_error_pages_are_pages_with_a_way_on(
    world: World, person: str | None, path: str, status: int
) -> None:
    response = world.client(person).get(path)
    assert response.status_code == status
    assert header_faults(response) == []
    document = lxml.html.fromstring(response.content.decode())
    assert document.get("lang") == "zh-CN"
    assert document.findtext(".//h1")
    assert document.xpath("//main//a[@href]")


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_sentence() -> None:
    response = Client(enforce_csrf_checks=True).post(
        reverse("account_login"), {"login": "a", "password": "b"}
    )
    assert response.status_code == 403
    assert header_faults(response) == []
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize(
    ("person", "name"),
    [
        *((person, "insights:home") for person in CAST),
        ("security_admin", "accounts:roles"),
        ("secretary_a1", "members:member"),
        ("county_organizer", "organizations:organization"),
        ("member_a1", "members:mine"),
        ("organizer_ashi", "insights:work"),
    ],
)
def test_what_a_page_loads_into_itself_is_a_part(world: World, person: str, name: str) -> None:
    client = world.client(person)
    captured = {"members:member": [world.members_a1[1].pk], "organizations:organization": [world.ashi.pk]}
    page = client.get(reverse(name, args=captured.get(name, [])))
    document = lxml.html.fromstring(page.content.decode())
    for holder in document.xpath("//*[@hx-get][contains(@hx-trigger, 'load')]"):
        asking = {"HX-Request": "true", "HX-Target": holder.get("id") or ""}
        part = client.get(holder.get("hx-get"), headers=asking).content.decode()
        assert "<html" not in part, holder.get("hx-get")
