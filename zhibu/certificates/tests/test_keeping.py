"""Custody, loss, replacement, signing on screen: what changes, what is refused, what a second call does."""

from datetime import date

import pytest

from tests.things import printed
from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet, Certificate, Custody
from zhibu.core.access import Denied, Refused


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


def take(world: World, copy: Booklet, *, cause: str = "request", day: date = TODAY) -> Custody:
    return actions.take_into_custody(
        by=world.scope("secretary_a1"),
        booklet=copy,
        cause=cause,
        reason="外出务工" if cause == "request" else "留党察看",
        place="村委会文件柜",
        keeper="阿措克布",
        from_date=day,
        on=TODAY,
    )


def test_custody_at_request_leaves_the_certificate_active_and_ends_with_the_return(
    world: World, copy: Booklet
) -> None:
    custody = take(world, copy)
    assert Certificate.objects.get(pk=copy.certificate_id).state == "active"
    with pytest.raises(Refused, match="已经在组织代管中"):
        take(world, copy)
    clerk = world.scope("secretary_a1")
    actions.give_back(by=clerk, custody=custody, returned_to="", until=TODAY, on=TODAY)
    with pytest.raises(Refused, match="已在2026-11-24交还"):
        actions.give_back(by=clerk, custody=custody, returned_to="", until=TODAY, on=TODAY)
    assert Custody.objects.get().until == TODAY


def test_custody_by_a_disposition_takes_over_and_only_its_end_gives_the_copy_back(
    world: World, copy: Booklet
) -> None:
    first = take(world, copy)
    kept = take(world, copy, cause="disposition")
    assert take(world, copy, cause="disposition") == kept
    first.refresh_from_db()
    assert first.until == TODAY
    clerk = world.scope("secretary_a1")
    with pytest.raises(Refused, match="因“留党察看”留存，支部不能自行交还"):
        actions.give_back(by=clerk, custody=kept, returned_to="", until=TODAY, on=TODAY)
    actions.give_back(by=clerk, custody=kept, returned_to="", until=TODAY, on=TODAY, by_disposition=True)
    assert not Custody.objects.filter(until=None).exists()


def test_custody_is_refused_outside_the_days_the_holder_had_the_copy(world: World, copy: Booklet) -> None:
    for day, sentence in ((date(2026, 11, 25), "在今天以后"), (date(2026, 11, 1), "早于2026-11-24")):
        with pytest.raises(Refused, match=sentence):
            take(world, copy, day=day)
    other = Booklet.objects.filter(state="printed").first()
    assert other is not None
    with pytest.raises(Refused, match="还没有发到本人手里"):
        take(world, other)
    assert not Custody.objects.exists()


def test_only_the_own_branch_and_the_organizations_above_keep(world: World, copy: Booklet) -> None:
    for name in ("secretary_a2", "organizer_bashi", "member_a1", "inspector", "auditor"):
        with pytest.raises(Denied):
            actions.take_into_custody(
                by=world.scope(name),
                booklet=copy,
                cause="request",
                reason="外出务工",
                place="文件柜",
                keeper="阿措克布",
                from_date=TODAY,
                on=TODAY,
            )
