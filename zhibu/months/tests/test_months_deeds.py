"""Opening, submitting, giving back, sealing, mending, verifying."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import TODAY, World, make_member
from zhibu.audit.summaries.verification import verify
from zhibu.cli import main
from zhibu.core.access import Denied, Refused
from zhibu.core.hands import Person
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, Payment
from zhibu.meetings import actions as meetings
from zhibu.members.models import Member
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth, LockException
from zhibu.months.summaries.lists import work
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import (
    EARLY,
    MONTH,
    THEME_DAY,
    counted,
    entered,
    opened,
    sealed,
    submitted,
)
from zhibu.points import actions as points
from zhibu.points.models import Entry

pytestmark = pytest.mark.dated

UNPAID = {"how": "unpaid", "note": "忘带现金"}


def test_the_county_opens_a_month_for_all_and_again_nothing(world: World) -> None:
    make_member(branch=world.b1)
    by = world.scope("county_organizer")
    assert months.open_months(by=by, month=MONTH, organization=world.county, on=TODAY) == 2, "A2 has nobody"
    assert months.open_months(by=by, month=MONTH, organization=world.county, on=TODAY) == 0
    assert Due.objects.filter(month=MONTH).count() == 4
    make_member(branch=world.a1)
    months.open_months(by=world.scope("secretary_a1"), month=MONTH, organization=world.a1, on=TODAY)
    assert BranchMonth.objects.get(branch=world.a1).members == 4


def test_opening_costs_the_same_however_many(world: World) -> None:
    def queries(month: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            months.open_months(
                by=world.scope("county_organizer"), month=month, organization=world.county, on=TODAY
            )
        return len(captured)

    make_member(branch=world.b1)
    queries(202607)  # the first deed of a chain writes its head
    before = queries(202608)
    for _ in range(30):
        make_member(branch=world.b1)
    assert queries(202610) == before


@pytest.mark.parametrize(
    ("month", "sentence"), [(202612, "还没有到"), (202613, "没有202613"), (202401, "两年以前")]
)
def test_a_month_that_cannot_be_opened(world: World, month: int, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        months.open_months(by=world.scope("secretary_a1"), month=month, organization=world.a1, on=TODAY)
    with pytest.raises(Denied):
        months.open_months(by=world.scope("secretary_a1"), month=MONTH, organization=world.ashi, on=TODAY)


def test_every_line_becomes_one_payment_with_payer_and_receiver(world: World) -> None:
    row = opened(world)
    entered(world, row, world.members_a1[0], UNPAID)
    entered(world, row, world.members_a1[1], {"how": "proxy", "payer": "阿皮石布", "amount": 50})
    row = submitted(world, row)
    found = {p.member_id: p for p in Payment.objects.filter(month=MONTH)}
    assert found.keys() == {world.members_a1[1].pk, world.members_a1[2].pk}
    proxy = found[world.members_a1[1].pk]
    assert (proxy.payer, proxy.receiver, proxy.amount, proxy.extra) == ("阿皮石布", "阿措克布", 20, 30)
    assert found[world.members_a1[2].pk].paid_on == THEME_DAY
    assert (row.state, row.cash, row.heads, row.attended, row.is_late) == ("submitted", 70, 2, 3, False)
    submitted_again = months.submit_month(
        by=world.scope("secretary_a1"), branch_month=row, counted=counted(row), on=EARLY
    )
    assert submitted_again.pk == row.pk and Payment.objects.count() == 2


def test_a_month_that_does_not_add_up_is_refused_and_nothing_changes(world: World) -> None:
    row = opened(world)
    with pytest.raises(Refused, match=r"现金清点0\.65元，各行合计0\.60元，清点的多0\.05元"):
        months.submit_month(
            by=world.scope("secretary_a1"), branch_month=row, counted=counted(row, cash=5), on=EARLY
        )
    with pytest.raises(Refused, match="到会签名2人次，各行合计3人次"):
        months.submit_month(
            by=world.scope("secretary_a1"),
            branch_month=row,
            counted=replace(counted(row), attended=2),
            on=EARLY,
        )
    assert Payment.objects.count() == 0
    assert BranchMonth.objects.get().state == "open"


def test_days_that_cannot_be(world: World) -> None:
    row, by = opened(world), world.scope("secretary_a1")
    for day, sentence in ((date(2026, 12, 1), "今天以后"), (date(2026, 9, 30), "这个月以前")):
        with pytest.raises(Refused, match=sentence):
            months.submit_month(by=by, branch_month=row, counted=counted(row, day=day), on=EARLY)


def test_a_planned_meeting_is_held_or_canceled_first(world: World) -> None:
    row = opened(world)
    meetings.plan_meeting(
        by=world.scope("secretary_a1"), branch=world.a1, kind="party_class", day=date(2026, 10, 20), on=TODAY
    )
    with pytest.raises(Refused, match="还没有登记是否召开"):
        submitted(world, row)


def test_paid_ahead_in_the_ledger_is_not_paid_again(world: World) -> None:
    row, member = opened(world), world.members_a1[2]
    entry = dues.PaymentEntry(member.pk, MONTH, 20, 0, THEME_DAY, "cash", "", "", operation=uuid4())
    dues.record_payments(by=world.scope("secretary_a1"), branch=world.a1, entries=[entry], on=TODAY)
    row = submitted(world, row)
    assert row.cash == 40 and row.heads == 2
    assert Payment.objects.filter(member=member).count() == 1


def test_what_was_paid_ahead_to_the_branch_before_is_not_asked_again(world: World) -> None:
    member = world.members_a1[2]
    entry = dues.PaymentEntry(member.pk, MONTH, 20, 0, date(2026, 9, 3), "cash", "", "", operation=uuid4())
    dues.record_payments(by=world.scope("secretary_a1"), branch=world.a1, entries=[entry], on=TODAY)
    Member.objects.filter(pk=member.pk).update(branch=world.a2)
    months.open_months(by=world.scope("secretary_a2"), month=MONTH, organization=world.a2, on=TODAY)
    row = submitted(world, BranchMonth.objects.get(branch=world.a2), who="secretary_a2")
    assert (row.cash, row.heads) == (0, 0)
    row = months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=EARLY)
    assert (row.summary["paid"], row.summary["unpaid"]) == (0, 0), "the money stands in the other ledger"
    assert Payment.objects.get(member=member).branch == world.a1
    point = Entry.objects.get(member=member, item="M02")
    assert (point.month, point.fact_on) == (MONTH, date(2026, 10, 1)), "one for each month paid for"


def test_a_month_of_thirty_five_is_handed_in_and_sealed_in_few_queries(world: World) -> None:
    row = opened(world, members=35)
    points.open_year(by=world.scope("county_organizer"), year=2026, branch_ids=[world.a1.pk], on=TODAY)
    told, clerk, organizer = counted(row), world.scope("secretary_a1"), world.scope("organizer_ashi")
    with CaptureQueriesContext(connection) as captured:
        months.submit_month(by=clerk, branch_month=row, counted=told, on=EARLY)
        months.seal_month(by=organizer, branch_month=row, on=EARLY)
    sent = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(sent) <= 25, "\n".join(sent)
    assert (Payment.objects.count(), Entry.objects.count()) == (35, 70)
    assert verify_seals().broken is None
    assert verify().holds


def test_late_and_returned_are_counted_and_corrections_are_reversals(world: World) -> None:
    row = submitted(world, opened(world), on=date(2026, 11, 12))
    assert row.is_late
    by = world.scope("organizer_ashi")
    row = months.return_month(by=by, branch_month=row, reason="王伟没有交", on=TODAY)
    assert (row.state, row.returns) == ("returned", 1)
    assert months.return_month(by=by, branch_month=row, reason="王伟没有交", on=TODAY).returns == 1
    member = world.members_a1[2]
    assert entered(world, row, member, UNPAID).outcome == "done"
    row = submitted(world, row, on=date(2026, 11, 13))
    paid = Payment.objects.filter(member=member)
    assert sorted(p.amount for p in paid) == [-20, 20]
    assert Payment.objects.filter(month=MONTH).count() == 4
    assert row.cash == 40
    months.return_month(by=by, branch_month=row, reason="王伟后来交了", on=TODAY)
    entered(world, row, member, {"how": "self"}, seen=1)
    assert submitted(world, row, on=TODAY).cash == 60
    assert sorted(p.amount for p in paid.all()) == [-20, 20, 20]


def test_nobody_seals_what_they_submitted_and_months_follow_each_other(world: World) -> None:
    ashi = world.scope("organizer_ashi")
    september = opened(world, month=202609)
    october = opened(world)
    submitted(world, october)
    with pytest.raises(Refused, match="2026年9月还没有封存"):
        months.seal_month(by=ashi, branch_month=october, on=EARLY)
    months.submit_month(
        by=ashi, branch_month=september, counted=counted(september, day=date(2026, 9, 15)), on=EARLY
    )
    with pytest.raises(Refused, match="提交的人不能自己确认"):
        months.seal_month(by=ashi, branch_month=september, on=EARLY)
    first = months.seal_month(by=world.scope("county_organizer"), branch_month=september, on=EARLY)
    second = months.seal_month(by=ashi, branch_month=october, on=EARLY)
    assert (first.previous, second.previous) == ("", first.digest)
    with pytest.raises(Denied):
        months.seal_month(by=world.scope("secretary_a1"), branch_month=october, on=EARLY)


def test_sealing_locks_the_ledgers_and_posts_points(world: World) -> None:
    row = opened(world)
    entered(world, row, world.members_a1[0], UNPAID)
    row = months.seal_month(by=world.scope("organizer_ashi"), branch_month=submitted(world, row), on=EARLY)
    items = {(e.member_id, e.item) for e in Entry.objects.filter(month=MONTH)}
    one, two = world.members_a1[0].pk, world.members_a1[1].pk
    assert {(one, "D02"), (one, "M01"), (two, "M01"), (two, "M02")} <= items
    assert (one, "M02") not in items
    assert row.summary["tenths"] == sum(e.tenths for e in Entry.objects.all())
    assert row.summary["paid"] == 40 == sum(p.amount for p in Payment.objects.all())
    with pytest.raises(Refused, match="封存"):
        dues.reverse_payment(
            by=world.scope("secretary_a1"),
            payment=Payment.objects.all()[0],
            reason="退回",
            operation=uuid4(),
            on=TODAY,
        )
    again = months.seal_month(by=world.scope("county_organizer"), branch_month=row, on=TODAY)
    assert again.digest == row.digest


def reopened(world: World, row: BranchMonth) -> None:
    months.grant_exception(
        by=world.scope("organizer_ashi"),
        branch_month=row,
        granted_to=Person.of(world.scope("secretary_a1")),
        reason="王伟的党费记错了",
        until=EARLY + timedelta(days=10),
        on=EARLY,
    )


def test_a_mended_month_gets_a_new_seal_that_keeps_the_old(world: World) -> None:
    row = sealed(world)
    old = row.digest
    later = months.seal_month(
        by=world.scope("organizer_ashi"),
        branch_month=submitted(world, opened(world, month=202611), on=TODAY),
        on=TODAY,
    )
    assert later.previous == old
    reopened(world, row)
    assert verify_seals().broken is None
    entered(world, row, world.members_a1[2], UNPAID)
    row = submitted(world, row)
    pending = verify_seals().broken
    assert pending is not None and pending.is_reopened
    row = months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=EARLY)
    assert row.digest != old
    assert [seal["digest"] for seal in row.summary["seals"]] == [old]
    assert not LockException.objects.filter(ended_at=None).exists()
    assert verify_seals().broken is None
    assert BranchMonth.objects.get(pk=later.pk).digest == later.digest


def test_mending_that_changed_nothing_ends_under_the_old_seal(world: World) -> None:
    row = sealed(world)
    by = world.scope("organizer_ashi")
    reopened(world, row)
    ended = months.end_exception(by=by, branch_month=row, on=EARLY)
    assert (ended.state, ended.digest) == ("sealed", row.digest)
    reopened(world, row)
    entered(world, row, world.members_a1[2], UNPAID)
    with pytest.raises(Refused, match="已经改动"):
        months.end_exception(by=by, branch_month=row, on=EARLY)


@pytest.mark.parametrize(
    ("days", "reason", "sentence"),
    [(0, "写错了一笔", "今天以后"), (60, "写错了一笔", "30天以内"), (5, "错", "理由")],
)
def test_an_exception_names_why_and_until_when(world: World, days: int, reason: str, sentence: str) -> None:
    row = sealed(world)
    with pytest.raises(Refused, match=sentence):
        months.grant_exception(
            by=world.scope("organizer_ashi"),
            branch_month=row,
            granted_to=Person.of(world.scope("secretary_a1")),
            reason=reason,
            until=EARLY + timedelta(days=days),
            on=EARLY,
        )
    assert BranchMonth.objects.get().state == "sealed"


def test_verify_names_the_first_seal_that_differs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    row = sealed(world)
    assert main(["months", "verify"]) == 0
    assert "封存完好：1个支部，1个月份" in capsys.readouterr().out
    Due.objects.filter(member=world.members_a1[0]).update(amount=999)
    assert main(["months", "verify"]) == 1
    assert f"{world.a1.name}2026年10月，内容和封存时的摘要不一样" in capsys.readouterr().err
    Due.objects.filter(member=world.members_a1[0]).update(amount=20)
    assert main(["months", "verify"]) == 0
    BranchMonth.objects.filter(pk=row.pk).update(previous="f" * 64)
    found = verify_seals().broken
    assert found is not None and "没有接上" in found.reason


def test_a_month_of_35_is_submitted_and_sealed_within_its_queries(world: World) -> None:
    row = opened(world, members=35)
    assert Member.objects.filter(branch=world.a1).count() == 35
    honest, clerk, ashi = counted(row), world.scope("secretary_a1"), world.scope("organizer_ashi")
    with CaptureQueriesContext(connection) as submitting:
        months.submit_month(by=clerk, branch_month=row, counted=honest, on=EARLY)
    with CaptureQueriesContext(connection) as sealing:
        months.seal_month(by=ashi, branch_month=row, on=EARLY)
    real = [
        q["sql"]
        for q in (*submitting, *sealing)
        if "SAVEPOINT" not in q["sql"] and "advisory" not in q["sql"]
    ]
    assert len(real) <= 70, "\n".join(real)


def test_work_tells_each_what_waits(world: World) -> None:
    row = opened(world)

    def keys(who: str, on: date = EARLY) -> set[str]:
        return {group.key for group in work(world.scope(who), on=on)}

    assert "months_to_fill" in keys("secretary_a1")
    assert "months_overdue" in keys("organizer_ashi", TODAY)
    submitted(world, row)
    assert "months_to_fill" not in keys("secretary_a1")
    assert "months_to_confirm" in keys("organizer_ashi")
    assert "months_to_confirm" not in keys("organizer_bashi")
    months.return_month(by=world.scope("organizer_ashi"), branch_month=row, reason="请核对现金", on=EARLY)
    assert "months_returned" in keys("secretary_a1")
    assert work(world.scope("member_a1"), on=EARLY) == []
