"""Steps tried out on a small tree: what fits, what is refused, and what holds whatever is asked."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhibu.core.access import Refused
from zhibu.organizations.rules import Kind
from zhibu.reorganizations.rules.rehearsal import rehearse
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
    dump,
    load,
)
from zhibu.reorganizations.rules.terms import check_two_persons
from zhibu.reorganizations.rules.tree import Outcome, Unit

pytestmark = pytest.mark.dated

OPENED, DAY = date(2000, 1, 1), date(2026, 11, 20)
COUNTY, ASHI, BASHI, GENERAL = 1, 2, 3, 4
A1, A2, B1, B2, G1, OLD, GROUP = 11, 12, 21, 22, 31, 41, 51


def unit(
    pk: int,
    parent: int | None,
    kind: Kind,
    root: int | None = None,
    segment: str = "",
    *,
    closed: bool = False,
) -> Unit:
    return Unit(
        pk,
        parent,
        kind,
        "village",
        f"C{pk}",
        f"全称{pk}",
        f"简称{pk}",
        root,
        segment,
        OPENED,
        OPENED if closed else None,
        OPENED,
        OPENED,
    )


def small_tree() -> dict[int, Unit]:
    """Two townships with two branches each, a general branch with one, a group, a closed branch."""
    units = [
        unit(COUNTY, None, Kind.COUNTY_COMMITTEE),
        unit(ASHI, COUNTY, Kind.COMMITTEE, COUNTY, "001"),
        unit(BASHI, COUNTY, Kind.COMMITTEE, COUNTY, "002"),
        unit(GENERAL, ASHI, Kind.GENERAL_BRANCH),
        unit(A1, ASHI, Kind.BRANCH, ASHI, "001"),
        unit(A2, ASHI, Kind.BRANCH, ASHI, "002"),
        unit(B1, BASHI, Kind.BRANCH, BASHI, "001"),
        unit(B2, BASHI, Kind.JOINT_BRANCH, BASHI, "002"),
        unit(G1, GENERAL, Kind.BRANCH, ASHI, "003"),
        unit(OLD, GENERAL, Kind.BRANCH, ASHI, "004", closed=True),
        unit(GROUP, A1, Kind.GROUP),
    ]
    return {each.id: each for each in units}


MEMBERS = {pk: branch for branch in (A1, A2, B1, B2, G1) for pk in range(branch * 10, branch * 10 + 4)}
ENROLLED = dict(Counter(MEMBERS.values()))


def given_before() -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for each in small_tree().values():
        if each.root is not None:
            found.setdefault(each.root, set()).add(each.segment)
    return found


def tried(*steps: Step) -> Outcome:
    return rehearse(
        steps, small_tree(), given=given_before(), enrolled=ENROLLED, branch_of=MEMBERS, effective_on=DAY
    )


def new(number: int = 1, kind: Kind = Kind.BRANCH, parent: int | None = None) -> NewUnit:
    return NewUnit(
        kind=kind,
        category="village",
        code=f"N{number}",
        name=f"新全称{number}",
        short_name=f"新简称{number}",
        parent=parent,
    )


def test_a_general_branch_takes_its_branches_along_and_the_closed_one_stays_findable() -> None:
    found = tried(Move(unit=GENERAL, parent=BASHI))
    assert found.path(G1) == f"{COUNTY}.{BASHI}.{GENERAL}.{G1}."
    assert found.path(OLD) == f"{COUNTY}.{BASHI}.{GENERAL}.{OLD}."
    assert (found.units[G1].root, found.units[G1].segment) == (BASHI, "003")
    assert (found.units[OLD].root, found.units[OLD].segment) == (ASHI, "004")
    assert found.renumbered.keys() == {G1}


def test_a_general_branch_under_the_county_heads_its_own_numbers() -> None:
    found = tried(Move(unit=GENERAL, parent=COUNTY))
    assert (found.units[GENERAL].root, found.units[GENERAL].segment) == (COUNTY, "003")
    assert (found.units[G1].root, found.units[G1].segment) == (GENERAL, "001")


def test_groups_follow_their_branch() -> None:
    found = tried(MergeBranches(sources=(A1,), into=A2))
    assert found.units[GROUP].parent == A2
    assert found.closed == {A1: A2}


def test_what_is_merged_into_something_that_is_merged_goes_all_the_way() -> None:
    found = tried(MergeBranches(sources=(A1,), into=A2), MergeBranches(sources=(A2,), into=B1))
    assert found.successor(A1) == B1


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([MergeBranches(sources=(A1,), into=ASHI)], "支部和支部合并"),
        ([MergeCommittees(sources=(ASHI,), into=A1)], "党委和党委合并"),
        ([MergeBranches(sources=(A1,), into=OLD)], "已经撤销"),
        ([MergeBranches(sources=(A1,), into=A2), Rename(unit=A1, name="新", short_name="新")], "已经撤销"),
        ([MergeBranches(sources=(A1,), into=A1)], "请选择要并入"),
        ([MergeBranches(sources=(A1,), new=new())], "至少要选两个"),
        ([MergeBranches(sources=(A1, A2))], "二者选一"),
        ([MergeBranches(sources=(A1, 999), into=A2)], "不存在"),
        ([MergeCommittees(sources=(ASHI,), into=GENERAL)], "不能把上级并进自己的下级"),
        ([Move(unit=ASHI, parent=BASHI)], "不能设在"),
        ([Move(unit=A1, parent=COUNTY)], "不能设在"),
        ([Move(unit=COUNTY, parent=ASHI)], "是组织树的根"),
        ([Dissolve(unit=A1)], "4名党员"),
        ([Dissolve(unit=ASHI)], "不能直接撤销"),
        ([SplitBranch(source=A1, members=(), new=new())], "请选择"),
        ([SplitBranch(source=A1, members=(A2 * 10,), new=new())], "1人不在"),
        ([SplitBranch(source=A1, members=tuple(range(110, 114)), new=new())], "没有人留下"),
        ([SplitCommittee(source=ASHI, branches=(B1,), new=new(kind=Kind.COMMITTEE))], "不是"),
        ([MergeBranches(sources=(A1, A2), new=NewUnit(**{**new().model_dump(), "code": "C11"}))], "已经用过"),
        ([Rename(unit=A1, name="全称12", short_name="简称")], "两个“全称12”"),
        ([MergeBranches(sources=(A1, A2), new=new()), Dissolve(unit=-1)], "刚设立的"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(steps: list[Step], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        tried(*steps)
    assert sentence in str(refusal.value)


def test_a_township_without_a_free_segment_takes_nobody() -> None:
    used = {**given_before(), BASHI: {f"{n:03d}" for n in range(1, 1000)}}
    with pytest.raises(Refused, match="全部用完"):
        rehearse(
            [Move(unit=A1, parent=BASHI)],
            small_tree(),
            given=used,
            enrolled=ENROLLED,
            branch_of=MEMBERS,
            effective_on=DAY,
        )


def test_a_unit_younger_than_the_deed_is_refused() -> None:
    with pytest.raises(Refused, match="才成立"):
        rehearse(
            [Move(unit=A1, parent=BASHI)],
            small_tree(),
            given=given_before(),
            enrolled=ENROLLED,
            branch_of=MEMBERS,
            effective_on=date(1999, 12, 31),
        )


def test_steps_survive_being_stored() -> None:
    steps: list[Step] = [
        MergeCommittees(sources=(ASHI, BASHI), new=new(kind=Kind.COMMITTEE)),
        SplitBranch(source=A1, members=(110,), new=new(2)),
        Move(unit=GENERAL, parent=-1),
    ]
    assert load(dump(steps)) == steps


def test_two_persons() -> None:
    check_two_persons((1, "甲"), (2, "甲"))
    with pytest.raises(Refused):
        check_two_persons((1, "甲"), (1, "乙"))
    with pytest.raises(Refused):
        check_two_persons((None, "整理"), (None, "整理"))


IDS = st.sampled_from([COUNTY, ASHI, BASHI, GENERAL, A1, A2, B1, B2, G1, OLD, GROUP, -1, -2, -3])
NEW = st.builds(
    new,
    st.integers(1, 9),
    st.sampled_from([Kind.BRANCH, Kind.COMMITTEE, Kind.GENERAL_BRANCH]),
    st.none() | IDS,
)
SOME = st.lists(IDS, min_size=1, max_size=3).map(tuple)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(MergeBranches, sources=SOME, into=IDS, new=st.none()),
    st.builds(MergeBranches, sources=SOME, into=st.none(), new=NEW),
    st.builds(MergeCommittees, sources=SOME, into=IDS, new=st.none()),
    st.builds(MergeCommittees, sources=SOME, into=st.none(), new=NEW),
    st.builds(
        SplitBranch,
        source=IDS,
        members=st.lists(st.sampled_from(sorted(MEMBERS)), max_size=3).map(tuple),
        new=NEW,
    ),
    st.builds(SplitCommittee, source=IDS, branches=SOME, new=NEW),
    st.builds(Rename, unit=IDS, name=st.just("新名"), short_name=st.just("新名")),
    st.builds(Move, unit=IDS, parent=IDS),
    st.builds(Dissolve, unit=IDS),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_whatever_is_asked_nobody_is_lost_and_no_segment_is_given_twice(steps: list[Step]) -> None:
    done: list[Step] = []
    for step in steps:  # keep what fits, as a person does on the page
        try:
            found = tried(*done, step)
        except Refused:
            continue
        done.append(step)
    found = tried(*done)
    before = small_tree()
    # Every member has a branch that is open.
    for member, branch in MEMBERS.items():
        place = found.successor(found.members.get(member, branch))
        assert place is not None
        assert found.units[place].closed_on is None
    # No segment is given twice below a root, whether carried, closed or left behind.
    carried = [(each.root, each.segment) for each in found.units.values() if each.root is not None]
    left = [(each.old_root, each.old_segment) for each in found.renumbered.values() if each.old_segment]
    assert max(Counter(carried + left).values()) == 1
    # Closed units stay where they hung, with their number; the tree has one root and no circle.
    for pk in found.closed:
        assert (found.units[pk].parent, found.units[pk].segment) == (before[pk].parent, before[pk].segment)
    for pk, each in found.units.items():
        assert found.path(pk).startswith(f"{COUNTY}.")
        if each.closed_on is None and each.parent is not None:
            assert found.units[each.parent].closed_on is None
