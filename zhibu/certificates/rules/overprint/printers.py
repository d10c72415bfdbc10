"""Offsets of a printer from what is measured on its calibration sheet. Pure; all in tenths of a millimeter."""

from dataclasses import dataclass
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

TARGET: Final = 300
"""The cross stands 30.0 mm from the left and from the top edge of the sheet."""
OFFSET_LIMIT: Final = 200
TOLERANCE: Final = 3
"""A difference a ruler cannot tell, and a cell of the booklet forgives."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """By how much everything is moved to the right and down."""

    x: int
    y: int


def corrected(offsets: Offsets, *, measured_x: int, measured_y: int) -> tuple[Offsets, bool]:
    """The offsets after a measurement of the sheet printed with ``offsets``, and whether it confirmed them.

    Within the tolerance nothing moves. Raises ``Refused`` when the sheet would move by more than 20 mm:
    then the paper lies wrong or the print was scaled.

    >>> corrected(Offsets(0, 0), measured_x=312, measured_y=296)
    (Offsets(x=-12, y=4), False)
    >>> corrected(Offsets(-12, 4), measured_x=300, measured_y=302)
    (Offsets(x=-12, y=4), True)
    """
    off_x, off_y = measured_x - TARGET, measured_y - TARGET
    if abs(off_x) <= TOLERANCE and abs(off_y) <= TOLERANCE:
        return offsets, True
    moved = Offsets(offsets.x - off_x, offsets.y - off_y)
    if max(abs(moved.x), abs(moved.y)) > OFFSET_LIMIT:
        raise Refused(
            gettext_noop(
                "量得的数会让套打移动超过20毫米。请看进纸靠边没有，打印缩放选“实际大小”，再印一张校准页重新量。"
            )
        )
    return moved, False
