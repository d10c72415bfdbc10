"""What the county decides about organizational life: how often, when to remind, how big a file may be."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.meetings.rules.kinds import Kind
from zhibu.rulebook.policies import Policy

_NATIONAL = gettext_noop("依据：《中国共产党支部工作条例（试行）》。填0表示不提醒。")
_LOCAL = gettext_noop("全国没有统一次数，由县里定。填0表示不提醒。")


class MeetingRules(BaseModel):
    """organisation.toml ``[[activity]]``; each says how far it is the national rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    members_meeting: int = Field(
        1, ge=0, le=12, title=gettext_noop("支部党员大会（次/季）"), description=_NATIONAL
    )
    branch_committee_meeting: int = Field(
        1, ge=0, le=12, title=gettext_noop("支部委员会会议（次/月）"), description=_NATIONAL
    )
    group_meeting: int = Field(
        1, ge=0, le=12, title=gettext_noop("党小组会（每个党小组次/月）"), description=_NATIONAL
    )
    party_class: int = Field(1, ge=0, le=12, title=gettext_noop("党课（次/季）"), description=_LOCAL)
    theme_party_day: int = Field(
        1, ge=0, le=12, title=gettext_noop("主题党日（次/月）"), description=_NATIONAL
    )
    monthly_party_building_meeting: int = Field(
        1, ge=0, le=12, title=gettext_noop("党建月会（次/月）"), description=_LOCAL
    )
    organizational_life_meeting: int = Field(
        1, ge=0, le=12, title=gettext_noop("组织生活会（次/年）"), description=_NATIONAL
    )
    democratic_appraisal: int = Field(
        1, ge=0, le=12, title=gettext_noop("民主评议党员（次/年）"), description=_NATIONAL
    )
    heart_to_heart_talk: int = Field(
        1, ge=0, le=12, title=gettext_noop("谈心谈话（次/年）"), description=_NATIONAL
    )
    election_meeting: int = Field(
        0,
        ge=0,
        le=12,
        title=gettext_noop("选举党员大会（次/年）"),
        description=gettext_noop("到期换届、补选时才开，平时填0。依据：《中国共产党基层组织选举工作条例》。"),
    )
    remind_from_day: int = Field(
        20,
        ge=1,
        le=31,
        title=gettext_noop("从每月几日起提醒"),
        description=gettext_noop("这一天起，当月（季、年的最后一个月）还没有开的会列入待办。"),
    )
    excellent_one_in: int = Field(
        3,
        ge=2,
        le=10,
        title=gettext_noop("民主评议优秀比例（几分之一）"),
        description=gettext_noop("占党员总数，一般不超过三分之一。超过时只提醒，由支部决定。"),
    )
    decision_days: int = Field(
        30,
        ge=1,
        le=366,
        title=gettext_noop("决议办理期限（天）"),
        description=gettext_noop("登记决议事项时先填这个期限，可以改。"),
    )
    file_mb: int = Field(
        8,
        ge=1,
        le=20,
        title=gettext_noop("附件大小上限（兆）"),
        description=gettext_noop("签到表、照片等，一个文件的上限。"),
    )

    def needed(self) -> Mapping[Kind, int]:
        """Times a period by kind, as the pure rules take it."""
        return {kind: int(getattr(self, kind.value)) for kind in Kind}


MEETINGS: Policy[MeetingRules] = Policy("meetings", gettext_noop("组织生活"), MeetingRules, {})
