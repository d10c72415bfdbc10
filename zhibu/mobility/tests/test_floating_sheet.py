"""The sheet of floating registrations: now and then, changed rows, rows that cannot be, the round trip."""

from datetime import date, timedelta

import pytest

from tests.floating import LEFT, registered
from tests.world import TODAY, World
from zhibu.imports import workbooks
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reading import read_grid
from zhibu.imports.sheets import Planned, RowState, Value, no_ticker
from zhibu.imports.tests.round_trip import assert_round_trip
from zhibu.members.models import Member, MembershipEvent
from zhibu.mobility.importers.floating import FLOATING
from zhibu.mobility.models import Floating

pytestmark = pytest.mark.dated


def _planned(world: World, person: str, rows: list[dict[str, Value]]) -> list[Planned]:
    grid = read_grid(workbooks.export(FLOATING, rows, is_whole=True), FLOATING)
    return list(FLOATING.check(parse_grid(grid, FLOATING.columns), world.scope(person), TODAY))


def _line(world: World, **values: Value) -> dict[str, Value]:
    member = world.members_a1[0]
    return {
        "branch": world.a1.code,
        "name": member.name,
        "birth_date": member.birth_date,
        "from_date": LEFT,
        "destination": "浙江省宁波市",
        "contact_person": "阿措克布",
        "rhythm_months": 3,
        **values,
    }


def test_the_sheet_goes_round_and_registers_both_now_and_then(world: World) -> None:
    rows = [
        _line(world, from_date=date(2023, 2, 1), until=date(2023, 12, 20), note="以前"),
        _line(world, phone="13900004321"),
    ]
    planned = _planned(world, "secretary_a1", rows)
    assert [each.state for each in planned] == [RowState.NEW, RowState.NEW]
    FLOATING.apply(planned, world.scope("secretary_a1"), TODAY, no_ticker)
    past, now = Floating.objects.order_by("from_date")
    assert (past.until, past.next_due) == (date(2023, 12, 20), None)
    assert (now.until, now.next_due, now.phone) == (None, date(2026, 5, 20), "13900004321")
    assert Member.objects.get(pk=world.members_a1[0].pk).is_floating
    assert MembershipEvent.objects.count() == 1  # the past one only tells the history
    assert assert_round_trip(FLOATING, world.scope("secretary_a1"), TODAY) == 2


def test_a_changed_row_corrects_and_brings_home(world: World) -> None:
    row = registered(world)
    lines = [_line(world, destination="广东省东莞市", until=date(2026, 10, 1), phone="139****4321")]
    (planned,) = _planned(world, "secretary_a1", lines)
    assert planned.state == RowState.CHANGED
    assert {each.column for each in planned.changes} == {"destination", "until"}
    FLOATING.apply([planned], world.scope("secretary_a1"), TODAY, no_ticker)
    row.refresh_from_db()
    assert (row.destination, row.until, row.phone) == ("广东省东莞市", date(2026, 10, 1), "13900004321")
    assert not Member.objects.get(pk=world.members_a1[0].pk).is_floating


@pytest.mark.parametrize(
    ("values", "state", "sentence"),
    [
        ({"from_date": TODAY + timedelta(days=2)}, RowState.ERROR, "在今天以后"),
        ({"from_date": date(2026, 6, 1)}, RowState.CONFLICT, "已经登记流出"),
        ({"from_date": date(2020, 6, 1), "until": date(2020, 5, 1)}, RowState.ERROR, "要在外出日期"),
        ({"rhythm_months": 9, "from_date": date(2019, 6, 1)}, RowState.ERROR, "1到6个月"),
        ({"name": "没有的人"}, RowState.ERROR, "没有这位党员"),
        ({"phone": "131****0000"}, RowState.ERROR, "对不上"),
        ({"destination": "", "from_date": date(2019, 6, 1)}, RowState.ERROR, "去向"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_a_sentence(
    world: World, values: dict[str, Value], state: RowState, sentence: str
) -> None:
    registered(world)
    (planned,) = _planned(world, "secretary_a1", [_line(world, **values)])
    assert planned.state == state
    assert sentence in "".join(each.sentence for each in planned.row.problems)


def test_a_sheet_of_the_sibling_finds_nobody_of_a1(world: World) -> None:
    registered(world)
    (planned,) = _planned(world, "secretary_a2", [_line(world)])
    assert planned.state == RowState.ERROR
    assert not list(FLOATING.export(world.scope("secretary_a2"), ""))
