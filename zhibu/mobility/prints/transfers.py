"""The introduction letter (组织关系介绍信) in three numbered parts, and the receipt slip alone.

Form: 组通字〔2006〕45号: 存根, 介绍信, 回执联; month of dues and validity in capital numerals, a seal and no name below.
"""

from copy import copy
from datetime import date, datetime
from pathlib import Path

from zhibu.core.access import Refused
from zhibu.core.codes import label
from zhibu.core.dates import full_years
from zhibu.core.db import key_ring
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.members.summaries.history import as_on
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.capitals import capital, capital_month
from zhibu.mobility.rules.transfers import Direction
from zhibu.organizations.history import Tree
from zhibu.organizations.labels import name_on
from zhibu.organizations.models import Organization
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

_FOLDER = Path(__file__).parents[1] / "print"


def letter_pdf(
    transfer: Transfer, *, resident_id: str, printed_by: str, at: datetime, paper: str = "plain"
) -> bytes:
    """Stub, letter and receipt on one A4 sheet; where the province prints the form, the sheet to fill it in from.

    ``paper``: "plain" or "province" (``LetterRules.letter_paper``). ``resident_id`` "" leaves a line for the pen.

    Reads member, both branches and the issuer; stage and addressee are those of the letter's day. Raises ``PrintError``; ``Refused`` where
    no letter was written.
    """
    member, issued_on, until = transfer.member, transfer.issued_on, transfer.valid_until
    if member is None or issued_on is None or until is None or transfer.issuer is None:
        raise Refused(gettext_noop("还没有开介绍信，没有可打印的。请先开具。"))
    data = _common(transfer, member, printed_by, at) | {
        "addressee": with_boxes(_addressee(transfer, issued_on)),
        "sex": label("sex", member.sex)[:1],
        "age": full_years(member.birth_date, issued_on),
        "ethnic_group": label("ethnic_group", member.ethnic_group),
        "stage": label("member_stage", as_on([copy(member)], on=issued_on)[0].stage),
        "resident_id": resident_id,
        "from": with_boxes(_name(transfer.from_branch, issued_on)),
        "to": with_boxes(_name(transfer.to_branch, issued_on) or transfer.outside),
        "dues": capital_month(transfer.dues_paid_to),
        "days": capital((until - issued_on).days),
        "issued_on": _day(issued_on),
        "issuer": with_boxes(_name(transfer.issuer, issued_on)),
    }
    template = "letter_entries.typ" if paper == "province" else "introduction_letter.typ"
    return render(_FOLDER / template, data)


def receipt_pdf(transfer: Transfer, *, printed_by: str, at: datetime) -> bytes:
    """The receipt slip to send back, filled in but for the seal: for those who came in. Half an A4 sheet.

    Raises ``PrintError``; ``Refused`` before the member was received.
    """
    member = transfer.member
    if member is None or transfer.received_on is None:
        raise Refused(
            gettext_noop("这次转接还没有接收，没有回执联可以打印。"),
            next_step=gettext_noop("请转入一方先核对介绍信、登记接收，再打印回执联。"),
        )
    day = transfer.received_on
    sender = _name(transfer.issuer, transfer.issued_on or day) or transfer.outside
    data = _common(transfer, member, printed_by, at) | {
        "sender": with_boxes(sender),
        "received_on": _day(day),
    }
    return render(_FOLDER / "receipt_slip.typ", data)


def _common(transfer: Transfer, member: Member, printed_by: str, at: datetime) -> dict[str, object]:
    told = f"{transfer.pk}|{printed_by}|{at.isoformat()}"
    return {
        "number": with_boxes(transfer.letter_text),
        "name": with_boxes(member.name),
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": key_ring().blind_index(told, context="print").upper()[2:12],
        "synthetic": member.is_synthetic,
    }


def _name(organization: Organization | None, on: date) -> str:
    """What the letter called it on its day; "" without one."""
    return name_on(organization, on) if organization is not None else ""


def _addressee(transfer: Transfer, on: date) -> str:
    """To whom the letter is written: the outside organization, or the committee above the receiving branch that day."""
    if transfer.direction == Direction.OUT or transfer.to_branch is None:
        return transfer.outside
    above = Tree().parent(transfer.to_branch.pk, on)
    parent = Organization.objects.filter(pk=above).first() if above is not None else None
    return _name(parent or transfer.to_branch, on)


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
