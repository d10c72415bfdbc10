"""Floating members and guests: registration, contacts, return.

An own member's registration goes along with the membership event (GO_FLOATING, RETURN_FLOATING), which
holds the measure and the member's mark. A guest is not in this branch's books and has none.
"""

from datetime import date

from django.db import transaction
from django.db.models import Max

from zhibu.core.access import Refused, Scope
from zhibu.core.text import clean_name, gettext_noop
from zhibu.core.wording import is_name, said
from zhibu.members.models import Measure, Member
from zhibu.members.querysets import number_index
from zhibu.members.rules.events import Entry, EventKind, MeasureKind
from zhibu.members.rules.stages import Standing
from zhibu.mobility.actions.floating_rows import (
    Details,
    due_of,
    fill,
    locked_member,
    locked_row,
    new_row,
)
from zhibu.mobility.actions.floating_rows import record_on as _record
from zhibu.mobility.actions.matters import enter_event
from zhibu.mobility.actions.refusals import leaving_a_trace
from zhibu.mobility.models import Contact, Floating
from zhibu.mobility.rules.floating import check_departure, check_return
from zhibu.mobility.summaries.floating import branch_of
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

PERMISSION = "mobility.handle"


def register_out(*, by: Scope, member: Member, details: Details, on: date) -> Floating:
    """A member of the branch went away for six months or more; the relation stays (FLOAT24).

    Also completes a member whom an import only marked as floating. Refused: dates out of order, an open
    registration, a membership that is suspended or ended (``rules.events``).
    """
    with leaving_a_trace(by=by, member=member, kind=EventKind.GO_FLOATING):
        row = locked_member(member)
        by.require(PERMISSION, row.branch.path)
        check_departure(details.from_date, join_date=row.join_date, on=on)
        _check_none_open(row)
        floating = new_row(by, row.branch, "out", details, on, member=row)
        entry = Entry(
            kind=EventKind.GO_FLOATING,
            decided_on=details.from_date,
            decided_by=row.branch.short_name,
            effective_on=details.from_date,
        )
        enter_event(by=by, member=row, entry=entry, on=on, internal=True)
    return floating


@transaction.atomic
def record_past(*, by: Scope, member: Member, details: Details, until: date, on: date) -> Floating:
    """A registration of past years that ended before it was entered: the row only, for the history.

    No event: it would not change anything that holds today. The same person, departure and return
    again returns the first row.
    """
    row = locked_member(member)
    by.require(PERMISSION, row.branch.path)
    check_departure(details.from_date, join_date=row.join_date, on=on)
    check_return(until, from_date=details.from_date, last_contact=None, on=on)
    same = Floating.objects.out().filter(member=row, from_date=details.from_date, until=until).first()
    return same or new_row(by, row.branch, "out", details, on, member=row, until=until)


@transaction.atomic
def register_guest(
    *,
    by: Scope,
    branch: Organization,
    name: str,
    home: str,
    details: Details,
    on: date,
    resident_id: str = "",
) -> Floating:
    """A member of another organization lives here and takes part as a guest (流入).

    ``resident_id`` finds a member of another branch of the county; it is not kept. Nothing about a member
    elsewhere is told beyond what was typed.
    """
    by.require(PERMISSION, branch.path)
    if branch.kind not in BRANCH_KINDS or branch.closed_on is not None:
        raise Refused(
            gettext_noop("流入党员登记在党支部，“{name}”不是或已经撤销。请另选一个支部。"),
            name=branch.short_name,
        )
    typed = clean_name(name)
    if not is_name(typed):
        raise Refused(gettext_noop("姓名要是1到40个字，间隔号用“·”。请照身份证填写。"))
    if len(said(home)) < 4:
        raise Refused(gettext_noop("请写明组织关系所在的党组织，至少4个字。"))
    check_departure(details.from_date, join_date=None, on=on)
    member = _member_elsewhere(typed, resident_id, branch) if resident_id else None
    same = Floating.objects.filter(
        branch=branch, direction="in", until=None, member=member, name=typed, home=said(home)
    )
    if same.exists():
        raise Refused(
            gettext_noop("{name}已经在“{branch}”登记流入，没有结束。不用再登记一次。"),
            name=typed,
            branch=branch.short_name,
        )
    return new_row(by, branch, "in", details, on, member=member, name=typed, home=said(home))


