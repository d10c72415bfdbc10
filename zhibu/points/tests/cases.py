"""Entries, publications and objections in the test county."""

from datetime import date
from uuid import UUID, uuid4

from tests.days import ago, day_in, month_back
from tests.world import TODAY, World, make_member
from zhibu.members.models import Member
from zhibu.points import actions
from zhibu.points.models import Entry, Objection
from zhibu.points.summaries.totals import totals

FACT = ago(12)


def entry(
    world: World,
    *,
    member: Member | None = None,
    item: str = "B02",
    fact_on: date = FACT,
    person: str = "secretary_a1",
    operation: UUID | None = None,
    on: date = TODAY,
) -> Entry:
    """An entry the person proposes for the second member of A1."""
    return actions.record_entry(
        by=world.scope(person),
        member=member or world.members_a1[1],
        item=item,
        fact_on=fact_on,
        evidence="义务植树签到表",
        operation=operation or uuid4(),
        on=on,
    )


def approved(world: World, **facts: object) -> Entry:
    """An entry approved by Ashi."""
    row = entry(world, **facts)  # type: ignore[arg-type]
    actions.approve_entries(by=world.scope("organizer_ashi"), entries=[row], on=TODAY)
    row.refresh_from_db()
    return row


def total_of(member: Member, year: int = TODAY.year) -> int:
    return totals([member.pk], year)[member.pk].total


def published(world: World, *, member: Member | None = None) -> Entry:
    """An approved entry of the first member for October, published today."""
    row = entry(
        world,
        member=member or world.members_a1[0],
        fact_on=day_in(month_back(1), 12),
        on=day_in(month_back(), 1),
    )
    actions.approve_entries(by=world.scope("organizer_ashi"), entries=[row], on=day_in(month_back(), 1))
    actions.publish_month(by=world.scope("secretary_a1"), branch=world.a1, month=month_back(1), on=TODAY)
    return row


def objection(world: World) -> Objection:
    """The first member objects to the published entry."""
    return actions.file_objection(
        by=world.scope("member_a1"), entry=published(world), text="那天我在场，签到表上有", on=TODAY
    )


def more_entries(world: World) -> None:
    """Thirty further members of A1, each with an entry that waits and one that counts."""
    for _ in range(30):
        member = make_member(branch=world.a1)
        entry(world, member=member)
        approved(world, member=member)


def more_objections(world: World) -> None:
    """Thirty further members of A1 who object to a published entry."""
    rows = []
    for _ in range(30):
        member = make_member(branch=world.a1)
        row = entry(world, member=member, fact_on=day_in(month_back(1), 12), on=day_in(month_back(), 1))
        # As if entered before the publication.
        Entry.objects.filter(pk=row.pk).update(state="approved", approver="刘洋", month=month_back(1))
        row.refresh_from_db()
        rows.append(row)
    for row in rows:
        actions.file_objection(by=world.scope("secretary_a1"), entry=row, text="那天我在场", on=TODAY)
