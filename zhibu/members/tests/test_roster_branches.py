"""The branch of a roster's row by what it is called, and what is known of its person elsewhere."""

from datetime import date

import pytest

from tests.world import World, make_member
from zhibu.imports.sheets import Problem, RowState
from zhibu.members.tests.test_importers import BIRTH, check, new_row, said


def test_a_person_of_this_name_and_birth_in_another_branch_is_said(world: World) -> None:
    make_member(branch=world.a2, name="沙马尔布", birth_date=BIRTH)
    [planned] = check(world, new_row(world))
    assert planned.state is RowState.NEW
    assert (
        "“白石村党支部”有同名、同日出生的党员。是同一个人的，请办组织关系转接，不要重复登记。"
        in planned.notes
    )
    [abroad] = check(world, new_row(world, branch_code=world.b1.code, branch_name=""), who="organizer_bashi")
    assert "县内别的组织有同名、同日出生的党员，可能是同一个人还没有办转接。请县里核对。" in abroad.notes
    assert not any("白石" in note for note in abroad.notes)


@pytest.mark.parametrize(
    "text",
    [
        "尔木村党支部", "中共凉县阿市镇尔木村支部委员会", "中国共产党凉县阿市镇尔木村支部委员会", "阿市镇尔木村党支部",
        "凉县阿市镇尔木村支部", "尔木村 支部", "尔木村支部委员会", "尔木村", "阿市镇　尔木村",
    ],
)  # fmt: skip
def test_the_branch_is_found_by_what_it_is_called(world: World, text: str) -> None:
    for code, name in ((text, ""), ("", text)):
        row = new_row(world, branch_code=code, branch_name=name)
        row.values = {key: value for key, value in row.values.items() if value != ""}
        [planned] = check(world, row)
        assert (planned.row.problems, planned.row.values["branch_code"]) == ([], world.a1.code)


def test_the_branch_is_found_by_its_segments(world: World) -> None:
    world.a1.refresh_from_db()
    root = world.a1.numbering_root
    assert root is not None
    for text in (f"{root.segment}-{world.a1.segment}", root.segment + world.a1.segment):
        [planned] = check(world, new_row(world, branch_code=text))
        assert planned.row.values["branch_code"] == world.a1.code


def test_a_branch_that_is_not_the_only_one_is_said_with_the_candidates(world: World) -> None:
    type(world.b1).objects.filter(pk=world.b1.pk).update(
        short_name="尔木村党支部", name="中共凉县巴市镇尔木村支部委员会"
    )
    row = new_row(world, branch_code="尔木村党支部", branch_name="")
    [planned] = check(world, row, who="county_organizer")
    assert said(planned) == (
        f"branch_code “尔木村党支部”对得上2个支部：阿市镇尔木村党支部（代码{world.a1.code}）、"
        f"巴市镇尔木村党支部（代码{world.b1.code}）。请填代码，或在名称前写上乡镇。"
    )
    row = new_row(world, branch_code="巴市镇尔木村党支部", branch_name="")
    assert check(world, row, who="county_organizer")[0].row.values["branch_code"] == world.b1.code
    row = new_row(world, branch_code="尔木村党支部", branch_name="")
    assert check(world, row, who="organizer_ashi")[0].row.values["branch_code"] == world.a1.code
    row = new_row(world, branch_code="月亮村党支部", branch_name="")
    assert said(check(world, row)[0]).startswith("branch_code 没有叫“月亮村党支部”的支部")


def test_all_that_is_wrong_with_a_row_is_said_at_once(world: World) -> None:
    row = new_row(
        world, branch_code="月亮村党支部", resident_id="99999919900506001O", join_date=date(1999, 7, 1)
    )
    row.problems.append(Problem("phone", "手机号被表格改成了科学计数。"))
    [planned] = check(world, row)
    assert {"phone", "branch_code", "resident_id"} <= {problem.column for problem in planned.row.problems}
    assert any("第18位是字母“O”，应是数字或X" in problem.sentence for problem in planned.row.problems)
