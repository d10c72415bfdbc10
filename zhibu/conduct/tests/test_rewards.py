"""Rewards: what is entered, with whose posts and branch, what is refused, list, workbook, reversal."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.things import post_holding
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.conduct import actions
from zhibu.conduct.models import Reward
from zhibu.conduct.rules import Held, Moved, RewardLevel, branch_on, posts_on, reward_place
from zhibu.conduct.tests.cases import reward, reward_entry
from zhibu.core.access import Denied, Refused
from zhibu.members.models import MembershipEvent, PostHolding
from zhibu.members.rules.stages import BranchPost

pytestmark = pytest.mark.dated


def record(world: World, person: str = "secretary_a1", **facts: object) -> Reward:
    return actions.record_reward(
        by=world.scope(person),
        member=world.members_a1[0],
        entry=reward_entry(**facts),  # type: ignore[arg-type]
        on=TODAY,
    )


def test_a_reward_keeps_the_posts_of_its_day(world: World) -> None:
    post_holding(world)  # secretary from 2024-01-05
    PostHolding.objects.create(
        member=world.members_a1[0],
        organization=world.a1,
        post=BranchPost.ORGANIZATION_MEMBER,
        from_date=date(2018, 1, 1),
        until=date(2024, 1, 5),
    )
    assert record(world, awarded_on=date(2021, 7, 1)).posts == "尔木村党支部组织委员"
    assert record(world, awarded_on=date(2024, 1, 4)).posts == "尔木村党支部组织委员"
    assert record(world, awarded_on=date(2024, 1, 5)).posts == "尔木村党支部书记"
    assert record(world, awarded_on=date(2010, 7, 1)).posts == ""
    assert AuditRecord.objects.filter(event="conduct.reward.recorded").count() == 4


def test_a_reward_keeps_the_branch_of_its_day(world: World) -> None:
    member = world.members_a1[0]
    MembershipEvent.objects.create(
        member=member,
        branch=world.a2,
        kind="move_branch",
        state="in_effect",
        decided_on=date(2023, 5, 1),
        decided_by="阿市镇党委",
        effective_on=date(2023, 5, 1),
        proposed_by="刘洋",
        proposed_at="2023-05-01T00:00:00Z",
    )
    assert record(world, awarded_on=date(2023, 4, 30)).branch == world.a2
    assert record(world, awarded_on=date(2023, 5, 1)).branch == world.a1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"awarded_on": date(2026, 11, 25)}, "在今天以后"),
        ({"awarded_on": date(2009, 6, 27)}, "早于入党日期"),
        ({"title": " "}, "都要填"),
        ({"awarded_by": ""}, "都要填"),
    ],
)
def test_a_wrong_reward_is_refused(world: World, facts: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        record(world, **facts)  # type: ignore[arg-type]
    assert sentence in str(refusal.value)
    assert not Reward.objects.exists()


def test_the_same_reward_twice_is_refused_and_may_come_again_after_a_reversal(world: World) -> None:
    first = record(world)
    with pytest.raises(Refused, match="已经登记过"):
        record(world, title=" 优秀共产党员　")
    assert Reward.objects.count() == 1
    actions.reverse_reward(by=world.scope("secretary_a1"), reward=first, reason="登记错了人", on=TODAY)
    record(world)
    assert Reward.objects.count() == 2


def test_the_branch_enters_its_own_and_the_township_the_county_s(world: World) -> None:
    record(world, level=RewardLevel.TOWNSHIP)
    with pytest.raises(Refused, match="县级以上的奖励由上级党委或县里登记"):
        record(world, level=RewardLevel.COUNTY)
    with pytest.raises(Denied):
        record(world, "organizer_bashi", level=RewardLevel.PROVINCE)
    with pytest.raises(Denied):
        record(world, "inspector")
    record(world, "organizer_ashi", level=RewardLevel.COUNTY, title="全县优秀党员")
    record(world, "county_organizer", level=RewardLevel.NATION, title="全国优秀党员")
    assert Reward.objects.count() == 3


def test_nobody_is_rewarded_after_leaving_but_after_death(world: World) -> None:
    member = world.members_a1[0]
    event = MembershipEvent.objects.create(
        member=member,
        branch=world.a1,
        kind="voluntary_withdrawal",
        state="in_effect",
        decided_on=date(2020, 5, 1),
        decided_by="支部党员大会",
        effective_on=date(2020, 5, 1),
        proposed_by="刘洋",
        proposed_at="2020-05-01T00:00:00Z",
    )
    member.standing = "ended"
    member.save()
    with pytest.raises(Refused, match="不在册"):
        record(world, awarded_on=date(2021, 7, 1))
    record(world, awarded_on=date(2019, 7, 1))
    event.kind = "die"
    event.save()
    record(world, awarded_on=date(2021, 7, 1))


def test_a_reversal_needs_a_reason_and_keeps_the_row(world: World) -> None:
    row = reward(world)
    by = world.scope("secretary_a1")
    with pytest.raises(Refused, match="至少4个字"):
        actions.reverse_reward(by=by, reward=row, reason="错", on=TODAY)
    actions.reverse_reward(by=by, reward=row, reason="弄虚作假，党委决定撤销", on=TODAY)
    row.refresh_from_db()
    assert (row.reversed_on, row.reversed_reason) == (TODAY, "弄虚作假，党委决定撤销")
    with pytest.raises(Refused, match="不用再撤销"):
        actions.reverse_reward(by=by, reward=row, reason="再撤销一次吧", on=TODAY)
    assert AuditRecord.objects.filter(event="conduct.reward.reversed").count() == 1


def test_the_page_enters_lists_filters_and_reverses(world: World) -> None:
    client, member = world.client("secretary_a1"), world.members_a1[0]
    url = reverse("conduct:reward_new", args=[member.pk])
    data = {
        "level": "branch",
        "title": "优秀共产党员",
        "awarded_on": "2021-07-01",
        "awarded_by": "尔木村党支部",
        "document": "",
    }
    assert "当时的党内职务和所在支部由系统按这一天查出" in client.get(url).content.decode()
    assert client.post(url, data).status_code == 303
    again = client.post(url, data)
    assert again.status_code == 422
    assert "已经登记过" in again.content.decode()
    listed = client.get("/conduct/rewards/").content.decode()
    assert "吉则日果" in listed
    assert "优秀共产党员" in listed
    assert "没有符合条件的奖励" in client.get("/conduct/rewards/?year=2020").content.decode()
    assert "没有符合条件的奖励" in client.get("/conduct/rewards/?level=county").content.decode()
    assert "吉则日果" in client.get("/conduct/rewards/?q=jzrg&year=2021&level=branch").content.decode()
    assert "吉则日果" not in world.client("secretary_a2").get("/conduct/rewards/").content.decode()
    row = Reward.objects.get()
    reversal = reverse("conduct:reward_reversal", args=[row.pk])
    assert client.post(reversal, {"reason": "登记错了人"}).status_code == 303
    assert "已撤销" in client.get("/conduct/rewards/").content.decode()
    assert "登记错了人" in client.get(f"/conduct/members/{member.pk}/panel/").content.decode()


def test_the_workbook_holds_what_the_list_shows(world: World) -> None:
    reward(world)
    make_member(branch=world.a1, name="没有奖励")
    response = world.client("organizer_ashi").get(reverse("conduct:rewards_download", args=[world.ashi.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][0] == "党内奖励登记表"
    assert cells[3][1:6] == ["吉则日果", "尔木村党支部", "党支部", "优秀共产党员", "2021.07.01"]
    assert str(cells[4][0]).startswith("合计1项，其中已撤销0项")


DAYS = st.dates(date(2000, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(DAYS, st.integers(1, 5)), max_size=6, unique_by=lambda pair: pair[0]), DAYS)
def test_the_branch_of_a_day_is_where_the_next_change_led_away_from(
    pairs: list[tuple[date, int]], day: date
) -> None:
    moves = [Moved(on, branch) for on, branch in pairs]
    found = branch_on(moves, day, present=99)
    later = sorted(pair for pair in pairs if pair[0] > day)
    assert found == (later[0][1] if later else 99)


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=8), DAYS)
def test_posts_of_a_day_are_those_held_and_fit_their_column(
    periods: list[tuple[date, date | None]], day: date
) -> None:
    held = [Held(f"第{n}党支部", "书记", since, until) for n, (since, until) in enumerate(periods)]
    line = posts_on(held, day)
    assert len(line) <= 120
    for each in held:
        inside = each.from_date <= day and (each.until is None or day < each.until)
        assert (f"{each.place}书记" in line) <= inside


@pytest.mark.parametrize(
    ("path", "level", "place"),
    [
        ("1.4.9.", RewardLevel.BRANCH, "1.4.9."),
        ("1.4.9.", RewardLevel.TOWNSHIP, "1.4.9."),
        ("1.4.9.", RewardLevel.COUNTY, "1.4."),
        ("1.4.6.9.", RewardLevel.NATION, "1.4."),
        ("1.4.", RewardLevel.COUNTY, "1."),
    ],
)
def test_the_place_asked_for_a_level(path: str, level: RewardLevel, place: str) -> None:
    assert reward_place(path, level) == place
