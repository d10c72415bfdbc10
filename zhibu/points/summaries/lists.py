"""Lists of the pages: branches of an organization, entries of a month, what waits, objections, a year."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_of
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import BranchPost
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization
from zhibu.points.models import Entry, Objection, PointsLock, Publicity
from zhibu.points.policies import shipped_items
from zhibu.points.rules.catalogue import Catalogue
from zhibu.points.rules.people import Decided, Deciding, check_approver, committee_path
from zhibu.points.rules.totals import MonthTotal, Total
from zhibu.points.summaries.totals import Year, months_by_member, totals_with_years

READ = "points.read"
RECORD = "points.record"
APPROVE = "points.approve"


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch in the list of an organization: its entries in the month, what waits there."""

    branch: Organization
    entries: int
    proposed: int
    objections: int
    published: Publicity | None
    is_locked: bool


def branches_under(scope: Scope, organization: Organization) -> QuerySet[Organization]:
    """Existing branches below the organization that the scope may read, in the order of the tree."""
    return (
        Organization.objects.visible_to(scope, READ).existing().branches().under(organization.path).in_order()
    )


def branch_rows(branches: Sequence[Organization], month: int, *, on: date) -> list[BranchRow]:
    """These branches in the month. Four queries."""
    ids = [branch.pk for branch in branches]
    counted = {
        pk: (approved, proposed)
        for pk, approved, proposed in Entry.objects.filter(branch__in=ids, month=month)
        .order_by()
        .values_list("branch")
        .annotate(
            approved=Count("pk", filter=Q(state="approved")), proposed=Count("pk", filter=Q(state="proposed"))
        )
    }
    objections = dict(
        Objection.objects.filter(entry__branch__in=ids, state="filed")
        .order_by()
        .values_list("entry__branch")
        .annotate(n=Count("pk"))
    )
    published = {row.branch_id: row for row in Publicity.objects.filter(branch__in=ids, month=month)}
    locks = PointsLock.objects.filter(branch__in=ids, month=month)
    locked = {row.branch_id for row in locks if row.open_until is None or row.open_until <= on}
    return [
        BranchRow(
            branch,
            *counted.get(branch.pk, (0, 0)),
            objections=objections.get(branch.pk, 0),
            published=published.get(branch.pk),
            is_locked=branch.pk in locked,
        )
        for branch in branches
    ]


def month_entries(branch: Organization, month: int) -> list[Entry]:
    """What people entered for the month: those that wait first, then the latest; at most two hundred."""
    rows = (
        Entry.objects.filter(branch=branch, month=month, source="manual")
        .select_related("member")
        .order_by("-at", "-pk")[:200]
    )
    return sorted(rows, key=lambda row: row.state != "proposed")


def open_objections(branch_id: int) -> int:
    """How many objections against entries at the branch wait for their recheck. One query."""
    return Objection.objects.filter(entry__branch=branch_id, state="filed").count()


def publicity_of(branch_id: int, month: int) -> Publicity | None:
    """The publication of the month, if it was."""
    return Publicity.objects.filter(branch=branch_id, month=month).first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposed entry and why the person may not approve it; None: may."""

    entry: Entry
    why_not: Refused | None


def proposed(scope: Scope) -> QuerySet[Entry]:
    """Entries that wait in the scope, oldest first."""
    return (
        Entry.objects.visible_to(scope, APPROVE)
        .proposed()
        .select_related("member", "branch", "reverses")
        .order_by("at", "pk")
    )


def waiting(scope: Scope, entries: Sequence[Entry], *, catalogue: Catalogue, on: date) -> list[Waiting]:
    """Each entry with the answer whether the person may approve it. One query. Entries with member and branch."""
    secretaries = {
        (member, branch)
        for member, branch, until in PostHolding.objects.filter(
            organization__in={entry.branch_id for entry in entries},
            post=BranchPost.SECRETARY,
            from_date__lte=on,
        ).values_list("member_id", "organization_id", "until")
        if until is None or until > on
    }
    found = []
    for entry in entries:
        item = catalogue.items[entry.item]
        why_not: Refused | None = None
        try:
            check_approver(
                Deciding(
                    scope.user_id, at_committee=scope.covers(APPROVE, committee_path(entry.branch.path))
                ),
                Decided(
                    entry.member.name,
                    item.name,
                    entry.member.user_id,
                    entry.recorder_user_id,
                    is_secretary=(entry.member_id, entry.branch_id) in secretaries,
                    by_committee=item.by_committee,
                ),
            )
        except Refused as refusal:
            why_not = refusal
        found.append(Waiting(entry, why_not))
    return found


def approvable(scope: Scope, *, on: date) -> QuerySet[Entry]:
    """Of ``proposed``, those the person may approve, told in SQL: for counting."""
    rows = proposed(scope)
    if scope.user_id is not None:
        rows = rows.exclude(recorder_user=scope.user_id).exclude(member__user=scope.user_id)
    own = list(scope.prefixes(APPROVE))
    for_committee = [code for code, item in shipped_items().items() if item.by_committee]
    secretaries = PostHolding.objects.filter(
        Q(until=None) | Q(until__gt=on),
        organization__path__in=own,
        post=BranchPost.SECRETARY,
        from_date__lte=on,
    ).values("member")
    return rows.exclude(branch__path__in=own, item__in=for_committee).exclude(
        branch__path__in=own, member__in=secretaries
    )


OBJECTION_VIEWS = ("", "filed", "done")


def objections(scope: Scope, *, view: str = "") -> QuerySet[Objection]:
    """Objections against entries at branches of the scope; open ones first, oldest first among them."""
    rows = _at_entry_branch(scope).select_related("entry__branch", "member")
    if view == "filed":
        rows = rows.filter(state="filed")
    elif view == "done":
        rows = rows.exclude(state="filed")
    return rows.annotate(is_done=Count("pk", filter=~Q(state="filed"))).order_by("is_done", "filed_on", "pk")


def _at_entry_branch(scope: Scope) -> QuerySet[Objection]:
    branches = Organization.objects.visible_to(scope, APPROVE).values("pk")
    return Objection.objects.filter(entry__branch__in=branches)


def recheckable(scope: Scope) -> QuerySet[Objection]:
    """Open objections the person may decide, told in SQL: neither recorded nor approved nor about the person."""
    rows = objections(scope, view="filed")
    own = list(scope.prefixes(APPROVE))
    rows = rows.exclude(entry__branch__path__in=own, entry__recorder_user=None)
    if scope.user_id is None:
        return rows
    mine = Q(entry__recorder_user=scope.user_id) | Q(entry__approver_user=scope.user_id)
    return rows.exclude(mine).exclude(member__user=scope.user_id)


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """An entry on the member's page: its reversal, its objections, until when one may object."""

    entry: Entry
    reversal: Entry | None
    objections: Sequence[Objection]
    object_until: date | None


