"""Blank booklets from the printer, spoiled, used by hand; reversing a mistake."""

from datetime import date
from uuid import UUID

from django.db import transaction

from zhibu.certificates.actions.stock.ledger import (
    PERMISSION,
    check_left,
    check_place,
    enter,
    reason_of,
    tell,
    wait,
)
from zhibu.certificates.actions.stock.writing_off import take_off
from zhibu.certificates.models import StockEntry, StockWriteOff
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.rules.stock import (
    Kind,
    check_day,
    check_quantity,
    check_reversible,
)
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import COMMITTEE_KINDS
from zhibu.organizations.rules import Kind as OrganizationKind
from zhibu.rulebook.policies import values_in_force

_ORDER_FROM_PRINTER = COMMITTEE_KINDS | {OrganizationKind.COUNTY_COMMITTEE}


def _entered(receipt: UUID | None) -> StockEntry | None:
    """What the same form has entered before."""
    return StockEntry.objects.filter(receipt=receipt).first() if receipt else None


def _left(receipt: UUID | None) -> StockEntry | StockWriteOff | None:
    """What the same form has entered or proposed before."""
    return _entered(receipt) or (StockWriteOff.objects.filter(receipt=receipt).first() if receipt else None)


@transaction.atomic
def receive_blanks(
    *,
    by: Scope,
    organization: Organization,
    quantity: int,
    day: date,
    note: str = "",
    receipt: UUID | None = None,
    on: date,
) -> StockEntry:
    """Blanks came from the printer to the county or a committee. The same ``receipt`` again returns the first entry."""
    by.require(PERMISSION, organization.path)
    check_place(organization)
    if organization.kind not in _ORDER_FROM_PRINTER:
        raise Refused(
            gettext_noop("{unit}的空白证本由上级发放，不直接从印刷厂进货。"),
            unit=organization.short_name,
            next_step=gettext_noop("请让上级党委发下来，在这里签收。"),
        )
    check_quantity(quantity)
    check_day(day, on=on)
    wait()
    entered = _entered(receipt)
    if entered is not None:
        return entered
    entry = enter(
        by=by,
        organization=organization,
        kind=Kind.RECEIVED,
        quantity=quantity,
        on=day,
        note=said(note)[:200],
        receipt=receipt,
    )
    tell("received", by=by, on=entry, organization=organization, count=quantity)
    return entry


@transaction.atomic
def spoil_blanks(
    *,
    by: Scope,
    organization: Organization,
    quantity: int,
    reason: str,
    witness: str = "",
    day: date,
    receipt: UUID | None = None,
    on: date,
) -> StockEntry | StockWriteOff:
    """Blanks were damaged or misprinted and destroyed. More than a few wait for a second person.

    ``witness``: who else was there, beside the reason; it takes nobody's place.
    """
    by.require(PERMISSION, organization.path)
    check_quantity(quantity)
    check_day(day, on=on)
    note = reason_of(reason, witness)
    wait()
    done = _left(receipt)
    if done is not None:
        return done
    check_left(organization, quantity)
    return take_off(
        by=by,
        organization=organization,
        kind=Kind.SPOILED,
        quantity=quantity,
        day=day,
        note=note,
        receipt=receipt,
    )


@transaction.atomic
def enter_use(
    *,
    by: Scope,
    organization: Organization,
    quantity: int,
    note: str,
    day: date,
    receipt: UUID | None = None,
    on: date,
) -> StockEntry | StockWriteOff:
    """Blanks were issued and the county counts them by hand. Refused while handing over counts them itself.

    More than a few wait for a second person.
    """
    by.require(PERMISSION, organization.path)
    if values_in_force(BOOKLET, on=on).use_blank_stock:
        raise Refused(
            gettext_noop("县里规定登记领取时自动扣减空白证本，不用另外登记。"),
            next_step=gettext_noop("请在党员证台账里登记领取。"),
        )
    check_quantity(quantity)
    check_day(day, on=on)
    wait()
    done = _left(receipt)
    if done is not None:
        return done
    check_left(organization, quantity)
    return take_off(
        by=by,
        organization=organization,
        kind=Kind.ISSUED,
        quantity=quantity,
        day=day,
        note=said(note)[:200],
        receipt=receipt,
    )


@transaction.atomic
def reverse_entry(*, by: Scope, entry: StockEntry, reason: str, on: date) -> StockEntry | StockWriteOff:
    """Take a mistaken entry back by another entry. Refused for parcels, counts, and what was reversed before.

    A delivery of more than a few leaves the books by two people, like everything else that leaves.
    """
    wait()
    row = StockEntry.objects.select_related("organization").get(pk=entry.pk)
    by.require(PERMISSION, row.organization.path)
    check_reversible(
        row.kind,
        is_reversal=row.reverses_id is not None,
        is_reversed=StockEntry.objects.filter(reverses=row).exists(),
        has_parcel=row.transfer_id is not None,
    )
    note = reason_of(reason)
    if row.quantity > 0:
        check_left(row.organization, row.quantity)
        return take_off(
            by=by,
            organization=row.organization,
            kind=Kind(row.kind),
            quantity=row.quantity,
            day=on,
            note=note,
            reverses=row,
        )
    reversal = enter(
        by=by,
        organization=row.organization,
        kind=row.kind,
        quantity=-row.quantity,
        on=on,
        note=note,
        reverses=row,
        write_off=row.write_off,
    )
    tell(
        "reversed",
        by=by,
        on=row,
        organization=row.organization,
        count=-row.quantity,
        movement=row.kind,
    )
    return reversal
