"""年审: which certificates are clear, which a person must look at, and when a year may close. Pure.

certificate.md "Annual review": dues complete, points total, study hours, appraisal grade, penalties; the result is a
person's: passed (合格), deferred (暂缓), failed (不合格). It changes no right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.hours import hours_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said


class Result(StrEnum):
    """What the reviewer says."""

    PASSED = "passed"
    DEFERRED = "deferred"
    FAILED = "failed"


RESULT_LABELS: Final = {
    Result.PASSED: gettext_noop("合格"),
    Result.DEFERRED: gettext_noop("暂缓"),
    Result.FAILED: gettext_noop("不合格"),
}
FIRST_MONTH: Final = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """What twelve months say about one certificate.

    ``months``: months of the year the member was there and dues were kept; ``paid``: of these paid, exempt or
    not owed. ``points``: tenths, None without a year of points. ``appraisal``: grade or "". ``study`` and
    ``study_target``: tenths of an hour, no target where nothing is asked; ``lacks_class``: the concentrated class of
    a secretary or committee member is missing (TRAIN). ``strip``: a letter for each month, see
    ``Dues``.
    """

    stage: str
    certificate_state: str
    months: int
    paid: int
    unrecorded: int
    points: int | None
    grade: str
    veto: bool
    appraisal: str
    penalties: int
    findings: int
    cases: int
    inspected: int
    study: int = 0
    study_target: int = 0
    lacks_class: bool = False
    strip: str = ""

    @property
    def study_left(self) -> int:
        """Tenths of an hour that are missing."""
        return max(self.study_target - self.study, 0)


class Dues(StrEnum):
    """A month in ``Facts.strip``."""

    PAID = "p"
    OWED = "o"
    UNRECORDED = "u"
    NOT_YET = "n"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the county asks for beside dues, points and penalties: an appraisal grade, the study hours in full."""

    appraisal: bool = True
    study: bool = False


def notes(facts: Facts, asked: Asked) -> list[Refused]:
    """What is said beside the name without making the case unclear: hours or the class that are missing, unless they are asked for."""
    return [] if asked.study else _short_of_study(facts)


def _short_of_study(facts: Facts) -> list[Refused]:
    found = []
    if facts.study_left:
        found.append(Refused(gettext_noop("学时差{hours}"), hours=hours_text(facts.study_left)))
    if facts.lacks_class:
        found.append(Refused(gettext_noop("没有参加集中培训")))
    return found


def doubts(facts: Facts, asked: Asked) -> list[Refused]:
    """Why a person must look at it; empty when the case is clear. Shown beside the name, never decided by itself."""
    found = []
    if facts.certificate_state != "active":
        found.append(Refused(gettext_noop("党员证不是有效状态")))
    if facts.paid < facts.months:
        found.append(Refused(gettext_noop("党费欠{n}个月"), n=facts.months - facts.paid))
    if facts.unrecorded:
        found.append(Refused(gettext_noop("有{n}个月没有月记"), n=facts.unrecorded))
    if facts.veto:
        found.append(Refused(gettext_noop("积分一票否决")))
    elif facts.grade == "below_base":
        found.append(Refused(gettext_noop("积分低于基础分")))
    if facts.appraisal in {"basic", "unqualified"}:
        found.append(Refused(gettext_noop("民主评议等次较低")))
    elif asked.appraisal and not facts.appraisal and facts.stage == "full":
        found.append(Refused(gettext_noop("没有民主评议等次")))
    if asked.study:
        found += _short_of_study(facts)
    if facts.penalties:
        found.append(Refused(gettext_noop("当年有处分或处置")))
    if facts.findings:
        found.append(Refused(gettext_noop("有{n}个问题没有整改完"), n=facts.findings))
    if facts.cases:
        found.append(Refused(gettext_noop("有在办的追究或收回")))
    return found


def check_year(year: int, *, on: date) -> None:
    """The review of a year begins in its December."""
    if year > on.year or (year == on.year and on.month < FIRST_MONTH):
        raise Refused(gettext_noop("{year}年的年审从{month}月开始，现在还早。"), year=year, month=FIRST_MONTH)


def check_result(result: Result, reason: str) -> str:
    """A deferral and a failure need a reason that the member can read."""
    text = said(reason)
    if result != Result.PASSED and len(text) < 4:
        raise Refused(gettext_noop("暂缓和不合格要写明理由，至少4个字，本人会看到。"))
    return text


def check_close(*, open_months: int, unreviewed: int, year: int, on: date) -> None:
    """A year closes when it is over, its months are sealed and its certificates reviewed."""
    if on.year <= year:
        raise Refused(gettext_noop("{year}年还没有过完，不能结账。"), year=year)
    if open_months:
        raise Refused(gettext_noop("还有{n}个支部月没有封存，先办完月记再结账。"), n=open_months)
    if unreviewed:
        raise Refused(gettext_noop("还有{n}本党员证没有年审，审完再结账。"), n=unreviewed)


def seen_mark(ids: Sequence[int]) -> str:
    """What the reviewer has seen: the unclear ones, as a short text the form carries.

    >>> seen_mark([3, 1]), seen_mark([])
    ('1.3', '')
    """
    return ".".join(map(str, sorted(ids)))
