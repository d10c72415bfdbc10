"""The sheet of penalties of past years (历年处分)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from zhibu.conduct.actions import record_past_penalties
from zhibu.conduct.rules import Period
from zhibu.conduct.summaries.past import judge_past_penalty
from zhibu.core.access import Refused, Scope
from zhibu.core.dates import parse_date
from zhibu.core.refusals import message_of
from zhibu.core.text import gettext_noop, squeeze
from zhibu.imports.sheets import Column, Planned, Problem, Row, RowState, Sheet, Ticker, Value
from zhibu.members.importers.people import COLUMNS as PEOPLE_COLUMNS
from zhibu.members.importers.people import People, read_people
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.policies import TAKE_OVER
from zhibu.members.rules.events import PENALTIES, SPECS, Entry, EventKind
from zhibu.members.rules.hands import is_old_decision
from zhibu.rulebook.policies import values_in_force

PERMISSION: Final = "conduct.record"
KINDS: Final = [str(kind) for kind in PENALTIES]


def _kinds() -> Mapping[str, str]:
    return {kind.value: _(SPECS[kind].label) for kind in PENALTIES}


COLUMNS: Final = (
    *PEOPLE_COLUMNS,
    Column("kind", gettext_noop("处分种类"), "choice", is_key=True, choices=_kinds, example="警告", width=14),
    Column("decided_on", gettext_noop("决定日期"), "date", is_key=True, example="2023-05-16", width=12),
    Column(
        "decided_by",
        gettext_noop("决定机关"),
        required=True,
        max_length=80,
        example="中共越西县纪委",
        width=24,
    ),
    Column(
        "document", gettext_noop("文号"), required=True, max_length=80, example="越纪〔2023〕8号", width=22
    ),
    Column(
        "effective_on",
        gettext_noop("生效日期"),
        "date",
        note=gettext_noop("空着就是决定日期"),
        example="2023-05-16",
        width=12,
    ),
    Column(
        "months",
        gettext_noop("影响期（月）"),
        "number",
        note=gettext_noop("严重警告18（代替撤销党内职务的24），留党察看12或24；警告、撤销党内职务可以空着"),
        example="12",
        width=12,
    ),
    Column(
        "ended_on",
        gettext_noop("结束日期"),
        "date",
        note=gettext_noop("只有留党察看填：恢复党员权利的日期。其他处分到期自行结束"),
        width=12,
    ),
    Column("matter", gettext_noop("事由"), max_length=80, width=24),
)
_STORED: Final = ("decided_by", "document", "effective_on", "months", "matter")
Key = tuple[int, str, date]


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """What will become of each row. Only reads; four queries for each new row: a county has few of them."""
    return _Check(rows, scope, on).plan()


class _Check:
    """One file against the books."""

    def __init__(self, rows: Sequence[Row], scope: Scope, on: date) -> None:
        self.rows, self.on = rows, on
        self.people = read_people(rows, scope, PERMISSION, is_enrolled=False)
        self.known = _known(self.people)
        self.start_day = values_in_force(TAKE_OVER, on=on).start_day
        self.waiting = _waiting(self.people)
        self.seen: dict[Key, Row] = {}
        self.periods: dict[tuple[int, str], list[Period]] = defaultdict(list)

    def plan(self) -> list[Planned]:
        return [self._row(row) for row in self.rows]

    def _row(self, row: Row) -> Planned:
        plan = Planned(row, RowState.ERROR, title=str(row.values.get("name", "")))
        kind, day = row.values.get("kind"), _day(row, "decided_on")
        having = [pk for pk, held_kind, held_day in self.known if held_kind == kind and held_day == day]
        member = self.people.find(row, preferred=having)
        is_sound = not row.problems
        if member is None or day is None or not isinstance(kind, str):
            return plan
        plan.target = member.pk
        key = (member.pk, kind, day)
        if key in self.known:
            _compare(plan, self.known[key])
        elif key in self.seen:
            _twice(plan, self.seen[key])
        else:
            self._judge(plan, member, key)
        if not is_sound:
            plan.state = RowState.ERROR
        return plan

    def _judge(self, plan: Planned, member: Member, key: Key) -> None:
        row = plan.row
        for column in ("decided_by", "document"):
            if column not in row.values and not row.has_problem(column):
                row.problems.append(Problem(column, _("没有填。请照处分决定填写。")))
        if row.has_problem("effective_on", "months", "ended_on"):
            return
        others = self.periods[key[:2]]
        entry = _entry(row)
        # Its days are judged also while the body or the number of the document are still to be mended.
        entry = replace(entry, decided_by=entry.decided_by or "body", document=entry.document or "number")
        found = judge_past_penalty(member, entry, _day(row, "ended_on"), others=others, on=self.on)
        if isinstance(found, Refused):
            row.problems.append(Problem("kind", message_of(found)))
        if isinstance(found, Refused) or row.problems:
            return
        others.append(found)
        self.seen[key] = row
        plan.state = RowState.NEW
        if not is_old_decision(key[2], self.start_day):
            self._another_decides(plan, member)

    def _another_decides(self, plan: Planned, member: Member) -> None:
        """A decision that is not from before the county's start day waits, one for each member at a time."""
        if member.pk in self.waiting:
            plan.state = RowState.ERROR
            plan.row.problems.append(
                Problem(
                    "decided_on", _("这位党员还有事项在等批准，办结以后才能再补录这一条。请先删去这一行。")
                )
            )
            return
        self.waiting.add(member.pk)
        plan.notes.append(_("不是全县启用以前的决定，写入后等另一位同志批准才生效。"))


