"""Reads about blank booklets: the balance of a place, what is on its way, findings, the places below."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.certificates.models import StockCount, StockEntry, StockTransfer
from zhibu.certificates.querysets import StockTransfers
from zhibu.certificates.rules.stock import (
    CONFIRM_WITHIN,
    Balance,
    Movement,
    TransferState,
    available,
    balance,
)
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.organizations.models import Organization

PERMISSION = "certificates.stock"
SHOWN = 5

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

    @property
    def arriving(self) -> int:
        """Booklets in the parcels that wait to be confirmed here."""
        return sum(parcel.quantity for parcel in self.incoming)

    @property
    def leaving(self) -> int:
        """Booklets in the parcels sent from here that nobody confirmed yet."""
        return sum(parcel.quantity for parcel in self.outgoing)


def findings_at(scope: Scope, organization: Organization) -> Findings:
    """Open parcels and findings of an organization. Two queries."""
    parcels = list(
        _parcels(scope)
        .filter(Q(from_organization=organization) | Q(to_organization=organization))
        .filter(Q(state=TransferState.SENT) | OPEN_SHORTFALL)
        .order_by("sent_on", "pk")
    )
    on_the_way = [parcel for parcel in parcels if parcel.state == TransferState.SENT]
    counts = list(
        StockCount.objects.visible_to(scope, PERMISSION)
        .filter(organization=organization)
        .order_by("-on", "-pk")[:1]
    )
    return Findings(
        incoming=[parcel for parcel in on_the_way if parcel.to_organization_id == organization.pk],
        outgoing=[parcel for parcel in on_the_way if parcel.from_organization_id == organization.pk],
        shortfalls=[parcel for parcel in parcels if parcel.state != TransferState.SENT],
        counts=[count for count in counts if count.explained_at is None and count.counted != count.expected],
        last_count=counts[0] if counts else None,
    )


def _parcels(scope: Scope) -> StockTransfers[StockTransfer]:
    return StockTransfer.objects.visible_to(scope, PERMISSION).select_related(
        "from_organization", "to_organization"
    )


@dataclass(slots=True)
class Place:
    """An organization in the list of those below: what lies there, what is on its way to it, what does not agree."""

    organization: Organization
    depth: int
    remaining: int = 0
    below: int = 0
    incoming: int = 0
    findings: int = 0
    counted_on: date | None = None

    @property
    def total(self) -> int:
        """With everything below it."""
        return self.remaining + self.below


def places_under(scope: Scope, organization: Organization, *, text: str = "", only: str = "") -> list[Place]:
    """The organizations below one, in the order of the tree. Five queries, however many there are.

    ``only``: "findings", "incoming", "empty" (nothing there and nothing on its way), or all. A dissolved one
    is listed while something is left there.
    """
    units = list(
        Organization.objects.visible_to(scope, PERMISSION)
        .under(organization.path)
        .exclude(pk=organization.pk)
        .exclude(kind="group")
        .only("pk", "path", "kind", "name", "short_name", "pinyin", "initials", "closed_on", "segment")
        .order_by("path")
    )
    steps = organization.path.count(".")
    places = {unit.pk: Place(unit, unit.path.count(".") - steps) for unit in units}
    inside = {"organization__path__startswith": organization.path}
    sums = StockEntry.objects.filter(**inside).order_by().values_list("organization")
    for pk, number in sums.annotate(n=Sum("quantity")):
        if pk in places:
            places[pk].remaining = number
            for step in places[pk].organization.path.split(".")[:-2]:
                if int(step) in places:
                    places[int(step)].below += number
    parcels = StockTransfer.objects.filter(to_organization__path__startswith=organization.path).order_by()
    for pk, coming, short in parcels.values_list("to_organization").annotate(
        coming=Sum("quantity", filter=Q(state=TransferState.SENT)), short=Count("pk", filter=OPEN_SHORTFALL)
    ):
        if pk in places:
            places[pk].incoming = coming or 0
            places[pk].findings += short
    for pk, on, is_open in (
        StockCount.objects.filter(**inside)
        .order_by("on", "pk")
        .annotate(
            is_open=Case(
                When(OPEN_COUNT, then=Value(True)),  # noqa: FBT003
                default=Value(False),  # noqa: FBT003
                output_field=BooleanField(),
            )
        )
        .values_list("organization_id", "on", "is_open")
    ):
        if pk in places:
            places[pk].counted_on = on
            places[pk].findings += is_open
    return [place for place in places.values() if _is_wanted(place, text.lower(), only)]


def _is_wanted(place: Place, text: str, only: str) -> bool:
    unit = place.organization
    if unit.closed_on is not None and not (place.remaining or place.incoming or place.findings):
        return False
    if text and not (
        text in unit.name
        or text in unit.short_name
        or unit.pinyin.startswith(text)
        or unit.initials.startswith(text)
    ):
        return False
    if only == "findings":
        return place.findings > 0
    if only == "incoming":
        return place.incoming > 0
    return not (only == "empty" and (place.remaining or place.incoming))


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


@dataclass(slots=True)
class _Group:
    """The first lines of a group of work and how many there are in all."""

    items: list[WorkItem] = field(default_factory=list)
    total: int = 0


def _first(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    found = list(rows[:SHOWN])
    return found, len(found) if len(found) < SHOWN else rows.order_by().count()


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Parcels that wait for this person's confirmation, parcels sent long ago, unexplained findings.

    A parcel waits for those who work at the organization it goes to, not for those above it.
    """
    own = [prefix for prefix in scope.prefixes(PERMISSION) if prefix]
    if not own:
        return []
    lists: list[WorkList] = []
    here, total = _first(
        _parcels(scope)
        .filter(to_organization__path__in=own, state=TransferState.SENT)
        .exclude(sender_id=scope.user_id)
        .order_by("sent_on", "pk")
    )
    if total:
        lists.append(
            WorkList(
                "stock.incoming",
                _("等我签收的空白证本"),
                "decide",
                "package",
                tuple(
                    WorkItem(
                        _("%(unit)s发来空白证本%(n)s本")
                        % {"unit": parcel.from_organization.short_name, "n": parcel.quantity},
                        _("点清实数后签收，少了也照实填"),
                        reverse("certificates:stock_arrival", args=[parcel.pk]),
                        parcel.sent_on + CONFIRM_WITHIN,
                    )
                    for parcel in here
                ),
                total,
                reverse("certificates:stock"),
            )
        )
    late, total = _first(
        _parcels(scope)
        .filter(from_organization__path__in=own, state=TransferState.SENT, sent_on__lt=on - CONFIRM_WITHIN)
        .order_by("sent_on", "pk")
    )
    if total:
        lists.append(
            WorkList(
                "stock.unconfirmed",
                _("发出多日没有签收的空白证本"),
                "watch",
                "send",
                tuple(
                    WorkItem(
                        _("发给%(unit)s的%(n)s本还没有签收")
                        % {"unit": parcel.to_organization.short_name, "n": parcel.quantity},
                        _("请问一问对方，没有发成的可以撤回"),
                        reverse("certificates:organization_stock", args=[parcel.from_organization_id]),
                        parcel.sent_on + CONFIRM_WITHIN,
                    )
                    for parcel in late
                ),
                total,
                reverse("certificates:stock"),
            )
        )
    lists += _open_findings(scope)
    return lists


