"""What the county decides about study hours: how many a year, and what counts how far."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.education.rules.counting import Terms
from zhibu.rulebook.policies import Policy, values_in_force


class StudyRules(BaseModel):
    """TRAIN (2019-2023: 32 and 56 hours, one concentrated class), education.md; the county may change every value.

    ``secretary_hours`` asks the whole committee; it keeps the name under which counties have stored it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    yearly_hours: int = Field(
        32,
        ge=1,
        le=400,
        title=gettext_noop("党员一年的学时"),
        description=gettext_noop("年中入党的按月折算。年老体弱党员（积分C类）不要求。"),
    )
    secretary_hours: int = Field(
        56,
        ge=1,
        le=400,
        title=gettext_noop("支部书记和支部委员一年的学时"),
        description=gettext_noop(
            "在党员信息里登记为本支部书记、副书记、委员的，按这个数；只任党小组组长的不算。依据：全国党员教育培训工作规划。"
        ),
    )
    leaders_class: bool = Field(
        True,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("支部书记和支部委员一年至少参加一次集中培训"),
        description=gettext_noop("台账里有一次“集中办班”就算参加了。依据：全国党员教育培训工作规划。"),
    )
    distance_percent: int = Field(
        50,
        ge=0,
        le=100,
        title=gettext_noop("远程教育最多算全年学时的百分之几"),
        description=gettext_noop("超过的照样记在台账里，不算进全年学时。"),
    )
    practice_day_hours: int = Field(
        4,
        ge=1,
        le=8,
        title=gettext_noop("实践锻炼一天最多几学时"),
        description=gettext_noop("跟班学习、顶岗值班按天计。"),
    )

    def terms(self) -> Terms:
        """As the rules take it, in tenths."""
        return Terms(
            yearly=self.yearly_hours * 10,
            leader=self.secretary_hours * 10,
            leaders_class=self.leaders_class,
            distance_percent=self.distance_percent,
            practice_day=self.practice_day_hours * 10,
        )


STUDY: Final[Policy[StudyRules]] = Policy(
    "education",
    gettext_noop("学时"),
    StudyRules,
    {},
    gettext_noop("一年的学时按当年1月1日的规则算，年中改的从下一年起用。"),
)


def terms_of_year(year: int) -> Terms:
    """What holds for a year: the rules of its first day. One query."""
    return values_in_force(STUDY, on=date(year, 1, 1)).terms()
