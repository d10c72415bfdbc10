"""A person is found however the name is typed, and two records of one name with and without a dot are one."""

import pytest

from tests.world import World, make_member
from zhibu.core.pinyin import readings
from zhibu.core.text import clean_name
from zhibu.members.models import Member
from zhibu.members.rules.likeness import Likeness
from zhibu.members.summaries.duplicates import likely_pairs

DOTS = ["·", "•", "‧", "・", "･", "ꞏ", "∙", "⋅", ".", "．", "。", "", " ", " · ", "\u3000"]


@pytest.mark.parametrize("stored", ["阿尔·木呷", "阿尔木呷"])
@pytest.mark.parametrize("dot", DOTS)
def test_a_name_is_found_with_any_dot_and_with_none(world: World, stored: str, dot: str) -> None:
    member = make_member(branch=world.a1, name=stored)
    assert member in Member.objects.matching(f"阿尔{dot}木呷")
    assert member in Member.objects.matching(f"尔{dot}木")


@pytest.mark.parametrize("typed", ["aermuga", "aer mu ga", "Aer·Muga", "aer", "ａｅｒ", "aemg", "ae"])
def test_a_name_is_found_by_pinyin_and_initials_without_its_dot(world: World, typed: str) -> None:
    assert make_member(branch=world.a1, name="阿尔·木呷") in Member.objects.matching(typed)


@pytest.mark.parametrize("dot", ["•", "‧", "・", "･", "ꞏ", "∙", "⋅", "●", "．"])
def test_a_name_is_kept_with_one_dot(dot: str) -> None:
    assert clean_name(f"阿尔{dot}木呷") == "阿尔·木呷"


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("曾伟", ["zengwei", "cengwei", "zw", "cw"]),
        ("单伟", ["shanwei", "danwei", "sw", "dw"]),
        ("翟伟", ["zhaiwei", "diwei"]),
        ("覃伟", ["qinwei", "tanwei", "qw", "tw"]),
        ("解伟", ["xiewei", "jiewei"]),
        ("卜伟", ["buwei", "bowei"]),
        ("阚伟", ["kanwei", "hanwei"]),
        ("仇伟", ["qiuwei", "chouwei"]),
        ("查伟", ["zhawei", "chawei"]),
        ("区伟", ["ouwei", "quwei"]),
        ("朴伟", ["piaowei", "puwei"]),
        ("尉迟伟", ["yuchiwei", "weichiwei", "ycw"]),
        ("的莫阿且", ["dimoaqie", "demoaqie", "dmaq"]),
        ("吉勒什布", ["jileshibu", "jileishibu", "jileshenbu", "jlsb"]),
    ],
)
def test_a_name_is_found_by_each_of_its_readings(world: World, name: str, found_by: list[str]) -> None:
    member = make_member(branch=world.a1, name=name)
    assert readings(name).pinyin == found_by[0]
    assert [typed for typed in found_by if member not in Member.objects.matching(typed)] == []
    assert member not in Member.objects.matching(found_by[0][1:])


def test_one_name_with_and_without_a_dot_and_one_birth_is_likely_one_person(world: World) -> None:
    one = make_member(branch=world.a1, name="阿尔·木呷")
    other = make_member(branch=world.a2, name="阿尔木呷", birth_date=one.birth_date)
    pairs, _count = likely_pairs(world.scope("county_organizer"), limit=50)
    assert (one, other, Likeness.SAME_NAME_AND_BIRTH) in [(pair.one, pair.other, pair.why) for pair in pairs]
