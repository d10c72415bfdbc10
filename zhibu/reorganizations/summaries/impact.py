"""Everything a deed would change, worked out from the county as it is now; nothing is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from zhibu.accounts.actions.reorganizing import RoleMoves, role_changes
from zhibu.certificates.actions.reorganizing import keeping_changes
from zhibu.core.access import Refused, Scope
from zhibu.core.rows import Changes
from zhibu.dues.actions.reorganizing import dues_changes
from zhibu.inspections.summaries.moves import finding_changes
from zhibu.members.actions.reorganizing import Movement, member_changes
from zhibu.members.models import Member
from zhibu.members.rules.stages import Stage
from zhibu.mobility.actions.reorganizing import movement_changes
from zhibu.organizations.actions.moving import Relocation, grouping_changes, tree_changes
from zhibu.organizations.models import Organization, OrganizationName, OrganizationParent, RetiredSegment
from zhibu.organizations.rules import Kind
from zhibu.reorganizations.rules.rehearsal import rehearse
from zhibu.reorganizations.rules.steps import SplitBranch, Step
from zhibu.reorganizations.rules.terms import digest
from zhibu.reorganizations.rules.tree import Outcome, Unit


@dataclass(frozen=True, slots=True)
class Chosen:
    """A member that a split names."""

    branch: int
    is_enrolled: bool
    is_full: bool


@dataclass(slots=True)
class Impact:
    """The tree before and after, all changes of rows, what stands in the way, and the digest of it all.

    ``enrolled`` and ``full``: members in the books, and full members, by branch before the deed.
    """

    tree: dict[int, Unit]
    outcome: Outcome
    rows: dict[int, Organization]
    changes: Changes
    movement: Movement
    roles: RoleMoves
    obstacles: list[Refused]
    enrolled: dict[int, int]
    full: dict[int, int]
    chosen: dict[int, Chosen]
    digest: str

    def branches_concerned(self) -> list[int]:
        """Existing branches whose members or place change."""
        return sorted(
            pk for pk in {*self.outcome.touched, *(c.branch for c in self.chosen.values())} if pk > 0
        )


def impact_of(
    steps: Sequence[Step], *, document: str, title: str, effective_on: date, by: Scope, on: date, at: datetime
) -> Impact:
    """About twenty queries, whatever the number of units and members. Raises ``Refused`` for a step that does not fit."""
    rows = {row.pk: row for row in Organization.objects.order_by("pk")}
    tree = _tree(rows)
    given: dict[int, set[str]] = defaultdict(set)
    for row in rows.values():
        if row.numbering_root_id is not None and row.segment:
            given[row.numbering_root_id].add(row.segment)
    for root, segment in RetiredSegment.objects.values_list("root_id", "segment"):
        given[root].add(segment)
    enrolled, full = _members()
    chosen = _chosen(steps)
    outcome = rehearse(
        steps,
        tree,
        given=given,
        enrolled=enrolled,
        branch_of={pk: each.branch for pk, each in chosen.items() if each.is_enrolled},
        effective_on=effective_on,
    )
    relocation = Relocation(
        successors={pk: outcome.successor(pk) for pk in outcome.closed},
        members={
            pk: target for pk, branch in outcome.members.items() if (target := outcome.successor(branch))
        },
        kinds={pk: unit.kind for pk, unit in outcome.units.items()},
        effective_on=effective_on,
        on=on,
    )
    changes = tree_changes(rows, _columns(rows, outcome, effective_on), effective_on=effective_on)
    changes.add(grouping_changes(relocation))
    moved, movement = member_changes(relocation, by=by, document=document, at=at)
    changes.add(moved)
    followed, roles = role_changes(relocation, movement.users, by=by, at=at)
    changes.add(followed)
    kept, obstacles = keeping_changes(relocation, by=by, note=f"{title} {document}", at=at)
    changes.add(kept)
    transferred, more = movement_changes(relocation)
    changes.add(transferred)
    findings, inspected = finding_changes(relocation)
    changes.add(findings)
    seen = digest(_facts(changes, outcome, enrolled))
    # Not part of what the plan rests on: dues opened or paid since make it no other plan.
    changes.add(dues_changes(relocation, movement, at=at))
    return Impact(
        tree,
        outcome,
        rows,
        changes,
        movement,
        roles,
        [*obstacles, *more, *inspected],
        enrolled,
        full,
        chosen,
        seen,
    )


def _tree(rows: Mapping[int, Organization]) -> dict[int, Unit]:
    since = dict(OrganizationParent.objects.filter(until=None).values_list("organization_id", "from_date"))
    named = dict(OrganizationName.objects.filter(until=None).values_list("organization_id", "from_date"))
    return {
        pk: Unit(
            pk,
            row.parent_id,
            Kind(row.kind),
            row.category,
            row.code,
            row.name,
            row.short_name,
            row.numbering_root_id,
            row.segment,
            row.opened_on,
            row.closed_on,
            since.get(pk, row.opened_on),
            named.get(pk, row.opened_on),
            row.merged_into_id,
        )
        for pk, row in rows.items()
    }


def _members() -> tuple[dict[int, int], dict[int, int]]:
    enrolled, full = {}, {}
    counted = (
        Member.objects.enrolled()
        .order_by()
        .values_list("branch_id")
        .annotate(n=Count("pk"), f=Count("pk", filter=Q(stage=Stage.FULL)))
    )
    for branch, count, full_count in counted:
        enrolled[branch], full[branch] = count, full_count
    return enrolled, full


def _chosen(steps: Sequence[Step]) -> dict[int, Chosen]:
    named = {pk for step in steps if isinstance(step, SplitBranch) for pk in step.members}
    rows = Member.objects.filter(pk__in=named, merged_into=None).values_list(
        "pk", "branch_id", "standing", "stage"
    )
    return {
        pk: Chosen(branch, standing != "ended", standing != "ended" and stage == Stage.FULL)
        for pk, branch, standing, stage in rows
    }


def _columns(
    rows: Mapping[int, Organization], outcome: Outcome, effective_on: date
) -> dict[int, dict[str, object]]:
    """New columns of existing units: their own change, and the path of all below a moved one."""
    after: dict[int, dict[str, object]] = defaultdict(dict)
    for pk, row in rows.items():
        path = outcome.path(pk)
        if path != row.path:
            after[pk]["path"] = path
    for pk in outcome.moved:
        after[pk]["parent_id"] = outcome.units[pk].parent
    for pk in outcome.renamed:
        unit = outcome.units[pk]
        after[pk] |= {"name": unit.name, "short_name": unit.short_name}
    for pk, renumbering in outcome.renumbered.items():
        if pk > 0:
            after[pk] |= {"numbering_root_id": renumbering.root, "segment": renumbering.segment}
    for pk in outcome.closed:
        after[pk] |= {"closed_on": effective_on, "merged_into_id": outcome.successor(pk)}
    return dict(after)


def _facts(changes: Changes, outcome: Outcome, enrolled: Mapping[int, int]) -> dict[str, object]:
    """What the preview rests on; not who looks at it."""
    return {
        "updates": {
            model._meta.label_lower: {
                str(pk): {name: value for name, value in before.items() if name != "revoked_by_id"}
                for pk, (before, _) in rows.items()
            }
            for model, rows in changes.updates.items()
            if rows
        },
        "inserts": changes.insert_counts(),
        "deletes": {
            model._meta.label_lower: sorted(row.pk for row in rows) for model, rows in changes.deletes.items()
        },
        "tree": {
            str(pk): [unit.parent, unit.name, unit.root, unit.segment]
            for pk in sorted(outcome.touched)
            for unit in [outcome.units[pk]]
        },
        "enrolled": {str(pk): enrolled.get(pk, 0) for pk in sorted(outcome.touched)},
    }
