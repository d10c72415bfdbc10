"""The void list: what is on it, how small it is, and that a changed byte is refused without a network."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.things import printed
from tests.world import NOW, TODAY, World
from zhibu.certificates.models import Booklet, Certificate
from zhibu.certificates.rules.copies import compose_number
from zhibu.certificates.rules.voidlist import PURPOSE, compose_text, read_void_list, seal
from zhibu.certificates.summaries.voidlist import public_keys, void_list
from zhibu.cli import main
from zhibu.core.access import Refused
from zhibu.core.crypto import KeyRing, PublicKeys
from zhibu.core.db import key_ring

pytestmark = pytest.mark.dated

RING = KeyRing.generate()


def _file(copies: list[tuple[str, int]], *, ring: KeyRing = RING, on: date = TODAY) -> bytes:
    text = compose_text(code="513400", county="凉县", issued_on=on, copies=copies).encode()
    return seal(text, *ring.sign(PURPOSE + text))


def _numbers(count: int) -> list[tuple[str, int]]:
    return [(compose_number("005", f"{n // 900 + 1:03d}", n % 900 + 1), n % 3 + 1) for n in range(count)]


SMALL = _file(_numbers(4))


def _void(world: World) -> Booklet:
    """A1's first copy is lost; the certificate lives on with a second copy."""
    booklet = printed(world)
    Booklet.objects.filter(pk=booklet.pk).update(state="voided", voided_at=NOW, void_reason="遗失注销")
    booklet.pk, booklet.serial, booklet.state = None, 2, "issued"
    booklet.save()
    return booklet


def test_a_thousand_copies_stay_under_twenty_kilobytes() -> None:
    data = _file(_numbers(1000))
    assert len(data) < 15_000
    listed = read_void_list(data, RING.public_keys())
    assert (listed.code, listed.county, listed.issued_on, len(listed.copies)) == (
        "513400",
        "凉县",
        TODAY,
        1000,
    )
    assert list(listed.copies) == sorted(listed.copies)


@given(st.integers(0, len(SMALL) - 1), st.integers(1, 255))
def test_one_changed_byte_is_refused_with_a_sentence(place: int, by: int) -> None:
    changed = bytearray(SMALL)
    changed[place] ^= by
    with pytest.raises(Refused, match=r"名单被改动过|不是作废名单|手里的公钥里没有这一把"):
        read_void_list(bytes(changed), RING.public_keys())


@given(st.integers(0, len(SMALL) - 1))
def test_a_list_cut_short_is_refused(length: int) -> None:
    with pytest.raises(Refused, match=r"名单被改动过，或没有下载完整|不是作废名单"):
        read_void_list(SMALL[:length], RING.public_keys())


def test_a_list_with_something_added_or_saved_differently_is_refused() -> None:
    for changed in (SMALL + b"\n", SMALL.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + SMALL, SMALL + SMALL):
        with pytest.raises(Refused, match=r"名单被改动过|不是作废名单"):
            read_void_list(changed, RING.public_keys())


def test_a_list_signed_by_someone_else_is_refused() -> None:
    with pytest.raises(Refused, match="名单被改动过"):
        read_void_list(_file(_numbers(4), ring=KeyRing.generate()), RING.public_keys())
    with pytest.raises(Refused, match="用第1把密钥签的，手里的公钥里没有这一把"):
        read_void_list(SMALL, PublicKeys({2: RING.public_keys().keys[1]}))


def test_a_signature_of_something_else_does_not_fit() -> None:
    text = compose_text(code="513400", county="凉县", issued_on=TODAY, copies=_numbers(4)).encode()
    with pytest.raises(Refused, match="名单被改动过"):
        read_void_list(seal(text, *RING.sign(text)), RING.public_keys())


def test_the_list_answers_for_a_number_and_for_a_copy() -> None:
    number = compose_number("005", "001", 1)
    listed = read_void_list(_file([(number, 1), (number, 2)]), RING.public_keys())
    assert listed.find(number) == (f"{number}/01", f"{number}/02")
    assert listed.find(f" {number}／2 ") == (f"{number}/02",)
    assert listed.find(f"{number}/03") == ()
    with pytest.raises(Refused, match="党员证编号应是9位数字加1位校验码"):
        listed.find("12345")
    with pytest.raises(Refused, match="证本号应是数字"):
        listed.find(f"{number}/一")


def test_an_old_list_is_told_to_be_old() -> None:
    listed = read_void_list(_file([], on=TODAY), RING.public_keys())
    assert not listed.is_old(on=TODAY + timedelta(days=30))
    assert listed.is_old(on=TODAY + timedelta(days=31))


def test_on_the_list_are_lost_copies_and_every_copy_of_a_certificate_that_ended(world: World) -> None:
    booklet = _void(world)
    number = booklet.certificate.number
    keys = key_ring().public_keys()
    assert read_void_list(void_list(on=TODAY), keys).copies == (f"{number}/01",)
    memorial = Booklet.objects.exclude(certificate=booklet.certificate).first()
    assert memorial is not None
    Certificate.objects.filter(pk=memorial.certificate_id).update(state="memorial")
    listed = read_void_list(void_list(on=TODAY), keys)
    assert len(listed.copies) == 2
    assert listed.find(memorial.certificate.number)
    for state in ("held", "frozen", "withdrawn"):
        Certificate.objects.filter(pk=memorial.certificate_id).update(state=state)
        assert len(read_void_list(void_list(on=TODAY), keys).copies) == 1


def test_the_file_tells_nothing_about_persons(world: World) -> None:
    booklet = _void(world)
    text = void_list(on=TODAY).decode()
    assert booklet.certificate.member.name not in text
    assert "遗失" not in text
    assert text.splitlines()[:4] == [
        "zhibu-void-list 1",
        "county 513400 凉县",
        "date 2026-11-24",
        "count 1",
    ]


def test_whoever_reads_certificates_downloads_the_list_of_the_whole_county(world: World) -> None:
    booklet = _void(world)
    client = world.client("secretary_a2")
    page = client.get(reverse("certificates:void_list")).content.decode()
    assert public_keys()[0].fingerprint in page
    answer = client.get(reverse("certificates:void_list_file"))
    assert answer["Cache-Control"] == "no-store"
    listed = read_void_list(answer.content, key_ring().public_keys())
    assert listed.find(booklet.certificate.number)
    keys = PublicKeys.loads(client.get(reverse("certificates:void_list_keys")).content.decode())
    assert read_void_list(answer.content, keys) == listed


def test_the_command_checks_a_list_with_the_public_key_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = compose_number("005", "001", 1)
    file, keys = tmp_path / "list.txt", tmp_path / "keys.txt"
    file.write_bytes(_file([(number, 1)], on=date(2026, 1, 5)))
    keys.write_text(RING.public_keys().dumps(), "utf-8")

    def check(*words: str) -> tuple[int, str]:
        words = ("certificates", "check-void-list", str(file), *words, "--public-key", str(keys))
        code = main(words)
        told = capsys.readouterr()
        return code, told.out + told.err

    code, told = check()
    assert code == 0
    assert "签名有效。凉县（513400）2026-01-05的作废名单，共1本。" in told
    assert "天以前的" in told
    code, told = check(f"{number}/01")
    assert (code, "已作废：005-001-001-" in told) == (1, True)
    code, told = check(f"{number}/02")
    assert (code, "不在名单上" in told) == (0, True)
    file.write_bytes(file.read_bytes().replace(b"2026-01-05", b"2026-11-05"))
    code, told = check(f"{number}/02")
    assert (code, "名单被改动过" in told) == (1, True)
    assert "不在名单上" not in told
