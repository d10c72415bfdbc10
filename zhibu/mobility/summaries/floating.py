"""Reads about floating members and guests: lists, the calendar of due contacts, one registration."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.dates import Month
from zhibu.core.text import mask_phone
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Member
from zhibu.members.querysets import Members, named
from zhibu.mobility.models import Contact, Floating
from zhibu.mobility.policies_floating import FLOATING
from zhibu.mobility.querysets import Registrations
from zhibu.mobility.rules.floating import expected_back
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

READ = "mobility.read"
HANDLE = "mobility.handle"
SHOWN_OF_WORK = 5


def branch_of(floating: Floating) -> Organization:
    """Where a registration lies: an own member's branch of today, a guest's host. Load member__branch first."""
    return floating.member.branch if floating.direction == "out" and floating.member else floating.branch


def name_of(floating: Floating) -> str:
    """The person's name. Load the member first."""
    return floating.member.name if floating.member else floating.name


def phone_of(floating: Floating) -> str:
    """The phone to reach the person, masked: the registration's own, else the member's."""
    return mask_phone(floating.phone or (floating.member.phone if floating.member else ""))


def with_people(rows: Registrations[Any]) -> Registrations[Any]:
    """Registrations with what their line shows: person, branch, unit above. No further query."""
    return rows.select_related("member__branch__parent", "branch__parent")


def _placed(rows: Registrations[Any], organization: Organization | None) -> Registrations[Any]:
    if organization is None or organization.parent_id is None:
        return rows
    return rows.under(organization.path)


def rows_of(
    scope: Scope,
    organization: Organization | None,
    *,
    on: date,
    direction: str = "",
    show: str = "",
    text: str = "",
) -> Registrations[Any]:
    """The list: registrations in the scope, those due first. ``show``: overdue, soon, past, or "" for current."""
    rows = _placed(Floating.objects.visible_to(scope, READ), organization)
    if direction in {"out", "in"}:
        rows = rows.filter(direction=direction)
    if show == "past":
        rows = rows.exclude(until=None).order_by("-until", "-pk")
    else:
        rows = rows.current().order_by("next_due", "pk")
    if show == "overdue":
        rows = rows.filter(next_due__lt=on)
    elif show == "soon":
        notice = timedelta(days=values_in_force(FLOATING, on=on).notice_days)
        rows = rows.filter(next_due__gte=on, next_due__lte=on + notice)
    if text:
        rows = rows.filter(named(text, "member__") | Q(name__contains=text) | Q(destination__contains=text))
    return with_last_contact(with_people(rows))


def with_last_contact(rows: Registrations[Any]) -> Registrations[Any]:
    """Adds ``last_contact``: the day of the latest contact. No further query."""
    latest = Contact.objects.filter(floating=OuterRef("pk")).order_by("-on").values("on")[:1]
    return rows.annotate(last_contact=Subquery(latest))


def lines_of(rows: Registrations[Any]) -> Iterator[Floating]:
    """Every row, for the workbook, at constant memory."""
    return rows.iterator(chunk_size=2000)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over an organization, whatever the page shows."""

    out: int
    guests: int
    overdue: int
    soon: int
    unregistered: int


def totals(scope: Scope, organization: Organization | None, *, on: date) -> Totals:
    """Three queries."""
    notice = timedelta(days=values_in_force(FLOATING, on=on).notice_days)
    found = (
        _placed(Floating.objects.visible_to(scope, READ), organization)
        .current()
        .aggregate(
            out=Count("pk", filter=Q(direction="out")),
            guests=Count("pk", filter=Q(direction="in")),
            overdue=Count("pk", filter=Q(next_due__lt=on)),
            soon=Count("pk", filter=Q(next_due__gte=on, next_due__lte=on + notice)),
        )
    )
    return Totals(**found, unregistered=unregistered(scope, organization).order_by().count())


def unregistered(scope: Scope, organization: Organization | None, permission: str = READ) -> Members[Member]:
    """Members marked as floating (often by an import) without an open registration."""
    registered = Exists(Floating.objects.out().open().filter(member=OuterRef("pk")))
    members = Member.objects.visible_to(scope, permission).enrolled().filter(is_floating=True)
    if organization is not None:
        members = members.belonging_to(organization)
    return (
        members.exclude(registered).select_related("branch__parent").order_by("branch__code", "pinyin", "pk")
    )


def candidates(scope: Scope, text: str) -> Members[Any]:
    """Members the scope handles whom the search names, for a new registration or a search."""
    registered = Exists(Floating.objects.out().open().filter(member=OuterRef("pk")))
    return (
        Member.objects.visible_to(scope, HANDLE)
        .enrolled()
        .matching(text)
        .select_related("branch__parent")
        .annotate(has_registration=registered)
        .order_by("pinyin", "pk")
    )


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration with its contacts, newest first, and where else the person is registered."""

    floating: Floating
    branch: Organization
    name: str
    phone: str
    contacts: list[Contact]
    elsewhere: list[Floating]
    expected_back: date | None

    @property
    def last_contact(self) -> date | None:
        """Day of the latest contact."""
        return self.contacts[0].on if self.contacts else None


