"""Kinds of organizational life: what each is called, who takes part, where its rule stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.meetings.rules.votes import ELECTION_RULE, Quorum


class Kind(StrEnum):
    """organisation.toml ``[[activity]]`` ids."""

    MEMBERS_MEETING = "members_meeting"
    BRANCH_COMMITTEE_MEETING = "branch_committee_meeting"
    GROUP_MEETING = "group_meeting"
    PARTY_CLASS = "party_class"
    THEME_PARTY_DAY = "theme_party_day"
    MONTHLY_PARTY_BUILDING_MEETING = "monthly_party_building_meeting"
    ORGANIZATIONAL_LIFE_MEETING = "organizational_life_meeting"
    DEMOCRATIC_APPRAISAL = "democratic_appraisal"
    HEART_TO_HEART_TALK = "heart_to_heart_talk"
    ELECTION_MEETING = "election_meeting"


class Circle(StrEnum):
    """Who should come."""

    MEMBERS = "members"
    COMMITTEE = "committee"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Spec:
    """``decides``: resolutions are voted on. ``teaches``: study hours may be kept. ``quorum``: who must be there to vote.

    ``rule`` is shown beside the form, with its source.
    """

    label: str
    rule: str
    circle: Circle = Circle.MEMBERS
    decides: bool = False
    teaches: bool = False
    quorum: Quorum = Quorum.HALF


K = Kind
SPECS: Final[Mapping[Kind, Spec]] = {
    K.MEMBERS_MEETING: Spec(
        gettext_noop("支部党员大会"),
        gettext_noop(
            "一般每季度召开一次。有表决权的党员到会半数以上才能开会，赞成人数超过应到会人数的半数为通过。依据：支部工作条例第十一条。"
        ),
        decides=True,
        teaches=True,
    ),
    K.BRANCH_COMMITTEE_MEETING: Spec(
        gettext_noop("支部委员会会议"),
        gettext_noop("一般每月召开一次，须有半数以上委员到会。依据：支部工作条例。"),
        Circle.COMMITTEE,
        decides=True,
    ),
    K.GROUP_MEETING: Spec(
        gettext_noop("党小组会"),
        gettext_noop("一般每月召开一次，划分了党小组的支部才开。依据：支部工作条例。"),
        Circle.GROUP,
    ),
    K.PARTY_CLASS: Spec(
        gettext_noop("党课"),
        gettext_noop("全国没有统一次数，本县按规则设置里的次数提醒。依据：支部工作条例。"),
        teaches=True,
    ),
    K.THEME_PARTY_DAY: Spec(
        gettext_noop("主题党日"),
        gettext_noop(
            "每月相对固定一天，开展学习、组织生活、民主议事和志愿服务。依据：支部工作条例第十六条。"
        ),
        teaches=True,
    ),
    K.MONTHLY_PARTY_BUILDING_MEETING: Spec(
        gettext_noop("党建月会"),
        gettext_noop("每月一次，回顾上月、安排下月，核对党费和积分。依据：本县做法。"),
    ),
    K.ORGANIZATIONAL_LIFE_MEETING: Spec(
        gettext_noop("组织生活会"),
        gettext_noop("每年至少召开一次，一般在第四季度。依据：支部工作条例第十七条。"),
        decides=True,
    ),
    K.DEMOCRATIC_APPRAISAL: Spec(
        gettext_noop("民主评议党员"),
        gettext_noop(
            "一般每年一次，优秀的比例一般不超过三分之一；预备党员参加，不评定等次。依据：支部工作条例。"
        ),
        decides=True,
    ),
    K.HEART_TO_HEART_TALK: Spec(
        gettext_noop("谈心谈话"),
        gettext_noop(
            "一般每年不少于一次：支部委员之间、委员和党员之间、党员和党员之间。谈了什么写在会议记录里。依据：支部工作条例。"
        ),
    ),
    K.ELECTION_MEETING: Spec(
        gettext_noop("选举党员大会"),
        ELECTION_RULE,
        decides=True,
        quorum=Quorum.FOUR_FIFTHS,
    ),
}

TITLE_LENGTH: Final = 80
MOST_STUDY_TENTHS: Final = 80
DAYS_BACK: Final = 400
DAYS_AHEAD: Final = 366


def check_plan(*, kind: Kind, day: date, group: str, groups: frozenset[str], on: date) -> None:
    """Refuse a day far away, and a group meeting of a group the branch does not have."""
    if (day - on).days > DAYS_AHEAD or (on - day).days > DAYS_BACK:
        raise Refused(
            gettext_noop("日期{day}离今天太远。请登记最近{back}天到今后{ahead}天之间的会议和活动。"),
            day=day,
            back=DAYS_BACK,
            ahead=DAYS_AHEAD,
        )
    if SPECS[kind].circle != Circle.GROUP:
        if group:
            raise Refused(gettext_noop("只有党小组会才填党小组。请清空党小组，或者改选党小组会。"))
        return
    if not groups:
        raise Refused(gettext_noop("本支部没有划分党小组。先在党员信息里填写党小组，再登记党小组会。"))
    if group not in groups:
        raise Refused(
            gettext_noop("请选择党小组。本支部的党小组有：{groups}。"), groups="、".join(sorted(groups))
        )


def check_study(kind: Kind, tenths: int) -> None:
    """Refuse study hours (in tenths) of a kind that does not teach, and more than a day of lessons (8)."""
    if tenths and not SPECS[kind].teaches:
        raise Refused(
            gettext_noop("{kind}不记学时。记学时的有党课、主题党日和学习的党员大会。"), kind=SPECS[kind].label
        )
    if not 0 <= tenths <= MOST_STUDY_TENTHS:
        raise Refused(gettext_noop("一次会议的学时在0到8之间，1学时是45分钟。请核对学时。"))
