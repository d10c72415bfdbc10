"""The sheet of one member or organization drawn: what the system says now, what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.core.access import Scope
from zhibu.inspections.models import Inspection, Sample, SampleItem
from zhibu.inspections.rules.draw import DrawRule, Kind
from zhibu.inspections.rules.items import SEALED, Item, items_of_person
from zhibu.inspections.summaries.values import committee_values, sheet_items, values_of, with_booklet
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import BranchPost


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One item. ``now``: what the system says; ``system``: what it said when it was answered."""

    item: Item
    now: str
    agrees: bool | None = None
    paper: str = ""
    system: str = ""
    is_frozen: bool = False

    @property
    def is_stale(self) -> bool:
        """Answered against a value that has changed since; not once the sheet was handed in."""
        return self.agrees is not None and self.system != self.now and not self.is_frozen

    @property
    def shown(self) -> str:
        """What the sheet shows: the present value, or the one agreed on once it was handed in."""
        return self.system if self.is_frozen and self.agrees is not None else self.now


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its lines in the order of the booklet's pages."""

    sample: Sample
    lines: tuple[SheetLine, ...]

    @property
    def answered(self) -> int:
        """How many lines have an answer."""
        return sum(line.agrees is not None for line in self.lines)

    @property
    def differing(self) -> int:
        """How many lines differ."""
        return sum(line.agrees is False for line in self.lines)


def sheet_of(sample: Sample, scope: Scope, *, on: date, only: str = "") -> Sheet:
    """The sheet as the person may read it; ``only``: nothing but this item is read, for a tap on it."""
    return sheets_of([sample], sample.inspection, scope, on=on, only=only)[0]


def sheets_of(
    samples: Sequence[Sample], inspection: Inspection, scope: Scope, *, on: date, only: str = ""
) -> list[Sheet]:
    """Sheets of one inspection, with the same number of queries however many.

    A sheet that was handed in keeps what was compared then; nothing of it is read anew. What a reader may
    see is asked at the inspected organization, under which all of its branches lie.
    """
    items = sheet_items(inspection, lambda name: scope.covers(name, inspection.organization.path))
    if only:
        items = tuple(item for item in items if item.key == only)
    months = DrawRule.load(inspection.rule).months
    waiting = [row for row in samples if row.state != "checked"]
    values: dict[int, dict[str, str]] = {}
    holders: set[int] = set()
    if inspection.kind == Kind.COMMITTEE:
        if waiting:
            values[0] = committee_values(inspection.organization, items, months, on=on)
    else:
        members: list[Member] = [row.member for row in waiting if row.member is not None]
        values = values_of(members, items, months) if members else {}
        holders = with_booklet([member.pk for member in members]) if members else set()
    answers = {
        (row.sample_id, row.item): row
        for row in SampleItem.objects.filter(sample__in=[s.pk for s in samples])
    }
    return [
        Sheet(
            sample,
            tuple(
                _lines(
                    sample,
                    _asked(sample, items, holders),
                    values.get(sample.member_id or 0, {}),
                    answers,
                )
            ),
        )
        for sample in samples
    ]


def _asked(sample: Sample, items: Sequence[Item], holders: set[int]) -> Sequence[Item]:
    """What is asked of this person; a sheet that was handed in shows what was asked then."""
    if sample.member_id is None or sample.state == "checked":
        return items
    return items_of_person(items, has_booklet=sample.member_id in holders)


def _lines(
    sample: Sample,
    items: Sequence[Item],
    values: dict[str, str],
    answers: dict[tuple[int, str], SampleItem],
) -> list[SheetLine]:
    is_frozen = sample.state == "checked"
    lines = []
    for item in items:
        answer = answers.get((sample.pk, item.key))
        if is_frozen and answer is None:
            continue  # the inspector of that day could not read it
        lines.append(
            SheetLine(
                item,
                values.get(item.key, ""),
                answer.agrees if answer else None,
                answer.paper_value if answer else "",
                answer.system_value if answer else "",
                is_frozen,
            )
        )
    return lines


def may_read_item(scope: Scope, item: str, path: str) -> bool:
    """Whether the content of an item or of a finding about it may be shown."""
    return item != SEALED or scope.covers("conduct.read", path)


def owner_of(sample: Sample) -> str:
    """Who is proposed to mend what differs: the branch's secretary, else the unit itself. One query."""
    holding = (
        PostHolding.objects.filter(organization=sample.branch_id, post=BranchPost.SECRETARY, until=None)
        .select_related("member")
        .first()
    )
    return holding.member.name if holding is not None else sample.branch.short_name
