"""Months and years later, and the same rule read backward."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from zhibu.core.dates import add_months, full_since, full_years

days = st.dates(date(1921, 7, 1), date(2100, 12, 31))


@given(since=days, years=st.integers(1, 60))
@example(since=date(2024, 2, 29), years=1)
def test_a_year_is_full_on_the_day_that_is_one_year_later_and_not_before(since: date, years: int) -> None:
    day = add_months(since, 12 * years)
    assert (full_years(since, day), full_years(since, day - timedelta(days=1))) == (years, years - 1)


@given(on=days, months=st.integers(1, 240))
@example(on=date(2025, 2, 28), months=12)
def test_months_are_full_since_a_day_and_not_since_the_next(on: date, months: int) -> None:
    since = full_since(on, months)
    assert add_months(since, months) <= on < add_months(since + timedelta(days=1), months)
