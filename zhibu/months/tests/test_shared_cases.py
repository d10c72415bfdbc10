"""The page in the browser and the server draw the same sums: one table of cases, which the browser's tests run, too."""

import json
from pathlib import Path
from typing import Any

import pytest

from zhibu.core.money import parse_yuan, yuan
from zhibu.months.rules.cells import DuesCell, How
from zhibu.months.rules.months import Line, add_up

CASES = Path(__file__).parents[3] / "frontend" / "cases"


def cases(name: str) -> Any:
    return json.loads((CASES / name).read_text("utf-8"))


@pytest.mark.parametrize(("fen", "text"), cases("money.json")["shown"])
def test_an_amount_is_shown_as_in_the_browser(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize(("text", "fen"), cases("money.json")["read"])
def test_an_amount_is_read_as_in_the_browser(text: str, fen: int | None) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("case", cases("month_sums.json"), ids=lambda case: case["what"])
def test_a_month_adds_up_as_in_the_browser(case: dict[str, Any]) -> None:
    totals = add_up([line(number, told) for number, told in enumerate(case["lines"])])
    assert {name: getattr(totals, name) for name in case["sums"]} == case["sums"]


def line(number: int, told: dict[str, Any]) -> Line:
    """A row without a way of paying takes no dues: they are in a ledger already."""
    cell = DuesCell(
        How(told.get("how", "self")),
        "儿子" if told.get("how") == "proxy" else "",
        parse_yuan(told["typed"]),
        "transfer" if told["transfer"] else "cash",
    )
    return Line(
        number,
        "due" if told["owed"] else "exempt",
        told["owed"],
        cell,
        elsewhere=told["elsewhere"],
        prepaid=told["prepaid"],
        statuses=dict(enumerate(told["statuses"])),
        waits=told["waits"],
        is_written="how" in told,
    )
