"""Parsing what people type about printers and overprints; the print that a page offered, sealed until confirmed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from zhibu.certificates.actions.overprint import Entry
from zhibu.certificates.rules.overprint.lines import Mark, NewLine
from zhibu.certificates.rules.overprint.printers import OFFSET_LIMIT, Offsets
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.ui.fields import TextField

_SALT = "certificates.overprint"
_KEPT = 7 * 24 * 3600
"""Seconds within which a print may be confirmed: a branch's booklets take some days to collect."""


class PrinterForm(forms.Form):
    """A printer by its name."""

    name = TextField(
        label=_("打印机名称"),
        max_length=40,
        help_text=_("写得让同事认得出，例如“二楼办公室针式打印机”。换了纸盒或者换了机器，另起一个名称。"),
    )


class CalibrationForm(forms.Form):
    """Two distances measured on a calibration sheet, and the offsets it was printed with."""

    measured_x = forms.DecimalField(
        label=_("十字甲到纸的左边（毫米）"),
        min_value=Decimal(1),
        max_value=Decimal(100),
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
        help_text=_("应是30.0。量到十字中心，读到0.1毫米。"),
    )
    measured_y = forms.DecimalField(
        label=_("十字甲到纸的上边（毫米）"),
        min_value=Decimal(1),
        max_value=Decimal(100),
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
        help_text=_("应是30.0。两个数都在29.7到30.3之间就算校准好了。"),
    )
    seen_x = forms.IntegerField(widget=forms.HiddenInput, min_value=-OFFSET_LIMIT, max_value=OFFSET_LIMIT)
    seen_y = forms.IntegerField(widget=forms.HiddenInput, min_value=-OFFSET_LIMIT, max_value=OFFSET_LIMIT)

    def values(self) -> dict[str, Any]:
        """What the action takes: tenths of a millimeter."""
        data = self.cleaned_data
        return {
            "measured_x": int(data["measured_x"] * 10),
            "measured_y": int(data["measured_y"] * 10),
            "printed_with": Offsets(data["seen_x"], data["seen_y"]),
        }


class ChoiceForm(forms.Form):
    """How a preview is made: printer, first free line, earlier lines."""

    printer = forms.IntegerField(required=False)
    first = forms.IntegerField(required=False, min_value=1, max_value=99)
    earlier = forms.BooleanField(required=False)

    def chosen(self) -> tuple[int | None, int, bool]:
        """Printer's id, first line, whether earlier lines too. What makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        return data.get("printer"), data.get("first") or 1, bool(data.get("earlier"))


def seal(user_id: int | None, lines: list[tuple[Entry, tuple[str, ...]]], **more: object) -> str:
    """What a preview showed, as text for a hidden field that nobody can alter. ``more`` must be JSON."""
    rows = [
        [entry.booklet, entry.page, entry.line, entry.key, entry.text, str(entry.mark), list(fields)]
        for entry, fields in lines
    ]
    return signing.dumps({"user": user_id, "lines": rows, **more}, salt=_SALT, compress=True)


class SealedPlan:
    """A print as it was offered: what it sets, and what confirming it records."""

    def __init__(self, text: str, user_id: int | None) -> None:
        """Raises ``Refused`` for a plan that is too old, altered, or another person's."""
        try:
            data = signing.loads(text, salt=_SALT, max_age=_KEPT)
        except signing.BadSignature as error:
            raise _expired() from error
        if data["user"] != user_id:
            raise _expired()
        self.data: dict[str, Any] = data
        self.entries = [
            Entry(booklet, page, line, key, text, Mark(mark))
            for booklet, page, line, key, text, mark, _set in data["lines"]
        ]
        self.lines = [
            NewLine(booklet, page, line, tuple(fields))
            for booklet, page, line, *_said, fields in data["lines"]
        ]


def _expired() -> Refused:
    return Refused(
        gettext_noop(
            "这份打印预览已经过期，什么都没有登记。请重新打开预览；已经印上的，对照证本逐行登记更正。"
        )
    )
