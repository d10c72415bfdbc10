"""An entry of the ledger: the six modes and what each has to say. Pure.

Sources: education.md "Six modes"; 国办函〔2026〕12号 (25 Jan 2026): neither time spent online nor signing in to an
application is a measure of learning, so an hour is one whose attendance somebody signed or certified.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.hours import hours_text
from zhibu.core.text import gettext_noop


class Mode(StrEnum):
    """How something was studied."""

    CENTRALIZED_CLASS = "centralized_class"
    NIGHT_SCHOOL = "night_school"
    DISTANCE_EDUCATION = "distance_education"
    PRACTICE = "practice"
    REMEDIAL_EDUCATION = "remedial_education"
    DEGREE_UPGRADE = "degree_upgrade"


MODE_LABELS: Final[Mapping[Mode, str]] = {
    Mode.CENTRALIZED_CLASS: gettext_noop("集中办班"),
    Mode.NIGHT_SCHOOL: gettext_noop("夜校学习"),
    Mode.DISTANCE_EDUCATION: gettext_noop("远程教育"),
    Mode.PRACTICE: gettext_noop("实践锻炼"),
    Mode.REMEDIAL_EDUCATION: gettext_noop("补偿教育"),
    Mode.DEGREE_UPGRADE: gettext_noop("学历提升"),
}
MODE_NOTES: Final[Mapping[Mode, str]] = {
    Mode.CENTRALIZED_CLASS: gettext_noop("按签到表计，全数算。"),
    Mode.NIGHT_SCHOOL: gettext_noop("一晚一般2学时，全数算。"),
    Mode.DISTANCE_EDUCATION: gettext_noop("集中收看，有登记册。一年里最多算到规则设置里的份额。"),
    Mode.PRACTICE: gettext_noop("跟班学习、顶岗值班，每天最多算到规则设置里的学时，要有带班人的证明。"),
    Mode.REMEDIAL_EDUCATION: gettext_noop("初中以下文化的补偿教育课程，按教学班的考勤计。"),
    Mode.DEGREE_UPGRADE: gettext_noop("凭在读或者毕业证明，按课程学时计。"),
}
HOURS_RULE: Final = gettext_noop(
    "学时凭签到表、登记册、考勤或者证明计，不按在线时长、打卡、浏览次数和学习平台的积分计，也不按学时给人排名。依据：国办函〔2026〕12号。"
)
_ONLINE: Final = ("时长", "打卡", "点击", "浏览", "登录", "积分", "排名", "截图", "截屏")
_SIGNED: Final = ("签到", "签名", "登记", "考勤", "点名", "证明", "证书", "名册")
DAY: Final = 80
MOST_DAYS: Final = 60
SUBJECT_LENGTH: Final = 80
EVIDENCE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What was studied. ``day``: the first of ``days`` days, ``tenths``: credit hours of each person in all."""

    mode: Mode
    subject: str
    day: date
    tenths: int
    evidence: str
    days: int = 1


def span_of(day: date, days: int) -> tuple[date, date]:
    """First and last day.

    >>> span_of(date(2026, 6, 29), 3)[1]
    datetime.date(2026, 7, 1)
    """
    return day, day + timedelta(days=days - 1)


def is_online_only(evidence: str) -> bool:
    """Whether a proof names what an application counts and nothing that a person signed or certified.

    >>> is_online_only("学习平台在线时长2小时"), is_online_only("集中收看签到表，时长2小时"), is_online_only("签到表")
    (True, False, False)
    """
    return any(word in evidence for word in _ONLINE) and not any(word in evidence for word in _SIGNED)


def check_entry(entry: Entry, *, practice_day: int, on: date) -> None:
    """Refuse what cannot have been: no subject, no signed evidence, days ahead, long past or in two years, too many hours.

    A day has at most 8 hours, one of practice at most ``practice_day`` (tenths).
    """
    if len(entry.subject) < 2:
        raise Refused(gettext_noop("请写明学了什么，例如“惠农政策”，至少2个字。"))
    if len(entry.evidence) < 2:
        raise Refused(gettext_noop("请写明依据，例如签到表、登记册、带班人证明，至少2个字。"))
    if is_online_only(entry.evidence):
        raise Refused(
            gettext_noop(
                "“{evidence}”不能作学时的依据：在线时长、打卡、平台积分不算学时（国办函〔2026〕12号）。请写签到表、登记册、考勤或者证明。"
            ),
            evidence=entry.evidence,
        )
    if not 1 <= entry.days <= MOST_DAYS:
        raise Refused(gettext_noop("天数在1到{most}之间。更长的分几次登记。"), most=MOST_DAYS)
    first, last = span_of(entry.day, entry.days)
    if last > on:
        raise Refused(gettext_noop("学习到{day}才结束，还没有到。学完以后再登记。"), day=last)
    if first < date(on.year - 1, 1, 1):
        raise Refused(gettext_noop("日期{day}太早，学时只补记今年和去年的。"), day=first)
    if first.year != last.year:
        raise Refused(gettext_noop("跨了年的学习，请按年份分两次登记，各算各年的学时。"))
    if entry.tenths <= 0:
        raise Refused(gettext_noop("请填学时，45分钟为1学时。"))
    most = (practice_day if entry.mode == Mode.PRACTICE else DAY) * entry.days
    if entry.tenths > most:
        raise Refused(
            gettext_noop("{mode}{days}天最多算{most}学时，填的是{hours}。请核对学时和天数。"),
            mode=MODE_LABELS[entry.mode],
            days=entry.days,
            most=hours_text(most),
            hours=hours_text(entry.tenths),
        )
