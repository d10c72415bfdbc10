"""Walks of the deeds of an inspection."""

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.inspections.actions.findings import mend_finding, recheck_finding
from zhibu.inspections.tests.inspecting import a_finding


@walk("inspections.finding.closed")
def finding(world: World, alone: World) -> Last:
    """Mended by the one person."""
    row = a_finding(world)
    mend_finding(by=alone.scope("secretary_a1"), finding=row, mending="已按系统补登证本第8页", on=TODAY)
    return lambda by: recheck_finding(
        by=by, finding=row, is_mended=True, recheck="看了证本，已经改好", on=TODAY
    )
