"""What the county decides about periods and limits of memberships. National rules are the shipped values."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from zhibu.core.dates import parse_date
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events import Limits
from zhibu.rulebook.policies import Policy


class MembershipRules(BaseModel):
    """membership.toml ``[meta]``; sources stand in the descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    probation_months: int = Field(
        12, ge=6, le=24, title=gettext_noop("预备期（月）"), description=gettext_noop("党章第七条：一年。")
    )
    probation_extension_months_min: int = Field(
        6,
        ge=1,
        le=24,
        title=gettext_noop("延长预备期最短（月）"),
        description=gettext_noop("不少于半年，只能延长一次。"),
    )
    probation_extension_months_max: int = Field(
        12, ge=1, le=24, title=gettext_noop("延长预备期最长（月）"), description=gettext_noop("不超过一年。")
    )
    lost_contact_months: int = Field(
        6,
        ge=1,
        le=60,
        title=gettext_noop("失去联系多久才标记（月）"),
        description=gettext_noop("《中国共产党党员教育管理工作条例》第二十四条。"),
    )
    lost_contact_removal_after_years: int = Field(
        2,
        ge=1,
        le=10,
        title=gettext_noop("停止党籍后多久可以除名（年）"),
        description=gettext_noop("《中国共产党党员教育管理工作条例》第二十四条，从停止党籍的决定算起。"),
    )
    searches_needed: int = Field(
        2,
        ge=1,
        le=12,
        title=gettext_noop("停止党籍前至少查找几次"),
        description=gettext_noop("条例要求“通过各种方式查找”，次数由县里定。"),
    )
    inactivity_months: int = Field(
        6,
        ge=6,
        le=60,
        title=gettext_noop("自行脱党：连续多久（月）"),
        description=gettext_noop("党章第九条：连续六个月。"),
    )
    correction_months_default: int = Field(
        6,
        ge=1,
        le=12,
        title=gettext_noop("限期改正通常（月）"),
        description=gettext_noop("组织处置办法：一般6个月。"),
    )
    correction_months_max: int = Field(
        12,
        ge=1,
        le=24,
        title=gettext_noop("限期改正最长（月）"),
        description=gettext_noop("组织处置办法：不超过1年。"),
    )
    rejoin_bar_years: int = Field(
        5,
        ge=1,
        le=20,
        title=gettext_noop("劝退、除名、开除后多久内不得重新入党（年）"),
        description=gettext_noop("组织处置办法；纪律处分条例第十三条。不到年限的不能登记。"),
    )
    rejoin_bar_years_withdrawn: int = Field(
        0,
        ge=0,
        le=20,
        title=gettext_noop("退党后多久内不得重新入党（年）"),
        description=gettext_noop("全国没有统一年限，由县里定。填0表示不限。"),
    )

    def limits(self) -> Limits:
        """The values as the pure rules take them."""
        return Limits(**self.model_dump())


class TakeOverRules(BaseModel):
    """When the county began to keep its books here. Before it the old books count as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_on: str = Field(
        "",
        title=gettext_noop("全县启用日"),
        description=gettext_noop(
            "写成2026-07-01。到这一天为止，县里可以从名册成批接管还没有建册的支部；早于这一天的处分决定可以从表格补录。空着就是还没有定。"
        ),
    )

    @field_validator("start_on")
    @classmethod
    def _a_day(cls, text: str) -> str:
        """Empty or a date; kept as ISO, so that the file of a policy holds it."""
        day = parse_date(text.strip())
        if text.strip() and day is None:
            raise PydanticCustomError("not_a_day", "not a day")
        return day.isoformat() if day else ""

    @property
    def start_day(self) -> date | None:
        """The start day, None while it is not set."""
        return date.fromisoformat(self.start_on) if self.start_on else None


TAKE_OVER: Policy[TakeOverRules] = Policy("take_over", gettext_noop("全县启用和接管旧账"), TakeOverRules, {})

MEMBERSHIP: Policy[MembershipRules] = Policy(
    "membership", gettext_noop("党员进出和处置的期限"), MembershipRules, {}
)