@dataclass(frozen=True, slots=True)
class MemberYear:
    """A member's year: total, twelve months, entries."""

    total: Total
    year: Year
    months: Sequence[MonthTotal]
    entries: Sequence[MemberEntry]

    @property
    def object_until(self) -> date | None:
        """The first day on which none of the entries can be objected to any more; None: none can now."""
        return max((each.object_until for each in self.entries if each.object_until), default=None)


def member_year(member: Member, year: int, *, on: date) -> MemberYear:
    """A member's year. Constant queries."""
    totals, years = totals_with_years([member.pk], year)
    rows = list(
        Entry.objects.filter(member__in=OnePerson.read().records([member.pk]))
        .of_year(year)
        .select_related("branch")
        .order_by("-month", "-fact_on", "-pk")
    )
    reversals = {row.reverses_id: row for row in rows if row.reverses_id is not None}
    later = Entry.objects.filter(reverses__in=rows).exclude(pk__in=[row.pk for row in rows])
    reversals |= {row.reverses_id: row for row in later if row.reverses_id is not None}
    filed: dict[int, list[Objection]] = defaultdict(list)
    for objection in Objection.objects.filter(entry__in=rows).order_by("filed_on", "pk"):
        filed[objection.entry_id].append(objection)
    published = {
        (row.branch_id, row.month): row.until
        for row in Publicity.objects.filter(
            branch__in={row.branch_id for row in rows}, month__in={row.month for row in rows}
        )
    }
    entries = []
    for row in rows:
        until = published.get((row.branch_id, row.month))
        is_open = until is not None and on < until
        may = row.state == "approved" and row.reverses_id is None and row.pk not in reversals
        busy = any(each.state == "filed" for each in filed[row.pk])
        entries.append(
            MemberEntry(
                row, reversals.get(row.pk), filed[row.pk], until if is_open and may and not busy else None
            )
        )
    return MemberYear(
        totals[member.pk], years[member.pk], months_by_member([member.pk], year)[member.pk], entries
    )


@dataclass(frozen=True, slots=True)
class YearRow:
    """A member in the year of a branch."""

    member: Member
    total: Total
    member_class: str
    has_account: bool


def year_rows(members: Sequence[Member], year: int, *, month: int) -> list[YearRow]:
    """These members' year, in their order: nobody is placed before another (国办函〔2026〕12号)."""
    totals, years = totals_with_years([member.pk for member in members], year)
    return [
        YearRow(
            member,
            totals[member.pk],
            years[member.pk].class_at(month),
            years[member.pk].has_account,
        )
        for member in members
    ]


def grade_counts(rows: Collection[YearRow]) -> Mapping[str, int]:
    """How many members at each grade, suspended ones left out."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.total.grade:
            counts[row.total.grade] += 1
    return dict(counts)


def shown_month(text: str, *, on: date, settle_day: int) -> int:
    """The month of a query; without one the month people work on: the last until its settling day."""
    if text.isascii() and text.isdecimal() and len(text) == 6 and 1 <= int(text[4:]) <= 12 and text > "2000":
        return int(text)
    current = month_of(on)
    if on.day > settle_day:
        return current
    return current - 1 if current % 100 > 1 else current - 89
