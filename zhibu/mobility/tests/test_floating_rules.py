"""When contact with a floating member is due: pure properties."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.mobility.rules.floating import Due, due_state, next_due

pytestmark = pytest.mark.dated

days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(start=days, rhythm=st.integers(1, 12))
def test_contact_is_due_so_many_months_after_the_departure(start: date, rhythm: int) -> None:
    due = next_due(start, [], rhythm)
    months = (due.year - start.year) * 12 + due.month - start.month
    assert months == rhythm
    # The same day; where that month is shorter its last day, never a day of the month after.
    assert due.day == min(start.day, monthrange(due.year, due.month)[1])


@given(start=days, contacts=st.lists(days, max_size=6), rhythm=st.integers(1, 12))
def test_only_the_latest_contact_counts(start: date, contacts: list[date], rhythm: int) -> None:
    later = [day for day in contacts if day >= start]
    due = next_due(start, later, rhythm)
    assert due == next_due(max([start, *later]), [], rhythm)
    assert next_due(start, [*later, start], rhythm) == due


@given(due=days, notice=st.integers(0, 60), on=days)
def test_overdue_begins_on_the_day_after(due: date, notice: int, on: date) -> None:
    state = due_state(due, on=on, notice_days=notice)
    assert (state == Due.OVERDUE) == (on > due)
    assert (state == Due.LATER) == (on + timedelta(days=notice) < due)


@pytest.mark.parametrize(
    ("start", "rhythm", "due"),
    [
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
    ],
)
def test_ends_of_months(start: date, rhythm: int, due: date) -> None:
    assert next_due(start, [], rhythm) == due
