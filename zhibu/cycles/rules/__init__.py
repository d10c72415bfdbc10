"""Reorganization: the steps of a deed, and what the tree becomes by them. Pure."""

from zhibu.cycles.rules.rehearsal import rehearse
from zhibu.cycles.rules.steps import (
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
    units_named,
)
from zhibu.cycles.rules.terms import check_deed, check_two_persons, digest
from zhibu.cycles.rules.tree import Outcome, Renumbering, Unit, number_of

__all__ = [
    "Dissolve",
    "MergeBranches",
    "MergeCommittees",
    "Move",
    "NewUnit",
    "Outcome",
    "Rename",
    "Renumbering",
    "SplitBranch",
    "SplitCommittee",
    "Step",
    "Unit",
    "check_deed",
    "check_two_persons",
    "digest",
    "dump",
    "load",
    "number_of",
    "rehearse",
    "units_named",
]
