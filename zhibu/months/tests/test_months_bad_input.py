"""What no honest page sends: each gets a sentence, and nothing is written."""

import json
import re
from collections.abc import Mapping
from uuid import uuid4

import pytest
from django.db import models
from django.urls import reverse

from tests.world import World, make_member
from zhibu.dues.models import Due, Payment
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Attendance, Meeting
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.tests.month_steps import MONTH, book, opened, sealed, submitted, theme_day
from zhibu.points.models import Entry

pytestmark = pytest.mark.dated

CHINESE = re.compile("[\u4e00-\u9fff]{4,}.*[。？]$")
LEDGERS: tuple[type[models.Model], ...] = (Payment, Due, Meeting, Attendance, Entry, BranchMonth)


def ledgers() -> list[list[dict[str, object]]]:
    """Every row of the three ledgers and the state of the months."""
    return [list(model._default_manager.order_by("pk").values()) for model in LEDGERS]


def url(world: World, name: str = "month_operations", month: int = MONTH) -> str:
    return reverse(f"months:{name}", args=[world.a1.pk, month])


def send(
    world: World, *operations: Mapping[str, object], body: str | bytes | None = None
) -> tuple[int, object]:
    """Status and answer of the endpoint."""
    data = json.dumps({"operations": list(operations)}) if body is None else body
    response = world.client("secretary_a1").post(url(world), data, content_type="application/json")
    return response.status_code, response.json()


def operation(member: int, cell: str = "dues", value: object = None, **more: object) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "member": member,
        "cell": cell,
        "value": value or {"how": "unpaid"},
        "seen": 0,
        "client_at": "2026-11-06T09:00:00+08:00",
        **more,
    }


BAD_CELLS: list[object] = [
    {"how": "self", "amount": -20},
    {"how": "self", "amount": 0},
    {"how": "self", "amount": 1000_01},
    {"how": "self", "amount": 10**40},
    {"how": "self", "amount": 0.2},
    {"how": "self", "amount": "0.20"},
    {"how": "self", "amount": True},
    {"how": "self", "amount": [20]},
    {"how": "self", "amount": "２０\u0000"},
    {"how": "proxy", "payer": ""},
    {"how": "proxy", "payer": "凉县阿市镇党委"},
    {"how": "proxy", "payer": {"name": "阿皮石布"}},
    {"how": "host"},
    {"how": "organization"},
    {"how": ["self"]},
    {"status": "absent"},
    {},
]


def test_what_cannot_stand_in_a_cell_is_refused_alone(world: World) -> None:
    opened(world)
    before = ledgers()
    bad = [operation(world.members_a1[0].pk) | {"value": value} for value in BAD_CELLS]
    status, told = send(world, *bad, operation(world.members_a1[1].pk))
    assert status == 200
    *answers, good = told["answers"]  # type: ignore[index]
    assert good["outcome"] == "done"
    for value, answer in zip(BAD_CELLS, answers, strict=True):
        assert answer["outcome"] == "refused", value
        assert CHINESE.search(answer["sentence"]), value
    assert ledgers() == before
    cells = {each.member: each.dues.value for each in book(BranchMonth.objects.get()).rows}
    assert cells[world.members_a1[0]] == {"how": "self"}


@pytest.mark.parametrize("text", ["阿皮\u0000石布", "\ud800阿皮石布", "阿" * 5000, "\u202e石布阿皮\u0007"])
def test_strange_and_huge_texts_never_break_the_month(world: World, text: str) -> None:
    row = opened(world)
    meeting, members = str(book(row).held[0].pk), [member.pk for member in world.members_a1]
    status, told = send(world, operation(members[0], id=text))
    assert status == 422 and CHINESE.search(told["sentence"])  # type: ignore[index]
    assert not Operation.objects.exists()
    status, told = send(
        world,
        operation(members[0], value={"how": "proxy", "payer": text}),
        operation(members[1], value={"how": "unpaid", "note": text}),
        operation(members[2], meeting, {"status": "leave", "reason": text}),
        operation(members[2], text),
    )
    assert status == 200
    answers = told["answers"]  # type: ignore[index]
    for answer in answers:
        assert answer["outcome"] == "done" or CHINESE.search(answer["sentence"])
        json.dumps(answer, ensure_ascii=False).encode()
    assert [answer["outcome"] for answer in answers[1:]] == ["done", "done", "refused"]
    assert world.client("secretary_a1").get(url(world, "month")).status_code == 200
    assert submitted(world, row).state == "submitted"


def test_whose_member_which_meeting_which_cell(world: World) -> None:
    row = opened(world)
    theirs = meetings.hold_meeting(
        by=world.scope("secretary_a2"),
        meeting=_planned(world),
        on=theme_day(world).on,
    )
    ours, stranger = book(row).held[0].pk, make_member(branch=world.a2)
    member = world.members_a1[0].pk
    before = ledgers()
    _status, told = send(
        world,
        operation(stranger.pk),
        operation(stranger.pk, str(ours), {"status": "absent"}),
        operation(member, str(theirs.pk), {"status": "absent"}),
        operation(member, "points", {"how": "self"}),
        operation(member, "", {"status": "absent"}),
        operation(member, f"-{ours}", {"status": "absent"}),
        operation(member, "9" * 30, {"status": "absent"}),
        operation(member, str(ours), {"status": "ill"}),
        operation(member, str(ours), {"how": "self"}),
        operation(2**61, str(ours), {"status": "absent"}),
        operation(member, seen=-1),
        operation(member, seen=10**12),
    )
    answers = told["answers"]  # type: ignore[index]
    assert {answer["outcome"] for answer in answers} == {"refused"}
    assert all(CHINESE.search(answer["sentence"]) for answer in answers)
    assert ledgers() == before


