"""What certificates keep at an organization when units are reorganized. Certificates themselves follow the member."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Sum

from zhibu.certificates.models import Booklet, PrintBatch, Printer, StockEntry, StockTransfer
from zhibu.certificates.rules.copies import BookletState
from zhibu.core.access import Refused, Scope
from zhibu.core.rows import Changes
from zhibu.core.text import gettext_noop
from zhibu.organizations.actions.moving import Relocation


def keeping_changes(
    relocation: Relocation, *, by: Scope, note: str, at: datetime
) -> tuple[Changes, list[Refused]]:
    """Print batches not yet handed over, printers, blank booklets of closed units go to the successor. Four queries.

    Blank booklets pass by entries of the ledger: sent there, arrived here. Returned sentences say what has
    to be settled before.
    """
    found, obstacles = Changes(), list[Refused]()
    closed = relocation.closed
    waiting = Exists(Booklet.objects.filter(batch=OuterRef("pk"), state=BookletState.PRINTED))
    for batch in PrintBatch.objects.filter(waiting, organization__in=closed).order_by("pk"):
        target = relocation.successors[batch.organization_id]
        if target is not None:
            found.change(batch, organization_id=target)
    _printers(relocation, found)
    _transfers(relocation, found, obstacles)
    balances = (
        StockEntry.objects.filter(organization__in=closed)
        .values_list("organization_id")
        .annotate(n=Sum("quantity"))
        .order_by("organization_id")
    )
    for unit, quantity in balances:
        target = relocation.successors[unit]
        if not quantity:
            continue
        if target is None or quantity < 0:
            obstacles.append(
                Refused(
                    gettext_noop("要撤销的组织还有空白证本没有结清（账上{count}本），请先退回或盘点。"),
                    count=quantity,
                )
            )
            continue
        for place, kind, signed in ((unit, "sent", -quantity), (target, "arrived", quantity)):
            found.insert(
                StockEntry(
                    organization_id=place,
                    kind=kind,
                    quantity=signed,
                    on=relocation.on,
                    note=note,
                    by=by.name,
                    at=at,
                )
            )
    return found, obstacles


def _printers(relocation: Relocation, found: Changes) -> None:
    concerned = [*relocation.closed, *(pk for pk in set(relocation.successors.values()) if pk is not None)]
    rows = list(
        Printer.objects.filter(organization__in=concerned).select_related("organization").order_by("pk")
    )
    names: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        names[row.organization_id].add(row.name)
    for row in rows:
        target = relocation.successors.get(row.organization_id)
        if target is None or row.closed_on is not None:
            continue
        name, number = row.name, 1
        while name in names[target]:
            number += 1
            # A second printer of that name: the number has to fit behind it.
            name = f"{row.name:.36} {number}"
        names[target].add(name)
        found.change(row, organization_id=target, name=name)


def _transfers(relocation: Relocation, found: Changes, obstacles: list[Refused]) -> None:
    closed = relocation.closed
    rows = StockTransfer.objects.filter(
        Q(from_organization__in=closed) | Q(to_organization__in=closed), state="sent"
    )
    for row in rows.order_by("pk"):
        ends = [
            relocation.successors.get(end, end) for end in (row.from_organization_id, row.to_organization_id)
        ]
        if None in ends or ends[0] == ends[1]:
            obstacles.append(
                Refused(
                    gettext_noop("有{count}本空白证本正在要合并的组织之间下发，请先收下或退回。"),
                    count=row.quantity,
                )
            )
        else:
            found.change(row, from_organization_id=ends[0], to_organization_id=ends[1])
