"""The one way into a month: idempotent, in any order, never doubled, never lost."""

import json
from datetime import date, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.world import World, grant, make_member, make_user
from zhibu.core.access import Denied
from zhibu.core.hands import Person
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Attendance
from zhibu.months import actions as months
from zhibu.months.actions.cells import CellOperation
from zhibu.months.forms import ExceptionForm
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.summaries.lists import clerks_of
from zhibu.months.tests.month_steps import EARLY, MONTH, book, entered, opened, sealed, submitted

pytestmark = pytest.mark.dated

PROXY = {"how": "proxy", "payer": "阿皮石布"}
UNPAID = {"how": "unpaid"}


def cells(row: BranchMonth) -> dict[tuple[int, str], object]:
    """What every cell holds."""
    found: dict[tuple[int, str], object] = {}
    for each in book(row).rows:
        found[each.member.pk, "dues"] = each.dues.value
        for meeting, status in each.line.statuses.items():
            found[each.member.pk, str(meeting)] = status
    return found


def test_the_usual_case_is_proposed_and_nothing_is_written(world: World) -> None:
    row = opened(world)
    found = book(row)
    assert [each.line.dues.how for each in found.rows] == ["self"] * 3
    assert {s for each in found.rows for s in each.line.statuses.values()} == {"present"}
    assert found.payments == []
    assert row.members == 3


def test_an_operation_is_done_once_and_answered_the_same_again(world: World) -> None:
    row, id = opened(world), uuid4()
    first = entered(world, row, world.members_a1[0], UNPAID, id=id)
    entered(world, row, world.members_a1[0], PROXY, seen=1)
    again = entered(world, row, world.members_a1[0], UNPAID, id=id)
    assert first == again and first.outcome == "done"
    assert Operation.objects.count() == 2
    assert cells(row)[world.members_a1[0].pk, "dues"] == PROXY


def test_a_double_tap_in_one_batch_is_one_operation(world: World) -> None:
    row = opened(world)
    one = CellOperation(uuid4(), world.members_a1[0].pk, "dues", UNPAID)
    answers = months.apply_operations(
        by=world.scope("secretary_a1"), branch_month=row, operations=[one, one], on=EARLY
    )
    assert [answer.outcome for answer in answers] == ["done", "done"]
    assert Operation.objects.count() == 1


