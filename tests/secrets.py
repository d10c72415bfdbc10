"""What no page, print or export may tell: the day of a birth, the tail of a resident ID."""

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO

import pypdfium2
from django.http import HttpResponseBase
from openpyxl import load_workbook

from zhibu.members.models import Member


def secrets() -> dict[str, str]:
    """Every way in which the county's members could be told -> of what it is a secret."""
    found = {}
    for born, number in Member.objects.values_list("birth_date", "resident_id"):
        year, month, day = born.year, born.month, born.day
        for text in (
            f"{born:%Y-%m-%d}",
            f"{born:%Y.%m.%d}",
            f"{born:%Y/%m/%d}",
            f"{born:%Y%m%d}",
            f"{year}年{month}月{day}日",
            f"{year}年{month:02d}月{day:02d}日",
            f"{year}.{month}.{day}",
            f"{year}/{month}/{day}",
        ):
            found[text] = "birth date"
        if number:
            found[number[-4:]] = "tail of a resident ID"
    return found


def told(response: HttpResponseBase, content: bytes) -> str:
    """All text of an answer: a page as it is, the cells of a workbook, the words of a PDF."""
    if content.startswith(b"%PDF"):
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:  # what a test uploaded only looks like one
            return content.decode("latin-1")
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    if content.startswith(b"PK"):
        return "\n".join(_cells(content))
    return content.decode("utf-8", "replace")


def _cells(content: bytes) -> Iterable[str]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        if "[Content_Types].xml" not in packed.namelist():
            return
    for sheet in load_workbook(BytesIO(content)):
        for row in sheet.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell is not None)


def leaks(text: str, known: dict[str, str]) -> list[str]:
    """Which secrets the text tells, as whole numbers: not as a piece of a longer one."""
    return [
        f"{what}: {secret}"
        for secret, what in known.items()
        if secret in text and re.search(rf"(?<![0-9A-Za-z_-]){re.escape(secret)}(?![0-9A-Za-z_-])", text)
    ]
