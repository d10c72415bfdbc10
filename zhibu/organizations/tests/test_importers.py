from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Scope
from zhibu.imports.sheets import CLEAR, Planned, Row, Value, no_ticker
from zhibu.organizations import actions
from zhibu.organizations.importers import ORGANIZATIONS
from zhibu.organizations.models import Cluster, Organization, OrganizationName, Support, SupportUnit
from zhibu.organizations.summaries import holdings

pytestmark = pytest.mark.dated


def new_row(code: str, parent: str, **cells: Any) -> dict[str, Value]:
    return {
        "code": code,
        "name": f"中共凉县{code}支部委员会",
        "short_name": f"{code}支部",
        "kind": "branch",
        "category": "village",
        "parent": parent,
        "opened_on": date(2001, 7, 1),
        **cells,
    }


def checked(by: Scope, rows: Iterable[Mapping[str, Value]]) -> list[Planned]:
    numbered = [Row(number, dict(values)) for number, values in enumerate(rows, start=2)]
    return ORGANIZATIONS.check(numbered, by, TODAY)


def applied(by: Scope, rows: Iterable[Mapping[str, Value]]) -> list[Planned]:
    planned = checked(by, rows)
    assert not [problem for each in planned for problem in each.row.problems]
    ORGANIZATIONS.apply(planned, by, TODAY, no_ticker)
    return planned


def states(planned: Iterable[Planned]) -> list[str]:
    return [each.state.value for each in planned]


def sentences(planned: Iterable[Planned]) -> str:
    return "\n".join(problem.sentence for each in planned for problem in each.row.problems)


def test_parents_may_stand_anywhere_in_the_file(world: World) -> None:
    by = world.scope("county_organizer")
    planned = applied(
        by,
        [
            new_row(
                "C1-1", "C1", clusters="北片、试点片", support="县农业农村局", contact_phone="19900000001"
            ),
            new_row("C1", world.county.code, kind="committee", category="organ", term_due=date(2027, 5, 1)),
            new_row("C1-2", "C1", segment="001", support="县农业农村局", contact_name="王明"),
        ],
    )
    assert states(planned) == ["new", "new", "new"]
    assert planned[0].notes == ["编号段由系统给号：002"]
    found = holdings(on=TODAY)
    assert [found[c].organization.segment for c in ("C1", "C1-1", "C1-2")] == ["003", "002", "001"]
    assert found["C1-1"].clusters == ("北片", "试点片")
    assert (found["C1-1"].contact_name, found["C1-1"].contact_phone) == ("王明", "19900000001")
    assert found["C1"].organization.term_ends_on == date(2027, 5, 1)
    assert SupportUnit.objects.count() == 1


def test_what_was_exported_says_same_and_changes_nothing(world: World) -> None:
    by = world.scope("county_organizer")
    applied(
        by, [new_row("A9", world.ashi.code, support="县局", contact_phone="0834-7612345", clusters="北片")]
    )
    actions.close_organization(by=by, organization=world.b1, closed_on=TODAY, on=TODAY)
    exported = list(ORGANIZATIONS.export(by, ""))
    assert [each["code"] for each in exported] == [
        "513400101",
        "513400101201",
        "513400101202",
        "A9",
        "513400102",
    ]
    records = AuditRecord.objects.count()
    assert states(applied(by, exported)) == ["same"] * 5
    assert AuditRecord.objects.count() == records
    assert [each["code"] for each in ORGANIZATIONS.export(by, world.bashi.path)] == ["513400102"]
    no_phones = Scope(by.user_id, by.name, {k: v for k, v in by.grants.items() if k != "members.read_phone"})
    exported = list(ORGANIZATIONS.export(no_phones, ""))
    assert not any("contact_phone" in each for each in exported)
    assert states(checked(by, exported)) == ["same"] * 5


