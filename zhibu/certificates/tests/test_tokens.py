"""No changed token is ever taken for genuine."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.certificates.rules.copies import Claim
from zhibu.certificates.tokens import make_token, read_token, sign_claim
from zhibu.core.crypto import KeyRing
from zhibu.core.db import key_ring

pytestmark = pytest.mark.dated

CLAIM = Claim("0050110153", 1, date(2026, 1, 12))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def token() -> str:
    return make_token(CLAIM, *sign_claim(CLAIM))


def test_a_genuine_token_gives_back_its_claim() -> None:
    assert read_token(token(), key_ring().public_keys()) == CLAIM
    assert len(token()) == 98


@given(st.integers(0, 97), st.integers(1, 63))
def test_one_changed_character_is_refused(place: int, shift: int) -> None:
    genuine = token()
    other = ALPHABET[(ALPHABET.index(genuine[place]) + shift) % 64]
    with pytest.raises(ValueError, match="not "):
        read_token(genuine[:place] + other + genuine[place + 1 :], key_ring().public_keys())


@given(st.text(max_size=120))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not "):
        read_token(text, key_ring().public_keys())


def test_another_county_cannot_sign_for_ours() -> None:
    with pytest.raises(ValueError, match="not signed by us"):
        read_token(token(), KeyRing.generate().public_keys())
