"""Which characters our fonts can set, so that a name they cannot set is known before printing."""

from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

from zhibu.printing.engine import FONT_FILES

MISSING = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a character no font can set; the templates draw an empty box for the pen there."""


@cache
def _known(folder: str) -> frozenset[int]:
    """Code points of all fonts together. Reads only the character tables: about 0.4 s, once a process."""
    points: set[int] = set()
    for name in FONT_FILES:
        with TTFont(Path(folder) / name, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def missing_glyphs(text: str) -> tuple[str, ...]:
    """The characters of the text that cannot be set, each once, in order. Fonts must be present."""
    known = _known(str(settings.FONT_FOLDER))
    return tuple(dict.fromkeys(char for char in text if ord(char) not in known))


def with_boxes(text: str) -> str:
    """The text with ``MISSING`` in place of every character that cannot be set."""
    absent = missing_glyphs(text)
    return text.translate({ord(char): MISSING for char in absent}) if absent else text
