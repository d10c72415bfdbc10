"""What a record may hold, and how it is digested."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from zhibu.audit.rules import Entry, check_plain, check_reason, digest
from zhibu.core.access import Refused

pytestmark = pytest.mark.dated

ENTRY = Entry(
    5,
    1,
    "1.5.",
    datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC),
    "members.member.corrected",
    7,
    "王芳",
    "members.member",
    "12",
    {"fields": ["name"], "n": 1},
)


def test_every_part_of_a_record_is_covered() -> None:
    others = [
        replace(ENTRY, chain=6),
        replace(ENTRY, seq=2),
        replace(ENTRY, path="1.6."),
        replace(ENTRY, at=ENTRY.at + timedelta(microseconds=1)),
        replace(ENTRY, event="x"),
        replace(ENTRY, actor_id=None),
        replace(ENTRY, actor_name="王"),
        replace(ENTRY, subject_type="x"),
        replace(ENTRY, subject_id="13"),
        replace(ENTRY, data={"fields": ["name"], "n": True}),
    ]
    digests = {digest(each, "") for each in [ENTRY, *others]} | {digest(ENTRY, "s1:0")}
    assert len(digests) == len(others) + 2


def test_order_of_keys_and_time_zone_do_not_matter() -> None:
    same = replace(
        ENTRY, data={"n": 1, "fields": ["name"]}, at=ENTRY.at.astimezone(timezone(timedelta(hours=8)))
    )
    assert digest(same, "") == digest(ENTRY, "")


@pytest.mark.parametrize(
    "data",
    [
        {"x": 1.5},
        {"x": float("nan")},
        {"x": Decimal(1)},
        {1: "x"},
        {"x": datetime(2025, 1, 1, tzinfo=UTC)},
        {"x": "a\0b"},
        {"a\0": 1},
        {"x": {"y": [object()]}},
        {"x": {1, 2}},
    ],
)
def test_what_would_not_come_back_is_refused(data: object) -> None:
    with pytest.raises(TypeError):
        check_plain(data)


def test_plain_data_is_accepted() -> None:
    check_plain({"a": [1, None, True, "字", {"b": -(10**30)}], "c": ("x",)})


@pytest.mark.parametrize(
    "text", ["", "  ", "看看", "核对 513499190003150036", "打１３８００００５６７８", "51349919000315003x"]
)
def test_reasons_that_say_nothing_or_hold_numbers_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        check_reason(text)


def test_a_reason_is_tidied() -> None:
    assert check_reason("  核对党员证\u3000信息 ") == "核对党员证 信息"
