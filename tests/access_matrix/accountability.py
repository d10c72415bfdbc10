"""Accountability: branches about their members, committees and county about all; the member's own words."""

from datetime import date, timedelta

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    MEMBER,
    Captured,
    Row,
    deed,
    page,
)
from tests.world import TODAY, World
from zhibu.accountability import actions
from zhibu.accountability.models import Case
from zhibu.accountability.rules import Outcome, StepKind, Trigger


def _case(world: World) -> Case:
    return actions.open_case(
        by=world.scope("secretary_a1"),
        organization=world.a1,
        member=world.members_a1[0],
        trigger=Trigger.DUES,
        facts="连续五个月没有交党费",
        on=TODAY,
    )


def case(world: World) -> Captured:
    return {"pk": _case(world).pk}


def unit(world: World) -> Captured:
    row = actions.open_case(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        trigger=Trigger.LATE,
        facts="两个月的月记迟报",
        responsible="书记阿措克布",
        on=TODAY,
    )
    return {"pk": row.pk}


def objected(world: World) -> Captured:
    """A branch that was named in a notice and does not agree."""
    ashi, county = world.scope("organizer_ashi"), world.scope("county_organizer")
    row = actions.open_case(
        by=ashi,
        organization=world.a1,
        trigger=Trigger.LATE,
        facts="两个月的月记迟报",
        responsible="书记阿措克布",
        on=TODAY - timedelta(days=40),
    )
    ladder: tuple[tuple[StepKind, int, date | None], ...] = (
        (StepKind.TALK, 38, None),
        (StepKind.DEADLINE, 37, TODAY - timedelta(days=10)),
        (StepKind.RECHECK, 5, None),
    )
    for kind, ago, until in ladder:
        day = TODAY - timedelta(days=ago)
        actions.add_step(by=ashi, case=row, kind=kind, day=day, text="支部仍没有改正", until=until, on=TODAY)
    actions.decide_case(by=county, case=row, outcome=Outcome.NOTICE, text="在全县通报", on=TODAY)
    actions.add_step(
        by=ashi, case=row, kind=StepKind.OBJECTION, day=TODAY, text="停电三天，有供电所证明", on=TODAY
    )
    return {"pk": row.pk}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


TALK = {"kind": "talk", "day": TODAY.isoformat(), "text": "谈清利害，本人表态"}
ENDED = {"outcome": "unfounded", "text": "经核实不属实"}
HANDLE = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}

ROWS: tuple[Row, ...] = (
    page("accountability:cases", {200: CLERKS + COMMITTEES + COUNTY}),
    page("accountability:cases_download", {200: CLERKS + COMMITTEES + COUNTY}),
    page("accountability:case_proposals", {200: CLERKS + COMMITTEES + COUNTY}),
    page("inspections:signs", {200: COMMITTEES + COUNTY + INSPECTOR}),
    page("accountability:case_new", HANDLE, a1),
    page("accountability:case", HANDLE, case),
    page("accountability:case", {200: ASHI + COUNTY, 404: CLERKS + BASHI}, unit, note="unit"),
    deed("accountability:case_step", {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}, case, data=TALK),
    deed("accountability:case_decision", {303: ASHI + COUNTY, 404: BASHI}, case, data=ENDED),
    deed(
        "accountability:case_review",
        {303: ("county_organizer_2",), 422: (*ASHI, "county_organizer"), 404: BASHI},
        objected,
        data={"result": "upheld", "text": "复核后维持原决定"},
    ),
    page("accountability:own_cases", {200: MEMBER}, member),
    deed(
        "accountability:own_words",
        {303: MEMBER},
        case,
        data={"kind": "statement", "text": "外出打工，回来补交"},
    ),
)
