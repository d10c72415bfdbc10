"""Parsing what people type. Whether it fits is asked by the rules."""

from zhibu.cycles.forms.reorganization import (
    DayField,
    DayForm,
    DeedForm,
    DissolveForm,
    MergeCommitteesForm,
    MergeForm,
    MoveForm,
    RenameForm,
    SplitBranchForm,
    SplitCommitteeForm,
    StepForm,
    UnderForm,
)

__all__ = [
    "DayField",
    "DayForm",
    "DeedForm",
    "DissolveForm",
    "MergeCommitteesForm",
    "MergeForm",
    "MoveForm",
    "RenameForm",
    "SplitBranchForm",
    "SplitCommitteeForm",
    "StepForm",
    "UnderForm",
]
