"""What the county asks for at the annual review."""

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.reviews.rules import Asked
from zhibu.rulebook.policies import Policy


class ReviewRules(BaseModel):
    """certificate.md; every value is a proposal the county may change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    needs_appraisal: bool = Field(
        True,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("没有民主评议等次的要逐人审"),
        description=gettext_noop("预备党员参加评议但不评等次，不受此限。"),
    )
    needs_study: bool = Field(
        False,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("学时没有达到的要逐人审"),
        description=gettext_noop(
            "学时里包括支部书记和委员的集中培训。不打开时，差的只在年审表上注明，不妨碍批量通过。"
        ),
    )

    def asked(self) -> Asked:
        """As the rules take it."""
        return Asked(appraisal=self.needs_appraisal, study=self.needs_study)


REVIEWS: Policy[ReviewRules] = Policy("reviews", gettext_noop("年审"), ReviewRules, {})
