"""Whether an event may happen, and what it changes. Pure; sources stand in the table."""

from datetime import date
from typing import Final, cast

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events.kinds import EventKind, MeasureKind, Route
from zhibu.members.rules.events.preconditions import PRECONDITIONS
from zhibu.members.rules.events.situation import (
    Effect,
    Entry,
    InForce,
    Limits,
    Situation,
    add_months,
    probation_ends,
)
from zhibu.members.rules.events.spec import Spec
from zhibu.members.rules.events.specs import BARRED_ENDS, SPECS
from zhibu.members.rules.stages import Stage, Standing


def judge(entry: Entry, situation: Situation, limits: Limits, *, on: date) -> Effect:
    """What the event changes if it takes effect on the day the rule (or ``entry.effective_on``) says.

    Raises ``Refused`` with a sentence when it may not happen: wrong stage or standing, a date out of
    order, a measure that overlaps, a precondition that is missing, a matter that was answered already.
    """
    spec = SPECS[entry.kind]
    _check_place(entry, spec, situation)
    _check_words(entry, spec)
    _check_days(entry, situation, on=on)
    _check_measures(entry, spec, situation)
    _check_matter(entry, spec, situation)
    _check_months(entry, spec, limits)
    rule = PRECONDITIONS.get(entry.kind)
    if rule is not None:
        rule(entry, situation, limits)
    return _effect(entry, spec, situation, limits, on=on)


def warnings(entry: Entry, situation: Situation, limits: Limits) -> list[Refused]:
    """What people should weigh and may still decide; each with its source."""
    found = []
    if entry.kind == EventKind.READMIT and situation.ended_on and situation.end_reason in BARRED_ENDS:
        free_on = add_months(situation.ended_on, 12 * limits.rejoin_bar_years)
        if (entry.effective_on or entry.decided_on) < free_on:
            found.append(
                Refused(
                    gettext_noop(
                        "除名、劝退或开除后{years}年内不得重新入党，到{day}才满。依据：组织处置办法、《中国共产党纪律处分条例》第十三条。请上级组织把关。"
                    ),
                    years=limits.rejoin_bar_years,
                    day=free_on,
                )
            )
    if (
        entry.kind == EventKind.PERSUADED_WITHDRAWAL
        and MeasureKind.CORRECTION_PERIOD not in situation.measures
    ):
        found.append(
            Refused(gettext_noop("没有登记过限期改正。党章第九条要求先教育、要求限期改正，请核对经过。"))
        )
    return found


def _check_place(entry: Entry, spec: Spec, situation: Situation) -> None:
    if (situation.stage, situation.standing) in spec.from_:
        return
    if situation.standing == Standing.ENDED:
        raise Refused(
            gettext_noop("这位党员的党籍已在{day}终止，不能再办“{event}”。请核对是不是选错了人。"),
            day=situation.ended_on or "",
            event=spec.label,
        )
    if situation.standing == Standing.SUSPENDED:
        raise Refused(
            gettext_noop("这位党员已经停止党籍，不能办“{event}”。先恢复党籍，或者按停止党籍后的程序办。"),
            event=spec.label,
        )
    if entry.kind == EventKind.READMIT:
        raise Refused(gettext_noop("这位党员还在册，不用重新入党。请核对是不是选错了人。"))
    if situation.stage == Stage.PROBATIONARY:
        raise Refused(
            gettext_noop("预备党员不办“{event}”。不合格的可以延长预备期一次，或者取消预备党员资格。"),
            event=spec.label,
        )
    raise Refused(
        gettext_noop("正式党员在册时不办“{event}”。请核对事项是不是选错了。"),
        event=spec.label,
    )


def _check_words(entry: Entry, spec: Spec) -> None:
    if not entry.decided_by.strip():
        raise Refused(gettext_noop("请写明由哪个会议或组织决定，例如“支部党员大会”。"))
    if spec.needs_document and not entry.document.strip():
        raise Refused(gettext_noop("“{event}”要有文件，请写明文号。"), event=spec.label)
    if spec.needs_evidence and not entry.evidence.strip():
        raise Refused(gettext_noop("请写明{what}。"), what=spec.needs_evidence)
    if spec.needs_since and entry.since is None:
        raise Refused(gettext_noop("请填写{what}。"), what=spec.needs_since)


