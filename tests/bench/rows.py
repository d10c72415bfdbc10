"""One measured figure."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """``value`` against ``limit``, both measured in this run, in ``unit``; ``ratio`` is value / limit.

    ``goal`` bounds the ratio, "<= 5" or ">= 0.8"; "" only reports it. ``also`` holds further conditions, in words, with
    whether they hold.
    """

    id: str
    what: str
    value: float
    unit: str
    limit: float
    goal: str
    also: tuple[tuple[str, bool], ...] = ()

    @property
    def ratio(self) -> float:
        """Value over limit."""
        return self.value / self.limit

    @property
    def holds(self) -> bool:
        """The ratio is within the goal, and every further condition holds."""
        return self._is_within and all(holds for _words, holds in self.also)

    @property
    def _is_within(self) -> bool:
        if not self.goal:
            return True
        sign, bound = self.goal.split()
        return self.ratio <= float(bound) if sign == "<=" else self.ratio >= float(bound)

    @property
    def words(self) -> str:
        """What was measured, with the further conditions."""
        return "; ".join(
            [self.what, *(f"{words}{'' if holds else ' (NOT MET)'}" for words, holds in self.also)]
        )

    def to_json(self) -> dict[str, object]:
        """As var/bench.json holds it."""
        plain = asdict(self)
        del plain["also"]
        return plain | {
            "what": self.words,
            "value": round(self.value, 4),
            "limit": round(self.limit, 4),
            "ratio": round(self.ratio, 3),
            "holds": self.holds,
        }


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def table(rows: Sequence[Row]) -> str:
    """A Markdown table."""
    lines = ["| id | What | Value | Limit | Ratio | Goal | Holds |", "|---|---|--:|--:|--:|---|:-:|"]
    for row in rows:
        lines.append(
            f"| {row.id} | {row.words} | {row.value:.4g} {row.unit} | {row.limit:.4g} {row.unit} "
            f"| {row.ratio:.2f} | {row.goal or 'reported'} | {'yes' if row.holds else '**no**'} |"
        )
    return "\n".join(lines)
