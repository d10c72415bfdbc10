"""The organizations below one, with what lies there."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, Count, Q, Sum, Value, When

from zhibu.certificates.models import StockCount, StockEntry, StockTransfer
from zhibu.certificates.rules.stock import TransferState
from zhibu.certificates.summaries.stock.balances import OPEN_COUNT, OPEN_SHORTFALL, PERMISSION
from zhibu.core.access import Scope
from zhibu.organizations.models import Organization


@dataclass(slots=True)
class Place:
    """An organization in the list of those below: what lies there, what is on its way to it, what does not agree."""

    organization: Organization
    depth: int
    above: str = ""
    remaining: int = 0
    below: int = 0
    incoming: int = 0
    findings: int = 0
    counted_on: date | None = None

    @property
    def total(self) -> int:
        """With everything below it."""
        return self.remaining + self.below

    @property
    def rank(self) -> int:
        """What does not agree comes first, what has nothing at all last."""
        return 0 if self.findings else 1 if self.total or self.incoming else 2


def places_under(scope: Scope, organization: Organization, *, text: str = "", only: str = "") -> list[Place]:
    """The organizations below one: with findings first, then with blanks, each in the order of the tree.

    Four queries, however many there are, and one to find those that are searched for. ``above`` names the unit between, because villages share names.

    ``only``: "findings", "incoming", "empty" (nothing there and nothing on its way), or all. A dissolved one
    is listed while something is left there.
    """
    below = (
        Organization.objects.visible_to(scope, PERMISSION)
        .under(organization.path)
        .exclude(pk=organization.pk)
        .exclude(kind="group")
    )
    units = list(below.only("pk", "path", "kind", "short_name", "closed_on", "segment").in_order())
    found = set(below.matching(text).values_list("pk", flat=True)) if text else {unit.pk for unit in units}
    steps = organization.path.count(".")
    places = {unit.pk: Place(unit, unit.path.count(".") - steps) for unit in units}
    for place in places.values():
        parent = places.get(int(place.organization.path.split(".")[-3]))
        place.above = parent.organization.short_name if parent else ""
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
    wanted = [place for pk, place in places.items() if pk in found and _is_wanted(place, only)]
    return sorted(wanted, key=lambda place: place.rank)


def _is_wanted(place: Place, only: str) -> bool:
    unit = place.organization
    if unit.closed_on is not None and not (place.remaining or place.incoming or place.findings):
        return False
    if only == "findings":
        return place.findings > 0
    if only == "incoming":
        return place.incoming > 0
    return not (only == "empty" and (place.remaining or place.incoming))
