"""收回 for cause: refused until every precondition is recorded, and it takes no right away."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.things import printed
from tests.world import TODAY, World
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import withdrawals as actions
from zhibu.certificates.models import Certificate, Disposition, Withdrawal
from zhibu.certificates.rules.withdrawals import Case, Needs, Step, Trigger, missing
from zhibu.certificates.summaries.withdrawals import work
from zhibu.core.access import Refused
from zhibu.members.models import Member

pytestmark = pytest.mark.dated

START = TODAY - timedelta(days=120)


def opened(world: World) -> Withdrawal:
    """The third member of A1 does not pay the dues."""
    printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )
    return actions.open_withdrawal(
        by=world.scope("secretary_a1"),
        member=world.members_a1[0],
        trigger=Trigger.DUES,
        triggered_on=START,
        facts="连续五个月不交党费",
        on=START,
    )


def talked(world: World, row: Withdrawal, after: int) -> None:
    """A talk so many days after the start."""
    actions.record_talk(
        by=world.scope("secretary_a1"),
        withdrawal=row,
        talked_on=START + timedelta(days=after),
        talker="阿措克布",
        content="讲清规定，本人答应补交",
        on=TODAY,
    )


def notified(world: World) -> Withdrawal:
    """Everything done up to the notice; the time for objections is over on the 20th of November."""
    row = opened(world)
    talked(world, row, 1)
    talked(world, row, 8)
    clerk, township = world.scope("secretary_a1"), world.scope("organizer_ashi")
    day = START + timedelta(days=30)
    actions.set_deadline(by=clerk, withdrawal=row, deadline=day, on=START + timedelta(days=8))
    after = day + timedelta(days=1)
    actions.propose_withdrawal(by=clerk, withdrawal=row, proposed_on=after, on=after)
    actions.approve_withdrawal(
        by=township, withdrawal=row, approved_on=after, document="阿委〔2026〕2号", on=after
    )
    return actions.notify_member(by=clerk, withdrawal=row, notified_on=after, on=after)


def test_every_step_is_needed_in_its_order(world: World) -> None:
    row = opened(world)
    clerk, township = world.scope("secretary_a1"), world.scope("organizer_ashi")
    with pytest.raises(Refused, match="至少2次、不在同一天，现在有0次"):
        actions.withdraw(by=township, withdrawal=row, on=TODAY)
    with pytest.raises(Refused, match="先谈话，再给期限"):
        actions.set_deadline(by=clerk, withdrawal=row, deadline=TODAY, on=TODAY)
    talked(world, row, 1)
    talked(world, row, 1)
    with pytest.raises(Refused, match="现在有1次"):
        actions.propose_withdrawal(by=clerk, withdrawal=row, proposed_on=TODAY, on=TODAY)
    talked(world, row, 8)
    actions.set_deadline(by=clerk, withdrawal=row, deadline=TODAY, on=TODAY)
    with pytest.raises(Refused, match="期限到2026-11-24才满"):
        actions.propose_withdrawal(by=clerk, withdrawal=row, proposed_on=TODAY, on=TODAY)
    with pytest.raises(Refused, match="现在不在这一步"):
        actions.approve_withdrawal(by=township, withdrawal=row, approved_on=TODAY, document="", on=TODAY)
    assert Certificate.objects.get(member=world.members_a1[0]).state == "active"


def test_the_objection_time_and_the_answer_come_first(world: World) -> None:
    row = notified(world)
    township = world.scope("organizer_ashi")
    during = row.objection_until
    assert during is not None
    with pytest.raises(Refused, match="可以提出异议到"):
        actions.withdraw(by=township, withdrawal=row, on=during)
    member = world.scope("member_a1")
    actions.object_to_withdrawal(by=member, withdrawal=row, text="党费已经补交，有收据", on=during)
    with pytest.raises(Refused, match="异议还没有答复"):
        actions.withdraw(by=township, withdrawal=row, on=TODAY)
    with pytest.raises(Refused, match="不能自己答复"):
        actions.answer_objection(by=township, withdrawal=row, answer="收据已经核对", on=TODAY)
    county = world.scope("county_organizer")
    actions.answer_objection(by=county, withdrawal=row, answer="收据只到六月，维持", on=TODAY)
    assert actions.withdraw(by=township, withdrawal=row, on=TODAY).state == Step.WITHDRAWN


def test_an_objection_after_the_time_is_refused(world: World) -> None:
    row = notified(world)
    with pytest.raises(Refused, match="已经过了"):
        actions.object_to_withdrawal(
            by=world.scope("member_a1"), withdrawal=row, text="我不同意收回", on=TODAY
        )
    row.refresh_from_db()
    assert row.objection == ""


def test_withdrawal_changes_the_certificate_and_no_right(world: World) -> None:
    row = actions.withdraw(by=world.scope("organizer_ashi"), withdrawal=notified(world), on=TODAY)
    member = Member.objects.get(pk=world.members_a1[0].pk)
    assert (member.stage, member.standing) == ("full", "active")
    disposition = Disposition.objects.get(withdrawal=row)
    assert (disposition.cause, disposition.target) == ("withdrawn_for_cause", "withdrawn")
    assert Certificate.objects.get(member=member).state in {"frozen", "withdrawn"}
    actions.reexamine_withdrawal(
        by=world.scope("organizer_ashi"), withdrawal=row, give_back=True, note="党费补齐，态度好转", on=TODAY
    )
    assert Certificate.objects.get(member=member).state == "active"


def test_a_case_ends_as_unfounded_at_any_step(world: World) -> None:
    row = notified(world)
    actions.close_withdrawal(
        by=world.scope("organizer_ashi"), withdrawal=row, note="反映的问题不属实", on=TODAY
    )
    row.refresh_from_db()
    assert row.state == Step.CLOSED
    with pytest.raises(Refused, match="已经结束"):
        actions.close_withdrawal(
            by=world.scope("organizer_ashi"), withdrawal=row, note="再结束一次", on=TODAY
        )


def test_who_proposed_does_not_approve(world: World) -> None:
    row = opened(world)
    talked(world, row, 1)
    talked(world, row, 8)
    township = world.scope("organizer_ashi")
    actions.set_deadline(by=township, withdrawal=row, deadline=START + timedelta(days=30), on=TODAY)
    actions.propose_withdrawal(by=township, withdrawal=row, proposed_on=TODAY, on=TODAY)
    with pytest.raises(Refused, match="不能自己批准"):
        actions.approve_withdrawal(by=township, withdrawal=row, approved_on=TODAY, document="", on=TODAY)


@given(
    talks=st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=4),
    deadline=st.none() | st.dates(date(2026, 3, 1), date(2026, 6, 1)),
    proposed=st.booleans(),
    approved=st.booleans(),
    until=st.none() | st.dates(date(2026, 4, 1), date(2026, 8, 1)),
    objected=st.booleans(),
    on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_nothing_is_missing_only_when_all_is_there(
    talks: list[date],
    deadline: date | None,
    proposed: bool,
    approved: bool,
    until: date | None,
    objected: bool,
    on: date,
) -> None:
    day = date(2026, 3, 1)
    case = Case(
        Step.NOTIFIED,
        date(2026, 1, 1),
        tuple(talks),
        deadline,
        day if proposed else None,
        day if approved else None,
        day if until else None,
        until,
        objected,
    )
    ready = (
        len(set(talks)) >= 2
        and deadline is not None
        and on > deadline
        and proposed
        and approved
        and until is not None
        and on > until
        and not objected
    )
    assert (missing(case, Needs(), on=on) == []) is ready


def test_the_pages_lead_from_step_to_step(world: World) -> None:
    row = opened(world)
    clerk = world.client("secretary_a1")
    page = reverse("certificates:withdrawal", args=[row.pk])
    assert "还要谈话教育" in clerk.get(page).content.decode()
    url = reverse("certificates:withdrawal_deed", args=[row.pk, "talk"])
    data = {"talked_on": (START + timedelta(days=2)).isoformat(), "talker": "阿措克布", "content": "讲清规定"}
    assert clerk.post(url, data).status_code == 303
    assert "第1次谈话" in clerk.get(page).content.decode()
    wrong = {**data, "talked_on": (START - timedelta(days=2)).isoformat()}
    assert "要在问题发生的" in clerk.post(url, wrong).content.decode()
    assert row.talks.count() == 1


def test_what_waits_is_offered_to_who_may_do_it(world: World) -> None:
    row = notified(world)
    assert [each.key for each in work(world.scope("organizer_ashi"), on=TODAY)] == ["withdrawals"]
    assert work(world.scope("organizer_bashi"), on=TODAY) == []
    actions.close_withdrawal(by=world.scope("organizer_ashi"), withdrawal=row, note="不属实，结束", on=TODAY)
    assert work(world.scope("organizer_ashi"), on=TODAY) == []
