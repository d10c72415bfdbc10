"""The Party's rules about penalties, disposals and posts, from the page to the books."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.days import TODAY, ago
from tests.things import disposal_steps
from tests.world import World, make_member
from zhibu.certificates.models import Disposition
from zhibu.conduct.actions import assign_appeal, decide_appeal, file_appeal, record_past_penalties
from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.members import actions as members
from zhibu.members.actions.posts import set_posts
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind, Limits, MeasureKind
from zhibu.members.rules.stages import BranchPost
from zhibu.members.summaries.events import Exit, exits_of
from zhibu.mobility.actions.lost import open_case, record_found
from zhibu.mobility.actions.matters import enter_event, reverse_event, settle_event
from zhibu.mobility.actions.transfers import request_transfer
from zhibu.mobility.rules.lost import may_be_corrected
from zhibu.mobility.summaries.movements import table
from zhibu.mobility.tests.cases import approved, entered, issued

COMMISSION = "中共凉县纪委"


def punished(
    world: World, member: Member, kind: EventKind, day: date, months: int | None = None
) -> MembershipEvent:
    """Decided by the county's commission, entered by the township, rechecked by the county."""
    event = enter_event(
        by=world.scope("organizer_ashi"),
        member=member,
        entry=Entry(kind, day, COMMISSION, document="凉纪〔2026〕8号", months=months, grounds="违反生活纪律"),
        on=TODAY,
    )
    return approved(world, event, document="")


def test_what_the_commission_decided_is_rechecked_and_holds_since_its_day(world: World) -> None:
    member = world.members_a1[1]
    url = reverse("mobility:event_new", args=[member.pk, EventKind.WARN])
    data = {
        "decided_on": ago(40).isoformat(),
        "decided_by": COMMISSION,
        "document": "凉纪〔2026〕8号",
        "months": "12",
        "matter": "酒后驾驶机动车",
    }
    clerk, county = world.client("organizer_ashi"), world.client("county_organizer")
    assert clerk.post(url, data).status_code == 303
    event = MembershipEvent.objects.get(member=member)
    page = reverse("mobility:event", args=[event.pk])
    assert "要由上级组织的另一位同志照处分决定核对" in clerk.get(page).content.decode()
    told = county.get(page).content.decode()
    assert "照处分决定核对" in told and "和处分决定一致" in told and "批复文号" not in told
    answer = {"answer": "approve", "settled_on": TODAY.isoformat()}
    assert county.post(reverse("mobility:event_settlement", args=[event.pk]), answer).status_code == 303
    measure = Measure.objects.get(member=member)
    assert (measure.from_date, measure.due_on) == (ago(40), add_months(ago(40), 12))
    assert "照处分决定核对" in county.get(page).content.decode()


def test_what_the_branch_decided_still_waits_for_the_approval_and_its_day(world: World) -> None:
    event = approved(world, entered(world, EventKind.WARN, world.members_a1[1], decided_on=ago(40)))
    assert event.effective_on == TODAY


def test_a_second_warning_runs_after_the_first_and_both_stand_in_the_register(world: World) -> None:
    member = world.members_a1[1]
    punished(world, member, EventKind.WARN, ago(200))
    second = punished(world, member, EventKind.WARN, ago(100))
    third = punished(world, member, EventKind.WARN_SERIOUSLY, ago(50), 18)
    first_end = add_months(ago(200), 12)
    assert second.until == add_months(first_end, 12)
    assert third.until == add_months(add_months(first_end, 12), 18)
    assert (second.months, third.months) == (12, 18)
    assert Measure.objects.in_force(TODAY).filter(member=member).count() == 3


