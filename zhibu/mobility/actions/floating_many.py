"""Many members who went out, with the contacts kept so far: what ``register_out`` and ``log_contact`` write for each.

For taking over a county's registrations at once: a fixed number of statements instead of thirty a member.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import Deed, deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.actions.events_many import begin_measures
from zhibu.members.models import Member
from zhibu.members.rules.events import Entry, EventKind
from zhibu.members.rules.stages import Standing
from zhibu.mobility.actions.floating_rows import Details, fill
from zhibu.mobility.actions.lost import end_search_by_contact
from zhibu.mobility.models import Contact, Floating, LostContact
from zhibu.mobility.rules.floating import WAYS, check_contact, check_departure, next_due

PERMISSION = "mobility.handle"
_FEW = 500


@dataclass(frozen=True, slots=True)
class Spoken:
    """A contact that was kept: the day, how (``rules.floating.WAYS``), by whom, what was heard."""

    day: date
    way: str
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Departure:
    """A member who went out, with the contacts since."""

    member_id: int
    details: Details
    contacts: tuple[Spoken, ...] = ()


@transaction.atomic
def register_many(*, by: Scope, rows: Sequence[Departure], on: date) -> list[Floating]:
    """Register departures and their contacts: all or none, with the same rows and records as one by one.

    Refused as a whole with the first thing that is wrong: see ``register_out`` and ``log_contact``; also
    when a member is named twice.
    """
    members = _locked([row.member_id for row in rows])
    _check_none_open(members)
    now, name = timezone.now(), by.name
    registered: list[Floating] = []
    for row in rows:
        member = members[row.member_id]
        by.require(PERMISSION, member.branch.path)
        check_departure(row.details.from_date, join_date=member.join_date, on=on)
        floating = Floating(
            branch=member.branch,
            direction="out",
            member=member,
            from_date=row.details.from_date,
            by=name,
            at=now,
        )
        fill(floating, row.details, on)
        days = [each.day for each in row.contacts]
        floating.next_due = next_due(floating.from_date, days, floating.rhythm_months)
        registered.append(floating)
    entries = [(members[row.member_id], _entry(members[row.member_id], row)) for row in rows]
    begun = begin_measures(by=by, rows=entries, on=on, permission=PERMISSION)
    Floating.objects.bulk_create(registered, batch_size=_FEW)
    contacts: list[Contact] = []
    deeds: list[Deed] = []
    for row, floating, (_event, of_event) in zip(rows, registered, begun, strict=True):
        deeds.append(_deed("registered", floating, {"direction": "out"}))
        deeds += of_event
        for each in row.contacts:
            contacts.append(_contact(each, floating, by=name, on=on))
            deeds.append(_deed("contacted", floating, {"day": each.day.isoformat(), "way": each.way}))
    Contact.objects.bulk_create(contacts, batch_size=_FEW)
    record_many(deeds, by=by)
    _end_searches(rows, by=by)
    return registered


def _locked(ids: Sequence[int]) -> dict[int, Member]:
    if len(set(ids)) != len(ids):
        raise Refused(gettext_noop("同一位党员写了两次，一个人只能有一次没有返回的外出。"))
    found: dict[int, Member] = {}
    for start in range(0, len(ids), _FEW):
        locked = Member.objects.select_for_update(of=("self",)).select_related("branch").order_by("pk")
        found |= {row.pk: row for row in locked.filter(pk__in=ids[start : start + _FEW])}
    for member in found.values():
        if member.merged_into_id is not None:
            raise Refused(gettext_noop("这条记录已经并入另一条记录，不能再改。请打开保留的那条记录。"))
        if member.standing == Standing.ENDED:
            raise Refused(
                gettext_noop("{name}的党籍已经终止，不能登记流动。请核对是不是选错了人。"), name=member.name
            )
    return found


def _check_none_open(members: dict[int, Member]) -> None:
    ids = list(members)
    for start in range(0, len(ids), _FEW):
        row = Floating.objects.out().open().filter(member__in=ids[start : start + _FEW]).first()
        if row is not None and row.member_id is not None:
            raise Refused(
                gettext_noop("{name}从{day}起已经登记流出，没有返回。换了地方请在原登记上更正。"),
                name=members[row.member_id].name,
                day=row.from_date,
            )


def _entry(member: Member, row: Departure) -> Entry:
    return Entry(
        kind=EventKind.GO_FLOATING,
        decided_on=row.details.from_date,
        decided_by=member.branch.short_name,
        effective_on=row.details.from_date,
    )


def _contact(spoken: Spoken, floating: Floating, *, by: str, on: date) -> Contact:
    if spoken.way not in WAYS:
        raise Refused(gettext_noop("请选联系方式。"))
    check_contact(spoken.day, from_date=floating.from_date, until=None, on=on)
    person = said(spoken.who)[:40]
    if not person:
        raise Refused(gettext_noop("请写明是谁联系的。"))
    return Contact(
        floating=floating,
        on=spoken.day,
        way=spoken.way,
        who=person,
        note=said(spoken.note)[:400],
        by=by,
        at=timezone.now(),
    )


def _deed(what: str, floating: Floating, data: dict[str, object]) -> Deed:
    branch = floating.branch
    return deed(f"mobility.floating.{what}", on=floating, chain=branch.pk, path=branch.path, data=data)


def _end_searches(rows: Sequence[Departure], *, by: Scope) -> None:
    """A contact ends a search that led to nothing yet."""
    latest = {row.member_id: max(each.day for each in row.contacts) for row in rows if row.contacts}
    searched = LostContact.objects.filter(closed_on=None, state="searching").values_list(
        "member_id", flat=True
    )
    for member_id in sorted(set(searched) & set(latest)):
        end_search_by_contact(by=by, member_id=member_id, day=latest[member_id])
