"""How the list of members is narrowed: what is asked of the page is asked of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from zhibu.core import codes
from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.members.querysets import Members
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries.pages import list_rows
from zhibu.organizations.models import Organization
from zhibu.organizations.summaries import unit_asked
from zhibu.ui.downloads import conditions

READ = "members.read"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The conditions of the list of members, "" where nothing is asked."""

    organization: Organization | None
    text: str
    stage: str
    standing: str
    dues_category: str
    floating: str

    @classmethod
    def of(cls, scope: Scope, asked: Mapping[str, str]) -> Self:
        """What the query of the page asks for. Raises ``Http404`` for an organization out of scope."""
        organization = unit_asked(scope, READ, asked.get("organization", ""))
        names = ("q", "stage", "standing", "dues_category", "floating")
        return cls(organization, *(asked.get(name, "").strip()[:60] for name in names))

    @property
    def is_filtered(self) -> bool:
        """Anything but the organization is asked for."""
        return any((self.text, self.stage, self.standing, self.dues_category, self.floating))

    def rows(self, scope: Scope) -> Members[Member]:
        """The members that the page lists."""
        return list_rows(
            scope,
            organization=self.organization,
            text=self.text,
            stage=self.stage,
            standing=self.standing,
            dues_category=self.dues_category,
            floating=self.floating,
        )

    def told(self) -> str:
        """The conditions in words, for the head of a file; "" when there are none."""
        return conditions(
            (_("人员类别"), codes.label("member_stage", self.stage) if self.stage in set(Stage) else ""),
            (_("党籍"), codes.label("standing", self.standing) if self.standing in set(Standing) else ""),
            (_("党费类别"), codes.table("dues_category").get(self.dues_category, "")),
            (_("流动"), {"": "", "1": _("流动党员")}.get(self.floating, _("不流动"))),
            (_("查找"), self.text),
        )
