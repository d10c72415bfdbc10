"""What the county decides about study hours: how many a year, and what counts how far."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.education.rules import Terms
from zhibu.rulebook.policies import Policy, values_in_force


class StudyRules(BaseModel):
    """education.md, points.toml Y01, branch_standards A1T2-04; every value is a proposal the county may change."""

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
        title=gettext_noop("支部书记一年的学时"),
        description=gettext_noop("在党员信息里登记为本支部书记的，按这个数。"),
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
            secretary=self.secretary_hours * 10,
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
