"""A small county has every kind of case and a year behind it, its log verifies, and the next build is the same."""

from collections.abc import Iterator, Set
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import models, transaction

from zhibu.accounts.models import User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.audit.models import AuditRecord
from zhibu.audit.summaries.verification import verify
from zhibu.certificates.models import (
    BookletRequest,
    Certificate,
    Custody,
    Disposition,
    StockCount,
    StockTransfer,
    Withdrawal,
)
from zhibu.conduct.models import Appeal, Reward
from zhibu.conduct.rules import RewardLevel
from zhibu.core.access import Scope
from zhibu.demo.actions import build_demo
from zhibu.demo.tests.twelve_months import check_twelve_months
from zhibu.imports.sheets import no_ticker
from zhibu.insights.summaries.work import desk
from zhibu.meetings.models import Vote
from zhibu.members.models import Measure, Member, MembershipEvent, MergeProposal
from zhibu.members.rules.events import EventKind
from zhibu.members.summaries.events import probation_full_since
from zhibu.mobility.models import Floating, LostContact, Transfer
from zhibu.reorganizations.actions import impact_now
from zhibu.reorganizations.models import Reorganization

pytestmark = pytest.mark.dated

ON = date(2026, 11, 24)
TOWNSHIPS = 6


def scope(username: str) -> Scope:
    return scope_of(User.objects.get(username=username), on=ON)


def seen(model: type[models.Model], *names: str) -> set[object]:
    """The values of one column, or of several as a tuple."""
    rows = model._default_manager.values_list(*names)
    return {row[0] if len(names) == 1 else row for row in rows}


def missing() -> Iterator[tuple[str, Set[object]]]:
    """Kinds of cases that are not there, by what they are of; empty sets when all are."""
    yield "events", set(map(str, EventKind)) - seen(MembershipEvent, "kind")
    yield "states of events", {"proposed", "in_effect", "reversed"} - seen(MembershipEvent, "state")
    waiting = {"confirm", "self_severed", "expel", "warn"}
    yield "waiting", {(kind, "proposed") for kind in waiting} - seen(MembershipEvent, "kind", "state")
    yield "dispositions", _DISPOSED - seen(Disposition, "cause", "state")
    ways = {"family", "archived", "reclaimed", "branch_custody", "committee_custody", "not_obtainable"}
    yield "whereabouts", {*ways, "declared_void", "remark"} - seen(Disposition, "whereabouts")
    states = {"active", "not_issued", "frozen", "held", "withdrawn", "voided", "memorial"}
    yield "certificates", states - seen(Certificate, "state")
    yield "transfers", _MOVED - seen(Transfer, "direction", "state")
    yield "directions", {"out", "in"} - seen(Floating, "direction")
    ladder = {"searching", "flagged", "suspended", "found", "removed"}
    yield "lost", ladder - seen(LostContact, "state")
    yield "requests", {"reported", "confirmed", "done", "refused"} - seen(BookletRequest, "state")
    yield "causes", {"lost", "damaged", "full"} - seen(BookletRequest, "cause")
    yield "custody", {"request", "disposition", "withdrawal"} - seen(Custody, "cause")
    steps = {"open", "closed", "proposed", "approved", "notified", "withdrawn"}
    yield "withdrawals", steps - seen(Withdrawal, "state")
    yield "rewards", set(map(str, RewardLevel)) - seen(Reward, "level")
    yield "appeals", {"filed", "assigned", "upheld", "reversed", "withdrawn"} - seen(Appeal, "state")
    yield "parcels", {"sent", "received"} - seen(StockTransfer, "state")
    yield "shortfalls", {"", "kept"} - seen(StockTransfer, "resolution")
    yield "counts", {True, False} - {row.explained_at is None for row in StockCount.objects.all()}
    yield "reorganizations", {"planned", "done"} - seen(Reorganization, "state")
    yield "merges", {"open"} - seen(MergeProposal, "state")
    yield "rules of the Party", {name for name, is_shown in _rules() if not is_shown}