def test_when_the_first_falls_on_appeal_the_second_ends_earlier(world: World) -> None:
    member = world.members_a1[0]
    first = punished(world, member, EventKind.WARN, ago(200))
    second = punished(world, member, EventKind.WARN, ago(100))
    row = file_appeal(
        by=world.scope("member_a1"),
        event=first,
        statement="会议没有通知我本人，也没有听我的说明，请求复查并撤销。",
        filed_on=TODAY,
        on=TODAY,
    )
    row = assign_appeal(
        by=world.scope("county_organizer"),
        appeal=row,
        examiner=world.people["county_organizer_2"],
        on=TODAY,
    )
    decide_appeal(
        by=world.scope("county_organizer_2"),
        appeal=row,
        upheld=False,
        document="凉纪复〔2026〕3号",
        result="查阅会议记录，并找本人和支部谈话，原认定不成立。",
        decided_on=TODAY,
        on=TODAY,
    )
    second.refresh_from_db()
    assert second.until == add_months(ago(100), 12)
    held = Measure.objects.in_force(TODAY).get(member=member)
    assert (held.event_id, held.due_on) == (second.pk, second.until)


def test_penalties_of_past_years_are_added_up_in_their_order(world: World) -> None:
    member, by = world.members_a1[1], world.scope("county_organizer")

    def row(day: date) -> tuple[Member, Entry, None]:
        return member, Entry(EventKind.WARN, day, COMMISSION, document="凉纪〔2018〕8号"), None

    old, new = ago(2500), ago(2400)
    record_past_penalties(by=by, rows=[row(old)], on=TODAY)
    first = MembershipEvent.objects.get(member=member)
    if first.state == "proposed":
        settle_event(
            by=world.scope("county_organizer_2"),
            event=first,
            approve=True,
            settled_on=TODAY,
            document="",
            on=TODAY,
        )
    record_past_penalties(by=by, rows=[row(new)], on=TODAY)
    second = MembershipEvent.objects.exclude(pk=first.pk).get(member=member)
    assert second.until == add_months(add_months(old, 12), 12)


def test_rights_given_back_begin_two_years_without_posts(world: World) -> None:
    member = world.members_a1[1]
    punished(world, member, EventKind.BEGIN_PARTY_PROBATION, ago(400), 12)
    restored = punished(world, member, EventKind.RESTORE_RIGHTS, ago(20))
    held = Measure.objects.in_force(TODAY).get(member=member)
    assert (held.kind, held.due_on) == (MeasureKind.AFTER_PARTY_PROBATION, add_months(ago(20), 24))
    assert restored.until == held.due_on
    with pytest.raises(Refused, match="期间不能担任党内职务"):
        appointed(world, member, TODAY)


def appointed(world: World, member: Member, day: date) -> None:
    """The branch enters that the member holds a post from a day on."""
    members.appoint_post(
        by=world.scope("secretary_a1"),
        member=member,
        organization=world.a1,
        post=BranchPost.PUBLICITY_MEMBER,
        from_date=day,
        on=TODAY,
    )


@pytest.mark.parametrize(
    ("kind", "months", "measure"),
    [
        (EventKind.REMOVE_FROM_POST, 24, "撤销党内职务影响期"),
        (EventKind.BEGIN_PARTY_PROBATION, 12, "留党察看"),
        (EventKind.SUSPEND_RIGHTS, None, "中止党员权利"),
    ],
)
def test_nobody_is_put_into_a_post_by_page_or_roster_while_it_holds(
    world: World, kind: EventKind, months: int | None, measure: str
) -> None:
    member = world.members_a1[1]
    event = entered(world, kind, member, months=months, decided_on=ago(30), decided_by=COMMISSION)
    if event.state == "proposed":
        approved(world, event)
    for day in (TODAY, ago(10), ago(30)):
        with pytest.raises(Refused) as refusal:
            appointed(world, member, day)
        assert refusal.value.params["measure"] == measure
    with pytest.raises(Refused, match="期间不能担任党内职务"):
        set_posts({member: (BranchPost.SECRETARY.value,)}, on=TODAY)


