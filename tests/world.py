"""The named test county.

County *Liangxian* has the township committees *Ashi* (village branches A1 and A2) and *Bashi* (village
branch B1). A1 has the members of ``members_a1``; its clerk is ``secretary_a1``. ``secretary_a2`` is the
sibling who must see nothing of A1; ``organizer_ashi`` and ``organizer_bashi`` work for the townships;
``county_organizer`` and ``county_organizer_2`` for the county; ``inspector`` reads all; ``member_a1``
sees only the own record; ``system_admin``, ``security_admin`` and ``auditor`` are the three
administrators; ``nobody`` has an account and no role.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.test.client import ClientHandler

from tests import days, passwords
from zhibu.accounts.models import RoleAssignment, User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.core.access import Scope
from zhibu.core.checkdigits import mod_11_2
from zhibu.core.db import key_ring
from zhibu.core.pinyin import readings, unit_readings
from zhibu.members.models import Member
from zhibu.organizations.models import Organization, OrganizationName, OrganizationParent

TODAY, NOW = days.TODAY, days.NOW
PASSWORD = passwords.PASSWORD
_serial = count(1)
OWN_NUMBERS = 490
"""Members that a test adds are numbered below it, those of the county from there on."""

CAST: dict[str, tuple[str, str, str]] = {
    "secretary_a1": ("阿措克布", "branch_clerk", "a1"),
    "secretary_a2": ("卢玉", "branch_clerk", "a2"),
    "organizer_ashi": ("刘洋", "committee_organizer", "ashi"),
    "organizer_bashi": ("任佳", "committee_organizer", "bashi"),
    "county_organizer": ("王芳", "county_organizer", "county"),
    "county_organizer_2": ("李强", "county_organizer", "county"),
    "inspector": ("张敏", "inspector", "county"),
    "member_a1": ("吉则日果", "member", "a1"),
    "system_admin": ("陈静", "system_administrator", "county"),
    "security_admin": ("杨军", "security_administrator", "county"),
    "auditor": ("赵勇", "audit_administrator", "county"),
    "nobody": ("周杰", "", ""),
}


@dataclass
class World:
    """The county and its people."""

    county: Organization
    ashi: Organization
    bashi: Organization
    a1: Organization
    a2: Organization
    b1: Organization
    people: dict[str, User]
    members_a1: list[Member] = field(default_factory=list)

    def scope(self, name: str) -> Scope:
        """What the named person may do today."""
        return scope_of(self.people[name], on=TODAY)

    def client(self, name: str | None) -> Client:
        """A browser session of the named person; None is a visitor."""
        client = Client()
        client.handler = _handler()
        if name is not None:
            client.force_login(
                self.people[name], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client


@cache
def _handler() -> ClientHandler:
    """One for all clients: each new one reads every static file's name from the disk."""
    return Client().handler


def make_organization(
    *,
    parent: Organization | None,
    kind: str,
    category: str,
    code: str,
    name: str,
    short_name: str,
    segment: str = "",
) -> Organization:
    """A node with its dated name and parent."""
    root = parent if segment else None
    row = Organization(
        parent=parent,
        path=f"new{next(_serial)}",
        kind=kind,
        category=category,
        code=code,
        name=name,
        short_name=short_name,
        **unit_readings(short_name)._asdict(),
        numbering_root=root,
        segment=segment,
        opened_on=date(2000, 1, 1),
    )
    row.save()
    row.path = f"{parent.path if parent else ''}{row.pk}."
    row.save()
    OrganizationName.objects.create(
        organization=row, name=name, short_name=short_name, from_date=date(2000, 1, 1)
    )
    OrganizationParent.objects.create(organization=row, parent=parent, from_date=date(2000, 1, 1))
    return row


@cache
def _hashed(password: str) -> str:
    """Hashed once a run: the hash is slow on purpose."""
    return make_password(password)


def make_user(username: str, name: str, *, password: str = PASSWORD) -> User:
    """A person who has already changed the first password."""
    user = User(
        username=username, name=name, must_change_password=False, opened_at=NOW, password_changed_at=NOW
    )
    user.password = _hashed(password)
    user.save()
    return user


