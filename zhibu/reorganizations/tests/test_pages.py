"""The pages: a plan built step by step, its preview, another person carries it out, a closed unit still opens."""

import pytest
from django.urls import reverse

from tests.queries import queries_of
from tests.things import merging_townships, post_holding
from tests.world import World, grant, make_user
from zhibu.members.models import PostHolding
from zhibu.organizations.models import Organization
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import MergeBranches, MergeCommittees, Step
from zhibu.reorganizations.tests.deeds import NEW_TOWN, done, merge_towns, planned

pytestmark = pytest.mark.dated

FRAME = {"title": "撤并乡镇", "document": "凉委发〔2026〕12号", "effective_on": "2026-11-20"}


def test_two_townships_are_merged_by_clicking(world: World) -> None:
    planner, doer = world.client("county_organizer"), world.client("county_organizer_2")
    answer = planner.post(reverse("reorganizations:new"), FRAME)
    url = answer.headers["Location"]
    deed = Reorganization.objects.get()
    step = reverse("reorganizations:step", args=[deed.pk, "merge_committees"])
    assert "阿市镇党委" in planner.get(step).content.decode()
    answer = planner.post(
        step,
        {
            "sources": [world.ashi.pk, world.bashi.pk],
            "kind": "committee",
            "category": "township",
            "name": "中国共产党凉县新市镇委员会",
            "short_name": "新市镇党委",
            "code": "513400199",
        },
    )
    assert answer.status_code == 303
    shown = planner.get(url).content.decode()
    assert "撤销2，新设1，改变隶属3" in shown
    assert "要由另一位同志执行" in shown
    assert "001-001 →" in shown
    assert "确定执行" in doer.get(url).content.decode()
    assert doer.post(reverse("reorganizations:execution", args=[deed.pk])).status_code == 303
    assert "已执行" in doer.get(url).content.decode()
    closed = doer.get(reverse("organizations:organization", args=[world.bashi.pk])).content.decode()
    assert "并入“新市镇党委”" in closed
    assert doer.post(reverse("reorganizations:undoing", args=[deed.pk])).status_code == 303
    assert Organization.objects.get(pk=world.bashi.pk).closed_on is None
    assert "已撤销" in doer.get(reverse("reorganizations:reorganizations")).content.decode()


def test_a_step_that_does_not_fit_comes_back_with_its_sentence(world: World) -> None:
    deed = planned(world)
    answer = world.client("county_organizer").post(
        reverse("reorganizations:step", args=[deed.pk, "dissolve"]), {"unit": world.a1.pk}
    )
    assert answer.status_code == 422
    assert "3名党员" in answer.content.decode()
    deed.refresh_from_db()
    assert deed.steps == []


def test_what_is_missing_about_a_new_unit_is_said_beside_the_field(world: World) -> None:
    deed = planned(world)
    answer = world.client("county_organizer").post(
        reverse("reorganizations:step", args=[deed.pk, "merge_committees"]),
        {"sources": [world.ashi.pk, world.bashi.pk], "kind": "committee", "category": "township"},
    )
    assert answer.status_code == 422
    assert "没有选保留的组织时，这一项要填写" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "query", "shown"),
    [
        ("merge_branches", "", "从哪些党委里选"),
        ("merge_branches", "under={ashi}", "白石村党支部"),
        ("split_branch", "source={a1}", "吉则日果"),
        ("split_committee", "source={ashi}", "白石村党支部"),
        ("rename", "", "新的全称"),
        ("move", "under={ashi}", "移到哪个上级下面"),
        ("dissolve", "under=x", "团结村党支部"),
    ],
)
def test_each_kind_of_step_has_its_form(world: World, kind: str, query: str, shown: str) -> None:
    deed = planned(world)
    url = reverse("reorganizations:step", args=[deed.pk, kind])
    query = query.format(ashi=world.ashi.pk, a1=world.a1.pk)
    assert shown in world.client("county_organizer").get(f"{url}?{query}").content.decode()


