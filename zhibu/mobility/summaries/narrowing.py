"""How the lists of floating members and of transfers are narrowed: what is asked of a page is asked of its file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.mobility.querysets import Registrations
from zhibu.mobility.summaries.floating import READ, rows_of
from zhibu.organizations.models import Organization
from zhibu.organizations.summaries import unit_asked
from zhibu.ui.downloads import conditions


def text_asked(asked: Mapping[str, str]) -> str:
    """What was typed to search for."""
    return asked.get("q", "").strip()[:60]


@dataclass(frozen=True, slots=True)
class FloatingNarrowing:
    """The conditions of the list of floating members, "" where nothing is asked."""

    organization: Organization | None
    direction: str
    show: str
    text: str

    @classmethod
    def of(cls, scope: Scope, asked: Mapping[str, str]) -> Self:
        """What the query of the page asks for. Raises ``Http404`` for an organization out of scope."""
        organization = unit_asked(scope, READ, asked.get("organization", ""))
        return cls(organization, asked.get("direction", ""), asked.get("show", ""), text_asked(asked))

    @property
    def is_filtered(self) -> bool:
        """Anything but the organization is asked for."""
        return bool(self.direction or self.show or self.text)

    def only_out(self) -> Self:
        """The same, of those who went out alone."""
        return replace(self, direction="out")

    def rows(self, scope: Scope, *, on: date) -> Registrations[Any]:
        """The registrations that the page lists."""
        return rows_of(
            scope, self.organization, on=on, direction=self.direction, show=self.show, text=self.text
        )

    def told(self) -> str:
        """The conditions in words, for the head of a file; "" when there are none."""
        directions = {"out": _("流出"), "in": _("流入")}
        shows = {"overdue": _("逾期没有联系的"), "soon": _("快到期的"), "past": _("已经结束的")}
        return conditions(
            (_("流向"), directions.get(self.direction, "")),
            (_("联系"), shows.get(self.show, "")),
            (_("查找"), self.text),
        )
