"""What the page of a branch's month shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhibu.core.money import yuan
from zhibu.core.months import last_day
from zhibu.meetings.models import Meeting
from zhibu.meetings.rules.attendance import STATUS_LABELS, Status, reason_label
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.members.rules.stages import Stage
from zhibu.members.summaries.history import as_on
from zhibu.months.models import BranchMonth
from zhibu.months.rules.cells import HOW_LABELS, How, canonical
from zhibu.months.rules.months import KIND_LABELS, Totals, add_up, due_day
from zhibu.months.summaries.book import Book, Row, read_book
from zhibu.months.summaries.points import CLASS_WORDS, MonthPoints
from zhibu.months.summaries.words import Rival, rival_of, told, words_of
from zhibu.points.policies import shipped_items
from zhibu.points.rules.catalogue import change_text, points_text

_NUMERALS = "一二三四五六七八九十"


__all__ = ["CellView", "Choice", "MonthPage", "Rival", "RowView", "kind_of", "month_page", "told", "words_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One word of a cell. ``tone``: ok, mid or warn. Made once for all rows and compared as an object."""

    value: str
    word: str
    short: str
    tone: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: its address, the version to send back, the choices, what stands there as one word."""

    cell: str
    label: str
    seen: int | str
    choices: tuple[Choice, ...]
    word: str
    short: str
    tone: str
    was: str
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryView:
    """Points recorded by hand in the month. ``waits``: nobody has approved them yet."""

    pk: int
    words: str
    waits: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """A member's row of the page. ``fixed``: why the dues cannot be entered here, "" when they can.

    ``tenths`` and ``total``: points of the month and of the year so far, as people write them.
    """

    number: int | str
    member: int
    name: str
    search: str
    group: str
    tags: tuple[str, ...]
    assessed: str
    owed: int
    fixed: str
    fixed_short: str
    has_fixed: bool
    dues: CellView
    payer: str
    has_payer: bool
    amount: str
    is_transfer: bool
    cells: tuple[CellView | None, ...]
    tenths: str
    total: str
    entries: tuple[EntryView, ...]
    has_many_entries: bool
    reason: str
    is_exception: bool
    is_floating: bool
    is_unpaid: bool
    has_rivals: bool
    paid: str
    elsewhere: int
    prepaid: int
    waits: bool

    @property
    def rival_cells(self) -> list[CellView]:
        """Cells in which somebody has to choose."""
        return [cell for cell in (self.dues, *self.cells) if cell is not None and cell.rivals]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The whole page, its rows in the order of the printed sheet. ``due``: until when it is submitted.

    ``tenths``: all points of the month; ``proposed``: those that the seal will add.
    """

    book: Book
    rows: Sequence[RowView]
    totals: Totals
    meetings: Sequence[Meeting]
    planned: Sequence[Meeting]
    due: date
    floating: int
    rivals: int
    proposed: int

    @property
    def exceptions(self) -> list[RowView]:
        """Rows that differ from the usual case."""
        return [row for row in self.rows if row.is_exception]

    @property
    def others(self) -> list[RowView]:
        """The rows that do not."""
        return [row for row in self.rows if not row.is_exception]

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Party groups of the branch with their members, where there are several."""
        found = Counter(row.group for row in self.rows if row.group)
        return sorted(found.items(), key=_group_order) if len(found) > 1 else []

    @property
    def shown(self) -> dict[str, str]:
        """The sums as they stand below the rows."""
        totals = self.totals
        return {
            "assessed": yuan(totals.assessed),
            "paid": yuan(totals.paid),
            "cash": yuan(totals.cash),
            "at_host": yuan(totals.at_host) if totals.at_host else "",
            "elsewhere": yuan(totals.elsewhere) if totals.elsewhere else "",
            "owed": yuan(totals.owed),
            "points": change_text(totals.tenths),
        }


def month_page(
    branch_month: BranchMonth,
    *,
    submit_day: int,
    book: Book | None = None,
    points: Mapping[int, MonthPoints] | None = None,
) -> MonthPage:
    """The page of a month; without the ``points`` those of the rows are what is approved. Seven queries without the
    ``book``, however many members."""
    if book is None:
        book = read_book(branch_month)
    # A past month shows the stage and the floating of its last day, whenever it is looked at.
    as_on(list(book.people.values()), on=last_day(branch_month.month))
    rows = book.rows
    words = _words(get_language() or "", many=len(book.held) > 1)
    labels = {meeting.pk: _label(meeting) for meeting in book.held}
    views = [_row(row, labels, words, points.get(row.member.pk) if points else None) for row in rows]
    totals = add_up(row.line for row in rows)
    if points is not None:
        totals = replace(totals, tenths=sum(each.tenths for each in points.values()))
    return MonthPage(
        book,
        views,
        totals,
        book.held,
        [meeting for meeting in book.meetings if meeting.state == "planned"],
        due_day(branch_month.month, submit_day),
        sum(view.is_floating for view in views),
        sum(row.rivals for row in rows),
        sum(each.proposed for each in points.values()) if points else 0,
    )


def kind_of(meeting: Meeting) -> str:
    """What a meeting is called."""
    return _(SPECS[Kind(meeting.kind)].label)


def _group_order(group: tuple[str, int]) -> tuple[int, str]:
    """第二 comes before 第三, which their code points do not say."""
    return next((n for n, numeral in enumerate(_NUMERALS) if numeral in group[0]), len(_NUMERALS)), group[0]


class _Words:
    """Words and choices that rows share, in one language."""

    def __init__(self, *, many: bool) -> None:
        self.many = many
        self.short = short_words()
        self.dues = _("党费")
        self._choices: dict[How | Status, tuple[Choice, ...]] = {}
        self._said: dict[str, str] = {}

    def say(self, msgid: str) -> str:
        """A word in the reader's language."""
        found = self._said.get(msgid)
        if found is None:
            found = self._said[msgid] = _(msgid)
        return found

    def of_dues(self, how: How) -> tuple[Choice, ...]:
        """The four ways in which dues come."""
        if how not in self._choices:
            self._choices[how] = tuple(
                Choice(str(h), _(word), _(word), _TONES[h], h == how) for h, word in HOW_LABELS.items()
            )
        return self._choices[how]

    def of_meeting(self, status: Status) -> tuple[Choice, ...]:
        """The usual statuses, and the one that stands there."""
        if status not in self._choices:
            offered = _OFFERED if status in _OFFERED else (*_OFFERED, status)
            self._choices[status] = tuple(
                Choice(
                    str(s),
                    _(STATUS_LABELS[s]),
                    self.short[s] if self.many else _(STATUS_LABELS[s]),
                    _TONES[s],
                    s == status,
                )
                for s in offered
            )
        return self._choices[status]