def test_an_unknown_kind_of_step_is_not_found(world: World) -> None:
    url = reverse("reorganizations:step", args=[planned(world).pk, "sell"])
    assert world.client("county_organizer").get(url).status_code == 404


def test_villages_of_the_new_township_can_be_merged_in_the_next_step(world: World) -> None:
    deed = planned(world, MergeCommittees(sources=(world.ashi.pk, world.bashi.pk), new=NEW_TOWN))
    url = reverse("reorganizations:step", args=[deed.pk, "merge_branches"])
    shown = world.client("county_organizer").get(f"{url}?under=-1").content.decode()
    assert "团结村党支部" in shown
    answer = world.client("county_organizer").post(
        f"{url}?under=-1", {"sources": [world.a1.pk, world.b1.pk], "into": world.b1.pk, "kind": "branch"}
    )
    assert answer.status_code == 303


def test_the_preview_warns(world: World) -> None:
    cheshi, _ = merging_townships(world, branches=4, members=130)
    first, second = Organization.objects.filter(parent=cheshi).order_by("pk")
    grant(make_user("second", "第二书记"), "branch_clerk", second)
    deed = planned(world, MergeBranches(sources=(first.pk,), into=second.pk))
    shown = (
        world.client("county_organizer")
        .get(reverse("reorganizations:reorganization", args=[deed.pk]))
        .content.decode()
    )
    assert "超过50人" in shown
    assert "都有书记" in shown


def test_the_preview_costs_the_same_for_small_and_large_units(world: World) -> None:
    client = world.client("county_organizer")
    cheshi, deshi = merging_townships(world, branches=15, members=200)
    first, *others = Organization.objects.filter(parent__in=(cheshi, deshi)).in_order()
    alike: list[tuple[Step, Step]] = [
        (
            MergeBranches(sources=(world.a1.pk,), into=world.a2.pk),
            MergeBranches(sources=tuple(branch.pk for branch in others), into=first.pk),
        ),
        (
            MergeCommittees(sources=(world.ashi.pk, world.bashi.pk), new=NEW_TOWN),
            MergeCommittees(sources=(cheshi.pk, deshi.pk), new=NEW_TOWN),
        ),
    ]
    for pair in alike:
        pages = [reverse("reorganizations:reorganization", args=[planned(world, step).pk]) for step in pair]
        small, large = (len(queries_of(client, page)) for page in pages)
        assert abs(large - small) <= 1  # names of more than one kind of unit
        assert large <= 50


def test_the_button_pressed_twice_begins_one_plan(world: World) -> None:
    client = world.client("county_organizer")
    first, second = (client.post(reverse("reorganizations:new"), FRAME).headers["Location"] for _ in range(2))
    assert first == second


def test_the_last_step_is_removed_once(world: World) -> None:
    deed = planned(world, merge_towns(world))
    client, url = world.client("county_organizer"), reverse("reorganizations:removal", args=[deed.pk, 1])
    assert client.post(url).status_code == 303
    assert client.post(url).status_code == 409


def test_a_stale_plan_says_so(world: World) -> None:
    post_holding(world)
    deed = planned(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    PostHolding.objects.all().delete()
    shown = world.client("county_organizer_2").get(reverse("reorganizations:reorganization", args=[deed.pk]))
    assert "编制以后情况有变化" in shown.content.decode()


@pytest.mark.usefixtures("done_today")
def test_a_deed_of_an_earlier_day_offers_no_undoing(world: World) -> None:
    deed = done(world, merge_towns(world))
    Reorganization.objects.filter(pk=deed.pk).update(done_at="2026-11-01T02:00:00Z")
    shown = world.client("county_organizer").get(reverse("reorganizations:reorganization", args=[deed.pk]))
    assert "确定撤销" not in shown.content.decode()
