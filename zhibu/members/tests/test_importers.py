"""The roster: what becomes of each row, and that writing it does just that."""

from collections.abc import Sequence
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import TODAY, World, make_member, synthetic_resident_id
from zhibu.core.dates import Month
from zhibu.core.db import key_ring
from zhibu.core.text import birth_month, mask_resident_id
from zhibu.imports.sheets import CLEAR, Planned, Problem, Row, RowState, Value, no_ticker
from zhibu.imports.tests.round_trip import assert_round_trip
from zhibu.members import actions
from zhibu.members.importers import ROSTER
from zhibu.members.models import EnrollmentProposal, Member, MemberChange, PostHolding

BIRTH = date(1990, 5, 6)


def new_row(world: World, number: int = 2, sequence: int = 1, **cells: Value) -> Row:
    """A complete row of a person who is not in the books."""
    values: dict[str, Value] = {
        "branch_code": world.a1.code,
        "branch_name": "尔木村党支部",
        "name": "沙马尔布",
        "sex": "1",
        "ethnic_group": "07",
        "resident_id": synthetic_resident_id(BIRTH, "1", sequence),
        "birth_date": BIRTH,
        "education": "30",
        "join_date": date(2015, 7, 1),
        "confirmation_date": date(2016, 7, 1),
        "stage": "full",
        "phone": "13900001234",
        "dues_category": "farmer",
        "is_floating": False,
    }
    return Row(number, {**values, **cells})


def row_of(member: Member, number: int = 2, **cells: Value) -> Row:
    """The least a row needs to name a member."""
    values: dict[str, Value] = {
        "branch_code": member.branch.code,
        "name": member.name,
        "resident_id": member.resident_id,
    }
    return Row(number, {**values, **cells})


def check(world: World, *rows: Row, who: str = "organizer_ashi") -> list[Planned]:
    return ROSTER.check(rows, world.scope(who), TODAY)


def write(world: World, rows: Sequence[Row], who: str = "organizer_ashi") -> list[Planned]:
    planned = check(world, *rows, who=who)
    assert not [each.row.problems for each in planned if each.row.problems]
    wanted = [each for each in planned if each.state in (RowState.NEW, RowState.CHANGED)]
    ROSTER.apply(wanted, world.scope(who), TODAY, no_ticker)
    return planned


def said(planned: Planned) -> str:
    """Column and sentence of the first problem."""
    problem: Problem = planned.row.problems[0]
    return f"{problem.column} {problem.sentence}"


def agreed(world: World) -> None:
    """Another person agrees to all that was proposed."""
    waiting = list(EnrollmentProposal.objects.open())
    actions.accept_enrollments(by=world.scope("county_organizer"), proposals=waiting, on=TODAY)


def test_a_new_person_is_entered_and_then_the_same(world: World) -> None:
    [planned] = write(world, [new_row(world, posts="书记、组织委员", group="第二党小组")])
    assert (planned.state, planned.title) == (RowState.NEW, "沙马尔布")
    agreed(world)
    member = Member.objects.get(name="沙马尔布")
    assert (member.branch, member.education, member.phone, member.group) == (
        world.a1,
        "30",
        "13900001234",
        "第二党小组",
    )
    posts = PostHolding.objects.filter(member=member).values_list("post", flat=True)
    assert set(posts) == {"secretary", "organization_member"}
    [again] = check(world, new_row(world, posts="组织委员、书记", group="第二党小组"))
    assert (again.state, again.target) == (RowState.SAME, member.pk)


def test_a_blank_cell_leaves_and_the_word_clears(world: World) -> None:
    member = world.members_a1[1]
    [planned] = write(world, [row_of(member, phone=CLEAR, native_place=CLEAR, education="61")])
    assert {(c.column, c.before, c.after) for c in planned.changes} == {
        ("phone", "138****5678", ""),
        ("native_place", "四川越西", ""),
        ("education", "初中毕业", "普通高中毕业"),
    }
    member.refresh_from_db()
    assert (member.phone, member.native_place, member.education) == ("", "", "61")
    assert member.ethnic_group == "07"
    assert MemberChange.objects.get(member=member).reason == "党员名册导入"
    [refused] = check(world, row_of(member, education=CLEAR))
    assert said(refused).startswith("education 学历不能清空")


