"""The sheets of past years: rewards and penalties go round, nothing doubles, nothing jumps a state."""

from datetime import date

import pytest
from django.urls import reverse

from tests.things import begin_county
from tests.world import TODAY, World, make_member
from zhibu.conduct import actions
from zhibu.conduct.importers.penalties import PENALTIES_OF_PAST_YEARS
from zhibu.conduct.importers.rewards import REWARDS
from zhibu.conduct.models import Reward
from zhibu.conduct.rules import RewardLevel
from zhibu.conduct.tests.cases import penalty, reward, reward_entry
from zhibu.core.access import Refused
from zhibu.imports.sheets import Planned, Row, RowState, Sheet, Value, no_ticker
from zhibu.imports.tests.round_trip import assert_round_trip
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules.events import EventKind

pytestmark = pytest.mark.dated

ASHI = "organizer_ashi"


def person(member: Member) -> dict[str, Value]:
    return {"branch": member.branch.code, "name": member.name, "birth_date": member.birth_date}


def reward_row(member: Member, **values: Value) -> dict[str, Value]:
    told: dict[str, Value] = {
        **person(member),
        "level": "county",
        "title": "优秀共产党员",
        "awarded_on": date(2021, 7, 1),
        "awarded_by": "中共凉县县委",
    }
    return told | values


def penalty_row(member: Member, **values: Value) -> dict[str, Value]:
    told: dict[str, Value] = {
        **person(member),
        "kind": "warn",
        "decided_on": date(2022, 3, 15),
        "decided_by": "中共凉县纪委",
        "document": "凉纪〔2022〕8号",
    }
    return told | values


def plan(world: World, sheet: Sheet, *rows: dict[str, Value], who: str = ASHI) -> list[Planned]:
    return sheet.check([Row(n, row) for n, row in enumerate(rows, start=2)], world.scope(who), TODAY)


def apply(world: World, sheet: Sheet, *rows: dict[str, Value], who: str = ASHI) -> list[Planned]:
    planned = plan(world, sheet, *rows, who=who)
    assert [problem.sentence for each in planned for problem in each.row.problems] == []
    sheet.apply(
        [each for each in planned if each.state in (RowState.NEW, RowState.CHANGED)],
        world.scope(who),
        TODAY,
        no_ticker,
    )
    return planned


def states(planned: list[Planned]) -> list[str]:
    return [str(each.state) for each in planned]


def sentence(planned: list[Planned]) -> str:
    return "".join(problem.sentence for each in planned for problem in each.row.problems)


def test_rewards_are_entered_once_and_go_round(world: World) -> None:
    row = reward_row(world.members_a1[0])
    assert states(apply(world, REWARDS, row, dict(row))) == ["new", "same"]
    assert states(apply(world, REWARDS, row)) == ["same"]
    held = Reward.objects.get()
    assert (held.level, held.branch, held.by) == ("county", world.a1, "刘洋")
    for who in (ASHI, "county_organizer", "secretary_a1"):
        assert assert_round_trip(REWARDS, world.scope(who), TODAY) == 1
    assert assert_round_trip(REWARDS, world.scope("secretary_a2"), TODAY) == 0


def test_a_reward_is_found_by_number_too(world: World) -> None:
    member = world.members_a1[1]
    row = reward_row(member, resident_id=member.resident_id)
    del row["birth_date"]
    assert states(apply(world, REWARDS, row)) == ["new"]
    wrong = reward_row(world.members_a1[2], resident_id=member.resident_id)
    assert "没有姓名和身份证号都对得上" in sentence(plan(world, REWARDS, wrong))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "没有这人"}, "没有这位党员"),
        ({"awarded_on": date(2026, 11, 25)}, "在今天以后"),
        ({"awarded_on": date(2000, 1, 1)}, "早于入党日期"),
        ({"branch": "513400102201"}, "没有这个代码的支部"),
    ],
)
def test_a_wrong_reward_row_says_why(world: World, values: dict[str, Value], words: str) -> None:
    planned = plan(world, REWARDS, reward_row(world.members_a1[0], **values))
    assert states(planned) == ["error"]
    assert words in sentence(planned)


