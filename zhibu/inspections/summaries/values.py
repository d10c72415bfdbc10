"""What the system says about each item of a sheet: the same number of queries for one member and for a hundred."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from django.db.models import Count, Max, Min, Q

from zhibu.certificates.models import Booklet, Certificate, Custody, Disposition, StockCount
from zhibu.certificates.rules.copies import format_number
from zhibu.certificates.summaries.overprint import source_of
from zhibu.certificates.summaries.stock.balances import remaining_at
from zhibu.conduct.models import Appeal
from zhibu.conduct.rules import OPEN_APPEALS
from zhibu.conduct.summaries import booklet_lines as conduct_lines
from zhibu.core.booklet_lines import Line
from zhibu.core.codes import label
from zhibu.core.money import yuan
from zhibu.dues.summaries.ledger import MemberMonth, years_of
from zhibu.inspections.models import Finding, Inspection, Sample
from zhibu.inspections.rules.draw import DrawRule, Kind, quarter_of
from zhibu.inspections.rules.items import COMMITTEE, TO_MEND, Item, items_for, shortened
from zhibu.members.models import Member
from zhibu.mobility.summaries import booklet_lines as movement_lines
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.lists import with_people
from zhibu.organizations.models import Organization
from zhibu.points.summaries.totals import months_by_member

Values = dict[int, str]
NOTHING = "没有"
_SEXES = {"1": "男", "2": "女"}
_DUES = {"exempt": "免交", "none": "不用交", "left": "已不在册", "pending": "待批准，暂不交"}


def sheet_items(inspection: Inspection, permits: Callable[[str], bool]) -> tuple[Item, ...]:
    """The lines of the sheet which the reader may see; ``permits`` asks a permission at the place."""
    if inspection.kind == Kind.COMMITTEE:
        items = COMMITTEE
    else:
        items = items_for(DrawRule.load(inspection.rule).months)
    return tuple(item for item in items if permits(item.permission))


def values_of(
    members: Sequence[Member], items: Collection[Item], months: Sequence[int]
) -> dict[int, dict[str, str]]:
    """Member -> item -> what the system says now. The number of queries does not grow with the members.

    Only items asked for are read: whoever may not read penalties asks without them.
    """
    asked = {item.key for item in items}
    ids = [member.pk for member in members]
    by_item: dict[str, Mapping[int, str]] = {}
    if asked & {"number", "whereabouts"}:
        by_item |= _certificates(ids)
    if "identity" in asked:
        by_item["identity"] = {member.pk: _identity(member) for member in members}
    for key, source in (
        ("transfers", movement_lines.transfers),
        ("floating", movement_lines.floating),
        ("rewards", conduct_lines.rewards),
        ("penalties", conduct_lines.penalties),
    ):
        if key in asked:
            by_item[key] = {pk: _lines(rows) for pk, rows in source(ids).items()}
    if any(key.startswith("dues_") for key in asked):
        by_item |= _dues(ids, months)
    if any(key.startswith("points_") for key in asked):
        by_item |= _points(ids, months)
    if "reviews" in asked:
        by_item["reviews"] = _reviews(ids)
    return {
        pk: {key: shortened(by_item.get(key, {}).get(pk, NOTHING)) for key in asked if key in by_item}
        for pk in ids
    }


def _identity(member: Member) -> str:
    parts = (
        member.name,
        _SEXES.get(member.sex, ""),
        label("ethnic_group", member.ethnic_group),
        f"{member.birth_date:%Y.%m}出生",
        f"籍贯{member.native_place}" if member.native_place else "",
        f"{member.join_date:%Y.%m.%d}入党",
        f"{member.confirmation_date:%Y.%m.%d}转正"
        if member.confirmation_date
        else label("member_stage", member.stage),
    )
    return "，".join(part for part in parts if part)


def with_booklet(ids: Sequence[int]) -> set[int]:
    """The members who have a booklet that is not voided. One query."""
    live = Booklet.objects.filter(certificate__member__in=ids).exclude(state="voided")
    return set(live.values_list("certificate__member", flat=True))


def _certificates(ids: Sequence[int]) -> dict[str, Values]:
    """Number with serial, and where the copy is. Three queries."""
    certificates = {row.member_id: row for row in Certificate.objects.filter(member__in=ids)}
    live = {
        row.certificate_id: row
        for row in Booklet.objects.filter(certificate__in=[c.pk for c in certificates.values()]).exclude(
            state="voided"
        )
    }
    kept = {
        row.booklet_id: row
        for row in Custody.objects.filter(booklet__in=[b.pk for b in live.values()], until=None)
    }
    numbers: Values = dict.fromkeys(ids, "还没有编号")
    places: Values = dict.fromkeys(ids, "没有发证")
    for pk, certificate in certificates.items():
        booklet = live.get(certificate.pk)
        number = format_number(certificate.number)
        numbers[pk] = f"{number}，第{booklet.serial:02d}本" if booklet else f"{number}，没有在用的证本"
        state = label("certificate_state", certificate.state)
        if booklet is None:
            places[pk] = state
        elif booklet.pk in kept:
            places[pk] = f"{state}，代管在{kept[booklet.pk].place}，保管人{kept[booklet.pk].keeper}"
        elif booklet.state == "issued":
            places[pk] = f"{state}，本人保管"
        else:
            places[pk] = f"{state}，印好还没有发"
    return {"number": numbers, "whereabouts": places}


def _lines(rows: Sequence[Line]) -> str:
    """How many lines the page holds, and the latest in words."""
    told = "，".join(part for part in rows[-1].fields if part)
    return told if len(rows) == 1 else f"共{len(rows)}条，最近：{told}"


def _dues(ids: Sequence[int], months: Sequence[int]) -> dict[str, Values]:
    """A month's line of dues: assessed, paid, last day of payment. Two queries."""
    found: dict[str, Values] = {f"dues_{month}": {} for month in months}
    for pk, rows in years_of(ids, min(months) // 100, max(months) // 100).items():
        for row in rows:
            if row.month in months:
                found[f"dues_{row.month}"][pk] = _dues_line(row)
    return found


def _dues_line(row: MemberMonth) -> str:
    said = _DUES.get(row.kind) or (f"应交{yuan(row.assessed)}元" if row.kind else "没有应交记录")
    paid = row.paid + row.extra
    if paid:
        return f"{said}，实交{yuan(paid)}元" + (f"，{row.paid_on:%Y.%m.%d}" if row.paid_on else "")
    return f"{said}，没有交" if row.kind and row.kind not in _DUES else said


def _points(ids: Sequence[int], months: Sequence[int]) -> dict[str, Values]:
    """A month's points after the caps, and the total at its end. Five queries a year the months lie in."""
    found: dict[str, Values] = {f"points_{month}": {} for month in months}
    for year in sorted({month // 100 for month in months}):
        for pk, rows in months_by_member(ids, year).items():
            for row in rows:
                if row.month in months:
                    told = f"本月{row.change / 10:+.1f}分，月末合计{row.total / 10:.1f}分"
                    found[f"points_{row.month}"][pk] = told
    return found


def _reviews(ids: Sequence[int]) -> Values:
    """The latest two annual reviews and the latest inspection: the stamps of pages 28 and 29. Two queries."""
    told: dict[int, list[str]] = defaultdict(list)
    stamps = source_of("annual_review")
    for pk, lines in (stamps(ids) if stamps else {}).items():
        latest_two = sorted(lines, key=lambda line: line.on, reverse=True)[:2]
        told[pk] += [f"{line.on.year}年审{line.fields[0]}" for line in latest_two]
    latest = (
        Sample.objects.filter(member__in=ids, state="checked")
        .order_by()
        .values_list("member")
        .annotate(quarter=Max("inspection__quarter"))
    )
    for pk, quarter in latest:
        told[pk or 0].append(f"{quarter // 10}年第{quarter % 10}季督")
    return {pk: "，".join(parts) for pk, parts in told.items()}


def committee_values(
    organization: Organization, items: Collection[Item], months: Sequence[int], *, on: date
) -> dict[str, str]:
    """Item -> what the system says about a committee's own work. At most nine queries."""
    asked = {item.key for item in items}
    known: dict[str, Callable[[], str]] = {
        "months": lambda: _months(organization, months),
        "quarters": lambda: _quarters(organization, on),
        "findings": lambda: _findings(organization, on),
        "stock": lambda: _stock(organization),
        "dispositions": lambda: _dispositions(organization, on),
        "appeals": lambda: _appeals(organization),
    }
    return {key: shortened(read()) for key, read in known.items() if key in asked}


def _months(organization: Organization, months: Sequence[int]) -> str:
    """One query beside the number of branches."""
    branches = with_people(Organization.objects.under(organization.path)).count()
    found = (
        BranchMonth.objects.asking()
        .filter(month__in=months, branch__path__startswith=organization.path)
        .aggregate(
            sealed=Count("pk", filter=Q(state="sealed")),
            waiting=Count("pk", filter=Q(state="submitted")),
            late=Count("pk", filter=Q(is_late=True)),
        )
    )
    first, last = months[0], months[-1]
    return (
        f"{first // 100}年{first % 100}月至{last // 100}年{last % 100}月应报{branches * len(months)}份，"
        f"已封存{found['sealed']}份，等确认{found['waiting']}份，晚交{found['late']}份"
    )


def _quarters(organization: Organization, on: date) -> str:
    year = quarter_of(on) // 10
    done = (
        Inspection.objects.filter(
            organization=organization, kind=Kind.QUARTERLY, quarter__gte=year * 10, quarter__lt=year * 10 + 10
        )
        .order_by("quarter")
        .values_list("quarter", "state")
    )
    told = [f"第{quarter % 10}季{'已查完' if state == 'done' else '在查'}" for quarter, state in done]
    return "，".join(told) or "本年还没有季督"


def _findings(organization: Organization, on: date) -> str:
    found = Finding.objects.filter(branch__path__startswith=organization.path).aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state__in=TO_MEND)),
        overdue=Count("pk", filter=Q(state__in=TO_MEND, due_on__lt=on)),
    )
    return f"共{found['all']}个，没有整改{found['open']}个，其中逾期{found['overdue']}个"


def _stock(organization: Organization) -> str:
    last = StockCount.objects.filter(organization=organization).order_by("-on", "-pk").first()
    books = f"账上{remaining_at([organization.pk])[organization.pk]}本"
    return f"{books}，最近盘点{last.on:%Y.%m.%d}，点得{last.counted}本" if last else f"{books}，没有盘点过"


def _dispositions(organization: Organization, on: date) -> str:
    found = Disposition.objects.filter(
        state="proposed", certificate__member__branch__path__startswith=organization.path
    ).aggregate(waiting=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)))
    return f"等办{found['waiting']}件，其中逾期{found['overdue']}件"


def _appeals(organization: Organization) -> str:
    found = Appeal.objects.filter(
        state__in=OPEN_APPEALS, member__branch__path__startswith=organization.path
    ).aggregate(n=Count("pk"), first=Min("filed_on"))
    if not found["n"]:
        return "没有在办的申诉"
    return f"在办{found['n']}件，最早{found['first']:%Y.%m.%d}提出"
