"""Overprints onto opened booklets, the calibration sheet, continuation pages. No database: values come in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from zhibu.certificates.rules.copies import format_number
from zhibu.certificates.rules.overprint.layouts import (
    LAYOUTS,
    PAGE_WIDTH,
    TABLE_TOP,
    Layout,
    Place,
    left_edge,
)
from zhibu.certificates.rules.overprint.lines import NewLine
from zhibu.certificates.rules.overprint.printers import Offsets
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes
from zhibu.printing.imposition import Assembly

_FOLDER = Path(__file__).parents[1] / "print"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page to be stuck into a copy. ``over``: the booklet page it covers; 0: continuation ``number``."""

    page: str
    over: int
    number: int
    certificate: str
    serial: int
    issuer: str
    on: date
    is_synthetic: bool
    lines: tuple[tuple[int, tuple[str, ...]], ...]


def overprint_pdf(lines: Iterable[NewLine], offsets: Offsets) -> bytes:
    """One page of 210 x 148 mm for each opened spread, in the order of the copies given. Raises ``PrintError``."""
    spreads = []
    for _, own in groupby(lines, key=lambda line: line.booklet):
        by_spread: dict[int, list[dict[str, object]]] = {}
        for line in own:
            layout = LAYOUTS[line.page]
            page = layout.page_of(line.line)
            shift = left_edge(page) + (PAGE_WIDTH if page % 2 else 0)
            by_spread.setdefault(page // 2, []).extend(_items(layout, line.line, line.fields, shift))
        spreads += [items for _, items in sorted(by_spread.items())]
    data = {"spreads": spreads, "dx": offsets.x / 10, "dy": offsets.y / 10}
    return _unscaled(render(_FOLDER / "overprint.typ", data), title="证本套打")


def calibration_pdf(name: str, offsets: Offsets, *, on: date) -> bytes:
    """Crosses and rulers on a sheet as large as an opened booklet. Raises ``PrintError``."""
    data = {
        "printer": with_boxes(name),
        "on": f"{on:%Y-%m-%d}",
        "dx": offsets.x / 10,
        "dy": offsets.y / 10,
        "offsets": f"{_moved(offsets.x, '右移', '左移')}、{_moved(offsets.y, '下移', '上移')}",
    }
    return _unscaled(render(_FOLDER / "calibration.typ", data), title="打印机校准页")


def continuation_pdf(leaves: Sequence[Leaf]) -> bytes:
    """A4 sheets with two pages each, with marks to cut along. Raises ``PrintError``."""
    data = {"leaves": [_leaf(leaf) for leaf in leaves]}
    return _unscaled(render(_FOLDER / "continuation.typ", data), title="党员证续页")


def label_of(leaf: Leaf) -> str:
    """What the page says it is: 续页1, or the page it is stuck over."""
    return f"更正页，贴在第{leaf.over}页" if leaf.over else f"续页{leaf.number}"


def _leaf(leaf: Leaf) -> dict[str, object]:
    layout = LAYOUTS[leaf.page]
    table = layout.table if leaf.over else layout.more
    if table is None:
        raise ValueError(f"{layout.key} has no pages to stick in")
    page = leaf.over or layout.pages[-1]
    return {
        "page": page,
        "title": layout.title,
        "note": layout.subtitle or None,
        "table": table.drawn(),
        "top": TABLE_TOP,
        "items": [
            item for line, fields in leaf.lines for item in _items(layout, line, fields, left_edge(page))
        ],
        "number": format_number(leaf.certificate),
        "serial": f"{leaf.serial:02d}",
        "issuer": with_boxes(leaf.issuer),
        "label": label_of(leaf),
        "date": f"{leaf.on.year}年{leaf.on.month}月{leaf.on.day}日打印",
        "synthetic": leaf.is_synthetic,
    }


def _items(layout: Layout, line: int, fields: Sequence[str], shift: float) -> list[dict[str, object]]:
    boxes: Sequence[Place | None] = layout.boxes_of(line)
    return [
        {
            "x": round(box.x + shift, 3),
            "y": round(box.y, 3),
            "width": box.width,
            "height": box.height,
            "text": with_boxes(text),
        }
        for box, text in zip(boxes, fields, strict=True)
        if box is not None and text
    ]


def _moved(tenths: int, forward: str, back: str) -> str:
    return f"{forward if tenths >= 0 else back}{abs(tenths) / 10:.1f}毫米"


def _unscaled(pdf: bytes, *, title: str) -> bytes:
    """The same pages with the wish that the print dialog does not scale them."""
    assembly = Assembly("pages")
    assembly.add(assembly.take(pdf).pages)
    return assembly.finish(title=title, author="")
