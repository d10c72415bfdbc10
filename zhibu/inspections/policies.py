"""What the county decides about quarterly inspections, spot checks and the mending of findings."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.inspections.rules.draw import SIGN_CAUSES, SIGN_METHODS, DrawRule, Sign
from zhibu.rulebook.policies import Policy


class InspectionRules(BaseModel):
    """certificate.md "Quarterly": a sample, by default 20% of the members of a branch. The rest is proposal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    percent: int = Field(
        20,
        ge=1,
        le=100,
        title=gettext_noop("每个支部抽查党员的比例（%）"),
        description=gettext_noop("按支部现有党员算，零头进一。"),
    )
    least_members: int = Field(
        2, ge=1, le=10, title=gettext_noop("每个支部最少抽几人"), description=gettext_noop("人不够的全查。")
    )
    extra_per_sign: int = Field(
        1,
        ge=0,
        le=10,
        title=gettext_noop("每有一种风险迹象，多抽几人"),
        description=gettext_noop("迹象只决定多查几人，不是结论。"),
    )
    risk_months: int = Field(
        6,
        ge=1,
        le=24,
        title=gettext_noop("风险迹象看最近几个月"),
        description=gettext_noop("只看已经过完的月份。"),
    )
    late_from: int = Field(
        1,
        ge=0,
        le=24,
        title=gettext_noop("月记晚交，从几次起算迹象"),
        description=SIGN_METHODS[Sign.LATE] + SIGN_CAUSES[Sign.LATE] + gettext_noop("填0不用。"),
    )
    returned_from: int = Field(
        1,
        ge=0,
        le=24,
        title=gettext_noop("月记被退回，从几次起算迹象"),
        description=SIGN_METHODS[Sign.RETURNED] + SIGN_CAUSES[Sign.RETURNED] + gettext_noop("填0不用。"),
    )
    corrections_from: int = Field(
        3,
        ge=0,
        le=100,
        title=gettext_noop("更正，从几条起算迹象"),
        description=SIGN_METHODS[Sign.CORRECTIONS]
        + SIGN_CAUSES[Sign.CORRECTIONS]
        + gettext_noop("填0不用。"),
    )
    identical_from: int = Field(
        3,
        ge=0,
        le=24,
        title=gettext_noop("各月雷同，从连续几个月起算迹象"),
        description=SIGN_METHODS[Sign.IDENTICAL] + SIGN_CAUSES[Sign.IDENTICAL] + gettext_noop("填0不用。"),
    )
    sheet_months: int = Field(
        3,
        ge=1,
        le=12,
        title=gettext_noop("党费和积分核对最近几个月"),
        description=gettext_noop("只核对已经过完的月份，一季一查正好接上。"),
    )
    spot_branches: int = Field(
        5,
        ge=1,
        le=100,
        title=gettext_noop("抽查时默认抽几个支部"),
        description=gettext_noop("一半名额先给有风险迹象的支部，其余随机。抽查时可以改。"),
    )
    days_to_mend: int = Field(
        15,
        ge=1,
        le=180,
        title=gettext_noop("问题多少天内整改"),
        description=gettext_noop("交表时按这个天数填好期限，督查人可以改。过期的列入逾期。"),
    )


INSPECTION: Final[Policy[InspectionRules]] = Policy(
    "inspection",
    gettext_noop("季督和抽查"),
    InspectionRules,
    {},
    gettext_noop("怎样抽样、怎样算风险迹象、问题多少天内整改。改动只管以后的抽样，已经抽出的名单不变。"),
)


def draw_rule(
    values: InspectionRules,
    *,
    branches: int | None,
    months: tuple[int, ...],
    window: tuple[int, ...],
) -> DrawRule:
    """The rule of one draw, as it is stored with the inspection."""
    return DrawRule(
        values.percent,
        values.least_members,
        values.extra_per_sign,
        {
            Sign.LATE: values.late_from,
            Sign.RETURNED: values.returned_from,
            Sign.CORRECTIONS: values.corrections_from,
            Sign.IDENTICAL: values.identical_from,
        },
        branches,
        months,
        window,
    )
