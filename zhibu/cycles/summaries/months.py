"""What the page of a branch's month shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhibu.cycles.models import BranchMonth
from zhibu.cycles.rules.months import Totals, add_up, due_day, yuan
from zhibu.cycles.rules.months_cells import HOW_LABELS, Claim, DuesCell, How, canonical
from zhibu.cycles.summaries.months_book import Book, Row, read_book
from zhibu.dues.rules import KINDS
from zhibu.meetings.models import Meeting
from zhibu.meetings.rules import EXCUSE_LABELS, SPECS, STATUS_LABELS, Kind, Status
from zhibu.members.rules import Stage
from zhibu.points.rules import points_text

_EXCUSES = {str(code): label for code, label in EXCUSE_LABELS.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a cell. ``tone``: ok, mid or warn."""

    value: str
    word: str
    short: str
    tone: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Rival:
    """One of several entries somebody has to choose from."""

    words: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: its address, the version to send back, the choices, what stands there as one word."""

    cell: str
    label: str
    seen: int
    choices: Sequence[Choice]
    word: str
    tone: str
    was: str
    rivals: Sequence[Rival] = ()


@dataclass(frozen=True, slots=True)
class RowView:
    """A member's row of the page. ``fixed``: why the dues cannot be entered here, "" when they can."""

    number: int
    member: int
    name: str
    search: str
    tags: Sequence[str]
    assessed: str
    owed: int
    fixed: str
    dues: CellView
    payer: str
    amount: str
    is_transfer: bool
    cells: Sequence[CellView | None]
    tenths: str
    reason: str
    is_exception: bool
    is_floating: bool
    paid: str
    elsewhere: int


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The whole page. ``due``: until when it is submitted."""

    book: Book
    rows: Sequence[RowView]
    totals: Totals
    meetings: Sequence[Meeting]
    planned: Sequence[Meeting]
    due: date
    floating: int
    rivals: int

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
            "points": points_text(totals.tenths),
        }


def month_page(branch_month: BranchMonth, *, submit_day: int) -> MonthPage:
    """Six queries, however many members."""
    book = read_book(branch_month)
    rows = book.rows
    views = [_row(row, book.held) for row in rows]
    return MonthPage(
        book,
        views,
        add_up(row.line for row in rows),
        book.held,
        [meeting for meeting in book.meetings if meeting.state == "planned"],
        due_day(branch_month.month, submit_day),
        sum(view.is_floating for view in views),
        sum(row.rivals for row in rows),
    )


def kind_of(meeting: Meeting) -> str:
    """What a meeting is called."""
    return _(SPECS[Kind(meeting.kind)].label)


def _row(row: Row, held: Sequence[Meeting]) -> RowView:
    line, member = row.line, row.member
    many = len(held) > 1
    cells = [_meeting_cell(row, meeting, short=many) for meeting in held]
    tags = []
    if member.stage == Stage.PROBATIONARY:
        tags.append(_("预备"))
    if member.is_floating:
        tags.append(_("流动"))
    return RowView(
        number=row.number,
        member=member.pk,
        name=member.name,
        search=f"{member.name} {member.pinyin} {member.initials}",
        tags=tags,
        assessed=yuan(line.assessed) if line.owes or line.assessed else _(KINDS[line.kind]),
        owed=line.assessed if line.owes else 0,
        fixed=_fixed(row),
        dues=_dues_cell(row),
        payer=line.dues.payer,
        amount=yuan(line.dues.amount) if line.dues.amount is not None else "",
        is_transfer=line.dues.channel == "transfer",
        cells=cells,
        tenths=points_text(line.tenths),
        reason=_reason(row),
        is_exception=line.is_exception or bool(row.rivals),
        is_floating=member.is_floating,
        paid=yuan(line.paid),
        elsewhere=line.elsewhere,
    )


def _fixed(row: Row) -> str:
    line = row.line
    if line.is_settled:
        return _("已在党费台账登记{sum}元").format(sum=yuan(line.elsewhere))
    if line.owes or line.dues.amount is not None:
        return ""
    return _("未核定，请先核定") if line.kind in {"due", "reduced", "pending"} else _(KINDS[line.kind])


def _reason(row: Row) -> str:
    texts = [row.line.dues.note]
    for each in row.attendance.values():
        texts.append(_(_EXCUSES.get(each.reason, each.reason)) if each.reason else "")
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


def _dues_cell(row: Row) -> CellView:
    how = row.line.dues.how
    choices = [Choice(str(h), _(word), _(word), _TONES[h], h == how) for h, word in HOW_LABELS.items()]
    return CellView(
        "dues",
        _("党费"),
        row.dues.version,
        choices,
        _(HOW_LABELS[how]),
        _TONES[how],
        canonical(row.dues.value),
        [_rival(claim) for claim in row.dues.rivals],
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


def _meeting_cell(row: Row, meeting: Meeting, *, short: bool) -> CellView | None:
    found = row.attendance.get(meeting.pk)
    if found is None:
        return None
    status, cell, words = Status(found.status), row.cells[meeting.pk], short_words()
    offered = _OFFERED if status in _OFFERED else (*_OFFERED, status)
    choices = [
        Choice(
            str(s), _(STATUS_LABELS[s]), words[s] if short else _(STATUS_LABELS[s]), _TONES[s], s == status
        )
        for s in offered
    ]
    return CellView(
        str(meeting.pk),
        _("{day}{kind}").format(day=f"{meeting.on.month}月{meeting.on.day}日", kind=kind_of(meeting)),
        cell.version,
        choices,
        _(STATUS_LABELS[status]),
        _TONES[status],
        canonical(cell.value),
        [_rival(claim) for claim in cell.rivals],
    )


def _rival(claim: Claim) -> Rival:
    return Rival(words_of(claim.value), claim.by, timezone.localtime(claim.at) if claim.at else None)


def words_of(value: Mapping[str, Any]) -> str:
    """A cell's value as a person reads it: "代交（阿皮石布）", "请假（住院）"."""
    if "status" in value:
        reason = str(value.get("reason", ""))
        word = _(STATUS_LABELS[Status(value["status"])])
        extra = [_(_EXCUSES.get(reason, reason))] if reason else []
    else:
        cell = DuesCell(How(value["how"]))
        word = _(HOW_LABELS[cell.how])
        extra = [str(value[key]) for key in ("payer", "note") if value.get(key)]
        if value.get("amount") is not None:
            extra.insert(0, _("{sum}元").format(sum=yuan(int(value["amount"]))))
    return f"{word}（{'，'.join(extra)}）" if extra else word


def told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as the page's script shows it: with words beside the values."""
    rivals = [
        {
            **rival,
            "words": words_of(rival["value"]),
            "at": _clock(rival.get("at", "")),
        }
        for rival in answer["rivals"]
    ]
    return {**answer, "rivals": rivals}


def _clock(text: str) -> str:
    at = parse_datetime(text) if text else None
    return f"{timezone.localtime(at):%m-%d %H:%M}" if at else ""