def test_what_is_shown_of_numbers_is_masked(world: World) -> None:
    member = world.members_a1[1]
    other = synthetic_resident_id(member.birth_date, member.sex, 498)
    rows = [
        row_of(member, phone="15200007730"),
        Row(3, {**new_row(world).values, "resident_id": "999999199005060016"}),
    ]
    planned = check(world, *rows)
    assert [(c.before, c.after) for c in planned[0].changes] == [("138****5678", "152****7730")]
    without = make_member(branch=world.a1, name="无号", resident_id="")
    [gains] = check(world, row_of(without, resident_id=other, birth_date=without.birth_date))
    [change] = gains.changes
    assert (change.before, change.after) == ("", mask_resident_id(other))
    texts = repr([(p.changes, p.notes, p.row.problems) for p in [*planned, gains]])
    assert member.resident_id not in texts
    assert other not in texts


def test_a_row_as_exported_says_the_month_only_and_changes_nothing(world: World) -> None:
    member = world.members_a1[1]
    [same] = check(world, row_of(member, birth_date=Month.of(member.birth_date)))
    [by_name] = check(
        world,
        row_of(
            member, birth_date=Month.of(member.birth_date), resident_id=mask_resident_id(member.resident_id)
        ),
    )
    [other_month] = check(world, row_of(member, birth_date=Month(1971, 5), resident_id=member.resident_id))
    [new] = check(world, new_row(world, birth_date=Month.of(BIRTH)))
    assert [same.state, by_name.state] == [RowState.SAME, RowState.SAME]
    assert said(other_month).startswith("birth_date 出生年月与登记的不同")
    assert said(new).startswith("birth_date 新登记的党员要填完整的出生日期")


def test_a_new_birth_date_is_written_and_shown_by_its_month(world: World) -> None:
    member = world.members_a1[1]
    day = member.birth_date.replace(day=member.birth_date.day % 28 + 1)
    row = row_of(member, birth_date=day, resident_id=member.resident_id, identity_reason="档案认定")
    [planned] = check(world, row)
    shown = {change.column: (change.before, change.after) for change in planned.changes}
    month = birth_month(member.birth_date)
    assert shown["birth_date"] == (month, f"{month}（有改动）")
    assert day.isoformat() not in repr(planned.changes)
    write(world, [row])
    member.refresh_from_db()
    assert member.birth_date == day


def test_namesakes_of_one_month_come_back_as_they_went_out(world: World) -> None:
    for day in (3, 17):
        make_member(
            branch=world.a1,
            name="双生",
            birth_date=date(1966, 4, day),
            resident_id="",
            identity_reason="没有办过",
            native_place=f"四川{day}",
        )
    assert assert_round_trip(ROSTER, world.scope("organizer_ashi"), TODAY) >= 5


def test_a_record_without_a_number_takes_the_one_of_the_row(world: World) -> None:
    without = make_member(branch=world.a1, name="无号", resident_id="", identity_reason="没有办过")
    number = synthetic_resident_id(without.birth_date, without.sex, 77)
    write(world, [row_of(without, resident_id=number, birth_date=without.birth_date)])
    without.refresh_from_db()
    assert without.resident_id == number
    assert without.resident_id_index == key_ring().blind_index(number, context="resident_id")


def test_without_a_number_name_and_birth_date_find_the_person(world: World) -> None:
    member = world.members_a1[1]
    row = row_of(member, birth_date=member.birth_date)
    del row.values["resident_id"]
    assert [p.state for p in check(world, row)] == [RowState.SAME]
    nobody = Row(3, {"branch_code": world.a1.code, "name": "阿尔木呷"})
    [planned] = check(world, nobody)
    assert said(planned).startswith("birth_date 身份证号和出生日期至少填一项")


