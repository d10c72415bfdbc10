"""Ledger lines beside what stands in a copy; printers; which pages are on offer."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from zhibu.certificates.models import Booklet, BookletRequest, Custody, Overprint, Printer
from zhibu.certificates.querysets import Booklets
from zhibu.certificates.rules.keeping import (
    CAUSE_LABELS,
    CUSTODY_LABELS,
    CustodyCause,
    RequestCause,
    RequestState,
)
from zhibu.certificates.rules.overprint.layouts import LAYOUTS, Layout
from zhibu.certificates.rules.overprint.lines import Line, Printed
from zhibu.certificates.rules.overprint.sheets import Sheet, lay_out
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import Organizations

Source = Callable[[Collection[int]], Mapping[int, Sequence[Line]]]
"""Takes ids of members, returns each one's lines in the order of the ledger. A constant number of queries."""

PRINT = "certificates.print"
_ITEMS = 5


@cache
def source_of(key: str) -> Source | None:
    """Where the lines of a page come from (settings.OVERPRINT_SOURCES); None: its ledger is not kept here."""
    name = settings.OVERPRINT_SOURCES.get(key)
    source: Source | None = import_string(name) if name else None
    return source


def offered(scope: Scope, path: str) -> list[Layout]:
    """The pages with a ledger whose lines the scope may read at the place."""
    return [
        layout
        for key, layout in LAYOUTS.items()
        if source_of(key) is not None and (not layout.permission or scope.covers(layout.permission, path))
    ]


@dataclass(frozen=True, slots=True)
class CopySheet:
    """A copy and the lines of one layout in it."""

    booklet: Booklet
    sheet: Sheet


def live_copy(member_id: int) -> Booklet | None:
    """The member's copy that is not voided."""
    return _live().filter(certificate__member=member_id).first()


def copies_of_branch(scope: Scope, branch: Organization) -> list[Booklet]:
    """Live copies of a branch's members in the order of their numbers."""
    return list(
        _live()
        .visible_to(scope, PRINT)
        .filter(certificate__member__branch=branch)
        .order_by("certificate__number")
    )


def copy_sheets(
    copies: Sequence[Booklet], layout: Layout, *, first: int = 1, earlier: bool = False
) -> list[CopySheet]:
    """The lines of a layout in each copy: one query and those of the source, however many copies.

    ``first``: the line new ones may begin at; ``earlier``: also lines from before the copy was issued.
    """
    return _laid_out(copies, layout, _printed_in(copies, [layout]), first=first, earlier=earlier)


def _printed_in(
    copies: Sequence[Booklet], layouts: Sequence[Layout]
) -> Mapping[tuple[int, str], list[Printed]]:
    """What stands on pages of copies already, by copy and page. One query."""
    printed: dict[tuple[int, str], list[Printed]] = defaultdict(list)
    pages = [layout.key for layout in layouts]
    for row in Overprint.objects.filter(booklet__in=copies, page__in=pages).order_by("line"):
        printed[row.booklet_id, row.page].append(_printed(row))
    return printed


def _laid_out(
    copies: Sequence[Booklet],
    layout: Layout,
    printed: Mapping[tuple[int, str], list[Printed]],
    *,
    first: int = 1,
    earlier: bool = False,
) -> list[CopySheet]:
    source = source_of(layout.key)
    ledger = source([copy.certificate.member_id for copy in copies]) if source is not None else {}
    return [
        CopySheet(
            copy,
            lay_out(
                layout,
                ledger.get(copy.certificate.member_id, ()),
                printed.get((copy.pk, layout.key), ()),
                since=date.min if earlier else copy.issue_date,
                first=first,
                issued=copy.issue_date,
            ),
        )
        for copy in copies
    ]


def overview(scope: Scope, copies: Sequence[Booklet], path: str) -> list[tuple[Layout, list[CopySheet]]]:
    """Every page on offer with the lines of each copy: one query and those of the pages' sources."""
    layouts = offered(scope, path)
    printed = _printed_in(copies, layouts)
    return [(layout, _laid_out(copies, layout, printed)) for layout in layouts]


