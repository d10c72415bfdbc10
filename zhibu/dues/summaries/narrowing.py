"""How a branch's ledger is narrowed: what is asked of the page is asked of its workbooks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from zhibu.core.months import month_text
from zhibu.dues.summaries.pages import LedgerLine
from zhibu.ui.downloads import conditions


@dataclass(frozen=True, slots=True)
class LedgerNarrowing:
    """The conditions of the ledger, "" where nothing is asked; ``show``: unpaid or paid."""

    text: str
    show: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """What the query of the page asks for."""
        show = asked.get("show", "")
        return cls(asked.get("q", "").strip()[:40], show if show in {"unpaid", "paid"} else "")

    @property
    def is_filtered(self) -> bool:
        """Anything is asked for."""
        return bool(self.text or self.show)

    def shown(self, lines: Iterable[LedgerLine]) -> list[LedgerLine]:
        """Those of the month's lines that the page lists."""
        return [
            line
            for line in lines
            if self.text in line.name
            and (self.show != "unpaid" or line.row.left)
            and (self.show != "paid" or line.row.paid > 0)
        ]

    def told(self, month: int) -> str:
        """The conditions in words, for the head of a file; "" when there are none."""
        shows = {"unpaid": _("没有交清的"), "paid": _("已经交的")}
        return conditions((month_text(month), shows.get(self.show, "")), (_("查找"), self.text))
