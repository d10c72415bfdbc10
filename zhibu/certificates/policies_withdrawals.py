"""What the county asks for before a booklet is withdrawn for cause."""

from pydantic import BaseModel, ConfigDict, Field

from zhibu.certificates.rules.withdrawals import Needs
from zhibu.core.text import gettext_noop
from zhibu.rulebook.policies import Policy


class WithdrawalRules(BaseModel):
    """certificate.md; every value is a proposal the county may change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    talks: int = Field(
        2,
        ge=1,
        le=6,
        title=gettext_noop("收回前至少谈话几次"),
        description=gettext_noop("批评教育无效才收回；同一天的几次算一次。"),
    )
    objection_days: int = Field(15, ge=5, le=60, title=gettext_noop("通知后多少天内可以提异议"))
    reexamine_months: int = Field(12, ge=1, le=24, title=gettext_noop("收回后最迟多久复查一次（月）"))

    def needs(self) -> Needs:
        """The values as the pure rules take them."""
        return Needs(**self.model_dump())


WITHDRAWAL: Policy[WithdrawalRules] = Policy("withdrawal", gettext_noop("收回党员证"), WithdrawalRules, {})
