"""Texts, names and identifiers."""

import re
import unicodedata

from django.utils.translation import gettext as _

from zhibu.core.checkdigits import holds_mod_11_2
from zhibu.core.text import clean_name, halfwidth, squeeze
from zhibu.core.wording import is_filler
from zhibu.imports.parsing.cells import (
    CLEAR_WORDS,
    DECIMAL_ZERO,
    EXACT_DIGITS,
    Bad,
    Parsed,
    Parser,
    nothing,
    odd,
    shown,
    special,
    too_long,
)
from zhibu.imports.reading import Raw
from zhibu.imports.sheets import CLEAR, Column

_SCIENTIFIC = re.compile(r"^\d+(\.\d+)?[eE][+-]?\d+$")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def text_parser(column: Column, place: str) -> Parser:
    limit, is_amount = column.max_length, column.kind == "amount"

    def parse(raw: Raw) -> Parsed:
        if not isinstance(raw, str):
            if abs(raw) >= 10**EXACT_DIGITS:
                return _damaged(column, place, scientific=True)
            return _zero(column) if raw == 0 and not is_amount else shown(raw)
        if raw[:1] == "\0":
            return special(raw, column, place)
        text = squeeze(raw.replace("\0", ""))
        if not text:
            return None
        if text in CLEAR_WORDS:
            return CLEAR
        if is_filler(text) and not (is_amount and any(map(str.isdigit, text))):
            return nothing(text, column)
        return odd(text, column) or (text if len(text) <= limit else too_long(text, column))

    return parse


def _zero(column: Column) -> Bad:
    """A number 0 where words belong: a filler, or what some programs store for a formula that yields a text."""
    return Bad(
        _("{title}是数字0。公式得出的文字可能没有存下来，请直接填写内容；没有内容就空着。").format(
            title=column.title
        )
    )


def name_parser(column: Column, place: str) -> Parser:
    limit = column.max_length
    normalized = unicodedata.is_normalized

    def parse(raw: Raw) -> Parsed:
        if not isinstance(raw, str):
            return Bad(_("{title}是数字{value}。请填写名字。").format(title=column.title, value=shown(raw)))
        if raw in CLEAR_WORDS:
            return CLEAR
        if not (raw.isalpha() and normalized("NFC", raw)):
            if raw[:1] == "\0":
                return special(raw, column, place)
            raw = clean_name(raw.replace("\0", ""))
            if not raw:
                return None
            if raw in CLEAR_WORDS:
                return CLEAR
            bad = odd(raw, column)
            if bad is not None:
                return bad
        if is_filler(raw):
            return Bad(
                _("{title}填的是“{text}”，不是名字。请照实填写。").format(title=column.title, text=raw[:20])
            )
        return raw if len(raw) <= limit else too_long(raw, column)

    return parse


def _damaged(column: Column, place: str, *, scientific: bool) -> Bad:
    how = _("重新填18位") if column.mask == "resident_id" else _("照原件重新填完整号码")
    if scientific:
        return Bad(
            _("{title}被表格改成了科学计数，后几位已丢失。把{place}列设为“文本”，{how}。").format(
                title=column.title, place=place, how=how
            )
        )
    return Bad(
        _("{title}被表格当成数字，15位以后都变成了0。把{place}列设为“文本”，{how}。").format(
            title=column.title, place=place, how=how
        )
    )


def _lost_zeros(text: str, column: Column, place: str) -> Bad:
    return Bad(
        _(
            "{title}只有{count}位，应是{length}位，前面的0像是被表格去掉了。把{place}列设为“文本”，照原件重新填。"
        ).format(title=column.title, count=len(text), length=column.fixed_length, place=place)
    )


def identifier_parser(column: Column, place: str) -> Parser:
    limit, length = column.max_length, column.fixed_length

    def number(value: float) -> Parsed:
        if value >= 10**EXACT_DIGITS:
            return _damaged(column, place, scientific=True)
        if value < 0 or value != int(value):
            return Bad(
                _("{title}是数字{value}，不像号码。把{place}列设为“文本”，照原件重新填。").format(
                    title=column.title, value=shown(value), place=place
                )
            )
        return digits(str(int(value)))

    def digits(text: str) -> Parsed:
        # One real number in a thousand ends in 000; then its check character holds.
        if _ends_in_zeros(text) and not holds_mod_11_2(text):
            return _damaged(column, place, scientific=False)
        if len(text) < length:
            return _lost_zeros(text, column, place)
        return text if len(text) <= limit else too_long(text, column)

    def parse(raw: Raw) -> Parsed:
        if not isinstance(raw, str):
            return number(raw)
        text = raw
        if not (text.isascii() and text.isalnum()):
            if text[:1] == "\0":
                return special(text, column, place)
            text = halfwidth(text.replace("\0", "")).translate(_DASHES)
            if text[:2] == '="' and text[-1:] == '"':
                text = text[2:-1]
            text = text.lstrip("'`‘’")
            if not text:
                return None
            if text in CLEAR_WORDS:
                return CLEAR
            whole = DECIMAL_ZERO.match(text)
            if whole:
                text = whole[1]
        if len(text) < EXACT_DIGITS and is_filler(text):
            return nothing(text, column)
        if text.isdigit() and text.isascii():
            return digits(text)
        if _SCIENTIFIC.match(text):
            return _damaged(column, place, scientific=True)
        return text if len(text) <= limit else too_long(text, column)

    return parse


def distrust_zeros(memo: dict[Raw, Parsed], column: Column, place: str) -> None:
    """Where a spreadsheet has damaged numbers of the column, also refuse those that pass by chance.

    Of eleven damaged numbers one keeps a right check character.
    """
    zeros = [raw for raw, value in memo.items() if isinstance(value, str) and _ends_in_zeros(value)]
    if zeros and any(isinstance(value, Bad) and _is_long_number(raw) for raw, value in memo.items()):
        for raw in zeros:
            memo[raw] = _damaged(column, place, scientific=False)


def _ends_in_zeros(text: str) -> bool:
    return len(text) > EXACT_DIGITS and not text[EXACT_DIGITS:].strip("0")


def _is_long_number(raw: Raw) -> bool:
    if isinstance(raw, str):
        text = halfwidth(raw)
        return _ends_in_zeros(text) or _SCIENTIFIC.match(text) is not None
    return raw >= 10**EXACT_DIGITS
