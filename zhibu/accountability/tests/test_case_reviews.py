"""从严追究 after the decision: objections reviewed by a third person, rectifications rechecked, reports answered."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.accountability import actions
from zhibu.accountability.models import Case
from zhibu.accountability.rules import Known, Outcome, StepKind, Trigger, next_step, steps_offered
from zhibu.accountability.summaries.cases import rows, work
from zhibu.core.access import Denied, Refused
from zhibu.inspections.actions.findings import mend_finding, recheck_finding
from zhibu.organizations.models import Organization

START = TODAY - timedelta(days=60)
DEADLINE = TODAY - timedelta(days=20)


def of_unit(world: World, *, person: str = "organizer_ashi", unit: Organization | None = None) -> Case:
    """A case about a branch, led to its recheck."""
    scope = world.scope(person)
    row = actions.open_case(
        by=scope,
        organization=unit or world.a1,
        trigger=Trigger.LATE,
        facts="两个月的月记迟报",
        responsible="书记阿措克布",
        on=START,
    )
    ladder: tuple[tuple[StepKind, int, date | None], ...] = (
        (StepKind.TALK, 2, None),
        (StepKind.DEADLINE, 3, DEADLINE),
        (StepKind.RECHECK, 45, None),
    )
    for kind, after, until in ladder:
        day = START + timedelta(days=after)
        actions.add_step(by=scope, case=row, kind=kind, day=day, text="仍没有按时交", until=until, on=TODAY)
    return row


def decided(world: World, outcome: Outcome = Outcome.NOTICE, **facts: date) -> Case:
    """The county decides what the township led."""
    return actions.decide_case(
        by=world.scope("county_organizer"),
        case=of_unit(world),
        outcome=outcome,
        text="两次谈话后仍迟报",
        on=TODAY,
        **facts,
    )


def objected(world: World) -> Case:
    """The branch does not agree."""
    row = decided(world, Outcome.RECTIFICATION, until=TODAY + timedelta(days=30))
    actions.add_step(
        by=world.scope("organizer_ashi"),
        case=row,
        kind=StepKind.OBJECTION,
        day=TODAY,
        text="停电三天，有供电所证明",
        on=TODAY,
    )
    return Case.objects.get(pk=row.pk)


def test_an_objection_is_reviewed_by_a_third_person_and_can_end_the_case_as_unfounded(world: World) -> None:
    row = objected(world)
    for person in ("county_organizer", "organizer_ashi"):
        with pytest.raises(Refused, match="不能复核"):
            actions.review_decision(
                by=world.scope(person), case=row, is_upheld=False, text="证明属实", on=TODAY
            )
    [group] = [each for each in work(world.scope("county_organizer_2"), on=TODAY) if "objected" in each.key]
    assert group.total == 1
    third = world.scope("county_organizer_2")
    row = actions.review_decision(by=third, case=row, is_upheld=False, text="供电所证明属实", on=TODAY)
    assert row.finding is not None
    row.finding.refresh_from_db()
    assert (row.outcome, row.finding.state) == ("unfounded", "closed")
    assert "两次谈话后仍迟报" in row.decision
    assert "供电所证明属实" in row.decision


def test_an_objection_comes_within_fifteen_days_and_once(world: World) -> None:
    row = decided(world)
    ashi = world.scope("organizer_ashi")

    def object_on(day: date) -> None:
        actions.add_step(by=ashi, case=row, kind=StepKind.OBJECTION, day=day, text="停电三天，有证明", on=day)

    with pytest.raises(Refused, match="已经过了"):
        object_on(TODAY + timedelta(days=16))
    object_on(TODAY + timedelta(days=15))
    actions.review_decision(
        by=world.scope("county_organizer_2"), case=row, is_upheld=True, text="维持原决定", on=TODAY
    )
    with pytest.raises(Refused, match="已经结束"):
        object_on(TODAY + timedelta(days=15) - timedelta(days=1))
    assert Case.objects.get(pk=row.pk).outcome == "notice"


def test_a_rectification_has_an_owner_a_deadline_and_a_recheck_by_another(world: World) -> None:
    with pytest.raises(Refused, match="要填期限"):
        decided(world, Outcome.RECTIFICATION)
    row = Case.objects.get()
    until = TODAY + timedelta(days=30)
    row = actions.decide_case(
        by=world.scope("county_organizer"),
        case=row,
        outcome=Outcome.RECTIFICATION,
        text="限期补报两个月月记",
        until=until,
        on=TODAY,
    )
    finding = row.finding
    assert finding is not None
    assert (finding.owner, finding.due_on, finding.branch) == ("书记阿措克布", until, world.a1)
    mend_finding(by=world.scope("secretary_a1"), finding=finding, mending="两个月都补报了", on=TODAY)
    closed = recheck_finding(
        by=world.scope("organizer_ashi"), finding=finding, is_mended=True, recheck="看过月记", on=TODAY
    )
    assert closed.state == "closed"


def test_what_is_reported_upward_waits_for_the_county_until_it_answers(world: World) -> None:
    row = of_unit(world, person="county_organizer")
    row = actions.decide_case(
        by=world.scope("organizer_ashi"),
        case=row,
        outcome=Outcome.REPORTED,
        text="情况复杂，报县委组织部",
        on=TODAY,
    )
    county = world.scope("county_organizer")
    assert [each.key for each in work(county, on=TODAY)] == ["cases_reported"]
    answer = {"kind": StepKind.RECEIVED, "day": TODAY, "text": "已派人核实处理", "on": TODAY}
    with pytest.raises(Refused, match="由上级写处理意见"):
        actions.add_step(by=world.scope("organizer_ashi"), case=row, **answer)  # type: ignore[arg-type]
    actions.add_step(by=county, case=row, **answer)  # type: ignore[arg-type]
    assert work(county, on=TODAY) == []


def test_who_led_the_case_does_not_decide_it(world: World) -> None:
    row = actions.open_case(
        by=world.scope("secretary_a1"),
        organization=world.a1,
        member=world.members_a1[0],
        trigger=Trigger.DUTIES,
        facts="三次不参加主题党日",
        on=START,
    )
    ashi = world.scope("organizer_ashi")
    actions.add_step(by=ashi, case=row, kind=StepKind.TALK, day=TODAY, text="谈清利害，本人表态", on=TODAY)
    with pytest.raises(Refused, match="请另一位同志决定"):
        actions.decide_case(by=ashi, case=row, outcome=Outcome.MENDED, text="已经改正了", on=TODAY)


def test_a_committee_never_holds_itself_accountable(world: World) -> None:
    with pytest.raises(Denied):
        of_unit(world, unit=world.ashi)
    row = of_unit(world, person="county_organizer", unit=world.ashi)
    assert row not in rows(world.scope("organizer_ashi"))
    client = world.client("organizer_ashi")
    assert client.get(reverse("accountability:case", args=[row.pk])).status_code == 404
    assert row in rows(world.scope("county_organizer_2"))


def test_nobody_handles_the_own_case(world: World) -> None:
    member = world.members_a1[0]
    member.user = world.people["secretary_a1"]
    member.save(update_fields=["user"])
    with pytest.raises(Refused, match="自己的事"):
        actions.open_case(
            by=world.scope("secretary_a1"),
            organization=world.a1,
            member=member,
            trigger=Trigger.DUTIES,
            facts="三次不参加主题党日",
            on=TODAY,
        )


def test_the_page_offers_the_next_step_of_the_ladder_first(world: World) -> None:
    steps: list[tuple[StepKind, date]] = []

    def known(deadline: date | None = None) -> Known:
        return Known(START, is_closed=False, is_about_member=True, steps=tuple(steps), deadline=deadline)

    expected = []
    for kind, deadline in (
        (StepKind.REMIND, None),
        (StepKind.TALK, None),
        (StepKind.DEADLINE, DEADLINE),
        (StepKind.RECHECK, DEADLINE),
    ):
        expected.append((next_step(known(deadline if kind == StepKind.RECHECK else None), on=TODAY), kind))
        steps.append((kind, START if kind != StepKind.RECHECK else TODAY))
    assert all(offered == kind for offered, kind in expected)
    assert steps_offered(known(DEADLINE), on=TODAY)[0] == StepKind.NOTE
    assert next_step(known(TODAY + timedelta(days=5)), on=TODAY) == StepKind.NOTE


def test_a_new_deadline_asks_for_a_new_recheck(world: World) -> None:
    row = of_unit(world)
    actions.add_step(
        by=world.scope("organizer_ashi"),
        case=row,
        kind=StepKind.DEADLINE,
        day=TODAY,
        text="再给三十天",
        until=TODAY + timedelta(days=30),
        on=TODAY,
    )
    with pytest.raises(Refused, match="复查以后才能"):
        actions.decide_case(
            by=world.scope("county_organizer"), case=row, outcome=Outcome.NOTICE, text="予以通报", on=TODAY
        )


def test_the_member_reads_the_own_case_and_answers_it(world: World) -> None:
    row = actions.open_case(
        by=world.scope("secretary_a1"),
        organization=world.a1,
        member=world.members_a1[0],
        trigger=Trigger.DUTIES,
        facts="三次不参加主题党日",
        on=START,
    )
    client = world.client("member_a1")
    own = reverse("accountability:own_cases", args=[world.members_a1[0].pk])
    assert "三次不参加主题党日" in client.get(own).content.decode()
    data = {"kind": "statement", "text": "外出打工，已请假"}
    for _ in range(2):
        assert client.post(reverse("accountability:own_words", args=[row.pk]), data).status_code == 303
    assert row.steps.count() == 1
    assert "外出打工，已请假" in client.get(own).content.decode()
    page = world.client("organizer_ashi").get(reverse("accountability:case", args=[row.pk])).content.decode()
    assert "外出打工，已请假" in page
    assert "台账里的情况" in page
