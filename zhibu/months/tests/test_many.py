"""What is taken over in bulk is what the single deeds would have written."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import models, transaction
from django.utils import timezone

from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Refused, Scope
from zhibu.dues.actions import There
from zhibu.dues.models import Due, DuesLock, Payment
from zhibu.inspections.actions.inspections import finish_sample
from zhibu.inspections.actions.many import PaperSheet, enter_sheets
from zhibu.inspections.models import Finding, Sample, SampleItem
from zhibu.inspections.tests.inspecting import DUE, answered, drawn, more_members
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Appraisal, Meeting, MeetingsLock
from zhibu.months import actions as months
from zhibu.months.actions.cells import CellOperation
from zhibu.months.actions.many import Desk, PastMonth, enter_past_months, open_past_months
from zhibu.months.actions.submitting import Counted
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.rules.months import add_up
from zhibu.months.summaries.book import payment_operation
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import book
from zhibu.points import actions as points
from zhibu.points.models import Entry, PointsLock
from zhibu.reviews.actions.many import PastReview, enter_reviews
from zhibu.reviews.actions.reviews import review_member
from zhibu.reviews.models import Review
from zhibu.reviews.rules import Result
from zhibu.reviews.tests.test_reviews import a_year

pytestmark = [pytest.mark.django_db, pytest.mark.dated]

MONTH = 202610
OLD_BOOKS = Scope.system("接收旧账")
ENTERED, FIRST, BACK, AGAIN, SEALED = (datetime(2026, 11, day, 3, tzinfo=UTC) for day in (1, 2, 3, 4, 5))
UNPAID = {"how": "unpaid"}
PROXY = {"how": "proxy", "payer": "阿皮石布"}


@contextmanager
def clock(moment: datetime) -> Iterator[None]:
    """The deeds inside are done at that moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        yield


