"""Every address declares who may open it; what declares nothing is not there."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from tests.urls import addresses
from tests.world import World
from zhibu.accounts.vocabulary import vocabulary
from zhibu.config import gates
from zhibu.config import urls as config_urls
from zhibu.core.http import gate_of


def _undecided(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to all")


urlpatterns = [path("undecided/", _undecided, name="undecided"), *config_urls.urlpatterns]
handler404 = "zhibu.ui.views.not_found"


def test_every_view_has_a_gate() -> None:
    without = [a.name for a in addresses() if not gate_of(a.view) and a.name not in gates.THIRD_PARTY]
    assert without == []


def test_every_address_has_a_name_of_its_own() -> None:
    names = [a.name for a in addresses()]
    assert [a.route for a in addresses() if not a.name or a.name.endswith(":")] == []
    assert sorted(names) == sorted(set(names))


def test_every_gate_of_a_library_view_is_in_use() -> None:
    unknown = gates.THIRD_PARTY.keys() - {a.name for a in addresses()}
    assert unknown == set()


def test_every_gate_names_a_known_permission() -> None:
    known = vocabulary().permissions.keys() | {"public", "signed_in"}
    unknown = {(a.name, gate) for a in addresses() for gate in gate_of(a.view) if gate not in known}
    assert unknown == set()


@override_settings(ROOT_URLCONF="tests.test_gates")
@pytest.mark.parametrize("person", [None, "county_organizer"])
def test_a_view_without_a_gate_is_not_there(world: World, person: str | None) -> None:
    response = world.client(person).get("/undecided/")
    assert response.status_code == 404
    assert b"open to all" not in response.content


@pytest.mark.django_db
def test_closed_addresses_are_not_there() -> None:
    closed = [a for a in addresses() if "closed" in gates.THIRD_PARTY.get(a.name, ())]
    assert closed
    for address in closed:
        url = "/" + address.route.replace("^", "").replace("$", "")
        for piece in ("(?P<key>[-:\\w]+)/", "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/"):
            url = url.replace(piece, "MQ-key/")
        assert Client().get(url).status_code == 404, url