def test_a_correction_without_change_ends_in_the_advice_to_leave_and_then_in_removal(world: World) -> None:
    member, matter = world.members_a1[1], "不履行党员义务"
    begun = entered(world, EventKind.BEGIN_CORRECTION, member, matter=matter, decided_on=ago(90))
    approved(world, begun, settled_on=ago(85))
    advice = entered(world, EventKind.PERSUADED_WITHDRAWAL, member, matter=matter, decided_on=ago(5))
    removal = entered(world, EventKind.REMOVED_AFTER_REFUSAL, member, matter=matter)
    advice.refresh_from_db()
    assert (advice.state, advice.settled_note) == ("canceled", "劝而不退除名")
    assert approved(world, removal).state == "in_effect"
    member.refresh_from_db()
    assert member.standing == "ended"
    page = world.client("county_organizer").get(reverse("mobility:event", args=[removal.pk])).content.decode()
    for step in ("预先备案", "调查核实", "同本人谈话", "支委会研究"):
        assert step in page
    assert disposal_steps(TODAY)[next(iter(disposal_steps(TODAY)))].isoformat() in page


def test_who_refuses_an_approved_advice_to_leave_is_removed_and_counted_once(world: World) -> None:
    member, matter, clerk = world.members_a1[1], "不履行党员义务", world.client("secretary_a1")
    page = reverse("mobility:events", args=[member.pk])
    form = reverse("mobility:event_new", args=[member.pk, EventKind.REMOVED_AFTER_REFUSAL])
    begun = entered(world, EventKind.BEGIN_CORRECTION, member, matter=matter, decided_on=ago(90))
    approved(world, begun, settled_on=ago(85))
    advice = approved(
        world,
        entered(world, EventKind.PERSUADED_WITHDRAWAL, member, matter=matter, decided_on=ago(40)),
        settled_on=ago(30),
    )
    assert form in clerk.get(page).content.decode()
    with pytest.raises(Refused, match="坚持不退以后支部党员大会才能讨论除名"):
        entered(world, EventKind.REMOVED_AFTER_REFUSAL, member, matter=matter, decided_on=ago(35))
    removal = entered(world, EventKind.REMOVED_AFTER_REFUSAL, member, matter=matter, decided_on=ago(10))
    county = world.client("county_organizer")
    asked = county.get(reverse("mobility:event", args=[removal.pk])).content.decode()
    assert "没有登记过已经批准的劝退" not in asked
    approved(world, removal, settled_on=ago(5))
    member.refresh_from_db()
    advice.refresh_from_db()
    assert (member.standing, advice.state) == ("ended", "in_effect")
    assert exits_of([member.pk])[member.pk] == Exit("removed_after_refusal", ago(5))
    assert form not in clerk.get(page).content.decode()
    gone = table(world.scope("secretary_a1"), world.a1, since=ago(60), until=TODAY + timedelta(days=1))
    assert gone.total.went == {"removed": 1}
    with pytest.raises(Refused, match="先从最近的一件办起"):
        reverse_event(
            by=world.scope("county_organizer"),
            event=advice,
            document="越组〔2026〕9号",
            reason="复查",
            on=TODAY,
        )
    with pytest.raises(Refused, match="年内不得重新入党"):
        entered(world, EventKind.READMIT, member, effective_on=TODAY)


def test_the_booklet_of_who_refused_follows_the_advice_and_an_appeal_leaves_it_there(world: World) -> None:
    issued(world)
    member, by = world.members_a1[0], world.scope("county_organizer")
    approved(
        world, entered(world, EventKind.PERSUADED_WITHDRAWAL, member, decided_on=ago(40)), settled_on=ago(30)
    )
    removal = approved(world, entered(world, EventKind.REMOVED_AFTER_REFUSAL, member), settled_on=TODAY)
    rows = Disposition.objects.filter(certificate__member=member).values_list("cause", "state")
    assert list(rows) == [("persuaded_withdrawal", "proposed")]
    reverse_event(by=by, event=removal, document="越组〔2026〕9号", reason="复查后撤销除名", on=TODAY)
    member.refresh_from_db()
    assert (member.standing, list(rows)) == ("ended", [("persuaded_withdrawal", "proposed")])
    assert exits_of([member.pk])[member.pk] == Exit("persuaded_withdrawal", ago(30))


