"""Papers of a unit that was merged: whoever took over reads and finishes them; the old neighbors do not."""

from collections.abc import Callable

import pytest

from tests.days import ago, month_back
from tests.things import disposal_steps, enrollment_proposal
from tests.world import NOW, TODAY, World
from zhibu.core.access import Denied, Scope
from zhibu.dues import actions as dues
from zhibu.dues.models import Remittance
from zhibu.inspections.actions import findings
from zhibu.inspections.models import Finding, Inspection
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.mobility.actions.matters import enter_event, settle_event
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.organizations.models import Organization
from zhibu.reorganizations.rules.steps import MergeBranches, MergeCommittees
from zhibu.reorganizations.tests.deeds import done, undone

pytestmark = pytest.mark.usefixtures("done_today")
Last = Callable[[Scope], object]


def month(world: World) -> Last:
    """The branch handed its month in."""
    row = BranchMonth.objects.create(branch=world.a1, month=month_back(1), state="submitted")
    return lambda by: months.return_month(by=by, branch_month=row, reason="第3行没有写代交人", on=TODAY)


def matter(world: World) -> Last:
    """A correction period waits for the committee."""
    event = enter_event(
        by=world.scope("secretary_a1"),
        member=world.members_a1[1],
        entry=Entry(EventKind.BEGIN_CORRECTION, TODAY, "支部党员大会", months=6, steps=disposal_steps(TODAY)),
        on=TODAY,
    )
    return lambda by: settle_event(
        by=by, event=event, approve=True, settled_on=TODAY, document="阿委〔2026〕9号", on=TODAY
    )


def newcomer(world: World) -> Last:
    """Somebody waits to be entered into the branch's books."""
    row = enrollment_proposal(world)
    return lambda by: settle_enrollments(by=by, proposals=[row], accept=True, on=TODAY)


def remittance(world: World) -> Last:
    """The branch handed dues up to its committee."""
    row = Remittance.objects.create(
        from_organization=world.a1,
        to_organization=world.ashi,
        from_month=month_back(1),
        until_month=month_back(0),
        collected=100,
        amount=100,
        kept=0,
        sent_on=ago(3),
        sent_by="阿措克布",
        at=NOW,
    )
    return lambda by: dues.confirm_remittance(by=by, remittance=row, arrived=100, on=TODAY)


def finding(world: World) -> Last:
    """Something to mend, found in a draw of the committee."""
    inspection = Inspection.objects.create(
        organization=world.ashi, quarter=20263, seed="x", state="done", drawn_by="刘洋", drawn_at=NOW
    )
    row = Finding.objects.create(
        inspection=inspection,
        branch=world.a1,
        item="dues",
        text="党费收据缺一张",
        due_on=ago(-9),
        owner="阿措克布",
        opened_by="刘洋",
        opened_at=NOW,
    )
    return lambda by: findings.mend_finding(by=by, finding=row, mending="已经补上收据", on=TODAY)


PAPERS = [month, matter, newcomer, remittance, finding]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda each: each.__name__)
def test_the_committee_that_took_the_township_over_finishes_its_papers(
    world: World, paper: Callable[[World], Last]
) -> None:
    last = paper(world)
    with pytest.raises(Denied):
        last(world.scope("organizer_bashi"))
    done(world, MergeCommittees(sources=(world.ashi.pk,), into=world.bashi.pk))
    last(world.scope("organizer_bashi"))


@pytest.mark.parametrize("paper", [month, matter, newcomer, finding], ids=lambda each: each.__name__)
def test_the_township_that_took_the_branch_over_finishes_its_papers(
    world: World, paper: Callable[[World], Last]
) -> None:
    last = paper(world)
    done(world, MergeBranches(sources=(world.a1.pk,), into=world.b1.pk))
    with pytest.raises(Denied):
        last(world.scope("organizer_ashi"))
    last(world.scope("organizer_bashi"))


def test_the_place_of_a_closed_unit_lies_below_its_successor_until_the_deed_is_undone(world: World) -> None:
    """Every right over papers is asked at the path of their unit."""
    deed = done(world, MergeBranches(sources=(world.a1.pk,), into=world.b1.pk))
    closed = Organization.objects.get(pk=world.a1.pk)
    assert closed.path == f"{world.b1.path}{closed.pk}."
    for name in ("read", "maintain"):
        assert world.scope("organizer_bashi").covers(f"members.{name}", closed.path)
        assert not world.scope("organizer_ashi").covers(f"members.{name}", closed.path)
    undone(world, deed)
    closed.refresh_from_db()
    assert closed.path == f"{world.ashi.path}{closed.pk}."


def test_a_later_deed_takes_the_papers_along(world: World) -> None:
    done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    done(world, MergeCommittees(sources=(world.ashi.pk,), into=world.bashi.pk))
    a1, a2 = (Organization.objects.get(pk=each.pk) for each in (world.a1, world.a2))
    assert a2.path == f"{world.bashi.path}{a2.pk}."
    assert a1.path == f"{a2.path}{a1.pk}."
