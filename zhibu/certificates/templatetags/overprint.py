"""What pages of overprints say about lines, places and offsets."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.translation import gettext as _

from zhibu.certificates.rules.overprint.lines import split_text
from zhibu.certificates.rules.overprint.sheets import Sheet

register = template.Library()


@register.filter
def millimeters(tenths: int) -> str:
    """Tenths of a millimeter as millimeters, with a true minus sign.

    >>> millimeters(12), millimeters(-4), millimeters(0)
    ('1.2', '−0.4', '0.0')
    """
    return f"{'−' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


@register.filter
def page_numbers(pages: Sequence[int]) -> str:
    """One page, or the first and the last.

    >>> page_numbers((10,)), page_numbers((11, 12, 13))
    ('10', '11-13')
    """
    return str(pages[0]) if len(pages) == 1 else f"{pages[0]}-{pages[-1]}"


@register.filter
def with_texts(names: Iterable[str], texts: Iterable[str]) -> list[tuple[str, str]]:
    """Names of fields beside their texts."""
    return list(zip(names, texts, strict=True))


@register.filter
def printed_text(text: str) -> str:
    """What was printed on a line, as one phrase."""
    return "，".join(part for part in split_text(text) if part)


@register.simple_tag
def line_place(sheet: Sheet, line: int) -> str:
    """Where a line stands: page and row, continuation page and row, the field of the receipt, or nowhere."""
    layout = sheet.layout
    if line == 0:
        return "—"
    if line > layout.capacity:
        return _("续页{number}第{row}行").format(number=sheet.continuation_of(line), row=layout.row_of(line))
    if line <= layout.reserved:
        return _("第{page}页领取栏").format(page=layout.page_of(line))
    return _("第{page}页第{row}行").format(
        page=layout.page_of(line), row=layout.row_of(line) - layout.reserved
    )