def registration(floating: Floating) -> Registration:
    """At most two queries beyond the row, which comes ``with_people``."""
    elsewhere = (
        list(
            Floating.objects.open()
            .filter(member=floating.member)
            .exclude(pk=floating.pk)
            .select_related("branch")
        )
        if floating.member_id
        else []
    )
    return Registration(
        floating,
        branch_of(floating),
        name_of(floating),
        phone_of(floating),
        list(Contact.objects.filter(floating=floating).order_by("-on", "-pk")),
        elsewhere,
        expected_back(floating.from_date, floating.expected_months),
    )


@dataclass(frozen=True, slots=True)
class OfMember:
    """What a member's page tells: the open registration, its last contact, how many lie behind."""

    current: Floating | None
    last_contact: Contact | None
    past: list[Floating]


def of_member(member: Member) -> OfMember:
    """Two queries."""
    rows = list(Floating.objects.out().filter(member=member).order_by("-from_date", "-pk"))
    current = next((row for row in rows if row.until is None), None)
    last = Contact.objects.filter(floating__member=member).order_by("-on", "-pk").first()
    return OfMember(current, last, [row for row in rows if row.until is not None])


@dataclass(frozen=True, slots=True)
class MonthOfYear:
    """A month of the calendar with how many contacts fall due in it."""

    month: Month
    due: int


def months(scope: Scope, organization: Organization | None, year: int) -> list[MonthOfYear]:
    """The twelve months of a year. One query."""
    counted = {
        row["due_month"].month: row["n"]
        for row in _placed(Floating.objects.visible_to(scope, READ), organization)
        .current()
        .filter(next_due__gte=date(year, 1, 1), next_due__lt=date(year + 1, 1, 1))
        .order_by()
        .annotate(due_month=TruncMonth("next_due"))
        .values("due_month")
        .annotate(n=Count("pk"))
    }
    return [MonthOfYear(Month(year, number), counted.get(number, 0)) for number in range(1, 13)]


def due_in(scope: Scope, organization: Organization | None, month: Month, *, on: date) -> Registrations[Any]:
    """Who is due in the month, by day; the present month begins with everything overdue, of whatever month."""
    first = date(month.year, month.number, 1)
    until = date(month.year + month.number // 12, month.number % 12 + 1, 1)
    inside = Q(next_due__gte=first, next_due__lt=until)
    if month == Month.of(on):
        inside |= Q(next_due__lt=on)
    rows = _placed(Floating.objects.visible_to(scope, READ), organization).current().filter(inside)
    return with_last_contact(with_people(rows)).order_by("next_due", "pk")


_READ_FOR_WORK = (
    *("direction", "name", "destination", "next_due", "member__name"),
    *("member__branch__short_name", "branch__short_name"),
)


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Contacts due and overdue, members marked as floating without a registration. Five queries at most."""
    if not scope.has(HANDLE):
        return []
    notice = timedelta(days=values_in_force(FLOATING, on=on).notice_days)
    due = (
        Floating.objects.visible_to(scope, HANDLE)
        .current()
        .filter(next_due__lte=on + notice)
        .order_by("next_due", "pk")
    )
    found = [
        WorkList(
            key="floating_due",
            label=_("该联系的流动党员"),
            kind="watch",
            icon="phone-call",
            items=tuple(
                WorkItem(
                    title=name_of(row),
                    detail=_("{branch}，在{place}").format(
                        branch=branch_of(row).short_name, place=row.destination
                    ),
                    url=reverse("mobility:registration", args=[row.pk]),
                    due=row.next_due,
                )
                for row in due.select_related("member__branch", "branch").only(*_READ_FOR_WORK)[
                    :SHOWN_OF_WORK
                ]
            ),
            total=due.count(),
            url=reverse("mobility:floating_calendar"),
        )
    ]
    waiting = unregistered(scope, None, HANDLE)
    found.append(
        WorkList(
            key="floating_unregistered",
            label=_("标为流动、还没有登记的"),
            kind="do",
            icon="plane-departure",
            items=tuple(
                WorkItem(
                    title=member.name,
                    detail=member.branch.short_name,
                    url=reverse("mobility:floating_new", args=[member.pk]),
                )
                for member in waiting.select_related(None)
                .select_related("branch")
                .only("name", "branch__short_name")[:SHOWN_OF_WORK]
            ),
            total=waiting.order_by().count(),
            url=reverse("mobility:floating_unregistered"),
        )
    )
    return [each for each in found if each.total]
