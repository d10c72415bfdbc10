"""Appeals on their pages, on the member's page, and as work."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.urls import reverse

from tests.queries import queries_of
from tests.world import TODAY, World
from zhibu.conduct import actions
from zhibu.conduct.models import Appeal
from zhibu.conduct.summaries.work import work
from zhibu.conduct.tests.cases import (
    DOCUMENT,
    RESULT,
    STATEMENT,
    appeal,
    correction,
    more_appeals,
    penalty,
    reward_entry,
)


def decide(world: World, row: Appeal, person: str = "county_organizer_2", *, upheld: bool) -> Appeal:
    return actions.decide_appeal(
        by=world.scope(person),
        appeal=row,
        upheld=upheld,
        document=DOCUMENT,
        result=RESULT,
        decided_on=TODAY,
        on=TODAY,
    )


def test_the_branch_sees_that_there_is_an_appeal_and_not_what_it_says(world: World) -> None:
    row = appeal(world)
    url = reverse("conduct:appeal", args=[row.pk])
    text = world.client("secretary_a1").get(url).content.decode()
    assert "吉则日果的申诉" in text
    assert STATEMENT not in text
    assert "违反生活纪律" not in text
    committee = world.client("organizer_ashi").get(url).content.decode()
    assert STATEMENT in committee
    assert "违反生活纪律" in committee


def test_from_the_member_s_page_to_the_result(world: World) -> None:
    event = penalty(world)
    member = world.client("member_a1")
    panel = reverse("conduct:own_panel", args=[world.members_a1[0].pk])
    assert "提出申诉" in member.get(panel).content.decode()
    url = reverse("conduct:appeal_new", args=[event.pk])
    short = member.post(url, {"filed_on": TODAY.isoformat(), "statement": "不服"})
    assert "至少10个字" in short.content.decode()
    member.post(url, {"filed_on": TODAY.isoformat(), "statement": STATEMENT})
    row = Appeal.objects.get()
    told = member.get(panel).content.decode()
    assert "申诉中" in told
    assert "提出申诉" not in told
    county = world.client("county_organizer")
    assert "吉则日果" in county.get("/conduct/appeals/?view=filed").content.decode()
    refused = county.post(
        reverse("conduct:appeal_examiner", args=[row.pk]),
        {"examiner": str(world.people["organizer_ashi"].pk)},
    )
    assert "请从名单里选一位复查人" in refused.content.decode()
    chosen = {"examiner": str(world.people["county_organizer_2"].pk)}
    assert county.post(reverse("conduct:appeal_examiner", args=[row.pk]), chosen).status_code == 303
    examiner = world.client("county_organizer_2")
    assert "吉则日果" in examiner.get("/conduct/appeals/?view=mine").content.decode()
    assert "这里没有申诉" in county.get("/conduct/appeals/?view=mine").content.decode()
    data = {"upheld": "no", "document": DOCUMENT, "result": RESULT, "decided_on": TODAY.isoformat()}
    result = reverse("conduct:appeal_result", args=[row.pk])
    assert county.post(result, data).status_code == 409
    assert examiner.post(result, data).status_code == 303
    assert examiner.post(result, data).status_code == 409
    assert "撤销原决定" in member.get(panel).content.decode()
    assert "吉则日果" in county.get("/conduct/appeals/?view=done").content.decode()


def test_what_waits_is_offered_as_work(world: World) -> None:
    assert work(world.scope("county_organizer"), on=TODAY) == []
    row = appeal(world)
    (waiting,) = work(world.scope("county_organizer"), on=TODAY)
    assert (waiting.key, waiting.total) == ("appeals_filed", 1)
    assert "吉则日果" in waiting.items[0].title
    assert work(world.scope("organizer_bashi"), on=TODAY) == []
    assert work(world.scope("secretary_a1"), on=TODAY) == []
    actions.assign_appeal(
        by=world.scope("county_organizer"),
        appeal=row,
        examiner=world.people["county_organizer_2"],
        on=TODAY,
    )
    (mine,) = work(world.scope("county_organizer_2"), on=TODAY)
    assert (mine.key, mine.items[0].url) == ("appeals_mine", reverse("conduct:appeal", args=[row.pk]))
    assert work(world.scope("county_organizer"), on=TODAY) == []


def test_penalties_show_on_the_member_page_only_to_those_who_may_read_them(world: World) -> None:
    event = penalty(world)
    url = reverse("conduct:member_panel", args=[world.members_a1[0].pk])
    assert "警告" in world.client("secretary_a1").get(url).content.decode()
    hidden = world.client("inspector").get(url).content.decode()
    assert "警告" not in hidden
    assert "没有处分" not in hidden
    appeal(world, event)
    assert "申诉中" in world.client("organizer_ashi").get(url).content.decode()
    assert "申诉中" not in world.client("inspector").get(url).content.decode()


def test_panels_and_an_appeal_cost_the_same_for_one_row_and_many(world: World) -> None:
    row = appeal(world)
    member = world.members_a1[0]
    urls = [
        ("organizer_ashi", reverse("conduct:member_panel", args=[member.pk])),
        ("member_a1", reverse("conduct:own_panel", args=[member.pk])),
        ("county_organizer", reverse("conduct:appeal", args=[row.pk])),
    ]
    before = [len(queries_of(world.client(person), url)) for person, url in urls]
    for n in range(5):
        actions.record_reward(
            by=world.scope("secretary_a1"),
            member=member,
            entry=reward_entry(title=f"第{n}次先进"),
            on=TODAY,
        )
    appeal(world, correction(world))
    assert [len(queries_of(world.client(person), url)) for person, url in urls] == before


def test_the_work_offered_costs_the_same_for_one_appeal_and_for_many(
    world: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    appeal(world)
    more_appeals(world, 7)
    scope = world.scope("county_organizer")
    with django_assert_max_num_queries(4):
        (waiting,) = work(scope, on=TODAY)
    assert (waiting.total, len(waiting.items)) == (8, 5)
