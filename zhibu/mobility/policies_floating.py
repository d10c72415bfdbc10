"""What the county decides about floating members. Shipped values: 《关于进一步加强和改进流动党员管理工作的意见》 (FLOAT24)."""

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.rulebook.policies import Policy


class FloatingRules(BaseModel):
    """How often a branch keeps contact, and from when on someone counts as floating."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rhythm_months: int = Field(
        3,
        ge=1,
        le=6,
        title=gettext_noop("通常几个月联系一次"),
        description=gettext_noop("登记时预先填好，支部可以按人改。默认每季度一次。"),
    )
    rhythm_months_max: int = Field(
        6,
        ge=1,
        le=12,
        title=gettext_noop("最长几个月要联系一次"),
        description=gettext_noop("至少每半年联系一次。"),
    )
    floating_months: int = Field(
        6,
        ge=1,
        le=24,
        title=gettext_noop("外出多久算流动（月）"),
        description=gettext_noop(
            "《关于进一步加强和改进流动党员管理工作的意见》（2024年）：连续六个月以上不能参加所在支部活动。不到的只提醒，不拦。"
        ),
    )
    notice_days: int = Field(
        15,
        ge=0,
        le=60,
        title=gettext_noop("提前几天提醒联系"),
        description=gettext_noop("到期前这么多天列入待办。"),
    )


FLOATING: Policy[FloatingRules] = Policy("floating", gettext_noop("流动党员联系"), FloatingRules, {})