def _rules() -> Iterator[tuple[str, bool]]:
    """The rules people meet with: each is seen at work in the county."""
    admissions = Vote.objects.filter(admits=True, passed=True, written_ayes__gt=0)
    yield "an admission with written opinions", admissions.exists()
    refused = AuditRecord.objects.filter(event="mobility.deed.refused", data__kind="readmit")
    yield "a re-admission that comes too early", refused.exists()
    removed = MembershipEvent.objects.filter(kind="removed_after_refusal", before__standing="ended")
    yield "a removal after an approved advice to leave", removed.exists()
    arriving = Transfer.objects.filter(state="issued", to_branch__isnull=False, member__stage="probationary")
    warned = any(
        probation_full_since(row.member, on=ON) for row in arriving.select_related("member") if row.member
    )
    yield "a receiver warned of a probation that is full", warned


_DISPOSED = {
    (cause, state)
    for cause, states in {
        "deceased": ("proposed", "carried_out"),
        "self_severed": ("carried_out",),
        "voluntary_withdrawal": ("proposed", "carried_out"),
        "probation_within_party": ("proposed", "carried_out"),
        "expelled": ("proposed", "carried_out"),
        "standing_suspended": ("carried_out",),
        "removed_lost_contact": ("carried_out",),
        "persuaded_withdrawal": ("proposed",),
        "correction_period": ("reversed",),
    }.items()
    for state in states
}
_MOVED = {
    *(("inside", state) for state in ("requested", "agreed", "issued", "received", "canceled")),
    *(("out", state) for state in ("agreed", "issued", "received")),
    ("in", "received"),
}


def outline() -> list[object]:
    """What a build made, without ids and times."""
    return [
        sorted(
            MembershipEvent.objects.values_list("member__name", "kind", "state", "decided_on", "document")
        ),
        sorted(Disposition.objects.values_list("certificate__number", "cause", "state", "whereabouts")),
        sorted(Transfer.objects.values_list("member__name", "state", "requested_on", "letter_text")),
        sorted(
            Floating.objects.values_list("member__birth_date", "from_date", "destination", "name"), key=str
        ),
        sorted(Reward.objects.values_list("member__name", "level", "title", "awarded_on")),
        sorted(Certificate.objects.values_list("number", "state", "member__name")),
    ]


@pytest.mark.usefixtures("db")
def test_a_small_county_has_every_kind_of_case_and_a_year_behind_it_and_the_next_build_is_the_same(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.DEMO, settings.VAR = True, tmp_path
    with transaction.atomic():
        build_demo(on=ON, tick=no_ticker, townships=TOWNSHIPS)
        first = outline()
        transaction.set_rollback(True)
    build_demo(on=ON, tick=no_ticker, townships=TOWNSHIPS)
    assert outline() == first
    assert {what: left for what, left in missing() if left} == {}
    assert verify().broken is None
    _check_work()
    _check_the_plan()
    _check_the_books()
    check_twelve_months()


def _check_work() -> None:
    """Whoever signs in finds something to do, of several kinds."""
    for username, least in (("county", 12), ("puxiong", 12), ("branch", 8), ("sibling", 4)):
        found = [each.label for group in desk(scope(username), on=ON).groups for each in group.lists]
        assert len(found) >= least, (username, found)


def _check_the_plan() -> None:
    """The preview of the planned merge is as fresh as when it was planned, and the other person may do it."""
    deed = Reorganization.objects.get(state="planned")
    impact = impact_now(by=scope("county2"), deed=deed, on=ON)
    assert impact.digest == deed.counts["digest"]
    assert impact.obstacles == []


def _check_the_books() -> None:
    """Marks, measures and registrations agree; nobody who ended holds a valid certificate."""
    marked = Member.objects.filter(is_floating=True).count()
    registered = Floating.objects.filter(direction="out", until=None).count()
    assert Measure.objects.filter(kind="floating_out", ended_on=None).count() == registered
    assert marked > registered > 0
    assert not Certificate.objects.filter(member__standing="ended", state="active").exists()
