"""从严追究: the ladder of a case, who may decide, what each outcome needs. Pure.

Of members (seed rule): duties not performed, dues not paid on time, points below the base; of organizations and
who answers for them: irregular management, late records, lax checking, falsification. Remind and talk come first,
a deadline, a recheck; the decision is somebody else's. A case can be closed as unfounded at every step. After
a decision the person has fifteen days to object, and a third person looks at it again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.hands import Person
from zhibu.core.text import gettext_noop


class Trigger(StrEnum):
    """Why a case is opened."""

    DUTIES = "duties"
    DUES = "dues"
    POINTS = "points"
    IRREGULAR = "irregular"
    LATE = "late"
    LAX = "lax"
    FALSIFICATION = "falsification"


OF_MEMBERS: Final = (Trigger.DUTIES, Trigger.DUES, Trigger.POINTS)
OF_ORGANIZATIONS: Final = (Trigger.IRREGULAR, Trigger.LATE, Trigger.LAX, Trigger.FALSIFICATION)
TRIGGER_LABELS: Final = {
    Trigger.DUTIES: gettext_noop("不履行党员义务"),
    Trigger.DUES: gettext_noop("不按时交纳党费"),
    Trigger.POINTS: gettext_noop("年度积分低于基础分"),
    Trigger.IRREGULAR: gettext_noop("管理不规范"),
    Trigger.LATE: gettext_noop("记录不及时"),
    Trigger.LAX: gettext_noop("审核把关不严"),
    Trigger.FALSIFICATION: gettext_noop("弄虚作假"),
}


class StepKind(StrEnum):
    """What is done in a case."""

    REMIND = "remind"
    TALK = "talk"
    STATEMENT = "statement"
    DEADLINE = "deadline"
    RECHECK = "recheck"
    OBJECTION = "objection"
    ANSWER = "answer"
    NOTE = "note"
    DECISION = "decision"
    RECEIVED = "received"


STEP_LABELS: Final = {
    StepKind.REMIND: gettext_noop("提醒"),
    StepKind.TALK: gettext_noop("谈话教育"),
    StepKind.STATEMENT: gettext_noop("本人（责任人）说明"),
    StepKind.DEADLINE: gettext_noop("给出期限"),
    StepKind.RECHECK: gettext_noop("到期复查"),
    StepKind.OBJECTION: gettext_noop("提出异议"),
    StepKind.ANSWER: gettext_noop("答复异议"),
    StepKind.NOTE: gettext_noop("补充情况"),
    StepKind.DECISION: gettext_noop("作出决定"),
    StepKind.RECEIVED: gettext_noop("上级处理意见"),
}
# Whoever entered one of these led the case and does not decide it.
LEADING: Final = frozenset({StepKind.REMIND, StepKind.TALK, StepKind.DEADLINE, StepKind.RECHECK})


class Outcome(StrEnum):
    """How a case ends."""

    UNFOUNDED = "unfounded"
    MENDED = "mended"
    WITHDRAWAL = "withdrawal"
    NOTICE = "notice"
    TALK = "talk"
    RECTIFICATION = "rectification"
    REPORTED = "reported"


OUTCOME_LABELS: Final = {
    Outcome.UNFOUNDED: gettext_noop("不属实，结束"),
    Outcome.MENDED: gettext_noop("已改正，结束"),
    Outcome.WITHDRAWAL: gettext_noop("转入收回党员证"),
    Outcome.NOTICE: gettext_noop("通报"),
    Outcome.TALK: gettext_noop("约谈书记"),
    Outcome.RECTIFICATION: gettext_noop("限期整改"),
    Outcome.REPORTED: gettext_noop("报上级处理"),
}
# A person can say so at once; the others need the ladder first.
LIGHT: Final = frozenset({Outcome.UNFOUNDED})
FOR_MEMBERS: Final = (Outcome.MENDED, Outcome.UNFOUNDED, Outcome.WITHDRAWAL, Outcome.REPORTED)
FOR_ORGANIZATIONS: Final = (
    Outcome.MENDED,
    Outcome.UNFOUNDED,
    Outcome.NOTICE,
    Outcome.TALK,
    Outcome.RECTIFICATION,
    Outcome.REPORTED,
)


# A withdrawal has its own notice and objection (certificate.md); unfounded and mended burden nobody.
OBJECTABLE: Final = frozenset({Outcome.NOTICE, Outcome.TALK, Outcome.RECTIFICATION, Outcome.REPORTED})
OBJECTION_DAYS: Final = 15


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of a case; steps in the order in which they were entered."""

    opened_on: date
    is_closed: bool
    is_about_member: bool
    steps: Sequence[tuple[StepKind, date]]
    deadline: date | None = None
    has_open_objection: bool = False
    outcome: Outcome | None = None
    decided_on: date | None = None

    def has(self, kind: StepKind) -> bool:
        """True when such a step was taken."""
        return any(each == kind for each, _on in self.steps)

    @property
    def is_rechecked(self) -> bool:
        """True when it was looked at again after the deadline in force."""
        deadline = self.deadline
        return deadline is not None and any(
            kind == StepKind.RECHECK and on > deadline for kind, on in self.steps
        )

    @property
    def is_reviewed(self) -> bool:
        """True when an objection to the decision was answered."""
        kinds = [kind for kind, _on in self.steps]
        return StepKind.DECISION in kinds and StepKind.ANSWER in kinds[kinds.index(StepKind.DECISION) :]

    @property
    def objection_until(self) -> date | None:
        """Last day of an objection to the decision, where one is possible."""
        if self.decided_on is None or self.outcome not in OBJECTABLE or self.is_reviewed:
            return None
        return self.decided_on + timedelta(days=OBJECTION_DAYS)


