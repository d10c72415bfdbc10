"""The sheet of rewards of past years (党内奖励)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from zhibu.conduct.actions import record_rewards
from zhibu.conduct.models import Reward
from zhibu.conduct.rules import (
    LEVELS,
    RewardEntry,
    RewardLevel,
    check_reward,
    clean_reward,
    reward_place,
)
from zhibu.conduct.summaries.history import History, histories
from zhibu.core.access import Refused, Scope
from zhibu.core.refusals import message_of
from zhibu.core.text import gettext_noop, squeeze
from zhibu.imports.sheets import Column, Planned, Problem, Row, RowState, Sheet, Ticker, Value
from zhibu.members.importers.people import COLUMNS as PEOPLE_COLUMNS
from zhibu.members.importers.people import People, read_people
from zhibu.members.models import Member

PERMISSION: Final = "conduct.reward"


def _levels() -> Mapping[str, str]:
    return {level.value: _(word) for level, word in LEVELS.items()}


COLUMNS: Final = (
    *PEOPLE_COLUMNS,
    Column("level", gettext_noop("级别"), "choice", required=True, choices=_levels, example="县级", width=16),
    Column("title", gettext_noop("奖励名称"), is_key=True, max_length=80, example="优秀共产党员", width=24),
    Column("awarded_on", gettext_noop("表彰日期"), "date", is_key=True, example="2021-07-01", width=12),
    Column(
        "awarded_by",
        gettext_noop("决定单位"),
        required=True,
        max_length=80,
        example="中共越西县委",
        width=24,
    ),
    Column("document", gettext_noop("文号"), max_length=80, example="越委〔2021〕12号", width=22),
)


class _Known(NamedTuple):
    """What stands in the books about a reward."""

    level: str
    awarded_by: str
    document: str


Key = tuple[int, str, date]


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """What will become of each row. Only reads; about eight queries per 500 members."""
    people = read_people(rows, scope, PERMISSION, is_enrolled=False)
    known = _known(people)
    history = histories(people.members)
    seen: dict[Key, Row] = {}
    return [_check_row(row, scope, on, people, known, history, seen) for row in rows]


def _known(people: People) -> dict[Key, _Known]:
    found: dict[Key, _Known] = {}
    ids = sorted(people.members)
    for start in range(0, len(ids), 500):
        rows = Reward.objects.filter(member_id__in=ids[start : start + 500], reversed_on=None)
        for member_id, title, day, *rest in rows.values_list(
            "member_id", "title", "awarded_on", "level", "awarded_by", "document"
        ):
            found[(member_id, title, day)] = _Known(*rest)
    return found


def _check_row(
    row: Row,
    scope: Scope,
    on: date,
    people: People,
    known: Mapping[Key, _Known],
    history: Mapping[int, History],
    seen: dict[Key, Row],
) -> Planned:
    plan = Planned(row, RowState.ERROR, title=str(row.values.get("name", "")))
    title, day = squeeze(str(row.values.get("title", ""))), row.values.get("awarded_on")
    having = [pk for pk, held_title, held_day in known if held_title == title and held_day == day]
    member = people.find(row, preferred=having)
    is_sound = not row.problems
    if member is None or not isinstance(day, date):
        return plan
    plan.target = member.pk
    key = (member.pk, title, day)
    if key in known:
        _compare(plan, known[key])
    elif key in seen:
        _twice(plan, seen[key])
    else:
        for column in ("level", "awarded_by"):
            if column not in row.values and not row.has_problem(column):
                row.problems.append(Problem(column, _("没有填。请照表彰决定填写。")))
        _judge(row, _entry(row), member, scope, history.get(member.pk, History()), on)
        if not row.problems:
            seen[key] = row
            plan.state = RowState.NEW
    if not is_sound:
        plan.state = RowState.ERROR
    return plan


def _entry(row: Row) -> RewardEntry:
    """What the row says, of the lowest level where it says none."""
    day = row.values["awarded_on"]
    assert isinstance(day, date)  # noqa: S101 (the caller has looked)
    return clean_reward(
        RewardEntry(
            RewardLevel(str(row.values.get("level", RewardLevel.BRANCH))),
            squeeze(str(row.values.get("title", ""))),
            day,
            str(row.values.get("awarded_by", "")),
            str(row.values.get("document", "")),
        )
    )


def _judge(row: Row, entry: RewardEntry, member: Member, scope: Scope, history: History, on: date) -> None:
    """The rules about a reward; its day is judged also while its name or body are still to be mended."""
    if not scope.covers(PERMISSION, reward_place(member.branch.path, entry.level)):
        sentence = _("县级以上的奖励由上级党委或县里登记，请把这一行交给他们。")
        row.problems.append(Problem("level", sentence))
    entry = replace(entry, title=entry.title or "title", awarded_by=entry.awarded_by or "body")
    try:
        check_reward(
            entry, join_date=member.join_date, ended_on=history.ended_on, may_be_late=history.died, on=on
        )
    except Refused as refusal:
        row.problems.append(Problem("awarded_on", message_of(refusal)))


def _compare(plan: Planned, held: _Known) -> None:
    """The same reward is there already: the same, or a difference that a sheet does not decide."""
    plan.state = RowState.SAME
    for column, before in zip(held._fields, held, strict=True):
        value = plan.row.values.get(column)
        if value is not None and squeeze(str(value)) != before:
            plan.state = RowState.CONFLICT
            plan.row.problems.append(
                Problem(
                    column,
                    _("这项奖励已经登记，这一格和登记的不同。登记错了的，在党员页面撤销后重新登记。"),
                )
            )


def _twice(plan: Planned, first: Row) -> None:
    if plan.row.values == first.values:
        plan.state = RowState.SAME
        plan.notes.append(_("与第{row}行相同，只登记一次。").format(row=first.number))
    else:
        plan.row.problems.append(
            Problem(
                "title",
                _("与第{row}行是同一个人同一天的同一项奖励，内容却不同。请留下对的一行。").format(
                    row=first.number
                ),
            )
        )


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Enter the new rewards, through the same action as by hand."""
    rows = []
    for plan in planned:
        if plan.state is not RowState.NEW or plan.target is None:
            continue
        rows.append((plan.target, _entry(plan.row)))
    if rows:
        record_rewards(by=scope, rows=rows, on=on)
    tick(len(planned), len(planned))


def export(scope: Scope, path: str) -> Iterable[Mapping[str, Value]]:
    """Rewards that count, of members now under the path, without resident IDs."""
    rows = (
        Reward.objects.visible_to(scope, PERMISSION)
        .filter(member__branch__path__startswith=path, member__merged_into=None, reversed_on=None)
        .order_by("member__branch__code", "member__pinyin", "member_id", "awarded_on", "pk")
        .values_list(
            "member__branch__code",
            "member__name",
            "member__birth_date",
            "level",
            "title",
            "awarded_on",
            "awarded_by",
            "document",
        )
    )
    keys = ("branch", "name", "birth_date", "level", "title", "awarded_on", "awarded_by", "document")
    for values in rows.iterator(chunk_size=2000):
        row = dict(zip(keys, values, strict=True))
        yield {key: value for key, value in row.items() if isinstance(value, str | date) and value}


REWARDS: Final = Sheet(
    key="rewards",
    title=gettext_noop("党内奖励"),
    permission=PERMISSION,
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    unit=gettext_noop("项"),
    help=gettext_noop(
        "以前年度的党内奖励，一项一行。当时的职务和支部由系统按日期查出。已登记的不重复登记，也不从表格更改。"
    ),
)
