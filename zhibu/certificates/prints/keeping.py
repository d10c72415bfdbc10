"""The application for another copy (党员证补发（换发）申请表) as an A4 sheet."""

from datetime import date, datetime
from pathlib import Path

from zhibu.certificates.models import BookletRequest
from zhibu.certificates.prints.registers import Head
from zhibu.certificates.rules.copies import format_number
from zhibu.certificates.rules.keeping import RequestCause, RequestState
from zhibu.core.codes import label
from zhibu.organizations.labels import name_on
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

TEMPLATE = Path(__file__).parents[1] / "print" / "application.typ"
_LINES = 6
_CAUSES = {RequestCause.LOST: "遗失", RequestCause.FULL: "记满", RequestCause.DAMAGED: "损坏"}


def application_pdf(row: BookletRequest, *, printed_by: str, at: datetime) -> bytes:
    """One page; what is not decided yet stays free for the pen. Reads certificate, member, its own
    and the member's branch, both copies."""
    certificate = row.certificate
    member = certificate.member
    head = Head.of(row.branch, printed_by, at)
    is_done = row.state == RequestState.DONE
    data: dict[str, object] = {
        "causes": [[name, row.cause == cause] for cause, name in _CAUSES.items()],
        "is_loss": row.cause == RequestCause.LOST,
        "name": with_boxes(member.name),
        "sex": label("sex", member.sex)[:1],
        "ethnic_group": label("ethnic_group", member.ethnic_group),
        "birth_month": f"{member.birth_date.year}年{member.birth_date.month}月",
        "join_date": _day(member.join_date),
        "branch": with_boxes(name_on(row.branch, row.reported_on)),
        "number": format_number(certificate.number),
        "old": f"第{row.old.serial:02d}本",
        "old_issued": _day(row.old.issue_date),
        "new": f"第{row.new.serial:02d}本" if row.new is not None else "",
        "new_issued": _day(row.new.issue_date) if row.new is not None else "",
        "happened_on": _day(row.happened_on),
        "reported_on": _day(row.reported_on),
        "statement": _paragraphs(row.statement),
        "confirmation": with_boxes(row.confirmation),
        "confirmed_by": with_boxes(row.confirmed_by),
        "confirmed_on": _day(row.confirmed_on),
        "settlement": with_boxes(_settlement(row)),
        "settled_by": with_boxes(row.settled_by if is_done or row.state == RequestState.REFUSED else ""),
        "settled_on": _day(row.settled_on),
        "old_returned": row.old_returned,
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": head.mark,
        "synthetic": member.is_synthetic,
    }
    return render(TEMPLATE, data)


def _settlement(row: BookletRequest) -> str:
    if row.state == RequestState.REFUSED:
        return f"不予办理：{row.settled_note}"
    if row.state != RequestState.DONE or row.new is None:
        return ""
    what = "补发" if row.cause == RequestCause.LOST else "换发"
    fee = f"收工本费{row.fee / 100:.2f}元。" if row.fee else "不收费。"
    return (
        f"同意{what}第{row.new.serial:02d}本，编号不变，第{row.old.serial:02d}本注销。{fee}{row.settled_note}"
    )


def _paragraphs(text: str) -> str:
    """Line by line, as a line break is no character to set; many short lines run on, so that they fit."""
    lines = [with_boxes(line) for line in text.splitlines()]
    return ("\n" if len(lines) <= _LINES else "　").join(lines)


def _day(on: date | None) -> str:
    return f"{on.year}年{on.month}月{on.day}日" if on is not None else ""