def test_a_reward_without_level_or_body_is_an_error_and_a_change_a_conflict(world: World) -> None:
    row = reward_row(world.members_a1[0])
    del row["level"], row["awarded_by"]
    planned = plan(world, REWARDS, row)
    assert states(planned) == ["error"]
    assert "照表彰决定填写" in sentence(planned)
    apply(world, REWARDS, reward_row(world.members_a1[0]))
    changed = plan(world, REWARDS, reward_row(world.members_a1[0], awarded_by="中共凉山州委"))
    assert states(changed) == ["conflict"]
    twice = plan(
        world,
        REWARDS,
        reward_row(world.members_a1[1]),
        reward_row(world.members_a1[1], level="province"),
    )
    assert states(twice) == ["new", "error"]


def test_the_branch_imports_its_own_rewards_only(world: World) -> None:
    own = reward_row(world.members_a1[0], level="branch")
    assert states(apply(world, REWARDS, own, who="secretary_a1")) == ["new"]
    planned = plan(world, REWARDS, reward_row(world.members_a1[1]), who="secretary_a1")
    assert "县级以上的奖励由上级党委或县里登记" in sentence(planned)


def test_namesakes_of_one_birthday_go_round_by_what_they_have(world: World) -> None:
    member = world.members_a1[0]
    make_member(branch=world.a1, name=member.name, birth_date=member.birth_date)
    reward(world)
    assert assert_round_trip(REWARDS, world.scope(ASHI), TODAY) == 1
    other = reward_row(member, title="别的奖励")
    assert "2名同名党员" in sentence(plan(world, REWARDS, other))


def test_reversed_rewards_are_left_out(world: World) -> None:
    row = reward(world)
    actions.record_reward(
        by=world.scope(ASHI),
        member=world.members_a1[0],
        entry=reward_entry(level=RewardLevel.COUNTY, title="劳动模范"),
        on=TODAY,
    )
    actions.reverse_reward(by=world.scope(ASHI), reward=row, reason="登记错了人", on=TODAY)
    assert assert_round_trip(REWARDS, world.scope(ASHI), TODAY) == 1


def test_penalties_are_entered_as_settled_then_and_go_round(world: World) -> None:
    begin_county(date(2024, 1, 1))
    first, second, third = world.members_a1
    rows = [
        penalty_row(first),
        penalty_row(second, kind="warn_seriously", months=18, matter="醉驾"),
        penalty_row(third, kind="begin_party_probation", months=12, ended_on=date(2023, 3, 20)),
    ]
    assert states(apply(world, PENALTIES_OF_PAST_YEARS, *rows, dict(rows[0]))) == [
        "new",
        "new",
        "new",
        "same",
    ]
    assert states(apply(world, PENALTIES_OF_PAST_YEARS, *rows)) == ["same", "same", "same"]
    warned = MembershipEvent.objects.get(member=first)
    assert (warned.state, warned.until, warned.effective_on) == (
        "in_effect",
        date(2023, 3, 15),
        date(2022, 3, 15),
    )
    assert not Measure.objects.in_force(TODAY).exists()
    assert Measure.objects.get(member=third).ended_on == date(2023, 3, 20)
    penalty(world, EventKind.EXPEL, member=make_member(branch=world.a1))
    assert assert_round_trip(PENALTIES_OF_PAST_YEARS, world.scope(ASHI), TODAY) == 4
    assert assert_round_trip(PENALTIES_OF_PAST_YEARS, world.scope("secretary_a1"), TODAY) == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "expel"}, "会改变党员身份，不能从表格补录"),
        ({"kind": "warn_seriously", "months": 7}, "应是18、24个月"),
        ({"decided_on": date(2000, 1, 1)}, "早于入党时间"),
        ({"effective_on": date(2022, 3, 1)}, "早于决定日期"),
        ({"ended_on": date(2022, 9, 1)}, "到期自行结束"),
        ({"kind": "begin_party_probation", "months": 12}, "留党察看期已满"),
        ({"kind": "begin_party_probation", "months": 12, "ended_on": date(2022, 3, 1)}, "生效日期以后"),
    ],
)
def test_a_wrong_penalty_row_says_why_and_writes_nothing(
    world: World, values: dict[str, Value], words: str
) -> None:
    planned = plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(world.members_a1[0], **values))
    assert states(planned) == ["error"]
    assert words in sentence(planned)
    assert not MembershipEvent.objects.exists()


