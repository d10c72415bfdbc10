"""A document printed again bears what it bore: units as they were called on its day, whatever they are called now."""

import io
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from tests.access_matrix import (
    accountability,
    certificates,
    certificates_dispositions,
    certificates_keeping,
    certificates_stock,
    conduct,
    dues,
    inspections,
    meetings,
    mobility_floating,
    mobility_transfers,
    months,
    points,
)
from tests.things import printed
from tests.world import NOW, TODAY, World
from zhibu.certificates.models import Booklet
from zhibu.certificates.tasks import branches_of
from zhibu.members.models import Member
from zhibu.organizations.actions import rename_organization
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization, OrganizationName

NEW = "中共凉县新名字镇新名字村支部委员会"


def a_finding(world: World) -> dict[str, object]:
    inspections.finding(world)
    return {"organization_id": world.a1.pk}


def a_case(world: World) -> dict[str, object]:
    accountability.case(world)
    return {}


def kept_copies(world: World) -> dict[str, object]:
    certificates_keeping.custody(world)
    return {}


def reclaimed(world: World) -> dict[str, object]:
    certificates_dispositions.reclaimed(world)
    return {"organization_id": world.a1.pk}


def sent(world: World) -> dict[str, object]:
    dues.sent(world)
    return {"organization_id": world.a1.pk}


def under_ashi(world: World) -> dict[str, object]:
    points.a1(world)
    dues.a1_opened(world)
    return {"organization_id": world.ashi.pk}


def everybody(world: World) -> dict[str, object]:
    return {**points.year(world), "organization_id": world.ashi.pk}


def away(world: World) -> dict[str, object]:
    mobility_floating.floating(world)
    return {}


# What is written for good: printed on any later day it says what it said.
FOR_GOOD = [
    ("dues:receipt_print", dues.receipt, "get"),
    ("dues:receipts_print", dues.a1_receipts, "get"),
    ("dues:remittance_print", dues.sent, "get"),
    ("meetings:minutes_print", meetings.a_held, "get"),
    ("mobility:transfer_letter_print", mobility_transfers.issued, "post"),
    ("points:publicity_print", points.october, "get"),
    ("months:month_sheet", months.is_sealed, "get"),
    ("inspections:inspection_print", inspections.drawn, "get"),
    ("inspections:population_download", inspections.drawn, "get"),
    ("certificates:request_print", certificates_keeping.a_reported, "get"),
]
# Lists as of the day of printing: rows bear the names of their own days, the head that of the print.
AS_OF_TODAY = [
    ("dues:ledger_workbook", dues.a1_opened, "get"),
    ("dues:ledger_workbook", under_ashi, "get"),
    ("dues:arrears_workbook", dues.a1_opened, "get"),
    ("dues:remittances_workbook", sent, "get"),
    ("points:workbook", points.a1, "get"),
    ("points:workbook", under_ashi, "get"),
    ("points:year_workbook", everybody, "get"),
    ("inspections:findings_print", a_finding, "get"),
    ("inspections:findings_download", a_finding, "get"),
    ("inspections:results_download", inspections.ashi, "get"),
    ("accountability:cases_download", a_case, "get"),
    ("conduct:penalties_print", conduct.a1, "get"),
    ("conduct:rewards_download", conduct.a1, "get"),
    ("certificates:disposition_print", reclaimed, "get"),
    ("certificates:register_print", certificates.a1_numbered, "get"),
    ("certificates:register_workbook", certificates.a1_numbered, "get"),
    ("certificates:signing_list", certificates.a1_printed, "get"),
    ("certificates:custodies_workbook", kept_copies, "get"),
    ("certificates:stock_workbook", certificates_stock.a1_stocked, "get"),
    ("mobility:floating_table", away, "get"),
]
_PRINT = re.compile(r"[0-9A-F]{10}|[A-Z2-7]{10}|\d{4}-\d\d-\d\d \d\d:\d\d")


def text_of(client: Client, address: str, method: str) -> str:
    """The whole text of a document; of a workbook every cell."""
    answer = getattr(client, method)(address)
    assert answer.status_code == 200
    content = b"".join(answer) if answer.streaming else answer.content
    if content[:2] == b"PK":
        sheets = load_workbook(io.BytesIO(content)).worksheets
        rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
        return "\n".join("\t".join(str(cell or "") for cell in row) for row in rows)
    pages = PdfDocument(io.BytesIO(content))
    return "".join(page.get_textpage().get_text_range() for page in pages)