def test_two_phones_see_both_entries_and_one_decides(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    grant(make_user("deputy", "卢玉"), "branch_clerk", world.a1)
    world.people["deputy"] = type(world.people["secretary_a1"]).objects.get(username="deputy")
    assert entered(world, row, member, PROXY).outcome == "done"
    other = entered(world, row, member, UNPAID, who="deputy")
    assert other.outcome == "conflict"
    assert [(rival["by"], rival["value"]) for rival in other.rivals] == [
        ("卢玉", UNPAID),
        ("阿措克布", PROXY),
    ]
    with pytest.raises(Exception, match="1格两个人填得不一样"):
        submitted(world, row)
    assert entered(world, row, member, PROXY, seen=other.version, who="deputy").outcome == "done"
    assert submitted(world, row).state == "submitted"


def test_the_same_value_from_two_phones_is_no_conflict(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    assert entered(world, row, member, UNPAID).outcome == "done"
    assert entered(world, row, member, UNPAID).outcome == "same"


def test_an_old_entry_that_arrives_late_does_not_overwrite(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    entered(world, row, member, UNPAID)
    entered(world, row, member, PROXY, seen=1)
    late = entered(world, row, member, {"how": "self", "amount": 50})
    assert late.outcome == "conflict" and late.value == PROXY
    assert cells(row)[member.pk, "dues"] == PROXY


def test_replaying_any_permutation_gives_one_result(world: World) -> None:
    row = opened(world)
    meeting = str(book(row).held[0].pk)
    one, two = world.members_a1[0].pk, world.members_a1[1].pk
    operations = [
        CellOperation(uuid4(), one, "dues", UNPAID, 0),
        CellOperation(uuid4(), one, "dues", PROXY, 0),
        CellOperation(uuid4(), two, meeting, {"status": "leave", "reason": "住院"}, 0),
        CellOperation(uuid4(), two, meeting, {"status": "absent"}, 0),
        CellOperation(uuid4(), two, meeting, {"status": "leave", "reason": "看病"}, 1),
    ]
    results = set()
    fresh = {each.pk: (each.status, each.reason) for each in Attendance.objects.filter(meeting=int(meeting))}
    for order in permutations(operations):
        for each in order:
            months.apply_operations(
                by=world.scope("secretary_a1"), branch_month=row, operations=[each], on=EARLY
            )
        months.apply_operations(
            by=world.scope("secretary_a1"), branch_month=row, operations=order[::-1], on=EARLY
        )
        rivals = tuple(each.rivals for each in book(row).rows)
        results.add((json.dumps(sorted(map(str, cells(row).items()))), rivals))
        Operation.objects.filter(branch_month=row).delete()
        for pk, (status, reason) in fresh.items():
            Attendance.objects.filter(pk=pk).update(status=status, reason=reason, version=0)
    assert len(results) == 1
    assert "看病" not in results.pop()[0]


def test_a_change_in_the_ledger_of_meetings_is_not_overwritten_unseen(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    meeting = book(row).held[0]
    meetings.set_attendance(
        by=world.scope("secretary_a1"),
        meeting=meeting,
        member_id=member.pk,
        status="absent",
        reason="",
        seen=0,
        on=EARLY,
    )
    stale = entered(world, row, member, {"status": "leave", "reason": "住院"}, cell=str(meeting.pk))
    assert stale.outcome == "conflict"
    assert cells(row)[member.pk, str(meeting.pk)] == "absent"
    seen = entered(
        world, row, member, {"status": "leave", "reason": "住院"}, cell=str(meeting.pk), seen=stale.version
    )
    assert seen.outcome == "done"
    assert cells(row)[member.pk, str(meeting.pk)] == "leave"


def test_what_cannot_be_done_is_refused_one_by_one_and_the_rest_is_done(world: World) -> None:
    row = opened(world)
    stranger = make_member(branch=world.b1)
    operations = [
        CellOperation(uuid4(), world.members_a1[0].pk, "dues", {"how": "self", "amount": -5}),
        CellOperation(uuid4(), stranger.pk, "dues", UNPAID),
        CellOperation(uuid4(), world.members_a1[0].pk, "99999", {"status": "leave"}),
        CellOperation(uuid4(), world.members_a1[0].pk, "dues", UNPAID, seen=-1),
        CellOperation(uuid4(), world.members_a1[1].pk, "dues", UNPAID),
    ]
    answers = months.apply_operations(
        by=world.scope("secretary_a1"), branch_month=row, operations=operations, on=EARLY
    )
    assert [answer.outcome for answer in answers] == ["refused"] * 4 + ["done"]
    assert Operation.objects.filter(outcome="refused").count() == 4
    assert "金额要大于0" in answers[0].sentence
    assert "不在本支部这个月的名单里" in answers[1].sentence
    assert "没有登记召开" in answers[2].sentence
    assert cells(row)[world.members_a1[0].pk, "dues"] == {"how": "self"}


def test_a_submitted_and_a_sealed_month_take_nothing(world: World) -> None:
    row = submitted(world, opened(world))
    assert "已经提交" in entered(world, row, world.members_a1[0], UNPAID).sentence
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=EARLY)
    assert "已经封存" in entered(world, row, world.members_a1[0], UNPAID).sentence


def test_another_branch_cannot_enter_anything(world: World) -> None:
    row = opened(world)
    with pytest.raises(Denied):
        entered(world, row, world.members_a1[0], UNPAID, who="secretary_a2")
    assert not Operation.objects.exists()


def url(world: World, name: str = "months:month_operations") -> str:
    return reverse(name, args=[world.a1.pk, MONTH])


def test_the_endpoint_answers_each_operation_whatever_the_phone_s_clock_says(world: World) -> None:
    row, client = opened(world), world.client("secretary_a1")
    id = str(uuid4())
    operation = {
        "id": id,
        "member": world.members_a1[0].pk,
        "cell": "dues",
        "value": PROXY,
        "seen": 0,
        "client_at": "2026-11-26T09:00:00+08:00",
    }
    body = json.dumps({"operations": [operation, {**operation, "id": str(uuid4()), "value": {"how": "x"}}]})
    for _ in range(2):  # the line was cut before the answer arrived
        response = client.post(url(world), body, content_type="application/json")
        answers = response.json()["answers"]
        assert [answer["outcome"] for answer in answers] == ["done", "refused"]
    assert Operation.objects.filter(branch_month=row).count() == 2
    kept = Operation.objects.get(pk=id)
    assert kept.client_at is not None and kept.client_at.date() == date(2026, 11, 26)


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"operations": [{}]}', '{"operations": [1]}', "\x00", '{"operations":' * 9]
)
def test_what_is_no_list_of_operations_is_refused_with_a_sentence(world: World, body: str) -> None:
    opened(world)
    response = world.client("secretary_a1").post(url(world), body, content_type="application/json")
    assert response.status_code == 422
    assert "没有保存" in response.json()["sentence"]


def test_the_plain_form_saves_what_differs_and_again_nothing(world: World) -> None:
    row, client, member = opened(world), world.client("secretary_a1"), world.members_a1[1]
    meeting = book(row).held[0]
    page = client.get(url(world, "months:month"))
    data = {
        "page": str(page.context["token"]),
        f"dues-{member.pk}": "proxy",
        f"payer-{member.pk}": "阿皮石布",
        f"amount-{member.pk}": "0.50",
        f"m{meeting.pk}-{member.pk}": "leave",
        f"reason-{member.pk}": "县医院住院",
        f"dues-{world.members_a1[0].pk}": "self",
    }
    for _ in range(2):
        assert client.post(url(world), data).status_code == 303
    assert Operation.objects.filter(branch_month=row).count() == 2
    assert cells(row)[member.pk, "dues"] == {**PROXY, "amount": 50}
    line = Attendance.objects.get(meeting=meeting, member=member)
    assert (line.status, line.reason) == ("leave", "县医院住院")


def test_operations_killed_between_two_are_taken_up_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, client = opened(world), world.client("secretary_a1")
    meeting = book(row).held[0]
    operations = [
        {
            "id": str(uuid4()),
            "member": m.pk,
            "cell": str(meeting.pk),
            "value": {"status": "absent"},
            "seen": 0,
        }
        for m in world.members_a1
    ]
    real, calls = meetings.change_line, []

    def dying(**kwargs: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise ConnectionError
        return real(**kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("zhibu.months.actions.cells.meetings.change_line", dying)
    client.raise_request_exception = False
    body = json.dumps({"operations": operations})
    assert client.post(url(world), body, content_type="application/json").status_code == 500
    assert not Operation.objects.exists()
    assert set(Attendance.objects.values_list("status", flat=True)) == {"present"}
    response = client.post(url(world), body, content_type="application/json")
    assert [answer["outcome"] for answer in response.json()["answers"]] == ["done"] * 3
    assert set(Attendance.objects.values_list("version", flat=True)) == {1}


def test_the_leave_to_mend_is_the_persons_not_the_names(world: World) -> None:
    """Two clerks of one branch have one name; one of them may mend."""
    row = sealed(world)
    namesake = make_user("namesake", world.people["secretary_a1"].name)
    grant(namesake, "branch_clerk", world.a1)
    world.people["namesake"] = namesake
    offered = clerks_of(world.a1, on=EARLY)
    assert [pk for pk, _name, _username in offered] == [world.people["secretary_a1"].pk, namesake.pk]
    labels = [label for _value, label in ExceptionForm(people=offered).fields["granted_to"].choices]  # type: ignore[attr-defined]
    assert labels == ["阿措克布（secretary_a1）", "阿措克布（namesake）"]
    months.grant_exception(
        by=world.scope("organizer_ashi"),
        branch_month=row,
        granted_to=Person.of(world.scope("secretary_a1")),
        reason="一笔代交人写错",
        until=EARLY + timedelta(days=5),
        on=EARLY,
    )
    member = world.members_a1[1]
    assert "只准一个人更正" in entered(world, row, member, PROXY, who="namesake").sentence
    assert entered(world, row, member, PROXY).outcome == "done"


def test_an_exception_opens_the_month_for_one_person_until_a_day(world: World) -> None:
    row = sealed(world)
    months.grant_exception(
        by=world.scope("organizer_ashi"),
        branch_month=row,
        granted_to=Person.of(world.scope("secretary_a1")),
        reason="一笔代交人写错",
        until=EARLY + timedelta(days=5),
        on=EARLY,
    )
    member = world.members_a1[1]
    assert "只准一个人更正" in entered(world, row, member, PROXY, who="organizer_ashi").sentence
    assert entered(world, row, member, PROXY).outcome == "done"
    assert (
        "期限已经过了" in entered(world, row, member, UNPAID, seen=1, on=EARLY + timedelta(days=5)).sentence
    )
