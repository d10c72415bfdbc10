"""四议两公开: six dated steps of a village decision, in their order; a skipped one is a finding. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

STEPS: Final[Mapping[int, tuple[str, str]]] = {
    1: (gettext_noop("村党组织提议"), gettext_noop("村党组织会议研究，提出初步意见。")),
    2: (gettext_noop("村“两委”会议商议"), gettext_noop("村党组织和村民委员会一起讨论方案。")),
    3: (gettext_noop("党员大会审议"), gettext_noop("党员到会半数以上，赞成人数超过应到会的半数。")),
    4: (gettext_noop("村民会议或村民代表会议决议"), gettext_noop("写明应到、实到和赞成人数。")),
    5: (gettext_noop("决议公开"), gettext_noop("写明公开地点和天数。")),
    6: (gettext_noop("实施结果公开"), gettext_noop("办完以后，公开办理情况和结果。")),
}
COUNTED: Final = frozenset({1, 2, 3, 4})
VILLAGE_RULE: Final = gettext_noop(
    "村级重大事项按“四议两公开”决策，六步依次办理，每一步都要有日期和记录。依据：《中国共产党农村基层组织工作条例》。"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step as recorded; the counts only where people voted, place and last day only where a notice hangs."""

    number: int
    on: date
    present: int | None = None
    should: int | None = None
    ayes: int | None = None
    place: str = ""
    until: date | None = None


def check_step(step: Step, others: Mapping[int, date], *, opened_on: date, on: date) -> None:
    """Refuse a step that cannot be: an unknown number, a day outside its neighbours, counts that do not add up.

    A later step may be recorded while an earlier one is missing: that is a finding, not a refusal.
    """
    if step.number not in STEPS:
        raise Refused(gettext_noop("四议两公开一共六步，没有第{number}步。"), number=step.number)
    if step.on > on:
        raise Refused(gettext_noop("日期{day}在今天以后。请在这一步办完之后登记。"), day=step.on)
    if step.on < opened_on:
        raise Refused(
            gettext_noop("日期{day}早于事项提出的{opened}。请照会议记录核对。"), day=step.on, opened=opened_on
        )
    before = [day for number, day in others.items() if number < step.number and day > step.on]
    after = [day for number, day in others.items() if number > step.number and day < step.on]
    if before:
        raise Refused(
            gettext_noop("第{number}步的日期{day}早于前一步的{other}。六步要依次办理，请核对日期。"),
            number=step.number,
            day=step.on,
            other=max(before),
        )
    if after:
        raise Refused(
            gettext_noop("第{number}步的日期{day}晚于后一步的{other}。六步要依次办理，请核对日期。"),
            number=step.number,
            day=step.on,
            other=min(after),
        )
    _check_counts(step)
    if step.number in COUNTED:
        if step.place or step.until:
            raise Refused(gettext_noop("公开地点和公开到哪天，只填在第5步、第6步。"))
    elif step.until is not None and step.until < step.on:
        raise Refused(
            gettext_noop("公开到{until}，早于开始公开的{day}。请核对日期。"), until=step.until, day=step.on
        )


def _check_counts(step: Step) -> None:
    counts = (step.should, step.present, step.ayes)
    if all(each is None for each in counts):
        return
    if step.number not in COUNTED:
        raise Refused(gettext_noop("公开不是会议，不填应到、实到和赞成人数。"))
    if any(each is None for each in counts):
        raise Refused(gettext_noop("应到、实到和赞成人数要一起填写。"))
    should, present, ayes = (each or 0 for each in counts)
    if not 0 <= ayes <= present <= should or should == 0:
        raise Refused(
            gettext_noop("应到{should}、实到{present}、赞成{ayes}对不上：实到不多于应到，赞成不多于实到。"),
            should=should,
            present=present,
            ayes=ayes,
        )


def notice_days(step: Step) -> int:
    """How many days a notice hangs, both ends counted; 0 where the last day is not known.

    >>> notice_days(Step(5, date(2026, 3, 5), until=date(2026, 3, 11)))
    7
    """
    return (step.until - step.on).days + 1 if step.until is not None else 0


def findings(steps: Mapping[int, Step]) -> list[Refused]:
    """What an inspector would note: steps skipped, notices without place and days, meetings without a majority."""
    found = []
    last = max(steps, default=0)
    skipped = [number for number in STEPS if number < last and number not in steps]
    if skipped:
        found.append(
            Refused(
                gettext_noop("跳过了第{numbers}步。六步要依次办理，请补上记录，或者说明原因。"),
                numbers="、".join(map(str, skipped)),
            )
        )
    found += [
        Refused(gettext_noop("第{number}步没有写明公开地点和公开到哪天。"), number=number)
        for number in (5, 6)
        if number in steps and not (steps[number].place and steps[number].until)
    ]
    for number in (3, 4):
        step = steps.get(number)
        if step is None:
            continue
        if step.should is None or step.present is None or step.ayes is None:
            found.append(Refused(gettext_noop("第{number}步没有登记应到、实到和赞成人数。"), number=number))
        elif step.present * 2 < step.should or step.ayes * 2 <= (
            step.should if number == 3 else step.present
        ):
            found.append(
                Refused(
                    gettext_noop(
                        "第{number}步应到{should}人、实到{present}人、赞成{ayes}人，没有达到法定人数，不能算通过。"
                    ),
                    number=number,
                    should=step.should,
                    present=step.present,
                    ayes=step.ayes,
                )
            )
    return found
