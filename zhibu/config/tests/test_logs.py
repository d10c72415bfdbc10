"""Logs: JSON lines with a request id, and nothing about a person."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from tests.world import World
from zhibu.config.logs import Formatter, RequestFilter
from zhibu.core.http import Request, public

SECRET = "513401198003150036"


@public
def broken(request: Request, name: str) -> HttpResponse:
    """Fails with what it was given."""
    raise ValueError(f"{name} {request.GET['resident_id']} {request.POST.get('phone')}")


handler403 = "zhibu.ui.views.forbidden"
handler404 = "zhibu.ui.views.not_found"
handler500 = "zhibu.ui.views.server_error"
urlpatterns = [path("broken/<str:name>/", broken), path("", include("zhibu.config.urls"))]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What our handler would write."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Kept()
    handler.setFormatter(Formatter())
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_request_is_one_line_with_route_and_no_address(world: World, lines: list[str]) -> None:
    response = world.client("county_organizer").get("/jobs/?text=阿尔木呷")
    [line] = [json.loads(line) for line in lines if '"zhibu.request"' in line]
    assert (line["method"], line["route"], line["status"]) == ("GET", "jobs/", 200)
    assert line["request_id"] == response["X-Request-ID"]
    assert line["user_id"] == world.people["county_organizer"].pk
    assert "阿尔木呷" not in "".join(lines)


@pytest.mark.django_db
def test_an_error_is_logged_with_its_places_and_without_what_was_sent(lines: list[str]) -> None:
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF="zhibu.config.tests.test_logs"):
        response = client.post(f"/broken/阿尔木呷/?resident_id={SECRET}", {"phone": "13800005678"})
    page = response.content.decode()
    assert response.status_code == 500
    written = "".join(lines)
    assert "ValueError" in written
    assert "test_logs.py" in written
    assert response["X-Request-ID"] in written
    for value in (SECRET, "阿尔木呷", "13800005678"):
        assert value not in written
        assert value not in page
