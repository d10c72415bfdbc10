"""Pages of errors: they look like pages and lead on."""

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from tests.answers import header_faults
from tests.world import World


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
