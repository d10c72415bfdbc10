"""Dates, choices, yes or no, whole numbers."""

import difflib
import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.dates import Month, parse_date
from zhibu.core.text import halfwidth, squeeze
from zhibu.core.wording import is_filler
from zhibu.imports.parsing.cells import (
    CLEAR_WORDS,
    DECIMAL_ZERO,
    Bad,
    Parsed,
    Parser,
    nothing,
    shown,
    special,
)
from zhibu.imports.reading import Raw
from zhibu.imports.sheets import CLEAR, Column

YES: Final = frozenset(["是", "√", "✓", "✔", "对", "TRUE", "true", "True", "1"])
NO: Final = frozenset(["否", "×", "✗", "✘", "不是", "FALSE", "false", "False", "0"])
EPOCH: Final = date(1899, 12, 30)  # day 0 of spreadsheet programs; right from 1900-03-01 on
SERIALS: Final = range(61, 73_050)  # 1900-03-01 to 2099-12-31
_YEAR_MONTH = re.compile(r"^\d{4}[-/.年]\d{1,2}月?$")
_BIRTH_MONTH = re.compile(r"^(\d{4})[-/.年](\d{1,2})(月|([-/.]|月)\*+日?)?$")
_MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?$")


def date_parser(column: Column, place: str) -> Parser:
    def unclear(text: str) -> Bad:
        return Bad(
            _("{title}“{text}”认不出是哪一天。请写成2026-11-06这样，年月日都要有。").format(
                title=column.title, text=text[:20]
            )
        )

    def within(found: date) -> Parsed:
        if 1900 <= found.year < 2100:
            return found
        return Bad(
            _("{title}是{day}，年份不对。请照实填写。").format(title=column.title, day=found.isoformat())
        )

    def marked(raw: str) -> Parsed:
        if raw[1:2] in {"d", "m"}:
            try:
                return within(date.fromisoformat(raw[2:12]))
            except ValueError:
                return unclear(raw[2:])
        if raw[1:2] in {"e", "f"}:
            return special(raw, column, place)
        if raw[1:2] == "n":
            return Bad(
                _(
                    "{title}的格子没有显示完整的年月日，看不出是不是{day}这一天。请把格式改成2026-11-06这样，照档案补全。"
                ).format(title=column.title, day=raw[2:])
            )
        return unclear(raw[2:])

    def number(value: float) -> Parsed:
        text = shown(value)
        found = parse_date(text) if len(text) == 8 else None
        if found:
            return within(found)
        if int(value) in SERIALS and value >= 3000:
            day = EPOCH + timedelta(days=int(value))
            return Bad(
                _(
                    "{title}是数字{value}，像是日期被转成了序号，对应{day}，请确认。对的话把{place}列设为“日期”，重新填{day}。"
                ).format(title=column.title, value=text, day=day.isoformat(), place=place)
            )
        return missing_day(text) if _YEAR_MONTH.match(text) else unclear(text)

    def missing_day(text: str) -> Bad:
        return Bad(
            _("{title}“{text}”只到月，没有日。请照档案补上哪一天。").format(title=column.title, text=text)
        )

    def parse(raw: Raw) -> Parsed:
        if not isinstance(raw, str):
            return number(raw)
        if (
            len(raw) == 10 and raw[4] == raw[7] == "-" and raw.isascii()
        ):  # the common form, without three regular expressions
            try:
                return within(date.fromisoformat(raw))
            except ValueError:
                return unclear(raw)
        if raw[:1] == "\0":
            return marked(raw)
        text = squeeze(raw)
        if not text:
            return None
        if text in CLEAR_WORDS:
            return CLEAR
        if is_filler(text):
            return nothing(text, column)
        text = halfwidth(_MIDNIGHT.sub("", unicodedata.normalize("NFKC", text)))
        found = parse_date(text)
        if found:
            return within(found)
        if re.fullmatch(r"\d+(\.\d+)?", text) and not _YEAR_MONTH.match(text):
            return number(float(text) if "." in text else int(text))
        return missing_day(text) if _YEAR_MONTH.match(text) else unclear(text)

    return parse