@lru_cache(maxsize=8)
def _words(language: str, *, many: bool) -> _Words:
    """Kept, so that the same choice is the same object in every row: the shapes of rows are compared by it."""
    return _Words(many=many)


def _label(meeting: Meeting) -> str:
    day = f"{meeting.on.month}月{meeting.on.day}日"
    return _("{day}{kind}").format(day=day, kind=kind_of(meeting))


def _row(row: Row, labels: Mapping[int, str], words: _Words, points: MonthPoints | None) -> RowView:
    line, member, fixed = row.line, row.member, _fixed(row)
    return RowView(
        number=row.number,
        member=member.pk,
        name=member.name,
        search=f"{member.name} {member.pinyin} {member.initials}",
        group=member.group,
        tags=_tags(row, words, points),
        assessed=yuan(line.assessed) if line.owes or line.assessed else _(KIND_LABELS[line.kind]),
        owed=line.assessed if line.owes else 0,
        fixed=fixed,
        fixed_short=fixed[:3],
        has_fixed=bool(fixed),
        dues=_dues_cell(row, words),
        payer=line.dues.payer,
        has_payer=bool(line.dues.payer),
        amount=yuan(line.dues.amount) if line.dues.amount is not None else "",
        is_transfer=line.dues.channel == "transfer",
        cells=tuple(_meeting_cell(row, pk, label, words) for pk, label in labels.items()),
        tenths=change_text(line.tenths if points is None else points.tenths),
        total=_total(points),
        entries=_entries(points),
        has_many_entries=points is not None and len(points.manual) > 1,
        reason=_reason(row),
        is_exception=line.is_exception or bool(row.rivals),
        is_floating=member.is_floating,
        is_unpaid=line.is_unpaid,
        has_rivals=bool(row.rivals),
        paid=yuan(line.paid),
        elsewhere=line.elsewhere,
        prepaid=line.prepaid,
        waits=line.waits,
    )


