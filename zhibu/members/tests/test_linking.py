"""Accounts without a record are told, and a wrong link of account and record takes two to part."""

import pytest
from django.urls import reverse

from tests.queries import constant_queries
from tests.world import TODAY, World, grant, make_user
from zhibu.accounts.actions import close_account
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.members.actions import link_account, propose_unlinking, settle_unlinking
from zhibu.members.models import AccountUnlinking, Member
from zhibu.members.summaries.linking import roles_without_record, work

PAGE = reverse("members:roles_to_review")


def without_record(world: World) -> set[str]:
    rows = roles_without_record(world.scope("security_admin"), on=TODAY)
    return {row.user.username for row in rows}


@pytest.fixture
def wrong(world: World) -> Member:
    """The account of A1's clerk hangs on another member of the branch, whose membership goes on."""
    member = world.members_a1[1]
    return link_account(by=world.scope("secretary_a1"), member=member, user=world.people["secretary_a1"])


def test_clerks_and_organizers_without_a_record_are_told_until_they_are_linked(world: World) -> None:
    told = without_record(world)
    assert {"secretary_a1", "secretary_a2", "organizer_ashi", "county_organizer"} <= told
    assert not told & {"member_a1", "system_admin", "security_admin", "auditor", "nobody", "inspector"}
    link_account(
        by=world.scope("secretary_a1"), member=world.members_a1[1], user=world.people["secretary_a1"]
    )
    close_account(by=world.scope("system_admin"), user=world.people["secretary_a2"], on=TODAY)
    assert without_record(world) == told - {"secretary_a1", "secretary_a2"}


def test_the_security_administrator_finds_them_on_the_page_and_among_the_work(world: World) -> None:
    client = world.client("security_admin")
    page = client.get(PAGE).content.decode()
    assert "没有关联党员记录的账号" in page
    assert "卢玉" in page
    desk = client.get(reverse("insights:work")).content.decode()
    assert "没有关联党员记录的账号" in desk
    assert work(world.scope("system_admin"), on=TODAY) == []


def test_the_page_costs_the_same_for_any_number(world: World) -> None:
    def grow() -> None:
        for n in range(30):
            grant(make_user(f"clerk{n}", "王伟"), "branch_clerk", world.a1)

    with constant_queries(world.client("security_admin"), PAGE, grow=grow) as count:
        assert count <= 9


def test_a_wrong_link_is_parted_by_two_and_can_be_set_right(world: World, wrong: Member) -> None:
    clerk, organizer = world.scope("secretary_a1"), world.scope("organizer_ashi")
    row = propose_unlinking(by=clerk, member=wrong, reason="关联时选错了人")
    with pytest.raises(Refused):
        propose_unlinking(by=organizer, member=wrong, reason="关联时选错了人")
    assert [each.total for each in work(organizer, on=TODAY)] == [1]
    wrong.refresh_from_db()
    assert wrong.user == world.people["secretary_a1"]
    settle_unlinking(by=organizer, unlinking=row, accept=True)
    wrong.refresh_from_db()
    assert wrong.user is None
    assert "secretary_a1" in without_record(world)
    link_account(by=clerk, member=world.members_a1[2], user=world.people["secretary_a1"])
    events = AuditRecord.objects.filter(chain=world.a1.pk).order_by("pk").values_list("event", "actor_name")
    assert list(events)[-3:] == [
        ("members.account_unlinking.proposed", "阿措克布"),
        ("members.member.account_unlinked", "刘洋"),
        ("members.member.account_linked", "阿措克布"),
    ]


def test_neither_the_clerk_nor_the_proposer_nor_the_account_itself_parts_them(
    world: World, wrong: Member
) -> None:
    organizer = world.scope("organizer_ashi")
    row = propose_unlinking(by=organizer, member=wrong, reason="关联时选错了人")
    with pytest.raises(Denied):
        settle_unlinking(by=world.scope("secretary_a1"), unlinking=row, accept=True)
    with pytest.raises(Refused, match="要由另一位同志决定"):
        settle_unlinking(by=organizer, unlinking=row, accept=True)
    grant(world.people["secretary_a1"], "committee_organizer", world.ashi)
    with pytest.raises(Refused, match="您自己的账号"):
        settle_unlinking(by=world.scope("secretary_a1"), unlinking=row, accept=True)
    assert work(world.scope("secretary_a1"), on=TODAY)[0].total == 0
    wrong.refresh_from_db()
    assert wrong.user == world.people["secretary_a1"]
    settle_unlinking(by=world.scope("county_organizer"), unlinking=row, accept=True)


def test_who_proposed_may_take_it_back_and_it_is_decided_once(world: World, wrong: Member) -> None:
    clerk = world.scope("secretary_a1")
    row = propose_unlinking(by=clerk, member=wrong, reason="关联时选错了人")
    settle_unlinking(by=clerk, unlinking=row, accept=False)
    with pytest.raises(Refused, match="已经办结"):
        settle_unlinking(by=world.scope("organizer_ashi"), unlinking=row, accept=True)
    wrong.refresh_from_db()
    assert wrong.user == world.people["secretary_a1"]


def test_the_pages_lead_through_it(world: World, wrong: Member) -> None:
    clerk, organizer = world.client("secretary_a1"), world.client("organizer_ashi")
    url = reverse("members:account", args=[wrong.pk])
    assert "提出解除" in clerk.get(url).content.decode()
    short = clerk.post(reverse("members:unlinking", args=[wrong.pk]), {"reason": "错"})
    assert short.status_code == 422
    assert not AccountUnlinking.objects.exists()
    clerk.post(reverse("members:unlinking", args=[wrong.pk]), {"reason": "关联时选错了人"})
    own, other = clerk.get(url).content.decode(), organizer.get(url).content.decode()
    assert "同意解除" not in own
    assert "收回" in own
    assert "同意解除" in other
    assert "关联时选错了人" in organizer.get(reverse("insights:work")).content.decode()
    row = AccountUnlinking.objects.get()
    organizer.post(reverse("members:unlinking_consent", args=[row.pk]))
    assert "关联本人账号" in clerk.get(url).content.decode()
