"""What a row's cells say, and how that compares with what is stored."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from zhibu.core.access import Refused
from zhibu.core.codes import label
from zhibu.core.text import mask_phone
from zhibu.imports.sheets import CLEAR, Problem, Row, Value
from zhibu.organizations.rules import Category, Help, Kind, Term, complete_term
from zhibu.organizations.summaries import Holding

_LIST = re.compile(r"[、，,;；]+")


def text_of(row: Row, key: str) -> str:
    """The cell's text; "" when blank or cleared."""
    value = row.values.get(key)
    return value if isinstance(value, str) else ""


def date_of(row: Row, key: str) -> date | None:
    value = row.values.get(key)
    return value if isinstance(value, date) else None


def number_of(row: Row, key: str) -> int | None:
    value = row.values.get(key)
    return value if isinstance(value, int) else None


def split_list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in _LIST.split(text) if part.strip()))


def add_problem(row: Row, column: str, sentence: str, **params: object) -> None:
    row.problems.append(Problem(column, sentence.format(**params)))


def ask(row: Row, column: str, rule: Callable[[], object]) -> None:
    """Ask a rule; a refusal becomes the row's problem."""
    try:
        rule()
    except Refused as refusal:
        row.problems.append(Problem(column, str(refusal)))


def term_of(row: Row, kind: Kind, category: Category, current: Term | None) -> Term | None:
    return complete_term(
        kind,
        category,
        number=number_of(row, "term_number"),
        from_date=date_of(row, "term_from"),
        due_on=date_of(row, "term_due"),
        current=current,
    )


def help_of(row: Row, stored_unit: str) -> Help | None:
    """What the row says about the helper; a blank unit means the one that is stored."""
    unit = text_of(row, "support") or stored_unit
    if not unit or row.values.get("support") is CLEAR:
        return None

    def said(key: str) -> str | None:
        value = row.values.get(key)
        return None if value is None else text_of(row, key)

    return Help(unit, said("contact_name"), said("contact_phone"))


def stored_values(known: Holding) -> dict[str, Value]:
    """What the export says of a unit; blank cells are left out."""
    node, term = known.organization, known.term
    values: dict[str, Value | None] = {
        "code": node.code,
        "name": node.name,
        "short_name": node.short_name,
        "kind": node.kind,
        "category": node.category,
        "parent": known.parent_code,
        "segment": node.segment,
        "opened_on": node.opened_on,
        "term_number": term.number if term else None,
        "term_from": term.from_date if term else None,
        "term_due": term.due_on if term else None,
        "clusters": "、".join(known.clusters),
        "support": known.support,
        "contact_name": known.contact_name,
        "contact_phone": known.contact_phone,
    }
    return {key: value for key, value in values.items() if value not in (None, "")}


def differences(row: Row, stored: Mapping[str, Value]) -> list[str]:
    """Keys of the cells that say something else than what is stored; blank cells say nothing."""
    differing = []
    for key, value in row.values.items():
        before = stored.get(key)
        if value is CLEAR:
            same = before is None
        elif key == "clusters":
            same = set(split_list(str(value))) == set(split_list(str(before or "")))
        else:
            same = value == before
        if not same:
            differing.append(key)
    return differing


def shown(key: str, value: Value | None) -> str:
    if value is None or value is CLEAR:
        return ""
    if key == "category":
        return label("organization_category", str(value))
    if key == "contact_phone":
        return mask_phone(str(value))
    return value.isoformat() if isinstance(value, date) else str(value)
