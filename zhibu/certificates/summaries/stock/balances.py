"""What lies at a place, its balance and ledger, what is on its way, what does not agree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import BooleanField, Case, F, Q, QuerySet, Sum, Value, When

from zhibu.certificates.models import StockCount, StockEntry, StockTransfer, StockWriteOff
from zhibu.certificates.querysets import StockTransfers
from zhibu.certificates.rules.stock import Balance, Movement, TransferState, WriteOffState, available, balance
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization

PERMISSION = "certificates.stock"

OPEN_COUNT = Q(explained_at=None) & ~Q(counted=F("expected"))
OPEN_SHORTFALL = Q(state=TransferState.RECEIVED, received__lt=F("quantity"), explained_at=None)


def remaining_at(places: Iterable[int]) -> dict[int, int]:
    """What the books say lies at each of the places. One query."""
    ids = list(places)
    found = dict.fromkeys(ids, 0)
    rows = StockEntry.objects.filter(organization__in=ids).order_by().values_list("organization")
    return found | dict(rows.annotate(n=Sum("quantity")))


def available_at(places: Iterable[int]) -> dict[int, int]:
    """What may be given out at each of the places: without what an unexplained count did not find. Two queries."""
    remaining = remaining_at(places)
    counts = StockCount.objects.filter(OPEN_COUNT, organization__in=remaining).values_list(
        "organization_id", "counted", "expected"
    )
    counted = {pk: (number, expected) for pk, number, expected in counts}
    return {
        pk: available(
            left, counted=counted.get(pk, (None, None))[0], expected=counted.get(pk, (None, None))[1]
        )
        for pk, left in remaining.items()
    }


def balance_at(organization: Organization) -> Balance:
    """The balance of one organization without those below. One query."""
    rows = StockEntry.objects.filter(organization=organization).order_by().values_list("kind")
    return balance(Movement(kind, number) for kind, number in rows.annotate(n=Sum("quantity")))


def balance_under(path: str) -> Balance:
    """The balance of an organization with everything below it, and of what is on its way between them. Two queries."""
    both_ends = Q(from_organization__path__startswith=path, to_organization__path__startswith=path)
    of_entry = Q(
        transfer__from_organization__path__startswith=path, transfer__to_organization__path__startswith=path
    )
    rows = (
        StockEntry.objects.filter(organization__path__startswith=path)
        .order_by()
        .annotate(
            inside=Case(
                When(of_entry, then=Value(True)),  # noqa: FBT003 (Django's Value)
                default=Value(False),  # noqa: FBT003
                output_field=BooleanField(),
            )
        )
        .values_list("kind", "inside")
        .annotate(n=Sum("quantity"))
    )
    parcels = StockTransfer.objects.filter(both_ends).aggregate(
        on_the_way=Sum("quantity", filter=Q(state=TransferState.SENT)),
        shortfall=Sum(F("quantity") - F("received"), filter=OPEN_SHORTFALL),
    )
    return balance(
        [Movement(kind, number, inside) for kind, inside, number in rows],
        on_the_way=parcels["on_the_way"] or 0,
        shortfall=parcels["shortfall"] or 0,
    )


def movements(scope: Scope, organization: Organization) -> QuerySet[StockEntry]:
    """The ledger of an organization, newest first. One query when read; ``reversal_id`` names its reversal."""
    reversed_by = StockEntry.objects.filter(reverses__organization=organization).values("reverses_id")
    return (
        StockEntry.objects.visible_to(scope, PERMISSION)
        .filter(organization=organization)
        .select_related("transfer__from_organization", "transfer__to_organization")
        .annotate(
            is_reversed=Case(
                When(pk__in=reversed_by, then=Value(True)),  # noqa: FBT003
                default=Value(False),  # noqa: FBT003
                output_field=BooleanField(),
            )
        )
        .order_by("-on", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """Parcels on their way to and from an organization, and what does not agree and was not explained."""

    incoming: list[StockTransfer]
    outgoing: list[StockTransfer]
    shortfalls: list[StockTransfer]
    counts: list[StockCount]
    last_count: StockCount | None
    write_offs: list[StockWriteOff]

    @property
    def arriving(self) -> int:
        """Booklets in the parcels that wait to be confirmed here."""
        return sum(parcel.quantity for parcel in self.incoming)

    @property
    def leaving(self) -> int:
        """Booklets in the parcels sent from here that nobody confirmed yet."""
        return sum(parcel.quantity for parcel in self.outgoing)


def findings_at(scope: Scope, organization: Organization) -> Findings:
    """Open parcels, findings and proposals of an organization. Three queries."""
    found = list(
        parcels(scope)
        .filter(Q(from_organization=organization) | Q(to_organization=organization))
        .filter(Q(state=TransferState.SENT) | OPEN_SHORTFALL)
        .order_by("sent_on", "pk")
    )
    on_the_way = [parcel for parcel in found if parcel.state == TransferState.SENT]
    counts = list(
        StockCount.objects.visible_to(scope, PERMISSION)
        .filter(organization=organization)
        .order_by("-on", "-pk")[:1]
    )
    waiting = list(
        StockWriteOff.objects.visible_to(scope, PERMISSION)
        .filter(organization=organization, state=WriteOffState.PROPOSED)
        .order_by("pk")
    )
    explained = {row.count_id for row in waiting}
    return Findings(
        incoming=[parcel for parcel in on_the_way if parcel.to_organization_id == organization.pk],
        outgoing=[parcel for parcel in on_the_way if parcel.from_organization_id == organization.pk],
        shortfalls=[parcel for parcel in found if parcel.state != TransferState.SENT],
        counts=[
            count
            for count in counts
            if count.explained_at is None and count.counted != count.expected and count.pk not in explained
        ],
        last_count=counts[0] if counts else None,
        write_offs=waiting,
    )


def parcels(scope: Scope) -> StockTransfers[StockTransfer]:
    """Parcels of which the scope covers an end, with both ends."""
    return StockTransfer.objects.visible_to(scope, PERMISSION).select_related(
        "from_organization", "to_organization"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger as it is printed, oldest first, with what was left after it."""

    entry: StockEntry
    left: int


def ledger_lines(scope: Scope, organization: Organization) -> Iterator[Line]:
    """The whole ledger of an organization in the order it was entered. One query."""
    left = 0
    for entry in movements(scope, organization).order_by("pk").iterator(chunk_size=2000):
        left += entry.quantity
        yield Line(entry, left)


def check_no_blanks(organization: Organization) -> None:
    """Refuse to dissolve a unit that still has blank booklets, or some on their way to or from it."""
    left = remaining_at([organization.pk])[organization.pk]
    if left:
        raise Refused(
            gettext_noop("{unit}还有{count}本空白证本。"),
            unit=organization.short_name,
            count=left,
            next_step=gettext_noop("请先把空白证本退回上级，再撤销。"),
        )
    ends = Q(from_organization=organization) | Q(to_organization=organization)
    if StockWriteOff.objects.filter(organization=organization, state=WriteOffState.PROPOSED).exists():
        raise Refused(
            gettext_noop("{unit}登记减少的空白证本还在等另一人确认。"),
            unit=organization.short_name,
            next_step=gettext_noop("请先在“空白证本”里确认或撤回，再撤销。"),
        )
    if StockTransfer.objects.filter(ends).filter(Q(state=TransferState.SENT) | OPEN_SHORTFALL).exists():
        raise Refused(
            gettext_noop("{unit}收发的空白证本还没有签收或说明完。"),
            unit=organization.short_name,
            next_step=gettext_noop("请先在“空白证本”里办完，再撤销。"),
        )
