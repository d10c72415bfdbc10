"""The county of the journeys through months, quarters, years and cases: each journey has branches of its own."""

from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from tests.browser.cycle_steps import (
    CASES,
    CLERK_OF_CASES,
    CLERK_OF_MONTH,
    CLERK_OF_QUIET,
    CLERK_OF_TWO,
    LATE,
    MONTH_BRANCH,
    OWING,
    QUIET,
    REVIEWED,
    TWO,
    UNGRADED,
    UNPAID,
    WEAK,
    month_before,
)
from tests.world import NOW, World, build_world, grant, make_member, make_organization, make_user
from zhibu.accountability import actions
from zhibu.accountability.rules import Trigger
from zhibu.accounts.models import User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.certificates import actions as certificates
from zhibu.certificates.models import Certificate
from zhibu.core.access import Scope
from zhibu.dues.models import Due
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Appraisal, Attachment, Meeting
from zhibu.members.models import Member
from zhibu.months import actions as months_actions
from zhibu.months.models import BranchMonth
from zhibu.months.tests.month_steps import counted
from zhibu.organizations.models import Organization
from zhibu.points import actions as points

SURNAMES = "吉木海来阿余曲比沙马苏呷"
GIVEN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"


def make_cycles(today: date) -> None:
    """The named test county and what the journeys begin from."""
    world = build_world()
    _month_to_fill(world, today)
    _two_months_to_confirm(world, today)
    _year_to_review(world, today)
    _own_record(world, today)
    _case_to_walk(world, today)
    _late_branch(world, today)


def make_months(today: date) -> None:
    """The named test county with months to fill and to confirm."""
    world = build_world()
    _month_to_fill(world, today)
    _two_months_to_confirm(world, today)
    branch = _branch(world.bashi, QUIET, 351, 4)
    clerk = make_user(CLERK_OF_QUIET, "沙马木甲")
    grant(clerk, "branch_clerk", branch)
    _opened(_scope(clerk, today), branch, month_before(today), today)


def _scope(user: User, today: date) -> Scope:
    return scope_of(user, on=today)


