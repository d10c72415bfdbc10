"""The key ring: encryption bound to a place, blind index, signatures, keys that come and go."""

import pytest

from zhibu.core.crypto import KeyRing, KeyRingError, PublicKeys

RING = KeyRing.generate()
PLACE = "members_member.phone"
PHONE = "13800005678"


def sealed(text: str = PHONE) -> bytes:
    return RING.encrypt(text.encode(), context=PLACE)


def test_what_was_encrypted_comes_back() -> None:
    assert RING.decrypt(sealed("𠀀·ꆈ"), context=PLACE).decode() == "𠀀·ꆈ"


def test_the_same_text_never_looks_the_same_and_never_shows() -> None:
    assert sealed() != sealed()
    assert PHONE.encode() not in sealed()


@pytest.mark.parametrize("place", range(len(sealed())))
def test_every_changed_byte_is_found_out(place: int) -> None:
    stored = bytearray(sealed())
    stored[place] ^= 1
    with pytest.raises(KeyRingError):
        RING.decrypt(bytes(stored), context=PLACE)


@pytest.mark.parametrize(
    "stored",
    [b"", b"\x01", b"\x01\x01", b"\x01\x01short", sealed()[:-1]],
    ids=["empty", "algorithm", "head", "short", "cut"],
)
def test_cut_values_are_refused(stored: bytes) -> None:
    with pytest.raises(KeyRingError):
        RING.decrypt(stored, context=PLACE)


def test_a_value_moved_to_another_column_is_refused() -> None:
    with pytest.raises(KeyRingError):
        RING.decrypt(sealed(), context="members_member.resident_id")


def test_a_foreign_ring_reads_nothing() -> None:
    with pytest.raises(KeyRingError):
        KeyRing.generate().decrypt(sealed(), context=PLACE)


def test_a_new_data_key_reads_the_old_until_that_is_dropped() -> None:
    stored = sealed()
    newer = RING.with_new_data_key()
    assert newer.decrypt(stored, context=PLACE).decode() == PHONE
    fresh = newer.encrypt(PHONE.encode(), context=PLACE)
    assert (newer.key_id_of(stored), newer.key_id_of(fresh)) == (1, 2)
    alone = newer.without_old_data_keys()
    assert alone.decrypt(fresh, context=PLACE).decode() == PHONE
    with pytest.raises(KeyRingError):
        alone.decrypt(stored, context=PLACE)
    assert alone.blind_index(PHONE, context="phone") == RING.blind_index(PHONE, context="phone")
    assert alone.public_keys().keys == RING.public_keys().keys


def test_the_blind_index_is_keyed_and_bound() -> None:
    index = RING.blind_index(PHONE, context="phone")
    assert index == RING.blind_index(PHONE, context="phone")
    assert len(index) == 34
    assert index != RING.blind_index(PHONE, context="resident_id")
    assert index != KeyRing.generate().blind_index(PHONE, context="phone")


def test_a_ring_survives_its_text() -> None:
    again = KeyRing.loads(RING.dumps())
    assert again.decrypt(sealed(), context=PLACE).decode() == PHONE
    assert again.secret_key == RING.secret_key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml [",
        'secret_key = "x"',
        RING.dumps().replace("[signing]", "[other]"),
        RING.dumps().replace('1 = "', '1 = "AAAA'),
        RING.dumps().replace('1 = "', '0 = "'),
        RING.dumps().replace('1 = "', '256 = "'),
        RING.dumps().replace('1 = "', 'one = "'),
        RING.dumps().replace('index = "', 'index = "!'),
    ],
)
def test_a_damaged_ring_is_refused_with_one_kind_of_error(text: str) -> None:
    with pytest.raises(KeyRingError):
        KeyRing.loads(text)


def test_the_last_possible_data_key_is_said() -> None:
    ring = KeyRing.loads(RING.dumps().replace('[data]\n1 = "', '[data]\n255 = "'))
    with pytest.raises(KeyRingError):
        ring.with_new_data_key()


def test_signatures() -> None:
    key_id, signature = RING.sign(b"number")
    public = PublicKeys.loads(RING.public_keys().dumps())
    assert public.verify(key_id, b"number", signature)
    assert not public.verify(key_id, b"numbex", signature)
    assert not public.verify(key_id + 1, b"number", signature)
    assert not public.verify(key_id, b"number", signature[:-1])
    assert not public.verify(key_id, b"number", bytes(64))


@pytest.mark.parametrize("text", ["ed25519:1", "sm2:1:AAAA", "ed25519:x:AAAA", "ed25519:1:!!"])
def test_lines_that_are_no_public_key_are_refused(text: str) -> None:
    with pytest.raises(KeyRingError):
        PublicKeys.loads(text)
