"""Where lines go: no two on one place, none lost, all within the cells of the booklet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overprints import (
    MM,
    position_of,
    text_of,
)
from tests.world import TODAY
from zhibu.certificates.prints.booklets import render_branch
from zhibu.certificates.prints.overprint import overprint_pdf
from zhibu.certificates.rules.overprint.layouts import LAYOUTS, PAGE_WIDTH, left_edge
from zhibu.certificates.rules.overprint.lines import Line, NewLine, Printed, Status, join_fields
from zhibu.certificates.rules.overprint.printers import Offsets
from zhibu.certificates.rules.overprint.sheets import lay_out
from zhibu.certificates.tests.test_booklets import BOOK, SETTINGS

pytestmark = pytest.mark.dated

TRANSFERS = LAYOUTS["transfers"]
REWARDS = LAYOUTS["rewards"]


def lines(keys: Sequence[int]) -> list[Line]:
    """Lines of a ledger of today."""
    return [Line(f"reward:{key}", TODAY, (str(key), "", "", "")) for key in keys]


@given(
    ledger=st.lists(st.integers(1, 40), unique=True, max_size=30),
    stood=st.dictionaries(st.integers(1, 40), st.integers(1, 20), max_size=14),
    first=st.integers(1, 20),
    early=st.sets(st.integers(1, 40)),
)
def test_no_two_lines_share_a_place_and_none_is_lost(
    ledger: list[int], stood: dict[int, int], first: int, early: set[int]
) -> None:
    standing = {line: key for key, line in stood.items()}  # the table has each line once
    rows = [
        Line(line.key, TODAY - timedelta(days=1) if key in early else TODAY, line.fields)
        for key, line in zip(ledger, lines(ledger), strict=True)
    ]
    on_paper = [
        Printed(line, f"reward:{key}", join_fields((str(key), "", "", ""))) for line, key in standing.items()
    ]
    sheet = lay_out(REWARDS, rows, on_paper, since=TODAY, first=first)
    places = [spot.line for spot in sheet.spots if spot.line]
    assert len(places) == len(set(places))
    keys = [spot.key for spot in sheet.spots]
    assert sorted(keys) == sorted({line.key for line in rows} | {row.key for row in on_paper})
    for row in on_paper:
        assert next(spot.line for spot in sheet.spots if spot.key == row.key) == row.line
    new = [spot for spot in sheet.spots if spot.status == Status.NEW]
    assert [spot.key for spot in new] == [
        line.key for line in rows if line.on >= TODAY and line.key not in {row.key for row in on_paper}
    ]
    assert all(spot.line >= first and spot.line > max([0, *standing]) for spot in new)
    assert {spot.key for spot in new} == {spot.key for spot in sheet.fresh} | {
        spot.key for spot in sheet.overflow if spot.status == Status.NEW
    }


@given(slots=st.lists(st.integers(-2, 70), max_size=40), stood=st.sets(st.integers(1, 60), max_size=20))
def test_a_month_is_printed_in_its_own_row_or_not_at_all(slots: list[int], stood: set[int]) -> None:
    rows = [
        Line(f"dues:{n}", TODAY, ("5.00", "5.00", "2026.11.10", "卢玉"), slot) for n, slot in enumerate(slots)
    ]
    on_paper = [Printed(line, f"old:{line}", "x") for line in stood]
    sheet = lay_out(LAYOUTS["dues"], rows, on_paper, since=TODAY)
    places = [spot.line for spot in sheet.spots if spot.line]
    assert len(places) == len(set(places))
    assert {spot.key for spot in sheet.spots} == {row.key for row in rows} | {row.key for row in on_paper}
    for spot in sheet.spots:
        if spot.status == Status.NEW:
            assert spot.ledger is not None
            assert spot.line == spot.ledger.slot
        elif spot.ledger is not None:
            assert spot.status == Status.NO_PLACE


def test_every_box_lies_within_the_type_area_and_none_overlap() -> None:
    for layout in LAYOUTS.values():
        boxes = [box for line in layout.places for box in line if box is not None]
        for box in boxes:
            assert box.x >= 0
            assert box.x + box.width <= 78.001
            assert box.y >= 30
            assert box.y + box.height <= 133
        for n, one in enumerate(boxes):
            for other in boxes[n + 1 :]:
                apart = (
                    one.x + one.width <= other.x + 0.001
                    or other.x + other.width <= one.x + 0.001
                    or one.y + one.height <= other.y + 0.001
                    or other.y + other.height <= one.y + 0.001
                )
                assert apart, f"{layout.key}: {one} {other}"


def rules_of(pdf: bytes, page: int) -> tuple[set[float], set[float]]:
    """Heights of horizontal and places of upright lines of a page, in mm from the upper left corner."""
    sheet = pypdfium2.PdfDocument(pdf)[page]
    across: set[float] = set()
    upright: set[float] = set()
    for drawn in sheet.get_objects():
        if drawn.type != 2:
            continue
        left, bottom, right, top = drawn.get_bounds()
        if right - left > 5 * (top - bottom):
            across.add(round((sheet.get_height() - (top + bottom) / 2) * MM, 1))
        elif top - bottom > 5 * (right - left):
            upright.add(round((left + right) / 2 * MM, 1))
    return across, upright


def near(place: float, found: set[float]) -> bool:
    """Whether a line was drawn there, to a tenth of a millimeter."""
    return any(abs(place - each) < 0.11 for each in found)


@pytest.mark.parametrize("yi", [(), tuple((each.title, "ꆈꌠꉙ") for each in LAYOUTS.values())])
def test_the_booklet_has_its_lines_where_overprints_expect_them(yi: tuple[tuple[str, str], ...]) -> None:
    made = render_branch([BOOK], replace(SETTINGS, yi_lines=yi), "pages")
    for layout in LAYOUTS.values():
        if layout.table is None:
            continue
        for page in layout.pages:
            across, upright = rules_of(made, page + 1)
            cells = layout.table.places()
            for cell in cells:
                box = cell[0]
                assert near(box.y, across), f"{layout.key} {page}"
                assert near(box.y + box.height, across)
            for box in cells[0][1:]:
                assert near(left_edge(page) + box.x, upright)


def test_texts_fall_into_their_cells_on_the_right_half_of_the_spread() -> None:
    fields = ("阿市甲村支部", "阿市乙村支部", "2026.11.24", "2026.10")
    made = overprint_pdf([NewLine(1, "transfers", 3, fields)], Offsets(0, 0))
    sheet = pypdfium2.PdfDocument(made)[0]
    assert [round(size * MM) for size in sheet.get_size()] == [210, 148]
    for text, box in zip(fields, TRANSFERS.places[2], strict=True):
        assert box is not None
        x, y = position_of(made, text)
        left = left_edge(10) + box.x  # page 10 is the left one of its spread
        assert left <= x <= left + box.width
        assert box.y <= y <= box.y + box.height
    other = overprint_pdf([NewLine(1, "rewards", 1, ("2026.11.24", "甲", "乙", "丙"))], Offsets(0, 0))
    assert position_of(other, "2026.11.24")[0] > PAGE_WIDTH  # page 23 is the right one


@settings(deadline=None, max_examples=20)
@given(x=st.integers(-200, 200), y=st.integers(-200, 200))
def test_offsets_move_the_text_by_their_distance(x: int, y: int) -> None:
    lines = [NewLine(1, "transfers", 3, ("甲村支部", "乙村支部", "2026.11.24", "2026.10"))]
    before = position_of(overprint_pdf(lines, Offsets(0, 0)), "2026.11.24")
    after = position_of(overprint_pdf(lines, Offsets(x, y)), "2026.11.24")
    assert abs(after[0] - before[0] - x / 10) < 0.1
    assert abs(after[1] - before[1] - y / 10) < 0.1


def test_the_longest_texts_stay_on_the_page() -> None:
    fields = (
        "2026.11.24",
        "四川省凉山彝族自治州某市某区某街道" * 4,
        "中共某某有限公司党支部委员会" * 5,
        "2026.12.24",
    )
    made = overprint_pdf([NewLine(1, "floating", 6, fields)], Offsets(0, 0))
    assert text_of(made) == "".join(fields)
    box = LAYOUTS["floating"].places[5][1]
    assert box is not None
    page = pypdfium2.PdfDocument(made)[0]
    words = page.get_textpage()
    for place, char in enumerate(words.get_text_range()):
        if not char.isspace():
            _left, bottom, _right, top = words.get_charbox(place)
            high, low = (148 - top * MM), (148 - bottom * MM)
            assert box.y - 0.1 <= high
            assert low <= box.y + box.height + 0.1


def test_a_month_without_a_place_of_its_own_stands_in_the_year_of_the_copy() -> None:
    issued = date(2026, 3, 5)
    ledger = [
        Line(f"dues:{year}{month}", date(year, month, 28), ("0.20", "0.20", "2026.11.10", "卢玉"))
        for year, month in ((2026, 2), (2026, 3), (2027, 1), (2030, 12), (2031, 1))
    ]
    sheet = lay_out(LAYOUTS["dues"], ledger, [], since=issued)
    places = {spot.key: (spot.line, spot.status) for spot in sheet.spots}
    assert places == {
        "dues:20262": (0, Status.EARLIER),
        "dues:20263": (3, Status.NEW),
        "dues:20271": (13, Status.NEW),
        "dues:203012": (60, Status.NEW),
        "dues:20311": (0, Status.NO_PLACE),
    }
    with_earlier = lay_out(LAYOUTS["dues"], ledger, [], since=date.min, issued=issued)
    assert {spot.key: spot.line for spot in with_earlier.spots}["dues:20262"] == 2
