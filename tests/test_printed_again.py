"""A document printed again bears what it bore: units as they were called on its day, whatever they are called now."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pypdfium2 import PdfDocument

from tests.access_matrix import (
    certificates_keeping,
    cycles_inspections,
    cycles_months,
    dues,
    meetings,
    mobility_transfers,
    points,
)
from tests.world import TODAY, World
from zhibu.organizations.actions import rename_organization
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization, OrganizationName

NEW = "中共凉县新名字镇新名字村支部委员会"
DOCUMENTS = [
    ("dues:receipt_print", dues.receipt, "get"),
    ("dues:receipts_print", dues.a1_receipts, "get"),
    ("dues:remittance_print", dues.sent, "get"),
    ("meetings:minutes_print", meetings.a_held, "get"),
    ("mobility:transfer_letter_print", mobility_transfers.issued, "post"),
    ("points:publicity_print", points.october, "get"),
    ("cycles:month_sheet", cycles_months.is_sealed, "get"),
    ("cycles:inspection_print", cycles_inspections.drawn, "get"),
    ("certificates:request_print", certificates_keeping.a_reported, "get"),
]


def text_of(client: Client, address: str, method: str) -> str:
    answer = getattr(client, method)(address)
    assert answer.status_code == 200
    pages = PdfDocument(io.BytesIO(answer.content))
    return "".join(page.get_textpage().get_text_range() for page in pages)


def renamed(organization: Organization) -> None:
    """From today on; everything above was written before."""
    OrganizationName.objects.filter(organization=organization, until=None).update(until=TODAY)
    row = OrganizationName.objects.create(
        organization=organization, name=NEW, short_name="新名字村", from_date=TODAY
    )
    Organization.objects.filter(pk=organization.pk).update(name=row.name, short_name=row.short_name)


@pytest.mark.parametrize(
    ("name", "captured", "method"), DOCUMENTS, ids=lambda each: getattr(each, "__name__", each)
)
def test_a_renamed_branch_keeps_its_old_name_on_what_it_wrote_before(
    world: World, name: str, captured: Callable[[World], dict[str, object]], method: str
) -> None:
    client = world.client("county_organizer")
    address = reverse(name, kwargs=captured(world))
    before = text_of(client, address, method)
    rename_organization(
        by=world.scope("county_organizer"),
        organization=world.a1,
        name=NEW,
        short_name="新名字村",
        from_date=TODAY + timedelta(days=1),
        on=TODAY + timedelta(days=1),
    )
    after = text_of(client, address, method)
    assert "新名字" not in after
    assert after.splitlines()[:3] == before.splitlines()[:3]


def test_names_of_a_day_are_half_open_and_known_from_the_first(world: World) -> None:
    renamed(world.a1)
    names = NamesOf([world.a1, None])
    old = OrganizationName.objects.get(organization=world.a1, until=TODAY)
    assert names.full(world.a1, TODAY - timedelta(days=1)) == old.name
    assert names.full(world.a1, TODAY) == NEW
    assert names.short(world.a1, TODAY) == "新名字村"
    assert names.full(world.a1, old.from_date - timedelta(days=9)) == old.name
    assert names.full(world.b1, TODAY) == world.b1.name
