"""Deeds as the list and the page of one show them, and what waits for a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from zhibu.core.access import Scope
from zhibu.core.work import WorkItem, WorkList
from zhibu.organizations.models import Organization
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import (
    Dissolve,
    MergeBranches,
    MergeCommittees,
    Move,
    Rename,
    SplitBranch,
    SplitCommittee,
    Step,
    load,
    units_named,
)

PERMISSION = "organizations.reorganize"
_MOST = 5


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step in words: what is done to which units, and the unit that comes out of it."""

    number: int
    type: str
    units: tuple[str, ...]
    target: str
    is_new: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One unit of a done deed, with names as they were that day."""

    unit: int
    fate: str
    name_before: str
    name: str
    parent_before: str
    parent: str
    successor: str
    segment_before: str
    segment: str
    came: int
    left: int


@dataclass(slots=True)
class DeedPage:
    """What the page of one deed shows apart from the preview."""

    deed: Reorganization
    steps: list[StepLine]
    done: list[DoneLine]


def deed_lines(scope: Scope) -> QuerySet[Reorganization]:
    """All deeds, the latest first; the county's own list."""
    rows = Reorganization.objects.visible_to(scope, PERMISSION)
    return rows.defer("steps").order_by("-planned_at", "-pk")


def unit_names(ids: Iterable[int]) -> dict[int, str]:
    """Short names by id. One query."""
    return dict(Organization.objects.filter(pk__in=set(ids)).values_list("pk", "short_name"))


def deed_page(deed: Reorganization) -> DeedPage:
    """Steps and, once it is done, the units as they were changed. One query."""
    steps = load(deed.steps)
    units = deed.counts.get("units", [])
    named = units_named(steps)
    for line in units:
        named |= {pk for key in ("unit", "successor", "parent", "parent_before") if (pk := line[key])}
    names = unit_names(named)
    done = [
        DoneLine(
            line["unit"],
            line["fate"],
            line["name_before"],
            line["name"],
            names.get(line["parent_before"] or 0, ""),
            names.get(line["parent"] or 0, ""),
            names.get(line["successor"] or 0, ""),
            line["segment_before"],
            line["segment"],
            line["came"],
            line["left"],
        )
        for line in units
    ]
    return DeedPage(deed, _step_lines(steps, names), done)


def _step_lines(steps: Sequence[Step], names: Mapping[int, str]) -> list[StepLine]:
    known = dict(names)
    lines = []
    for number, step in enumerate(steps, 1):
        new = getattr(step, "new", None)
        if new is not None:
            known[-number] = new.short_name
        match step:
            case MergeBranches() | MergeCommittees():
                units, target = step.sources, step.into
            case SplitBranch():
                units, target = (step.source,), None
            case SplitCommittee():
                units, target = (step.source,), None
            case Move():
                units, target = (step.unit,), step.parent
            case Rename() | Dissolve():
                units, target = (step.unit,), None
        word = new.short_name if new else known.get(target or 0, "")
        if isinstance(step, Rename):
            word = step.short_name
        count = len(getattr(step, "members", ())) or len(getattr(step, "branches", ()))
        lines.append(
            StepLine(
                number,
                step.type,
                tuple(known.get(pk, str(pk)) for pk in units if pk != target),
                word,
                new is not None,
                count,
            )
        )
    return lines


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Plans with steps that another person made and that wait to be carried out. Two queries."""
    if not scope.has(PERMISSION):
        return []
    waiting = Reorganization.objects.filter(state="planned", effective_on__lte=on).exclude(steps=[])
    if scope.user_id is not None:
        waiting = waiting.exclude(planned_user=scope.user_id)
    rows = list(waiting.order_by("effective_on", "pk").defer("steps")[: _MOST + 1])
    if not rows:
        return []
    items = tuple(
        WorkItem(
            row.title,
            row.document,
            reverse("reorganizations:reorganization", args=[row.pk]),
            row.effective_on,
        )
        for row in rows[:_MOST]
    )
    total = len(rows) if len(rows) <= _MOST else waiting.count()
    return [
        WorkList(
            "reorganizations",
            gettext("建制调整等待执行"),
            "decide",
            "git-merge",
            items,
            total,
            reverse("reorganizations:reorganizations"),
        )
    ]
