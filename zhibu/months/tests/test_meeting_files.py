"""Files and decisions of meetings beside a seal, and the same photo used twice."""

from datetime import date

import pytest

from tests.world import TODAY, World
from zhibu.inspections.summaries.signs import signs
from zhibu.meetings import actions
from zhibu.meetings.actions.village_files import attach_step_file
from zhibu.meetings.models import Meeting
from zhibu.meetings.rules.village import Step
from zhibu.meetings.summaries.pages import meeting_page
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import sealed, theme_day

pytestmark = pytest.mark.dated

PHOTO = b"\xff\xd8\xff\xe0photo"


def test_what_is_added_to_a_sealed_month_leaves_its_digest_and_is_told_apart(world: World) -> None:
    row = sealed(world)
    meeting = Meeting.objects.get(branch=world.a1)
    by = world.scope("secretary_a1")
    file = actions.attach_file(by=by, meeting=meeting, name="合影.jpg", content=PHOTO, on=TODAY)
    decision = actions.record_decision(
        by=by, meeting=meeting, text="清理水渠", owner_name="王伟", due_on=TODAY, on=TODAY
    )
    assert BranchMonth.objects.get(pk=row.pk).digest == row.digest
    assert verify_seals().broken is None
    assert meeting_page(meeting).late == [file, decision]


def test_a_photo_uploaded_to_two_meetings_or_to_a_step_as_well_is_a_sign(world: World) -> None:
    by = world.scope("secretary_a1")
    first, second = theme_day(world, on=date(2026, 9, 5)), theme_day(world, on=date(2026, 10, 5))
    actions.attach_file(by=by, meeting=first, name="合影.jpg", content=PHOTO, on=TODAY)
    assert signs(world.scope("inspector"), on=TODAY) == []
    again = actions.attach_file(by=by, meeting=second, name="另一张.jpg", content=PHOTO, on=TODAY)
    (sign,) = signs(world.scope("inspector"), on=TODAY)
    assert (sign.kind.key, sign.told) == ("same_file", "1个附件在不同会议或步骤里相同")
    actions.remove_attachment(by=by, attachment=again, on=TODAY)
    assert signs(world.scope("inspector"), on=TODAY) == []
    matter = actions.open_matter(by=by, branch=world.a1, title="修路", opened_on=date(2026, 9, 1), on=TODAY)
    actions.record_step(by=by, matter=matter, step=Step(1, date(2026, 9, 6)), minutes="提议", on=TODAY)
    attach_step_file(by=by, matter=matter, number=1, name="公开.jpg", content=PHOTO, on=TODAY)
    (sign,) = signs(world.scope("inspector"), on=TODAY)
    assert (sign.kind.key, sign.organization) == ("same_file", world.a1)