def _check_days(entry: Entry, situation: Situation, *, on: date) -> None:
    days = {
        gettext_noop("决定日期"): entry.decided_on,
        gettext_noop("生效日期"): entry.effective_on,
        gettext_noop("起算日期"): entry.since,
    }
    for name, day in days.items():
        if day is None:
            continue
        if day > on:
            raise Refused(gettext_noop("{name}{day}在今天以后。请等到那一天再登记。"), name=name, day=day)
        if day < situation.join_date and entry.kind not in (EventKind.READMIT, EventKind.CORRECT_RECORD):
            raise Refused(
                gettext_noop("{name}{day}早于入党时间{join}。请照会议记录核对。"),
                name=name,
                day=day,
                join=situation.join_date,
            )
    if entry.since is not None and entry.since > entry.decided_on:
        raise Refused(
            gettext_noop("起算日期{since}在决定日期{day}之后。请核对这两个日期。"),
            since=entry.since,
            day=entry.decided_on,
        )
    if (
        entry.effective_on is not None
        and entry.effective_on < entry.decided_on
        and entry.kind not in _MAY_LIE_BEFORE
    ):
        raise Refused(
            gettext_noop("生效日期{day}早于决定日期{decided}。请照决定书核对。"),
            day=entry.effective_on,
            decided=entry.decided_on,
        )


# The day of death and the day the probation was full lie before the day they are dealt with.
_MAY_LIE_BEFORE: Final = frozenset({EventKind.DIE, EventKind.CONFIRM})


def _check_order(effective_on: date, situation: Situation, spec: Spec) -> None:
    """A change of stage, standing or branch never lies before the last one: the history stays in order."""
    changes = spec.stage is not None or spec.standing is not None
    if changes and situation.last_change is not None and effective_on < situation.last_change:
        raise Refused(
            gettext_noop("这件事在{day}生效，早于已经登记的上一次变动{last}。请核对日期的先后。"),
            day=effective_on,
            last=situation.last_change,
        )


def _check_measures(entry: Entry, spec: Spec, situation: Situation) -> None:
    if spec.needs is not None and spec.needs not in situation.measures:
        raise Refused(gettext_noop("现在没有正在执行的对应措施，不能办“{event}”。"), event=spec.label)
    if spec.starts is None:
        return
    held = situation.measures.get(spec.starts)
    if held is not None:
        raise Refused(
            gettext_noop("“{event}”从{since}起正在执行，还没有结束，不能重叠再办一次。"),
            event=spec.label,
            since=held.from_date,
        )


def _check_matter(entry: Entry, spec: Spec, situation: Situation) -> None:
    """One matter is answered once: by discipline or by disposal (DISP24 art. 4)."""
    answers = spec.is_discipline or spec.is_disposal
    matter = entry.matter.strip()
    if answers and spec.is_adverse and matter and matter in situation.matters:
        raise Refused(
            gettext_noop(
                "同一事由“{matter}”已经作过处分或组织处置，同一问题不再重复处理（组织处置办法第四条）。"
            ),
            matter=matter,
        )


def _check_months(entry: Entry, spec: Spec, limits: Limits) -> None:
    if not spec.months:
        if entry.months is not None:
            raise Refused(gettext_noop("“{event}”没有期限，请不要填月数。"), event=spec.label)
        return
    low, high = _range(entry.kind, spec, limits)
    months = entry.months if entry.months is not None else default_months(entry.kind, limits)
    if months is None:
        raise Refused(gettext_noop("请填写“{event}”的期限（月）。"), event=spec.label)
    exact = entry.kind in _EXACT
    if (exact and months not in spec.months) or not low <= months <= high:
        raise Refused(
            gettext_noop("“{event}”的期限应是{allowed}个月，现在填的是{months}个月。"),
            event=spec.label,
            allowed="、".join(map(str, spec.months)) if exact else f"{low}—{high}",
            months=months,
        )


# Penalties have the lengths the regulation names, nothing between them.
_EXACT: Final = frozenset(
    {
        EventKind.WARN,
        EventKind.WARN_SERIOUSLY,
        EventKind.REMOVE_FROM_POST,
        EventKind.BEGIN_PARTY_PROBATION,
        EventKind.EXTEND_PARTY_PROBATION,
    }
)


def _range(kind: EventKind, spec: Spec, limits: Limits) -> tuple[int, int]:
    if kind == EventKind.EXTEND_PROBATION:
        return limits.probation_extension_months_min, limits.probation_extension_months_max
    if kind == EventKind.BEGIN_CORRECTION:
        return 1, limits.correction_months_max
    return spec.months[0], spec.months[-1]