def test_penalties_within_an_effect_period_follow_it_in_whatever_order_the_file_has_them(
    world: World,
) -> None:
    begin_county(date(2024, 1, 1))
    member = world.members_a1[0]
    rows = [penalty_row(member, decided_on=day) for day in (date(2022, 10, 1), date(2022, 3, 15))]
    apply(world, PENALTIES_OF_PAST_YEARS, *rows)
    ends = MembershipEvent.objects.order_by("decided_on").values_list("until", flat=True)
    assert list(ends) == [date(2023, 3, 15), date(2024, 3, 15)]
    under = plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(member, decided_on=date(2021, 12, 1)))
    assert states(under) == ["error"] and "要按先后接着算" in sentence(under)
    long_before = plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(member, decided_on=date(2015, 12, 1)))
    assert states(long_before) == ["new"]


def test_two_probations_within_the_party_at_a_time_are_an_error(world: World) -> None:
    begin_county(date(2024, 1, 1))
    member = world.members_a1[0]
    values: dict[str, Value] = {"kind": "begin_party_probation", "months": 12}
    first = penalty_row(member, ended_on=date(2023, 3, 15), **values)
    second = penalty_row(member, decided_on=date(2022, 10, 1), ended_on=date(2023, 10, 1), **values)
    both = plan(world, PENALTIES_OF_PAST_YEARS, first, second)
    assert states(both) == ["new", "error"]
    assert "重叠" in sentence(both)


def test_probationary_and_ended_members_get_no_past_penalty(world: World) -> None:
    young = make_member(branch=world.a1, name="预备甲", stage="probationary", confirmation_date=None)
    gone = make_member(branch=world.a1, name="离开乙", standing="ended")
    assert "预备党员不办" in sentence(plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(young)))
    assert "党籍已" in sentence(plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(gone)))


def test_what_a_sheet_says_differently_or_was_reversed_is_a_conflict(world: World) -> None:
    member = world.members_a1[0]
    apply(world, PENALTIES_OF_PAST_YEARS, penalty_row(member))
    assert states(plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(member, document="另一份"))) == [
        "conflict"
    ]
    MembershipEvent.objects.update(state="reversed")
    planned = plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(member))
    assert states(planned) == ["conflict"]
    assert "已经撤销" in sentence(planned)


def test_an_import_with_a_refused_row_writes_nothing(world: World) -> None:
    first, second, _ = world.members_a1
    planned = plan(world, PENALTIES_OF_PAST_YEARS, penalty_row(first), penalty_row(second))
    Member.objects.filter(pk=second.pk).update(standing="ended")
    with pytest.raises(Refused):
        PENALTIES_OF_PAST_YEARS.apply(planned, world.scope(ASHI), TODAY, no_ticker)
    assert not MembershipEvent.objects.exists()


def test_the_sheets_are_offered_to_those_who_may_enter_their_rows(world: World) -> None:
    reward(world)
    for who, rewards, penalties in (
        ("secretary_a1", True, False),
        ("organizer_ashi", True, True),
        ("county_organizer", True, True),
        ("inspector", False, False),
    ):
        client = world.client(who)
        for sheet, offered in (("rewards", rewards), ("penalties", penalties)):
            status = client.get(reverse("imports:template", args=[sheet])).status_code
            assert (status == 200) is offered, (who, sheet, status)