def test_a_lower_case_x_and_15_digits_are_the_same_number(world: World) -> None:
    birth = date(1970, 1, 1)
    number = next(n for n in (synthetic_resident_id(birth, "1", s) for s in range(499)) if n.endswith("X"))
    member = make_member(branch=world.a1, name="末位", resident_id=number, birth_date=birth)
    [lower] = check(world, row_of(member, resident_id=number.lower()))
    [short] = check(world, row_of(member, resident_id=number[:6] + number[8:17]))
    assert [lower.state, short.state] == [RowState.SAME, RowState.SAME]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"branch_code": "513400101299"}, "branch_code 没有这个代码的支部"),
        ({"branch_code": "513400101"}, "branch_code 没有这个代码的支部"),
        ({"branch_name": "白石村党支部"}, "branch_name 与代码不符：这个代码是“尔木村党支部”"),
        ({"resident_id": "999999199005060018"}, "resident_id 身份证号末位校验码不对"),
        ({"birth_date": date(1990, 5, 7)}, "birth_date 出生日期与身份证号"),
        ({"sex": "2"}, "sex 性别与身份证号"),
        ({"join_date": date(2007, 7, 1)}, "join_date 照登记的出生日期算，入党时未满18岁"),
        ({"stage": "probationary"}, "confirmation_date 预备党员还没有转正时间"),
        ({"phone": "123"}, "phone 手机号应是11位"),
        ({"posts": "村长"}, "posts 党内职务有认不出的词"),
        (
            {"stage": "probationary", "confirmation_date": CLEAR, "posts": "书记"},
            "posts 党内职务由在册的正式",
        ),
        ({"education": CLEAR}, "education 新登记的党员要填学历"),
        ({"resident_id": "**************0036"}, "resident_id 带星号的号码只能对照"),
    ],
)
def test_each_fault_is_an_error_with_its_column(world: World, cells: dict[str, Value], words: str) -> None:
    [planned] = check(world, new_row(world, 2, 1, **cells))
    assert planned.state is RowState.ERROR
    assert said(planned).startswith(words)
    assert said(planned).endswith("。")


def test_parsing_problems_stay_errors(world: World) -> None:
    row = new_row(world)
    row.problems.append(Problem("join_date", "认不出。"))
    assert [p.state for p in check(world, row)] == [RowState.ERROR]


def test_a_sibling_branch_is_as_if_it_did_not_exist(world: World) -> None:
    row = new_row(world)
    assert [p.state for p in check(world, row, who="secretary_a1")] == [RowState.NEW]
    [planned] = check(world, new_row(world), who="secretary_a2")
    [unknown] = check(world, new_row(world, branch_code="nowhere"), who="secretary_a2")
    assert said(planned) == said(unknown)


def test_a_number_elsewhere_is_a_conflict_that_names_only_what_may_be_seen(world: World) -> None:
    inside = make_member(branch=world.a2, name="邻村人", birth_date=BIRTH)
    outside = make_member(branch=world.b1, name="外镇人", birth_date=BIRTH)
    rows = [
        new_row(world, 2, resident_id=inside.resident_id),
        new_row(world, 3, resident_id=outside.resident_id),
    ]
    planned = check(world, *rows)
    assert [p.state for p in planned] == [RowState.CONFLICT] * 2
    assert "白石村党支部" in said(planned[0])
    assert "请县里核对" in said(planned[1])
    for word in ("外镇人", "团结村", "巴市"):
        assert word not in said(planned[1])
    [told] = check(world, new_row(world, 2, resident_id=outside.resident_id), who="county_organizer")
    assert "团结村党支部" in said(told)


def test_one_person_twice_in_a_file_is_an_error_in_both_rows(world: World) -> None:
    twice = check(world, new_row(world, 2), new_row(world, 9, name="别名"))
    assert [p.state for p in twice] == [RowState.ERROR] * 2
    assert "与第9行的身份证号相同" in said(twice[0])
    assert "与第2行的身份证号相同" in said(twice[1])
    without = new_row(world, 9)
    del without.values["resident_id"]
    alike = check(world, new_row(world, 2), without)
    assert ["姓名、出生日期都相同" in said(p) for p in alike] == [True, True]


def test_two_people_may_share_name_and_birth_date(world: World) -> None:
    both = check(world, new_row(world, 2), new_row(world, 3, sequence=2))
    assert [p.state for p in both] == [RowState.NEW] * 2
    write(world, [new_row(world, 2)])
    agreed(world)
    [second] = check(world, new_row(world, 3, sequence=2))
    assert second.state is RowState.NEW
    assert "疑似重复" in second.notes[0]
    write(world, [new_row(world, 3, sequence=2)])
    agreed(world)
    nameless = new_row(world, 4)
    del nameless.values["resident_id"]
    [planned] = check(world, nameless)
    assert "有2个人姓名、出生日期都相同" in said(planned)


