"""Fixtures of the certificate tests."""

import pytest

from tests.things import printed
from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet


@pytest.fixture
def copy(world: World) -> Booklet:
    """The first member's copy, handed over today; the others of A1 are printed."""
    printed(world)
    actions.hand_over(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        member=world.members_a1[0],
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )
    return Booklet.objects.select_related("certificate").get(certificate__member=world.members_a1[0])
