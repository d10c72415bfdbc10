"""Booklets of a branch as one PDF. No database: everything comes in as values.

Of the 36 pages of a booklet two belong to the person (1 and 8). The others are the same for everyone
of one kind (issue date, copy, probationary or not): they are set once, and drawn by every booklet of
the file from the same stored content.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from zhibu.certificates.official_texts import texts_in_force
from zhibu.certificates.rules.copies import format_number
from zhibu.certificates.rules.overprint.layouts import frames, issue_fields
from zhibu.printing import qr
from zhibu.printing.engine import PrintError, render
from zhibu.printing.glyphs import missing_glyphs, with_boxes
from zhibu.printing.imposition import Assembly, Layout, Source

TEMPLATE = Path(__file__).parents[1] / "print" / "booklet.typ"
PAGES = 36
"""Four of the cover and 32 inner pages."""
_PAGE_1, _PAGE_8 = 2, 9  # places in reading order, the cover being 0 and 1


@dataclass(frozen=True, slots=True)
class BookletSettings:
    """What the county decides about its booklets (policies "booklet" and "numbering").

    ``edition`` as printed on page 9. ``emblem``: the official vector file the county supplies, printed
    as it is; without one its place is drawn. ``yi_lines``: heading as printed and its Yi text, supplied
    by the county's translators. ``printed_on`` picks the official texts in force.
    """

    title: str
    issuer: str
    edition: str
    printed_on: date
    county_prefix: str = ""
    note_for_probationary: bool = True
    emblem: Path | None = None
    yi_lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BookletData:
    """One copy: what its pages say. Texts are as printed (国标 names, not codes); ``photo`` is a JPEG."""

    number: str
    serial: int
    issue_date: date
    issuer: str
    name: str
    sex: str
    ethnic_group: str
    birth_month: str
    native_place: str
    join_date: date
    confirmation_date: date | None
    branch_name: str
    is_probationary: bool
    is_synthetic: bool
    verify_url: str
    photo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """The booklets of one file. ``folder`` and ``name`` name it in the archive; ``short_name`` on lists."""

    folder: str
    name: str
    short_name: str
    books: Sequence[BookletData]


@dataclass(frozen=True, slots=True)
class Batch:
    """How the files of one order are made."""

    settings: BookletSettings
    layout: Layout


class _Kind(NamedTuple):
    """Booklets of one kind differ in pages 1 and 8 only."""

    issue_date: date
    serial: int
    issuer: str
    is_probationary: bool
    is_synthetic: bool


def unset_names(book: BookletData) -> tuple[str, ...]:
    """Characters of the holder's name that our fonts cannot set: printed as empty boxes for the pen."""
    return missing_glyphs(book.name)


def render_branch(books: Sequence[BookletData], settings: BookletSettings, layout: Layout) -> bytes:
    """One PDF with all pages of the booklets, in the order given. Raises ``PrintError``, ``TextChanged``."""
    assembly = Assembly(layout)
    kinds = [_kind(book) for book in books]
    fixed = {kind: assembly.take(_fixed_pages(settings, kind)) for kind in dict.fromkeys(kinds)}
    if any(len(source.pages) != PAGES for source in fixed.values()):
        raise PrintError("a page of the booklet ran over its sheet: title, issuer or edition too long")
    own = assembly.take(personal_pages(books, settings))
    if len(own.pages) != 2 * len(books):
        # Never hand one member's page to another: a page that ran over would move all that follow.
        raise PrintError("a page of the person ran over its sheet")
    _collate(assembly, kinds, fixed, own)
    return assembly.finish(title=settings.title, author=settings.issuer)


def _collate(assembly: Assembly, kinds: Sequence[_Kind], fixed: Mapping[_Kind, Source], own: Source) -> None:
    for i, kind in enumerate(kinds):
        pages = list(fixed[kind].pages)
        pages[_PAGE_1], pages[_PAGE_8] = own.pages[2 * i], own.pages[2 * i + 1]
        assembly.add(pages)


