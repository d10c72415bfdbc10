"""Events of a membership: from which state, by whose decision, with what effect. Pure.

Four things stay apart (membership.md): stage, standing, measures in force, certificate state. An event
here speaks of the first three; what becomes of the certificate is a disposition of ``certificates``.
"""

from zhibu.members.rules.events.judging import (
    allowed_kinds,
    default_months,
    is_rechecked,
    judge,
    measures_on,
    needs_settling,
    runs_on,
    settled_day,
    warnings,
)
from zhibu.members.rules.events.kinds import (
    DISPOSAL_STEP_LABELS,
    DisposalStep,
    EventKind,
    Level,
    MeasureKind,
    Route,
)
from zhibu.members.rules.events.situation import (
    Effect,
    Entry,
    InForce,
    Limits,
    Situation,
    is_deciding_body,
    last_day,
    left_over,
    may_vote,
    plain_matter,
    probation_ends,
)
from zhibu.members.rules.events.spec import Spec
from zhibu.members.rules.events.specs import (
    ADVERSE,
    BARRED_ENDS,
    EFFECT_PERIODS,
    PENALTIES,
    RESTRICTED,
    SPECS,
)

__all__ = [
    "ADVERSE",
    "BARRED_ENDS",
    "DISPOSAL_STEP_LABELS",
    "EFFECT_PERIODS",
    "PENALTIES",
    "RESTRICTED",
    "SPECS",
    "DisposalStep",
    "Effect",
    "Entry",
    "EventKind",
    "InForce",
    "Level",
    "Limits",
    "MeasureKind",
    "Route",
    "Situation",
    "Spec",
    "allowed_kinds",
    "default_months",
    "is_deciding_body",
    "is_rechecked",
    "judge",
    "last_day",
    "left_over",
    "may_vote",
    "measures_on",
    "needs_settling",
    "plain_matter",
    "probation_ends",
    "runs_on",
    "settled_day",
    "warnings",
]
