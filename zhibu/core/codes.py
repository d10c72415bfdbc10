"""Code tables: national standards and the project's own, shipped as CSV files beside this one."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("codes")


@cache
def table(name: str) -> Mapping[str, str]:
    """Code -> Chinese name, in the order of the file ``codes/<name>.csv``."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def label(name: str, code: str) -> str:
    """The Chinese name of a code; the code itself when the table does not know it."""
    return table(name).get(code, code)


@cache
def by_name(name: str) -> Mapping[str, str]:
    """Chinese name -> code; the codes themselves also map to themselves."""
    codes = table(name)
    return {**{code: code for code in codes}, **{text: code for code, text in codes.items()}}
