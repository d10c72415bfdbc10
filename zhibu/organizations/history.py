"""Where nodes hung on a past day: reports of earlier years go by the tree of their own days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from zhibu.organizations.models import OrganizationParent


class Tree:
    """The tree on any day. One query.

    Before its first known parent a node hangs where it hung first, after it was closed where it hung last.
    """

    def __init__(self) -> None:
        self._rows: dict[int, list[tuple[date, int | None]]] = defaultdict(list)
        rows = OrganizationParent.objects.order_by("from_date", "pk")
        for pk, parent, since in rows.values_list("organization_id", "parent_id", "from_date"):
            self._rows[pk].append((since, parent))

    def parent(self, organization: int, on: date) -> int | None:
        """Id of the node above on that day; None for the county and for what is not known."""
        rows = self._rows.get(organization, [])
        return next((parent for since, parent in reversed(rows) if since <= on), rows[0][1] if rows else None)

    def line(self, organization: int, on: date) -> list[int]:
        """Ids from the node up to the county on that day."""
        found, at = [], organization
        while at not in found:
            found.append(at)
            above = self.parent(at, on)
            if above is None:
                break
            at = above
        return found

    def below(self, top: int, organization: int, on: date) -> int | None:
        """Id of the node directly below ``top`` through which the other hung on that day.

        ``top`` itself for ``top``; None for what did not hang below it.
        """
        line = self.line(organization, on)
        return line[max(line.index(top) - 1, 0)] if top in line else None

    def ever_below(self, top: int, days: Iterable[date]) -> set[int]:
        """Ids of everything that hung at or below a node on one of the days."""
        listed = list(days)
        return {pk for pk in self._rows if any(top in self.line(pk, day) for day in listed)}

    def days_of_moves(self, since: date, until: date) -> list[date]:
        """Days of [since, until) on which a node came to hang elsewhere."""
        later = (day for rows in self._rows.values() for day, _parent in rows[1:])
        return sorted({day for day in later if since <= day < until})
