"""Months to measure with: the demonstration county, whose history ends with October, brought on month by month.

Imported inside an installation, after the set-up.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from tests.bench import cases
from tests.world import grant, make_user
from zhibu.core.access import Scope
from zhibu.core.months import first_day, last_day
from zhibu.demo.actions import BRANCH
from zhibu.dues.models import Due, Payment
from zhibu.meetings.actions import HeldMeeting, enter_held_meetings
from zhibu.meetings.rules.kinds import Kind
from zhibu.members.models import Member
from zhibu.months.actions.cells import CellOperation, apply_operations
from zhibu.months.actions.many import Desk, PastMonth, enter_past_months
from zhibu.months.actions.opening import open_months
from zhibu.months.actions.sealing import seal_month
from zhibu.months.actions.submitting import Counted, submit_month
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.rules.months import add_up
from zhibu.months.summaries.book import Book, read_book
from zhibu.organizations.models import Organization
from zhibu.points.actions import open_year
from zhibu.reviews.actions.many import PastReview, enter_reviews
from zhibu.reviews.rules import Result
from zhibu.reviews.summaries.reviewable import reviewable

CLERK, COMMITTEE = Scope.system("bench"), Scope.system("bench committee")
OCTOBER, NOVEMBER, DECEMBER = 202610, 202611, 202612
DAY = date(2026, 11, 24)  # November is entered
HANDED_IN = date(2026, 12, 3)
CLOSED = date(2027, 1, 20)  # the year is reviewed and closed
LARGE, USUAL = 50, 35  # members of the branches measured
USUAL_BRANCHES = 24
COPIES = 9  # of the county, until it has 100,000 members
_PART = 400


def finish_october() -> int:
    """October sealed everywhere; one branch has exactly 50 members now, two dozen exactly 35."""
    with transaction.atomic():
        seal_everywhere(OCTOBER, on=DAY)
        _resize()
    return BranchMonth.objects.filter(month=OCTOBER, state="sealed").count()


def enter_november() -> int:
    """November open in the county, its meetings held, what is unusual entered; a clerk for each branch."""
    with transaction.atomic():
        open_months(by=cases.scope("county", on=DAY), month=NOVEMBER, organization=county(), on=DAY)
        hold_meetings(NOVEMBER, list(BranchMonth.objects.filter(month=NOVEMBER).select_related("branch")))
        for row in BranchMonth.objects.filter(month=NOVEMBER).select_related("branch").order_by("pk"):
            operations = [
                CellOperation(uuid4(), member, "dues", value)
                for member, value in _unusual(_owing(row)).items()
            ]
            apply_operations(by=CLERK, branch_month=row, operations=operations, on=DAY)
            grant(make_user(clerk_of(row.branch_id), "阿皮石布"), "branch_clerk", row.branch)
    return BranchMonth.objects.filter(month=NOVEMBER, state="open").count()


def grow_county() -> int:
    """Nine more counties of townships, branches and members beside; their November is sealed."""
    with transaction.atomic():
        before = set(Organization.objects.values_list("pk", flat=True))
        for number in range(1, COPIES + 1):
            _copy_county(number, before)
        branches = Organization.objects.branches().exclude(pk__in=before)
        open_year(
            by=CLERK, year=NOVEMBER // 100, branch_ids=list(branches.values_list("pk", flat=True)), on=DAY
        )
        open_months(by=CLERK, month=NOVEMBER, organization=county(), on=DAY)
        rows = BranchMonth.objects.filter(month=NOVEMBER, branch__in=branches).select_related("branch")
        listed = list(rows.order_by("pk"))
        for start in range(0, len(listed), _PART):
            hold_meetings(NOVEMBER, listed[start : start + _PART])
            _take_over(NOVEMBER, listed[start : start + _PART], on=HANDED_IN)
    return Member.objects.enrolled().count()


def finish_year() -> int:
    """November and December sealed everywhere, every certificate reviewed for 2026, no committee closed yet."""
    with transaction.atomic():
        for month in (NOVEMBER, DECEMBER):
            open_months(by=CLERK, month=month, organization=county(), on=CLOSED)
            hold_meetings(month, list(BranchMonth.objects.filter(month=month).select_related("branch")))
            seal_everywhere(month, on=CLOSED)
        at = _at(CLOSED, 9)
        reviews = [
            PastReview(pk, Result.PASSED, "", CLOSED - timedelta(5), "bench", at)
            for pk in reviewable(CLERK, county(), NOVEMBER // 100).values_list("pk", flat=True)
        ]
        return enter_reviews(
            by=CLERK, organization=county(), year=NOVEMBER // 100, reviews=reviews, on=CLOSED
        )


def county() -> Organization:
    """The top of the tree."""
    return Organization.objects.get(parent=None)


def clerk_of(branch: int) -> str:
    """Username of the branch's clerk."""
    return f"clerk{branch}"


