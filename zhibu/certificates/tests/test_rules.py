"""Numbers, states and claims (certificate.md)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.certificates.rules.copies import (
    BookletState,
    Claim,
    Outcome,
    State,
    compose_number,
    format_number,
    judge,
    parse_number,
)
from zhibu.core.access import Refused
from zhibu.core.checkdigits import holds_mod_11_2, mod_11_2

VECTORS = ["0010010019", "0120030459", "0050170236", "1000000014", "020011007X", "003002002X", "999999999X"]
segments = st.integers(1, 999).map(lambda n: f"{n:03d}")


@pytest.mark.parametrize("number", VECTORS)
def test_published_vectors_hold(number: str) -> None:
    assert parse_number(number) == number
    assert parse_number(format_number(number).lower()) == number


@pytest.mark.parametrize("text", ["0010010018", "0120030549", "020011007Y", "00100100", "", "一二三"])
def test_wrong_numbers_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused, match=r"党员证编号"):
        parse_number(text)


def test_the_refusal_names_the_right_check_character() -> None:
    with pytest.raises(Refused, match="末位应为9"):
        parse_number("001-001-001-8")


@given(segments, segments, st.integers(1, 999))
def test_composed_numbers_parse_back(committee: str, branch: str, serial: int) -> None:
    number = compose_number(committee, branch, serial)
    assert parse_number(format_number(number)) == number


@given(segments, segments, st.integers(1, 999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(
    committee: str, branch: str, serial: int, place: int, shift: int
) -> None:
    number = compose_number(committee, branch, serial)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not holds_mod_11_2(wrong)


@given(segments, segments, st.integers(1, 999), st.integers(0, 7))
def test_swapped_neighbors_are_always_noticed(committee: str, branch: str, serial: int, place: int) -> None:
    number = compose_number(committee, branch, serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not holds_mod_11_2(swapped)


def test_the_thousandth_number_of_a_branch_is_refused() -> None:
    with pytest.raises(Refused, match="999个编号已经用完"):
        compose_number("001", "001", 1000)


@given(st.integers(0, 999_999_999).map(lambda n: f"{n:09d}"), st.integers(1, 255), st.integers(0, 40_000))
def test_claims_survive_their_bytes(body: str, serial: int, days: int) -> None:
    claim = Claim(body + mod_11_2(body), serial, date(2000, 1, 1) + timedelta(days=days))
    assert Claim.from_bytes(claim.to_bytes()) == claim


@pytest.mark.parametrize("state", [State.HELD, State.FROZEN, State.WITHDRAWN])
def test_a_scan_never_tells_why_a_certificate_is_not_usable(state: State) -> None:
    assert judge(certificate_state=state, booklet_state=BookletState.ISSUED, standing="active") == Outcome.ASK
    assert (
        judge(certificate_state=State.ACTIVE, booklet_state=BookletState.ISSUED, standing="suspended")
        == Outcome.ASK
    )


@pytest.mark.parametrize("state", [State.VOIDED, State.MEMORIAL])
def test_void_is_void_whatever_else_holds(state: State) -> None:
    assert (
        judge(certificate_state=state, booklet_state=BookletState.ISSUED, standing="suspended")
        == Outcome.VOID
    )
    assert (
        judge(certificate_state=State.ACTIVE, booklet_state=BookletState.VOIDED, standing="active")
        == Outcome.VOID
    )


def test_a_printed_and_an_issued_booklet_are_valid() -> None:
    assert (
        judge(certificate_state=State.NOT_ISSUED, booklet_state=BookletState.PRINTED, standing="active")
        == Outcome.VALID
    )
    assert (
        judge(certificate_state=State.ACTIVE, booklet_state=BookletState.ISSUED, standing="active")
        == Outcome.VALID
    )
