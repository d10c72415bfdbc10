"""Events of a membership: from which state, by whose decision, with what effect. Pure.

Four things stay apart (membership.md): stage, standing, measures in force, certificate state. An event
here speaks of the first three; what becomes of the certificate is a disposition of ``certificates``.
"""

from zhibu.members.rules.events.judging import (
    allowed_kinds,
    default_months,
    judge,
    measures_on,
    needs_settling,
    warnings,
)
from zhibu.members.rules.events.kinds import (
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
    add_months,
    last_day,
    may_vote,
    probation_ends,
)
from zhibu.members.rules.events.spec import Spec
from zhibu.members.rules.events.specs import (
    ADVERSE,
    BARRED_ENDS,
    PENALTIES,
    RESTRICTED,
    SPECS,
)

__all__ = [
    "ADVERSE",
    "BARRED_ENDS",
    "PENALTIES",
    "RESTRICTED",
    "SPECS",
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
    "add_months",
    "allowed_kinds",
    "default_months",
    "judge",
    "last_day",
    "may_vote",
    "measures_on",
    "needs_settling",
    "probation_ends",
    "warnings",
]
