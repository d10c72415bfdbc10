"""Transfers of the test county, brought to a step."""

from datetime import date

from tests.days import dashed, month_back
from tests.world import NOW, TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.members.models import Member
from zhibu.mobility.actions import letters, receipts
from zhibu.mobility.actions import transfers as actions
from zhibu.mobility.models import Transfer
from zhibu.rulebook.models import PolicyVersion

REASON = "工作调动到巴市镇"


def set_policy(key: str, **values: object) -> None:
    """A confirmed version of a policy in force since 2020."""
    PolicyVersion.objects.create(
        policy=key,
        number=PolicyVersion.objects.filter(policy=key).count() + 1,
        state="confirmed",
        effective_from=date(2020, 1, 1),
        values=values,
        drafted_at=NOW,
    )


def to_b1(world: World, member: Member | None = None, *, dues: str = "") -> Transfer:
    """A1 asks to move a member to B1; with ``dues`` it agrees at once."""
    return actions.request_transfer(
        by=world.scope("secretary_a1"),
        member=member or world.members_a1[0],
        to_branch=world.b1,
        reason=REASON,
        dues_paid_to=dues,
        on=TODAY,
    )


def agreed(world: World, member: Member | None = None) -> Transfer:
    """A1 has agreed."""
    return to_b1(world, member, dues=dashed(month_back(1)))


def issued(world: World, member: Member | None = None, *, on: date = TODAY) -> Transfer:
    """The letter of Ashi is out."""
    return letters.issue_letter(by=world.scope("organizer_ashi"), transfer=agreed(world, member), on=on)


def receive(world: World, transfer: Transfer, person: str = "organizer_bashi", **facts: object) -> Transfer:
    """Bashi, or whoever is named, takes the member in."""
    values: dict[str, object] = {"received_on": TODAY, "on": TODAY, **facts}
    return receipts.receive_transfer(by=world.scope(person), transfer=transfer, **values)  # type: ignore[arg-type]


def out(world: World, member: Member | None = None) -> Transfer:
    """A letter out of the county is out."""
    row = actions.request_transfer(
        by=world.scope("secretary_a1"),
        member=member or world.members_a1[0],
        outside="中共成都市武侯区委组织部",
        reason="到成都工作",
        dues_paid_to=dashed(month_back()),
        on=TODAY,
    )
    return letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)


def branch_of(member: Member) -> int:
    """Where the member belongs now."""
    return Member.objects.get(pk=member.pk).branch_id


def refusals(kind: str) -> int:
    """How many refused deeds of this kind left their trace."""
    return AuditRecord.objects.filter(event="mobility.deed.refused", data__kind=kind).count()
