"""Writes, by deed."""

from zhibu.reorganizations.actions.doing import do_reorganization
from zhibu.reorganizations.actions.planning import (
    add_step,
    check_again,
    drop_plan,
    impact_now,
    plan_reorganization,
    remove_step,
)
from zhibu.reorganizations.actions.undoing import undo_reorganization

__all__ = [
    "add_step",
    "check_again",
    "do_reorganization",
    "drop_plan",
    "impact_now",
    "plan_reorganization",
    "remove_step",
    "undo_reorganization",
]