def default_months(kind: EventKind, limits: Limits) -> int | None:
    """The period that holds when none is named; None where a person must name it."""
    if kind == EventKind.BEGIN_CORRECTION:
        return limits.correction_months_default
    spec = SPECS[kind]
    if kind == EventKind.WARN_SERIOUSLY:
        return 18
    return spec.months[0] if len(spec.months) == 1 else None


def _effect(entry: Entry, spec: Spec, situation: Situation, limits: Limits, *, on: date) -> Effect:
    kind = entry.kind
    effective_on = entry.effective_on or entry.decided_on
    if kind == EventKind.CONFIRM:
        effective_on = entry.effective_on or probation_ends(situation, limits)
    _check_order(effective_on, situation, spec)
    months = None
    if spec.months:
        months = entry.months if entry.months is not None else default_months(kind, limits)
    until = add_months(effective_on, months) if months else None
    extends = None
    if kind == EventKind.EXTEND_PROBATION:
        until = add_months(probation_ends(situation, limits), months or 0)
    elif kind == EventKind.EXTEND_PARTY_PROBATION:
        extends = MeasureKind.PROBATION_WITHIN_PARTY
        held = situation.measures[extends]
        until = add_months(held.due_on or effective_on, months or 0)
    stops = spec.stops
    if spec.standing == Standing.ENDED:
        stops = frozenset(situation.measures)
    elif spec.standing == Standing.SUSPENDED:
        stops = frozenset(situation.measures) & {MeasureKind.FLOATING_OUT, MeasureKind.CORRECTION_PERIOD}
    elif kind == EventKind.FLAG_LOST_CONTACT:
        stops = frozenset(situation.measures) & {MeasureKind.FLOATING_OUT}
    _check_ends(effective_on, stops, situation)
    if kind == EventKind.CORRECT_RECORD:
        return _corrected(entry, effective_on)
    return Effect(
        effective_on=effective_on,
        stage=spec.stage,
        standing=spec.standing,
        join_date=effective_on if kind == EventKind.READMIT else None,
        confirmation_date=effective_on if kind == EventKind.CONFIRM else None,
        clears_confirmation=kind == EventKind.READMIT,
        starts=spec.starts,
        until=until,
        ends_itself=spec.ends_itself,
        extends=extends,
        stops=stops,
        ends_posts=spec.ends_posts or spec.standing in (Standing.ENDED, Standing.SUSPENDED),
    )


def _corrected(entry: Entry, effective_on: date) -> Effect:
    """The record says something else from now on; nothing of it happened on that day."""
    wanted = dict(entry.becomes)
    stage = wanted.get("stage")
    return Effect(
        effective_on=effective_on,
        stage=Stage(str(stage)) if stage is not None else None,
        join_date=cast("date | None", wanted.get("join_date")),
        confirmation_date=cast("date | None", wanted.get("confirmation_date")),
        clears_confirmation="confirmation_date" in wanted and wanted["confirmation_date"] is None,
        dates_reason=cast("str | None", wanted.get("dates_reason")),
    )


def _check_ends(effective_on: date, stops: frozenset[MeasureKind], situation: Situation) -> None:
    for kind in stops:
        held = situation.measures.get(kind)
        if held is not None and effective_on < held.from_date:
            raise Refused(
                gettext_noop("生效日期{day}早于正在执行的措施开始的{since}。请核对日期。"),
                day=effective_on,
                since=held.from_date,
            )


def allowed_kinds(situation: Situation) -> list[EventKind]:
    """What people may enter for a member in this situation, in the order of the table (preconditions aside)."""
    found = []
    for kind, spec in SPECS.items():
        if spec.is_internal or (situation.stage, situation.standing) not in spec.from_:
            continue
        if spec.needs is not None and spec.needs not in situation.measures:
            continue
        if spec.starts is not None and spec.starts in situation.measures:
            continue
        found.append(kind)
    return found


def measures_on(
    rows: list[tuple[MeasureKind, InForce, date | None]], *, on: date
) -> dict[MeasureKind, InForce]:
    """Which measures hold on a day, from rows of kind, period and the day something ended them."""
    return {
        kind: held
        for kind, held, ended_on in rows
        if held.from_date <= on
        and (ended_on is None or on < ended_on)
        and not (held.ends_itself and held.due_on is not None and held.due_on <= on)
    }


def needs_settling(kind: EventKind) -> bool:
    """True when the effect waits for a higher organization."""
    return SPECS[kind].route == Route.APPROVE
