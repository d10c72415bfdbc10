"""Printing needs its fonts: said at start, with the way to get them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from zhibu.printing.engine import missing_fonts


@register("boot", deploy=True)
def check_fonts(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Every font the templates use lies in the font folder."""
    absent = missing_fonts()
    if not absent:
        return []
    return [
        Error(
            f"{settings.FONT_FOLDER} 里缺少打印用的字体：{'、'.join(absent)}。",
            hint="请运行 make build。",
            id="printing.E001",
        )
    ]
