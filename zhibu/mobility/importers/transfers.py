"""The sheet of past transfers: written as history, nobody moves now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from zhibu.core.access import Refused, Scope
from zhibu.core.refusals import message_of
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Column, Extract, Planned, Problem, Row, RowState, Sheet, Ticker, Value
from zhibu.members.importers.people import COLUMNS as PEOPLE_COLUMNS
from zhibu.members.importers.people import People, read_people
from zhibu.members.models import Member
from zhibu.mobility.actions.history import PastTransfer, enter_past_transfers
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.transfers import PastMove, check_dues_month, check_past_move
from zhibu.mobility.summaries.narrowing import text_asked
from zhibu.mobility.summaries.transfers import HANDLE, TABS, rows
from zhibu.mobility.summaries.transfers_past import Book, Kept, export_rows, read_book
from zhibu.organizations.importers.branches import name_branches, read_branches
from zhibu.organizations.models import Organization
from zhibu.printing.workbooks import head_line
from zhibu.ui.downloads import conditions

COLUMNS = (
    replace(PEOPLE_COLUMNS[0], title=gettext_noop("现在所在支部代码")),
    *PEOPLE_COLUMNS[1:],
    Column(
        "from_code",
        gettext_noop("转出支部代码"),
        "identifier",
        max_length=80,
        width=18,
        note=gettext_noop("县内转来的填代码或名称；县外转来的不填，填后一列。"),
    ),
    Column(
        "outside",
        gettext_noop("转出的县外党组织"),
        max_length=80,
        width=26,
        note=gettext_noop("县外转来的填全称。"),
    ),
    Column(
        "to_code",
        gettext_noop("转入支部代码"),
        "identifier",
        is_key=True,
        max_length=80,
        example="513434104200",
        width=18,
    ),
    Column("received_on", gettext_noop("接收日期"), "date", is_key=True, example="2019-03-05"),
    Column("letter", gettext_noop("介绍信编号"), max_length=40, width=24, example="越西普字〔2019〕第3号"),
    Column("dues", gettext_noop("党费交至"), max_length=10, example="2019-02"),
)


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """Match each row to a member of the scope and judge the move; a constant number of queries."""
    units = name_branches(rows, Organization.objects.branches(), "from_code", "to_code")
    people = read_people(rows, scope, HANDLE)
    return _Check(people, units, read_book(scope), on).plan(rows)


class _Check:
    """One file against the books. A member's moves are judged together, whatever their order in the file."""

    def __init__(self, people: People, units: Mapping[str, Organization], book: Book, on: date) -> None:
        self.people, self.units, self.book, self.on = people, units, book, on
        self.seen: dict[tuple[int, int | None, int, date], int] = {}

    def plan(self, rows: Sequence[Row]) -> list[Planned]:
        planned = [Planned(row, RowState.ERROR, title=str(row.values.get("name", ""))) for row in rows]
        moves: dict[int, list[tuple[Planned, Member, PastMove]]] = defaultdict(list)
        for plan in planned:
            found = self._read(plan)
            if found is not None:
                moves[found[0].pk].append((plan, *found))
        for member_id, listed in moves.items():
            days = [*self.book.moves.get(member_id, ()), *(move.received_on for _, _, move in listed)]
            for plan, known, move in listed:
                others = list(days)
                others.remove(move.received_on)
                self._judge(plan, known, move, others)
        return planned

    def _read(self, plan: Planned) -> tuple[Member, PastMove] | None:
        """Whose move it is and from where to where; None when the row is settled here."""
        row, values = plan.row, plan.row.values
        known = self.people.find(row)
        source = None if row.has_problem("from_code") else self.units.get(str(values.get("from_code", "")))
        self._check_source(row)
        if "dues" in values and known is not None:
            try:
                values["dues"] = check_dues_month(str(values["dues"]), join_date=known.join_date, on=self.on)
            except Refused as refusal:
                row.problems.append(Problem("dues", message_of(refusal)))
        target = None if row.has_problem("to_code") else self.units.get(str(values.get("to_code", "")))
        day = values.get("received_on")
        if known is None or target is None or not isinstance(day, date) or row.has_problem("from_code"):
            return None
        plan.target = known.pk
        source_id = source.pk if source else None
        key = (known.pk, source_id, target.pk, day)
        first = self.seen.setdefault(key, row.number)
        if first != row.number:
            row.problems.append(
                Problem("", _("和第{row}行是同一次转接。请删去重复的一行。").format(row=first))
            )
            return None
        kept = self.book.kept.get(key)
        if kept is not None:
            self._compare(plan, kept)
            return None
        return known, PastMove(day, source_id, target.pk, target.closed_on is None)

    @staticmethod
    def _check_source(row: Row) -> None:
        """One of the two ways to say where the member came from."""
        values = row.values
        if "from_code" in values and "outside" in values:
            row.problems.append(Problem("outside", _("转出支部代码和县外党组织只填一项。请照介绍信核对。")))
        elif not ({"from_code", "outside"} & values.keys() or row.has_problem("from_code", "outside")):
            row.problems.append(Problem("from_code", _("请填转出支部代码；从县外转来的，填县外党组织。")))

    @staticmethod
    def _compare(plan: Planned, kept: Kept) -> None:
        values, is_sound = plan.row.values, not plan.row.problems
        state = RowState.SAME
        for key, held in (("letter", kept.letter), ("dues", kept.dues_paid_to)):
            if key in values and str(values[key]) != held and not plan.row.has_problem(key):
                state = RowState.CONFLICT
                sentence = _("这次转接已经登记，登记的是“{held}”。历史记录不用表格改，请核对。")
                plan.row.problems.append(Problem(key, sentence.format(held=held or _("空"))))
        if is_sound:
            plan.state = state

    def _judge(self, plan: Planned, known: Member, move: PastMove, others: list[date]) -> None:
        try:
            check_past_move(
                move, join_date=known.join_date, branch_id=known.branch_id, later=others, on=self.on
            )
        except Refused as refusal:
            plan.row.problems.append(Problem("received_on", message_of(refusal)))
        if not plan.row.problems:
            plan.state = RowState.NEW


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Write the new rows as history."""
    new = [plan for plan in planned if plan.state is RowState.NEW and plan.target is not None]
    codes = {
        str(plan.row.values[key])
        for plan in new
        for key in ("from_code", "to_code")
        if key in plan.row.values
    }
    units = read_branches(Organization.objects.branches(), codes).by_code
    if new:
        enter_past_transfers(by=scope, rows=[_past(plan, units) for plan in new], on=on)
    tick(len(planned), len(planned))


def _past(plan: Planned, units: Mapping[str, Organization]) -> PastTransfer:
    values = plan.row.values
    day = values["received_on"]
    assert plan.target is not None and isinstance(day, date)  # noqa: S101 (checked)
    source = values.get("from_code")
    return PastTransfer(
        plan.target,
        units[str(source)] if source else None,
        units[str(values["to_code"])],
        str(values.get("outside", "")),
        day,
        str(values.get("letter", "")),
        str(values.get("dues", "")),
    )


def export(scope: Scope, path: str) -> Iterable[Mapping[str, Value]]:
    """Past transfers of members enrolled under the path, without resident IDs."""
    return export_rows(Transfer.objects.all(), scope, path=path)


def extract(scope: Scope, asked: Mapping[str, str], on: date) -> Extract:
    """Of the transfers that a tab of the page lists those that are history."""
    tab, text = asked.get("tab", ""), text_asked(asked)
    tab = tab if tab in TABS else "all"
    listed = Transfer.objects.filter(pk__in=rows(scope, tab=tab, text=text, on=on).order_by().values("pk"))
    told = conditions(
        (_("范围"), _("已经接收、现在在册的")),
        (_("步骤"), _(TABS[tab]) if tab != "all" else ""),
        (_("查找"), text),
    )
    return Extract(head_line("", told), export_rows(listed, scope))


TRANSFERS = Sheet(
    key="transfers",
    title=gettext_noop("以前的组织关系转接"),
    permission=HANDLE,
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    extract=extract,
    unit=gettext_noop("次"),
    help=gettext_noop(
        "一次转接一行，只补历史，不改变党员现在所在的支部。现在要转的，在“组织关系转接”页面办理。"
    ),
)