def grant(user: User, role: str, organization: Organization) -> RoleAssignment:
    """The role from 2020 on."""
    return RoleAssignment.objects.create(
        user=user, role=role, organization=organization, from_date=date(2020, 1, 1), granted_at=NOW
    )


def synthetic_resident_id(birth: date, sex: str, sequence: int) -> str:
    """A number of the reserved range 999999 with a valid check character."""
    body = f"999999{birth:%Y%m%d}{sequence * 2 + (1 if sex == '1' else 0):03d}"
    return body + mod_11_2(body)


def make_member(*, branch: Organization, name: str = "", **facts: object) -> Member:
    """A full member in good standing; ``facts`` override."""
    n = next(_serial)
    name = name or f"阿尔木{'甲乙丙丁戊己庚辛壬癸'[n % 10]}"
    sex, birth = str(facts.get("sex", "1")), facts.get("birth_date", date(1970, 1, 1))
    assert isinstance(birth, date)
    number = str(facts.pop("resident_id", synthetic_resident_id(birth, sex, n % OWN_NUMBERS)))
    values: dict[str, object] = {
        "branch": branch,
        "name": name,
        **readings(name)._asdict(),
        "sex": sex,
        "ethnic_group": "07",
        "resident_id": number,
        "resident_id_index": key_ring().blind_index(number, context="resident_id") if number else "",
        "birth_date": birth,
        "education": "71",
        "native_place": "四川越西",
        "join_date": date(2009, 6, 28),
        "confirmation_date": date(2010, 6, 28),
        "stage": "full",
        "phone": "13800005678",
        "dues_category": "farmer",
        "is_synthetic": True,
        "entered_at": NOW,
        "entered_by": "test",
    }
    return Member.objects.create(**{**values, **facts})


def _own(order: int) -> str:
    """A number that no member added later has."""
    return synthetic_resident_id(date(1970, 1, 1), "1", OWN_NUMBERS + order)


def build_world() -> World:
    """Make everything the docstring above tells."""
    county = make_organization(
        parent=None,
        kind="county_committee",
        category="other",
        code="513400",
        name="中国共产党凉县委员会",
        short_name="凉县",
    )
    ashi = make_organization(
        parent=county,
        kind="committee",
        category="township",
        code="513400101",
        name="中国共产党凉县阿市镇委员会",
        short_name="阿市镇党委",
        segment="001",
    )
    bashi = make_organization(
        parent=county,
        kind="committee",
        category="township",
        code="513400102",
        name="中国共产党凉县巴市镇委员会",
        short_name="巴市镇党委",
        segment="002",
    )
    a1 = make_organization(
        parent=ashi,
        kind="branch",
        category="village",
        code="513400101201",
        name="中共凉县阿市镇尔木村支部委员会",
        short_name="尔木村党支部",
        segment="001",
    )
    a2 = make_organization(
        parent=ashi,
        kind="branch",
        category="village",
        code="513400101202",
        name="中共凉县阿市镇白石村支部委员会",
        short_name="白石村党支部",
        segment="002",
    )
    b1 = make_organization(
        parent=bashi,
        kind="branch",
        category="village",
        code="513400102201",
        name="中共凉县巴市镇团结村支部委员会",
        short_name="团结村党支部",
        segment="001",
    )
    places = {"county": county, "ashi": ashi, "bashi": bashi, "a1": a1, "a2": a2, "b1": b1}
    people = {}
    for username, (name, role, place) in CAST.items():
        people[username] = make_user(username, name)
        if role:
            grant(people[username], role, places[place])
    members = [
        make_member(
            branch=a1, name="吉则日果", sex="2", birth_date=date(1984, 3, 1), user=people["member_a1"]
        ),
        make_member(branch=a1, name="阿尔木呷", resident_id=_own(0)),
        make_member(branch=a1, name="王伟", ethnic_group="01", resident_id=_own(1)),
    ]
    return World(county, ashi, bashi, a1, a2, b1, people, members)
