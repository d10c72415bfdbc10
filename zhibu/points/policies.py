"""What the county decides about points: the catalogue with its points and caps, stars, days."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from zhibu.core.text import gettext_noop
from zhibu.points.rules.catalogue import STARS, UNIT_LABELS, Catalogue, Item, Kind, points_text, tenths_of
from zhibu.rulebook.policies import Policy, values_in_force

_POINTS = r"^\d{1,3}(\.\d)?$"
_STEP = gettext_noop("写成60或者0.5，最多一位小数。")


@cache
def shipped_items() -> Mapping[str, Item]:
    """The 24 items the product comes with."""
    data = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))
    found = {}
    for row in data["item"]:
        kind = Kind(row["kind"])
        sign = -1 if kind == Kind.DEDUCTION else 1
        found[row["code"]] = Item(
            code=row["code"],
            name=row["name"],
            kind=kind,
            unit=row["unit"],
            tenths=sign * row["tenths"],
            cap=sign * row["cap"],
            evidence=row["evidence"],
            applies_to=frozenset(row["applies_to"]),
            ledger=row["ledger"],
            by_committee=row["by_committee"],
            note=row["note"],
        )
    return found


def _points(shipped: str, title: str, description: str = _STEP) -> Any:
    return Field(shipped, pattern=_POINTS, title=title, description=description)


class PointsFrame(BaseModel):
    """What holds for all items; two or three fields an item are added below."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str = _points("60.0", gettext_noop("每年开始的基础积分"))
    line: str = _points(
        "60.0",
        gettext_noop("低于多少算“低于基础积分”"),
        gettext_noop("只在年底看，平时和季末只提醒。积分本身不产生任何后果，由支部讨论。"),
    )
    five_star: str = _points("96.0", gettext_noop("五星从多少分起"))
    four_star: str = _points("90.0", gettext_noop("四星从多少分起"))
    three_star: str = _points("80.0", gettext_noop("三星从多少分起"))
    two_star: str = _points("70.0", gettext_noop("二星从多少分起"))
    one_star: str = _points("60.0", gettext_noop("一星从多少分起"))
    bonus_cap: str = _points("30.0", gettext_noop("各项加分合起来一年最多"))
    deduction_cap: str = _points(
        "60.0", gettext_noop("各项扣分合起来一年最多"), gettext_noop("总分不低于0。写成60或者0.5。")
    )
    total_cap: str = _points("120.0", gettext_noop("总分最多"))
    objection_days: int = Field(
        5,
        ge=1,
        le=30,
        title=gettext_noop("月积分公示几天"),
        description=gettext_noop("从公示第二天起算，公示期内党员可以提出异议。"),
    )
    settle_day: int = Field(
        10,
        ge=1,
        le=28,
        title=gettext_noop("上月积分登记到几号"),
        description=gettext_noop("过了这一天，上月的事记在本月，写明发生日期。"),
    )
    elderly_age: int = Field(
        75,
        ge=60,
        le=90,
        title=gettext_noop("多少周岁起算年老体弱党员"),
        description=gettext_noop("年老体弱党员不因缺席扣分。有证明的重病、重残由支部登记类别。"),
    )
    quarter_warning: bool = Field(
        True,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("季末提醒低于基础积分的党员"),
        description=gettext_noop("只提醒支部去谈心，不产生后果。"),
    )


def _fields() -> dict[str, Any]:
    """Flat fields an item, as the rulebook's form shows them: in use or not, points, cap of a year."""
    found: dict[str, Any] = {}
    for code, item in shipped_items().items():
        told = f"{item.name}。{item.note}" if item.note else f"{item.name}。"
        found[f"{code}_enabled"] = (
            bool,
            Field(True, title=f"{code} {item.name}：用不用", description=told),  # noqa: FBT003
        )
        if item.kind == Kind.VETO:
            continue
        deed = "扣" if item.kind == Kind.DEDUCTION else "加"
        found[f"{code}_points"] = (
            str,
            _points(points_text(abs(item.tenths)), f"{code} {UNIT_LABELS[item.unit]}{deed}几分"),
        )
        found[f"{code}_cap"] = (
            str,
            _points(points_text(abs(item.cap)), f"{code} 一年最多{deed}几分"),
        )
    return found


PointsRules: type[PointsFrame] = create_model(
    "PointsRules", __base__=PointsFrame, __module__=__name__, **_fields()
)
POINTS: Final[Policy[PointsFrame]] = Policy(
    "points",
    gettext_noop("党员积分"),
    PointsRules,
    {},
    gettext_noop(
        "积分项目、分值、封顶和评星。县里自定，不是全国规定，只作民主评议的参考。"
        "分值按事情发生那天的规则；封顶、评星按当年1月1日的规则。"
        "不排名次，没有排名的设置。依据：国办函〔2026〕12号。"
    ),
)


def catalogue_in_force(*, on: date) -> Catalogue:
    """The catalogue as it holds on that day. One query."""
    return catalogue_of(values_in_force(POINTS, on=on))


def catalogue_of_year(year: int) -> Catalogue:
    """The caps and stars of a year: those of its first day, so that what was counted stays as it was. One query."""
    return catalogue_in_force(on=date(year, 1, 1))


@lru_cache(maxsize=16)
def catalogue_of(values: PointsFrame) -> Catalogue:
    """The catalogue that a version of the rules comes to."""
    chosen = values.model_dump()
    items = {}
    for code, item in shipped_items().items():
        sign = -1 if item.kind == Kind.DEDUCTION else 1
        veto = item.kind == Kind.VETO
        items[code] = Item(
            code=code,
            name=item.name,
            kind=item.kind,
            unit=item.unit,
            tenths=0 if veto else sign * tenths_of(chosen[f"{code}_points"]),
            cap=0 if veto else sign * tenths_of(chosen[f"{code}_cap"]),
            evidence=item.evidence,
            applies_to=item.applies_to,
            ledger=item.ledger,
            by_committee=item.by_committee,
            note=item.note,
            enabled=chosen[f"{code}_enabled"],
        )
    return Catalogue(
        items=items,
        base=tenths_of(values.base),
        line=tenths_of(values.line),
        bonus_cap=tenths_of(values.bonus_cap),
        deduction_cap=-tenths_of(values.deduction_cap),
        total_cap=tenths_of(values.total_cap),
        stars=tuple((star, tenths_of(chosen[star])) for star in STARS),
        objection_days=values.objection_days,
        settle_day=values.settle_day,
        elderly_age=values.elderly_age,
        quarter_warning=values.quarter_warning,
    )