def whole_booklets(books: Sequence[BookletData], settings: BookletSettings) -> bytes:
    """The same pages set by Typst alone, all in one document: previews, and the yardstick of the bench.

    All booklets must be of one kind.
    """
    data, files = _document("all", settings, _kind(books[0]), books)
    return render(TEMPLATE, data, files=files)


def preview(book: BookletData, settings: BookletSettings, *, ppi: float = 144) -> list[bytes]:
    """A booklet's 36 pages as PNG pictures."""
    data, files = _document("all", settings, _kind(book), [book])
    return render(TEMPLATE, data, files=files, format="png", ppi=ppi)


def personal_pages(books: Sequence[BookletData], settings: BookletSettings) -> bytes:
    """Pages 1 and 8 of each booklet, one after the other."""
    data, files = _document("personal", settings, _kind(books[0]), books)
    return render(TEMPLATE, data, files=files)


@lru_cache(maxsize=16)
def _fixed_pages(settings: BookletSettings, kind: _Kind) -> bytes:
    """The 36 pages of a kind with pages 1 and 8 blank; about 200 kB."""
    data, files = _document("fixed", settings, kind, ())
    return render(TEMPLATE, data, files=files)


def _kind(book: BookletData) -> _Kind:
    return _Kind(book.issue_date, book.serial, book.issuer, book.is_probationary, book.is_synthetic)


def _document(
    part: str, settings: BookletSettings, kind: _Kind, books: Sequence[BookletData]
) -> tuple[dict[str, object], dict[str, bytes]]:
    """What the template reads: its data, and the files beside it."""
    files: dict[str, bytes] = {}
    emblem = None
    if settings.emblem is not None:
        emblem = f"emblem{settings.emblem.suffix.lower()}"
        files[emblem] = settings.emblem.read_bytes()
    pictures = [qr.picture(book.verify_url) for book in books]
    files["codes.bin"] = b"".join(picture.dots for picture in pictures)
    sides = [picture.side for picture in pictures]
    offsets = [sum(side * side for side in sides[:i]) for i in range(len(sides))]
    lines = []
    for i, book in enumerate(books):
        photo = f"photo{i}.jpg" if book.photo is not None else None
        if photo is not None and book.photo is not None:
            files[photo] = book.photo
        lines.append(
            {
                "number": format_number(book.number),
                "serial": f"{book.serial:02d}",
                "issuer": book.issuer,
                "name": with_boxes(book.name),
                "sex": book.sex,
                "ethnic_group": book.ethnic_group,
                "birth_month": book.birth_month,
                "native_place": with_boxes(book.native_place),
                "join_date": _day(book.join_date),
                "confirmation_date": _day(book.confirmation_date),
                "branch_name": with_boxes(book.branch_name),
                "synthetic": book.is_synthetic,
                "code": {"offset": offsets[i], "side": sides[i]},
                "photo": photo,
            }
        )
    data: dict[str, object] = {
        "part": part,
        "settings": {
            "title": settings.title,
            "issuer": kind.issuer,
            "edition": settings.edition,
            "county_prefix": settings.county_prefix,
            "yi": dict(settings.yi_lines),
            "emblem": emblem,
        },
        "texts": texts_in_force(settings.printed_on),
        "kind": {
            "issue_date": _day(kind.issue_date),
            "year": kind.issue_date.year,
            "serial": f"{kind.serial:02d}",
            "previous": f"第{kind.serial - 1:02d}本" if kind.serial > 1 else "无，首次发证",
            "note": kind.is_probationary and settings.note_for_probationary,
            "synthetic": kind.is_synthetic,
        },
        "frames": frames(),
        "issue_fields": issue_fields(),
        "books": lines,
    }
    return data, files


def _day(on: date | None) -> str:
    """2009年6月28日; empty for none, so that the line stays free for the pen."""
    return f"{on.year}年{on.month}月{on.day}日" if on is not None else ""
