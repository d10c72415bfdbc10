"""Fillers and characters in disguise, whatever their width and whatever stands around them."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.days import TODAY
from zhibu.core.access import Refused
from zhibu.core.resident_id import parse_resident_id
from zhibu.core.text import clean_name, hide_numbers, squeeze
from zhibu.core.wording import is_filler, odd_character, said

WORDS = [
    "无", "/", "-", "0", "同上", "〃", "空", "NULL", "暂无", "不详", "未知", "N/A", "none", "—", "…",
    "没有", "\\", "——", "--", "。", "*", "?", "〇", "xx", "“", "″", "〻", "々", "nan",
]  # fmt: skip
AROUND = st.text(
    st.sampled_from(
        [" ", "\u3000", "\u00a0", "\u200b", "\u200d", "\ufeff", "\u202e", "\u2060", "\u00ad", "\ufe0f"]
    ),
    max_size=4,
)


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(
    st.sampled_from(WORDS),
    st.sampled_from([str, str.upper, str.lower, wide]),
    AROUND,
    AROUND,
    st.sampled_from(["", "。", ".", "-", "/"]),
    st.sampled_from(["{}", "（{}）", "[{}]", "“{}”", "{}{}"]),
)
def test_a_filler_is_one_in_every_width_and_wherever_spaces_stand(
    word: str, written: Callable[[str], str], before: str, after: str, end: str, frame: str
) -> None:
    text = before + frame.format(written(word), written(word)) + end + after
    assert is_filler(text)
    assert said(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "回乡养老",
        "无人照料",
        "无锡市",
        "空军转业",
        "0.5",
        "10",
        "王空",
        "同上村",
        "A",
        "第一党小组",
        "2016-01",
        "吉则日果",
        "不详细核对不行",
    ],
)
def test_what_says_something_is_no_filler(text: str) -> None:
    assert not is_filler(text)
    assert said(text) == text


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
def test_nothing_is_no_filler(text: str) -> None:
    assert not is_filler(text)


@given(
    st.text(
        st.sampled_from(
            "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufe00\ufe0f\ufeff\U000e0100\U000e01ef"
        ),
        max_size=6,
    ),
    st.integers(0, 4),
)
def test_marks_that_nobody_sees_make_no_other_name(marks: str, place: int) -> None:
    name = "吉则日果"
    assert clean_name(name[:place] + marks + name[place:]) == name
    assert squeeze(name[:place] + marks + name[place:]) == name


@given(
    st.sampled_from(
        [chr(code) for code in [*range(0x2E80, 0x2E9A), *range(0x2E9B, 0x2EF4), *range(0x2F00, 0x2FD6)]]
    )
)
def test_every_radical_is_named_with_the_character_it_stands_for(radical: str) -> None:
    found = odd_character(f"吉{radical}则")
    assert found is not None
    assert (found.place, found.character) == (2, radical)
    assert len(found.meant) == 1
    assert odd_character(found.meant) is None


def test_a_character_of_old_systems_is_named_and_an_unknown_one_told() -> None:
    found, unknown = odd_character("刘\ue863"), odd_character("刘\uf000")
    assert found is not None and (found.place, found.meant) == (2, "䶮")
    assert unknown is not None and unknown.meant == ""


@pytest.mark.parametrize("name", ["𠮷野", "ꀊꇈꂷꇁ", "䶮", "龴", "阿尔·木呷", "㼆"])
def test_rare_characters_of_names_are_left_alone(name: str) -> None:
    assert odd_character(name) is None
    assert unicodedata.normalize("NFC", clean_name(name)) == clean_name(name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("513499190003150036", "5****************6"),
        ("吉则51349919000315003X", "吉则5****************X"),
        ("513499 19000315 0036", "5****************6"),
        ("513434900101123", "5*************3"),
        ("电话13800005678", "电话138****5678"),
        ("138-0000-5678", "138****5678"),
        ("513434104200", "513434104200"),
        ("2016-11-06", "2016-11-06"),
    ],
)
def test_numbers_are_masked_by_what_they_look_like(text: str, shown: str) -> None:
    assert hide_numbers(text) == shown


@given(st.integers(0, 17), st.sampled_from("OIlZSB一Ｏo"))
def test_a_wrong_character_of_a_number_is_named_with_its_place(place: int, wrong: str) -> None:
    number = "513434199001011232"
    with pytest.raises(Refused, match=f"第{place + 1}位是") as caught:
        parse_resident_id(number[:place] + wrong + number[place + 1 :], on=TODAY)
    assert ("应是数字或X" if place == 17 else "应是数字。") in str(caught.value)
