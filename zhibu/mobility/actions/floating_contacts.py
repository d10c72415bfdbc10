"""Contacts with floating members and guests, and the number to reach them."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.rules.reasons import check_reason
from zhibu.mobility.actions.floating_rows import due_of, locked_row
from zhibu.mobility.actions.floating_rows import record_on as _record
from zhibu.mobility.actions.lost import end_search_by_contact
from zhibu.mobility.models import Contact, Floating
from zhibu.mobility.rules.floating import WAYS, check_contact
from zhibu.mobility.summaries.floating import branch_of

PERMISSION = "mobility.handle"


@transaction.atomic
def log_contact(
    *, by: Scope, floating: Floating, day: date, way: str, who: str, note: str = "", on: date
) -> Contact:
    """A contact with the person; the next one falls due after the rhythm. The same entry again: the first one.

    A contact after the last known one ends a search that had not yet led to a flag.
    """
    row = locked_row(floating)
    by.require(PERMISSION, branch_of(row).path)
    if way not in WAYS:
        raise Refused(gettext_noop("请选联系方式。"))
    check_contact(day, from_date=row.from_date, until=row.until, on=on)
    person = said(who)[:40]
    if not person:
        raise Refused(gettext_noop("请写明是谁联系的。"))
    same = Contact.objects.filter(floating=row, on=day, way=way, who=person).first()
    if same is not None:
        return same
    contact = Contact.objects.create(
        floating=row,
        on=day,
        way=way,
        who=person,
        note=said(note)[:400],
        by=by.name,
        at=timezone.now(),
    )
    row.next_due = due_of(row)
    row.save(update_fields=["next_due"])
    _record("mobility.floating.contacted", by, row, {"day": day.isoformat(), "way": way})
    if row.member_id is not None and row.direction == "out":
        end_search_by_contact(by=by, member_id=row.member_id, day=day)
    return contact


@transaction.atomic
def withdraw_contact(*, by: Scope, contact: Contact, on: date) -> Floating:
    """Take back a contact entered by mistake, on the day it was entered; the audit log keeps that it was there."""
    row = locked_row(contact.floating)
    by.require(PERMISSION, branch_of(row).path)
    found = Contact.objects.filter(pk=contact.pk).first()
    if found is None:
        return row
    if timezone.localdate(found.at) != on:
        raise Refused(gettext_noop("联系记录只能在登记当天撤销。以前的记错了，请在备注里说明。"))
    data = {"day": found.on.isoformat(), "way": found.way}
    found.delete()
    row.next_due = due_of(row)
    row.save(update_fields=["next_due"])
    _record("mobility.floating.contact_withdrawn", by, row, data)
    return row


@transaction.atomic
def reveal_phone(*, by: Scope, floating: Floating, reason: str) -> str:
    """The whole phone number of a registration; the record is written before the number is given."""
    row = locked_row(floating)
    branch = branch_of(row)
    by.require("members.read_phone", branch.path)
    by.require(PERMISSION, branch.path)
    _record("mobility.floating.phone_read", by, row, {"reason": check_reason(reason)})
    return row.phone or (row.member.phone if row.member and row.direction == "out" else "")
