"""The schedule of dues and the limits of paying, by the month they hold from (dues.toml). Money in fen."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhibu.core.months import first_day
from zhibu.core.text import gettext_noop
from zhibu.dues.rules.owing import Terms
from zhibu.dues.rules.schedule import Band, Schedule
from zhibu.rulebook.policies import Policy, values_in_force, version_in_force


def _limit(value: int, title: str, note: str) -> int:
    limit: int = Field(value, ge=1, le=100_000_000, title=title, description=note)
    return limit


def _rate(value: int, title: str) -> int:
    rate: int = Field(
        value, ge=1, le=1000, title=title, description=gettext_noop("万分之几：50就是0.5%，乘全部基数。")
    )
    return rate


class DuesRules(BaseModel):
    """dues.toml; sources stand in the descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    salaried_1_up_to: int = _limit(
        300_000, gettext_noop("工资收入第一档到（分）"), gettext_noop("300000分是3000元，含本数。第二条。")
    )
    salaried_1_rate: int = _rate(50, gettext_noop("工资收入第一档比例"))
    salaried_2_up_to: int = _limit(
        500_000, gettext_noop("工资收入第二档到（分）"), gettext_noop("500000分是5000元，含本数。第二条。")
    )
    salaried_2_rate: int = _rate(100, gettext_noop("工资收入第二档比例"))
    salaried_3_up_to: int = _limit(
        1_000_000,
        gettext_noop("工资收入第三档到（分）"),
        gettext_noop("1000000分是10000元，含本数。第二条。"),
    )
    salaried_3_rate: int = _rate(150, gettext_noop("工资收入第三档比例"))
    salaried_4_rate: int = _rate(200, gettext_noop("工资收入第四档比例"))
    retired_1_up_to: int = _limit(
        500_000, gettext_noop("离退休第一档到（分）"), gettext_noop("500000分是5000元，含本数。第五条。")
    )
    retired_1_rate: int = _rate(50, gettext_noop("离退休第一档比例"))
    retired_2_rate: int = _rate(100, gettext_noop("离退休第二档比例"))
    farmer_min: int = Field(
        20,
        ge=1,
        le=10_000,
        title=gettext_noop("农民党员最少（分）"),
        description=gettext_noop("第六条：0.2元。"),
    )
    farmer_max: int = Field(
        100,
        ge=1,
        le=10_000,
        title=gettext_noop("农民党员最多（分）"),
        description=gettext_noop("第六条：1元。"),
    )
    farmer_default: int = Field(
        20,
        ge=1,
        le=10_000,
        title=gettext_noop("农民党员通常（分）"),
        description=gettext_noop("没有核定的农民党员按这个数，由县里在范围内定。"),
    )
    fixed: int = Field(
        20,
        ge=1,
        le=10_000,
        title=gettext_noop("学生、下岗、低保等（分）"),
        description=gettext_noop("第六条：0.2元。"),
    )
    monthly_cap: int = _limit(
        100_000,
        gettext_noop("每月一般不超过（分）"),
        gettext_noop("组电明字〔2017〕5号：1000元，自愿多交不限。"),
    )
    back_payment_months: int = Field(
        6,
        ge=1,
        le=12,
        title=gettext_noop("补交最多（月）"),
        description=gettext_noop("第十二条：一般不得超过6个月。"),
    )
    advance_months: int = Field(
        2,
        ge=0,
        le=12,
        title=gettext_noop("预交最多（月）"),
        description=gettext_noop("全国规定没有写，由县里定；2个月就是交到本季度末。"),
    )
    due_day: int = Field(
        25,
        ge=1,
        le=28,
        title=gettext_noop("每月几日前交"),
        description=gettext_noop("过了这一天还没有交的，才算未交。由县里定。"),
    )
    large_threshold: int = _limit(
        100_000,
        gettext_noop("大额党费起点（分）"),
        gettext_noop("第十一条：自愿一次多交1000元以上，全部上缴中央，另记。"),
    )
    large_inclusive: bool = Field(
        default=True,
        title=gettext_noop("正好等于起点也算大额"),
        description=gettext_noop("“以上”一般包括本数。"),
    )
    lapse_months: int = Field(
        6,
        ge=6,
        le=60,
        title=gettext_noop("连续几个月未交要由人研究"),
        description=gettext_noop("党章第九条、第十三条：连续六个月。系统只提醒，不改变党籍。"),
    )
    branch_remits: int = Field(
        10_000,
        ge=0,
        le=10_000,
        title=gettext_noop("支部上缴比例（万分之）"),
        description=gettext_noop("10000是全部上缴。填上缴单时按它预填，可以改。"),
    )
    committee_remits: int = Field(
        10_000,
        ge=0,
        le=10_000,
        title=gettext_noop("党委上缴比例（万分之）"),
        description=gettext_noop("由县里定。填上缴单时按它预填，可以改。"),
    )

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        limits = (self.salaried_1_up_to, self.salaried_2_up_to, self.salaried_3_up_to)
        if list(limits) != sorted(set(limits)):
            raise ValueError("bands ascend")
        if not self.farmer_min <= self.farmer_default <= self.farmer_max:
            raise ValueError("the usual amount lies in the range")
        return self

    def schedule(self, label: str) -> Schedule:
        """The amounts, as the pure rules take them."""
        return Schedule(
            label,
            (
                Band(self.salaried_1_up_to, self.salaried_1_rate),
                Band(self.salaried_2_up_to, self.salaried_2_rate),
                Band(self.salaried_3_up_to, self.salaried_3_rate),
                Band(None, self.salaried_4_rate),
            ),
            (Band(self.retired_1_up_to, self.retired_1_rate), Band(None, self.retired_2_rate)),
            self.farmer_min,
            self.farmer_max,
            self.farmer_default,
            self.fixed,
            self.monthly_cap,
        )

    def terms(self) -> Terms:
        """The limits of paying, as the pure rules take them."""
        return Terms(
            self.back_payment_months,
            self.advance_months,
            self.large_threshold,
            self.large_inclusive,
            self.due_day,
            self.lapse_months,
        )


DUES: Policy[DuesRules] = Policy(
    "dues",
    gettext_noop("党费标准和收缴"),
    DuesRules,
    {},
    gettext_noop("依据中组发〔2008〕3号和组电明字〔2017〕5号。按党费所属的月份选版本，不按交款日期。"),
)


def schedule_of(month: int) -> Schedule:
    """The schedule for dues of a month, not of the day of payment. One query."""
    found = version_in_force(DUES, on=first_day(month))
    return found.values.schedule(f"dues-{found.number}")


def terms_on(on: date) -> Terms:
    """The limits of paying that hold on a day. One query."""
    return values_in_force(DUES, on=on).terms()
