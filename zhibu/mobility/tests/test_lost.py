"""Looking for lost members: the case, its searches, the ladder, and how it follows membership events."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.floating import contact, lost_case, registered, searched
from tests.queries import constant_queries
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.core.dates import add_months
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind, Limits
from zhibu.members.rules.stages import Stage, Standing
from zhibu.mobility.actions import lost as actions
from zhibu.mobility.actions import matters
from zhibu.mobility.models import Floating, LostContact, Search
from zhibu.mobility.rules.lost import (
    CaseFacts,
    CaseState,
    LostFacts,
    RungState,
    ladder,
    next_step,
    way_back,
)
from zhibu.mobility.summaries import lost as summaries

pytestmark = pytest.mark.dated

days = st.dates(date(1990, 1, 1), date(2080, 1, 1))
open_states = st.sampled_from([CaseState.SEARCHING, CaseState.FLAGGED, CaseState.SUSPENDED])


def _facts(state: CaseState, last: date, **facts: object) -> CaseFacts:
    values: dict[str, object] = {"searches": 2, "stage": Stage.FULL, "standing": Standing.ACTIVE, **facts}
    return CaseFacts(state=state, last_contact_on=last, **values)  # type: ignore[arg-type]


# The ladder ---------------------------------------------------------------------------------------


@given(last=days, searches=st.integers(0, 5), on=days)
def test_the_flag_is_open_six_months_after_the_last_contact(last: date, searches: int, on: date) -> None:
    step = next_step(_facts(CaseState.SEARCHING, last, searches=searches), Limits())
    assert step is not None
    assert (step.kind, step.from_day) == (EventKind.FLAG_LOST_CONTACT, add_months(last, 6))
    assert step.is_open(on=on) == (on >= step.from_day and searches > 0)


@given(last=days, suspended=days, searches=st.integers(0, 5))
def test_the_removal_is_open_two_years_after_the_suspension(
    last: date, suspended: date, searches: int
) -> None:
    facts = _facts(CaseState.SUSPENDED, last, searches=searches, suspended_on=suspended)
    step = next_step(facts, Limits())
    assert step is not None
    assert step.from_day == add_months(suspended, 24)
    assert step.missing_searches == max(2 - searches, 0)
    assert not step.is_open(on=step.from_day - timedelta(days=1))
    assert step.is_open(on=step.from_day) == (searches >= 2)


@given(state=open_states, last=days, on=days, searches=st.integers(0, 4))
def test_exactly_one_rung_is_next_and_all_before_it_are_done(
    state: CaseState, last: date, on: date, searches: int
) -> None:
    facts = _facts(state, last, searches=searches, suspended_on=last)
    states = [rung.state for rung in ladder(facts, Limits(), on=on)]
    at_hand = [n for n, each in enumerate(states) if each in (RungState.NOW, RungState.WAITS)]
    assert len(at_hand) == 1
    assert set(states[: at_hand[0]]) == {RungState.DONE}
    assert set(states[at_hand[0] + 1 :]) <= {RungState.LATER}


def test_ends_of_months_and_of_the_ladder() -> None:
    step = next_step(_facts(CaseState.SEARCHING, date(2026, 8, 31)), Limits())
    assert step is not None
    assert step.from_day == date(2027, 2, 28)
    for state in (CaseState.FOUND, CaseState.REMOVED, CaseState.ENDED):
        assert next_step(_facts(state, TODAY), Limits()) is None
        assert way_back(state) is None
    assert way_back(CaseState.FLAGGED) == EventKind.CONTACT_REGAINED
    assert way_back(CaseState.SUSPENDED) == EventKind.RESTORE_STANDING


def test_a_probationary_members_standing_is_not_suspended() -> None:
    facts = _facts(CaseState.FLAGGED, date(2026, 1, 1), stage=Stage.PROBATIONARY)
    step = next_step(facts, Limits())
    assert step is not None
    assert step.kind == EventKind.CANCEL_PROBATION
    assert "停止党籍" not in [rung.label for rung in ladder(facts, Limits(), on=TODAY)]


# The case and its searches ------------------------------------------------------------------------


def test_a_search_is_logged_encrypted_and_counted(world: World) -> None:
    case = lost_case(world)
    searched(world, case, times=2)
    searched(world, case, times=1)  # the same entry again
    assert Search.objects.count() == 2
    assert summaries.facts_of(world.members_a1[1]) == LostFacts(date(2026, 1, 10), 2)
    text = str(list(AuditRecord.objects.values_list("data", flat=True)))
    assert "家人" not in text
    assert lost_case(world).pk == case.pk  # a second beginning is the same case


def test_without_a_case_the_contact_log_tells_the_last_contact(world: World) -> None:
    member = world.members_a1[0]
    assert summaries.facts_of(member) == LostFacts(None, 0)
    contact(world, registered(world), date(2026, 5, 4))
    assert summaries.facts_of(member) == LostFacts(date(2026, 5, 4), 0)


@pytest.mark.parametrize(
    ("last", "sentence"),
    [(TODAY + timedelta(days=1), "在今天以后"), (date(2009, 6, 27), "早于入党时间")],
)
def test_a_case_with_impossible_days_is_refused(world: World, last: date, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        lost_case(world, last=last)
    assert not LostContact.objects.exists()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"day": TODAY + timedelta(days=1)}, "在今天以后"),
        ({"day": date(2026, 1, 9)}, "早于最后联系"),
        ({"result": "无"}, "至少4个字"),
        ({"who": " "}, "谁查找的"),
        ({"way": "magic"}, "查找方式"),
    ],
)
def test_a_search_out_of_order_is_refused(world: World, facts: dict[str, object], sentence: str) -> None:
    case = lost_case(world)
    values: dict[str, object] = {"day": TODAY, "way": "police", "who": "王伟", "result": "户籍没有迁出"}
    with pytest.raises(Refused, match=sentence):
        actions.log_search(by=world.scope("secretary_a1"), case=case, on=TODAY, **{**values, **facts})  # type: ignore[arg-type]
    assert not Search.objects.exists()


def test_who_does_not_handle_the_branch_may_do_nothing(world: World) -> None:
    case = lost_case(world)
    for person in ("secretary_a2", "inspector"):
        with pytest.raises(Denied):
            actions.record_found(by=world.scope(person), case=case, day=TODAY, note="本人来电", on=TODAY)
    assert not summaries.cases(world.scope("secretary_a2")).exists()
    case.refresh_from_db()
    assert case.state == "searching"


def test_found_before_anything_was_decided_closes_the_case(world: World) -> None:
    case = lost_case(world)
    client = world.client("secretary_a1")
    url = reverse("mobility:lost_found", args=[case.pk])
    refused = client.post(url, {"day": "2026-01-01", "note": "本人打来电话"})
    assert "早于已登记的最后联系" in refused.content.decode()
    assert client.post(url, {"day": "2026-11-20", "note": "本人打来电话"}).status_code == 303
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("found", date(2026, 11, 20))
    by = world.scope("secretary_a1")
    assert actions.record_found(by=by, case=case, day=TODAY, note="又来电", on=TODAY).closed_on != TODAY
    with pytest.raises(Refused, match="这次查找已经"):
        searched(world, case)
    assert lost_case(world).pk != case.pk
    assert not MembershipEvent.objects.exists()


# Following the events -----------------------------------------------------------------------------


def _enter(world: World, kind: EventKind, *, on: date = TODAY, **facts: object) -> MembershipEvent:
    values: dict[str, object] = {
        "decided_on": on,
        "decided_by": "支部党员大会",
        "grounds": "查找无下落",
        "evidence": "多次查找的经过",
        **facts,
    }
    return matters.enter_event(
        by=world.scope("secretary_a1"),
        member=Member.objects.get(pk=world.members_a1[1].pk),
        entry=Entry(kind=kind, **values),  # type: ignore[arg-type]
        on=on,
    )


def _settle(world: World, event: MembershipEvent, person: str = "organizer_ashi") -> None:
    matters.settle_event(
        by=world.scope(person),
        event=event,
        approve=True,
        settled_on=event.decided_on,
        document="凉组〔2026〕8号",
        on=event.decided_on,
    )


def _flagged(world: World) -> LostContact:
    case = lost_case(world)
    searched(world, case, times=2)
    _enter(world, EventKind.FLAG_LOST_CONTACT, since=case.last_contact_on)
    case.refresh_from_db()
    return case


def test_the_flag_needs_six_months_and_a_search(world: World) -> None:
    case = lost_case(world)
    with pytest.raises(Refused, match="查找"):
        _enter(world, EventKind.FLAG_LOST_CONTACT, since=case.last_contact_on)
    case.refresh_from_db()
    assert case.state == "searching"
    assert not Measure.objects.exists()


def test_the_case_climbs_with_the_events_to_the_removal(world: World) -> None:
    case = _flagged(world)
    assert case.state == "flagged"
    suspension = _enter(world, EventKind.SUSPEND_STANDING)
    case.refresh_from_db()
    assert case.state == "flagged"  # only proposed
    _settle(world, suspension)
    case.refresh_from_db()
    assert case.state == "suspended"
    (row,) = summaries.cases(world.scope("secretary_a1"))
    page = summaries.case_page(row, on=TODAY)
    assert page.line.step is not None
    assert (page.line.step.from_day, page.line.is_due) == (date(2028, 11, 24), False)
    later = date(2028, 11, 24)
    _settle(world, _enter(world, EventKind.REMOVE_LOST_CONTACT, on=later))
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("removed", later)
    assert Member.objects.get(pk=case.member_id).standing == "ended"


def test_found_after_the_flag_is_an_event_and_closes_the_case(world: World) -> None:
    case = _flagged(world)
    with pytest.raises(Refused, match="登记为党籍和组织处置"):
        actions.record_found(
            by=world.scope("secretary_a1"), case=case, day=TODAY, note="本人打来电话", on=TODAY
        )
    _enter(world, EventKind.CONTACT_REGAINED)
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("found", TODAY)


def test_a_restored_standing_closes_the_case(world: World) -> None:
    case = _flagged(world)
    _settle(world, _enter(world, EventKind.SUSPEND_STANDING))
    _settle(world, _enter(world, EventKind.RESTORE_STANDING), "county_organizer")
    case.refresh_from_db()
    assert case.state == "found"


def test_a_flag_without_a_case_opens_one(world: World) -> None:
    member = world.members_a1[1]
    event = MembershipEvent.objects.create(
        member=member,
        branch=world.a1,
        kind=EventKind.FLAG_LOST_CONTACT,
        state="in_effect",
        decided_on=TODAY,
        decided_by="支部委员会",
        effective_on=TODAY,
        since=date(2026, 1, 1),
        proposed_by="阿措克布",
        proposed_at="2026-11-24T02:00:00Z",
    )
    actions.follow_event(by=world.scope("secretary_a1"), event=event, on=TODAY)
    case = LostContact.objects.get()
    assert (case.state, case.last_contact_on) == ("flagged", date(2026, 1, 1))
    actions.follow_event(by=world.scope("secretary_a1"), event=event, on=TODAY)
    assert LostContact.objects.count() == 1


def test_the_flag_ends_the_floating_registration_for_good(world: World) -> None:
    row = registered(world, world.members_a1[1], from_date=date(2025, 3, 1))
    case = _flagged(world)
    row.refresh_from_db()
    assert (row.until, row.next_due) == (TODAY, None)
    _enter(world, EventKind.CONTACT_REGAINED)
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.until, case.state) == (TODAY, "found")


def test_a_successful_appeal_puts_the_case_back(world: World) -> None:
    case = _flagged(world)
    suspension = _enter(world, EventKind.SUSPEND_STANDING)
    _settle(world, suspension)
    suspension.refresh_from_db()
    matters.reverse_event(
        by=world.scope("county_organizer"),
        event=suspension,
        document="凉组〔2026〕9号",
        reason="查找程序不完整",
        on=TODAY,
    )
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("flagged", None)


def test_death_closes_the_case_and_the_registration(world: World) -> None:
    row = registered(world, world.members_a1[1])
    case = lost_case(world)
    _enter(world, EventKind.DIE, evidence="死亡证明")
    case.refresh_from_db()
    row.refresh_from_db()
    assert (case.state, case.closed_on) == ("ended", TODAY)
    assert row.until == TODAY
    assert not Floating.objects.current().exists()


# Pages --------------------------------------------------------------------------------------------


def test_the_case_page_says_the_next_step_and_leads_to_it(world: World) -> None:
    case = lost_case(world)
    client = world.client("secretary_a1")
    url = reverse("mobility:lost_case", args=[case.pk])
    flag = reverse("mobility:event_new", args=[case.member_id, EventKind.FLAG_LOST_CONTACT])
    before = client.get(url).content.decode()
    assert "还要查找1次" in before
    assert flag not in before
    answer = client.post(
        reverse("mobility:lost_searches", args=[case.pk]),
        {"day": "2026-08-02", "way": "relatives", "who": "阿措克布", "result": "家人也没有消息"},
    )
    assert answer.status_code == 303
    after = client.get(url).content.decode()
    assert flag in after
    assert "从2026-07-10起可以讨论" in after
    inspected = world.client("inspector").get(url).content.decode()
    assert flag not in inspected


def test_what_has_come_due_is_work(world: World) -> None:
    case = lost_case(world)
    scope = world.scope("secretary_a1")
    (before,) = summaries.work(scope, on=TODAY)
    assert before.items[0].detail == "尔木村党支部，还要查找1次"
    searched(world, case, times=2)
    (after,) = summaries.work(scope, on=TODAY)
    assert after.items[0].detail == "尔木村党支部，可以讨论“标记失去联系”"
    assert summaries.work(scope, on=date(2026, 7, 9)) == []
    assert summaries.work(world.scope("secretary_a2"), on=TODAY) == []
    assert summaries.work(world.scope("inspector"), on=TODAY) == []


def test_the_list_costs_the_same_for_a_whole_county(world: World) -> None:
    lost_case(world)

    def grow() -> None:
        for _ in range(30):
            searched(world, lost_case(world, make_member(branch=world.a1)))

    client = world.client("county_organizer")
    with constant_queries(client, reverse("mobility:lost"), grow=grow) as count:
        assert count <= 20


def test_work_costs_two_queries_for_a_whole_county(
    world: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for _ in range(8):
        lost_case(world, make_member(branch=world.a1))
    scope = world.scope("county_organizer")
    with django_assert_max_num_queries(2):
        (found,) = summaries.work(scope, on=TODAY)
    assert (found.total, len(found.items)) == (8, 5)