def branches(scope: Scope) -> Organizations[Any]:
    """Branches in the scope with the number of their live ``copies``, in the order of the tree."""
    counted = (
        Booklet.objects.live()
        .filter(certificate__member__branch=OuterRef("pk"))
        .order_by()
        .values("certificate__member__branch")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        Organization.objects.visible_to(scope, PRINT)
        .existing()
        .branches()
        .select_related("parent")
        .annotate(copies=Coalesce(Subquery(counted), 0))
        .in_order()
    )


def printers(scope: Scope) -> QuerySet[Printer]:
    """Printers in the scope: those in use first, by organization and name."""
    closed = Case(When(closed_on=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        Printer.objects.visible_to(scope, PRINT)
        .select_related("organization")
        .annotate(closed=closed)
        .order_by("closed", "organization__code", "name")
    )


def usable_printers(scope: Scope) -> list[Printer]:
    """Calibrated and in use, at most a hundred."""
    return list(printers(scope).filter(closed_on=None, calibrated_on__isnull=False)[:100])


def issue_lines(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Page 9 of the live copy: its receipt, why it was issued, where it was kept. Four queries."""
    lines: dict[int, list[Line]] = defaultdict(list)
    copies = {copy.pk: copy for copy in _live().filter(certificate__member__in=member_ids)}
    for copy in copies.values():
        if copy.handed_over_on is not None:
            received = (_day(copy.handed_over_on), "", "", copy.handed_over_by)
            lines[copy.certificate.member_id].append(
                Line(f"handover:{copy.pk}", copy.handed_over_on, received, slot=1)
            )
    happened: list[tuple[date, str, int, tuple[str, ...]]] = []
    for request in BookletRequest.objects.filter(new__in=copies, state=RequestState.DONE):
        copy = copies[request.new_id or 0]
        on = request.settled_on or copy.issue_date
        fields = (_day(on), _serial(copy), CAUSE_LABELS[RequestCause(request.cause)], request.settled_by)
        happened.append((on, f"request:{request.pk}", copy.pk, fields))
    for kept in Custody.objects.filter(booklet__in=copies):
        copy = copies[kept.booklet_id]
        fields = (_day(kept.from_date), _serial(copy), CUSTODY_LABELS[CustodyCause(kept.cause)], kept.by)
        happened.append((kept.from_date, f"custody:{kept.pk}", copy.pk, fields))
        if kept.until is not None:
            back = (_day(kept.until), _serial(copy), gettext_noop("领回"), kept.returned_by)
            happened.append((kept.until, f"custody:{kept.pk}:back", copy.pk, back))
    for day, key, pk, texts in sorted(happened):
        lines[copies[pk].certificate.member_id].append(Line(key, max(day, copies[pk].issue_date), texts))
    return lines


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Printers that wait to be calibrated. Two queries."""
    waiting = (
        Printer.objects.visible_to(scope, PRINT)
        .filter(closed_on=None, calibrated_on=None)
        .select_related("organization")
        .order_by("at")
    )
    total = waiting.count()
    if not total:
        return []
    items = tuple(
        WorkItem(
            printer.name,
            printer.organization.short_name,
            reverse("certificates:printer", kwargs={"printer_id": printer.pk}),
        )
        for printer in waiting[:_ITEMS]
    )
    return [
        WorkList(
            "printers",
            _("打印机没有校准"),
            "do",
            "ruler-measure",
            items,
            total,
            reverse("certificates:printers"),
        )
    ]


def _live() -> Booklets[Booklet]:
    return Booklet.objects.live().select_related("certificate__member__branch")


def _printed(row: Overprint) -> Printed:
    return Printed(row.line, row.key, row.text, row.mended_text if row.mended_on is not None else None)


def _day(on: date) -> str:
    return f"{on:%Y.%m.%d}"


def _serial(copy: Booklet) -> str:
    return f"第{copy.serial:02d}本"
