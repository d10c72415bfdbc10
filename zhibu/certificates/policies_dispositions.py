"""What the county decides about dispositions: the table of events, each with its target and booklet rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from zhibu.certificates.rules.copies import State
from zhibu.certificates.rules.dispositions import (
    CAUSES,
    RULE_CHOICES,
    RULE_LABELS,
    STATE_CHOICES,
    BookletRule,
    Cause,
)
from zhibu.core.codes import label
from zhibu.core.text import gettext_noop
from zhibu.rulebook.policies import Policy, values_in_force


class DispositionPeriods(BaseModel):
    """Periods of carrying out; the rows of the table are added to it below."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days_to_carry_out: int = Field(
        30,
        ge=1,
        le=365,
        title=gettext_noop("多少天内办完处置"),
        description=gettext_noop("从事项在系统里生效那天算起，过期的列入逾期。"),
    )
    retention_days: int = Field(
        0,
        ge=0,
        le=3650,
        title=gettext_noop("收回的证本保存多少天才能销毁"),
        description=gettext_noop("填0，收回时可以当场由两人监销；申诉期内要留存的，填保存的天数。"),
    )


def _fields() -> dict[str, Any]:
    """Two flat fields a row, as the rulebook's form shows them: the certificate's state, the copy's rule."""
    found: dict[str, Any] = {}
    for key, cause in CAUSES.items():
        states, rules = STATE_CHOICES[cause.group], RULE_CHOICES[cause.group]
        told = f"{cause.when}；{cause.basis}。{cause.reversible}。"
        found[f"{key}_state"] = (
            Literal[tuple(map(str, states))],
            Field(
                str(cause.state),
                title=f"{cause.label}：党员证状态",
                description=told,
                json_schema_extra={"labels": {str(s): label("certificate_state", s) for s in states}},
            ),
        )
        found[f"{key}_booklet"] = (
            Literal[tuple(map(str, rules))],
            Field(
                str(cause.booklet),
                title=f"{cause.label}：证本怎么办",
                json_schema_extra={"labels": {str(rule): RULE_LABELS[rule] for rule in rules}},
            ),
        )
    return found


DispositionRules: type[DispositionPeriods] = create_model(
    "DispositionRules", __base__=DispositionPeriods, __module__=__name__, **_fields()
)
DISPOSITIONS: Final[Policy[DispositionPeriods]] = Policy(
    "dispositions",
    gettext_noop("党员证处置"),
    DispositionRules,
    {},
    gettext_noop("什么事项发生以后，党员证是什么状态、证本怎么办。改动只管以后发生的事项。"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table as it holds on a day."""

    cause: Cause
    state: State
    booklet: BookletRule


@dataclass(frozen=True, slots=True)
class Table:
    """The county's table as it holds on a day."""

    rows: Mapping[str, Row]
    days_to_carry_out: int
    retention_days: int


def table_in_force(*, on: date) -> Table:
    """The table that holds on that day. One query."""
    values = values_in_force(DISPOSITIONS, on=on)
    chosen = values.model_dump()
    rows = {
        key: Row(cause, State(chosen[f"{key}_state"]), BookletRule(chosen[f"{key}_booklet"]))
        for key, cause in CAUSES.items()
    }
    return Table(rows, values.days_to_carry_out, values.retention_days)
