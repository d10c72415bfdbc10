"""The files of an order: one PDF a branch, and the list of names our fonts cannot set."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from zhibu.certificates.prints.booklets import Batch, Branch, render_branch, unset_names
from zhibu.certificates.rules.copies import format_number
from zhibu.core.filing import file_name
from zhibu.imports.sheets import Ticker, no_ticker
from zhibu.printing.engine import kept

GLYPH_LIST = "缺字名单.xlsx"


@dataclass(frozen=True, slots=True)
class UnsetName:
    """A holder whose name has characters our fonts cannot set."""

    branch: str
    number: str
    name: str
    characters: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the list and the job say."""
        points = "、".join(f"{char}（U+{ord(char):04X}）" for char in self.characters)
        return f"字库缺字{points}，证本上已留空框，请用黑色签字笔填写。"


def write_files(
    folder: Path, branches: Iterable[Branch], batch: Batch, *, total: int, ticker: Ticker = no_ticker
) -> tuple[Path, list[UnsetName]]:
    """Make the files branch by branch, so that memory holds one branch at a time.

    Returns the archive, or the PDF alone when there is one branch and nothing to list, and the names
    with characters that cannot be set. ``ticker`` is called after each branch with booklets done.
    PDFs are stored as they are: compressed already.
    """
    archive = folder / "booklets.zip"
    unset: list[UnsetName] = []
    taken: set[str] = set()
    single: Path | None = None
    done = 0
    with kept(), zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED, strict_timestamps=False) as made:
        for branch in branches:
            content = render_branch(branch.books, batch.settings, batch.layout)
            made.writestr(_path(branch, taken), content)
            if len(taken) == 1:
                single = folder / "booklets.pdf"
                single.write_bytes(content)
            for book in branch.books:
                absent = unset_names(book)
                if absent:
                    unset.append(UnsetName(branch.short_name, book.number, book.name, absent))
            done += len(branch.books)
            ticker(done, total, branch.short_name)
        if unset:
            made.writestr(GLYPH_LIST, _glyph_list(unset))
    if single is not None and len(taken) == 1 and not unset:
        archive.unlink()
        return single, unset
    if single is not None:
        single.unlink()
    return archive, unset


def _path(branch: Branch, taken: set[str]) -> str:
    stem = "/".join(file_name(part) for part in (branch.folder, branch.name) if part)
    path, again = f"{stem}.pdf", 1
    while path in taken:
        again += 1
        path = f"{stem}（{again}）.pdf"
    taken.add(path)
    return path


def _glyph_list(unset: list[UnsetName]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("缺字名单")
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F3EFE8"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, ["序号", "所在支部", "编号", "姓名", "缺的字", "办法"], head)
        for column, width in enumerate((6, 24, 16, 16, 20, 56)):
            sheet.set_column(column, column, width, wrap)
        for row, each in enumerate(unset, start=1):
            points = "、".join(f"{char} U+{ord(char):04X}" for char in each.characters)
            sheet.write_number(row, 0, row)
            sheet.write_row(
                row, 1, [each.branch, format_number(each.number), each.name, points, each.sentence]
            )
        sheet.freeze_panes(1, 0)
    return out.getvalue()
