"""What all parsers share: the bad cell, words for nothing and for clearing, cells that are not text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.wording import odd_character, odd_sentence
from zhibu.imports.reading import Raw
from zhibu.imports.sheets import Column, Value

CLEAR_WORDS: Final = frozenset(["（清空）", "(清空)", "清空", "【清空】", "[清空]"])
DECIMAL_ZERO: Final = re.compile(r"^(\d+)\.0+$")
ERRORS: Final = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|名称\?)|(Err|错误):\d{3}"
)
EXACT_DIGITS: Final = 15  # what a spreadsheet keeps of a number


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that cannot be used."""

    sentence: str


Parsed = Value | Bad | None
Parser = Callable[[Raw], Parsed]


def special(text: str, column: Column, place: str) -> Parsed:
    """Cells that the reader marked with NUL, where a text was expected."""
    kind, rest = text[1:2], text[2:]
    if kind == "e":
        return Bad(_("{title}的公式出错，没有结果。请直接填写内容。").format(title=column.title))
    if kind == "f":
        return Bad(_("{place}列是公式，没有算好的结果。请用表格软件打开，保存一次再传。").format(place=place))
    if kind == "b":
        return Bad(
            _("{title}被表格改成了{value}。把{place}列设为“文本”，照原样重新填。").format(
                title=column.title, value="TRUE" if rest == "1" else "FALSE", place=place
            )
        )
    return Bad(
        _("{title}被表格改成了日期或时间{value}。把{place}列设为“文本”，照原样重新填。").format(
            title=column.title, value=rest, place=place
        )
    )


def odd(text: str, column: Column) -> Bad | None:
    """Refuses a radical or a private-use character, and says what is probably meant."""
    found = odd_character(text)
    return None if found is None else Bad(f"{column.title}{odd_sentence(found, _)}")


def nothing(text: str, column: Column) -> Bad:
    return Bad(
        _("{title}填的是“{text}”。没有内容就空着，要清掉原来的内容请填“（清空）”。").format(
            title=column.title, text=text[:20]
        )
    )


def too_long(text: str, column: Column) -> Bad:
    return Bad(
        _("{title}有{count}个字，最多{limit}个字。请删减。").format(
            title=column.title, count=len(text), limit=column.max_length
        )
    )


def shown(number: float) -> str:
    return str(int(number)) if isinstance(number, int) or number.is_integer() else format(number, ".15g")
