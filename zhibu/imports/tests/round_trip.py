"""What every declared sheet must hold: an export, imported again, says "same" for every row."""

from datetime import date

from zhibu.core.access import Scope
from zhibu.imports import workbooks
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reading import read_grid
from zhibu.imports.sheets import RowState, Sheet


def assert_round_trip(sheet: Sheet, scope: Scope, on: date, *, under: str = "") -> int:
    """Export, read back, check. Returns how many rows went round, so that a caller can ask for some."""
    records = list(sheet.export(scope, under))
    data = workbooks.export(sheet, records)
    if not records:
        return 0
    grid = read_grid(data, sheet)
    rows = parse_grid(grid, sheet.columns)
    planned = sheet.check(rows, scope, on)
    differing = [
        (each.row.number, each.state.value, each.row.problems, each.changes)
        for each in planned
        if each.state is not RowState.SAME
    ]
    assert differing == [], f"{sheet.key}: {len(differing)} of {len(planned)} rows are not the same"
    assert len(planned) == len(records)
    return len(planned)
