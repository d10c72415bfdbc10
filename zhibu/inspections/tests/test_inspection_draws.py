"""季督: the draw by the published rule, and drawing again with the same seed."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.world import TODAY, World, make_member
from zhibu.core.access import Denied, Refused
from zhibu.inspections.actions.inspections import draw_inspection
from zhibu.inspections.models import Inspection, Sample
from zhibu.inspections.rules.draw import DrawRule, Kind, Population, Sign, draw, random_places, signs_of
from zhibu.inspections.summaries.population import population_of
from zhibu.inspections.summaries.redraws import redraw
from zhibu.inspections.tests.inspecting import SEED, drawn, late_month, more_members
from zhibu.members.models import Member

pytestmark = pytest.mark.dated

THRESHOLDS: dict[str, int] = {Sign.LATE: 1, Sign.RETURNED: 1, Sign.CORRECTIONS: 3, Sign.IDENTICAL: 3}
RULES = st.builds(
    DrawRule,
    percent=st.integers(1, 100),
    least=st.integers(1, 5),
    extra=st.integers(0, 3),
    thresholds=st.just(THRESHOLDS),
    branches=st.none() | st.integers(1, 4),
)


@st.composite
def populations(draw_: st.DrawFn) -> list[Population]:
    """Up to six branches; nobody belongs to two."""
    sizes = draw_(st.lists(st.integers(0, 12), max_size=6))
    found, first = [], 1
    for branch, size in enumerate(sizes, start=1):
        members = tuple(range(first, first + size))
        first += size
        counts: dict[str, int] = {sign: draw_(st.integers(0, 4)) for sign in Sign}
        corrected = {member: 1 for member in members if draw_(st.booleans())}
        found.append(Population(branch, members, counts, corrected))
    return found


@given(populations(), RULES, st.text(max_size=12), st.randoms())
def test_a_draw_follows_from_population_seed_and_rule(
    population: list[Population], rule: DrawRule, seed: str, random: object
) -> None:
    sample = draw(population, seed, rule)
    shuffled = [Population(p.branch, p.members[::-1], p.counts, p.corrected) for p in population]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    stored = [Population.load(p.dump()) for p in shuffled]
    assert draw(stored, seed, DrawRule.load(rule.dump())) == sample
    assert len({each.member for each in sample}) == len(sample)
    members = {(p.branch, member) for p in population for member in p.members}
    assert {(each.branch, each.member) for each in sample} <= members


@given(populations(), RULES, st.text(max_size=12))
def test_each_branch_gives_its_share_and_more_for_its_signs(
    population: list[Population], rule: DrawRule, seed: str
) -> None:
    sample = draw(population, seed, rule)
    branches = {each.branch for each in sample}
    filled = [p for p in population if p.members]
    assert len(branches) == min(len(filled), rule.branches or len(filled))
    for each in filled:
        if each.branch not in branches:
            continue
        got = [one for one in sample if one.branch == each.branch]
        places = random_places(len(each.members), rule)
        extra = rule.extra * len(signs_of(each.counts, rule.thresholds))
        assert sum(one.why == "random" for one in got) == places
        assert len(got) == min(len(each.members), places + extra)
        assert places * 100 >= min(len(each.members) * rule.percent, len(each.members) * 100)


@given(populations(), RULES, st.text(max_size=12))
def test_a_branch_is_drawn_without_knowing_the_others(
    population: list[Population], rule: DrawRule, seed: str
) -> None:
    whole = DrawRule(rule.percent, rule.least, rule.extra, rule.thresholds)
    together = draw(population, seed, whole)
    for each in population:
        assert draw([each], seed, whole) == tuple(one for one in together if one.branch == each.branch)


def test_members_with_own_corrections_take_the_place_of_the_sign() -> None:
    rule = DrawRule(20, 1, 1, THRESHOLDS)
    plain = Population(1, tuple(range(1, 11)), {Sign.CORRECTIONS: 3})
    drawn_at_random = {one.member for one in draw([plain], SEED, rule) if one.why == "random"}
    corrected = next(member for member in plain.members if member not in drawn_at_random)
    marked = Population(1, plain.members, plain.counts, {corrected: 3})
    extra = [one.member for one in draw([marked], SEED, rule) if one.why == Sign.CORRECTIONS]
    assert extra == [corrected]


def test_the_committee_draws_its_quarter_and_anyone_draws_the_same_again(world: World) -> None:
    more_members(world.a1, 12)
    late_month(world.a1)
    row = drawn(world)
    assert row.quarter == 20264
    assert row.rule["months"] == [202608, 202609, 202610]
    a1 = Sample.objects.filter(inspection=row, branch=world.a1)
    assert sorted(a1.values_list("why", flat=True)) == ["late", "random", "random", "random"]
    again = redraw(world.scope("inspector"), row)
    assert again.is_equal
    page = world.client("organizer_ashi").get(reverse("inspections:inspection_redraw", args=[row.pk]))
    assert "两份名单一致" in page.content.decode()
    assert SEED in page.content.decode()


def test_a_list_that_was_tampered_with_is_told(world: World) -> None:
    more_members(world.a1, 12)
    row = drawn(world)
    someone = Sample.objects.filter(inspection=row, branch=world.a1)[0]
    chosen = Sample.objects.filter(inspection=row).values("member")
    other = Member.objects.filter(branch=world.a1).exclude(pk__in=chosen)[0]
    someone.member = other
    someone.save()
    page = world.client("county_organizer").get(reverse("inspections:inspection_redraw", args=[row.pk]))
    assert "两份名单不一致" in page.content.decode()


def test_a_branch_redraws_its_own_part_only(world: World) -> None:
    make_member(branch=world.a2, name="白石甲")
    row = drawn(world)
    page = world.client("secretary_a1").get(reverse("inspections:inspection_redraw", args=[row.pk]))
    assert "两份名单一致" in page.content.decode()
    assert "白石甲" not in page.content.decode()


def test_a_quarter_is_drawn_once(world: World) -> None:
    row = drawn(world)
    with pytest.raises(Refused, match=r"阿市镇党委2026年第4季度已由刘洋在.*抽过样，名单不再改"):
        draw_inspection(
            by=world.scope("county_organizer"), organization=world.ashi, kind=Kind.QUARTERLY, on=TODAY
        )
    assert list(Inspection.objects.all()) == [row]


@pytest.mark.parametrize(
    ("kind", "place", "sentence"),
    [
        (Kind.QUARTERLY, "a1", "季督由乡镇党委、机关工委按季度抽样"),
        (Kind.COMMITTEE, "a1", "只用于党委和党总支"),
        (Kind.SPOT, "a2", "没有可以抽查的党员"),
    ],
)
def test_what_cannot_be_inspected_is_refused(world: World, kind: Kind, place: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        draw_inspection(
            by=world.scope("county_organizer"), organization=getattr(world, place), kind=kind, on=TODAY
        )
    assert not Inspection.objects.exists()


def test_a_committee_does_not_inspect_itself(world: World) -> None:
    with pytest.raises(Denied):
        drawn(world, Kind.COMMITTEE)
    row = drawn(world, Kind.COMMITTEE, person="county_organizer")
    sheet = Sample.objects.get(inspection=row)
    assert sheet.member is None
    client = world.client("county_organizer")
    told = client.get(reverse("inspections:sample", args=[sheet.pk])).content.decode()
    assert "月记按时确认" in told
    assert "没有盘点过" in told
    assert (
        world.client("organizer_ashi").get(reverse("inspections:sample", args=[sheet.pk])).status_code == 403
    )


def test_a_spot_check_of_the_county_draws_branches_risk_first(world: World) -> None:
    make_member(branch=world.a2)
    make_member(branch=world.b1)
    late_month(world.b1)
    row = draw_inspection(
        by=world.scope("county_organizer"), organization=world.county, kind=Kind.SPOT, branches=2, on=TODAY
    )
    branches = set(Sample.objects.filter(inspection=row).values_list("branch", flat=True))
    assert len(branches) == 2
    assert world.b1.pk in branches
    assert redraw(world.scope("county_organizer"), row).is_equal


def test_suspended_and_ended_members_are_not_drawn(world: World) -> None:
    Member.objects.filter(pk=world.members_a1[1].pk).update(standing="suspended")
    Member.objects.filter(pk=world.members_a1[2].pk).update(standing="ended")
    found = {each.branch: each for each in population_of(world.ashi, (202610,))}
    assert found[world.a1.pk].members == (world.members_a1[0].pk,)