def rename_from(world: World, day: date) -> None:
    """The branch and its committee are called otherwise from that day on."""
    for unit, short in ((world.a1, "新名字村"), (world.ashi, "新名字镇")):
        rename_organization(
            by=world.scope("county_organizer"),
            organization=unit,
            name=NEW.replace("新名字村", short),
            short_name=short,
            from_date=day,
            on=day,
        )


def renamed(organization: Organization) -> None:
    """From today on; everything above was written before."""
    OrganizationName.objects.filter(organization=organization, until=None).update(until=TODAY)
    row = OrganizationName.objects.create(
        organization=organization, name=NEW, short_name="新名字村", from_date=TODAY
    )
    Organization.objects.filter(pk=organization.pk).update(name=row.name, short_name=row.short_name)


@pytest.mark.parametrize(("name", "captured", "method"), FOR_GOOD + AS_OF_TODAY)
def test_a_renamed_unit_keeps_its_old_name_on_what_bears_an_earlier_day(
    world: World, name: str, captured: Callable[[World], Mapping[str, object]], method: str
) -> None:
    address = reverse(name, kwargs=dict(captured(world)))
    client = world.client("county_organizer")
    with time_machine.travel(NOW, tick=False):
        before = text_of(client, address, method)
        called = "".join(before.split())
        assert any(name in called for name in (world.a1.short_name, world.a1.name, world.ashi.short_name))
        rename_from(world, TODAY + timedelta(days=1))
        after = text_of(client, address, method)
    assert after == before


@pytest.mark.parametrize(("name", "captured", "method"), FOR_GOOD)
def test_what_is_written_for_good_says_the_same_on_the_next_day(
    world: World, name: str, captured: Callable[[World], Mapping[str, object]], method: str
) -> None:
    address = reverse(name, kwargs=dict(captured(world)))
    before = text_of(world.client("county_organizer"), address, method)
    rename_from(world, TODAY + timedelta(days=1))
    with time_machine.travel(NOW + timedelta(days=1), tick=True):
        after = text_of(world.client("county_organizer"), address, method)
    assert "新名字" not in after
    assert _PRINT.sub("", after) == _PRINT.sub("", before).replace(_today(), _today(1))


def test_a_member_who_left_for_another_branch_stays_in_the_old_one_on_paper(world: World) -> None:
    address = reverse("certificates:request_print", kwargs=dict(certificates_keeping.a_reported(world)))
    client = world.client("county_organizer")
    with time_machine.travel(NOW, tick=False):
        before = text_of(client, address, "get")
        Member.objects.filter(branch=world.a1).update(branch=world.b1)
        assert text_of(client, address, "get") == before


def test_a_batch_made_again_names_the_branch_of_its_day(world: World) -> None:
    """Its booklets are bound for the branch they were ordered for, under the name it had."""
    batch = printed(world).batch
    assert batch is not None
    before = list(
        branches_of(Booklet.objects.filter(batch=batch).select_related("certificate__member", "branch"))
    )
    rename_from(world, TODAY + timedelta(days=1))
    Member.objects.filter(branch=world.a1).update(branch=world.b1)
    after = list(
        branches_of(Booklet.objects.filter(batch=batch).select_related("certificate__member", "branch"))
    )
    assert [(each.name, each.books) for each in after] == [(each.name, each.books) for each in before]
    assert {book.branch_name for each in after for book in each.books} == {world.a1.name}


def _today(more: int = 0) -> str:
    day = TODAY + timedelta(days=more)
    return f"截至{day.year}年{day.month}月{day.day}日"


def test_names_of_a_day_are_half_open_and_known_from_the_first(world: World) -> None:
    renamed(world.a1)
    names = NamesOf([world.a1, None])
    old = OrganizationName.objects.get(organization=world.a1, until=TODAY)
    assert names.full(world.a1, TODAY - timedelta(days=1)) == old.name
    assert names.full(world.a1, TODAY) == NEW
    assert names.short(world.a1, TODAY) == "新名字村"
    assert names.full(world.a1, old.from_date - timedelta(days=9)) == old.name
    assert names.full(world.b1, TODAY) == world.b1.name
