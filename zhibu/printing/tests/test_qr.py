"""Codes must be what the standard says: the same as segno's, and readable."""

import secrets

import pytest
import segno
import zxingcpp
from PIL import Image

from zhibu.printing import qr


def read(picture: qr.Picture) -> str:
    return decode(Image.frombytes("L", (picture.side, picture.side), picture.dots))


def decode(image: Image.Image) -> str:
    found = zxingcpp.read_barcode(image)
    assert found is not None
    return str(found.text)


def test_full_codes_are_the_same_as_segnos() -> None:
    # Full ones, because segno fills the rest of shorter ones with one zero byte more than the standard asks.
    for _ in range(5):
        text = secrets.token_urlsafe(200)[: qr.CAPACITY]
        drawn = segno.make_qr(text, error="m", version=qr.VERSION, mask=qr.MASK, mode="byte")
        assert qr.modules(text) == b"".join(row.translate(b"01" + bytes(254)) for row in drawn.matrix)


@pytest.mark.parametrize("length", [1, 17, 112, 135, 151, qr.CAPACITY])
def test_a_code_of_any_length_can_be_read(length: int) -> None:
    text = secrets.token_urlsafe(200)[:length]
    assert read(qr.picture(text)) == text


def test_a_damaged_code_can_be_read() -> None:
    # Level M mends about 15 % of the code: a stain of a tenth of the side each way is nothing.
    text = "https://zhibu.example.gov.cn/v/" + secrets.token_urlsafe(73)
    whole = qr.picture(text)
    image = Image.frombytes("L", (whole.side, whole.side), whole.dots)
    image.paste(128, (100, 100, 100 + whole.side // 10, 100 + whole.side // 10))
    assert decode(image) == text


def test_a_longer_address_gets_a_larger_code() -> None:
    text = "https://" + "a" * 80 + ".example/v/" + secrets.token_urlsafe(73)
    larger = qr.picture(text)
    assert larger.side > qr.picture("short").side
    assert read(larger) == text
