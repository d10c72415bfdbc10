"""What an organization holds of dues, and what was handed up."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from zhibu.core.access import Scope
from zhibu.core.months import month_range, month_text
from zhibu.dues.models import Payment, Remittance
from zhibu.dues.rules.owing import Channel
from zhibu.dues.rules.remitting import carried_over
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

READ, RECORD = "dues.read", "dues.record"


@dataclass(frozen=True, slots=True)
class InHand:
    """Money for a period: ``period`` of its own months, ``earlier`` what came late for months before.

    ``follows``: the month the last remittance ended before, None for the first.
    """

    period: int
    earlier: int
    follows: int | None

    @property
    def collected(self) -> int:
        """What is to be handed up or kept: all that came in and was in no remittance yet; never below 0."""
        return carried_over(self.period + self.earlier)[0]

    @property
    def carried(self) -> int:
        """What was returned beyond that: taken off the periods that follow."""
        return carried_over(self.period + self.earlier)[1]


def in_hand(organization: Organization, from_month: int, until_month: int) -> InHand:
    """What the organization holds for months before ``until_month``. Three queries.

    A branch: payments by dues month; money for a month already handed up that came later, or was returned,
    is in the next remittance, so that all remittances together are the ledger. A committee: what arrived
    from below. Large payments and what was paid at the host stay out.
    """
    sent = Remittance.objects.filter(from_organization=organization)
    before = sent.aggregate(total=Sum("collected", default=0))["total"]
    follows = sent.order_by("-until_month").values_list("until_month", flat=True).first()
    if organization.kind in BRANCH_KINDS:
        rows = Payment.objects.filter(branch=organization, large=False, month__lt=until_month)
        found = rows.exclude(channel=Channel.HOST).aggregate(
            all=Sum(F("amount") + F("extra"), default=0),
            own=Sum(F("amount") + F("extra"), default=0, filter=Q(month__gte=from_month)),
        )
    else:
        found = Remittance.objects.filter(
            to_organization=organization, until_month__lte=until_month, arrived__isnull=False
        ).aggregate(
            all=Sum("arrived", default=0),
            own=Sum("arrived", default=0, filter=Q(from_month__gte=from_month)),
        )
    return InHand(found["own"], found["all"] - found["own"] - before, follows)


@dataclass(frozen=True, slots=True)
class RemittancePart:
    """A line of a remittance's sheet: a month of a branch, or a branch of a committee; sums in fen.

    ``people``: who paid for the month; None where it does not count people.
    """

    label: str
    people: int | None
    total: int


def parts_of(row: Remittance) -> list[RemittancePart]:
    """What a remittance was made of when it was sent; the parts add up to ``collected``.

    A branch: its months. A committee: what had arrived from below. The last part, where it is not nothing, is
    what came late for months before, returned, corrected or carried over. At most one query.
    """
    if row.from_organization.kind in BRANCH_KINDS:
        parts = [RemittancePart(month_text(month), people, total) for month, people, total in row.parts]
    else:
        units = Organization.objects.in_bulk([pk for pk, _people, _total in row.parts])
        names = NamesOf(units.values())
        parts = [
            RemittancePart(names.full(units[pk], row.sent_on), None, total)
            for pk, _people, total in row.parts
        ]
    rest = row.collected - sum(part.total for part in parts)
    return [*parts, RemittancePart("", None, rest)] if rest else parts


def parts_at_hand(
    organization: Organization, from_month: int, until_month: int
) -> list[tuple[int, int | None, int]]:
    """What a remittance of [from_month, until_month) sent now is made of, as it is kept. One query."""
    if organization.kind not in BRANCH_KINDS:
        below = Remittance.objects.filter(
            to_organization=organization,
            from_month__gte=from_month,
            until_month__lte=until_month,
            arrived__isnull=False,
        ).order_by("from_organization__code", "from_month")
        return [(pk, None, arrived or 0) for pk, arrived in below.values_list("from_organization", "arrived")]
    rows = Payment.objects.filter(
        branch=organization, large=False, month__gte=from_month, month__lt=until_month
    )
    found = {
        month: (people, total)
        for month, people, total in rows.exclude(channel=Channel.HOST)
        .order_by()
        .values_list("month")
        .annotate(people=Count("member", distinct=True), total=Sum(F("amount") + F("extra")))
    }
    return [(month, *found.get(month, (0, 0))) for month in month_range(from_month, until_month)]


def remittance_rows(scope: Scope, *, view: str, organization: Organization | None) -> QuerySet[Remittance]:
    """Remittances seen from either end, newest first. Views: "" all, "arriving" to confirm, "differs"."""
    rows = Remittance.objects.visible_to(scope, READ).select_related("from_organization", "to_organization")
    if organization is not None:
        rows = rows.filter(Q(from_organization=organization) | Q(to_organization=organization))
    if view == "arriving":
        rows = rows.filter(state="sent")
    elif view == "differs":
        rows = rows.filter(state="differs")
    return rows.order_by("-from_month", "from_organization__code", "pk")


def to_confirm(scope: Scope) -> QuerySet[Remittance]:
    """Sent to an organization where the person records dues, not confirmed yet, oldest first."""
    takers = Organization.objects.visible_to(scope, RECORD).values("pk")
    return (
        Remittance.objects.filter(to_organization__in=takers, state="sent")
        .select_related("from_organization", "to_organization")
        .order_by("sent_on", "pk")
    )


def large_payments(scope: Scope, organization: Organization | None, *, since: date) -> QuerySet[Payment]:
    """Large voluntary payments (art. 11) from a day on, newest first."""
    rows = Payment.objects.visible_to(scope, READ).filter(large=True, paid_on__gte=since)
    if organization is not None:
        rows = rows.filter(branch__path__startswith=organization.path)
    return rows.select_related("member", "branch").order_by("-paid_on", "-pk")
