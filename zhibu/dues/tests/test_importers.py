"""The sheet of assessments."""

import pytest

from tests.world import TODAY, World, make_member
from zhibu.core.codes import table
from zhibu.dues.importers.assessments import ASSESSMENTS
from zhibu.dues.models import Assessment
from zhibu.imports.sheets import Planned, Row, RowState, Value, no_ticker

pytestmark = pytest.mark.dated


def row(world: World, number: int, **values: Value) -> Row:
    """A row of the first member of A1 unless told otherwise."""
    first = world.members_a1[0]
    known: dict[str, Value] = {
        "branch": world.a1.code,
        "name": first.name,
        "birth_date": first.birth_date,
        "month": "2026-01",
        "category": "farmer",
        "amount": "0.50",
    }
    return Row(number, {key: value for key, value in {**known, **values}.items() if value != ""})


def check(world: World, *rows: Row, person: str = "organizer_ashi") -> list[Planned]:
    return ASSESSMENTS.check(rows, world.scope(person), TODAY)


def apply(world: World, planned: list[Planned]) -> None:
    ASSESSMENTS.apply(planned, world.scope("organizer_ashi"), TODAY, no_ticker)


def test_what_is_exported_is_imported_as_the_same(world: World) -> None:
    paid = make_member(branch=world.a1, name="沙马有工资", dues_category="salaried")
    planned = check(
        world,
        row(world, 2),
        row(world, 3, name=paid.name, birth_date="", category="salaried", base="4123.50", amount=""),
    )
    assert [plan.row.problems for plan in planned] == [[], []]
    assert [plan.state for plan in planned] == [RowState.NEW, RowState.NEW]
    apply(world, planned)
    assert sorted(Assessment.objects.values_list("amount", flat=True)) == [50, 4124]
    exported = list(ASSESSMENTS.export(world.scope("organizer_ashi"), world.ashi.path))
    assert {line.get("base") for line in exported} == {None, "4123.50"}
    again = check(world, *(Row(n, dict(line)) for n, line in enumerate(exported, 2)))
    assert [plan.state for plan in again] == [RowState.SAME, RowState.SAME]
    assert list(ASSESSMENTS.export(world.scope("organizer_bashi"), "")) == []


def test_a_change_within_the_year_needs_a_reason_and_is_shown(world: World) -> None:
    apply(world, check(world, row(world, 2)))
    plan = check(world, row(world, 2, month="2026-06", amount="1"))[0]
    assert plan.state is RowState.ERROR
    assert "年内一般不变动" in plan.row.problems[0].sentence
    plan = check(world, row(world, 2, month="2026-06", amount="1", reason="本人要求"))[0]
    assert plan.state is RowState.CHANGED
    assert [(change.column, change.before, change.after) for change in plan.changes] == [
        ("amount", "0.50", "1.00")
    ]
    apply(world, [plan])
    assert Assessment.objects.filter(from_month=202606).get().reason == "本人要求"


@pytest.mark.parametrize(
    ("values", "column", "sentence"),
    [
        ({"amount": "1.20"}, "amount", "0.20元至1.00元"),
        ({"amount": "-1"}, "amount", "金额请写成"),
        ({"category": "salaried", "amount": ""}, "base", "请填计算基数"),
        ({"category": "salaried", "base": "4123.50", "amount": "50"}, "amount", "按规定算是41.24元"),
        ({"category": "student", "amount": "0.50"}, "amount", "按规定算是0.20元"),
        ({"month": "2019-01"}, "month", "只能在去年、今年和明年里"),
        ({"name": "没有这人"}, "name", "没有这位党员"),
    ],
)
def test_wrong_rows_say_what_to_do(
    world: World, values: dict[str, Value], column: str, sentence: str
) -> None:
    plan = check(world, row(world, 2, **values))[0]
    assert plan.state is RowState.ERROR
    assert plan.row.problems[0].column == column
    assert sentence in plan.row.problems[0].sentence


def test_a_row_twice_and_another_branch_are_errors(world: World) -> None:
    planned = check(world, row(world, 2), row(world, 3))
    assert [plan.state for plan in planned] == [RowState.NEW, RowState.ERROR]
    assert "和第2行是同一个人" in planned[1].row.problems[0].sentence
    other = check(world, row(world, 2), person="organizer_bashi")[0]
    assert "没有这个代码的支部" in other.row.problems[0].sentence


def test_reductions_are_no_category_of_the_sheet() -> None:
    choices = ASSESSMENTS.column("category").choices
    assert choices is not None
    assert set(table("dues_category")) - set(choices()) == {"reduced", "exempt"}
