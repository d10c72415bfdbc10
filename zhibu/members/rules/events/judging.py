"""Whether an event may happen, and what it changes. Pure; sources stand in the table."""

from datetime import date, timedelta
from typing import Final, cast

from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, said_lines
from zhibu.members.rules.events.disposals import (
    check_matter,
    check_refusal,
    check_steps,
    is_refused_advice,
)
from zhibu.members.rules.events.kinds import (
    EventKind,
    MeasureKind,
    Route,
)
from zhibu.members.rules.events.preconditions import PRECONDITIONS
from zhibu.members.rules.events.situation import (
    Effect,
    Entry,
    InForce,
    Limits,
    Situation,
    is_deciding_body,
    left_over,
    probation_ends,
)
from zhibu.members.rules.events.spec import Spec
from zhibu.members.rules.events.specs import EFFECT_PERIODS, SPECS
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
    check_matter(entry, spec, situation)
    check_refusal(entry, situation)
    _check_months(entry, spec, limits)
    check_steps(entry, spec)
    rule = PRECONDITIONS.get(entry.kind)
    if rule is not None:
        rule(entry, situation, limits)
    return _effect(entry, spec, situation, limits, on=on)


def warnings(entry: Entry, situation: Situation, limits: Limits) -> list[Refused]:
    """What people should weigh and may still decide; each with its source."""
    found = []
    if SPECS[entry.kind].starts in EFFECT_PERIODS and (
        MeasureKind.PROBATION_WITHIN_PARTY in situation.measures and entry.kind != EventKind.RESTORE_RIGHTS
    ):
        found.append(
            Refused(
                gettext_noop(
                    "正在留党察看。察看期间又发现其他应当受到党纪处分的违纪行为的，应当开除党籍（《中国共产党纪律处分条例》）。请核对处分决定。"
                )
            )
        )
    if (
        entry.kind == EventKind.PERSUADED_WITHDRAWAL
        and MeasureKind.CORRECTION_PERIOD not in situation.measures
    ):
        found.append(
            Refused(gettext_noop("没有登记过限期改正。党章第九条要求先教育、要求限期改正，请核对经过。"))
        )
    if entry.kind == EventKind.REMOVED_AFTER_REFUSAL and not is_refused_advice(entry.kind, situation):
        found.append(
            Refused(
                gettext_noop(
                    "没有登记过已经批准的劝退。党章第九条要求先劝退、报上级党组织批准，本人坚持不退的再讨论除名，请核对经过。"
                )
            )
        )
    return found


def _begins_here(kind: EventKind, situation: Situation) -> bool:
    """Whether the kind is for this stage and standing; a removal after an end only for who refuses the advice to leave."""
    if (situation.stage, situation.standing) not in SPECS[kind].from_:
        return False
    is_removal = kind == EventKind.REMOVED_AFTER_REFUSAL
    return not is_removal or situation.standing == Standing.ACTIVE or is_refused_advice(kind, situation)


def _check_place(entry: Entry, spec: Spec, situation: Situation) -> None:
    if _begins_here(entry.kind, situation):
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
    if not said(entry.decided_by):
        raise Refused(gettext_noop("请写明由哪个会议或组织决定，例如“支部党员大会”。"))
    if spec.needs_document and not said(entry.document):
        raise Refused(gettext_noop("“{event}”要有文件，请写明文号。"), event=spec.label)
    if spec.needs_evidence and not said_lines(entry.evidence):
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
    if held is not None and not runs_on(spec.starts):
        raise Refused(
            gettext_noop("“{event}”从{since}起正在执行，还没有结束，不能重叠再办一次。"),
            event=spec.label,
            since=held.from_date,
        )


def runs_on(kind: MeasureKind) -> bool:
    """Whether a second measure of the kind may begin before the first has run out: its period is added (DISC23 art. 21)."""
    return kind in EFFECT_PERIODS and kind != MeasureKind.PROBATION_WITHIN_PARTY


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
        EventKind.RESTORE_RIGHTS,
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
    if spec.starts is not None and runs_on(spec.starts) and months:
        until = add_months(effective_on + _left_over(kind, effective_on, situation), months)
        _check_follows(effective_on, until, situation)
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
        months=months,
        ends_itself=spec.ends_itself,
        extends=extends,
        stops=stops,
        ends_posts=spec.ends_posts or spec.standing in (Standing.ENDED, Standing.SUSPENDED),
    )


def _left_over(kind: EventKind, effective_on: date, situation: Situation) -> timedelta:
    """What earlier penalties still have to run; before 留党察看 began, where that is what ends now."""
    periods = situation.effect_periods
    if kind == EventKind.RESTORE_RIGHTS:
        held = situation.measures[MeasureKind.PROBATION_WITHIN_PARTY]
        others = [each for each in periods if each[0] != MeasureKind.PROBATION_WITHIN_PARTY]
        return left_over(others, on=held.from_date)
    return left_over(periods, on=effective_on)


def _check_follows(effective_on: date, until: date, situation: Situation) -> None:
    """Periods are added up in their order: none is slipped in under one that began later."""
    for _kind, since, _until in situation.effect_periods:
        if effective_on < since < until:
            raise Refused(
                gettext_noop(
                    "影响期到{until}，{since}已经登记了以后的处分，要按先后接着算。请先撤销后面的，再照时间先后登记。"
                ),
                until=until,
                since=since,
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
        if spec.is_internal or not _begins_here(kind, situation):
            continue
        if spec.needs is not None and spec.needs not in situation.measures:
            continue
        if spec.starts is not None and spec.starts in situation.measures and not runs_on(spec.starts):
            continue
        found.append(kind)
    return found


def measures_on(
    rows: list[tuple[MeasureKind, InForce, date | None]], *, on: date
) -> dict[MeasureKind, InForce]:
    """Which measures hold on a day, from rows of kind, period and the day something ended them; of one kind the latest."""
    return {
        kind: held
        for kind, held, ended_on in sorted(rows, key=lambda row: row[1].from_date)
        if held.from_date <= on
        and (ended_on is None or on < ended_on)
        and not (held.ends_itself and held.due_on is not None and held.due_on <= on)
    }


def needs_settling(kind: EventKind) -> bool:
    """True when the effect waits for a second person: for an approval, or for the recheck of a commission's decision."""
    return SPECS[kind].route == Route.APPROVE


def is_rechecked(kind: EventKind, decided_by: str) -> bool:
    """Whether what a discipline commission decided is only compared with its decision; it holds since that day."""
    spec = SPECS[kind]
    return spec.is_discipline and spec.route == Route.APPROVE and is_deciding_body(decided_by)


def settled_day(entry: Entry, settled_on: date, named: date | None = None) -> date | None:
    """The day from which a settled matter holds, None where the rule of the kind says it (a confirmation).

    ``named``: the day whoever settles it names. A commission's decision holds since it was made (2022 rules).
    """
    if entry.kind == EventKind.CONFIRM:
        return named or entry.effective_on
    if is_rechecked(entry.kind, entry.decided_by):
        return entry.effective_on or entry.decided_on
    return named or entry.effective_on or settled_on