def outcomes(known: Known) -> tuple[Outcome, ...]:
    """How this case may end."""
    return FOR_MEMBERS if known.is_about_member else FOR_ORGANIZATIONS


def check_trigger(trigger: Trigger, *, about_member: bool) -> None:
    """Members and organizations answer for different things."""
    if trigger not in (OF_MEMBERS if about_member else OF_ORGANIZATIONS):
        raise Refused(gettext_noop("“{trigger}”不适用于这一件，请重新选。"), trigger=TRIGGER_LABELS[trigger])


def steps_offered(known: Known, *, on: date) -> tuple[StepKind, ...]:
    """What may be entered today, the next step of the ladder first."""
    if known.is_closed:
        found = []
        if known.outcome == Outcome.REPORTED:
            found.append(StepKind.RECEIVED)
        until = known.objection_until
        if until is not None and on <= until and not known.has_open_objection:
            found.append(StepKind.OBJECTION)
        return tuple(found)
    kinds = [StepKind.REMIND, StepKind.TALK, StepKind.STATEMENT]
    if known.has(StepKind.TALK):
        kinds.append(StepKind.DEADLINE)
    if known.deadline is not None and on > known.deadline:
        kinds.append(StepKind.RECHECK)
    kinds.append(StepKind.ANSWER if known.has_open_objection else StepKind.OBJECTION)
    kinds.append(StepKind.NOTE)
    following = next_step(known, on=on)
    return (following, *(kind for kind in kinds if kind != following))


def own_words(known: Known, *, on: date) -> tuple[StepKind, ...]:
    """What the person may say today: a statement or an objection; after the decision an objection only."""
    kinds = steps_offered(known, on=on)
    return tuple(kind for kind in (StepKind.STATEMENT, StepKind.OBJECTION) if kind in kinds)


def next_step(known: Known, *, on: date) -> StepKind:
    """The step that the ladder asks for next; a note while a deadline runs or a decision is waited for.

    >>> day = date(2026, 11, 2)
    >>> next_step(Known(day, False, True, [(StepKind.REMIND, day)]), on=day).value
    'talk'
    """
    if known.has_open_objection:
        return StepKind.ANSWER
    if not known.has(StepKind.TALK):
        return StepKind.TALK if known.has(StepKind.REMIND) else StepKind.REMIND
    if known.deadline is None:
        return StepKind.DEADLINE
    if on > known.deadline and not known.is_rechecked:
        return StepKind.RECHECK
    return StepKind.NOTE


