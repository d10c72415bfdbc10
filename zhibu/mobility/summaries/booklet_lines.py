"""Lines of a member's booklet that come from the ledgers of movement (settings.OVERPRINT_SOURCES)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from zhibu.certificates.rules.overprint.lines import Line
from zhibu.mobility.models import Floating, Transfer
from zhibu.organizations.models import OrganizationName


def transfers(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Page 10: transfers between branches of the county that were received, oldest first. Two queries.

    Branches are named as they were on the day of receipt, so that a later renaming changes no line.
    """
    rows = list(
        Transfer.objects.filter(member__in=member_ids, direction="inside", state="received")
        .exclude(received_on=None)
        .select_related("from_branch", "to_branch")
        .order_by("received_on", "pk")
    )
    names = _names({pk for row in rows for pk in (row.from_branch_id, row.to_branch_id) if pk is not None})
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        if row.member_id is None or row.received_on is None:
            continue
        from_branch = _name_on(names, row.from_branch_id, row.received_on)
        to_branch = _name_on(names, row.to_branch_id, row.received_on)
        fields = (from_branch, to_branch, _day(row.received_on), row.dues_paid_to.replace("-", "."))
        lines[row.member_id].append(Line(f"transfer:{row.pk}", row.received_on, fields))
    return lines


def floating(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Pages 21-22: going out, oldest first, with the last day away once the member has returned. One query."""
    lines: dict[int, list[Line]] = defaultdict(list)
    rows = Floating.objects.filter(member__in=member_ids, direction="out").order_by("from_date", "pk")
    for row in rows:
        if row.member_id is None:
            continue
        host = "，".join(part for part in (row.host, row.contact_person) if part)
        fields = (_day(row.from_date), row.destination, host, _day(row.until) if row.until else "")
        lines[row.member_id].append(Line(f"floating:{row.pk}", row.from_date, fields))
    return lines


Names = Mapping[int, list[tuple[date, str]]]


def _names(ids: Collection[int]) -> Names:
    """Short names of organizations by the day they began."""
    names: dict[int, list[tuple[date, str]]] = defaultdict(list)
    found = OrganizationName.objects.filter(organization__in=ids).order_by("from_date", "pk")
    for pk, from_date, short_name in found.values_list("organization_id", "from_date", "short_name"):
        names[pk].append((from_date, short_name))
    return names


def _name_on(names: Names, pk: int | None, on: date) -> str:
    """The name on that day; the first known one for a day before it."""
    known = names.get(pk or 0, [])
    if not known:
        return ""
    place = bisect_right(known, on, key=lambda entry: entry[0])
    return known[max(place - 1, 0)][1]


def _day(on: date) -> str:
    return f"{on:%Y.%m.%d}"
