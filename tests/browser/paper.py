"""What a scanner sees on a printed page."""

import pypdfium2
import zxingcpp


def qr_codes(pdf: bytes, *, pages: int = 1, first: int = 0) -> list[str]:
    """Texts of the QR codes on so many pages from ``first`` on, decoded from their image at 300 dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number in range(first, min(first + pages, len(document))):
        image = document[number].render(scale=300 / 72).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(image)]
    return found


def page_count(pdf: bytes) -> int:
    """Number of pages."""
    return len(pypdfium2.PdfDocument(pdf))


def page_text(pdf: bytes, number: int) -> str:
    """The text of a page, counted from 0."""
    return str(pypdfium2.PdfDocument(pdf)[number].get_textpage().get_text_range())