def _planned(world: World) -> Meeting:
    make_member(branch=world.a2)
    return meetings.plan_meeting(
        by=world.scope("secretary_a2"),
        branch=world.a2,
        kind="theme_party_day",
        day=theme_day(world).on,
        on=theme_day(world).on,
    )


BODIES: list[str | bytes] = [
    "null",
    '"operations"',
    b"\xff\xfe{",
    '{"operations": {}}',
    '{"operations": [null]}',
    '{"operations": [[]]}',
    '{"operations": ["x"]}',
    '{"operations": [' + "[" * 100_000,
    json.dumps({"operations": [{"id": "1", "member": 1, "cell": "dues", "value": {}}]}),
    json.dumps({"operations": [{"id": str(uuid4()), "member": True, "cell": "dues", "value": {}}]}),
    json.dumps({"operations": [{"id": str(uuid4()), "member": 2**70, "cell": "dues", "value": {}}]}),
    json.dumps({"operations": [{"id": str(uuid4()), "member": 1, "cell": 5, "value": {}}]}),
    json.dumps({"operations": [{"id": str(uuid4()), "member": 1, "cell": "dues", "value": "x"}]}),
    json.dumps({"operations": [{"id": str(uuid4()), "member": 1, "cell": "dues", "value": {}, "seen": 0.5}]}),
    '{"operations": [], "more": "' + "x" * 500_000 + '"}',
    json.dumps({"operations": [operation(1) for _ in range(501)]}),
]  # fmt: skip


def test_a_body_that_is_no_list_of_operations_writes_nothing(world: World) -> None:
    opened(world)
    before = ledgers()
    for body in BODIES:
        status, told = send(world, body=body)
        assert status == 422, body[:80]
        assert CHINESE.search(told["sentence"]), body[:80]  # type: ignore[index]
    assert not Operation.objects.exists() and ledgers() == before


CLOCKS: list[object] = ["2026-11-05T09:00:00+08:00", "2026-11-07T09:00:00+08:00", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
 "9999-12-31T23:59:59-14:00", "+012026-11-07T09:00:00Z", "2026-13-45T99:00:00Z", "gestern", "", None, 5, "\u0000"]  # fmt: skip


def test_a_wrong_clock_changes_nothing_but_what_is_told(world: World) -> None:
    row = opened(world)
    status, told = send(world, *(operation(world.members_a1[0].pk, client_at=clock) for clock in CLOCKS))
    assert status == 200
    assert {answer["outcome"] for answer in told["answers"]} == {"done", "same"}  # type: ignore[index]
    kept = set(Operation.objects.exclude(client_at=None).values_list("client_at__year", flat=True))
    assert kept == {1970, 2026}
    assert world.client("secretary_a1").get(url(world, "month")).status_code == 200
    handed_in = submitted(world, row)
    assert (handed_in.cash, handed_in.is_late) == (40, False)


@pytest.mark.parametrize("state", ["submitted", "sealed"])
def test_a_month_that_is_closed_says_so_for_each_entry(world: World, state: str) -> None:
    if state == "sealed":
        sealed(world)
    else:
        submitted(world, opened(world))
    before = ledgers()
    _status, told = send(world, *(operation(member.pk) for member in world.members_a1))
    answers = told["answers"]  # type: ignore[index]
    assert [answer["outcome"] for answer in answers] == ["refused"] * 3
    assert all(CHINESE.search(answer["sentence"]) for answer in answers)
    assert ledgers() == before


def test_a_month_that_is_none_or_has_not_begun(world: World) -> None:
    client = world.client("secretary_a1")
    for month in (202613, 202600, 999812, 202409, 199912, 0, 999999, 10**30):
        assert client.post(url(world, "month_opening", month)).status_code in {404, 409}, month
        assert client.get(url(world, "month", month)).status_code in {200, 404}, month
        for name in ("month_operations", "month_submission"):
            assert client.post(url(world, name, month), {}).status_code == 404, month
    assert not BranchMonth.objects.exists() and not Due.objects.exists()


COUNTS = [("cash", "-0.60"), ("cash", "9999999999999"), ("cash", "六角"), ("cash", "0.601"), ("cash", ""), ("heads", "-1"),
 ("heads", "3.5"), ("heads", "10000"), ("attended", "-1"), ("attended", "1e3"), ("attended", ""),
 ("collected_on", "2026-02-30"), ("collected_on", "0001-01-01"), ("collected_on", "9999-12-31"),
 ("receiver", ""), ("receiver", "阿" * 41), ("receiver", "阿\u0000")]  # fmt: skip


def test_a_count_that_cannot_be_stays_on_the_page(world: World) -> None:
    opened(world)
    before, client = ledgers(), world.client("secretary_a1")
    form = {
        "cash": "0.60",
        "heads": "3",
        "attended": "3",
        "collected_on": "2026-10-15",
        "receiver": "阿措克布",
    }
    for name, text in COUNTS:
        response = client.post(url(world, "month_submission"), {**form, name: text})
        assert response.status_code == 422, (name, text)
        assert response.context["form"].errors, (name, text)
    assert ledgers() == before


def test_the_plain_form_refuses_what_is_no_amount(world: World) -> None:
    opened(world)
    before, member, client = ledgers(), world.members_a1[1].pk, world.client("secretary_a1")
    data = {"page": str(uuid4()), f"dues-{member}": "self", f"reason-{member}": "\u0000"}
    for text in ("-0.20", "2000", "0.2.0", "\u0000", "1" * 400):
        assert client.post(url(world), {**data, f"amount-{member}": text}).status_code == 303, text
        assert "金额" in client.get(url(world, "month")).content.decode(), text
    assert ledgers() == before
    assert client.post(url(world), {**data, "page": "x"}).status_code == 409
