"""Meetings, their lists and what is entered about them, village matters."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    COUNTY,
    INSPECTOR,
    MEMBER,
    OFFICES,
    Captured,
    Row,
    deed,
    page,
)
from tests.days import ago
from tests.world import TODAY, World, make_member
from zhibu.meetings import actions
from zhibu.meetings.actions.village_files import attach_step_file
from zhibu.meetings.models import Attachment, Decision, Meeting, VillageFile, VillageMatter, Vote
from zhibu.meetings.rules.village import Step

RECORD_A1 = CLERK_A1 + ASHI + COUNTY
READ_A1 = RECORD_A1 + INSPECTOR
OUTSIDE = CLERK_A2 + BASHI
DAY = TODAY.isoformat()


def planned(world: World, kind: str = "members_meeting") -> Meeting:
    """A meeting of A1 on the day."""
    return actions.plan_meeting(
        by=world.scope("secretary_a1"), branch=world.a1, kind=kind, day=ago(4), on=TODAY
    )


def held(world: World, kind: str = "members_meeting") -> Meeting:
    """The same, everyone there."""
    return actions.hold_meeting(by=world.scope("secretary_a1"), meeting=planned(world, kind), on=TODAY)


def vote(world: World) -> Vote:
    """A motion that passed."""
    return actions.record_vote(
        by=world.scope("secretary_a1"),
        meeting=held(world),
        motion="年度计划",
        ayes=3,
        noes=0,
        abstained=0,
        on=TODAY,
    )


def decision(world: World) -> Decision:
    """Something to carry out."""
    return actions.record_decision(
        by=world.scope("secretary_a1"),
        meeting=held(world),
        text="清理水渠",
        owner=world.members_a1[0],
        due_on=TODAY,
        on=TODAY,
    )


def attachment(world: World) -> Attachment:
    """A scanned sheet."""
    return actions.attach_file(
        by=world.scope("secretary_a1"), meeting=held(world), name="签到.pdf", content=b"%PDF-1.7", on=TODAY
    )


def matter(world: World) -> VillageMatter:
    """A village matter with its first step."""
    by = world.scope("secretary_a1")
    row = actions.open_matter(by=by, branch=world.a1, title="修路", opened_on=TODAY, on=TODAY)
    actions.record_step(by=by, matter=row, step=Step(1, TODAY), minutes="支委提议", on=TODAY)
    return row


def a_planned(world: World) -> Captured:
    return {"meeting_id": planned(world).pk}


def a_held(world: World) -> Captured:
    return {"meeting_id": held(world).pk}


def an_appraisal(world: World) -> Captured:
    return {"meeting_id": held(world, "democratic_appraisal").pk}


def a_line(world: World) -> Captured:
    return {"meeting_id": held(world).pk, "member_id": world.members_a1[1].pk}


def a_vote(world: World) -> Captured:
    return {"vote_id": vote(world).pk}


def a_decision(world: World) -> Captured:
    return {"decision_id": decision(world).pk}


def an_attachment(world: World) -> Captured:
    return {"attachment_id": attachment(world).pk}


def a_matter(world: World) -> Captured:
    return {"matter_id": matter(world).pk}


def a_step(world: World) -> Captured:
    return {"matter_id": matter(world).pk, "number": 2}


def a_done_step(world: World) -> Captured:
    return {"matter_id": matter(world).pk, "number": 1}


def step_file(world: World) -> VillageFile:
    """A photo of a step that was entered."""
    return attach_step_file(
        by=world.scope("secretary_a1"),
        matter=matter(world),
        number=1,
        name="提议.pdf",
        content=b"%PDF-1.7",
        on=TODAY,
    )


def a_step_file(world: World) -> Captured:
    return {"file_id": step_file(world).pk}


def a_notice(world: World) -> Captured:
    return {"matter_id": matter(world).pk, "number": 5}


def a_newcomer(world: World) -> Captured:
    meeting = held(world)
    return {"meeting_id": meeting.pk, "member_id": make_member(branch=world.a1).pk}


def branch_a1(world: World) -> Captured:
    return {"branch_id": world.a1.pk}


def own_member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


def grades(world: World) -> dict[str, object]:
    return {f"grade-{world.members_a1[1].pk}": "qualified"}


def in_scope(name: str) -> Row:
    return page(name, {200: OFFICES + INSPECTOR})


PLAN = {"kind": "party_class", "day": DAY}
YEAR = {"kind": "theme_party_day", "day": 5}
LINE = {"status": "leave", "seen": "0"}

ROWS: tuple[Row, ...] = (
    in_scope("meetings:meetings"),
    in_scope("meetings:overview"),
    in_scope("meetings:decisions"),
    in_scope("meetings:matters"),
    page("meetings:plan", {200: RECORD_A1, 404: OUTSIDE}, branch_a1),
    deed("meetings:plan", {303: RECORD_A1, 404: OUTSIDE}, branch_a1, data=PLAN),
    page("meetings:meeting", {200: READ_A1, 404: OUTSIDE}, a_planned),
    page("meetings:meeting", {200: READ_A1, 404: OUTSIDE}, a_held, note="held"),
    page("meetings:edit", {200: RECORD_A1, 404: OUTSIDE}, a_planned),
    deed("meetings:edit", {303: RECORD_A1, 404: OUTSIDE}, a_planned, data={"day": DAY}),
    page("meetings:hold", {200: RECORD_A1, 404: OUTSIDE}, a_planned),
    deed("meetings:hold", {303: RECORD_A1, 404: OUTSIDE}, a_planned),
    deed("meetings:cancellation", {303: RECORD_A1, 404: OUTSIDE}, a_planned),
    page("meetings:attendance", {200: RECORD_A1, 404: OUTSIDE}, a_held),
    page("meetings:mark", {200: RECORD_A1, 404: OUTSIDE}, a_line),
    deed("meetings:mark", {303: RECORD_A1, 404: OUTSIDE}, a_line, data=LINE),
    page("meetings:votes", {200: RECORD_A1, 404: OUTSIDE}, a_held),
    deed(
        "meetings:votes",
        {303: RECORD_A1, 404: OUTSIDE},
        a_held,
        data={"motion": "年度计划", "ayes": 3, "noes": 0, "abstained": 0},
    ),
    deed("meetings:vote_removal", {303: RECORD_A1, 404: OUTSIDE}, a_vote),
    page("meetings:minutes", {200: RECORD_A1, 404: OUTSIDE}, a_held),
    deed(
        "meetings:minutes",
        {303: RECORD_A1, 404: OUTSIDE},
        a_held,
        data={"minutes": "学习文件", "seen": actions.fingerprint("")},
    ),
    page("meetings:decision_new", {200: RECORD_A1, 404: OUTSIDE}, a_held),
    deed(
        "meetings:decision_new",
        {303: RECORD_A1, 404: OUTSIDE},
        a_held,
        data={"text": "清理水渠", "owner_name": "王伟", "due_on": DAY},
    ),
    page("meetings:decision", {200: READ_A1, 404: OUTSIDE}, a_decision),
    deed(
        "meetings:decision",
        {303: RECORD_A1, 403: INSPECTOR, 404: OUTSIDE},
        a_decision,
        data={"done_on": DAY, "result": "清理完了"},
    ),
    deed("meetings:decision_removal", {303: RECORD_A1, 404: OUTSIDE}, a_decision),
    deed("meetings:attachments", {422: RECORD_A1, 404: OUTSIDE}, a_held, note="without a file"),
    page("meetings:attachment", {200: READ_A1, 404: OUTSIDE}, an_attachment),
    deed("meetings:attachment_removal", {303: RECORD_A1, 404: OUTSIDE}, an_attachment),
    page("meetings:appraisal", {200: RECORD_A1, 404: OUTSIDE}, an_appraisal),
    deed("meetings:appraisal", {303: RECORD_A1, 404: OUTSIDE}, an_appraisal, data=grades),
    page("meetings:minutes_print", {200: READ_A1, 404: OUTSIDE}, a_held),
    page("meetings:sign_in_print", {200: READ_A1, 404: OUTSIDE}, a_planned),
    page("meetings:matter", {200: READ_A1, 404: OUTSIDE}, a_matter),
    page("meetings:matter_new", {200: RECORD_A1, 404: OUTSIDE}, branch_a1),
    deed(
        "meetings:matter_new",
        {303: RECORD_A1, 404: OUTSIDE},
        branch_a1,
        data={"title": "修路", "opened_on": DAY},
    ),
    page("meetings:step", {200: RECORD_A1, 404: OUTSIDE}, a_step),
    deed("meetings:step", {303: RECORD_A1, 404: OUTSIDE}, a_step, data={"day": DAY, "minutes": "商议同意"}),
    deed("meetings:step_removal", {303: RECORD_A1, 404: OUTSIDE}, a_done_step),
    page("meetings:step_files", {200: RECORD_A1, 404: OUTSIDE}, a_done_step),
    deed("meetings:step_files", {200: RECORD_A1, 404: OUTSIDE}, a_done_step, note="without a file"),
    page("meetings:step_file", {200: READ_A1, 404: OUTSIDE}, a_step_file),
    deed("meetings:step_file_removal", {303: RECORD_A1, 404: OUTSIDE}, a_step_file),
    page("meetings:notice_print", {200: READ_A1, 404: OUTSIDE}, a_notice),
    page("meetings:year", {200: READ_A1, 404: OUTSIDE}, branch_a1),
    deed("meetings:year", {303: RECORD_A1, 403: INSPECTOR, 404: OUTSIDE}, branch_a1, data=YEAR),
    page("meetings:attendance_download", {200: READ_A1, 404: OUTSIDE}, branch_a1),
    deed("meetings:addition", {303: RECORD_A1, 404: OUTSIDE}, a_newcomer),
    page("meetings:member_panel", {200: READ_A1 + MEMBER, 404: OUTSIDE}, own_member),
)
