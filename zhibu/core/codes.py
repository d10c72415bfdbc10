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


@cache
def aliases(name: str) -> Mapping[str, str]:
    """What offices write instead of a table's own name -> code, such as 高中 for group 60 of GB/T 4658.

    Everyday words for schooling lead to the group, never to a leaf: 高中 does not say that someone
    graduated (codes of the form ?0 are accepted on import). Names of ethnic groups go without 族.
    """
    with (_FOLDER / "aliases.csv").open(encoding="utf-8", newline="") as file:
        found = {row["text"]: row["code"] for row in csv.DictReader(file) if row["table"] == name}
    if name == "ethnic_group":
        found |= {text.removesuffix("族"): code for code, text in table(name).items()}
    return found