def _member_elsewhere(name: str, resident_id: str, branch: Organization) -> Member:
    found = (
        Member.objects.enrolled()
        .filter(resident_id_index=number_index(resident_id), name=name)
        .select_for_update()
        .first()
    )
    if found is None:
        raise Refused(
            gettext_noop(
                "县里没有姓名和这个身份证号都对得上的党员。不是本县的请把身份证号留空，写明所在组织。"
            )
        )
    if found.branch_id == branch.pk:
        raise Refused(gettext_noop("{name}就是本支部的党员，不用登记流入。外出的请登记流出。"), name=name)
    other = Floating.objects.filter(member=found, direction="in", until=None).first()
    if other is not None and other.branch_id != branch.pk:
        raise Refused(
            gettext_noop("{name}已经在别的支部登记流入，没有结束。请先请那个支部办理结束。"), name=name
        )
    return found


@transaction.atomic
def correct_registration(*, by: Scope, floating: Floating, details: Details, on: date) -> Floating:
    """Mend an open registration or follow the person to the next place; the day of departure stays.

    ``details.phone`` "" keeps the number that is stored; the next contact follows a changed rhythm.
    """
    row = locked_row(floating)
    branch = branch_of(row)
    by.require(PERMISSION, branch.path)
    if row.until is not None:
        raise Refused(gettext_noop("这次流动已经在{day}结束，不能再改。"), day=row.until)
    before = {name: getattr(row, name) for name in _CORRECTED}
    fill(row, details, on)
    changed = [name for name in _CORRECTED if before[name] != getattr(row, name)]
    if changed:
        row.next_due = due_of(row)
        row.save()
        _record("mobility.floating.corrected", by, row, {"fields": changed})
    return row


_CORRECTED = (
    "destination",
    "host",
    "contact_person",
    "phone",
    "rhythm_months",
    "expected_months",
    "note",
)


def end_registration(*, by: Scope, floating: Floating, day: date, on: date) -> Floating:
    """The member came home, or the guest left; ``day`` is the first day of not being away.

    A second call returns the row as it is. Where the membership itself has ended meanwhile only the
    registration is closed.
    """
    if floating.direction == "in" or floating.member is None:
        with transaction.atomic():
            return _end(by, floating, day, on)
    with leaving_a_trace(by=by, member=floating.member, kind=EventKind.RETURN_FLOATING):
        return _end(by, floating, day, on)


def _end(by: Scope, floating: Floating, day: date, on: date) -> Floating:
    member = locked_member(floating.member) if floating.direction == "out" and floating.member else None
    row = locked_row(floating)
    branch = branch_of(row)
    by.require(PERMISSION, branch.path)
    if row.until is not None:
        return row
    last = Contact.objects.filter(floating=row).aggregate(day=Max("on"))["day"]
    check_return(day, from_date=row.from_date, last_contact=last, on=on)
    row.until, row.next_due, row.ended_by = day, None, by.name
    row.save(update_fields=["until", "next_due", "ended_by"])
    _record(
        "mobility.floating.returned" if member else "mobility.floating.ended",
        by,
        row,
        {"day": day.isoformat()},
    )
    if member is not None and _is_marked(member):
        entry = Entry(
            kind=EventKind.RETURN_FLOATING,
            decided_on=day,
            decided_by=branch.short_name,
            effective_on=day,
        )
        enter_event(by=by, member=member, entry=entry, on=on, internal=True)
    return row


def _check_none_open(member: Member) -> None:
    if member.standing == Standing.ENDED:
        raise Refused(
            gettext_noop("{name}的党籍已经终止，不能登记流动。请核对是不是选错了人。"), name=member.name
        )
    row = Floating.objects.out().open().filter(member=member).first()
    if row is not None:
        raise Refused(
            gettext_noop("{name}从{day}起已经登记流出，没有返回。换了地方请在原登记上更正。"),
            name=member.name,
            day=row.from_date,
        )


def _is_marked(member: Member) -> bool:
    return Measure.objects.filter(member=member, kind=MeasureKind.FLOATING_OUT, ended_on=None).exists()
