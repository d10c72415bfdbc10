"""从严追究: the ladder, the second person, the end as unfounded; signs that are no verdicts."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.queries import constant_queries
from tests.things import printed
from tests.world import NOW, TODAY, World, make_member
from zhibu.accountability import actions
from zhibu.accountability.models import Case
from zhibu.accountability.rules import Known, Outcome, StepKind, Trigger, check_decision, outcomes
from zhibu.accountability.summaries.cases import proposals, work
from zhibu.certificates import actions as certificates
from zhibu.core.access import Denied, Refused
from zhibu.core.hands import Person
from zhibu.inspections.summaries.signs import signs
from zhibu.meetings.models import Attachment, Meeting
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth

pytestmark = pytest.mark.dated

START = TODAY - timedelta(days=90)


def opened(world: World, trigger: Trigger = Trigger.DUES) -> Case:
    """The branch opens a case about its first member."""
    return actions.open_case(
        by=world.scope("secretary_a1"),
        organization=world.a1,
        member=world.members_a1[0],
        trigger=trigger,
        facts="连续五个月没有交党费",
        on=START,
    )


def step(world: World, row: Case, kind: StepKind, after: int, until: date | None = None) -> None:
    """A step so many days after the opening."""
    day = START + timedelta(days=after)
    actions.add_step(
        by=world.scope("secretary_a1"),
        case=row,
        kind=kind,
        day=day,
        text="讲清规定，本人答应补交",
        until=until,
        on=TODAY,
    )


def led(world: World) -> Case:
    """Reminded, talked with twice, a deadline, rechecked without effect."""
    row = opened(world)
    step(world, row, StepKind.REMIND, 1)
    step(world, row, StepKind.TALK, 3)
    step(world, row, StepKind.TALK, 10)
    step(world, row, StepKind.DEADLINE, 10, START + timedelta(days=40))
    step(world, row, StepKind.RECHECK, 41)
    return row


def test_a_case_is_walked_to_the_withdrawal_with_its_talks(world: World) -> None:
    printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )
    row = actions.decide_case(
        by=world.scope("organizer_ashi"),
        case=led(world),
        outcome=Outcome.WITHDRAWAL,
        text="教育无效，转入收回",
        on=TODAY,
    )
    assert row.withdrawal is not None
    assert row.withdrawal.talks.count() == 2
    assert row.withdrawal.deadline == START + timedelta(days=40)
    member = Member.objects.get(pk=world.members_a1[0].pk)
    assert (member.stage, member.standing) == ("full", "active")


def test_the_ladder_is_climbed_in_its_order(world: World) -> None:
    row = opened(world)
    with pytest.raises(Refused, match="先谈话教育"):
        step(world, row, StepKind.DEADLINE, 2, TODAY)
    step(world, row, StepKind.TALK, 3)
    with pytest.raises(Refused, match="才能复查"):
        step(world, row, StepKind.RECHECK, 5)
    with pytest.raises(Refused, match="复查以后才能"):
        actions.decide_case(
            by=world.scope("organizer_ashi"), case=row, outcome=Outcome.WITHDRAWAL, text="教育无效", on=TODAY
        )
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("open", 1)


def test_who_opened_it_never_decides_and_unfounded_is_possible_at_once(world: World) -> None:
    row = actions.open_case(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        member=world.members_a1[0],
        trigger=Trigger.DUTIES,
        facts="有人反映不参加活动",
        on=START,
    )
    with pytest.raises(Refused, match="不能自己作决定"):
        actions.decide_case(
            by=world.scope("organizer_ashi"),
            case=row,
            outcome=Outcome.UNFOUNDED,
            text="经核实不属实",
            on=TODAY,
        )
    with pytest.raises(Denied):
        actions.decide_case(
            by=world.scope("secretary_a1"), case=row, outcome=Outcome.UNFOUNDED, text="经核实不属实", on=TODAY
        )
    closed = actions.decide_case(
        by=world.scope("county_organizer"), case=row, outcome=Outcome.UNFOUNDED, text="经核实不属实", on=TODAY
    )
    assert (closed.state, closed.outcome) == ("closed", "unfounded")
    with pytest.raises(Refused, match="已经有人作了决定"):
        actions.decide_case(
            by=world.scope("county_organizer_2"),
            case=row,
            outcome=Outcome.MENDED,
            text="已经改正了",
            on=TODAY,
        )


def test_an_objection_is_answered_before_the_decision(world: World) -> None:
    row = led(world)
    actions.state_own_case(
        by=world.scope("member_a1"), case=row, kind=StepKind.OBJECTION, text="党费已经补交，有收据", on=TODAY
    )
    with pytest.raises(Refused, match="先答复再决定"):
        actions.decide_case(
            by=world.scope("organizer_ashi"), case=row, outcome=Outcome.MENDED, text="已经改正了", on=TODAY
        )
    step(world, row, StepKind.ANSWER, 90)
    assert (
        actions.decide_case(
            by=world.scope("organizer_ashi"), case=row, outcome=Outcome.MENDED, text="已经改正了", on=TODAY
        ).state
        == "closed"
    )


def test_only_the_person_speaks_for_the_person(world: World) -> None:
    row = opened(world)
    with pytest.raises(Refused, match="只能对自己的事"):
        actions.state_own_case(
            by=world.scope("nobody"), case=row, kind=StepKind.STATEMENT, text="不是这样的", on=TODAY
        )


def test_cases_about_organizations_are_for_who_holds_them_accountable(world: World) -> None:
    with pytest.raises(Denied):
        actions.open_case(
            by=world.scope("secretary_a1"),
            organization=world.a1,
            trigger=Trigger.LATE,
            facts="两个月的月记迟报",
            responsible="书记阿措克布",
            on=TODAY,
        )
    with pytest.raises(Refused, match="责任人"):
        actions.open_case(
            by=world.scope("organizer_ashi"),
            organization=world.a1,
            trigger=Trigger.LATE,
            facts="两个月的月记迟报",
            on=TODAY,
        )
    row = actions.open_case(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        trigger=Trigger.LATE,
        facts="两个月的月记迟报",
        responsible="书记阿措克布",
        on=TODAY,
    )
    clerk, township = world.client("secretary_a1"), world.client("organizer_ashi")
    assert clerk.get(reverse("accountability:case", args=[row.pk])).status_code == 404
    assert "阿措克布" in township.get(reverse("accountability:case", args=[row.pk])).content.decode()
    assert (
        "阿措克布"
        not in clerk.get(reverse("accountability:cases"))
        .content.decode()
        .split("</aside>")[-1]
        .split("<main")[-1]
    )


def test_the_same_trigger_is_one_case(world: World) -> None:
    opened(world)
    with pytest.raises(Refused, match="已经登记了一件"):
        opened(world)
    assert Case.objects.count() == 1


@given(
    kinds=st.lists(st.sampled_from(list(StepKind)), max_size=6),
    outcome=st.sampled_from(list(Outcome)),
    about_member=st.booleans(),
    objected=st.booleans(),
)
def test_nothing_but_unfounded_ends_a_case_without_a_talk(
    kinds: list[StepKind], outcome: Outcome, about_member: bool, objected: bool
) -> None:
    known = Known(START, False, about_member, [(kind, TODAY) for kind in kinds], has_open_objection=objected)
    try:
        check_decision(
            known, outcome, decider=Person(1, "甲"), recorders=[Person(2, "乙")], until=TODAY + timedelta(30)
        )
    except Refused:
        return
    assert outcome in outcomes(known)
    assert outcome == Outcome.UNFOUNDED or (StepKind.TALK in kinds and not objected)


def test_branches_that_were_late_twice_are_proposed_and_nothing_is_opened(world: World) -> None:
    for month in (202608, 202609):
        BranchMonth.objects.create(branch=world.a1, month=month, is_late=True)
    [proposal] = proposals(world.scope("organizer_ashi"), on=TODAY)
    assert (proposal.trigger, proposal.organization) == (Trigger.LATE, world.a1)
    assert proposals(world.scope("organizer_bashi"), on=TODAY) == []
    assert not Case.objects.exists()


def test_the_same_photo_twice_is_a_sign_with_its_innocent_causes(world: World) -> None:
    for day in (date(2026, 9, 5), date(2026, 10, 5)):
        meeting = Meeting.objects.create(
            branch=world.a1,
            kind="theme_party_day",
            month=day.year * 100 + day.month,
            on=day,
            title="主题党日",
            by="test",
            at=NOW,
        )
        Attachment.objects.create(
            meeting=meeting, name="合影.jpg", size=9, digest="f" * 64, content=b"x", by="test", at=NOW
        )
    [sign] = signs(world.scope("inspector"), on=TODAY)
    assert (sign.kind.key, sign.organization) == ("same_file", world.a1)
    page = world.client("inspector").get(reverse("inspections:signs")).content.decode()
    assert "同一张照片用了两次</span>　1个附件在不同会议或步骤里相同" in page
    assert "按文件指纹比较，不看画面" in page
    assert "常见的正当原因：同一天连着开两个会" in page
    assert "不是结论" in page


def test_a_sign_leads_to_a_form_on_which_no_problem_is_chosen(world: World) -> None:
    test_the_same_photo_twice_is_a_sign_with_its_innocent_causes(world)
    client = world.client("county_organizer")
    page = client.get(reverse("inspections:signs")).content.decode()
    address = f"{reverse('accountability:case_new', args=[world.a1.pk])}?about=unit"
    assert f'href="{address}"' in page and "trigger=" not in page
    form = client.get(address).content.decode()
    trigger = form[form.index('name="trigger"') : form.index("</select>", form.index('name="trigger"'))]
    assert "弄虚作假" in trigger and trigger.count("selected") == trigger.count('value="" selected')
    assert trigger.index("请选择") < trigger.index("管理不规范")


def test_what_is_overdue_waits_for_its_leader(world: World) -> None:
    row = opened(world)
    step(world, row, StepKind.TALK, 3)
    step(world, row, StepKind.DEADLINE, 4, START + timedelta(days=30))
    [group] = work(world.scope("secretary_a1"), on=TODAY)
    assert (group.key, group.total) == ("cases", 1)
    assert work(world.scope("secretary_a2"), on=TODAY) == []


def test_pages_lead_from_the_proposal_to_the_decision(world: World) -> None:
    make_member(branch=world.a1)
    clerk, township = world.client("secretary_a1"), world.client("organizer_ashi")
    url = reverse("accountability:case_new", args=[world.a1.pk])
    data = {"member": str(world.members_a1[0].pk), "trigger": "duties", "facts": "三次不参加主题党日"}
    assert clerk.post(url, data).status_code == 303
    row = Case.objects.get()
    page = reverse("accountability:case", args=[row.pk])
    assert "要由另一位同志决定" in clerk.get(page).content.decode()
    talk = {"kind": "talk", "day": row.opened_on.isoformat(), "text": "谈清利害，本人表态"}
    assert clerk.post(reverse("accountability:case_step", args=[row.pk]), talk).status_code == 303
    answer = township.post(
        reverse("accountability:case_decision", args=[row.pk]), {"outcome": "mended", "text": "以后按时参加"}
    )
    assert answer.status_code == 303
    row.refresh_from_db()
    assert row.outcome == "mended"


@pytest.mark.parametrize("name", ["accountability:cases", "accountability:cases_download"])
def test_lists_cost_the_same_for_thirty_cases(world: World, name: str) -> None:
    opened(world)

    def more() -> None:
        for _ in range(30):
            actions.open_case(
                by=world.scope("secretary_a1"),
                organization=world.a1,
                member=make_member(branch=world.a1),
                trigger=Trigger.DUTIES,
                facts="三次不参加主题党日",
                on=START,
            )

    with constant_queries(world.client("organizer_ashi"), reverse(name), grow=more) as cost:
        assert cost <= 12
