"""What belongs to a disposal (组织处置): its steps, and that it never comes on top of a penalty. Pure."""

from datetime import date
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events.kinds import DISPOSAL_STEP_LABELS, DisposalStep, EventKind
from zhibu.members.rules.events.situation import Entry, Situation, plain_matter
from zhibu.members.rules.events.spec import Spec
from zhibu.members.rules.stages import Standing

ADVISED: Final = "persuaded_withdrawal"


def is_refused_advice(kind: EventKind, situation: Situation) -> bool:
    """Whether this removes who was advised to leave, with approval, and will not: the way goes on (CONST22 art. 9)."""
    return (
        kind == EventKind.REMOVED_AFTER_REFUSAL
        and situation.standing == Standing.ENDED
        and situation.end_reason == ADVISED
    )


def check_refusal(entry: Entry, situation: Situation) -> None:
    """The meeting decides the removal after the advice was approved and refused, not before."""
    advised_on = situation.ended_on
    if is_refused_advice(entry.kind, situation) and advised_on is not None and entry.decided_on < advised_on:
        raise Refused(
            gettext_noop(
                "劝退{advised}才批准生效，本人坚持不退以后支部党员大会才能讨论除名，决定日期{day}早了。请照会议记录核对（党章第九条）。"
            ),
            advised=advised_on,
            day=entry.decided_on,
        )


def check_matter(entry: Entry, spec: Spec, situation: Situation) -> None:
    """What was punished is not disposed of once more (DISP24 art. 4); from one disposal to the next it goes on."""
    matter = plain_matter(entry.matter)
    if spec.is_disposal and spec.is_adverse and matter and matter in situation.punished:
        raise Refused(
            gettext_noop(
                "同一事由“{matter}”已经给过党纪处分，不再作组织处置（《中国共产党不合格党员组织处置办法》第四条）。"
            ),
            matter=entry.matter.strip(),
        )


def check_steps(entry: Entry, spec: Spec) -> None:
    """A disposal was filed, looked into, talked over and deliberated before it was decided, in this order (DISP24)."""
    if not spec.needs_steps:
        return
    last: date | None = None
    before = ""
    for step in DisposalStep:
        day = entry.steps.get(step)
        if day is None:
            raise Refused(
                gettext_noop(
                    "“{event}”还缺“{step}”的日期。处置要经过预先备案、调查核实、同本人谈话、支委会研究，再作决定（《中国共产党不合格党员组织处置办法》）。"
                ),
                event=spec.label,
                step=DISPOSAL_STEP_LABELS[step],
            )
        if last is not None and day < last:
            raise Refused(
                gettext_noop("“{step}”的日期{day}早于“{before}”的{last}。请照材料核对先后。"),
                step=DISPOSAL_STEP_LABELS[step],
                day=day,
                before=before,
                last=last,
            )
        last, before = day, DISPOSAL_STEP_LABELS[step]
    if last is not None and last > entry.decided_on:
        raise Refused(
            gettext_noop("“{step}”的日期{day}在决定日期{decided}之后。请照材料核对先后。"),
            step=before,
            day=last,
            decided=entry.decided_on,
        )
