"""Lines of a member's booklet that come from the ledgers of conduct (settings.OVERPRINT_SOURCES)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from zhibu.certificates.rules.overprint.lines import Line
from zhibu.conduct.models import Reward
from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind

PENALTIES = tuple(
    kind
    for kind, spec in SPECS.items()
    if spec.is_discipline or spec.is_disposal or kind == EventKind.END_CORRECTION
)
"""What pages 25-26 show: disciplinary penalties, organizational disposals, and what ends them."""


def rewards(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Pages 23-24: rewards that stand, oldest first. One query."""
    lines: dict[int, list[Line]] = defaultdict(list)
    rows = Reward.objects.filter(member__in=member_ids, reversed_on=None).order_by("awarded_on", "pk")
    for row in rows:
        fields = (_day(row.awarded_on), row.title, row.awarded_by, row.by)
        lines[row.member_id].append(Line(f"reward:{row.pk}", row.awarded_on, fields))
    return lines


def penalties(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Pages 25-26: penalties and disposals in effect, oldest first, with the last day of the period. One query.

    For whoever holds ``conduct.read`` at the member's branch: the caller sees to it.
    """
    lines: dict[int, list[Line]] = defaultdict(list)
    rows = (
        MembershipEvent.objects.in_effect()
        .filter(member__in=member_ids, kind__in=PENALTIES)
        .order_by("effective_on", "pk")
    )
    for row in rows:
        on = row.effective_on or row.decided_on
        last = _day(row.until - timedelta(days=1)) if row.until else ""
        fields = (_day(on), SPECS[EventKind(row.kind)].label, row.decided_by, last)
        lines[row.member_id].append(Line(f"event:{row.pk}", on, fields))
    return lines


def _day(on: date) -> str:
    return f"{on:%Y.%m.%d}"
