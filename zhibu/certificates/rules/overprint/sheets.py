"""Which line stands where in a copy: never two on one place, never one lost. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.certificates.rules.overprint.layouts import Layout
from zhibu.certificates.rules.overprint.lines import Line, Printed, Status, missing_fields, status_of


@dataclass(frozen=True, slots=True)
class Spot:
    """A line with its place. ``line`` counts from 1 over all pages of the layout; past its capacity it stands
    on a continuation page; 0: it has no place in this copy. ``stood``: what was printed, "" for nothing."""

    line: int
    key: str
    status: Status
    ledger: Line | None
    stood: str = ""

    @property
    def to_print(self) -> tuple[str, ...]:
        """The fields an overprint sets now."""
        if self.ledger is None:
            return ()
        if self.status == Status.COMPLETED:
            return missing_fields(self.stood, self.ledger.fields)
        return self.ledger.fields if self.status == Status.NEW else ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines of one layout for one copy, by place; those without a place come last."""

    layout: Layout
    spots: tuple[Spot, ...]

    def _of(self, *statuses: Status) -> tuple[Spot, ...]:
        return tuple(spot for spot in self.spots if spot.status in statuses)

    @property
    def fresh(self) -> tuple[Spot, ...]:
        """What an overprint onto the booklet's own pages would set now."""
        return tuple(
            spot
            for spot in self._of(Status.NEW, Status.COMPLETED)
            if spot.line <= self.layout.capacity and any(spot.to_print)
        )

    @property
    def overflow(self) -> tuple[Spot, ...]:
        """New or changed lines past the last page: they need a continuation page."""
        return tuple(
            spot
            for spot in self._of(Status.NEW, Status.COMPLETED, Status.DIFFERS)
            if spot.line > self.layout.capacity
        )

    @property
    def differences(self) -> tuple[Spot, ...]:
        """Lines whose print no longer says what the ledger says."""
        return self._of(Status.DIFFERS)

    @property
    def earlier(self) -> tuple[Spot, ...]:
        """Lines from before the copy was issued."""
        return self._of(Status.EARLIER)

    @property
    def next_line(self) -> int:
        """The first line after everything printed."""
        standing = [s.line for s in self._of(Status.SAME, Status.MENDED, Status.COMPLETED, Status.DIFFERS)]
        return max([*standing, self.layout.reserved]) + 1

    def on_page(self, page: int) -> tuple[Spot, ...]:
        """The lines that stand on a page of the booklet."""
        return tuple(
            spot
            for spot in self.spots
            if 0 < spot.line <= self.layout.capacity and self.layout.page_of(spot.line) == page
        )

    def on_continuation(self, number: int) -> tuple[Spot, ...]:
        """The lines that stand on a continuation page, counted from 1."""
        return tuple(spot for spot in self.spots if self.continuation_of(spot.line) == number)

    def continuation_of(self, line: int) -> int:
        """The number of the continuation page of a line; 0 for none."""
        if line <= self.layout.capacity or self.layout.more is None:
            return 0
        return (line - self.layout.capacity - 1) // self.layout.more.rows + 1


def lay_out(
    layout: Layout,
    ledger: Sequence[Line],
    printed: Iterable[Printed],
    *,
    since: date,
    first: int = 1,
    issued: date | None = None,
) -> Sheet:
    """Give every line of the ledger its place.

    Printed lines keep theirs. New lines with a slot take it; the others follow in the order of the ledger
    after everything printed, and not before line ``first`` (earlier lines were written by hand). Gaps are
    not filled: something may be written there. Lines before ``since``, the issue of the copy, stand in an
    earlier copy. Without a place: a slot outside this copy, or one that is taken. ``issued``: the copy's
    own day of issue, where ``since`` is an earlier one; its year is the first of the pages with a row for
    each month.
    """
    rows = {line.key: line for line in ledger}
    stood = {row.key: row for row in printed}
    spots = [
        Spot(row.line, row.key, status_of(row, rows.get(row.key)), rows.get(row.key), row.current)
        for row in stood.values()
    ]
    taken = {row.line for row in stood.values()}
    cursor = max([layout.reserved, first - 1, *taken])
    for line in rows.values():
        if line.key in stood:
            continue
        if line.on < since:
            spots.append(Spot(0, line.key, Status.EARLIER, line))
            continue
        if line.slot is None and not layout.slotted:
            cursor += 1
            place = cursor
        else:
            place = _own_place(layout, line, issued or since)
            if place in taken or not 1 <= place <= (layout.capacity if layout.slotted else layout.reserved):
                spots.append(Spot(0, line.key, Status.NO_PLACE, line))
                continue
        taken.add(place)
        spots.append(Spot(place, line.key, Status.NEW, line))
    return Sheet(layout, tuple(sorted(spots, key=lambda spot: (spot.line == 0, spot.line))))


def _own_place(layout: Layout, line: Line, issued: date) -> int:
    """The place of a line that does not fill up in order; a page of twelve labeled rows is a year of the copy."""
    if line.slot is None and layout.slotted and layout.table is not None:
        return (line.on.year - issued.year) * layout.lines + line.on.month
    return line.slot or 0
