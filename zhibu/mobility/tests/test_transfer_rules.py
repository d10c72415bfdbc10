"""Rules of transfers: months, validity, letter numbers, past moves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import TODAY
from zhibu.core.access import Refused
from zhibu.mobility.rules.transfers import (
    OPEN,
    PastMove,
    TransferState,
    check_dues_month,
    check_past_move,
    check_state,
    is_overdue,
    needs_late_reason,
    needs_letter,
    read_unit_words,
    unit_word,
    valid_until,
)

pytestmark = pytest.mark.dated

JOINED = date(2009, 6, 28)
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize("text", ["2026-10", "2026年10月", "202610", "２０２６．１０", " 2026/10 "])
def test_a_month_is_read_as_offices_write_it(text: str) -> None:
    assert check_dues_month(text, join_date=JOINED, on=TODAY) == "2026-10"


@pytest.mark.parametrize("text", ["", "十月", "2026-13", "2026-00", "26-10", "2009-05", "2027-12"])
def test_a_month_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="党费交至"):
        check_dues_month(text, join_date=JOINED, on=TODAY)


@given(issued=days, validity=st.integers(1, 90), later=st.integers(0, 400))
def test_a_letter_holds_exactly_its_days(issued: date, validity: int, later: int) -> None:
    until = valid_until(issued, validity)
    day = issued + timedelta(days=later)
    holds = later < validity
    assert needs_late_reason(until, received_on=day) is not holds
    assert is_overdue(TransferState.ISSUED, until, on=day) is not holds
    assert not is_overdue(TransferState.RECEIVED, until, on=day)


@given(
    state=st.sampled_from(list(TransferState)), deed=st.sampled_from(["agree", "issue", "reissue", "receive"])
)
def test_a_deed_begins_at_one_state_and_is_refused_with_words_elsewhere(
    state: TransferState, deed: str
) -> None:
    begins = {"agree": "requested", "issue": "agreed", "reissue": "issued", "receive": "issued"}[deed]
    if state == begins:
        check_state(state, deed)
        assert state in OPEN
    else:
        with pytest.raises(Refused) as refused:
            check_state(state, deed, received_on=TODAY)
        assert str(refused.value).endswith("。")


@given(st.lists(st.text("普雄大瑞花依洛镇乡街", min_size=2, max_size=5), min_size=1, max_size=8, unique=True))
def test_no_two_committees_share_a_word(names: list[str]) -> None:
    full = [f"{name}党委" for name in names]
    words = [unit_word(name, full) for name in full]
    assert len(set(words)) == len(words)
    assert all(name.startswith(word) for name, word in zip(full, words, strict=True))


def test_the_countys_own_words_are_read() -> None:
    assert read_unit_words("普雄镇党委=普；大瑞镇党委＝瑞;") == {"普雄镇党委": "普", "大瑞镇党委": "瑞"}
    assert read_unit_words("") == {}


@pytest.mark.parametrize(
    ("direction", "same", "within", "wanted"),
    [
        ("inside", True, False, False),
        ("inside", True, True, True),
        ("inside", False, False, True),
        ("out", False, False, True),
        ("out", True, False, True),
    ],
)
def test_when_a_letter_is_written(direction: str, same: bool, within: bool, wanted: bool) -> None:
    assert needs_letter(direction, same_committee=same, within_committee=within) is wanted


def judged(
    day: date, *, to: int = 2, from_: int | None = 1, exists: bool = True, later: tuple[date, ...] = ()
) -> None:
    check_past_move(PastMove(day, from_, to, exists), join_date=JOINED, branch_id=2, later=later, on=TODAY)


def test_a_past_move_keeps_the_order_of_a_life() -> None:
    judged(date(2019, 3, 5))
    judged(date(2019, 3, 5), from_=None)
    judged(date(2019, 3, 5), to=7, later=(date(2021, 1, 1),))  # moved on later
    judged(date(2019, 3, 5), to=7, exists=False)  # dissolved since: its successor holds the member


@pytest.mark.parametrize(
    ("day", "to", "from_", "later", "sentence"),
    [
        (date(2009, 6, 27), 2, 1, (), "早于入党时间"),
        (TODAY + timedelta(days=1), 2, 1, (), "在今天以后"),
        (date(2019, 3, 5), 2, 2, (), "同一个支部"),
        (date(2019, 3, 5), 7, 1, (), "不是现在所在的支部"),
        (date(2021, 3, 5), 7, 1, (date(2019, 1, 1),), "不是现在所在的支部"),
    ],
)
def test_a_past_move_out_of_order_is_refused(
    day: date, to: int, from_: int, later: tuple[date, ...], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        judged(day, to=to, from_=from_, later=later)
