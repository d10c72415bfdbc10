"""A unit is found by every way its name is read, with any dot, with a surname read as a surname."""

import pytest
from django.urls import reverse

from tests.days import TODAY
from tests.world import World, make_organization
from zhibu.core.pinyin import unit_readings
from zhibu.organizations.actions import rename_organization
from zhibu.organizations.models import Organization


def village(world: World, short_name: str) -> Organization:
    return make_organization(
        parent=world.bashi,
        code="513400102909",
        kind="branch",
        category="village",
        name=f"中共凉县巴市镇{short_name.removesuffix('党支部')}支部委员会",
        short_name=short_name,
    )


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("曾家村党支部", ["zengjiacun", "cengjiacun", "zjc", "cjc"]),
        ("小单村党支部", ["xiaoshancun", "xiaodancun", "xsc"]),
        ("翟家沟村党支部", ["zhaijiagou", "dijiagou"]),
        ("解家坝村党支部", ["xiejiaba", "jiejiaba"]),
        ("勒青地村党支部", ["leqingdi", "lqd"]),
        ("的莫村党支部", ["dimo", "demo"]),
        ("什布村党支部", ["shibu", "shenbu"]),
        ("大堡村党支部", ["dabao", "dapu", "dabu"]),
        ("长田村党支部", ["changtian", "zhangtian"]),
        ("农业银行党支部", ["nongyeyinhang", "nyyh"]),
        ("昭觉路社区党支部", ["zhaojuelu", "zhaojiaolu"]),
    ],
)
def test_a_unit_is_found_by_each_of_its_readings(world: World, name: str, found_by: list[str]) -> None:
    unit = village(world, name)
    assert [typed for typed in found_by if unit not in Organization.objects.matching(typed)] == []
    assert unit not in Organization.objects.matching(found_by[0][1:])


@pytest.mark.parametrize(
    "typed", ["阿尔·木呷", "阿尔•木呷", "阿尔木呷", "ＡＥＲ", "aermu", "aemg", "巴市 aer"]
)
def test_a_unit_is_found_with_any_dot_and_width(world: World, typed: str) -> None:
    assert village(world, "阿尔·木呷村党支部") in Organization.objects.matching(typed)


def test_a_word_of_many_signs_says_nothing_of_surnames_inside_it() -> None:
    assert "shiou" not in unit_readings("城西社区党支部").readings  # 区 is a surname, too


def test_a_renamed_unit_is_found_by_the_readings_of_its_new_name(world: World) -> None:
    rename_organization(
        by=world.scope("county_organizer"),
        organization=world.a1,
        name="中共凉县阿市镇曾家村支部委员会",
        short_name="曾家村党支部",
        from_date=TODAY,
        on=TODAY,
    )
    page = world.client("organizer_ashi").get(reverse("organizations:tree"), {"q": "zengjia"})
    assert "曾家村党支部" in page.content.decode()


def test_the_stock_below_is_found_by_each_reading(world: World) -> None:
    village(world, "曾家村党支部")
    address = reverse("certificates:stock_below", args=[world.bashi.pk])
    page = world.client("organizer_bashi").get(address, {"q": "zengjia"}).content.decode()
    assert "曾家村党支部" in page and "团结村党支部" not in page.partition('id="results"')[2]
