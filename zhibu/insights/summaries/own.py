"""What a member finds about the own year: dues, points, meetings, study hours, review, what concerns the person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accountability.models import Case
from zhibu.accountability.rules import TRIGGER_LABELS, Trigger
from zhibu.certificates.models import BookletRequest, Withdrawal
from zhibu.certificates.rules.withdrawals import FINISHED
from zhibu.core.access import Scope
from zhibu.core.work import WorkItem
from zhibu.dues.policies import terms_on
from zhibu.dues.rules.quarters import Late
from zhibu.dues.summaries.ledger import PAYABLE, MemberMonth, year_of
from zhibu.education.rules.counting import Hours
from zhibu.meetings.models import Attendance
from zhibu.meetings.rules.attendance import CAME, Status
from zhibu.meetings.summaries.pages import one_a_meeting
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson
from zhibu.mobility.models import Transfer
from zhibu.points.models import Entry, Objection, Publicity
from zhibu.points.rules.totals import Total
from zhibu.points.summaries.totals import totals_with_years
from zhibu.reviews.models import Review
from zhibu.reviews.summaries.study import hours_of


@dataclass(frozen=True, slots=True)
class OwnDues:
    """Dues of the year, in fen. ``through``: the last month up to which everything is paid; None: nothing owed yet.

    ``owed``: months that are due and not fully paid, with what is left. ``is_free``: no month asks for money.
    """

    through: int | None
    paid: int
    owed: Sequence[MemberMonth]
    is_free: bool

    @property
    def left(self) -> int:
        """What is owed in all."""
        return sum(row.left for row in self.owed)


@dataclass(frozen=True, slots=True)
class OwnPoints:
    """Points in tenths: the year, what this month brought; until when one may object to which published months."""

    total: Total
    month: int
    published: Sequence[Publicity]
    objections: int


@dataclass(frozen=True, slots=True)
class OwnMeetings:
    """Meetings of the year the person should have attended, by what happened."""

    should: int
    came: int
    leave: int
    absent: int


@dataclass(frozen=True, slots=True)
class Own:
    """A member's home."""

    member: Member
    year: int
    dues: OwnDues
    points: OwnPoints
    meetings: OwnMeetings
    hours: Hours
    review: Review | None
    concerns: Sequence[WorkItem]


def own(scope: Scope, *, on: date) -> Own | None:
    """The person's own record; None without one. At most nineteen queries, all of one member."""
    member = (
        Member.objects.filter(user=scope.user_id)
        .select_related("branch")
        .defer("resident_id", "phone")
        .first()
        if scope.user_id is not None and scope.has("members.read_own")
        else None
    )
    if member is None:
        return None
    person = OnePerson.read()
    totals, years = totals_with_years([member.pk], on.year, person=person)
    return Own(
        member,
        on.year,
        _dues(member, on, person),
        _points(member, totals[member.pk], on),
        _meetings(member, on.year, person),
        hours_of([member], on.year, years=years, person=person)[member.pk],
        Review.objects.filter(member=member).order_by("-year").first(),
        _concerns(member),
    )


def _dues(member: Member, on: date, person: OnePerson) -> OwnDues:
    late = Late.on(on, due_day=terms_on(on).due_day)
    asked = [row for row in year_of(member, on.year, person=person) if row.kind in PAYABLE and row.assessed]
    through = None
    for row in asked:
        if row.left:
            break
        through = row.month
    return OwnDues(
        through,
        sum(row.paid + row.extra for row in asked),
        [row for row in asked if row.left and late.is_late(row.month, by_quarter=row.by_quarter)],
        not asked,
    )


def _points(member: Member, total: Total, on: date) -> OwnPoints:
    month = on.year * 100 + on.month
    brought = Entry.objects.approved().filter(member=member, month=month).aggregate(n=Sum("tenths"))["n"]
    published = Publicity.objects.filter(branch=member.branch_id, published_on__lte=on, until__gt=on)
    return OwnPoints(
        total,
        brought or 0,
        list(published.order_by("month")),
        Objection.objects.filter(member=member, state="filed").count(),
    )


def _meetings(member: Member, year: int, person: OnePerson) -> OwnMeetings:
    lines = one_a_meeting(
        Attendance.objects.filter(
            member__in=person.records([member.pk]),
            meeting__state="held",
            meeting__month__range=(year * 100 + 1, year * 100 + 12),
        )
        .only("meeting", "status")
        .order_by("pk")
    )
    counted = Counter(line.status for line in lines)
    should = sum(n for status, n in counted.items() if status != Status.EXCUSED)
    return OwnMeetings(
        should,
        sum(counted.get(status, 0) for status in CAME),
        counted.get(Status.LEAVE, 0),
        counted.get(Status.ABSENT, 0),
    )


def _concerns(member: Member) -> list[WorkItem]:
    """Requests and cases about the person that are not finished. Four queries."""
    mine = reverse("members:mine")
    found = [
        WorkItem(
            _("组织提醒：{why}").format(why=_(TRIGGER_LABELS[Trigger(row.trigger)])),
            _("可以写下说明，也可以提出异议"),
            mine,
            row.deadline,
        )
        for row in Case.objects.filter(member=member).exclude(state="closed").order_by("opened_on", "pk")
    ]
    found += [
        WorkItem(_("收回党员证正在办理"), _("可以向支部说明情况，对决定可以申诉"), mine)
        for _row in Withdrawal.objects.filter(certificate__member=member).exclude(state__in=FINISHED)[:1]
    ]
    found += [
        WorkItem(
            _("组织关系转接正在办理"),
            _("{day}提出").format(day=row.requested_on),
            mine,
        )
        for row in Transfer.objects.filter(member=member, state__in=("requested", "agreed", "issued"))
    ]
    found += [
        WorkItem(_("补发换发党员证正在办理"), _("{day}报告支部").format(day=row.reported_on), mine)
        for row in BookletRequest.objects.filter(
            certificate__member=member, state__in=("reported", "confirmed")
        )
    ]
    return found
