"""The register and the list to sign, on paper and as a workbook."""

import io
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from tests.browser.paper import page_count, page_text
from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.prints.registers import (
    Head,
    RegisterLine,
    register_pdf,
    render_register,
    render_signing_list,
    signing_list_pdf,
)
from zhibu.certificates.summaries.copies import register_lines
from zhibu.certificates.workbooks import register_workbook

pytestmark = pytest.mark.dated

AT = datetime(2026, 11, 24, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
HEAD = Head("中共越西县普雄镇委员会", date(2026, 11, 24), "阿措克布", AT, "AB12CD34EF", with_branch=True)
LINE = RegisterLine(
    number="005-011-015-3",
    name="吉则日果",
    sex="女",
    ethnic_group="彝族",
    birth_month="1984.03",
    join_date=date(2009, 6, 28),
    confirmation_date=date(2010, 6, 28),
    stage="正式",
    serial="01",
    issue_date=date(2026, 11, 24),
    state="有效",
    receiver="本人",
    branch="尔木村党支部",
    is_issued=True,
)
CANDIDATE = replace(
    LINE,
    name="王伟",
    number="005-011-016-1",
    stage="预备",
    confirmation_date=None,
    is_probationary=True,
    is_issued=False,
    serial="",
    issue_date=None,
)


def text(pdf: bytes, page: int) -> str:
    return "".join(page_text(pdf, page).split())


def test_a_row_of_the_register_says_what_the_county_asks() -> None:
    page = text(render_register([LINE], HEAD), 0)
    for fact in (
        "党员证登记台账",
        "单位：中共越西县普雄镇委员会",
        "截至2026年11月24日",
        "005-011-015-3",
        "吉则日果",
        "彝族",
        "1984.03",
        "2009.06.28",
        "2010.06.28",
        "正式",
        "有效",
        "本人",
        "尔木村党支部",
        "第1页共1页",
        "阿措克布2026-11-2410:05打印",
        "AB12CD34EF",
    ):
        assert fact in page
    assert "演示数据" not in page


def test_the_head_is_repeated_and_totals_stand_on_the_last_page() -> None:
    made = render_register([LINE] * 40 + [CANDIDATE], HEAD)
    assert page_count(made) == 2
    for number in (0, 1):
        assert "序号编号姓名性别民族出生年月入党时间转正时间类别证本号发证日期状态领取人所在支部备注" in text(
            made, number
        )
        assert f"第{number + 1}页共2页" in text(made, number)
    total = "合计41人，其中正式党员40人、预备党员1人；已发证40人，已印未发0人，未印1人。"
    assert total not in text(made, 0)
    assert total in text(made, 1)


def test_long_names_get_a_row_twice_as_high_and_none_is_split() -> None:
    long = replace(LINE, name="阿苏·拉且木乃日布" * 4 + "卓木呷子")
    made = render_register([LINE] * 20 + [long] + [LINE] * 3, HEAD)
    assert page_count(made) == 2
    assert long.name not in text(made, 0)
    assert long.name in text(made, 1)


def test_a_large_register_is_numbered_through(world: World) -> None:
    made = render_register([LINE] * 21 * 13, HEAD)
    assert page_count(made) == 13
    assert "第13页共13页" in text(made, 12)
    assert "273" in text(made, 12)


def test_an_empty_register_is_a_page_with_its_head() -> None:
    page = text(render_register([], HEAD), 0)
    assert "合计0人" in page
    assert "序号" in page


def test_synthetic_rows_put_a_watermark_under_every_page() -> None:
    made = render_register([LINE] * 30 + [replace(LINE, is_synthetic=True)], HEAD)
    assert all("演示数据" in text(made, n) for n in range(page_count(made)))


def test_each_branch_signs_on_its_own_sheet() -> None:
    other = replace(LINE, number="005-012-001-5", name="卢玉", branch="白石村党支部")
    made = render_signing_list([LINE] * 21 + [other], HEAD)
    assert page_count(made) == 3
    assert "共21本" in text(made, 0)
    assert "第1页共2页" in text(made, 0)
    assert "发放人签名" in text(made, 1)
    assert "白石村党支部" in text(made, 2)
    assert "卢玉" in text(made, 2)
    assert "吉则日果" not in text(made, 2)


@pytest.fixture
def printed(world: World) -> World:
    """A1 has numbers and printed booklets."""
    organizer = world.scope("county_organizer")
    actions.number_members(by=organizer, organization=world.county, on=TODAY)
    actions.prepare_booklets(by=organizer, organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY)
    return world


def test_a_branch_prints_its_register_and_the_list_to_sign(printed: World) -> None:
    scope = printed.scope("secretary_a1")
    made = register_pdf(
        register_lines(scope, printed.a1), organization=printed.a1, printed_by="阿措克布", at=AT
    )
    page = text(made, 0)
    assert page.count("已印未发") == 4  # three rows and the total
    assert "演示数据" in page
    assert "所在支部" not in page
    lines = register_lines(scope, printed.a1, state="printed")
    page = text(signing_list_pdf(lines, organization=printed.a1, printed_by="阿措克布", at=AT), 0)
    assert "001-001-001" in page
    assert "共3本" in page


def test_the_workbook_has_the_usual_head_and_keeps_every_zero(printed: World) -> None:
    lines = register_lines(printed.scope("county_organizer"), printed.county)
    made = register_workbook(lines, organization=printed.county, printed_by="王芳", at=AT)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "党员证登记台账"
    assert rows[1][0] == "单位：中国共产党凉县委员会"
    assert rows[2][:4] == ("序号", "编号", "姓名", "性别")
    assert len(rows) == 3 + 3 + 1
    assert str(rows[3][1]).startswith("001-001-001-")
    assert rows[3][9] == "01"
    assert str(rows[6][0]).startswith("合计3人，其中正式党员3人、预备党员0人；已发证0人。")
    assert all(cell is None or isinstance(cell, str) for row in rows for cell in row)


def test_a_name_like_a_formula_stays_text(world: World) -> None:
    world.members_a1[0].name = "=1+1"
    world.members_a1[0].save()
    actions.number_members(by=world.scope("county_organizer"), organization=world.a1, on=TODAY)
    lines = register_lines(world.scope("county_organizer"), world.a1)
    made = register_workbook(lines, organization=world.a1, printed_by="王芳", at=AT)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
