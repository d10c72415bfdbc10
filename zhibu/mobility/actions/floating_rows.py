"""What the deeds about registrations share: the entered details, the new row, locks, the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import clean_name, gettext_noop
from zhibu.core.wording import is_name, said
from zhibu.members.models import Member
from zhibu.members.rules.facts import clean_phone, is_phone
from zhibu.mobility.models import Contact, Floating
from zhibu.mobility.policies_floating import FLOATING
from zhibu.mobility.rules.floating import check_rhythm, next_due
from zhibu.mobility.summaries.floating import branch_of
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force


@dataclass(frozen=True, slots=True)
class Details:
    """What a person enters about a registration. ``rhythm_months`` None: the county's usual one."""

    from_date: date
    destination: str
    contact_person: str
    host: str = ""
    phone: str = ""
    rhythm_months: int | None = None
    expected_months: int | None = None
    note: str = ""


def new_row(
    by: Scope,
    branch: Organization,
    direction: str,
    details: Details,
    on: date,
    *,
    member: Member | None,
    until: date | None = None,
    name: str = "",
    home: str = "",
) -> Floating:
    """Write a registration with its first due day and its record."""
    row = Floating(
        branch=branch,
        direction=direction,
        member=member,
        name=name,
        home=home[:80],
        from_date=details.from_date,
        until=until,
        by=by.name,
        at=timezone.now(),
        ended_by=by.name if until else "",
    )
    fill(row, details, on)
    row.next_due = None if until else next_due(row.from_date, (), row.rhythm_months)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(gettext_noop("刚刚有人登记了这位党员，没有结束。请刷新页面看现在的登记。")) from error
    record_on("mobility.floating.registered", by, row, {"direction": direction})
    return row


def fill(row: Floating, details: Details, on: date) -> None:
    """Put cleaned details on the row; an empty phone keeps the stored one."""
    rules = values_in_force(FLOATING, on=on)
    rhythm = details.rhythm_months if details.rhythm_months is not None else rules.rhythm_months
    check_rhythm(rhythm, most=rules.rhythm_months_max)
    row.destination = said(details.destination)[:80]
    row.host = said(details.host)[:80]
    row.contact_person = clean_name(details.contact_person)[:40]
    if len(row.destination) < 2:
        raise Refused(gettext_noop("请写明去了哪里，至少到县或者区。"))
    if not is_name(row.contact_person):
        raise Refused(gettext_noop("请指定一名联系人，写姓名。联系人由支部指定，负责按期联系。"))
    if details.phone.strip():
        phone = clean_phone(details.phone)
        if not is_phone(phone):
            raise Refused(gettext_noop("联系电话不对。请填11位手机号，或带区号的座机。"))
        row.phone = phone
    row.rhythm_months = rhythm
    row.expected_months = details.expected_months
    row.note = said(details.note)[:200]


def due_of(row: Floating) -> date | None:
    """When the next contact is due by the log; None once it ended."""
    if row.until is not None:
        return None
    days = Contact.objects.filter(floating=row).values_list("on", flat=True)
    return next_due(row.from_date, days, row.rhythm_months)


def locked_member(member: Member) -> Member:
    """The member as of now, locked, with the branch. Lock it before the registration."""
    row = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if row.merged_into_id is not None:
        raise Refused(gettext_noop("这条记录已经并入另一条记录，不能再改。请打开保留的那条记录。"))
    return row


def locked_row(floating: Floating) -> Floating:
    """The registration as of now, locked, with its people and places."""
    return (
        Floating.objects.select_for_update(of=("self",))
        .select_related("member__branch", "branch")
        .get(pk=floating.pk)
    )


def record_on(event: str, by: Scope, row: Floating, data: Mapping[str, object]) -> None:
    """At the place where the registration lies."""
    branch = branch_of(row)
    record(event, by=by, on=row, chain=branch.pk, path=branch.path, data=data)