@pytest.mark.parametrize(
    "kind", [EventKind.SELF_SEVERED, EventKind.VOLUNTARY_WITHDRAWAL, EventKind.REMOVED_OTHER]
)
def test_who_went_another_way_is_not_removed_for_refusing_to_leave(world: World, kind: EventKind) -> None:
    member = world.members_a1[1]
    event = entered(
        world, kind, member, decided_on=ago(40), since=ago(400) if kind == "self_severed" else None
    )
    if event.state == "proposed":
        approved(world, event, settled_on=ago(30))
    member.refresh_from_db()
    with pytest.raises(Refused, match="党籍已在"):
        entered(world, EventKind.REMOVED_AFTER_REFUSAL, member)
    form = reverse("mobility:event_new", args=[member.pk, EventKind.REMOVED_AFTER_REFUSAL])
    page = world.client("secretary_a1").get(reverse("mobility:events", args=[member.pk])).content.decode()
    assert form not in page


def test_removal_without_an_approved_advice_is_said_to_whoever_decides(world: World) -> None:
    removal = entered(world, EventKind.REMOVED_AFTER_REFUSAL, world.members_a1[1])
    page = world.client("county_organizer").get(reverse("mobility:event", args=[removal.pk])).content.decode()
    assert "没有登记过已经批准的劝退" in page


def test_nobody_removed_is_admitted_again_within_five_years(world: World) -> None:
    member = world.members_a1[1]
    approved(world, entered(world, EventKind.PERSUADED_WITHDRAWAL, member), settled_on=TODAY)
    member.refresh_from_db()
    with pytest.raises(Refused, match="年内不得重新入党"):
        entered(world, EventKind.READMIT, member, effective_on=TODAY)


@given(gap=st.integers(0, 1000))
def test_correction_is_for_who_was_lost_six_months_to_two_years(gap: int) -> None:
    last = ago(1000)
    found = last + timedelta(days=gap)
    inside = add_months(last, 6) <= found <= add_months(last, 24)
    assert may_be_corrected(last, found, Limits()) is inside


@pytest.mark.parametrize(("days", "offered"), [(300, True), (100, False), (800, False)])
def test_who_was_found_again_is_offered_a_correction_on_the_pages(
    world: World, days: int, offered: bool
) -> None:
    member, clerk = world.members_a1[1], world.client("secretary_a1")
    case = open_case(by=world.scope("secretary_a1"), member=member, last_contact_on=ago(days), on=TODAY)
    record_found(by=world.scope("secretary_a1"), case=case, day=TODAY, note="本人打来电话", on=TODAY)
    pages = (
        reverse("mobility:lost_case", args=[case.pk]),
        reverse("mobility:events", args=[member.pk]),
    )
    for url in pages:
        assert ("可以给予限期改正" in clerk.get(url).content.decode()) is offered
    entered(world, EventKind.BEGIN_CORRECTION, member)
    for url in pages:
        assert "可以给予限期改正" not in clerk.get(url).content.decode()


def test_whoever_takes_a_probationer_in_is_told_of_a_probation_that_is_full(world: World) -> None:
    overdue, still = (
        make_member(branch=world.a2, stage="probationary", join_date=ago(days), confirmation_date=None)
        for days in (500, 100)
    )
    for member, warned in ((overdue, True), (still, False)):
        row = request_transfer(
            by=world.scope("secretary_a1"),
            member=member,
            to_branch=world.a1,
            reason="回村居住",
            on=TODAY,
        )
        page = world.client("secretary_a1").get(reverse("mobility:transfer", args=[row.pk])).content.decode()
        assert (f"预备期{add_months(member.join_date, 12)}已满" in page) is warned
