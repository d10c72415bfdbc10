"""Who is late, which branch looks odd and why: a branch with its late months and its signs. Never a verdict."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.months import month_of, month_text, shift_month
from zhibu.core.text import gettext_noop
from zhibu.inspections.summaries.signs import KINDS, Sign, signs
from zhibu.months.models import BranchMonth
from zhibu.months.policies import MONTHS
from zhibu.months.rules.months import MonthState, due_day
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

INSPECT = "inspections.inspect"
LATE_FROM: Final = 2
RETURNED_FROM: Final = 3
LOOKED_BACK: Final = 12
OF_MONTHS: Final = {
    "overdue": gettext_noop("过期没有交"),
    "late": gettext_noop("迟交过"),
    "returned": gettext_noop("多次退回"),
}
HOW: Final = {
    "overdue": gettext_noop("过了截止日，月记还没有提交。"),
    "late": gettext_noop("最近十二个月里，有2个月以上晚于截止日提交。"),
    "returned": gettext_noop("最近十二个月里，月记被退回3次以上。"),
}
WHY: Final = {
    "overdue": gettext_noop("停电断网、书记外出或正在换人、党委刚退回。"),
    "late": gettext_noop("停电断网、书记外出或换人、等外出党员交党费。"),
    "returned": gettext_noop("新手填错一格、党委要补一张凭证、口径刚改过。"),
}


@dataclass(slots=True)
class OddBranch:
    """A branch with the months that are overdue, came late, were returned, and with its signs."""

    organization: Organization
    overdue: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    returns: int = 0
    signs: list[Sign] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        """What it is listed for: kinds of signs and of months."""
        found = {sign.kind.key for sign in self.signs}
        reached = {
            "overdue": bool(self.overdue),
            "late": len(self.late) >= LATE_FROM,
            "returned": self.returns >= RETURNED_FROM,
        }
        return found | {key for key, is_reached in reached.items() if is_reached}

    @property
    def told(self) -> list[tuple[str, str]]:
        """What to read about it: (label, the figures)."""
        keys, found = self.keys, []
        if "overdue" in keys:
            found.append((_(OF_MONTHS["overdue"]), _months(self.overdue)))
        if "late" in keys:
            told = _("{n}个月：{months}").format(n=len(self.late), months=_months(self.late))
            found.append((_(OF_MONTHS["late"]), told))
        if "returned" in keys:
            found.append((_(OF_MONTHS["returned"]), _("近十二个月退回{n}次").format(n=self.returns)))
        return found + [(_(sign.kind.label), sign.told) for sign in self.signs]


def _months(months: Sequence[int]) -> str:
    return "、".join(month_text(month) for month in sorted(months))


def odd_branches(scope: Scope, *, on: date, under: str = "") -> list[OddBranch]:
    """Branches to look at under the path: with signs, then overdue, then the rest, each in the order of the tree.

    At most fifteen queries for any county.
    """
    lines: dict[int, OddBranch] = {}
    by_branch = defaultdict(list)
    for sign in signs(scope, on=on):
        by_branch[sign.organization.pk].append(sign)
        lines.setdefault(sign.organization.pk, OddBranch(sign.organization))
    submit_day = values_in_force(MONTHS, on=on).submit_day
    rows = (
        BranchMonth.objects.asking()
        .visible_to(scope, INSPECT)
        .filter(month__gte=shift_month(month_of(on), -LOOKED_BACK), branch__closed_on=None)
        .exclude(is_late=False, returns=0, state__in=(MonthState.SEALED, MonthState.SUBMITTED))
        .select_related("branch")
        .order_by("month")
    )
    for row in rows:
        line = lines.setdefault(row.branch_id, OddBranch(row.branch))
        if row.state in (MonthState.OPEN, MonthState.RETURNED) and on > due_day(row.month, submit_day):
            line.overdue.append(row.month)
        if row.is_late:
            line.late.append(row.month)
        line.returns += row.returns
    for pk, found in by_branch.items():
        lines[pk].signs = found
    shown = [line for line in lines.values() if line.keys and line.organization.path.startswith(under)]
    return sorted(shown, key=lambda line: (not line.signs, not line.overdue, line.organization.path))


def explained() -> list[tuple[str, str, str, str]]:
    """Every reason for being listed: key, label, how it is computed, common innocent causes."""
    months = [(key, label, HOW[key], WHY[key]) for key, label in OF_MONTHS.items()]
    return months + [(kind.key, kind.label, kind.how, kind.innocent) for kind in KINDS.values()]
