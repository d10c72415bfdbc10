"""Whether a penalty of past years may be entered, judged before anything is written."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from zhibu.conduct.rules import Period, check_past_penalty
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.models import Measure, Member
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.rules.events import SPECS, Entry, judge, runs_on
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.events import situation_of
from zhibu.rulebook.policies import values_in_force


def judge_past_penalty(
    member: Member, entry: Entry, ended_on: date | None, *, others: Iterable[Period] = (), on: date
) -> Period | Refused:
    """The period the penalty held, or why it may not be entered. Four queries.

    ``others``: periods of the same kind that stand in the same file. The action that writes asks the same.
    """
    effective_on = entry.effective_on or entry.decided_on
    dated = replace(entry, effective_on=effective_on)
    try:
        check_past_penalty(dated, ended_on, on=on)
        situation = replace(situation_of(member, on=effective_on), standing=Standing(member.standing))
        effect = judge(dated, situation, values_in_force(MEMBERSHIP, on=on).limits(), on=on)
        period = Period(effective_on, ended_on or effect.until)
        measures = Measure.objects.filter(member=member, kind=SPECS[entry.kind].starts or "")
        held = [Period(row.from_date, row.ended_on or row.due_on) for row in measures]
        for other in (*held, *others):
            if not effect.starts or not runs_on(effect.starts):
                period.check_apart(other, SPECS[entry.kind].label)
    except Refused as refusal:
        return refusal
    if effect.until is not None and effect.until <= on and not effect.ends_itself and ended_on is None:
        return Refused(
            gettext_noop(
                "留党察看期已满，请填恢复党员权利的日期（结束日期）。还没有作决定的，请在党员页面办理。"
            )
        )
    return period
