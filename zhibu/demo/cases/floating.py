"""Floating members: registered with their contacts, overdue, returned, guests; a few are still to be registered."""

from datetime import timedelta

from zhibu.demo.cases.cast import Candidate, Cast
from zhibu.members.models import Member
from zhibu.mobility.actions.floating import end_registration, register_guest
from zhibu.mobility.actions.floating_contacts import log_contact
from zhibu.mobility.actions.floating_many import Departure, Spoken, register_many
from zhibu.mobility.actions.floating_rows import Details
from zhibu.organizations.models import Organization

# Where people from the county work, most of them in factories of the coast.
_PLACES = (
    ("浙江省宁波市北仑区", "中共宁波市北仑区大碶街道流动党员支部"),
    ("广东省东莞市长安镇", "中共东莞市长安镇越西籍流动党员支部"),
    ("广东省深圳市宝安区", ""),
    ("江苏省苏州市昆山市", ""),
    ("福建省晋江市陈埭镇", ""),
    ("四川省成都市郫都区", "中共凉山州驻成都流动党员委员会"),
    ("四川省西昌市", ""),
    ("新疆阿克苏地区库车市", ""),
    ("北京市大兴区", ""),
)
_HEARD = (
    "在厂里上班，一切都好",
    "按时收看了党课视频",
    "说过年回来，补交了党费",
    "换了车间，住处没有变",
    "",
    "",
    "参加了当地流动党员支部的活动",
    "家里有事，下个月回来几天",
)
_WAYS = ("phone", "phone", "message", "message", "video")


def build(cast: Cast) -> None:
    """Nine of ten of those the roster marks are registered."""
    away: dict[int, list[Member]] = {}
    for member in cast.left(_away):
        away.setdefault(member.branch_id, []).append(member)
    dice = cast.dice("floating")
    rows: dict[str, list[Departure]] = {}
    where: dict[str, Organization] = {}
    for branch_id, members in away.items():
        branch = cast.branches[branch_id]
        for member in members:
            if dice.random() < 0.1 and branch_id not in (cast.home.pk, cast.sibling.pk):
                continue  # marked in the roster only: the branch still has to register
            place = ".".join(branch.path.split(".")[:2])
            where[place] = branch
            rows.setdefault(place, []).append(_departure(cast, member, branch))
    for place, some in rows.items():
        registered = register_many(by=cast.organizer(where[place]), rows=some, on=cast.on)
        for row in registered[3::23]:
            last = max(row.contacts.values_list("on", flat=True), default=row.from_date)
            if last < cast.ago(3):
                end_registration(
                    by=cast.organizer(where[place]),
                    floating=row,
                    day=last + timedelta(days=max((cast.ago(2) - last).days // 2, 1)),
                    on=cast.on,
                )
    _guests(cast)


def _away(person: Candidate) -> bool:
    return person.is_floating


def _departure(cast: Cast, member: Member, branch: Organization) -> Departure:
    dice = cast.dice(f"floating {member.name} {member.birth_date}")
    place, host = dice.choice(_PLACES)
    left = max(cast.ago(dice.randint(200, 900)), member.join_date + timedelta(days=1))
    officers = cast.officers(branch)
    person = dice.choice(officers)
    rhythm = dice.choice((3, 3, 3, 6))
    overdue = dice.random() < 0.09
    contacts = []
    day = max(left + timedelta(days=20), cast.ago(rhythm * 30 * 3 + dice.randint(0, 60)))
    latest = cast.ago(rhythm * 31 + dice.randint(5, 60)) if overdue else cast.ago(dice.randint(2, 60))
    while day < latest:
        contacts.append(Spoken(day, dice.choice(_WAYS), person, dice.choice(_HEARD)))
        day += timedelta(days=rhythm * 30 - dice.randint(0, 12))
    if latest > left:
        contacts.append(Spoken(latest, "phone", person, dice.choice(_HEARD)))
    details = Details(
        from_date=left,
        destination=place,
        contact_person=person,
        host=host,
        rhythm_months=rhythm,
        expected_months=dice.choice((None, 12, 24)),
    )
    return Departure(member.pk, details, tuple(contacts))


def _guests(cast: Cast) -> None:
    """From elsewhere, living here: they take part with the branch, their relation stays at home."""
    homes = (
        "中共美姑县巴普镇基伟村支部委员会",
        "中共甘洛县新市坝镇岩润村支部委员会",
        "中共昭觉县谷曲乡支部委员会",
        "中共雷波县锦城镇城北社区支部委员会",
    )
    places = [cast.home, cast.sibling, *list(cast.branches.values())[1:7]]
    for n, branch in enumerate(places):
        left = cast.ago(240 + 31 * n)
        row = register_guest(
            by=cast.clerk(branch),
            branch=branch,
            name=cast.name(f"guest {n}"),
            home=homes[n % len(homes)],
            details=Details(
                from_date=left,
                destination=branch.short_name.removesuffix("党支部"),
                contact_person=cast.secretary(branch),
                note="在本村承包果园" if n % 2 else "在本村开办养殖场",
            ),
            on=cast.on,
        )
        for since in range(225 + 31 * n, 90 if n == 2 else 30, -80):  # one guest has not been asked for long
            day = cast.ago(since)
            who = cast.secretary(branch)
            log_contact(by=cast.clerk(branch), floating=row, day=day, way="visit", who=who, on=day)
        if n == len(places) - 1:
            end_registration(by=cast.clerk(branch), floating=row, day=cast.ago(20), on=cast.on)
