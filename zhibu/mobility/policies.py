"""What the county decides about introduction letters."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.mobility.rules.transfers import read_unit_words
from zhibu.rulebook.policies import Policy


class LetterRules(BaseModel):
    """Form and filling in: 组通字〔2006〕45号; provinces print their own and disagree on validity, so the county sets both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    letter_validity_days: int = Field(
        30,
        ge=1,
        le=90,
        title=gettext_noop("介绍信有效期（天）"),
        description=gettext_noop("通常30天，最长不超过三个月。从开具那天算起。"),
    )
    number_prefix: str = Field(
        "越西",
        min_length=1,
        max_length=10,
        title=gettext_noop("介绍信编号的开头"),
        description=gettext_noop("写在党委代字前面，例如“越西”印成“越西普字〔2026〕第12号”。"),
    )
    unit_words: str = Field(
        "",
        max_length=400,
        pattern=r"^([^=＝；;]+[=＝][^=＝；;]{1,6}([；;]|$))*$",
        title=gettext_noop("各党委的代字"),
        description=gettext_noop(
            "写成“普雄镇党委=普；大瑞镇党委=瑞”。没有写的，用简称开头几个字，保证全县不重。"
        ),
    )
    letter_paper: Literal["plain", "province"] = Field(
        "plain",
        title=gettext_noop("介绍信用什么纸"),
        description=gettext_noop(
            "白纸：三联一起印出来，盖章、裁开。省里印制的：印一张填写单，照着填到省里的三联单上，号码以印好的为准。"
        ),
        json_schema_extra={
            "labels": {
                "plain": gettext_noop("白纸，照组通字〔2006〕45号的式样印"),
                "province": gettext_noop("省里印制的三联单，照填写单填"),
            }
        },
    )
    letter_within_committee: bool = Field(
        False,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("同一党委内转接也开介绍信"),
        description=gettext_noop("不选时，同一党委两个支部之间由党委批准即可接收。"),
    )
    leaving_booklet: Literal["reclaim", "stamp"] = Field(
        "reclaim",
        title=gettext_noop("转出本县时党员证"),
        description=gettext_noop("开介绍信时写在页面上提醒支部；证本怎样处置，另行登记。"),
        json_schema_extra={
            "labels": {
                "reclaim": gettext_noop("收回，交党委"),
                "stamp": gettext_noop("盖“已转出”，由本人保留"),
            }
        },
    )

    def words(self) -> dict[str, str]:
        """Short name of a committee -> its word in letter numbers, where the county set one."""
        return read_unit_words(self.unit_words)


LETTERS: Policy[LetterRules] = Policy("letters", gettext_noop("组织关系介绍信"), LetterRules, {})
