"""The table of increase and decrease: whoever reads members, of the own units."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    Captured,
    Row,
    page,
)
from tests.world import World

READ = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


ROWS: tuple[Row, ...] = (
    page("mobility:movements", {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}),
    page("mobility:organization_movements", READ, a1),
    page("mobility:movements_print", READ, a1),
    page("mobility:movements_download", READ, a1),
)
