"""Walks of the deeds with points."""

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.points import actions
from zhibu.points.tests import cases


@walk("points.entries.approved")
def approval(world: World, alone: World) -> Last:
    """Entered by the one person."""
    row = cases.entry(alone)
    return lambda by: actions.approve_entries(by=by, entries=[row], on=TODAY)


@walk("points.objection.settled")
def objection(world: World, alone: World) -> Last:
    """Entered by the one person, approved by another, objected to by the member."""
    row = cases.objection(world)
    row.entry.recorder_user_id = alone.scope("secretary_a1").user_id
    row.entry.save(update_fields=["recorder_user"])
    return lambda by: actions.settle_objection(
        by=by, objection=row, is_right=False, result="签到表上没有这个名字", on=TODAY
    )


@walk("points.objection.settled:filed")
def objection_on_paper(world: World, alone: World) -> Last:
    """Entered and approved by others; the one person files what the member says."""
    entry = cases.published(world)
    row = actions.file_objection(
        by=alone.scope("secretary_a1"), entry=entry, text="那天本人在场，签到表上有", on=TODAY
    )
    return lambda by: actions.settle_objection(
        by=by, objection=row, is_right=True, result="签到表上有这个名字", on=TODAY
    )