def branch_months(size: int) -> list[BranchMonth]:
    """November of the branches with exactly so many members, in a fixed order."""
    exact = (
        Due.objects.filter(month=NOVEMBER)
        .order_by()
        .values("branch")
        .annotate(members=Count("pk"))
        .filter(members=size)
        .values_list("branch", flat=True)
    )
    rows = BranchMonth.objects.filter(month=NOVEMBER, state="open", branch__in=list(exact))
    return list(rows.exclude(branch__code=BRANCH).select_related("branch").order_by("branch_id"))


def honest_count(book: Book) -> Counted:
    """What a clerk finds who counts right."""
    totals = add_up(each.line for each in book.rows)
    attended = totals.came if book.held else None
    return Counted(totals.cash, totals.payers, attended, book.collected_on, "阿皮石布")


def seal_everywhere(month: int, *, on: date) -> None:
    """Seal what is not sealed: in bulk where nobody has begun, else through the single deeds."""
    rows = list(
        BranchMonth.objects.filter(month=month)
        .exclude(state="sealed")
        .select_related("branch")
        .order_by("pk")
    )
    begun = set(Operation.objects.filter(branch_month__in=rows).values_list("branch_month", flat=True))
    paid = set(Payment.objects.filter(month=month).values_list("branch", flat=True))
    untouched = [
        row for row in rows if row.state == "open" and row.pk not in begun and row.branch_id not in paid
    ]
    _take_over(month, untouched, on=on)
    for row in rows:
        if row in untouched:
            continue
        if row.state != "submitted":
            counted = honest_count(read_book(row, with_points=False))
            submit_month(by=CLERK, branch_month=row, counted=counted, on=on)
        seal_month(by=COMMITTEE, branch_month=row, on=on)


def hold_meetings(month: int, rows: Sequence[BranchMonth]) -> None:
    """A theme day each, with a few on leave; the branches measured had a members' meeting, too."""
    there: dict[int, list[int]] = defaultdict(list)
    of_month = Due.objects.filter(month=month, branch__in=[row.branch_id for row in rows])
    for branch, member in of_month.order_by("pk").values_list("branch_id", "member_id"):
        there[branch].append(member)
    held = []
    for row in rows:
        kinds = [Kind.THEME_PARTY_DAY]
        if len(there[row.branch_id]) in (USUAL, LARGE):
            kinds.append(Kind.MEMBERS_MEETING)
        for n, kind in enumerate(kinds):
            day = first_day(month) + timedelta(days=5 + 7 * n)
            away = there[row.branch_id][n::12]
            held.append(
                HeldMeeting(
                    branch=row.branch,
                    kind=kind,
                    day=day,
                    chair="阿皮石布",
                    recorder="阿皮石布",
                    exceptions=dict.fromkeys(away, ("leave", "外出务工")),
                    at=_at(day, 20),
                    there=there[row.branch_id],
                )
            )
    enter_held_meetings(by=CLERK, meetings=held, on=last_day(month))


