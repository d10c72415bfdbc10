"""What every page and every answer has, whoever's page it is."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access_matrix import VISITOR, Row
from tests.test_access_matrix import ROWS
from tests.world import CAST, World
from zhibu.audit.models import AuditRecord

PREFERRED = ("county_organizer", *CAST, VISITOR)
GETS = [row for row in ROWS if row.method == "GET" and 200 in row.expected.values()]


def _reader(row: Row) -> str:
    """The county organizer where she may see it, else the first who may."""
    return next(person for person in PREFERRED if row.expected[person] == 200)


def _open(world: World, row: Row, person: str) -> HttpResponse:
    client = world.client(None if person == VISITOR else person)
    url = reverse(row.name, kwargs=dict(row.captured(world)))
    with transaction.atomic():
        data: dict[str, Any] = dict(row.data(world))
        response: Any = client.get(url, data)
        if response.streaming:
            b"".join(response)
    answered: HttpResponse = response
    return answered


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html") and b"<html" in response.content


@pytest.mark.parametrize("row", GETS, ids=str)
def test_every_answer_carries_the_security_headers(world: World, row: Row) -> None:
    _has_security_headers(_open(world, row, _reader(row)))


def _has_security_headers(response: Any) -> None:
    policy = response.headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{16}", response.headers["X-Request-ID"])


@pytest.mark.parametrize("row", GETS, ids=str)
def test_every_page_has_title_heading_language_and_skip_link(world: World, row: Row) -> None:
    for response in _pages(world, row):
        document = lxml.html.fromstring(response.content.decode())
        assert document.get("lang") == "zh-CN"
        assert len(document.findtext(".//title") or "") > 3
        assert len(document.findall(".//h1")) == 1
        if row.name != "verification:booklet":  # one screen, nothing to skip
            assert document.xpath("//a[@href='#main']")
            assert document.get_element_by_id("main") is not None


@pytest.mark.parametrize("row", GETS, ids=str)
def test_every_field_has_a_label_and_every_button_a_name(world: World, row: Row) -> None:
    for response in _pages(world, row):
        document = lxml.html.fromstring(response.content.decode())
        labeled = {label.get("for") for label in document.iter("label")}
        fields = document.xpath(
            "//input[not(@type='hidden') and not(@type='submit')] | //select | //textarea"
        )
        bare = [
            lxml.html.tostring(field).decode()[:120]
            for field in fields
            if not (
                field.get("id") in labeled - {None}
                or field.get("aria-label")
                or field.get("aria-labelledby")
                or field.xpath("ancestor::label")
            )
        ]
        nameless = [
            lxml.html.tostring(button).decode()[:120]
            for button in document.xpath("//button | //a[@href]")
            if not (button.text_content().strip() or button.get("aria-label"))
        ]
        assert (bare, nameless) == ([], [])


@pytest.mark.parametrize("row", GETS, ids=str)
def test_no_id_stands_twice_on_a_page(world: World, row: Row) -> None:
    for response in _pages(world, row):
        ids = lxml.html.fromstring(response.content.decode()).xpath("//@id")
        assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("row", GETS, ids=str)
def test_no_page_shows_or_passes_on_a_marked_value(
    world: World, row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    """Resident ID and phone are masked on every page; logs and audit data hold no name, number or phone."""
    member = world.members_a1[0]
    marked = (member.resident_id, member.phone)
    with caplog.at_level(logging.DEBUG):
        response = _open(world, row, _reader(row))
    written = "\n".join(str(vars(entry)) for entry in caplog.records if entry.name.startswith("zhibu"))
    kept = "\n".join(str(data) for data in AuditRecord.objects.values_list("data", flat=True))
    shown = "" if response.streaming else response.content.decode("utf-8", "replace")
    assert [value for value in marked if value in shown] == []
    assert [value for value in (*marked, member.name) if value in written + kept] == []


DEEDS = [row for row in ROWS if row.method == "POST" and {200, 303} & set(row.expected.values())]


@pytest.mark.parametrize("row", DEEDS, ids=str)
def test_no_deed_writes_a_personal_value_to_log_or_address(
    world: World, row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    """Audit data, log lines and the address gone on to hold ids and names of fields, never a value."""
    person = next(name for name in PREFERRED if row.expected[name] in {200, 303})
    client = world.client(None if person == VISITOR else person)
    url = reverse(row.name, kwargs=dict(row.captured(world)))
    data = dict(row.data(world))
    personal = {str(data[key]) for key in ("name", "contact_name", "username") if data.get(key)}
    for member in world.members_a1:
        personal |= {member.resident_id, member.phone, member.name}
    with caplog.at_level(logging.DEBUG, logger="zhibu"):
        response = client.post(url, data)
    written = "\n".join(str(vars(entry)) for entry in caplog.records if entry.name.startswith("zhibu"))
    kept = "\n".join(str(each) for each in AuditRecord.objects.values_list("data", flat=True))
    address = response.headers.get("Location", "")
    assert [value for value in personal if value in written + kept + address] == []


def _pages(world: World, row: Row) -> Iterator[HttpResponse]:
    response = _open(world, row, _reader(row))
    if _is_page(response):
        yield response


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
    _has_security_headers(response)
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
    _has_security_headers(response)
    assert "<h1" in response.content.decode()
