"""Blank booklets used up when copies are handed over (policy "booklet", use_blank_stock)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.actions.stock.ledger import wait
from zhibu.certificates.models import StockEntry
from zhibu.certificates.rules.stock import Kind, Source, draw
from zhibu.certificates.summaries.stock.balances import available_at
from zhibu.core.access import Scope
from zhibu.organizations.models import Organization


def use_blanks(*, by: Scope, organization: Organization, quantity: int, on: date) -> list[StockEntry]:
    """Issue blanks for copies handed over at a branch: from its stock, then from its committee's.

    Raises ``Refused``, saying where to get blanks, when both together have too few.
    """
    return use_blanks_of(by=by, wanted={organization.pk: quantity}, on=on)


@transaction.atomic
def use_blanks_of(*, by: Scope, wanted: Mapping[int, int], on: date) -> list[StockEntry]:
    """The same for many branches: id of the branch -> number of copies. All or nothing.

    A constant number of queries. The right asked for is that to hand over; the committee's stock is
    the branch's second drawer.
    """
    wanted = {pk: quantity for pk, quantity in wanted.items() if quantity}
    if not wanted:
        return []
    branches = {row.pk: row for row in Organization.objects.filter(pk__in=wanted)}
    for branch in branches.values():
        by.require("certificates.issue", branch.path)
    wait()
    # The county's own stock is handed down first: between the root and the branch stand its committees.
    chains = {pk: [int(step) for step in branches[pk].path.split(".")[1:-1]][::-1] for pk in wanted}
    places = {step for chain in chains.values() for step in chain}
    units = {row.pk: row for row in Organization.objects.filter(pk__in=places)}
    left = available_at(places)
    lines: list[tuple[int, int]] = []
    for pk in sorted(wanted, key=lambda each: branches[each].path):
        sources = [Source(step, units[step].short_name, left[step]) for step in chains[pk]]
        for place, quantity in draw(wanted[pk], sources):
            left[place] -= quantity
            lines.append((place, quantity))
    taken: dict[int, int] = {}
    for place, quantity in lines:
        taken[place] = taken.get(place, 0) + quantity
    at = timezone.now()
    entries = StockEntry.objects.bulk_create(
        [
            StockEntry(
                organization=units[place], kind=Kind.ISSUED, quantity=-quantity, on=on, by=by.name, at=at
            )
            for place, quantity in taken.items()
        ]
    )
    audit.record_many(
        (
            audit.deed(
                "certificates.stock.issued",
                on=entry,
                chain=entry.organization_id,
                path=units[entry.organization_id].path,
                data={"count": -entry.quantity},
            )
            for entry in entries
        ),
        by=by,
    )
    return entries
