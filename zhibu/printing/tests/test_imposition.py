"""Sheets for folding: the order of pages, and that shared pages are stored once."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from tests.browser.paper import page_count, page_text
from zhibu.printing.engine import render
from zhibu.printing.imposition import Assembly, saddle_stitch


def numbered(folder: Path, pages: int) -> bytes:
    text = "#set page(width: 105mm, height: 148mm)\n" + "\n#pagebreak()\n".join(
        f"#text(size: 40pt)[P{n}]" for n in range(pages)
    )
    (folder / "numbered.typ").write_text(text, "utf-8")
    return render(folder / "numbered.typ", {})


@pytest.mark.parametrize("pages", [4, 8, 32, 36])
def test_folded_sheets_read_in_order(pages: int) -> None:
    sides = saddle_stitch(pages)
    sheets = list(zip(sides[::2], sides[1::2], strict=True))
    # Turning the leaves of the pile: right front, left back of each sheet inwards, then outwards.
    inwards = [page for (_, front_right), (back_left, _) in sheets for page in (front_right, back_left)]
    outwards = [
        page for (front_left, _), (_, back_right) in reversed(sheets) for page in (back_right, front_left)
    ]
    assert inwards + outwards == list(range(pages))


def test_a_booklet_that_cannot_be_folded_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of four"):
        saddle_stitch(34)


def test_two_pages_stand_side_by_side_on_a5(tmp_path: Path) -> None:
    assembly = Assembly("stitched")
    assembly.add(assembly.take(numbered(tmp_path, 8)).pages)
    made = assembly.finish(title="证", author="县")
    assert page_count(made) == 4
    assert [page_text(made, n).split() for n in range(4)] == [
        ["P7", "P0"],
        ["P1", "P6"],
        ["P5", "P2"],
        ["P3", "P4"],
    ]
    width, height = pypdfium2.PdfDocument(made)[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 148)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"


@pytest.mark.parametrize("layout", ["pages", "stitched"])
def test_pages_many_booklets_share_are_stored_once(tmp_path: Path, layout: str) -> None:
    document = numbered(tmp_path, 8)
    sizes = []
    for booklets in (1, 51):
        assembly = Assembly("stitched" if layout == "stitched" else "pages")
        shared = assembly.take(document)
        for _ in range(booklets):
            assembly.add(shared.pages)
        sizes.append(len(assembly.finish(title="证", author="县")))
    assert sizes[1] - sizes[0] < 50 * 8 * 60  # bytes a page: its place in the file, not its drawing
