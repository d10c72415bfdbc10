"""States of a policy's version, and the sentences for values that do not fit. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop


class VersionState(StrEnum):
    """draft -> published (waits for another person) -> confirmed, or rejected back to its author."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


# What pydantic reports, as sentences; {label} is the field's name on screen, the rest its own context.
_SENTENCES = {
    "missing": gettext_noop("“{label}”没有填。"),
    "extra_forbidden": gettext_noop("没有“{label}”这一项，请删去。"),
    "string_too_short": gettext_noop("“{label}”至少{min_length}个字。"),
    "string_too_long": gettext_noop("“{label}”最多{max_length}个字。"),
    "string_pattern_mismatch": gettext_noop("“{label}”的格式不对，请照旁边的说明填写。"),
    "int_parsing": gettext_noop("“{label}”要填整数。"),
    "int_type": gettext_noop("“{label}”要填整数。"),
    "bool_parsing": gettext_noop("“{label}”只能是true或false。"),
    "bool_type": gettext_noop("“{label}”只能是true或false。"),
    "greater_than_equal": gettext_noop("“{label}”不能小于{ge}。"),
    "less_than_equal": gettext_noop("“{label}”不能大于{le}。"),
    "not_a_day": gettext_noop("“{label}”要写成2026-07-01这样的日期，或者空着。"),
    "literal_error": gettext_noop("“{label}”只能是{expected}之一。"),
}
_OTHER = gettext_noop("“{label}”填得不对，请照旁边的说明填写。")


def value_refusal(kind: str, label: str, context: Mapping[str, object]) -> Refused:
    """The sentence for one value that does not fit its field."""
    refusal = Refused(_SENTENCES.get(kind, _OTHER))
    refusal.params = {**context, "label": label}
    return refusal


def check_effective(effective_from: date, *, latest: date | None, on: date) -> None:
    """A version begins today or later, and after every confirmed one: what has applied stays as it was."""
    if effective_from < on:
        raise Refused(
            gettext_noop("生效日期{day}已经过去。规则不能追溯，请改成今天或以后。"), day=effective_from
        )
    if latest is not None and effective_from <= latest:
        raise Refused(gettext_noop("已有从{latest}起生效的版本，新版本要在它以后生效。"), latest=latest)


def check_state(state: str, wanted: VersionState) -> None:
    """Two people at once: the second gets a sentence."""
    if state != wanted:
        raise Refused(gettext_noop("这个版本的状态已经变了，请刷新后再看。"))


def check_other_hand(*, published_by: int | None, confirmer: int | None) -> None:
    """Published by one person, confirmed by another."""
    if published_by is not None and published_by == confirmer:
        raise Refused(gettext_noop("发布的人不能自己复核，请由另一位有复核权限的人办理。"))