def test_changes_are_shown_field_by_field_and_applied_through_the_actions(world: World) -> None:
    by = world.scope("county_organizer")
    row: dict[str, Value] = {
        "code": world.a1.code,
        "short_name": "尔木新村党支部",
        "category": "community",
        "term_from": date(2024, 2, 1),
        "clusters": "北片",
        "support": "县局",
        "contact_phone": "19900000001",
    }
    planned = applied(by, [row])
    assert states(planned) == ["changed"]
    assert {(c.column, c.before, c.after) for c in planned[0].changes} == {
        ("short_name", "尔木村党支部", "尔木新村党支部"),
        ("category", "村", "社区"),
        ("term_from", "", "2024-02-01"),
        ("clusters", "", "北片"),
        ("support", "", "县局"),
        ("contact_phone", "", "199****0001"),
    }
    assert OrganizationName.objects.filter(organization=world.a1).count() == 2
    assert states(applied(by, [row])) == ["same"]
    planned = applied(by, [{"code": world.a1.code, "clusters": CLEAR, "support": CLEAR}])
    assert states(planned) == ["changed"]
    assert holdings(on=TODAY)[world.a1.code].clusters == ()
    assert not Support.objects.filter(until=None).exists()
    assert Cluster.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"parent": "X9"}, "没有代码是X9的上级组织"),
        ({"parent": CLEAR}, "新设组织要填写“上级组织代码”。"),
        ({"kind": "group"}, "党小组不能设在党委下面"),
        ({"name": "中共凉县阿市镇尔木村支部委员会"}, "同一个上级下已经有"),
        ({"segment": "001"}, "编号段001已给组织代码513400101201"),
        ({"segment": "000"}, "001到999"),
        ({"kind": "general_branch", "segment": "009"}, "不编号"),
        ({"opened_on": date(2027, 1, 1)}, "在今天以后"),
        ({"code": "代码"}, "组织代码只能用"),
        ({"contact_phone": "19900000001"}, "却没有帮扶单位"),
        ({"support": "县局", "contact_phone": "12"}, "联系电话应是"),
        ({"term_number": 3}, "还要填写本届选举日期或届满日期"),
        ({"term_from": date(2024, 1, 1), "term_due": date(2023, 1, 1)}, "届满日期"),
        ({"kind": "temporary_branch", "term_due": date(2029, 1, 1)}, "没有任期"),
    ],
)
def test_a_new_row_with_a_fault_says_what_and_how_to_mend(
    world: World, cells: dict[str, Any], sentence: str
) -> None:
    planned = checked(world.scope("county_organizer"), [{**new_row("A9", world.ashi.code), **cells}])
    assert states(planned) == ["error"]
    assert sentence in sentences(planned)


def test_what_a_sheet_must_not_change_is_refused(world: World) -> None:
    by = world.scope("county_organizer")
    cases: list[tuple[dict[str, Value], str]] = [
        ({"parent": world.bashi.code}, "改变隶属关系不用这张表，现在的上级代码是513400101"),
        ({"kind": "joint_branch"}, "现在是“党支部”"),
        ({"segment": "077"}, "编号段给出以后不能改，现在是“001”"),
        ({"name": CLEAR}, "“组织全称”不能清空"),
        ({"name": world.a2.name}, "同一个上级下已经有"),
    ]
    for cells, sentence in cases:
        planned = checked(by, [{"code": world.a1.code, **cells}])
        assert states(planned) == ["error"]
        assert sentence in sentences(planned)


def test_faults_between_rows_name_both_rows(world: World) -> None:
    by = world.scope("county_organizer")
    planned = checked(by, [new_row("A9", world.ashi.code), new_row("A9", world.ashi.code, name="另一个")])
    assert states(planned) == ["error", "error"]
    assert "第2行和第3行" in sentences(planned)
    planned = checked(
        by,
        [
            new_row("A8", world.ashi.code, segment="050"),
            new_row("A9", world.ashi.code, segment="050"),
        ],
    )
    assert states(planned) == ["new", "error"]
    assert "编号段050已给组织代码A8" in sentences(planned)
    planned = checked(
        by,
        [new_row("G1", "G2", kind="general_branch"), new_row("G2", "G1", kind="general_branch")],
    )
    assert "绕了一圈" in sentences(planned)
    planned = checked(
        by,
        [
            new_row("G1", world.ashi.code, kind="general_branch", opened_on=date(2027, 1, 1)),
            new_row("G1-1", "G1"),
        ],
    )
    assert states(planned) == ["error", "error"]
    assert "上级组织（第2行）有错误，先改好那一行" in sentences(planned)
    planned = checked(
        by,
        [
            new_row("A8", world.ashi.code, support="县局", contact_name="王明"),
            new_row("A9", world.ashi.code, support="县局", contact_name="李强"),
        ],
    )
    assert "同一个帮扶单位的帮扶联系人，这一行和第2行不一样" in sentences(planned)