def test_a_number_of_another_person_is_a_conflict_not_a_renaming(world: World) -> None:
    one, other = world.members_a1[1], world.members_a1[2]
    [swapped] = check(world, row_of(one, name=other.name, birth_date=other.birth_date))
    [stranger] = check(world, row_of(one, name="生人", birth_date=date(1980, 1, 1)))
    assert [swapped.state, stranger.state] == [RowState.CONFLICT] * 2
    for row in (row_of(one, name="阿尔木嘎"), row_of(one, name="阿尔木嘎", birth_date=one.birth_date)):
        [renamed] = check(world, row)
        assert renamed.state is RowState.CONFLICT
        assert said(renamed) == (
            f"resident_id 同一身份证号、同一出生日期登记的是“{one.name}”，姓名不同。"
            "确是改名的，先在党员页面更正；填错的请改正。"
        )


def test_who_has_left_does_not_come_back_through_a_roster(world: World) -> None:
    member = make_member(branch=world.a1, name="离开", standing="ended")
    [planned] = check(world, row_of(member, education="61"))
    assert planned.state is RowState.CONFLICT
    assert "不再在册" in said(planned) or "已经不在册" in said(planned)
    suspended = make_member(branch=world.a1, name="停止", standing="suspended")
    [stage] = check(world, row_of(suspended, stage="probationary", confirmation_date=CLEAR))
    assert "停止党籍" in said(stage)


def test_posts_are_set_and_cleared(world: World) -> None:
    member = world.members_a1[1]
    write(world, [row_of(member, posts="书记、青年委员")])
    [planned] = write(world, [row_of(member, posts="青年委员")])
    assert [(c.column, c.before, c.after) for c in planned.changes] == [
        ("posts", "书记、青年委员", "青年委员")
    ]
    write(world, [row_of(member, posts=CLEAR)])
    held = PostHolding.objects.filter(member=member)
    assert held.count() == 2
    assert not held.filter(until=None).exists()


def test_an_export_comes_back_as_the_same(world: World) -> None:
    make_member(branch=world.a1, name="预备", stage="probationary", confirmation_date=None, phone="")
    twin = make_member(branch=world.a1, name="双生", birth_date=BIRTH)
    make_member(branch=world.a1, name="双生", birth_date=BIRTH)
    make_member(branch=world.a2, name="无号", resident_id="")
    make_member(branch=world.a2, name="已走", standing="ended")
    write(world, [row_of(twin, posts="书记")])
    exported = [dict(row) for row in ROSTER.export(world.scope("organizer_ashi"), "")]
    assert len(exported) == 7
    assert not [row for row in exported if twin.resident_id in row.values() or twin.phone in row.values()]
    planned = check(world, *[Row(n, row) for n, row in enumerate(exported, start=2)])
    assert [p.state for p in planned] == [RowState.SAME] * 7
    only_a2 = list(ROSTER.export(world.scope("secretary_a2"), ""))
    assert [row["name"] for row in only_a2] == ["无号"]
    assert list(ROSTER.export(world.scope("organizer_ashi"), world.b1.path)) == []


def test_a_number_with_stars_must_belong_to_the_person(world: World) -> None:
    member = world.members_a1[1]
    row = row_of(member, birth_date=member.birth_date, resident_id="0" + "*" * 16 + "0")
    assert "首尾两位" in said(check(world, row)[0])


def test_checking_costs_the_same_queries_for_one_row_and_thirty(world: World) -> None:
    def queries(rows: list[Row]) -> int:
        with CaptureQueriesContext(connection) as captured:
            check(world, *rows)
        return len(captured)

    one = queries([new_row(world)])
    many = queries([new_row(world, n, sequence=n) for n in range(2, 32)])
    assert one == many <= 8
    write(world, [new_row(world, n, sequence=n, name=f"沙马{'甲乙丙丁戊'[n % 5]}") for n in range(2, 32)])
    export = [Row(n, dict(row)) for n, row in enumerate(ROSTER.export(world.scope("organizer_ashi"), ""))]
    assert queries(export[:1]) == queries(export) <= 7


def test_a_file_with_new_and_changed_rows_is_written_together(world: World) -> None:
    member = world.members_a1[1]
    ticks: list[tuple[int, int]] = []
    planned = check(world, new_row(world, 2), row_of(member, 3, education="61"))
    ROSTER.apply(
        planned,
        world.scope("organizer_ashi"),
        TODAY,
        lambda done, total, note="": ticks.append((done, total)),
    )
    member.refresh_from_db()
    assert member.education == "61"
    assert EnrollmentProposal.objects.filter(name="沙马尔布", state="proposed").exists()
    assert ticks[-1] == (2, 2)
