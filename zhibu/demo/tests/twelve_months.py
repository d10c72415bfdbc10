"""What twelve months of history in a small county hold: sealed, verified, with something of everything."""

from collections.abc import Iterator, Set
from datetime import date
from typing import Any

import pytest
from django.db.models import Sum

from zhibu.accountability.models import Case
from zhibu.audit.summaries.verification import verify
from zhibu.core.access import Scope
from zhibu.demo.actions import BRANCH
from zhibu.dues.models import Due, DuesLock, Payment, QuarterDecision, Receipt, Relief, Remittance
from zhibu.dues.summaries.arrears import unpaid_months
from zhibu.dues.summaries.remittances import parts_of
from zhibu.education.models import StudyRecord
from zhibu.inspections.models import Finding, Inspection, Sample
from zhibu.inspections.summaries.signs import KINDS, signs
from zhibu.meetings.models import Appraisal, Attendance, Meeting
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.seals import verify_seals
from zhibu.organizations.models import Organization
from zhibu.points.models import Entry, Objection, Publicity
from zhibu.reviews.models import Review

pytestmark = pytest.mark.dated
ON = date(2026, 11, 24)


def check_twelve_months() -> None:
    """Seals hold, shown totals are sums of rows, and everything a year has is there."""
    _seals_hold()
    _shown_totals_are_sums_of_rows()
    assert {name: left for name, left in _missing() if left} == {}
    _everyone_only_in_their_months()
    _last_year_was_reviewed_on_a_whole_year()
    _the_demo_branch_has_something_to_do()


def _seals_hold() -> None:
    assert verify_seals().broken is None
    assert verify().broken is None
    sealed = BranchMonth.objects.filter(state="sealed")
    assert sealed.values("month").distinct().count() == 11
    assert sealed.filter(is_late=True).exists()
    assert sealed.filter(returns__gt=0).exists()
    assert any(row.summary["seals"] for row in sealed)


def _shown_totals_are_sums_of_rows() -> None:
    for row in BranchMonth.objects.exclude(digest=""):
        here = {"branch": row.branch_id, "month": row.month}
        paid = Payment.objects.filter(**here).aggregate(a=Sum("amount"), e=Sum("extra"))
        assert row.summary["paid"] == (paid["a"] or 0) + (paid["e"] or 0)
        met = {"meeting__branch": row.branch_id, "meeting__month": row.month, "meeting__state": "held"}
        # Whoever came with a letter is on the lists here while the month is still owed in the branch before.
        listed = set(Due.objects.filter(**here).values_list("member", flat=True))
        listed |= set(Attendance.objects.filter(**met).values_list("member", flat=True))
        assert row.summary["members"] == len(listed)
        assert row.summary["should"] == Attendance.objects.filter(**met).exclude(status="excused").count()
        tenths = (
            Entry.objects.of_months().filter(**here, state="approved").aggregate(t=Sum("tenths"))["t"] or 0
        )
        assert row.summary["tenths"] == tenths
    for remittance in Remittance.objects.select_related("from_organization"):
        assert sum(part.total for part in parts_of(remittance)) == remittance.amount + remittance.kept


def _seen(model: Any, name: str) -> set[object]:
    return set(model.objects.values_list(name, flat=True))


def _missing() -> Iterator[tuple[str, Set[object]]]:
    yield "months", {"open", "submitted", "returned", "sealed"} - _seen(BranchMonth, "state")
    yield "dues", {"due", "reduced", "exempt", "none"} - _seen(Due, "kind")
    yield "channels", {"cash", "transfer", "host"} - _seen(Payment, "channel")
    yield "reliefs", {"approved", "proposed"} - _seen(Relief, "state")
    yield "by the quarter", {True} - _seen(QuarterDecision, "allowed")
    yield "meetings", {"theme_party_day", "members_meeting", "democratic_appraisal"} - _seen(Meeting, "kind")
    yield "attendance", {"present", "leave", "absent", "excused"} - _seen(Attendance, "status")
    yield "grades", {"excellent", "qualified"} - _seen(Appraisal, "grade")
    yield "points", {"M01", "M02", "M03", "D02", "B02", "Y02"} - _seen(Entry, "item")
    yield "entries", {"approved", "proposed"} - _seen(Entry, "state")
    yield "study", {"night_school", "distance_education", "centralized_class"} - _seen(StudyRecord, "mode")
    yield "points of study", {"study"} - _seen(Entry, "source")
    yield "remittances", {"sent", "confirmed", "differs"} - _seen(Remittance, "state")
    yield "reviews", {"passed", "deferred"} - _seen(Review, "result")
    yield "inspections", {"done", "drawn"} - _seen(Inspection, "state")
    yield "samples", {"waiting", "checked", "unreachable"} - _seen(Sample, "state")
    yield "findings", {"open", "mended", "closed", "reopened"} - _seen(Finding, "state")
    yield "outcomes", {"", "unfounded", "withdrawal"} - _seen(Case, "outcome")
    yield "cases", {"rechecked", "closed"} - _seen(Case, "state")
    found = {sign.kind.key for sign in signs(Scope.system("督查"), on=ON)}
    yield "signs", set(KINDS) - found
    ids = list(Member.objects.enrolled().values_list("pk", flat=True))
    yield "arrears", {1, 2, 4} - set(unpaid_months(ids, ON).values())
    assert Publicity.objects.exists()
    assert Receipt.objects.exists()
    assert Objection.objects.filter(state="filed").count() == 1


def _everyone_only_in_their_months() -> None:
    for member, joined, month in Due.objects.values_list("member_id", "member__join_date", "month"):
        assert month >= joined.year * 100 + joined.month, member
    ended = Member.objects.filter(standing="ended", merged_into=None)
    assert Due.objects.filter(member__in=ended).exists()
    assert not Due.objects.filter(member__in=ended, month=202611).exists()


def _last_year_was_reviewed_on_a_whole_year() -> None:
    kept = Due.objects.filter(month__range=(202501, 202512), branch__parent__isnull=False)
    assert kept.values("month").distinct().count() == 12
    reviews = Review.objects.filter(year=2025, member__join_date__lt=date(2025, 1, 1))
    whole = [row.facts["months"] for row in reviews].count(12)
    assert whole > 0.98 * len(reviews)  # who came with a letter since then paid elsewhere
    assert [row.facts["paid"] for row in reviews].count(12) > 0.95 * whole
    assert not DuesLock.objects.filter(month=202506).exclude(open_until=None).exists()
    assert DuesLock.objects.filter(month=202506).count() == Organization.objects.existing().branches().count()


def _the_demo_branch_has_something_to_do() -> None:
    home = Organization.objects.filter(code=BRANCH).first()
    if home is None:
        return
    row = BranchMonth.objects.get(branch=home, month=202611)
    assert row.state == "open"
    assert 30 <= row.members <= 45
    town = BranchMonth.objects.filter(branch__parent=home.parent, month=202611)
    assert town.filter(state="submitted").count() >= 2
    assert town.filter(state="returned").count() == 1
