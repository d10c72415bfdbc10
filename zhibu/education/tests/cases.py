"""Study hours in the test county, for tests and budgets."""

from uuid import UUID, uuid4

from tests.days import ago
from tests.world import TODAY, World, make_member, make_organization
from zhibu.education import actions
from zhibu.education.models import StudyRecord
from zhibu.education.rules.entries import Entry, Mode
from zhibu.members.models import Member

MORE = 30
DAY = ago(19)
EVENING = Entry(Mode.NIGHT_SCHOOL, "惠农政策", DAY, 20, "签到表")


def study(
    world: World,
    entry: Entry = EVENING,
    *,
    members: list[Member] | None = None,
    operation: UUID | None = None,
    name: str = "secretary_a1",
) -> list[StudyRecord]:
    """An entry of A1: an evening of two hours where all three came, or another."""
    return actions.record_study(
        by=world.scope(name),
        branch=world.a1,
        entry=entry,
        member_ids=[member.pk for member in (world.members_a1 if members is None else members)],
        operation=operation or uuid4(),
        on=TODAY,
    )


def more_studies(world: World) -> None:
    """Thirty further evenings of A1, with thirty members more."""
    people = [*world.members_a1, *(make_member(branch=world.a1) for _ in range(MORE))]
    for n in range(MORE):
        study(world, Entry(Mode.NIGHT_SCHOOL, f"第{n}课", DAY, 20, "签到表"), members=people)


def more_branches_that_study(world: World) -> None:
    """Twenty further branches of Ashi with a member and an evening each."""
    for n in range(20):
        branch = make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"5134001017{n:02d}",
            name=f"中共凉县阿市镇学{n}村支部委员会",
            short_name=f"学{n}村党支部",
            segment=f"{n + 400:03d}",
        )
        actions.record_study(
            by=world.scope("organizer_ashi"),
            branch=branch,
            entry=EVENING,
            member_ids=[make_member(branch=branch).pk],
            operation=uuid4(),
            on=TODAY,
        )
