"""The demonstration county as the two spreadsheets an office would send."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from zhibu.demo.people import make_rows
from zhibu.demo.units import Unit, branches, contacts, make_units
from zhibu.imports.sheets import Sheet, Value
from zhibu.imports.workbooks import export
from zhibu.members.importers import ROSTER
from zhibu.organizations.importers import ORGANIZATIONS

SEED = 513434
ORGANIZATIONS_FILE = "组织.xlsx"
ROSTER_FILE = "党员名册.xlsx"


def write_workbooks(folder: Path, *, on: date, townships: int | None = None) -> tuple[Path, Path]:
    """Both files; with ``townships`` only that many township committees and what hangs under them."""
    folder.mkdir(parents=True, exist_ok=True)
    units, people = _county(on=on, townships=townships)
    known = contacts(SEED)
    organizations, roster = folder / ORGANIZATIONS_FILE, folder / ROSTER_FILE
    _write(organizations, ORGANIZATIONS, (unit.row(known) for unit in units))
    _write(roster, ROSTER, people)
    return organizations, roster


def write_rosters(
    folder: Path, *, on: date, until: Sequence[date], townships: int | None = None
) -> dict[date, Path]:
    """The roster's rows in parts, as an office sent them over time: who had joined by each day and not by the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    _units, people = _county(on=on, townships=townships)
    parts: list[list[dict[str, Value]]] = [[] for _ in until]
    for row in people:
        joined = row["join_date"]
        parts[next(n for n, day in enumerate(until) if isinstance(joined, date) and joined <= day)].append(
            row
        )
    paths: dict[date, Path] = {}
    for day, part in zip(until, parts, strict=True):
        if part:
            paths[day] = folder / f"{ROSTER_FILE.removesuffix('.xlsx')}{day:%m%d}.xlsx"
            _write(paths[day], ROSTER, part)
    return paths


def _county(*, on: date, townships: int | None) -> tuple[list[Unit], Iterable[dict[str, Value]]]:
    units = make_units(SEED)
    people: Iterable[dict[str, Value]] = make_rows(branches(units), seed=SEED, on=on)
    if townships is not None:
        kept = {unit.code for unit in units if unit.category == "township"}
        kept = set(sorted(kept)[:townships])
        units = [unit for unit in units if unit.code in kept or unit.parent in kept]
        codes = {unit.code for unit in units}
        people = (row for row in people if row["branch_code"] in codes)
    return units, people


def _write(path: Path, sheet: Sheet, rows: Iterable[Mapping[str, Value]]) -> None:
    path.write_bytes(export(sheet, rows, is_whole=True))