def _tags(row: Row, words: _Words, points: MonthPoints | None) -> tuple[str, ...]:
    """The class that points are counted by, and what of today it does not say."""
    found = [] if points is None else [CLASS_WORDS[points.member_class]]
    if row.member.stage == Stage.PROBATIONARY:
        found.append(CLASS_WORDS["E"])
    if row.member.is_floating:
        found.append(CLASS_WORDS["D"])
    return tuple(words.say(word) for word in dict.fromkeys(found))


def _total(points: MonthPoints | None) -> str:
    if points is None:
        return ""
    return "—" if points.total is None else points_text(points.total)


def _entries(points: MonthPoints | None) -> tuple[EntryView, ...]:
    if points is None or not points.manual:
        return ()
    items = shipped_items()
    return tuple(
        EntryView(
            each.pk,
            f"{change_text(each.tenths)} {_(items[each.item].name)}",
            each.state == "proposed",
        )
        for each in points.manual
    )


def _fixed(row: Row) -> str:
    line = row.line
    if line.is_settled:
        return _("已在党费台账登记{sum}元").format(sum=yuan(line.elsewhere + line.prepaid))
    if line.by_quarter and line.owes:
        return _("按季交，在党费台账登记")
    if line.owes or line.dues.amount is not None:
        return ""
    return _("未核定，请先核定") if line.kind in {"due", "reduced", "pending"} else _(KIND_LABELS[line.kind])


def _reason(row: Row) -> str:
    texts = [row.line.dues.note]
    for each in row.attendance.values():
        texts.append(_(reason_label(each.reason)) if each.reason else "")
    return next((text for text in texts if text), "")


_TONES = {
    How.SELF: "ok",
    How.PROXY: "ok",
    How.UNPAID: "warn",
    How.HOST: "mid",
    Status.PRESENT: "ok",
    Status.LEAVE: "mid",
    Status.ABSENT: "warn",
    Status.EXCUSED: "mid",
    Status.ONLINE: "ok",
    Status.ELSEWHERE: "ok",
}
_OFFERED = (Status.PRESENT, Status.LEAVE, Status.ABSENT, Status.EXCUSED)


def _dues_cell(row: Row, words: _Words) -> CellView:
    how = row.line.dues.how
    word = words.say(HOW_LABELS[how])
    return CellView(
        "dues",
        words.dues,
        row.dues.version,
        words.of_dues(how),
        word,
        word,
        _TONES[how],
        canonical(row.dues.value),
        tuple(rival_of(claim) for claim in row.dues.rivals),
    )


def short_words() -> dict[Status, str]:
    """One character each, where several meetings stand side by side."""
    return {
        Status.PRESENT: _("到"),
        Status.LEAVE: _("假"),
        Status.ABSENT: _("缺"),
        Status.EXCUSED: _("免"),
        Status.ONLINE: _("线上"),
        Status.ELSEWHERE: _("外地"),
    }


def _meeting_cell(row: Row, meeting: int, label: str, words: _Words) -> CellView | None:
    found = row.attendance.get(meeting)
    if found is None:
        return None
    status, cell = Status(found.status), row.cells[meeting]
    word = words.say(STATUS_LABELS[status])
    return CellView(
        str(meeting),
        label,
        cell.version,
        words.of_meeting(status),
        word,
        words.short[status] if words.many else word,
        _TONES[status],
        canonical(cell.value),
        tuple(rival_of(claim) for claim in cell.rivals),
    )
