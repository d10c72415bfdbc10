"""Reorganization: the steps of a deed, and what the tree becomes by them. Pure."""

from zhibu.cycles.rules.rehearsal import Outcome, Renumbering, Unit, rehearse
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
    "rehearse",
    "units_named",
]
