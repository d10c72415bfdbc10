"""What the county decides about the cycle of month, quarter and year."""

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.rulebook.policies import Policy


class MonthRules(BaseModel):
    """certificate.md "Month, quarter, year"; every value is a proposal the county may change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    submit_day: int = Field(
        10,
        ge=1,
        le=28,
        title=gettext_noop("月记最迟次月几日提交"),
        description=gettext_noop("过了这一天提交的记为迟交，仍然可以提交。"),
    )
    exception_days: int = Field(
        30,
        ge=1,
        le=90,
        title=gettext_noop("封存后准予更正，最多给几天"),
        description=gettext_noop("每次只准一个支部、一个月份，写明给谁、为什么、到哪一天。"),
    )


MONTHS: Policy[MonthRules] = Policy("months", gettext_noop("月记、季督、年审"), MonthRules, {})
