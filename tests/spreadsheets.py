"""Changing a cell of a workbook the way a person does."""

from io import BytesIO

from openpyxl import load_workbook


def with_cell(content: bytes, title: str, text: str, *, row: int = 1) -> bytes:
    """The workbook with ``text`` under the column ``title``, in that row below its head (on the first sheet)."""
    book = load_workbook(BytesIO(content))
    page = book.worksheets[0]
    (place,) = [
        (down, across)
        for down, values in enumerate(page.iter_rows(values_only=True), start=1)
        for across, value in enumerate(values, start=1)
        if value == title
    ]
    page.cell(place[0] + row, place[1]).value = text
    out = BytesIO()
    book.save(out)
    return out.getvalue()
