"""Rewards, penalties and appeals in the test county, made as people make them."""

from datetime import date

from tests.days import ago
from tests.things import disposal_steps, printed
from tests.world import NOW, TODAY, World, make_member
from zhibu.certificates.models import Certificate, Withdrawal
from zhibu.conduct import actions
from zhibu.conduct.models import Appeal, Reward
from zhibu.conduct.rules import RewardEntry, RewardLevel
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions.matters import enter_event, settle_event

STATEMENT = "会议没有通知我本人，也没有听我的说明，请求复查并撤销。"
RESULT = "查阅会议记录，并找本人和支部谈话，事实清楚。"
DECIDED = ago(254)
DOCUMENT = "越纪复〔2026〕3号"


def reward_entry(
    level: RewardLevel = RewardLevel.BRANCH,
    title: str = "优秀共产党员",
    awarded_on: date = date(2021, 7, 1),
    awarded_by: str = "中共凉县阿市镇尔木村支部委员会",
    document: str = "",
) -> RewardEntry:
    """An ordinary reward of the branch."""
    return RewardEntry(level, title, awarded_on, awarded_by, document)


def reward(world: World) -> Reward:
    """The first member of A1 was rewarded by the branch."""
    return actions.record_reward(
        by=world.scope("secretary_a1"), member=world.members_a1[0], entry=reward_entry(), on=TODAY
    )


def penalty(
    world: World,
    kind: EventKind = EventKind.WARN,
    *,
    member: Member | None = None,
    months: int | None = None,
    decided_on: date = DECIDED,
) -> MembershipEvent:
    """A penalty over the first member of A1: entered by Ashi's organizer, approved by the county's first."""
    event = enter_event(
        by=world.scope("organizer_ashi"),
        member=member or world.members_a1[0],
        entry=Entry(
            kind=kind,
            decided_on=decided_on,
            decided_by="中共凉县纪委",
            document="凉纪〔2026〕8号",
            months=months,
            grounds="违反生活纪律",
        ),
        on=TODAY,
    )
    return settle_event(
        by=world.scope("county_organizer"),
        event=event,
        approve=True,
        settled_on=decided_on,
        document="凉纪批〔2026〕8号",
        on=TODAY,
    )


def correction(world: World) -> MembershipEvent:
    """A correction period over the first member of A1: proposed by the branch, approved by Ashi."""
    event = enter_event(
        by=world.scope("secretary_a1"),
        member=world.members_a1[0],
        entry=Entry(
            kind=EventKind.BEGIN_CORRECTION,
            steps=disposal_steps(ago(84)),
            decided_on=ago(84),
            decided_by="支部党员大会",
            months=6,
            grounds="不参加组织生活",
        ),
        on=TODAY,
    )
    return settle_event(
        by=world.scope("organizer_ashi"),
        event=event,
        approve=True,
        settled_on=ago(80),
        document="阿委〔2026〕9号",
        on=TODAY,
    )


def appeal(world: World, event: MembershipEvent | None = None) -> Appeal:
    """The first member of A1 appeals against a warning (or the event given)."""
    return actions.file_appeal(
        by=world.scope("member_a1"),
        event=event or penalty(world),
        statement=STATEMENT,
        filed_on=TODAY,
        on=TODAY,
    )


def assigned(world: World, event: MembershipEvent | None = None) -> Appeal:
    """The appeal is with the county's second organizer, who took no part."""
    return actions.assign_appeal(
        by=world.scope("county_organizer"),
        appeal=appeal(world, event),
        examiner=world.people["county_organizer_2"],
        on=TODAY,
    )


def withdrawal(world: World, state: str = "approved") -> Withdrawal:
    """The certificate of the first member of A1 is to be taken back; Ashi's organizer approved it."""
    printed(world)
    return Withdrawal.objects.create(
        certificate=Certificate.objects.get(member=world.members_a1[0]),
        trigger="duties",
        triggered_on=ago(176),
        facts="多次教育没有效果",
        state=state,
        opened_by="阿措克布",
        opened_at=NOW,
        approved_on=ago(54),
        approved_by="刘洋",
        approval_document="阿委〔2026〕12号",
    )


def more_rewards(world: World, count: int = 30) -> None:
    """Further rewards of further members of A1."""
    for n in range(count):
        actions.record_reward(
            by=world.scope("secretary_a1"),
            member=make_member(branch=world.a1),
            entry=reward_entry(title=f"先进第{n}名"),
            on=TODAY,
        )


def more_penalties(world: World, count: int = 30) -> None:
    """Further warnings over further members of A1."""
    for _ in range(count):
        penalty(world, member=make_member(branch=world.a1))


def more_appeals(world: World, count: int = 30) -> None:
    """Further appeals, entered by Ashi for further members of A1."""
    for _ in range(count):
        actions.file_appeal(
            by=world.scope("organizer_ashi"),
            event=penalty(world, member=make_member(branch=world.a1)),
            statement=STATEMENT,
            filed_on=TODAY,
            on=TODAY,
        )