def _branch(parent: Organization, short_name: str, number: int, members: int, *names: str) -> Organization:
    """A village branch with so many members, those of ``names`` first."""
    row = make_organization(
        parent=parent,
        kind="branch",
        category="village",
        code=f"{parent.code}{number}",
        name=f"中共凉县{short_name.removesuffix('党支部')}支部委员会",
        short_name=short_name,
        segment=f"{number}",
    )
    for n in range(members):
        family, given = SURNAMES[n // 20 % 6 * 2 :][:2], GIVEN[n % 20] + ("子" if n >= 120 else "")
        make_member(branch=row, name=names[n] if n < len(names) else f"{family}{given}")
    return row


def _held(by: Scope, branch: Organization, month: int, today: date) -> Meeting:
    """The theme Party day in the middle of the month, everyone present."""
    day = date(month // 100, month % 100, 15)
    row = meetings.plan_meeting(
        by=by, branch=branch, kind="theme_party_day", day=day, title="主题党日暨党建月会", on=today
    )
    return meetings.hold_meeting(by=by, meeting=row, on=today)


def _opened(by: Scope, branch: Organization, month: int, today: date) -> BranchMonth:
    _held(by, branch, month, today)
    months_actions.open_months(by=by, month=month, organization=branch, on=today)
    return BranchMonth.objects.get(branch=branch, month=month)


def _submitted(by: Scope, branch: Organization, month: int, today: date, *, on: date) -> None:
    row = _opened(by, branch, month, today)
    months_actions.submit_month(by=by, branch_month=row, counted=counted(row), on=on)


def _month_to_fill(world: World, today: date) -> None:
    branch = _branch(world.ashi, MONTH_BRANCH, 301, 35, UNPAID)
    clerk = make_user(CLERK_OF_MONTH, "阿呷木")
    grant(clerk, "branch_clerk", branch)
    _opened(_scope(clerk, today), branch, month_before(today), today)


def _two_months_to_confirm(world: World, today: date) -> None:
    clerk = make_user(CLERK_OF_TWO, "吉木阿各")
    branches = [_branch(world.ashi, name, 311 + n, 4) for n, name in enumerate(TWO)]
    for branch in branches:
        grant(clerk, "branch_clerk", branch)
    for branch in branches:
        _submitted(_scope(clerk, today), branch, month_before(today), today, on=today)


def _year_to_review(world: World, today: date) -> None:
    """Last year of 200 members: exempt and graded, but one owes a month, one has a low grade, one has none."""
    year = today.year - 1
    branch = _branch(world.bashi, REVIEWED, 321, 200, OWING, WEAK, UNGRADED)
    by = world.scope("organizer_bashi")
    certificates.number_members(by=by, organization=branch, on=today)
    Certificate.objects.filter(member__branch=branch).update(state="active")
    meeting = Meeting.objects.create(
        branch=branch,
        kind="democratic_appraisal",
        month=year * 100 + 12,
        on=date(year, 12, 10),
        title="民主评议",
        by="test",
        at=NOW,
    )
    members = list(Member.objects.filter(branch=branch))
    Due.objects.bulk_create(
        Due(member=member, branch=branch, month=year * 100 + n, kind="exempt")
        for member in members
        for n in range(1, 13)
    )
    Due.objects.filter(member__name=OWING, month=year * 100 + 10).update(kind="due", amount=20)
    Appraisal.objects.bulk_create(
        Appraisal(
            meeting=meeting,
            member=member,
            year=year,
            grade="basic" if member.name == WEAK else "qualified",
        )
        for member in members
        if member.name != UNGRADED
    )


def _own_record(world: World, today: date) -> None:
    """The member of A1 has paid last month, and has points of the month before it on the notice board."""
    clerk, committee = world.scope("secretary_a1"), world.scope("organizer_ashi")
    _submitted(clerk, world.a1, month_before(today), today, on=today)
    fact = month_before(today, 2)
    later = month_before(today)
    entry = points.record_entry(
        by=clerk,
        member=world.members_a1[0],
        item="B02",
        fact_on=date(fact // 100, fact % 100, 12),
        evidence="义务植树签到表",
        operation=uuid4(),
        on=date(later // 100, later % 100, 2),
    )
    points.approve_entries(by=committee, entries=[entry], on=date(later // 100, later % 100, 3))
    points.publish_month(by=clerk, branch=world.a1, month=fact, on=today)


def _case_to_walk(world: World, today: date) -> None:
    """A clerk opened a case three months ago about a member who holds a certificate; another stands beside."""
    branch = _branch(world.bashi, "新村党支部", 331, 2, *CASES)
    clerk = make_user(CLERK_OF_CASES, "马海阿木")
    grant(clerk, "branch_clerk", branch)
    committee = world.scope("organizer_bashi")
    certificates.number_members(by=committee, organization=branch, on=today)
    certificates.order_print(by=committee, organization=branch, issue_date=today, layout="pages", on=today)
    certificates.hand_over(by=committee, organization=branch, handed_over_on=today, receiver="", on=today)
    actions.open_case(
        by=_scope(clerk, today),
        organization=branch,
        member=Member.objects.get(branch=branch, name=CASES[0]),
        trigger=Trigger.DUTIES,
        facts="连续五次主题党日没有参加，也没有请假",
        on=today - timedelta(days=90),
    )


def _late_branch(world: World, today: date) -> None:
    """Two months came on the 25th of the month after; the same photo was used twice."""
    branch = _branch(world.bashi, LATE, 341, 3)
    by = world.scope("organizer_bashi")
    for back in (3, 2):
        month, after = month_before(today, back), month_before(today, back - 1)
        _submitted(by, branch, month, today, on=date(after // 100, after % 100, 25))
        Attachment.objects.create(
            meeting=Meeting.objects.get(branch=branch, month=month),
            name="合影.jpg",
            size=9,
            digest="f" * 64,
            content=b"x",
            by="test",
            at=timezone.now(),
        )
