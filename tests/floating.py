"""Floating members, guests and lost members in the test county, made when a test asks."""

from datetime import date

from tests.days import ago
from tests.world import TODAY, World
from zhibu.members.models import Member
from zhibu.mobility.actions import floating, floating_contacts, lost
from zhibu.mobility.actions.floating_rows import Details
from zhibu.mobility.models import Contact, Floating, LostContact

LEFT, LAST_HEARD, FIRST_SEARCH = ago(277), ago(318), ago(115)


def details(**facts: object) -> Details:
    """To Ningbo since February, the secretary keeps contact every three months; ``facts`` override."""
    values: dict[str, object] = {
        "from_date": LEFT,
        "destination": "浙江省宁波市北仑区",
        "contact_person": "阿措克布",
        "phone": "13900004321",
        **facts,
    }
    return Details(**values)  # type: ignore[arg-type]


def registered(world: World, member: Member | None = None, **facts: object) -> Floating:
    """The first member of A1 (or another) went out."""
    return floating.register_out(
        by=world.scope("secretary_a1"),
        member=member or world.members_a1[0],
        details=details(**facts),
        on=TODAY,
    )


def guest(world: World, **facts: object) -> Floating:
    """Someone from another county lives in A1."""
    return floating.register_guest(
        by=world.scope("secretary_a1"),
        branch=world.a1,
        name="沙马阿依",
        home="中共美姑县某村支部委员会",
        details=details(**facts),
        on=TODAY,
    )


def contact(world: World, row: Floating | None = None, day: date = TODAY, way: str = "phone") -> Contact:
    """A call with the floating member."""
    return floating_contacts.log_contact(
        by=world.scope("secretary_a1"),
        floating=row or registered(world),
        day=day,
        way=way,
        who="阿措克布",
        on=TODAY,
    )


def lost_case(world: World, member: Member | None = None, last: date = LAST_HEARD) -> LostContact:
    """The second member of A1 (or another) is looked for."""
    return lost.open_case(
        by=world.scope("secretary_a1"),
        member=member or world.members_a1[1],
        last_contact_on=last,
        last_contact_note="春节回家见过",
        on=TODAY,
    )


def searched(world: World, case: LostContact, *, times: int = 1, first: date = FIRST_SEARCH) -> None:
    """So many searches, a day apart."""
    for n in range(times):
        lost.log_search(
            by=world.scope("secretary_a1"),
            case=case,
            day=first.replace(day=first.day + n),
            way="relatives",
            who="阿措克布",
            result="家人两年没有消息",
            on=TODAY,
        )
