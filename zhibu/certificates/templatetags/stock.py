"""The words of the ledger of blank booklets."""

from django import template
from django.utils.translation import gettext as _

from zhibu.certificates.rules.stock import KIND_LABELS, Kind

register = template.Library()


@register.filter
def stock_kind(kind: str) -> str:
    """The Chinese word for a kind of movement."""
    return _(KIND_LABELS[Kind(kind)])


@register.filter
def signed(number: int) -> str:
    """A change with its sign; the minus is U+2212 as in every table.

    >>> signed(3), signed(-3), signed(0)
    ('+3', '−3', '0')
    """
    if not number:
        return "0"
    return f"+{number:,}" if number > 0 else f"−{-number:,}"


@register.filter
def short_of(parcel: object) -> int:
    """How many of a confirmed parcel did not arrive."""
    return int(getattr(parcel, "quantity", 0)) - int(getattr(parcel, "received", None) or 0)
