"""Inspections in the test county, made when a test asks."""

from datetime import timedelta

from tests.days import month_back
from tests.world import NOW, TODAY, World, make_member
from zhibu.inspections.actions.findings import mend_finding
from zhibu.inspections.actions.inspections import answer_item, draw_inspection, finish_sample
from zhibu.inspections.models import Finding, Inspection, Sample
from zhibu.inspections.rules.draw import Kind
from zhibu.inspections.summaries.sheets import sheet_of
from zhibu.months.models import BranchMonth
from zhibu.organizations.models import Organization

DUE = TODAY + timedelta(days=15)
LATE = month_back(2)
SEED = "0123456789abcdef"


def late_month(branch: Organization, month: int = LATE, **facts: object) -> BranchMonth:
    """A month of the branch that came late."""
    return BranchMonth.objects.create(branch=branch, month=month, is_late=True, state="sealed", **facts)


def more_members(branch: Organization, count: int = 10) -> None:
    """Further members of a branch."""
    for _ in range(count):
        make_member(branch=branch)


def drawn(world: World, kind: Kind = Kind.QUARTERLY, *, person: str = "organizer_ashi") -> Inspection:
    """An inspection of Ashi."""
    return draw_inspection(by=world.scope(person), organization=world.ashi, kind=kind, on=TODAY, seed=SEED)


def a_sample(world: World) -> Sample:
    """Somebody of A1 who was drawn and waits."""
    return Sample.objects.filter(inspection=drawn(world), branch=world.a1).order_by("pk")[0]


def answered(
    world: World, sample: Sample, *, person: str = "organizer_ashi", differing: tuple[str, ...] = ()
) -> None:
    """Every item answered: paper says something else about the items named."""
    scope = world.scope(person)
    row = Sample.objects.select_related("inspection__organization", "branch", "member__branch").get(
        pk=sample.pk
    )
    for line in sheet_of(row, scope, on=TODAY).lines:
        answer_item(
            by=scope,
            sample=row,
            item=line.item.key,
            agrees=line.item.key not in differing,
            paper="纸上是另外一样" if line.item.key in differing else "",
            shown=line.now,
            on=TODAY,
        )


def a_finding(world: World, item: str = "identity") -> Finding:
    """A difference about somebody of A1, handed in."""
    sample = a_sample(world)
    answered(world, sample, differing=(item,))
    return finish_sample(
        by=world.scope("organizer_ashi"), sample=sample, owner="阿措克布", due_on=DUE, on=TODAY
    )[0]


def mended(world: World, item: str = "identity") -> Finding:
    """A finding that the branch mended and that waits for the recheck."""
    return mend_finding(
        by=world.scope("secretary_a1"), finding=a_finding(world, item), mending="已按系统补登证本", on=TODAY
    )


__all__ = ["DUE", "NOW", "SEED", "a_finding", "a_sample", "answered", "drawn", "late_month", "mended"]
