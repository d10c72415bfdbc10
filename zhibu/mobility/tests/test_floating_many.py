"""Taking over many registrations at once writes what the single deeds write."""

from datetime import date

import pytest
from django.db import models, transaction

from tests.floating import details
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.audit.summaries.verification import verify
from zhibu.core.access import Denied, Refused
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.mobility.actions import floating, floating_contacts, lost
from zhibu.mobility.actions.floating_many import Departure, Spoken, register_many
from zhibu.mobility.models import Contact, Floating, LostContact

pytestmark = pytest.mark.dated

TABLES: tuple[type[models.Model], ...] = (
    Floating,
    Contact,
    MembershipEvent,
    Measure,
    LostContact,
    AuditRecord,
)
LEFT_OUT = (
    "id",
    "at",
    "proposed_at",
    "settled_at",
    "opened_at",
    "event_id",
    "floating_id",
    "subject_id",
    "seq",
)
SPOKEN = (
    Spoken(date(2026, 5, 18), "phone", "阿措克布", "在厂里上班，一切都好"),
    Spoken(date(2026, 8, 20), "message", "阿措克布"),
)


def rows_of() -> dict[str, list[str]]:
    """All rows of the tables, without ids and times."""
    found = {}
    for model in TABLES:
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in LEFT_OUT]
        names = [name for name in names if "digest" not in name and name != "previous"]
        found[model.__name__] = sorted(repr(row) for row in model._default_manager.values(*names))
    found["marks"] = sorted(
        str(name) for name in Member.objects.filter(is_floating=True).values_list("name", flat=True)
    )
    return found


def departures(world: World) -> list[Departure]:
    members = [world.members_a1[0], make_member(branch=world.a1), make_member(branch=world.a1)]
    lost.open_case(
        by=world.scope("secretary_a1"), member=members[2], last_contact_on=date(2026, 4, 1), on=TODAY
    )
    return [
        Departure(members[0].pk, details(), SPOKEN),
        Departure(members[1].pk, details()),
        Departure(members[2].pk, details(), SPOKEN[:1]),
    ]


def test_many_at_once_are_the_same_rows_as_one_by_one(world: World) -> None:
    by, wanted = world.scope("secretary_a1"), departures(world)
    with transaction.atomic():
        for each in wanted:
            member = Member.objects.get(pk=each.member_id)
            row = floating.register_out(by=by, member=member, details=each.details, on=TODAY)
            for spoken in each.contacts:
                floating_contacts.log_contact(
                    by=by,
                    floating=row,
                    day=spoken.day,
                    way=spoken.way,
                    who=spoken.who,
                    note=spoken.note,
                    on=TODAY,
                )
        singly = rows_of()
        transaction.set_rollback(True)
    register_many(by=by, rows=wanted, on=TODAY)
    assert rows_of() == singly
    assert LostContact.objects.get().state == "found"
    assert verify().broken is None


def test_one_that_is_wrong_keeps_all_out(world: World) -> None:
    by, wanted = world.scope("secretary_a1"), departures(world)
    before = rows_of()
    early = Departure(wanted[1].member_id, details(), (Spoken(date(2020, 1, 1), "phone", "阿措克布"),))
    with pytest.raises(Refused, match="早于外出日期"):
        register_many(by=by, rows=[wanted[0], early], on=TODAY)
    with pytest.raises(Refused, match="写了两次"):
        register_many(by=by, rows=[wanted[0], wanted[0]], on=TODAY)
    assert rows_of() == before


def test_it_asks_for_the_same_right_and_refuses_a_second_registration(world: World) -> None:
    wanted = departures(world)
    with pytest.raises(Denied):
        register_many(by=world.scope("inspector"), rows=wanted, on=TODAY)
    register_many(by=world.scope("organizer_ashi"), rows=wanted, on=TODAY)
    with pytest.raises(Refused, match="已经登记流出"):
        register_many(by=world.scope("organizer_ashi"), rows=wanted, on=TODAY)
    assert Floating.objects.count() == len(wanted)
