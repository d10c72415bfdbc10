#!/usr/bin/env bash
# python-calamine 0.9.1 on workbooks written by openpyxl 3.1.5 (.xlsx) and xlwt 1.3.0 (.xls).
# A lookup that found nobody leaves #N/A in a cell. Both formats store it as a cell of the kind "error";
# calamine returns '' for it, exactly as for a cell that was never filled. A register read that way takes a
# broken formula for "nothing entered".
# Expected: an error value, or anything that is not the empty text. Seen: '' in both formats.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5 xlwt==1.3.0
cd "$folder" && venv/bin/python - <<'PY'
import openpyxl
import python_calamine
import xlwt

book = openpyxl.Workbook()
cell = book.active["A1"]
cell.value, cell.data_type = "#N/A", "e"
book.active["C1"] = "end"
book.save("new.xlsx")

old = xlwt.Workbook()
page = old.add_sheet("a")
page.row(0).set_cell_error(0, 0x2A)  # the code of #N/A
page.write(0, 2, "end")
old.save("old.xls")

for name in ("new.xlsx", "old.xls"):
    rows = python_calamine.CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python(skip_empty_area=False)
    print(name, rows)
    assert rows == [["", "", "end"]], "an error cell is told apart from a blank one now"
PY