def _take_over(month: int, rows: Sequence[BranchMonth], *, on: date) -> None:
    owing: dict[int, list[int]] = defaultdict(list)
    owed = Due.objects.filter(
        month=month, branch__in=[row.branch_id for row in rows], kind="due", amount__gt=0
    )
    for branch, member in owed.order_by("pk").values_list("branch_id", "member_id"):
        owing[branch].append(member)
    after = last_day(month) + timedelta(days=4)
    past = [
        PastMonth(
            branch=row.branch,
            collected_on=first_day(month) + timedelta(days=5),
            submitted=Desk(CLERK.name, _at(after, 16)),
            sealed=Desk(COMMITTEE.name, _at(after, 18)),
            cells=_unusual(owing[row.branch_id]),
        )
        for row in rows
    ]
    enter_past_months(by=COMMITTEE, month=month, months=past, on=on)


def _owing(row: BranchMonth) -> list[int]:
    owed = Due.objects.filter(branch=row.branch_id, month=row.month, kind="due", amount__gt=0)
    return list(owed.order_by("pk").values_list("member_id", flat=True))


def _unusual(members: Sequence[int]) -> Mapping[int, Mapping[str, object]]:
    """Every ninth line differs from the usual one."""
    values: tuple[Mapping[str, object], ...] = (
        {"how": "proxy", "payer": "阿皮石布"},
        {"how": "unpaid"},
        {"how": "self", "channel": "transfer"},
    )
    return {member: values[n % len(values)] for n, member in enumerate(members[::9])}


def _resize() -> None:
    """Move who is too many to the smallest branch, so that branches have the sizes wanted."""
    sizes = list(
        Member.objects.enrolled()
        .exclude(branch__code=BRANCH)
        .order_by()
        .values_list("branch")
        .annotate(members=Count("pk"))
        .order_by("-members", "branch")
    )
    smallest = sizes[-1][0]
    wanted = [LARGE, *[USUAL] * USUAL_BRANCHES]
    large = [each for each in sizes if each[1] >= LARGE][-1:]
    usual = [each for each in sizes if USUAL <= each[1] < LARGE][-USUAL_BRANCHES:]
    assert len(large + usual) == len(wanted)
    for (branch, _members), size in zip(large + usual, wanted, strict=True):
        surplus = list(
            Member.objects.enrolled().filter(branch=branch).order_by("pk").values_list("pk", flat=True)[size:]
        )
        Member.objects.filter(pk__in=surplus).update(branch=smallest)


def _copy_county(number: int, before: set[int]) -> None:
    top = county()
    made: dict[int, Organization] = {top.pk: top}
    rows = Organization.objects.existing().filter(pk__in=before).exclude(pk=top.pk)
    levels: dict[int, list[Organization]] = defaultdict(list)
    for row in rows.order_by("path"):
        levels[row.path.count(".")].append(row)
    for _depth, level in sorted(levels.items()):
        copies = []
        for row in level:
            parent = made[row.parent_id or top.pk]
            copy = Organization(
                **{
                    field.attname: getattr(row, field.attname)
                    for field in Organization._meta.concrete_fields
                    if field.name not in {"id", "parent", "path", "code", "numbering_root", "segment"}
                },
                parent=parent,
                path=f"bench {number} {row.pk}",
                code=f"{row.code}-{number}",
            )
            copies.append(copy)
        Organization.objects.bulk_create(copies)
        for row, copy in zip(level, copies, strict=True):
            copy.path = f"{made[row.parent_id or top.pk].path}{copy.pk}."
            made[row.pk] = copy
        Organization.objects.bulk_update(copies, ["path"], batch_size=200)
    members = list(Member.objects.enrolled().filter(branch__in=before).select_related(None))
    for member in members:
        member.branch = made[member.branch_id]
        member.pk, member.resident_id, member.resident_id_index, member.user_id = None, "", "", None
        member._state.adding = True
    Member.objects.bulk_create(members, batch_size=2_000)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())
