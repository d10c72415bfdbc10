"""A clerk whose own membership ends keeps no role in silence: the security administrator is told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.dispositions import event_of
from tests.queries import constant_queries
from tests.world import TODAY, World, grant, make_member, make_user
from zhibu.accounts.actions import close_account
from zhibu.members.actions import link_account
from zhibu.members.models import Measure, Member, PostHolding
from zhibu.members.rules.events import EventKind, MeasureKind
from zhibu.members.summaries.holders import roles_to_review, work

PAGE = reverse("members:roles_to_review")


@pytest.fixture
def clerk(world: World) -> Member:
    """The clerk of A1 is a member of A1 and its secretary."""
    member = make_member(branch=world.a1, name="阿措克布")
    PostHolding.objects.create(
        member=member, organization=world.a1, post="secretary", from_date=date(2024, 1, 5)
    )
    return link_account(by=world.scope("secretary_a1"), member=member, user=world.people["secretary_a1"])


def told(world: World) -> list[str]:
    return [each.why for each in roles_to_review(world.scope("security_admin"), on=TODAY)]


def ended(world: World, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(standing="ended")


def suspended(world: World, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(standing="suspended")


def merged(world: World, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(merged_into=world.members_a1[1])


def moved(world: World, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(branch=world.a2)


def set_aside(world: World, member: Member) -> None:
    event = event_of(member, EventKind.BEGIN_PARTY_PROBATION)
    Measure.objects.create(
        member=member, kind=MeasureKind.PROBATION_WITHIN_PARTY, from_date=TODAY, event=event
    )


def dismissed(world: World, member: Member) -> None:
    PostHolding.objects.filter(member=member).update(until=TODAY)


def test_nothing_is_told_while_the_membership_carries_the_role(world: World, clerk: Member) -> None:
    assert told(world) == []
    assert "关联的党员都还在册" in world.client("security_admin").get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (ended, "党籍已经终止"),
        (suspended, "党籍已经终止、停止"),
        (merged, "并入别的记录"),
        (moved, "组织关系已不在"),
        (dismissed, "职务已经免去"),
        (set_aside, "党员权利有变化"),
    ],
)
def test_every_way_a_membership_ends_is_told(
    world: World, clerk: Member, change: Callable[[World, Member], None], words: str
) -> None:
    change(world, clerk)
    (why,) = told(world)
    assert words in why
    (listed,) = work(world.scope("security_admin"), on=TODAY)
    assert listed.total == 1
    assert listed.items[0].url == reverse("accounts:user", args=[clerk.user_id])
    page = world.client("security_admin").get(PAGE).content.decode()
    assert "阿措克布" in page
    assert "尔木村党支部" in page
    assert "察看" not in page
    assert work(world.scope("system_admin"), on=TODAY) == []
    desk = world.client("security_admin").get(reverse("insights:work")).content.decode()
    assert "本人情况变了、角色还在的人" in desk


def test_a_role_to_come_is_told_and_one_that_is_over_or_closed_is_not(world: World, clerk: Member) -> None:
    ended(world, clerk)
    row = grant(world.people["secretary_a1"], "branch_clerk", world.a2)
    row.from_date = TODAY + timedelta(days=9)
    row.save()
    assert len(told(world)) == 2
    row.until = row.from_date
    row.save()
    assert len(told(world)) == 2
    close_account(by=world.scope("system_admin"), user=world.people["secretary_a1"], on=TODAY)
    assert told(world) == []


def test_the_own_record_stays_readable_without_a_word(world: World) -> None:
    ended(world, world.members_a1[0])
    assert told(world) == []


def test_an_account_is_linked_on_the_member_s_page(world: World) -> None:
    client = world.client("secretary_a1")
    url = reverse("members:account", args=[world.members_a1[1].pk])
    assert "没有在用的账号叫这个用户名" in client.post(url, {"username": "keinkonto"}).content.decode()
    assert client.post(url, {"username": "SECRETARY_A1"}).status_code == 303
    assert "已关联账号secretary_a1" in client.get(url).content.decode()
    other = reverse("members:account", args=[world.members_a1[2].pk])
    assert "不能再连" in client.post(other, {"username": "secretary_a1"}).content.decode()


def test_the_page_costs_the_same_for_any_number(world: World, clerk: Member) -> None:
    def grow() -> None:
        for n in range(30):
            user = make_user(f"clerk{n}", "王伟")
            grant(user, "branch_clerk", world.a1)
            make_member(branch=world.a2, user=user)

    with constant_queries(world.client("security_admin"), PAGE, grow=grow) as count:
        assert count <= 8
