"""收回 for cause: what must be recorded before a booklet may be taken back. Pure.

certificate.md and membership.md "收回 for cause": criticism and education first, a deadline, the branch
proposes, the committee approves, the member is told and may object. Not a penalty, no right is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop


class Trigger(StrEnum):
    """Why (seed rule)."""

    DUTIES = "duties"
    DUES = "dues"
    POINTS = "points"


TRIGGER_LABELS: Final = {
    Trigger.DUTIES: gettext_noop("不履行党员义务"),
    Trigger.DUES: gettext_noop("不按时交纳党费"),
    Trigger.POINTS: gettext_noop("年度积分低于基础分"),
}


class Step(StrEnum):
    """States of a case."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"
    NOTIFIED = "notified"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    CLOSED = "closed"


STEP_LABELS: Final = {
    Step.OPEN: gettext_noop("教育中"),
    Step.PROPOSED: gettext_noop("支部已提出"),
    Step.APPROVED: gettext_noop("党委已批准"),
    Step.NOTIFIED: gettext_noop("已通知本人"),
    Step.WITHDRAWN: gettext_noop("已收回"),
    Step.RETURNED: gettext_noop("已发还"),
    Step.CLOSED: gettext_noop("已结束，不收回"),
}
FINISHED: Final = frozenset({Step.RETURNED, Step.CLOSED})


@dataclass(frozen=True, slots=True)
class Needs:
    """What the county asks for."""

    talks: int = 2
    objection_days: int = 15
    reexamine_months: int = 12


@dataclass(frozen=True, slots=True)
class Case:
    """What is recorded so far."""

    step: Step
    triggered_on: date
    talks: tuple[date, ...] = ()
    deadline: date | None = None
    proposed_on: date | None = None
    approved_on: date | None = None
    notified_on: date | None = None
    objection_until: date | None = None
    has_open_objection: bool = False


def missing(case: Case, needs: Needs, *, on: date) -> list[Refused]:
    """What is still missing before the booklet may be taken back, in the order of the ladder; empty when ready."""
    found = []
    talks = distinct_days(case.talks)
    if talks < needs.talks:
        found.append(
            Refused(
                gettext_noop("还要谈话教育：至少{needed}次、不在同一天，现在有{count}次。"),
                needed=needs.talks,
                count=talks,
            )
        )
    if case.deadline is None:
        found.append(Refused(gettext_noop("还没有给出改正的期限。")))
    elif on <= case.deadline:
        found.append(Refused(gettext_noop("改正的期限到{day}才满。"), day=case.deadline))
    if case.proposed_on is None:
        found.append(Refused(gettext_noop("支部还没有提出收回。")))
    if case.approved_on is None:
        found.append(Refused(gettext_noop("党委还没有批准。")))
    if case.notified_on is None or case.objection_until is None:
        found.append(Refused(gettext_noop("还没有通知本人。")))
    elif on <= case.objection_until:
        found.append(
            Refused(gettext_noop("本人可以提出异议到{day}，满了才能收回。"), day=case.objection_until)
        )
    if case.has_open_objection:
        found.append(Refused(gettext_noop("本人提出的异议还没有答复。")))
    return found


def check_ready(case: Case, needs: Needs, *, on: date) -> None:
    """Raise ``Refused`` with the first thing that is missing."""
    left = missing(case, needs, on=on)
    if left:
        raise Refused(
            left[0].message,
            next_step=gettext_noop("请先在“收回党员证”的办理页面补齐前面的步骤。"),
            **left[0].params,
        )


def check_talk(day: date, case: Case, *, on: date) -> None:
    """A talk lies between the trigger and today, while the case is open."""
    if case.step != Step.OPEN:
        raise Refused(gettext_noop("支部已经提出收回，谈话记录不能再加。没有依据的，请先结束这一件。"))
    if not case.triggered_on <= day <= on:
        raise Refused(
            gettext_noop("谈话日期{day}要在问题发生的{since}和今天之间。"), day=day, since=case.triggered_on
        )


def check_deadline(day: date, case: Case) -> None:
    """The deadline follows the last talk; it is set once talks have begun."""
    if not case.talks:
        raise Refused(gettext_noop("先谈话，再给期限。请先登记谈话。"))
    if day <= max(case.talks):
        raise Refused(gettext_noop("期限{day}要在最后一次谈话{last}之后。"), day=day, last=max(case.talks))


def check_proposal(case: Case, needs: Needs, *, on: date) -> None:
    """The branch proposes after the talks and after the deadline."""
    if case.step != Step.OPEN:
        raise Refused(gettext_noop("支部已经提出过，不用再提。"))
    if distinct_days(case.talks) < needs.talks or case.deadline is None or on <= case.deadline:
        raise missing(case, needs, on=on)[0]


def objection_end(notified_on: date, days: int) -> date:
    """Last day on which the member may object.

    >>> objection_end(date(2026, 11, 1), 15)
    datetime.date(2026, 11, 16)
    """
    return notified_on + timedelta(days=days)


def distinct_days(days: Sequence[date]) -> int:
    """Talks count once a day."""
    return len(set(days))
