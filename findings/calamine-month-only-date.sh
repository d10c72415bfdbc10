#!/usr/bin/env bash
# python-calamine 0.9.1 on a workbook written by XlsxWriter 3.2.9.
# A cell formatted as yyyy"年"m"月" shows only a month (1998年7月), as rosters write when someone joined. Read
# through calamine it is a whole date, 1 July 1998, and nothing the reader returns tells the two apart: a day
# that nobody wrote enters the books. The format stands in xl/styles.xml alone.
# Expected: the value marked as a month, or the number format beside it. Seen: datetime.date(1998, 7, 1).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1 XlsxWriter==3.2.9
cd "$folder" && venv/bin/python - <<'PY'
from datetime import date

import python_calamine
import xlsxwriter

book = xlsxwriter.Workbook("roster.xlsx")
page = book.add_worksheet("名册")
page.write_datetime(0, 0, date(1998, 7, 1), book.add_format({"num_format": 'yyyy"年"m"月"'}))
page.write_datetime(0, 1, date(1998, 7, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
book.close()
[row] = python_calamine.CalamineWorkbook.from_path("roster.xlsx").get_sheet_by_index(0).to_python()
print(row)
assert row == [date(1998, 7, 1), date(1998, 7, 1)], "the month-only cell is told apart now"
PY
