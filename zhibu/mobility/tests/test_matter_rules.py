"""Which events may happen, and what they change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import TODAY
from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.members.rules.events import (
    EventKind,
    Limits,
    MeasureKind,
    Situation,
    judge,
    may_vote,
)
from zhibu.members.rules.stages import Stage, Standing
from zhibu.mobility.tests.cases import entry

pytestmark = pytest.mark.dated

FULL = Situation(Stage.FULL, Standing.ACTIVE, date(2009, 6, 28))
PROBATIONARY = Situation(Stage.PROBATIONARY, Standing.ACTIVE, date(2025, 10, 1))


def test_confirmation_takes_the_day_the_probation_is_full_not_the_day_of_approval() -> None:
    effect = judge(entry(EventKind.CONFIRM), PROBATIONARY, Limits(), on=TODAY)
    assert (effect.effective_on, effect.confirmation_date, effect.stage) == (
        date(2026, 10, 1),
        date(2026, 10, 1),
        Stage.FULL,
    )
    with pytest.raises(Refused, match="不能提前讨论转正"):
        judge(entry(EventKind.CONFIRM, decided_on=date(2026, 9, 30)), PROBATIONARY, Limits(), on=TODAY)


def test_probation_is_extended_once_and_by_half_a_year_to_a_year() -> None:
    effect = judge(entry(EventKind.EXTEND_PROBATION, months=6), PROBATIONARY, Limits(), on=TODAY)
    assert effect.until == date(2027, 4, 1)
    with pytest.raises(Refused, match="只能延长一次"):
        judge(entry(EventKind.EXTEND_PROBATION), replace(PROBATIONARY, extensions=1), Limits(), on=TODAY)
    for months in (5, 13):
        with pytest.raises(Refused, match="期限应是6—12个月"):
            judge(entry(EventKind.EXTEND_PROBATION, months=months), PROBATIONARY, Limits(), on=TODAY)


@pytest.mark.parametrize(
    ("kind", "months", "until", "by_itself"),
    [
        (EventKind.WARN, 12, date(2025, 3, 15), True),
        (EventKind.WARN_SERIOUSLY, 18, date(2025, 9, 15), True),
        (EventKind.REMOVE_FROM_POST, 24, date(2026, 3, 15), True),
        (EventKind.BEGIN_PARTY_PROBATION, 24, date(2026, 3, 15), False),
    ],
)
def test_penalties_hold_for_half_open_periods(
    kind: EventKind, months: int, until: date, by_itself: bool
) -> None:
    day = date(2024, 3, 15)
    effect = judge(entry(kind, decided_on=day, months=months), FULL, Limits(), on=TODAY)
    assert (effect.until, effect.ends_itself) == (until, by_itself)


def test_probation_within_the_party_is_extended_only_from_one_year_and_never_past_two() -> None:
    from zhibu.members.rules.events import InForce

    held = {MeasureKind.PROBATION_WITHIN_PARTY: InForce(date(2025, 9, 1), date(2026, 9, 1))}
    one = replace(FULL, measures=held, party_probation_months=12)
    assert judge(entry(EventKind.EXTEND_PARTY_PROBATION), one, Limits(), on=TODAY).until == date(2027, 9, 1)
    with pytest.raises(Refused, match="总共不超过两年"):
        judge(
            entry(EventKind.EXTEND_PARTY_PROBATION),
            replace(one, party_probation_months=24),
            Limits(),
            on=TODAY,
        )
    with pytest.raises(Refused, match="期满才能作恢复权利"):
        judge(entry(EventKind.RESTORE_RIGHTS, decided_on=date(2026, 8, 31)), one, Limits(), on=TODAY)


def test_six_months_of_silence_and_a_search_come_before_the_flag() -> None:
    with pytest.raises(Refused, match="要到2026-12-01"):
        judge(entry(EventKind.FLAG_LOST_CONTACT, since=date(2026, 6, 1)), FULL, Limits(), on=TODAY)
    with pytest.raises(Refused, match="至少要有1次查找记录"):
        judge(entry(EventKind.FLAG_LOST_CONTACT), FULL, Limits(), on=TODAY)
    effect = judge(entry(EventKind.FLAG_LOST_CONTACT), replace(FULL, searches=1), Limits(), on=TODAY)
    assert effect.starts == MeasureKind.LOST_CONTACT_FLAG


def test_removal_of_a_lost_member_waits_two_years_from_the_suspension() -> None:
    suspended = replace(FULL, standing=Standing.SUSPENDED, suspended_on=date(2025, 1, 10))
    with pytest.raises(Refused, match="要到2027-01-10"):
        judge(entry(EventKind.REMOVE_LOST_CONTACT), suspended, Limits(), on=TODAY)


def test_days_out_of_order_are_refused_with_the_day() -> None:
    with pytest.raises(Refused, match="在今天以后"):
        judge(entry(EventKind.DIE, decided_on=TODAY + timedelta(days=1)), FULL, Limits(), on=TODAY)
    with pytest.raises(Refused, match="早于入党时间2009-06-28"):
        judge(entry(EventKind.WARN, decided_on=date(2009, 6, 27)), FULL, Limits(), on=TODAY)
    with pytest.raises(Refused, match="早于已经登记的上一次变动"):
        judge(
            entry(EventKind.VOLUNTARY_WITHDRAWAL, decided_on=date(2020, 1, 1)),
            replace(FULL, last_change=date(2021, 1, 1)),
            Limits(),
            on=TODAY,
        )


@given(day=st.dates(date(1921, 7, 1), date(2100, 1, 1)), months=st.integers(0, 60))
def test_months_later_is_never_earlier_and_keeps_the_day_where_it_can(day: date, months: int) -> None:
    later = add_months(day, months)
    assert later >= day
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_who_may_vote() -> None:
    assert may_vote("full", "active", set())
    assert not may_vote("probationary", "active", set())
    assert not may_vote("full", "suspended", set())
    assert not may_vote("full", "active", {MeasureKind.PROBATION_WITHIN_PARTY})
    assert may_vote("full", "active", {MeasureKind.CORRECTION_PERIOD, MeasureKind.WARNING})
