"""Paying by the quarter with the branch's consent: not late before the quarter is over, no point lost."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.dues import actions
from zhibu.dues.actions import QuarterEntry
from zhibu.dues.models import Due, DuesLock, Payment, QuarterDecision
from zhibu.dues.rules.quarters import Late, quarter_text
from zhibu.dues.summaries.arrears import arrears
from zhibu.dues.summaries.pages import year_strip
from zhibu.dues.summaries.work import work
from zhibu.dues.tests.cases import entry, opened
from zhibu.insights.summaries.own import own
from zhibu.members.models import Member

pytestmark = pytest.mark.dated
OCTOBER, NOVEMBER, DECEMBER = 202610, 202611, 202612
QUARTER = QuarterEntry(True, OCTOBER, date(2026, 10, 2), "在外务工，每季回来一次")
MONTHLY = QuarterEntry(False, 202701, date(2026, 11, 20), "已经回村，按月交")


def consent(world: World, member: Member | None = None, given: QuarterEntry = QUARTER) -> QuarterDecision:
    """A1 lets its first member pay by the quarter."""
    return actions.decide_quarterly(
        by=world.scope("secretary_a1"), member=member or world.members_a1[0], entry=given, on=TODAY
    )


def by_quarter(member: Member) -> set[int]:
    return set(Due.objects.filter(member=member, by_quarter=True).values_list("month", flat=True))


def late(world: World, on: date) -> set[int]:
    return {each.member_id for each in arrears(world.scope("secretary_a1"), on=on)}


def test_nobody_who_pays_by_the_quarter_is_late_before_it_is_over(world: World) -> None:
    member, other = world.members_a1[:2]
    consent(world)
    opened(world, OCTOBER, NOVEMBER, DECEMBER)
    assert by_quarter(member) == {OCTOBER, NOVEMBER, DECEMBER}
    assert by_quarter(other) == set()
    for on in (TODAY, date(2026, 12, 26), date(2026, 12, 31)):
        assert member.pk not in late(world, on)
        assert other.pk in late(world, on)
    found = {each.member_id: each for each in arrears(world.scope("secretary_a1"), on=date(2027, 1, 1))}
    assert (found[member.pk].run, found[member.pk].since, found[member.pk].owed) == (3, OCTOBER, 60)
    clerk = world.scope("secretary_a1")
    lists = {each.key: each for each in work(clerk, on=date(2026, 12, 31))}
    assert set(lists) == {"dues_arrears_2", "dues_by_quarter"}
    assert [item.title for item in lists["dues_by_quarter"].items] == [member.name]
    assert "dues_by_quarter" not in {each.key for each in work(clerk, on=TODAY)}
    for each in world.members_a1[1:]:
        actions.record_payments(
            by=world.scope("secretary_a1"),
            branch=world.a1,
            entries=[entry(each, month=month) for month in (OCTOBER, NOVEMBER)],
            on=TODAY,
        )
    months = [month for quarter in year_strip(world.a1, 2026, on=TODAY) for month in quarter.months]
    assert months[9:11] == [(10, "pending"), (11, "pending")]


def test_the_own_page_asks_for_nothing_before_the_quarter_is_over(world: World) -> None:
    member = Member.objects.get(user=world.people["member_a1"])
    opened(world, OCTOBER, NOVEMBER)
    page = own(world.scope("member_a1"), on=date(2026, 12, 1))
    assert page is not None
    assert [row.month for row in page.dues.owed] == [OCTOBER, NOVEMBER]
    consent(world, member)
    page = own(world.scope("member_a1"), on=date(2026, 12, 1))
    assert page is not None
    assert page.dues.owed == []


def test_a_consent_counts_from_its_quarter_and_until_another_decision(world: World) -> None:
    member = world.members_a1[0]
    opened(world, 202609, OCTOBER)
    row = consent(world)
    assert consent(world) == row, "the same again is the first one"
    assert by_quarter(member) == {OCTOBER}, "opened months follow, those of the quarter before do not"
    consent(world, given=MONTHLY)
    assert QuarterDecision.objects.count() == 2
    opened(world, DECEMBER, 202701)
    assert by_quarter(member) == {OCTOBER, DECEMBER}
    told = AuditRecord.objects.filter(event__startswith="dues.quarterly").order_by("pk")
    assert [each.event for each in told] == ["dues.quarterly.allowed", "dues.quarterly.ended"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (QuarterEntry(True, NOVEMBER, TODAY, "在外务工"), "第一个月"),
        (QuarterEntry(True, 202607, TODAY, "在外务工"), "最早从2026年第4季度起"),
        (QuarterEntry(True, OCTOBER, date(2026, 12, 1), "在外务工"), "今天以后"),
        (QuarterEntry(True, 202801, TODAY, "在外务工"), "太远"),
        (QuarterEntry(True, OCTOBER, TODAY, "无"), "特殊情况"),
        (QuarterEntry(True, OCTOBER, TODAY, "在外务工" * 51), "最多200个"),
        (QuarterEntry(False, 202701, TODAY, "已经回村"), "本来就是按月交"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(world: World, given: QuarterEntry, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        consent(world, given=given)
    assert not QuarterDecision.objects.exists()


def test_nobody_consents_to_oneself_and_no_other_branch_does(world: World) -> None:
    member = world.members_a1[0]
    with pytest.raises(Denied):
        actions.decide_quarterly(by=world.scope("secretary_a2"), member=member, entry=QUARTER, on=TODAY)
    Member.objects.filter(pk=member.pk).update(user=world.people["secretary_a1"])
    with pytest.raises(Refused, match="不能由本人登记"):
        consent(world)


def test_months_ahead_stay_those_of_the_rulebook(world: World) -> None:
    member, months = world.members_a1[0], (OCTOBER, NOVEMBER, DECEMBER)
    consent(world)
    opened(world, OCTOBER)
    paid = actions.record_payments(
        by=world.scope("secretary_a1"),
        branch=world.a1,
        entries=[entry(member, month=month) for month in months],
        with_receipts=True,
        on=TODAY,
    )
    assert len({row.receipt_id for row in Payment.objects.filter(pk__in=[row.pk for row in paid])}) == 1
    with pytest.raises(Refused, match="最多预交2个月"):
        actions.record_payments(
            by=world.scope("secretary_a1"),
            branch=world.a1,
            entries=[entry(member, month=202702)],
            on=TODAY,
        )


def test_a_sealed_month_of_the_quarter_takes_the_money_of_who_may_pay_later_and_of_nobody_else(
    world: World,
) -> None:
    member, other = world.members_a1[:2]
    consent(world)
    opened(world, OCTOBER, NOVEMBER)
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=OCTOBER)
    clerk = world.scope("secretary_a1")
    with pytest.raises(Refused, match="已经封存"):
        actions.record_payments(by=clerk, branch=world.a1, entries=[entry(other, month=OCTOBER)], on=TODAY)
    row = actions.record_payments(
        by=clerk, branch=world.a1, entries=[entry(member, month=OCTOBER)], on=TODAY
    )[0]
    actions.reverse_payment(by=clerk, payment=row, reason="多收，已退", operation=uuid4(), on=TODAY)
    DuesLock.objects.create(branch=world.a1, month=DECEMBER, locked_at=DuesLock.objects.get().locked_at)
    with pytest.raises(Refused, match="已经封存"):
        actions.record_payments(by=clerk, branch=world.a1, entries=[entry(member, month=OCTOBER)], on=TODAY)


def test_months_that_were_sealed_before_the_consent_stay_as_they_are(world: World) -> None:
    opened(world, OCTOBER, NOVEMBER)
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=OCTOBER)
    consent(world)
    assert by_quarter(world.members_a1[0]) == {NOVEMBER}


def test_the_pages_say_who_pays_by_the_quarter(world: World) -> None:
    member = world.members_a1[0]
    opened(world, OCTOBER)
    client = world.client("secretary_a1")
    url = reverse("dues:quarterly_new", args=[member.pk])
    data = {"allowed": "yes", "from_month": OCTOBER, "decided_on": "2026-10-02", "reason": "无"}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "特殊情况" in refused.content.decode()
    assert client.post(url, {**data, "reason": "在外务工，每季回来一次"}).status_code == 303
    page = client.get(reverse("dues:quarterly")).content.decode()
    assert member.name in page
    assert quarter_text(OCTOBER) in page
    assert "按季交，未交" in client.get(reverse("dues:account", args=[member.pk])).content.decode()
    assert member.name not in world.client("secretary_a2").get(reverse("dues:quarterly")).content.decode()
    client.post(url, {**data, "allowed": "no", "reason": "已经回村", "decided_on": "2026-11-20"})
    assert "没有按季交的党员" in client.get(reverse("dues:quarterly")).content.decode()
    assert member.name in client.get(reverse("dues:quarterly"), {"view": "all"}).content.decode()


def test_by_the_quarter_is_late_only_after_its_last_day() -> None:
    assert Late.on(date(2026, 12, 31), due_day=25) == Late(202612, 202609)
    assert Late.on(date(2027, 1, 1), due_day=25) == Late(202612, 202612)