def _day(row: Row, key: str) -> date | None:
    value = row.values.get(key)
    return value if isinstance(value, date) else None


def _entry(row: Row) -> Entry:
    values = row.values
    day = _day(row, "decided_on")
    assert day is not None  # noqa: S101 (a key column of kind date)
    months = values.get("months")
    return Entry(
        kind=EventKind(str(values["kind"])),
        decided_on=day,
        decided_by=squeeze(str(values.get("decided_by", ""))),
        document=squeeze(str(values.get("document", ""))),
        effective_on=_day(row, "effective_on"),
        months=months if isinstance(months, int) else None,
        matter=squeeze(str(values.get("matter", ""))),
    )


def _known(people: People) -> dict[Key, dict[str, Any]]:
    found: dict[Key, dict[str, Any]] = {}
    ids = sorted(people.members)
    for start in range(0, len(ids), 500):
        rows = _with_end(MembershipEvent.objects.filter(member_id__in=ids[start : start + 500]))
        for row in rows.values("member_id", "kind", "decided_on", "state", "ended_on", "wanted", *_STORED):
            key = (row["member_id"], row["kind"], row["decided_on"])
            if row["state"] == "proposed":
                row["ended_on"] = parse_date(row["wanted"].get("ended_on", ""))
            if key not in found or row["state"] == "in_effect":
                found[key] = row
    return found


def _waiting(people: People) -> set[int]:
    """Members of whom something waits for a decision."""
    found: set[int] = set()
    ids = sorted(people.members)
    for start in range(0, len(ids), 500):
        rows = MembershipEvent.objects.open().filter(member_id__in=ids[start : start + 500])
        found |= set(rows.values_list("member_id", flat=True))
    return found


def _with_end(rows: Any) -> Any:
    """Penalties in effect or reversed, with the day a decision ended a probation (``ended_on``)."""
    ended = Measure.objects.filter(event=OuterRef("pk"), ends_itself=False).values("ended_on")[:1]
    return rows.filter(kind__in=KINDS, state__in=("in_effect", "reversed", "proposed")).annotate(
        ended_on=Subquery(ended)
    )


def _compare(plan: Planned, held: Mapping[str, Any]) -> None:
    """The same penalty is there already: the same, or a difference that a sheet does not decide."""
    values = plan.row.values
    if held["state"] == "reversed":
        plan.state = RowState.CONFLICT
        plan.row.problems.append(Problem("kind", _("这项处分登记过，已经撤销，不能再补录。请核对决定。")))
        return
    plan.state = RowState.SAME
    if held["state"] == "proposed":
        plan.notes.append(_("这项处分已经提出，正等着批准。"))
    for column in (*_STORED, "ended_on"):
        value = values.get(column)
        if value is not None and (squeeze(value) if isinstance(value, str) else value) != held[column]:
            plan.state = RowState.CONFLICT
            plan.row.problems.append(
                Problem(column, _("这项处分已经登记，这一格和登记的不同。处分不从表格更改，请核对决定书。"))
            )


def _twice(plan: Planned, first: Row) -> None:
    if plan.row.values == first.values:
        plan.state = RowState.SAME
        plan.notes.append(_("与第{row}行相同，只登记一次。").format(row=first.number))
    else:
        plan.row.problems.append(
            Problem(
                "kind",
                _("与第{row}行是同一个人同一天的同一种处分，内容却不同。请留下对的一行。").format(
                    row=first.number
                ),
            )
        )


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Enter the new penalties: old ones as settled then, later ones to be approved by another person."""
    new = [plan for plan in planned if plan.state is RowState.NEW and plan.target is not None]
    members = (
        Member.objects.visible_to(scope, PERMISSION)
        .select_related("branch")
        .in_bulk([plan.target for plan in new if plan.target is not None])
    )
    rows = [
        (members[plan.target], _entry(plan.row), _day(plan.row, "ended_on"))
        for plan in new
        if plan.target is not None
    ]
    record_past_penalties(by=scope, rows=rows, on=on)
    tick(len(planned), len(planned))


def export(scope: Scope, path: str) -> Iterable[Mapping[str, Value]]:
    """Penalties in effect, of members now under the path, without resident IDs."""
    rows = (
        _with_end(MembershipEvent.objects.visible_to(scope, PERMISSION))
        .filter(state="in_effect", member__branch__path__startswith=path, member__merged_into=None)
        .order_by("member__branch__code", "member__pinyin", "member_id", "decided_on", "pk")
        .values_list(
            "member__branch__code",
            "member__name",
            "member__birth_date",
            "kind",
            "decided_on",
            "ended_on",
            *_STORED,
        )
    )
    keys = ("branch", "name", "birth_date", "kind", "decided_on", "ended_on", *_STORED)
    for values in rows.iterator(chunk_size=2000):
        yield {key: value for key, value in zip(keys, values, strict=True) if value not in ("", None)}


PENALTIES_OF_PAST_YEARS: Final = Sheet(
    key="penalties",
    title=gettext_noop("历年处分"),
    permission=PERMISSION,
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    unit=gettext_noop("条"),
    help=gettext_noop(
        "以前年度已经生效的处分，一项一行。全县启用日以前决定的，写入就生效；以后决定的，写入后等另一位同志逐条批准。会改变党籍的（开除党籍）不能从表格补录，请在党员页面办理；影响期内又受处分的，影响期接着算；留党察看时间重叠的会单独列出。"
    ),
)
