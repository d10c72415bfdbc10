"""Study hours of a year where both ledgers are seen: what was entered, and what attended meetings brought."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from zhibu.core.access import Scope
from zhibu.education.models import StudyRecord
from zhibu.education.policies import terms_of_year
from zhibu.education.rules.counting import Hours, count, months_in, target_of
from zhibu.education.summaries.hours import entries_of_member, leaders, own_hours
from zhibu.meetings.models import Attendance
from zhibu.meetings.summaries.study import study_hours, study_meetings_of
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.points.policies import catalogue_of_year
from zhibu.points.rules.catalogue import MemberClass
from zhibu.points.summaries.totals import Year, years_of

READ = "education.read"


def hours_of(
    members: Collection[Member],
    year: int,
    *,
    years: Mapping[int, Year] | None = None,
    person: OnePerson | None = None,
) -> dict[int, Hours]:
    """Each member's year in tenths of an hour, with what is asked of the member.

    Nothing is asked of class C of the points (old or ill) and of suspended members: target 0. Four queries per
    5000 members, one or two for merged records, and four for the classes, unless ``person`` and ``years`` bring them.
    """
    ids = [member.pk for member in members]
    terms = terms_of_year(year)
    own, taught, leading = own_hours(ids, year), study_hours(ids, year, person=person), leaders(ids, year)
    if years is None:
        years = years_of(ids, year, catalogue=catalogue_of_year(year))
    found = {}
    for member in members:
        months = months_in(member.join_date.year, member.join_date.month, year)
        is_leader = member.pk in leading
        target = target_of(terms, is_leader=is_leader, months=months)
        hours = count(terms, own.get(member.pk, {}), meetings=taught.get(member.pk, 0), target=target)
        known = years.get(member.pk)
        is_spared = known is not None and (
            known.is_paused or known.class_at(year * 100 + 12) == MemberClass.FRAIL
        )
        found[member.pk] = (
            replace(hours, target=0)
            if is_spared
            else replace(hours, needs_class=is_leader and terms.leaders_class and target > 0)
        )
    return found


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member on the page of a branch."""

    member: Member
    hours: Hours


def member_lines(branch: Organization, year: int) -> list[MemberLine]:
    """A branch's members with their hours, by pinyin. A fixed number of queries."""
    rows = Member.objects.enrolled().filter(branch=branch, standing=Standing.ACTIVE)
    members = list(rows.only("name", "branch", "join_date", "is_floating").order_by("pinyin", "pk"))
    hours = hours_of(members, year)
    return [MemberLine(member, hours[member.pk]) for member in members]


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A branch on the page of a unit above it. ``asked``: members who have a target, ``reached`` it, ``tenths`` of all of them."""

    branch: Organization
    members: int
    asked: int
    reached: int
    tenths: int

    @property
    def average(self) -> int:
        """Tenths of an hour of a member who has a target, rounded down."""
        return self.tenths // self.asked if self.asked else 0


def branches_below(scope: Scope, organization: Organization) -> QuerySet[Organization]:
    """Branches of a unit, in the order of the tree: for ``paginate``."""
    return (
        Organization.objects.visible_to(scope, READ)
        .existing()
        .filter(kind__in=BRANCH_KINDS)
        .under(organization.path)
        .in_order()
    )


def branch_lines(branches: Sequence[Organization], year: int) -> list[BranchLine]:
    """How far these branches are. A fixed number of queries."""
    rows = Member.objects.enrolled().filter(branch__in=branches, standing=Standing.ACTIVE)
    members = list(rows.only("branch", "join_date"))
    hours = hours_of(members, year)
    found = []
    for branch in branches:
        own = [hours[member.pk] for member in members if member.branch_id == branch.pk]
        asked = [each for each in own if each.target]
        found.append(
            BranchLine(
                branch,
                len(own),
                len(asked),
                sum(not each.is_short for each in asked),
                sum(each.counted for each in asked),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class MemberYear:
    """One member's year: the sums, the entries of the ledger, the meetings that brought hours."""

    hours: Hours
    entries: list[StudyRecord]
    meetings: list[Attendance]


def member_year(member: Member, year: int) -> MemberYear:
    """Twelve queries, one more where another record was merged into this one."""
    return MemberYear(
        hours_of([member], year)[member.pk], entries_of_member(member, year), study_meetings_of(member, year)
    )
