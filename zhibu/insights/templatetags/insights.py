"""Money on tiles."""

from django import template

register = template.Library()


@register.filter
def tens_of_thousands(fen: int) -> str:
    """Fen in 10,000 yuan with two decimals, rounded half up.

    >>> tens_of_thousands(17_193_500), tens_of_thousands(49_999), tens_of_thousands(50_000)
    ('17.19', '0.05', '0.05')
    """
    hundredths = (fen + 5_000) // 10_000
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"
