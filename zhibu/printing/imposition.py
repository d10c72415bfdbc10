"""Putting finished pages into files: booklets from shared and own pages, one after the other or two-up for folding.

A page that many booklets share is stored once in a file and drawn by all of them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

Layout = Literal["pages", "stitched"]


def saddle_stitch(pages: int) -> list[tuple[int, int]]:
    """Sides of the sheets as (left, right) page indexes, from the outer sheet inwards, front then back.

    For sheets printed on both sides, turned on the short edge, laid on each other and folded once.
    ``pages`` must be a multiple of four.

    >>> saddle_stitch(8)
    [(7, 0), (1, 6), (5, 2), (3, 4)]
    """
    if pages % 4:
        raise ValueError("a stitched booklet has a multiple of four pages")
    return [(pages - 1 - i, i) if i % 2 == 0 else (i, pages - 1 - i) for i in range(pages // 2)]


@dataclass(frozen=True, slots=True)
class Source:
    """The pages of one set document, taken over into the file being made."""

    pages: tuple[Object, ...]


class Assembly:
    """One PDF being made. ``take`` documents first, then ``add`` booklets, then ``finish``."""

    def __init__(self, layout: Layout) -> None:
        self._pdf = Pdf.new()
        self._layout = layout
        self._kids: list[Object] = []
        self._two_up: Object | None = None
        self._size = (0.0, 0.0)
        self._root = self._pdf.Root.Pages

    def take(self, document: bytes) -> Source:
        """Copy a document's pages in; what they have in common stays stored once."""
        with Pdf.open(io.BytesIO(document)) as pdf:
            pages = []
            for page in pdf.pages:
                box = page.mediabox
                self._size = (float(box[2]), float(box[3]))
                if self._layout == "pages":
                    item = self._pdf.copy_foreign(page.obj)
                    item.Resources = self._pdf.make_indirect(item.Resources)
                    item.Parent = self._root
                else:
                    item = self._pdf.copy_foreign(page.as_form_xobject())
                pages.append(item)
        return Source(tuple(pages))

    def add(self, pages: Sequence[Object]) -> None:
        """One booklet: its pages in reading order, cover first."""
        if self._layout == "pages":
            self._kids.extend(self._again(page) for page in pages)
            return
        self._kids.extend(self._sheet(pages[left], pages[right]) for left, right in saddle_stitch(len(pages)))

    def _again(self, page: Object) -> Object:
        """A further page object that draws the same stored content."""
        return self._pdf.make_indirect(Dictionary(dict(page.items())))

    def _sheet(self, left: Object, right: Object) -> Object:
        width, height = self._size
        if self._two_up is None:
            drawing = f"q /L Do Q q 1 0 0 1 {width:.3f} 0 cm /R Do Q".encode()
            self._two_up = self._pdf.make_stream(drawing)
        return self._pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                Parent=self._root,
                MediaBox=Array([0, 0, 2 * width, height]),
                Contents=self._two_up,
                Resources=Dictionary(XObject=Dictionary(L=left, R=right)),
            )
        )

    def finish(self, *, title: str, author: str) -> bytes:
        """The file. Stitched files ask the printer for both sides, turned on the short edge, unscaled."""
        pdf = self._pdf
        self._root.Kids = Array(self._kids)
        self._root.Count = len(self._kids)
        wishes = Dictionary(PrintScaling=Name("/None"), DisplayDocTitle=True)
        if self._layout != "pages":
            wishes.Duplex = Name.DuplexFlipShortEdge
        pdf.Root.ViewerPreferences = wishes
        pdf.docinfo.Title = title
        pdf.docinfo.Author = author
        out = io.BytesIO()
        pdf.save(
            out,
            compress_streams=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
        return out.getvalue()
