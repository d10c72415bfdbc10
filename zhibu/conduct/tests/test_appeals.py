"""Appeals: who files, who may re-examine, what a result changes, what the second to decide is told."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from tests.world import TODAY, World, grant, make_user
from zhibu.audit.models import AuditRecord
from zhibu.conduct import actions
from zhibu.conduct.models import Appeal
from zhibu.conduct.summaries.appeals import examiners_for
from zhibu.conduct.tests.cases import (
    DOCUMENT,
    RESULT,
    STATEMENT,
    appeal,
    assigned,
    correction,
    penalty,
    withdrawal,
)
from zhibu.core.access import Denied, Refused
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules.events import EventKind

pytestmark = pytest.mark.dated


def decide(world: World, row: Appeal, person: str = "county_organizer_2", *, upheld: bool) -> Appeal:
    return actions.decide_appeal(
        by=world.scope(person),
        appeal=row,
        upheld=upheld,
        document=DOCUMENT,
        result=RESULT,
        decided_on=TODAY,
        on=TODAY,
    )


def test_a_member_appeals_about_the_own_decision_and_about_nobody_else_s(world: World) -> None:
    event = penalty(world)
    other = penalty(world, member=world.members_a1[1])
    row = appeal(world, event)
    assert (row.state, row.filed_by, row.member) == ("filed", "吉则日果", world.members_a1[0])
    with pytest.raises(Denied):
        appeal(world, other)
    with pytest.raises(Refused, match="已经有一份申诉在办"):
        appeal(world, event)
    assert Appeal.objects.count() == 1
    assert AuditRecord.objects.filter(event="conduct.appeal.filed").count() == 1


def test_the_statement_is_encrypted(world: World) -> None:
    appeal(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM conduct_appeal")
        stored = bytes(cursor.fetchone()[0])
    assert "会议".encode() not in stored
    assert Appeal.objects.get().statement == STATEMENT


def test_also_after_the_membership_ended(world: World) -> None:
    event = penalty(world, EventKind.EXPEL)
    assert Member.objects.get(pk=world.members_a1[0].pk).standing == "ended"
    client = world.client("member_a1")
    url = reverse("conduct:appeal_new", args=[event.pk])
    assert "开除党籍" in client.get(url).content.decode()
    assert client.post(url, {"filed_on": TODAY.isoformat(), "statement": STATEMENT}).status_code == 303
    assert Appeal.objects.get().event == event


def test_the_branch_and_the_committee_enter_it_for_the_member(world: World) -> None:
    event = penalty(world)
    for person in ("secretary_a2", "organizer_bashi", "inspector"):
        with pytest.raises(Denied):
            actions.file_appeal(
                by=world.scope(person), event=event, statement=STATEMENT, filed_on=TODAY, on=TODAY
            )
    row = actions.file_appeal(
        by=world.scope("secretary_a1"),
        event=event,
        statement=STATEMENT,
        filed_on=date(2026, 11, 20),
        on=TODAY,
    )
    assert row.filed_by == "阿措克布"


@pytest.mark.parametrize(
    ("statement", "filed_on", "sentence"),
    [
        ("不服", TODAY, "至少10个字"),
        (STATEMENT, date(2026, 11, 25), "在今天以后"),
        (STATEMENT, date(2026, 3, 14), "早于决定日期"),
    ],
)
def test_a_wrong_appeal_is_refused(world: World, statement: str, filed_on: date, sentence: str) -> None:
    event = penalty(world)
    with pytest.raises(Refused) as refusal:
        actions.file_appeal(
            by=world.scope("member_a1"), event=event, statement=statement, filed_on=filed_on, on=TODAY
        )
    assert sentence in str(refusal.value)
    assert not Appeal.objects.exists()


def test_what_is_not_in_effect_or_not_adverse_cannot_be_appealed(world: World) -> None:
    event = penalty(world)
    MembershipEvent.objects.filter(pk=event.pk).update(state="reversed")
    with pytest.raises(Refused, match="现在不能申诉"):
        appeal(world, event)
    MembershipEvent.objects.filter(pk=event.pk).update(state="in_effect", kind="die")
    with pytest.raises(Refused, match="现在不能申诉"):
        appeal(world, event)


@pytest.mark.parametrize("person", ["organizer_ashi", "county_organizer"])
def test_who_proposed_or_approved_never_reexamines(world: World, person: str) -> None:
    row = appeal(world)
    with pytest.raises(Refused, match="提出或批准过这项决定"):
        actions.assign_appeal(
            by=world.scope("county_organizer"), appeal=row, examiner=world.people[person], on=TODAY
        )
    offered = {each.user.username for each in examiners_for(row, on=TODAY)}
    assert offered == {"county_organizer_2"}
    row.refresh_from_db()
    assert row.state == "filed"


def test_an_examiner_covers_the_branch_and_is_not_the_member(world: World) -> None:
    row = appeal(world)
    by = world.scope("county_organizer")
    for person in ("organizer_bashi", "secretary_a1", "inspector"):
        with pytest.raises(Refused, match="没有复查这个支部申诉的权限"):
            actions.assign_appeal(by=by, appeal=row, examiner=world.people[person], on=TODAY)
    grant(world.people["member_a1"], "committee_organizer", world.ashi)
    with pytest.raises(Refused, match="申诉人本人"):
        actions.assign_appeal(by=by, appeal=row, examiner=world.people["member_a1"], on=TODAY)


def test_what_the_county_approved_the_county_reexamines(world: World) -> None:
    colleague = make_user("ashi_2", "卢云")
    grant(colleague, "committee_organizer", world.ashi)
    warned = appeal(world)
    assert "ashi_2" in {each.user.username for each in examiners_for(warned, on=TODAY)}
    expelled = appeal(world, penalty(world, EventKind.EXPEL))
    assert {each.user.username for each in examiners_for(expelled, on=TODAY)} == {"county_organizer_2"}
    with pytest.raises(Refused, match="由县里批准"):
        actions.assign_appeal(
            by=world.scope("county_organizer"), appeal=expelled, examiner=colleague, on=TODAY
        )


def test_an_upheld_decision_stands_and_the_member_reads_why(world: World) -> None:
    row = decide(world, assigned(world), upheld=True)
    assert row.event is not None
    row.event.refresh_from_db()
    assert (row.state, row.event.state) == ("upheld", "in_effect")
    text = world.client("member_a1").get(reverse("conduct:appeal", args=[row.pk])).content.decode()
    assert "维持原决定" in text
    assert RESULT in text
    assert DOCUMENT in text
    assert appeal(world, row.event).state == "filed"  # the member may go on


def test_a_reversal_gives_back_what_the_decision_took(world: World) -> None:
    row = decide(world, assigned(world, penalty(world, EventKind.EXPEL)), upheld=False)
    member = Member.objects.get(pk=world.members_a1[0].pk)
    assert member.standing == "active"
    assert row.event is not None
    row.event.refresh_from_db()
    assert (row.state, row.event.state) == ("reversed", "reversed")
    reversal = MembershipEvent.objects.get(kind="reverse")
    assert (reversal.reverses, reversal.document) == (row.event, DOCUMENT)


def test_a_reversed_correction_ends_its_measure(world: World) -> None:
    row = appeal(world, correction(world))
    row = actions.assign_appeal(
        by=world.scope("county_organizer"),
        appeal=row,
        examiner=world.people["county_organizer"],
        on=TODAY,
    )
    decide(world, row, "county_organizer", upheld=False)
    assert not Measure.objects.in_force(TODAY).filter(member=world.members_a1[0]).exists()


def test_only_the_examiner_decides_and_only_once(world: World) -> None:
    row = appeal(world)
    with pytest.raises(Refused, match="还没有指定复查人"):
        decide(world, row, upheld=True)
    row = actions.assign_appeal(
        by=world.scope("county_organizer"),
        appeal=row,
        examiner=world.people["county_organizer_2"],
        on=TODAY,
    )
    with pytest.raises(Refused, match="由李强复查"):
        decide(world, row, "county_organizer", upheld=False)
    decide(world, row, upheld=True)
    with pytest.raises(Refused, match="已经在2026-11-24办结"):
        decide(world, row, upheld=False)
    with pytest.raises(Refused, match="已经在2026-11-24办结"):
        actions.assign_appeal(
            by=world.scope("county_organizer"),
            appeal=row,
            examiner=world.people["county_organizer_2"],
            on=TODAY,
        )
    row.refresh_from_db()
    assert row.state == "upheld"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"document": " "}, "文号"),
        ({"result": "对"}, "至少10个字"),
        ({"decided_on": date(2026, 11, 25)}, "在今天以后"),
        ({"decided_on": date(2026, 11, 1)}, "早于提出申诉"),
    ],
)
def test_a_result_needs_its_document_reasons_and_day(
    world: World, facts: dict[str, object], sentence: str
) -> None:
    row = assigned(world)
    told: dict[str, object] = {"document": DOCUMENT, "result": RESULT, "decided_on": TODAY}
    with pytest.raises(Refused) as refusal:
        actions.decide_appeal(
            by=world.scope("county_organizer_2"),
            appeal=row,
            upheld=False,
            on=TODAY,
            **(told | facts),  # type: ignore[arg-type]
        )
    assert sentence in str(refusal.value)
    row.refresh_from_db()
    assert row.state == "assigned"
    assert row.event is not None
    row.event.refresh_from_db()
    assert row.event.state == "in_effect"


def test_a_member_withdraws_and_may_file_again(world: World) -> None:
    row = appeal(world)
    url = reverse("conduct:appeal_withdrawal", args=[row.pk])
    assert world.client("member_a1").post(url).status_code == 303
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert world.client("member_a1").post(url).status_code == 409
    assert row.event is not None
    appeal(world, row.event)


def test_the_withdrawal_of_the_certificate_can_be_appealed(world: World) -> None:
    taken = withdrawal(world)
    client = world.client("member_a1")
    url = reverse("conduct:withdrawal_appeal_new", args=[taken.pk])
    assert "收回党员证" in client.get(url).content.decode()
    assert client.post(url, {"filed_on": TODAY.isoformat(), "statement": STATEMENT}).status_code == 303
    row = Appeal.objects.get()
    assert {each.user.username for each in examiners_for(row, on=TODAY)} == {
        "county_organizer",
        "county_organizer_2",
    }
    with pytest.raises(Refused, match="提出或批准过这项决定"):
        actions.assign_appeal(
            by=world.scope("county_organizer"),
            appeal=row,
            examiner=world.people["organizer_ashi"],
            on=TODAY,
        )


@pytest.mark.parametrize(("state", "becomes"), [("approved", "closed"), ("withdrawn", "returned")])
def test_a_reversed_withdrawal_of_the_certificate_ends(world: World, state: str, becomes: str) -> None:
    taken = withdrawal(world, state=state)
    row = actions.file_appeal(
        by=world.scope("member_a1"), withdrawal=taken, statement=STATEMENT, filed_on=TODAY, on=TODAY
    )
    actions.assign_appeal(
        by=world.scope("county_organizer"),
        appeal=row,
        examiner=world.people["county_organizer_2"],
        on=TODAY,
    )
    decide(world, row, upheld=False)
    taken.refresh_from_db()
    assert (taken.state, taken.closed_by) == (becomes, "李强")
    assert DOCUMENT in taken.closing_note


def test_a_withdrawal_still_under_way_cannot_be_appealed(world: World) -> None:
    taken = withdrawal(world, state="open")
    with pytest.raises(Refused, match="还没有批准"):
        actions.file_appeal(
            by=world.scope("member_a1"), withdrawal=taken, statement=STATEMENT, filed_on=TODAY, on=TODAY
        )