def _check_closed_step(known: Known, kind: StepKind, *, on: date) -> None:
    if kind == StepKind.RECEIVED and known.outcome == Outcome.REPORTED:
        return
    if kind == StepKind.OBJECTION and known.objection_until is not None:
        if on > known.objection_until:
            raise Refused(
                gettext_noop("对决定提异议到{day}为止，已经过了。还可以向上级党委申诉。"),
                day=known.objection_until,
            )
        return
    raise Refused(gettext_noop("这一件已经结束，不能再登记。请刷新页面看结果。"))


def check_step(known: Known, kind: StepKind, day: date, *, on: date, until: date | None = None) -> None:
    """Whether a step may be entered: open, dated between the opening and today, in the order of the ladder.

    After the decision: an objection within ``OBJECTION_DAYS``, and what the higher unit did about a report.
    """
    if known.is_closed:
        _check_closed_step(known, kind, on=on)
    elif kind in (StepKind.DECISION, StepKind.RECEIVED):
        raise Refused(gettext_noop("这一步要在作出决定以后。"))
    if not known.opened_on <= day <= on:
        raise Refused(
            gettext_noop("日期{day}要在登记问责事项的{since}和今天之间。"), day=day, since=known.opened_on
        )
    if kind == StepKind.DEADLINE:
        if not known.has(StepKind.TALK):
            raise Refused(gettext_noop("先谈话教育，再给期限。请先登记谈话。"))
        if until is None or until <= day:
            raise Refused(gettext_noop("请填写期限，要在今天登记的日期以后。"))
    if kind == StepKind.RECHECK and (known.deadline is None or day <= known.deadline):
        raise Refused(
            gettext_noop("期限{day}过了才能复查。"),
            day=known.deadline or gettext_noop("还没有给出，"),
        )
    if kind == StepKind.ANSWER and not known.has_open_objection:
        raise Refused(gettext_noop("没有等答复的异议。请刷新页面看现在的情况。"))
    if kind == StepKind.OBJECTION and known.has_open_objection:
        raise Refused(gettext_noop("异议已经提出，正在等答复。"))


def check_not_own(*, about: int | None, user: int | None) -> None:
    """Nobody handles the own case. Raises ``Refused``."""
    if about is not None and about == user:
        raise Refused(gettext_noop("不能办理自己的事。请另一位同志办理，本人可以在“我的”里说明。"))


def check_decision(
    known: Known,
    outcome: Outcome,
    *,
    decider: Person,
    recorders: Collection[Person],
    until: date | None = None,
) -> None:
    """Whether a case may end so: never by who opened or led it; except as unfounded, only after the ladder."""
    if known.is_closed:
        raise Refused(gettext_noop("这一件已经有人作了决定。请刷新页面看结果。"))
    if outcome not in outcomes(known):
        raise Refused(gettext_noop("这一件不能这样结束，请重新选。"))
    if any(decider.is_same(each) for each in recorders):
        raise Refused(gettext_noop("登记问责事项、谈话和复查的人不能自己作决定。请另一位同志决定。"))
    if outcome in LIGHT:
        return
    if known.has_open_objection:
        raise Refused(gettext_noop("异议还没有答复，先答复再决定。"))
    if not known.has(StepKind.TALK):
        raise Refused(gettext_noop("还没有谈话教育，不能这样结束。"))
    if outcome != Outcome.MENDED and not known.is_rechecked:
        raise Refused(gettext_noop("期限到了复查以后才能这样决定；已经改正的选“已改正”。"))
    if outcome == Outcome.RECTIFICATION and until is None:
        raise Refused(gettext_noop("限期整改要填期限。到期由另一个人复核，列入“问题整改”。"))


def check_review(known: Known, *, reviewer: Person, before: Collection[Person]) -> None:
    """Whether an objection to the decision may be answered: by none of those who opened, led or decided it."""
    if not known.is_closed or not known.has_open_objection or known.outcome not in OBJECTABLE:
        raise Refused(gettext_noop("没有等答复的异议。请刷新页面看现在的情况。"))
    if any(reviewer.is_same(each) for each in before):
        raise Refused(gettext_noop("登记、经办和作决定的人不能复核。请另一位同志复核。"))
