"""What the tree becomes by the steps of a deed, tried out on a copy. Pure.

Raises ``Refused`` for the first step that does not fit. Units that close keep their segment; their path
goes below the unit that takes over, whose people read and finish what lies there. A unit whose root of numbering changes leaves its
segment behind for ever and gets a new one; numbers already given never change (certificate.md "Rules").
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.organizations.rules import (
    BRANCH_KINDS,
    COMMITTEE_KINDS,
    Category,
    Kind,
    Numbering,
    check_code,
    check_names,
    check_place,
    heads_numbering,
    next_segment,
    numbering,
)
from zhibu.reorganizations.rules.steps import (
    Dissolve,
    MergeBranches,
    MergeCommittees,
    Move,
    NewUnit,
    Rename,
    SplitBranch,
    SplitCommittee,
    Step,
)
from zhibu.reorganizations.rules.tree import Outcome, Renumbering, Unit

HOLDERS = COMMITTEE_KINDS | {Kind.GENERAL_BRANCH}


def rehearse(
    steps: Sequence[Step],
    tree: Mapping[int, Unit],
    *,
    given: Mapping[int, Iterable[str]],
    enrolled: Mapping[int, int],
    branch_of: Mapping[int, int],
    effective_on: date,
) -> Outcome:
    """Try the steps on the tree.

    ``tree``: all units, closed ones too. ``given``: segments ever given below each root. ``enrolled``:
    members in the books by branch. ``branch_of``: present branch of the members that a split names.
    """
    work = _Work(dict(tree), enrolled, branch_of, effective_on)
    for number, step in enumerate(steps, 1):
        work.take(number, step)
    return work.outcome(tree, given)


class _Work:
    def __init__(
        self,
        units: dict[int, Unit],
        enrolled: Mapping[int, int],
        branch_of: Mapping[int, int],
        effective_on: date,
    ) -> None:
        self.found = Outcome(units)
        self.units = units
        self.enrolled = enrolled
        self.branch_of = branch_of
        self.day = effective_on
        self.codes = {unit.code for unit in units.values()}
        self.children: dict[int | None, set[int]] = defaultdict(set)
        for unit in units.values():
            if unit.closed_on is None:
                self.children[unit.parent].add(unit.id)
        self.placed: set[int] = set()
        self.named: set[int] = set()

    def take(self, number: int, step: Step) -> None:
        match step:
            case MergeBranches():
                self._merge(number, step, BRANCH_KINDS)
            case MergeCommittees():
                self._merge(number, step, HOLDERS)
            case SplitBranch():
                self._split_branch(number, step)
            case SplitCommittee():
                self._split_committee(number, step)
            case Rename():
                self._rename(step)
            case Move():
                self._move(self._open(step.unit), self._open(step.parent))
            case Dissolve():
                self._dissolve(self._open(step.unit))

    def _open(self, pk: int) -> Unit:
        unit = self.units.get(pk)
        if unit is None:
            raise Refused(gettext_noop("步骤里写的组织不存在，请重新选择。"))
        if unit.closed_on is not None or pk in self.found.closed:
            raise Refused(
                gettext_noop("“{name}”已经撤销，不能再调整。请核对步骤的先后和选的组织。"),
                name=unit.short_name,
            )
        if unit.opened_on > self.day:
            raise Refused(
                gettext_noop("“{name}”{opened}才成立，调整的生效日期{day}不能早于它。"),
                name=unit.short_name,
                opened=unit.opened_on,
                day=self.day,
            )
        return unit

    def _of_kind(self, pk: int, kinds: frozenset[Kind], *, is_source: bool = True) -> Unit:
        unit = self._open(pk)
        if unit.kind not in kinds:
            raise Refused(
                gettext_noop("“{name}”的类型不能这样合并或拆分：支部和支部合并，党委和党委合并。"),
                name=unit.short_name,
            )
        if is_source and pk < 0:
            raise Refused(
                gettext_noop("“{name}”是本次调整刚设立的，不能马上又撤销。请改前面的步骤。"),
                name=unit.short_name,
            )
        return unit

    def _merge(self, number: int, step: MergeBranches | MergeCommittees, kinds: frozenset[Kind]) -> None:
        sources = [self._of_kind(pk, kinds) for pk in dict.fromkeys(step.sources)]
        if (step.into is None) == (step.new is None):
            raise Refused(gettext_noop("请选定合并到哪个现有组织，或者填写新设组织的名称和代码，二者选一。"))
        if step.new is not None:
            if len(sources) < 2:
                raise Refused(gettext_noop("合并成新组织至少要选两个组织。只有一个时请用“更名”。"))
            target = self._open_new(number, step.new, sources[0], kinds)
        else:
            target = self._of_kind(step.into or 0, kinds, is_source=False)
            sources = [unit for unit in sources if unit.id != target.id]
            if not sources:
                raise Refused(gettext_noop("请选择要并入“{name}”的组织。"), name=target.short_name)
        for unit in sources:
            if self._is_within(target.id, unit.id):
                raise Refused(
                    gettext_noop("“{name}”在“{source}”里面，不能把上级并进自己的下级。"),
                    name=target.short_name,
                    source=unit.short_name,
                )
        for unit in sources:
            self._check_days(unit)
            for child in sorted(self.children[unit.id]):
                self._move(self.units[child], target)
            self._close(unit, target.id)

    def _split_branch(self, number: int, step: SplitBranch) -> None:
        source = self._of_kind(step.source, BRANCH_KINDS, is_source=False)
        chosen = list(dict.fromkeys(step.members))
        if not chosen:
            raise Refused(gettext_noop("请选择分到新支部的党员。"))
        strangers = [pk for pk in chosen if self._branch_now(pk) != source.id]
        if strangers:
            raise Refused(
                gettext_noop("选的党员里有{count}人不在“{name}”，请重新选择。"),
                count=len(strangers),
                name=source.short_name,
            )
        if len(chosen) >= self._enrolled_now(source.id):
            raise Refused(
                gettext_noop("“{name}”的党员全部选上了，没有人留下。全部转走请用合并，只改名请用更名。"),
                name=source.short_name,
            )
        new = self._open_new(number, step.new, source, BRANCH_KINDS)
        self.found.members |= dict.fromkeys(chosen, new.id)

    def _split_committee(self, number: int, step: SplitCommittee) -> None:
        source = self._of_kind(step.source, HOLDERS, is_source=False)
        chosen = [self._open(pk) for pk in dict.fromkeys(step.branches)]
        if not chosen:
            raise Refused(gettext_noop("请选择分到新组织的下级组织。"))
        for unit in chosen:
            if unit.parent != source.id:
                raise Refused(
                    gettext_noop("“{name}”不是“{source}”的直接下级，请重新选择。"),
                    name=unit.short_name,
                    source=source.short_name,
                )
        new = self._open_new(number, step.new, source, HOLDERS)
        for unit in chosen:
            self._move(unit, new)

    def _rename(self, step: Rename) -> None:
        unit = self._open(step.unit)
        check_names(step.name, step.short_name)
        if unit.id > 0 and unit.named_on > self.day:
            raise Refused(
                gettext_noop("“{name}”现在的名称从{since}起用，生效日期{day}不能早于它。"),
                name=unit.short_name,
                since=unit.named_on,
                day=self.day,
            )
        self.units[unit.id] = replace(unit, name=step.name, short_name=step.short_name)
        self.named.add(unit.id)

    def _move(self, unit: Unit, parent: Unit) -> None:
        if unit.parent is None:
            raise Refused(gettext_noop("县委是组织树的根，不能改变隶属。"))
        check_place(unit.kind, parent.kind)
        if self._is_within(parent.id, unit.id):
            raise Refused(
                gettext_noop("“{parent}”在“{name}”里面，不能把组织移到自己的下级。"),
                parent=parent.short_name,
                name=unit.short_name,
            )
        if unit.parent == parent.id:
            return
        self._check_days(unit)
        self.children[unit.parent].discard(unit.id)
        self.children[parent.id].add(unit.id)
        self.units[unit.id] = replace(unit, parent=parent.id)
        self.placed.add(unit.id)

    def _dissolve(self, unit: Unit) -> None:
        if unit.parent is None:
            raise Refused(gettext_noop("县委是组织树的根，不能撤销。"))
        if unit.id < 0:
            self._of_kind(unit.id, frozenset({unit.kind}))
        below = len(self.children[unit.id])
        members = self._enrolled_now(unit.id)
        if below or members:
            raise Refused(
                gettext_noop("“{name}”还有{below}个下级组织、{members}名党员，不能直接撤销。"),
                name=unit.short_name,
                below=below,
                members=members,
                next_step=gettext_noop("有党员或下级组织的请用合并，先让它们有去处。"),
            )
        self._check_days(unit)
        self._close(unit, None)

    def _check_days(self, unit: Unit) -> None:
        if unit.id > 0 and unit.since > self.day:
            raise Refused(
                gettext_noop("“{name}”从{since}起才在现在的上级，生效日期{day}不能早于它。"),
                name=unit.short_name,
                since=unit.since,
                day=self.day,
            )

    def _close(self, unit: Unit, successor: int | None) -> None:
        self.children[unit.parent].discard(unit.id)
        self.found.closed[unit.id] = successor

    def _open_new(self, number: int, new: NewUnit, like: Unit, kinds: frozenset[Kind]) -> Unit:
        kind = Kind(new.kind) if new.kind in set(Kind) else None
        if kind not in kinds or new.category not in set(Category):
            raise Refused(gettext_noop("新组织的类型或类别不对，请重新选择。"))
        check_code(new.code)
        check_names(new.name, new.short_name)
        if new.code in self.codes:
            raise Refused(gettext_noop("组织代码{code}已经用过，请给新组织另定代码。"), code=new.code)
        parent = self._open(new.parent if new.parent is not None else like.parent or 0)
        check_place(kind, parent.kind)
        unit = Unit(
            -number,
            parent.id,
            kind,
            new.category,
            new.code,
            new.name,
            new.short_name,
            None,
            "",
            self.day,
            None,
            self.day,
            self.day,
        )
        self.codes.add(new.code)
        self.units[unit.id] = unit
        self.children[parent.id].add(unit.id)
        self.found.opened.append(unit.id)
        return unit

    def _is_within(self, pk: int, above: int) -> bool:
        at: int | None = pk
        while at is not None:
            if at == above:
                return True
            at = self.units[at].parent
        return False

    def _branch_now(self, member: int) -> int | None:
        if member in self.found.members:
            return self.found.successor(self.found.members[member])
        branch = self.branch_of.get(member)
        return self.found.successor(branch) if branch is not None else None

    def _enrolled_now(self, unit: int) -> int:
        came = sum(count for pk, count in self.enrolled.items() if self.found.successor(pk) == unit)
        for member, branch in self.found.members.items():
            came += self.found.successor(branch) == unit
            came -= self.found.successor(self.branch_of[member]) == unit
        return came

    def outcome(self, tree: Mapping[int, Unit], given: Mapping[int, Iterable[str]]) -> Outcome:
        """The final state: closed units back where they hung, names checked, segments given."""
        found = self.found
        for pk in found.closed:
            self.units[pk] = replace(tree[pk], closed_on=self.day)
        kept = [
            pk
            for pk in sorted(self.units)
            if pk > 0 and pk not in found.closed and tree[pk].closed_on is None
        ]
        found.moved = [pk for pk in kept if self.units[pk].parent != tree[pk].parent]
        found.renamed = [
            pk
            for pk in kept
            if (self.units[pk].name, self.units[pk].short_name) != (tree[pk].name, tree[pk].short_name)
        ]
        self._check_names()
        self._renumber(tree, given)
        return found

    def _check_names(self) -> None:
        for parent in {
            self.units[pk].parent for pk in {*self.found.opened, *self.found.moved, *self.found.renamed}
        }:
            names: dict[str, int] = {}
            for pk in sorted(self.children[parent]):
                unit = self.units[pk]
                if unit.name in names:
                    raise Refused(
                        gettext_noop(
                            "调整以后“{parent}”下面会有两个“{name}”。请先加一步更名，让名称分得清。"
                        ),
                        parent=self.units[parent].short_name if parent is not None else "",
                        name=unit.name,
                    )
                names[unit.name] = pk

    def _renumber(self, tree: Mapping[int, Unit], given: Mapping[int, Iterable[str]]) -> None:
        """Roots and segments of all that hangs on a moved or new unit, parents before children."""
        used = {root: set(segments) for root, segments in given.items()}
        tops = {*self.found.opened, *self.found.moved}
        seen: set[int] = set()
        for top in sorted(tops, key=lambda pk: _old_place(pk, tree)):
            waiting = [top]
            while waiting:
                pk = waiting.pop(0)
                if pk in seen:
                    continue
                seen.add(pk)
                self._give(pk, used)
                waiting += sorted(self.children[pk], key=lambda each: _old_place(each, tree))

    def _give(self, pk: int, used: dict[int, set[str]]) -> None:
        unit = self.units[pk]
        above = self.units[unit.parent] if unit.parent is not None else None
        place = numbering(unit.kind, above.kind if above else None)
        root = None
        if place == Numbering.COMMITTEE:
            root = unit.parent
        elif place == Numbering.BRANCH and above is not None:
            root = self._head(above)
        if root == unit.root:
            return
        segment = ""
        if root is not None:
            segment = next_segment(used.setdefault(root, set()))
            used[root].add(segment)
        self.units[pk] = replace(unit, root=root, segment=segment)
        self.found.renumbered[pk] = Renumbering(unit.root, unit.segment, root, segment)

    def _head(self, unit: Unit) -> int:
        """The nearest unit from here upwards that carries the first segment."""
        while unit.parent is not None:
            above = self.units[unit.parent]
            if heads_numbering(unit.kind, above.kind):
                break
            unit = above
        return unit.id


def _old_place(pk: int, tree: Mapping[int, Unit]) -> tuple[bool, int, str, int]:
    """New units first, then the others as the registers list them: the order in which segments are given."""
    return (pk > 0, tree[pk].root or 0, tree[pk].segment, pk) if pk > 0 else (False, 0, "", -pk)
