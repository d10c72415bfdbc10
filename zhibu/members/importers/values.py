"""Cells as they are stored and as they are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core import codes
from zhibu.core.dates import Month
from zhibu.core.text import birth_month, mask_phone, mask_resident_id
from zhibu.imports.sheets import CLEAR, Value
from zhibu.members.importers.columns import sexes
from zhibu.members.rules.facts import CODED_FIELDS, MARKED_FIELDS, Facts, clean_phone
from zhibu.members.summaries.roster import (
    COMPARED,
    Existing,
)

# What the key （清空） puts in a field; the other fields cannot be empty.
EMPTIED: Final[dict[str, object]] = {
    "identity_reason": "",
    "confirmation_date": None,
    "dates_reason": "",
    "native_place": "",
    "group": "",
    "phone": "",
    "resident_id": "",
}
NEEDED: Final = (
    "sex",
    "ethnic_group",
    "birth_date",
    "education",
    "join_date",
    "stage",
    "dues_category",
)


def is_masked(key: str, value: object) -> bool:
    """True for a cell as an export writes it, which changes nothing: stars in a number, a birth without its day."""
    return isinstance(value, Month) or (key in MARKED_FIELDS and isinstance(value, str) and "*" in value)


def stored(key: str, value: Value, before: object) -> object:
    """A cell's value as it is stored. A masked phone is the one already there; CLEAR empties."""
    if value is CLEAR:
        return EMPTIED.get(key, value)
    if key == "phone":
        text = str(value)
        return before if "*" in text else clean_phone(text)
    return value


def shown(key: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date) and key == "birth_date":
        return birth_month(value)
    if key in MARKED_FIELDS:
        return mask_phone(str(value)) if key == "phone" else mask_resident_id(str(value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if key == "sex":
        return sexes().get(str(value), str(value))
    return codes.label(CODED_FIELDS[key], str(value)) if key in CODED_FIELDS else str(value)


def facts_of(same: Existing) -> Facts:
    """The facts of a stored record without its resident ID."""
    return Facts(**dict(zip(COMPARED, same.values, strict=True)))


def new_facts(values: Mapping[str, Value]) -> Facts:
    """The facts of a row in which everything needed is filled."""
    return Facts(
        **{key: stored(key, values[key], "") for key in Facts._fields if key in values}  # type: ignore[arg-type]
    )