def test_rows_outside_the_scope_are_like_unknown(world: World) -> None:
    """Who maintains one township learns nothing of the other, not even a name."""
    by = Scope(9, "x", {"organizations.maintain": (world.ashi.path,)})
    assert [each["code"] for each in ORGANIZATIONS.export(by, "")] == [
        world.ashi.code,
        world.a1.code,
        world.a2.code,
    ]
    planned = checked(
        by,
        [
            {"code": world.b1.code, "short_name": "改名"},
            new_row("B9", world.bashi.code),
            new_row("A9", world.ashi.code),
        ],
    )
    assert states(planned) == ["error", "error", "new"]
    assert "没有代码是513400102的上级组织" in sentences(planned)
    assert "团结" not in sentences(planned)
    assert "巴市" not in sentences(planned)
    assert states(checked(world.scope("county_organizer"), [new_row("B9", world.bashi.code)])) == ["new"]


def test_a_whole_county_costs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    by = world.scope("county_organizer")
    rows = [new_row(f"N{n}", world.ashi.code, clusters="北片") for n in range(300)]
    with django_assert_max_num_queries(60):
        applied(by, rows)
    assert Organization.objects.count() == 306


@pytest.mark.parametrize(
    "said",
    [
        "阿市镇党委",
        "阿市镇",
        "中共凉县阿市镇委员会",
        "中国共产党凉县阿市镇委员会",
        "凉县 阿市镇 党委",
        "凉县阿市镇",
        "阿市镇委员会",
        "001",
    ],
)
def test_a_parent_is_found_by_its_names_as_a_branch_is(world: World, said: str) -> None:
    by = world.scope("county_organizer")
    (planned,) = applied(by, [new_row("C1", said)])
    assert planned.row.values["parent"] == world.ashi.code
    assert Organization.objects.get(code="C1").parent == world.ashi


def test_a_parent_of_the_same_file_is_found_by_its_name(world: World) -> None:
    by = world.scope("county_organizer")
    branch = new_row("C1-1", "新镇")
    committee = new_row("C1", "凉县", kind="committee", category="township")
    committee |= {"name": "中共凉县新镇委员会", "short_name": "新镇党委"}
    applied(by, [branch, committee])
    assert Organization.objects.get(code="C1-1").parent == Organization.objects.get(code="C1")
    assert Organization.objects.get(code="C1").parent == world.county


def test_a_parent_that_is_not_unique_is_said_with_the_candidates(world: World) -> None:
    by = world.scope("county_organizer")
    twin = new_row("C2", world.county.code, kind="committee", category="organ")
    applied(by, [twin | {"name": "中共凉县阿市镇机关委员会", "short_name": "阿市镇党委"}])
    (planned,) = checked(by, [new_row("C1", "阿市镇党委")])
    assert [problem.column for problem in planned.row.problems] == ["parent"]
    assert sentences([planned]) == (
        f"“阿市镇党委”对得上2个党组织：阿市镇党委（代码{world.ashi.code}）、阿市镇党委（代码C2）。"
        "请填代码，或在名称前写上乡镇。"
    )


def test_a_parent_of_no_such_name_is_said(world: World) -> None:
    (planned,) = checked(world.scope("county_organizer"), [new_row("C1", "天上镇党委")])
    assert sentences([planned]) == (
        "没有叫“天上镇党委”的党组织，或者不在您的管理范围。请照组织表填代码、全称或简称。"
    )


def test_the_parent_of_a_unit_in_the_books_may_be_told_by_name(world: World) -> None:
    by = world.scope("county_organizer")
    exported = next(each for each in ORGANIZATIONS.export(by, "") if each["code"] == world.a1.code)
    assert states(checked(by, [{**exported, "parent": "阿市镇"}])) == ["same"]
    (moved,) = checked(by, [{**exported, "parent": "巴市镇"}])
    assert "改变隶属关系不用这张表" in sentences([moved])
