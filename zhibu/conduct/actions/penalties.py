"""The register of penalties: every reading is logged; penalties of past years are entered."""

from datetime import date

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.members.rules.events import PENALTIES, Entry
from zhibu.mobility.actions.matters import enter_past_event
from zhibu.organizations.models import Organization


@transaction.atomic
def log_penalties_read(*, by: Scope, organization: Organization, printed: bool = False) -> None:
    """One record that the register of this organization was opened or printed. Before anything is shown."""
    by.require("conduct.read", organization.path)
    event = "conduct.penalties.printed" if printed else "conduct.penalties.read"
    record(event, by=by, on=organization, chain=organization.pk, path=organization.path)


@transaction.atomic
def record_past_penalties(*, by: Scope, rows: list[tuple[Member, Entry, date | None]], on: date) -> int:
    """Enter penalties of past years: member, entry, first day it no longer held. All or none; returns how many.

    In the order of their days, as their effect periods follow one another.

    Those decided since the county's start day wait for another person, one by one (``enter_past_event``).
    """
    for member, entry, ended_on in sorted(rows, key=lambda row: row[1].effective_on or row[1].decided_on):
        if entry.kind not in PENALTIES:
            raise Refused(gettext_noop("历年处分表只登记党纪处分。"))
        enter_past_event(by=by, member=member, entry=entry, ended_on=ended_on, on=on)
    return len(rows)
