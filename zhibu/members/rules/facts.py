"""What a member's record must satisfy, as findings with a sentence beside each field. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.dates import full_years
from zhibu.core.resident_id import parse_resident_id
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.core.wording import is_name
from zhibu.members.rules.stages import Stage

# CONST22 art. 6, 7: 18 at application; one year of probation. The Party exists since July 1921.
ADULT_YEARS: Final = 18
PROBATION_YEARS: Final = 1
FIRST_JOIN_DATE: Final = date(1921, 7, 1)

# Fields of a member's record that people correct, in the order of the form, with their Chinese names.
FIELD_LABELS: Final = {
    "name": gettext_noop("姓名"),
    "sex": gettext_noop("性别"),
    "ethnic_group": gettext_noop("民族"),
    "birth_date": gettext_noop("出生日期"),
    "resident_id": gettext_noop("身份证号"),
    "identity_reason": gettext_noop("证件说明"),
    "education": gettext_noop("学历"),
    "native_place": gettext_noop("籍贯"),
    "join_date": gettext_noop("入党时间"),
    "confirmation_date": gettext_noop("转正时间"),
    "stage": gettext_noop("人员类别"),
    "dates_reason": gettext_noop("日期说明"),
    "group": gettext_noop("党小组"),
    "phone": gettext_noop("手机号"),
    "dues_category": gettext_noop("党费类别"),
    "is_floating": gettext_noop("流动党员"),
}
# What the resident ID is compared with.
IDENTITY_FIELDS: Final = frozenset({"resident_id", "birth_date", "sex", "identity_reason"})
MARKED_FIELDS: Final = frozenset({"resident_id", "phone"})
# Shown masked, whole only when asked for with a reason: the marked ones, and the birth date, which is half of the number.
MASKED_FIELDS: Final = MARKED_FIELDS | {"birth_date"}
CODED_FIELDS: Final = {
    "sex": "sex",
    "ethnic_group": "ethnic_group",
    "education": "education",
    "dues_category": "dues_category",
    "stage": "member_stage",
}


class Facts(NamedTuple):
    """What a member's record says, in values ready to store; ``""`` and None mean unknown."""

    name: str
    sex: str
    ethnic_group: str
    birth_date: date
    education: str
    join_date: date
    stage: str
    dues_category: str
    confirmation_date: date | None = None
    resident_id: str = ""
    identity_reason: str = ""
    dates_reason: str = ""
    native_place: str = ""
    group: str = ""
    phone: str = ""
    is_floating: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a record: the field it shows beside, and the refusal with its sentence."""

    field: str
    refusal: Refused


class FactsRefused(Refused):
    """A record breaks rules. Reads as its first finding; a form shows each beside its field."""

    def __init__(self, findings: list[Finding]) -> None:
        first = findings[0].refusal
        super().__init__(first.message, next_step=first.next_step, **first.params)
        self.findings = findings


@cache
def _known_codes(table: str) -> frozenset[str]:
    known = frozenset(codes.table(table))
    return known & set(Stage) if table == "member_stage" else known


def findings(facts: Facts, *, on: date, with_identity: bool = True) -> list[Finding]:
    """Everything that is wrong with a record on that day; empty when it may be stored.

    ``with_identity`` False leaves the resident ID out, for a caller that changes nothing it speaks of.
    """
    return [
        *_name_findings(facts),
        *_code_findings(facts),
        *_date_findings(facts, on=on),
        *_stage_findings(facts),
        *(_identity_findings(facts, on=on) if with_identity else ()),
        *_phone_findings(facts),
    ]


def check_facts(facts: Facts, *, on: date) -> None:
    """Raise ``FactsRefused`` when the record may not be stored."""
    found = findings(facts, on=on)
    if found:
        raise FactsRefused(found)


def _name_findings(facts: Facts) -> Iterator[Finding]:
    if not is_name(facts.name):
        yield Finding(
            "name",
            Refused(
                gettext_noop(
                    "姓名应是1到40个字，只有字母和汉字，彝族等姓名中间可用一个间隔号“·”。请照证件填写。"
                )
            ),
        )


def _code_findings(facts: Facts) -> Iterator[Finding]:
    for field, table in CODED_FIELDS.items():
        if getattr(facts, field) not in _known_codes(table):
            yield Finding(
                field,
                Refused(
                    gettext_noop("{label}没有填，或不在代码表里。请从列表中选一项。"),
                    label=FIELD_LABELS[field],
                ),
            )


def _date_findings(facts: Facts, *, on: date) -> Iterator[Finding]:
    birth, join, confirmation = facts.birth_date, facts.join_date, facts.confirmation_date
    if birth > on:
        yield Finding("birth_date", Refused(gettext_noop("出生日期在今天以后。请照档案核对。")))
    if join > on:
        yield Finding("join_date", Refused(gettext_noop("入党时间在今天以后。请照入党志愿书核对。")))
    if join <= birth:
        yield Finding(
            "join_date", Refused(gettext_noop("入党时间早于出生日期。请照入党志愿书核对这两个日期。"))
        )
    elif join < FIRST_JOIN_DATE:
        yield Finding("join_date", Refused(gettext_noop("入党时间早于1921年7月。请照入党志愿书核对。")))
    elif full_years(birth, join) < ADULT_YEARS and not facts.dates_reason:
        yield Finding(
            "join_date",
            Refused(
                gettext_noop(
                    "照登记的出生日期算，入党时未满18岁。请核对这两个日期；确实如此的，在“日期说明”写明依据。"
                ),
            ),
        )
    if confirmation is None:
        return
    if confirmation > on:
        yield Finding("confirmation_date", Refused(gettext_noop("转正时间在今天以后。请照入党志愿书核对。")))
    if confirmation < join:
        yield Finding(
            "confirmation_date",
            Refused(gettext_noop("转正时间早于入党时间。请照入党志愿书核对这两个日期。")),
        )
    elif full_years(join, confirmation) < PROBATION_YEARS and not facts.dates_reason:
        # Before 1977 there was no probation at times, and special admission exists: a reason is enough.
        yield Finding(
            "confirmation_date",
            Refused(
                gettext_noop(
                    "转正时间离入党时间不到一年（预备期一年）。请核对；历史上没有预备期等情形，在“日期说明”写明。"
                )
            ),
        )


def _stage_findings(facts: Facts) -> Iterator[Finding]:
    if facts.stage == Stage.PROBATIONARY and facts.confirmation_date is not None:
        yield Finding(
            "confirmation_date",
            Refused(
                gettext_noop(
                    "预备党员还没有转正时间。已经转正的，请把人员类别改为正式党员；否则清空转正时间。"
                )
            ),
        )
    if facts.stage == Stage.FULL and facts.confirmation_date is None and not facts.dates_reason:
        yield Finding(
            "confirmation_date",
            Refused(gettext_noop("正式党员要填转正时间。档案里查不到的，在“日期说明”写明查过什么材料。")),
        )


def _identity_findings(facts: Facts, *, on: date) -> Iterator[Finding]:
    if not facts.resident_id:
        if not facts.identity_reason:
            yield Finding(
                "resident_id",
                Refused(gettext_noop("没有填身份证号。请照证件填写；确实没有的，在“证件说明”写明原因。")),
            )
        return
    try:
        number = parse_resident_id(facts.resident_id, on=on)
    except Refused as refusal:
        yield Finding("resident_id", refusal)
        return
    if facts.identity_reason:
        return
    # The date of birth of record is the one confirmed in the file (三龄两历): never overwritten from the number.
    if number.birth_date != facts.birth_date:
        yield Finding(
            "birth_date",
            Refused(
                gettext_noop(
                    "出生日期与身份证号里的不一致。填错的请改；以档案认定为准的，在“证件说明”写明依据。"
                ),
            ),
        )
    if facts.sex in {"1", "2"} and number.sex != facts.sex:
        yield Finding(
            "sex",
            Refused(
                gettext_noop("性别与身份证号里的不一致。填错的请改；证件确实如此的，在“证件说明”写明依据。")
            ),
        )


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{8,10}|[2-9][0-9]{6,7}")


def clean_phone(text: str) -> str:
    """Digits of a phone number, without spaces, hyphens and the country code.

    >>> clean_phone("138 0000-5678"), clean_phone("+86 13800005678"), clean_phone("（0834）7612345")
    ('13800005678', '13800005678', '08347612345')
    """
    digits = re.sub(r"[-()]", "", halfwidth(text))
    return digits.removeprefix("+86") if digits.startswith("+86") else digits


def is_phone(text: str) -> bool:
    """True for an 11-digit mobile number or a landline with or without its area code.

    >>> is_phone("13800005678"), is_phone("08347612345"), is_phone("7612345"), is_phone("12800005678")
    (True, True, True, False)
    """
    return bool(_MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text))


def _phone_findings(facts: Facts) -> Iterator[Finding]:
    if facts.phone and not is_phone(facts.phone):
        yield Finding(
            "phone",
            Refused(
                gettext_noop("手机号应是11位数字；座机请带区号，如0834-7612345。现在是{count}位，请核对。"),
                count=len(facts.phone),
            ),
        )
