"""What the next step of a plan can choose from: the tree as the steps so far leave it."""

from dataclasses import dataclass

from zhibu.core.text import birth_month
from zhibu.members.models import Member
from zhibu.organizations.rules import BRANCH_KINDS, COMMITTEE_KINDS, Kind
from zhibu.reorganizations.rules.tree import Unit
from zhibu.reorganizations.summaries.impact import Impact

Option = tuple[str, str]
Group = tuple[str, list[Option]]


@dataclass(slots=True)
class Choices:
    """Options as a form takes them: committees flat, branches below the unit they hang on."""

    impact: Impact

    def committees(self) -> list[Option]:
        """Committees, work committees and general branches."""
        return [
            _option(unit) for unit in self._open() if unit.kind in {*COMMITTEE_KINDS, Kind.GENERAL_BRANCH}
        ]

    def parents(self) -> list[Option]:
        """Units that a branch or a general branch can hang on."""
        return [
            _option(unit) for unit in self._open() if unit.kind == Kind.COUNTY_COMMITTEE
        ] + self.committees()

    def branches(self, under: set[int]) -> list[Group]:
        """Branches below these committees; all when none is named."""
        return self._groups(under, {*BRANCH_KINDS})

    def units(self, under: set[int]) -> list[Group]:
        """Everything below these committees but the groups of members; all when none is named."""
        return self._groups(under, set(Kind) - {Kind.GROUP, Kind.COUNTY_COMMITTEE})

    def below(self, parent: int) -> list[Option]:
        """What hangs directly on a committee."""
        return [_option(unit) for unit in self._open() if unit.parent == parent]

    def members(self, branch: int) -> list[Option]:
        """Members of a branch in the books who no earlier step takes away. One query."""
        rows = Member.objects.enrolled().filter(branch=branch).order_by("pinyin", "pk")
        return [
            (str(pk), f"{name} {birth_month(birth_date)}")
            for pk, name, birth_date in rows.values_list("pk", "name", "birth_date")
            if pk not in self.impact.outcome.members
        ]

    def _open(self) -> list[Unit]:
        units = self.impact.outcome.units
        rows = [unit for unit in units.values() if unit.closed_on is None]
        return sorted(rows, key=lambda unit: (unit.segment or "~", abs(unit.id)))

    def _groups(self, under: set[int], kinds: set[Kind]) -> list[Group]:
        units = self.impact.outcome.units
        found: dict[int, list[Option]] = {}
        for unit in self._open():
            if unit.kind not in kinds or unit.parent is None:
                continue
            above = {unit.parent, units[unit.parent].parent or 0, unit.id}
            if under and not above & under:
                continue
            found.setdefault(unit.parent, []).append(_option(unit))
        order = sorted(found, key=lambda pk: (units[pk].parent is not None, units[pk].segment, abs(pk)))
        return [(units[pk].short_name, found[pk]) for pk in order]


def _option(unit: Unit) -> Option:
    return str(unit.id), f"{unit.segment} {unit.short_name}".strip()
