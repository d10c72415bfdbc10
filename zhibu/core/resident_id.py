"""公民身份号码 (GB 11643-1999): read, check, and say which step failed. Pure."""

from dataclasses import dataclass
from datetime import date

from zhibu.core.access import Refused
from zhibu.core.checkdigits import holds_mod_11_2, mod_11_2
from zhibu.core.text import gettext_noop, halfwidth

_REGIONS = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
# Never assigned by GB/T 2260: the demo county draws its numbers from here.
SYNTHETIC_REGION = "999999"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A checked number with what can be derived from it."""

    number: str
    birth_date: date
    sex: str  # GB/T 2261.1: "1" male, "2" female
    was_15_digits: bool = False


def parse_resident_id(text: str, *, on: date) -> ResidentId:
    """Check a number in the order length, check character, date, region; convert 15 digits.

    Raises ``Refused`` with the sentence of the first step that failed. ``on`` is today: a birth
    date may not lie in the future.
    """
    number = halfwidth(text).upper()
    short = len(number) == 15 and number.isdigit()
    if short:
        body = number[:6] + "19" + number[6:]
        number = body + mod_11_2(body)
    _check_characters(number)
    if len(number) != 18:
        raise Refused(
            gettext_noop("身份证号应是18位数字（末位可以是X），现在是{count}位。请照证件重新填写。"),
            count=len(number),
        )
    if not holds_mod_11_2(number):
        raise Refused(gettext_noop("身份证号末位校验码不对，通常是抄错了某一位。请照证件核对。"))
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Refused(gettext_noop("身份证号里的出生日期不存在。请照证件核对。")) from None
    if birth > on:
        raise Refused(gettext_noop("身份证号里的出生日期在今天以后。请照证件核对。"))
    if number[:2] not in _REGIONS and number[:6] != SYNTHETIC_REGION:
        raise Refused(gettext_noop("身份证号开头{digits}不是省级区划代码。请照证件核对。"), digits=number[:2])
    return ResidentId(number, birth, "1" if int(number[16]) % 2 else "2", short)


def _check_characters(number: str) -> None:
    """Name the first character that no number of 18 or 15 places can hold."""
    for place, character in enumerate(number, start=1):
        if len(number) not in (15, 18) or character in "0123456789" or (place == 18 and character == "X"):
            continue
        if place == 18:
            message = gettext_noop("身份证号第18位是{what}“{character}”，应是数字或X。请照证件重新填写。")
        else:
            message = gettext_noop("身份证号第{place}位是{what}“{character}”，应是数字。请照证件重新填写。")
        is_letter = character.isascii() and character.isalpha()
        raise Refused(message, place=place, what="字母" if is_letter else "", character=character)


def is_synthetic(number: str) -> bool:
    """True for numbers of the reserved range that no real person holds."""
    return number.startswith(SYNTHETIC_REGION)
