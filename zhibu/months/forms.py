"""What the clerk counts, why a month is given back, who may mend a sealed one; and the cells of the plain form."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.core.access import Refused
from zhibu.core.hands import Person
from zhibu.core.money import parse_yuan
from zhibu.core.text import squeeze
from zhibu.months.actions.cells import CellOperation
from zhibu.months.actions.submitting import Counted
from zhibu.months.summaries.page import MonthPage
from zhibu.ui.fields import DayField, TextField, YuanField

_LONGEST = 400_000
_BEGIN, _END = 1969, 9998  # years that any time zone can tell


class CountedForm(forms.Form):
    """The counted cash and heads. A sum that does not agree with the rows is refused with the difference."""

    cash = YuanField(
        label=gettext_lazy("清点现金（元）"),
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("把收到的现金数一遍再填，不要照抄合计。转账和流入地交的不算。"),
    )
    heads = forms.IntegerField(
        label=gettext_lazy("交党费人数"),
        min_value=0,
        max_value=9999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("数一数交到支部的有几个人，现金和转账都算。"),
    )
    attended = forms.IntegerField(
        label=gettext_lazy("到会人次"),
        min_value=0,
        max_value=99999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("签到表上的签名数，几次会加在一起。"),
    )
    collected_on = DayField(
        label=gettext_lazy("收款日期"),
        help_text=gettext_lazy("党费收据上的日期；过了当月才收的，不算按期交纳。"),
    )
    receiver = TextField(
        label=gettext_lazy("收款人"),
        max_length=40,
        help_text=gettext_lazy("每一笔都写明收款人。"),
    )

    def __init__(self, *args: Any, has_meetings: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_meetings:
            del self.fields["attended"]

    def counted(self) -> Counted:
        """What was counted."""
        data = self.cleaned_data
        return Counted(
            data["cash"], data["heads"], data.get("attended"), data["collected_on"], data["receiver"]
        )


class ReturnForm(forms.Form):
    """Why a month is given back."""

    reason = TextField(
        label=gettext_lazy("为什么退回"),
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("写清哪一行、哪里不对，支部照着改。退回会计数。"),
    )


class ExceptionForm(forms.Form):
    """Who may mend a sealed month, why and until when."""

    granted_to = forms.ChoiceField(label=gettext_lazy("准予谁更正"))
    reason = TextField(
        label=gettext_lazy("为什么"),
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("更正用冲正的办法，原来的封存摘要一直保留。"),
    )
    until = DayField(label=gettext_lazy("到哪一天"), help_text=gettext_lazy("到这一天零时自动重新锁上。"))

    def __init__(self, *args: Any, people: Sequence[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["granted_to"]
        names = [name for _pk, name, _username in people]
        field.choices = [
            (str(pk), f"{name}（{username}）" if names.count(name) > 1 else name)
            for pk, name, username in people
        ]
        self.people = {str(pk): Person(pk, name) for pk, name, _username in people}

    def clean_granted_to(self) -> Person:
        """The account, with its name."""
        return self.people[self.cleaned_data["granted_to"]]


def operations_of_json(body: bytes) -> list[CellOperation]:
    """Operations as the page's script sends them. Raises ``Refused`` for what is no such list."""
    try:
        if len(body) > _LONGEST:
            raise ValueError
        data = json.loads(body)
        rows = data["operations"]
        if not isinstance(rows, list):
            raise TypeError
        return [_operation(row) for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused(_("发来的内容认不出来，没有保存。请刷新页面再试。")) from None


def _operation(row: Any) -> CellOperation:
    member, seen, cell = row["member"], row.get("seen", 0), row["cell"]
    if isinstance(member, bool) or not isinstance(member, int) or not 0 < member < 2**62:
        raise TypeError
    if isinstance(seen, bool) or not isinstance(seen, int) or not isinstance(cell, str):
        raise TypeError
    return CellOperation(
        UUID(str(row["id"])),
        member,
        squeeze(cell)[:20],
        _small(row["value"]),
        seen,
        _moment(row.get("client_at")),
    )


def _small(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return {
        str(key): part
        for key, part in value.items()
        if key == "amount"  # whatever it is: an amount is never left out unsaid
        or (key in {"how", "payer", "channel", "note", "status", "reason"} and isinstance(part, str | int))
    }


def _moment(text: object) -> datetime | None:
    """A phone's clock, which may be a day off: told, never trusted."""
    if not isinstance(text, str):
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not _BEGIN < found.year < _END:
        return None
    return found


def operations_of_form(data: Mapping[str, str], page: MonthPage) -> list[CellOperation]:
    """The cells of the plain form that differ from what it showed. The same form sent twice has the same ids."""
    try:
        token = UUID(data.get("page", ""))
    except ValueError:
        raise Refused(_("页面太旧了，没有保存。请刷新页面再填。")) from None
    found = []
    for cell, member, was, value in _cells(data, page):
        name = f"{cell}-{member}"
        if value is None or value == was:
            continue
        seen = data.get(f"seen-{name}", "0")
        number = int(seen) if seen.isdecimal() and len(seen) < 6 else 0
        text = json.dumps(value, sort_keys=True)
        found.append(CellOperation(uuid5(token, f"{name}:{number}:{text}"), member, cell, value, number))
    return found


def _cells(
    data: Mapping[str, str], page: MonthPage
) -> Iterator[tuple[str, int, dict[str, Any], dict[str, Any] | None]]:
    """Each cell with what it showed; where somebody has to choose, whatever was sent is the choice."""
    for row in page.rows:
        text = data.get(f"reason-{row.member}", "").strip()
        reason = None if text == row.reason else text
        was: dict[str, Any] = json.loads(row.dues.was)
        value = None if row.fixed else _dues_value(data, row.member, row.reason, reason, was)
        yield "dues", row.member, {} if row.dues.rivals else was, value
        for cell in row.cells:
            if cell is not None:
                was = json.loads(cell.was)
                value = _status_value(data, cell.cell, row.member, row.reason, reason, was)
                yield cell.cell, row.member, {} if cell.rivals else was, value


def _dues_value(
    data: Mapping[str, str], member: int, shown: str, reason: str | None, was: Mapping[str, Any]
) -> dict[str, Any] | None:
    how = data.get(f"dues-{member}")
    if how is None:
        return None
    value: dict[str, Any] = {"how": how}
    if how == "proxy":
        value["payer"] = data.get(f"payer-{member}", "").strip()
    amount = data.get(f"amount-{member}", "").strip()
    if amount and how != "unpaid":
        fen = parse_yuan(amount)
        value["amount"] = amount if fen is None else fen
    if data.get(f"transfer-{member}") and how in {"self", "proxy"}:
        value["channel"] = "transfer"
    note = _why(shown, reason, was, "note", is_same=was.get("how") == how)
    if note and (how in {"unpaid", "host"} or (was.get("how") == how and was.get("note"))):
        value["note"] = note
    return value


def _status_value(
    data: Mapping[str, str], cell: str, member: int, shown: str, reason: str | None, was: Mapping[str, Any]
) -> dict[str, Any] | None:
    status = data.get(f"m{cell}-{member}")
    if status is None:
        return None
    value: dict[str, Any] = {"status": status}
    why = _why(shown, reason, was, "reason", is_same=was.get("status") == status)
    if status != "present" and why:
        value["reason"] = why
    return value


def _why(shown: str, reason: str | None, was: Mapping[str, Any], key: str, *, is_same: bool) -> str:
    """A row has one reason for all its cells: who did not touch it leaves each cell its own."""
    if reason is not None:
        return reason
    return str(was.get(key, "")) if is_same else shown


def month_number(text: str, *, default: int) -> int:
    """A month of the query, such as 202610."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 6 else default