def _open_findings(scope: Scope) -> list[WorkList]:
    counts, counted = _first(
        StockCount.objects.visible_to(scope, PERMISSION)
        .filter(OPEN_COUNT)
        .select_related("organization")
        .order_by("on", "pk")
    )
    parcels, short = _first(_parcels(scope).filter(OPEN_SHORTFALL).order_by("settled_on", "pk"))
    if not counted + short:
        return []
    items = [
        WorkItem(
            _("%(unit)s盘点：账上%(expected)s本，实有%(counted)s本")
            % {
                "unit": count.organization.short_name,
                "expected": count.expected,
                "counted": count.counted,
            },
            _("查清原因后写明，账才能平"),
            reverse("certificates:stock_explanation", args=[count.pk]),
        )
        for count in counts
    ] + [
        WorkItem(
            _("%(unit)s签收少了%(n)s本")
            % {"unit": parcel.to_organization.short_name, "n": parcel.quantity - (parcel.received or 0)},
            _("由发出和签收两头的上级查清去向"),
            reverse("certificates:organization_stock", args=[parcel.to_organization_id]),
        )
        for parcel in parcels
    ]
    return [
        WorkList(
            "stock.findings",
            _("没有说明的空白证本差额"),
            "do",
            "scale",
            tuple(items[:SHOWN]),
            counted + short,
            reverse("certificates:stock"),
        )
    ]


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
    if StockTransfer.objects.filter(ends).filter(Q(state=TransferState.SENT) | OPEN_SHORTFALL).exists():
        raise Refused(
            gettext_noop("{unit}收发的空白证本还没有签收或说明完。"),
            unit=organization.short_name,
            next_step=gettext_noop("请先在“空白证本”里办完，再撤销。"),
        )
