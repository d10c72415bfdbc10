"""Cells and answers of a month in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhibu.core.money import yuan
from zhibu.meetings.rules.attendance import (
    EXCUSE_LABELS,
    STATUS_LABELS,
    Excuse,
    Status,
    reason_label,
)
from zhibu.months.rules.cells import HOW_LABELS, Claim, DuesCell, How, canonical

# A suspended standing is known from the books; nobody picks it.
OFFERED_EXCUSES = tuple(label for code, label in EXCUSE_LABELS.items() if code != Excuse.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Rival:
    """One of several entries somebody has to choose from. ``value``: the cell's, as it is sent."""

    words: str
    by: str
    at: datetime | None
    value: str


def rival_of(claim: Claim) -> Rival:
    """An entry as it is offered."""
    return Rival(
        words_of(claim.value),
        claim.by,
        timezone.localtime(claim.at) if claim.at else None,
        canonical(claim.value),
    )


def words_of(value: Mapping[str, Any]) -> str:
    """A cell's value as a person reads it: "代交（阿皮石布）", "请假（住院）"."""
    if "status" in value:
        reason = str(value.get("reason", ""))
        word = _(STATUS_LABELS[Status(value["status"])])
        extra = [_(reason_label(reason))] if reason else []
    else:
        cell = DuesCell(How(value["how"]))
        word = _(HOW_LABELS[cell.how])
        extra = [str(value[key]) for key in ("payer", "note") if value.get(key)]
        if value.get("amount") is not None:
            extra.insert(0, _("{sum}元").format(sum=yuan(int(value["amount"]))))
    return f"{word}（{'，'.join(extra)}）" if extra else word


def told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as the page's script shows it: with words beside the values."""
    rivals = [
        {
            **rival,
            "words": words_of(rival["value"]),
            "at": _clock(rival.get("at", "")),
        }
        for rival in answer["rivals"]
    ]
    return {**answer, "rivals": rivals}


def _clock(text: str) -> str:
    at = parse_datetime(text) if text else None
    return f"{timezone.localtime(at):%m-%d %H:%M}" if at else ""
