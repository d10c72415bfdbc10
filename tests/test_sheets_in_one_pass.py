"""What is wrong with a row is said at once in every sheet: its cells, and the rules that the others break."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.days import TODAY, ago
from tests.things import begin_county
from tests.world import World
from zhibu.imports import workbooks
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reading import read_grid
from zhibu.imports.sheets import Planned, RowState, sheets

LATER = TODAY + timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Case:
    """Of a sheet: cells of a good row, the wrong ones, and a word of the sentence about each (column, word)."""

    sheet: str
    good: Callable[[World], Mapping[str, Any]]
    wrong: Mapping[str, object]
    told: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return self.sheet


def person(world: World) -> dict[str, Any]:
    member = world.members_a1[2]
    return {"branch": world.a1.code, "name": member.name, "birth_date": member.birth_date}


def on_the_roster(world: World) -> dict[str, Any]:
    return {
        "branch_code": world.a1.code,
        "name": "沙马石",
        "sex": "1",
        "ethnic_group": "07",
        "birth_date": ago(12_000),
        "education": "71",
        "join_date": ago(900),
        "confirmation_date": ago(500),
        "stage": "full",
        "dues_category": "farmer",
    }


def a_branch(world: World) -> dict[str, Any]:
    return {
        "code": "C1",
        "name": "中共凉县新村支部委员会",
        "short_name": "新村支部",
        "kind": "branch",
        "category": "village",
        "parent": world.ashi.code,
        "opened_on": ago(9000),
    }


def numbered(world: World) -> dict[str, Any]:
    return {**person(world), "number": "001-001-001-0"}


def moved(world: World) -> dict[str, Any]:
    return {
        **person(world),
        "outside": "中共美姑县委组织部",
        "to_code": world.a1.code,
        "received_on": ago(900),
    }


def out(world: World) -> dict[str, Any]:
    return {**person(world), "from_date": ago(100), "destination": "浙江宁波", "contact_person": "阿措克布"}


def rewarded(world: World) -> dict[str, Any]:
    return {
        **person(world),
        "level": "township",
        "title": "优秀共产党员",
        "awarded_on": ago(900),
        "awarded_by": "中共阿市镇委",
    }


def warned(world: World) -> dict[str, Any]:
    return {
        **person(world),
        "kind": "warn",
        "decided_on": ago(900),
        "decided_by": "中共凉县纪委",
        "document": "凉纪〔2023〕8号",
    }


def assessed(world: World) -> dict[str, Any]:
    return {**person(world), "month": f"{TODAY.year}-01", "category": "farmer"}


CASES = [
    Case("organizations", a_branch, {"opened_on": "明天", "parent": "C9", "segment": "1"}, (("opened_on", "日期"), ("parent", "C9"), ("segment", "三位"))),
    Case("roster", on_the_roster, {"native_place": "无", "join_date": LATER}, (("native_place", "没有内容"), ("join_date", "在今天以后"), ("confirmation_date", "早于入党时间"), ("resident_id", "没有填身份证号"))),
    Case("legacy_numbers", numbered, {"birth_date": "某年", "number": "001-001-001-1"}, (("birth_date", "日期"), ("number", "校验"))),
    Case("transfers", moved, {"letter": "无", "dues": "昨天", "received_on": LATER}, (("letter", "没有内容"), ("dues", ""), ("received_on", "在今天以后"))),
    Case("floating", out, {"destination": "/", "from_date": LATER, "phone": "12"}, (("destination", "没有内容"), ("from_date", "在今天以后"), ("phone", "联系电话不对"))),
    Case("rewards", rewarded, {"awarded_by": "无", "awarded_on": LATER}, (("awarded_by", "没有内容"), ("awarded_on", "在今天以后"))),
    Case("penalties", warned, {"document": "/", "ended_on": ago(100)}, (("document", "没有内容"), ("kind", "到期自行结束"))),
    Case("assessments", assessed, {"reason": "无", "amount": "5.00"}, (("reason", "没有内容"), ("amount", "0.20元至1.00元"))),
]  # fmt: skip


def checked(world: World, key: str, *rows: Mapping[str, Any]) -> list[Planned]:
    sheet = sheets()[key]
    grid = read_grid(workbooks.export(sheet, rows, is_whole=True), sheet)
    return sheet.check(parse_grid(grid, sheet.columns), world.scope("county_organizer"), TODAY)


def test_every_sheet_is_walked() -> None:
    assert {case.sheet for case in CASES} == sheets().keys()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_says_what_is_wrong_with_its_cells_and_what_breaks_a_rule(world: World, case: Case) -> None:
    begin_county(TODAY)
    (plan,) = checked(world, case.sheet, {**case.good(world), **case.wrong})
    assert plan.state is RowState.ERROR
    said = [(problem.column, problem.sentence) for problem in plan.row.problems]
    for column, word in case.told:
        assert any(column == where and word in sentence for where, sentence in said), said
    assert len(said) == len({*said}) == len(case.told)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_whose_person_cannot_be_read_says_no_more_than_it_knows(world: World, case: Case) -> None:
    begin_county(TODAY)
    names = {"organizations": "short_name"}
    column = names.get(case.sheet, "name")
    (plan,) = checked(world, case.sheet, {**case.good(world), column: "同上"})
    assert plan.state is RowState.ERROR
    assert [problem.column for problem in plan.row.problems] in ([column], [column, "number"])