def taken_back(deed: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a deed leaves, which is undone again."""
    with transaction.atomic():
        found = deed()
        transaction.set_rollback(True)
    return found


def rows(model: type[models.Model], *but: str) -> list[tuple[object, ...]]:
    """All rows as they are stored, without their ids and the columns named."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in {"id", *but}]
    return sorted(model._default_manager.values_list(*names), key=repr)


def events(*but: str) -> Counter[str]:
    """How often each event was recorded, and where."""
    listed = AuditRecord.objects.exclude(event__in=but).values_list("event", "path")
    return Counter(f"{event} {path}" for event, path in listed)


def ledgers() -> dict[str, Any]:
    """Everything a sealed month consists of."""
    row = BranchMonth.objects.get(month=MONTH)
    for paid in Payment.objects.all():
        version = 1 if paid.payer else 0
        assert paid.operation == payment_operation(row.pk, paid.member_id, version)
    assert verify_seals().broken is None
    return {
        "months": rows(BranchMonth, "digest"),
        "dues": rows(Due),
        "payments": rows(Payment, "operation"),
        "operations": [
            (each.member_id, each.cell, each.value, each.version, each.outcome, each.by, each.at)
            for each in Operation.objects.order_by("member_id")
        ],
        "answers": [
            {name: value for name, value in each.answer.items() if name != "id"}
            for each in Operation.objects.order_by("member_id")
        ],
        "entries": rows(Entry, "source_key"),
        "locks": [rows(DuesLock), rows(MeetingsLock), rows(PointsLock)],
        "events": events("meetings.meeting.planned", "meetings.meeting.held"),
    }


@pytest.fixture
def met(world: World) -> World:
    """A1 with eight members has held its theme Party day: one on leave, one absent."""
    while len(world.members_a1) < 8:
        world.members_a1.append(make_member(branch=world.a1))
    away, missing = world.members_a1[:2]
    planned = meetings.plan_meeting(
        by=OLD_BOOKS, branch=world.a1, kind="theme_party_day", day=date(2026, 10, 9), on=TODAY
    )
    meetings.hold_meeting(
        by=OLD_BOOKS,
        meeting=planned,
        exceptions={away.pk: ("leave", "生病"), missing.pk: ("absent", "")},
        on=TODAY,
    )
    return world


def one_by_one(world: World) -> dict[str, Any]:
    clerk, organizer = world.scope("secretary_a1"), world.scope("organizer_ashi")
    cells = zip(world.members_a1[2:4], (UNPAID, PROXY), strict=True)
    with clock(ENTERED):
        months.open_months(by=clerk, month=MONTH, organization=world.a1, on=ENTERED.date())
        row = BranchMonth.objects.get(branch=world.a1)
        operations = [CellOperation(uuid4(), member.pk, "dues", value, 0) for member, value in cells]
        months.apply_operations(by=clerk, branch_month=row, operations=operations, on=ENTERED.date())
    totals = add_up(each.line for each in book(row).rows)
    counted = Counted(totals.cash, totals.payers, totals.came, date(2026, 10, 9))
    with clock(FIRST):
        months.submit_month(by=clerk, branch_month=row, counted=counted, on=FIRST.date())
    with clock(BACK):
        months.return_month(by=organizer, branch_month=row, reason="签到表少一页", on=BACK.date())
    with clock(AGAIN):
        months.submit_month(by=clerk, branch_month=row, counted=counted, on=AGAIN.date())
    with clock(SEALED):
        months.seal_month(by=organizer, branch_month=row, on=SEALED.date())
    return ledgers()


def past_month(world: World, **facts: Any) -> PastMonth:
    """The same month as the book of A1 has it."""
    clerk, organizer = world.people["secretary_a1"], world.people["organizer_ashi"]
    by_clerk = world.scope("secretary_a1").name
    by_organizer = world.scope("organizer_ashi").name
    values: dict[str, Any] = {
        "branch": world.a1,
        "collected_on": date(2026, 10, 9),
        "submitted": Desk(by_clerk, AGAIN, clerk.pk),
        "sealed": Desk(by_organizer, SEALED, organizer.pk),
        "cells": {world.members_a1[2].pk: UNPAID, world.members_a1[3].pk: PROXY},
        "entered": Desk(by_clerk, ENTERED, clerk.pk),
        "returned": [(Desk(by_organizer, BACK, organizer.pk), "签到表少一页")],
        "paid_at": FIRST,
    }
    return PastMonth(**{**values, **facts})


def opened(world: World) -> None:
    there = [There(member.pk, world.a1.pk) for member in world.members_a1]
    open_past_months(by=OLD_BOOKS, month=MONTH, organization=world.a1, there=there, on=TODAY)


def test_a_month_taken_over_is_the_month_entered_submitted_returned_and_sealed(met: World) -> None:
    single = taken_back(lambda: one_by_one(met))
    opened(met)
    assert enter_past_months(by=OLD_BOOKS, month=MONTH, months=[past_month(met)], on=TODAY) == 1
    many = ledgers()
    for name, expected in single.items():
        assert many[name] == expected, name
    assert BranchMonth.objects.get().summary["unpaid"] == 1


def test_a_month_is_taken_over_once_and_never_sealed_by_who_submitted(met: World) -> None:
    opened(met)
    own = past_month(met, sealed=Desk(met.scope("secretary_a1").name, SEALED))
    with pytest.raises(Refused, match="提交的人不能自己确认"):
        enter_past_months(by=OLD_BOOKS, month=MONTH, months=[own], on=TODAY)
    assert not Payment.objects.exists()
    enter_past_months(by=OLD_BOOKS, month=MONTH, months=[past_month(met)], on=TODAY)
    before = ledgers()
    with pytest.raises(Refused, match="已经有登记"):
        enter_past_months(by=OLD_BOOKS, month=MONTH, months=[past_month(met)], on=TODAY)
    opened(met)
    assert ledgers() == before


def test_a_cell_of_somebody_else_is_refused(met: World) -> None:
    opened(met)
    stranger = make_member(branch=met.a2)
    wrong = past_month(met, cells={stranger.pk: UNPAID})
    with pytest.raises(Refused, match="不在本支部"):
        enter_past_months(by=OLD_BOOKS, month=MONTH, months=[wrong], on=TODAY)
    assert not Operation.objects.exists()


def test_reviews_taken_over_are_the_reviews_entered_one_by_one(world: World) -> None:
    a_year(world)
    organizer = world.scope("organizer_ashi")
    told = dict.fromkeys(world.members_a1, Result.PASSED)
    told[world.members_a1[0]] = Result.DEFERRED
    at, on = datetime(2026, 12, 20, 3, tzinfo=UTC), date(2026, 12, 20)

    def single() -> dict[str, Any]:
        with clock(at):
            for member, result in told.items():
                reason = "党费没有补齐" if result == Result.DEFERRED else ""
                review_member(by=organizer, member=member, year=2026, result=result, reason=reason, on=on)
        return {"reviews": rows(Review, "reason"), "events": events()}

    expected = taken_back(single)
    reviews = [
        PastReview(
            member.pk, result, "党费没有补齐" if result == Result.DEFERRED else "", on, organizer.name, at
        )
        for member, result in told.items()
    ]
    assert enter_reviews(by=OLD_BOOKS, organization=world.ashi, year=2026, reviews=reviews, on=on) == len(
        told
    )
    assert {"reviews": rows(Review, "reason"), "events": events()} == expected
    assert Review.objects.get(result="deferred").reason == "党费没有补齐"
    assert enter_reviews(by=OLD_BOOKS, organization=world.ashi, year=2026, reviews=reviews, on=on) == 0


def test_a_sheet_entered_at_once_is_the_sheet_answered_item_by_item(world: World) -> None:
    more_members(world.a1)
    organizer = world.scope("organizer_ashi")
    inspection = drawn(world)
    sample = Sample.objects.filter(inspection=inspection).order_by("pk")[0]

    def state() -> dict[str, Any]:
        return {
            "sample": rows(Sample),
            "items": rows(SampleItem),
            "findings": rows(Finding, "text", "opened_at"),
            "texts": [finding.text for finding in Finding.objects.all()],
            "events": events(),
        }

    def single() -> dict[str, Any]:
        answered(world, sample, differing=("identity",))
        fresh = Sample.objects.get(pk=sample.pk)
        finish_sample(by=organizer, sample=fresh, owner="阿措克布", due_on=DUE, on=TODAY)
        return state()

    expected = taken_back(single)
    sheet = PaperSheet(sample.pk, {"identity": "纸上是另外一样"}, owner="阿措克布", due_on=DUE)
    found = enter_sheets(by=organizer, inspection=inspection, sheets=[sheet], on=TODAY)
    assert len(found) == 1
    assert state() == expected
    with pytest.raises(Refused, match="已经交了"):
        enter_sheets(by=organizer, inspection=inspection, sheets=[sheet], on=TODAY)


def test_grades_and_points_entered_at_once_are_those_entered_one_by_one(met: World) -> None:
    clerk, organizer = met.scope("secretary_a1"), met.scope("organizer_ashi")
    planned = meetings.plan_meeting(
        by=clerk, branch=met.a1, kind="democratic_appraisal", day=date(2026, 10, 20), on=TODAY
    )
    meeting = meetings.hold_meeting(by=clerk, meeting=planned, on=TODAY)
    grades = {met.members_a1[0].pk: ("excellent", "带头"), met.members_a1[1].pk: ("qualified", "")}
    member, operation, day = met.members_a1[4], uuid4(), date(2026, 11, 3)

    def state() -> dict[str, Any]:
        return {
            "grades": rows(Appraisal, "opinion"),
            "opinions": [each.opinion for each in Appraisal.objects.order_by("member_id")],
            "points": rows(Entry, "recorder_user_id", "approver_user_id"),
            "events": events("points.entry.recorded"),
        }

    def single() -> dict[str, Any]:
        meetings.record_appraisals(by=clerk, meeting=meeting, grades=grades, year=2025, on=TODAY)
        with clock(FIRST):
            entry = points.record_entry(
                by=clerk, member=member, item="B02", fact_on=day, evidence="签到表第3行", operation=operation,
                on=TODAY,
            )  # fmt: skip
        with clock(BACK):
            points.approve_entries(by=organizer, entries=[entry], on=TODAY)
        return state()

    expected = taken_back(single)
    meetings.enter_appraisals(
        by=OLD_BOOKS, appraisals=[meetings.HeldAppraisal(meeting.pk, grades)], year=2025, on=TODAY
    )
    past = points.PastEntry(
        branch=met.a1, member_id=member.pk, item="B02", fact_on=day, evidence="签到表第3行",
        recorder=clerk.name, recorded_at=FIRST, approver=organizer.name, approved_at=BACK,
        operation=operation,
    )  # fmt: skip
    assert points.enter_past_entries(by=OLD_BOOKS, entries=[past]) == 1
    assert points.enter_past_entries(by=OLD_BOOKS, entries=[past]) == 0
    assert state() == expected
    assert Meeting.objects.filter(state="held").count() == 2