def birth_parser(column: Column, place: str) -> Parser:
    """A day, or only the month as exports write it. The sentence of a bad cell does not repeat it."""
    day = date_parser(column, place)
    bad = Bad(
        _(
            "{title}认不出是哪一天。请把{place}列设为“日期”，写成1984-03-06这样；导出的表里带星号的年月原样留着就不改。"
        ).format(title=column.title, place=place)
    )

    def parse(raw: Raw) -> Parsed:
        text = halfwidth(raw) if isinstance(raw, str) and raw[:1] != "\0" else ""
        if isinstance(raw, str) and raw[:2] == "\0n":
            text = raw[2:9]  # a birth of which only the month is shown is a month
        month = _BIRTH_MONTH.match(text)
        if month and 1900 <= int(month[1]) < 2100 and 1 <= int(month[2]) <= 12:
            return Month(int(month[1]), int(month[2]))
        found = day(raw)
        is_formula = isinstance(raw, str) and raw[:2] in {"\0e", "\0f"}
        return bad if isinstance(found, Bad) and not is_formula else found

    return parse


def choice_parser(column: Column, place: str) -> Parser:
    codes = column.choices() if column.choices else {}
    own = {halfwidth(name): code for code, name in reversed(list(codes.items()))} | {c: c for c in codes}
    by_text = {**(column.also() if column.also else {}), **own}
    names = list(dict.fromkeys(codes.values()))
    width = len(next(iter(codes), ""))

    def unknown(text: str) -> Bad:
        facts = {"title": column.title, "text": text[:30]}
        if len(names) <= 10:
            return Bad(
                _("{title}“{text}”不在可选项里。可填：{names}。").format(**facts, names=_("、").join(names))
            )
        near = [name for name in names if name in text or text in name][:3]
        near = near or difflib.get_close_matches(text, names, n=3, cutoff=0.4)
        if near:
            return Bad(
                _("{title}“{text}”不在可选项里，相近的有：{names}。全部可选项见模板的“说明”表。").format(
                    **facts, names=_("、").join(near)
                )
            )
        return Bad(_("{title}“{text}”不在可选项里。全部可选项见模板的“说明”表。").format(**facts))

    def parse(raw: Raw) -> Parsed:
        if not isinstance(raw, str):
            text = shown(raw)
            return by_text.get(text) or by_text.get(text.zfill(width)) or unknown(text)
        code = by_text.get(raw)
        if code is not None:
            return code
        if raw[:1] == "\0":
            return special(raw, column, place)
        text = halfwidth(raw)
        if not text:
            return None
        if text in CLEAR_WORDS:
            return CLEAR
        code = by_text.get(text)
        if code is not None:
            return code
        return nothing(text, column) if is_filler(text) else unknown(text)

    return parse


def flag_parser(column: Column, place: str) -> Parser:
    def parse(raw: Raw) -> Parsed:
        if isinstance(raw, str) and raw[:1] == "\0":
            return raw[2:] == "1" if raw[1:2] == "b" else special(raw, column, place)
        text = halfwidth(raw) if isinstance(raw, str) else shown(raw)
        if not text:
            return None
        if text in YES:
            return True
        if text in NO:
            return False
        if text in CLEAR_WORDS:
            return CLEAR
        return Bad(_("{title}“{text}”看不懂。请填是或否。").format(title=column.title, text=text[:20]))

    return parse


def number_parser(column: Column, place: str) -> Parser:
    def parse(raw: Raw) -> Parsed:
        if isinstance(raw, str):
            if raw[:1] == "\0":
                return special(raw, column, place)
            text = halfwidth(raw).replace(",", "")
            if not text:
                return None
            if text in CLEAR_WORDS:
                return CLEAR
            if is_filler(text) and not text.strip("-").isdigit() and not DECIMAL_ZERO.match(text):
                return nothing(text, column)
            whole = DECIMAL_ZERO.match(text)
            text = whole[1] if whole else text
        else:
            text = shown(raw)
        if re.fullmatch(r"-?[0-9]{1,15}", text):
            return int(text)
        return Bad(_("{title}“{text}”不是整数。请只填数字。").format(title=column.title, text=text[:20]))

    return parse
