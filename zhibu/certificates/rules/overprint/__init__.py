"""Ledger lines on pre-printed booklets: where each page has room, which line goes where. Pure."""

from zhibu.certificates.rules.overprint.layouts import (
    LAYOUTS,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TABLE_TOP,
    Column,
    Layout,
    Place,
    Table,
    frames,
    issue_fields,
    left_edge,
)
from zhibu.certificates.rules.overprint.lines import (
    Line,
    Mark,
    NewLine,
    Printed,
    Status,
    join_fields,
    split_text,
)
from zhibu.certificates.rules.overprint.printers import (
    OFFSET_LIMIT,
    TARGET,
    TOLERANCE,
    Offsets,
    corrected,
)
from zhibu.certificates.rules.overprint.sheets import Sheet, Spot, lay_out

__all__ = [
    "LAYOUTS",
    "OFFSET_LIMIT",
    "PAGE_HEIGHT",
    "PAGE_WIDTH",
    "TABLE_TOP",
    "TARGET",
    "TOLERANCE",
    "Column",
    "Layout",
    "Line",
    "Mark",
    "NewLine",
    "Offsets",
    "Place",
    "Printed",
    "Sheet",
    "Spot",
    "Status",
    "Table",
    "corrected",
    "frames",
    "issue_fields",
    "join_fields",
    "lay_out",
    "left_edge",
    "split_text",
]
