"""A list that is narrowed goes out narrowed: the same rows, and the head of the file says by what."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook

from tests.days import TODAY
from tests.world import World, make_member
from zhibu.certificates import actions as certificates
from zhibu.certificates.tests.test_register_prints import text

# Page and file, who opens them, the conditions, and what the head of the file says.
LISTS = [
    (
        "certificates:organization_register",
        "certificates:register_workbook",
        "state=unnumbered",
        "状态：未编号",
    ),
    ("certificates:organization_register", "certificates:register_workbook", "q=wang", "查找：wang"),
    ("certificates:custodies", "certificates:custodies_workbook", "cause=request", "事由：本人申请代管"),
    (
        "conduct:organization_rewards",
        "conduct:rewards_download",
        "level=county&q=wang",
        "级别：县级，查找：wang",
    ),
    ("inspections:organization_findings", "inspections:findings_download", "view=overdue", "进展：逾期"),
    ("accountability:cases", "accountability:cases_download", "view=closed", "进展：已结束"),
    (
        "mobility:floating",
        "mobility:floating_table",
        "direction=out&show=past",
        "流向：流出，联系：已经结束的",
    ),
    ("dues:organization_remittances", "dues:remittances_workbook", "view=differs", "状态：金额不符的"),
    ("dues:organization_arrears", "dues:arrears_workbook", "stage=2", "连续未交：2至3个月"),
]


def head_of(content: bytes) -> str:
    return str(load_workbook(BytesIO(content)).worksheets[0]["A2"].value)


def address_of(name: str, world: World) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=[world.ashi.pk])


@pytest.mark.parametrize(("page", "file", "narrowed", "told"), LISTS)
def test_the_file_of_a_narrowed_list_says_by_what(
    world: World, page: str, file: str, narrowed: str, told: str
) -> None:
    client = world.client("county_organizer")
    address = address_of(file, world)
    shown = client.get(f"{address_of(page, world)}?{narrowed}")
    assert shown.status_code == 200
    offered = re.findall(rf'href="{re.escape(address)}([^"]*)"', shown.content.decode())
    assert {unescape(query) for query in offered} <= {f"?{narrowed}"}
    assert f"只列　{told}" in head_of(client.get(f"{address}?{narrowed}").content)


def test_a_register_of_those_without_a_number_lists_them_in_workbook_and_print(world: World) -> None:
    certificates.number_members(by=world.scope("county_organizer"), organization=world.a1, on=TODAY)
    waiting = make_member(branch=world.a1, name="卢云")
    client = world.client("secretary_a1")
    address = reverse("certificates:organization_register", args=[world.a1.pk])
    page = client.get(f"{address}?state=unnumbered").content.decode()
    links = re.findall(r'href="([^"]+\.(?:xlsx|pdf)\?state=unnumbered)"', page)
    sheet = load_workbook(BytesIO(client.get(links[0]).content)).worksheets[0]
    assert [row[2].value for row in sheet.iter_rows(min_row=4) if row[2].value] == [waiting.name]
    printed = text(client.get(links[1]).content, 0)
    assert waiting.name in printed and "状态：未编号" in printed and world.members_a1[0].name not in printed
