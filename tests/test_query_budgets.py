"""Lists cost the same number of queries for one row and for thirty; hot pages stay under a ceiling."""

from tests.things import merge_proposal, printed, waiting_job
from tests.world import World, grant, make_member, make_organization, make_user
from zhibu.audit.actions import record
from zhibu.core.access import Scope

MORE = 30
CEILING = 12


def more_members(world: World) -> None:
    """Thirty further members of A1."""
    for _ in range(MORE):
        make_member(branch=world.a1)


def more_numbered(world: World) -> None:
    """Thirty further members of A1, numbered and printed."""
    more_members(world)
    printed(world)


def more_branches(world: World) -> None:
    """Thirty further branches of Ashi."""
    for n in range(MORE):
        make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"5134001013{n:02d}",
            name=f"中共凉县阿市镇新{n}村支部委员会",
            short_name=f"新{n}村党支部",
            segment=f"{n + 100:03d}",
        )


def more_people(world: World) -> None:
    """Thirty further accounts with a role."""
    for n in range(MORE):
        grant(make_user(f"clerk{n}", f"书记{n}"), "branch_clerk", world.a1)


def more_jobs(world: World) -> None:
    """Thirty jobs of the county organizer."""
    for _n in range(MORE):
        waiting_job(world, "county_organizer")


def more_records(world: World) -> None:
    """Thirty records on the chain of A1."""
    for _ in range(MORE):
        record(
            "members.member.corrected",
            by=Scope.system("test"),
            on=world.members_a1[0],
            chain=world.a1.pk,
            path=world.a1.path,
        )


def more_proposals(world: World) -> None:
    """A further proposal to merge."""
    merge_proposal(world)
