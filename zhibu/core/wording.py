"""Texts that say nothing, and characters that only look like the right ones: one judge for forms, sheets and rules.

Pure, but for the table of characters.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.text import drop_invisible, gettext_noop, squeeze

# Dashes, slashes, dots and other signs need no list: a text without a letter or a digit says nothing.
_FILLER: Final = re.compile(
    r"""
    (?:姓名|名字|地址|地点|原因|理由|内容|备注)?
    (?:
        (?: 没有|暂无|暂缺|空白|空|略|缺失|缺|同上一行|同上行|同上面|同上|同前|同左|上同|如上|々|〻|不详|未知|不明
        | 不清楚|不清|不知道|不知|未填|未定|未登记|未录入|未提供|待定|待补|待填|待核|待查|不适用|无名氏|无名|匿名|无
        | na|null|none|nil|nan|undefined|unknown|ditto|x{2,}
        )+
        | 无(?:原因|理由|内容|备注|说明|数据|姓名)
        | [0〇零]+
    )
    """,
    re.VERBOSE,
)
FILLER: Final = gettext_noop("“{text}”等于没有写。请照实填写；没有内容就空着。")
ODD: Final = gettext_noop(
    "第{place}个字“{odd}”是部首或旧系统的自造字，别的电脑认不出。请照证件重新输入这个字。"
)
ODD_MEANT: Final = gettext_noop(
    "第{place}个字“{odd}”是部首或旧系统的自造字，别的电脑认不出，应是“{meant}”。请重新输入这个字。"
)


def is_filler(text: str) -> bool:
    """True for what people type so that a box is not empty. Nothing at all is no filler.

    >>> [is_filler(each) for each in ("无", "／", "Ｎ / Ａ", "——", "同 上。", "〇", "（空）", "无人照料", "", "1")]
    [True, True, True, True, True, True, True, False, False, False]
    """
    text = squeeze(text)
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    if not plain:
        return bool(text) and odd_character(text) is None
    return _FILLER.fullmatch(plain) is not None


def said(text: str) -> str:
    """The text squeezed; "" when it is a filler: for a rule that asks for a reason, a name, a place.

    >>> said(" 同上 "), said("回乡  养老")
    ('', '回乡 养老')
    """
    found = squeeze(text)
    return "" if is_filler(found) else found


def within(text: str, longest: int, what: str) -> str:
    """The text, which is never cut: longer than ``longest`` characters raises ``Refused`` naming ``what`` it is.

    >>> within("回乡养老", 200, "原因")
    '回乡养老'
    """
    if len(text) > longest:
        raise Refused(
            gettext_noop("{what}有{count}个字，最多{longest}个字，请写短一些。"),
            what=what,
            count=len(text),
            longest=longest,
        )
    return text


def said_lines(text: str) -> str:
    """The same for a text of several lines, which keeps them.

    >>> said_lines("／\\r\\n"), said_lines(" 一\\r\\n二 ")
    ('', '一\\n二')
    """
    found = drop_invisible(text).replace("\r\n", "\n").strip()
    return "" if is_filler(found) else found


def is_name(text: str) -> bool:
    """1 to 40 letters of a person's name, with single middle dots inside; no filler.

    >>> is_name("阿尔·木呷"), is_name("·木呷"), is_name("a1"), is_name("𠀀"), is_name("同上")
    (True, False, False, True, False)
    """
    parts = text.split("·")
    return (
        1 <= len(text) <= 40
        and all(part and all(c.isalpha() or c in "〇" for c in part) for part in parts)
        and not is_filler(text)
    )


class Odd(NamedTuple):
    """A character that no other computer reads as the person means it: 1-based place, and the right one or ""."""

    place: int
    character: str
    meant: str


def odd_character(text: str) -> Odd | None:
    """The first radical (U+2E80 to U+2FDF) or private-use character of a text.

    >>> odd_character("\\ue863军"), odd_character("吉则日果")
    (Odd(place=1, character='\\ue863', meant='䶮'), None)
    """
    if text.isascii():
        return None
    for place, character in enumerate(drop_invisible(text), start=1):
        if "\u2e80" <= character <= "\u2fdf" or unicodedata.category(character) == "Co":
            return Odd(place, character, codes.table("misread_character").get(f"{ord(character):04X}", ""))
    return None


def odd_sentence(odd: Odd, translate: Callable[[str], str] = str) -> str:
    """Which character it is and what is probably meant."""
    return translate(ODD_MEANT if odd.meant else ODD).format(
        place=odd.place, odd=odd.character, meant=odd.meant
    )
