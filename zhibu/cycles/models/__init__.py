"""Deeds over many units, and the cycle of month, quarter and year with its accountability."""

from zhibu.cycles.models.accountability import Case, CaseStep
from zhibu.cycles.models.months import BranchMonth, LockException, Operation
from zhibu.cycles.models.quarters import Finding, Inspection, Sample, SampleItem
from zhibu.cycles.models.reorganization import Reorganization, ReorganizationChange
from zhibu.cycles.models.years import Review, YearClose

__all__ = [
    "BranchMonth",
    "Case",
    "CaseStep",
    "Finding",
    "Inspection",
    "LockException",
    "Operation",
    "Reorganization",
    "ReorganizationChange",
    "Review",
    "Sample",
    "SampleItem",
    "YearClose",
]
