"""Cells of every kind: a value, nothing, or a sentence with the way to mend it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.imports.parsing import parse_grid, parser_of
from zhibu.imports.parsing.cells import Bad
from zhibu.imports.reading import read_grid
from zhibu.imports.sheets import CLEAR
from zhibu.imports.tests.files import TITLES, csv, with_cell
from zhibu.imports.tests.shelf import SHELF

pytestmark = pytest.mark.dated

ID = "513434199001011232"


def parsed(title: str, cell: Any, data: bytes | None = None) -> object:
    """The value, "blank", or the sentence with the address in front."""
    grid = read_grid(data or with_cell(title, cell), SHELF)
    (row,) = parse_grid(grid, SHELF.columns)
    key = next(column.key for column in SHELF.columns if column.title == title)
    if row.problems:
        (problem,) = row.problems
        return f"{grid.address(problem.column, row.number)} {problem.sentence}"
    return row.values.get(key, "blank")


@pytest.mark.parametrize(
    ("title", "cell", "value"),
    [
        ("书名", " \u00a0乡村　 振兴\u200b ", "乡村 振兴"),
        ("书名", 2026, "2026"),
        ("书名", "（清空）", CLEAR),
        ("书名", "清空", CLEAR),
        ("书名", "\u3000", "blank"),
        ("作者", "阿尔 • 木呷", "阿尔·木呷"),
        ("作者", "王　伟", "王伟"),
        ("作者", "𠀀𫝀", "𠀀𫝀"),
        ("作者", "ꀊꇈꂷꇁ", "ꀊꇈꂷꇁ"),
        ("索书号", "００１２", "0012"),
        ("索书号", "'0012", "0012"),
        ("索书号", "00 12", "0012"),
        ("索书号", 1234, "1234"),
        ("索书号", "005-011-015-3", "005-011-015-3"),
        ("索书号", "005—011", "005-011"),
        ("保管人身份证号", "５１３４３４１９９００１０１１２３ｘ", "51343419900101123x"),
        ("保管人身份证号", "110101199003070600", "110101199003070600"),
        ("购入日期", date(2026, 11, 6), date(2026, 11, 6)),
        ("购入日期", "2026-11-06", date(2026, 11, 6)),
        ("购入日期", "2026年11月6日", date(2026, 11, 6)),
        ("购入日期", "2026.11.6", date(2026, 11, 6)),
        ("购入日期", "2026/11/6", date(2026, 11, 6)),
        ("购入日期", "20261106", date(2026, 11, 6)),
        ("购入日期", 20261106, date(2026, 11, 6)),
        ("购入日期", "２０２６－１１－０６", date(2026, 11, 6)),
        ("购入日期", "2026-11-06 00:00:00", date(2026, 11, 6)),
        ("购入日期", "（清空）", CLEAR),
        ("类别", "农业技术", "03"),
        ("类别", "农技", "03"),
        ("类别", " 文 学", "02"),
        ("类别", "02", "02"),
        ("类别", 2, "02"),
        ("是否借出", "是", True),
        ("是否借出", "√", True),
        ("是否借出", True, True),
        ("是否借出", 0, False),
        ("册数", "1,200", 1200),
        ("册数", "３", 3),
        ("册数", 7, 7),
    ],
)
def test_cells_that_are_understood(title: str, cell: Any, value: object) -> None:
    assert parsed(title, cell) == value


@pytest.mark.parametrize(
    ("title", "cell", "sentence"),
    [
        (
            "保管人身份证号",
            5.13434199001011e17,
            "D2 保管人身份证号被表格改成了科学计数，后几位已丢失。把D列设为“文本”，重新填18位。",
        ),
        (
            "保管人身份证号",
            "5.13E+17",
            "D2 保管人身份证号被表格改成了科学计数，后几位已丢失。把D列设为“文本”，重新填18位。",
        ),
        (
            "保管人身份证号",
            "513434199001012000",
            "D2 保管人身份证号被表格当成数字，15位以后都变成了0。把D列设为“文本”，重新填18位。",
        ),
        (
            "保管人身份证号",
            date(2026, 11, 6),
            "D2 保管人身份证号被表格改成了日期或时间2026-11-06。把D列设为“文本”，照原样重新填。",
        ),
        (
            "保管人身份证号",
            "无",
            "D2 保管人身份证号填的是“无”。没有内容就空着，要清掉原来的内容请填“（清空）”。",
        ),
        (
            "索书号",
            12,
            "A2 索书号只有2位，应是4位，前面的0像是被表格去掉了。把A列设为“文本”，照原件重新填。",
        ),
        ("索书号", 12.5, "A2 索书号是数字12.5，不像号码。把A列设为“文本”，照原件重新填。"),
        ("索书号", "（清空）", "A2 索书号不能清空，要靠它认出是哪一条。请照实填写。"),
        (
            "购入日期",
            45989,
            "F2 购入日期是数字45989，像是日期被转成了序号，对应2025-11-28，请确认。对的话把F列设为“日期”，重新填2025-11-28。",
        ),
        (
            "购入日期",
            "42758",
            "F2 购入日期是数字42758，像是日期被转成了序号，对应2017-01-23，请确认。对的话把F列设为“日期”，重新填2017-01-23。",
        ),
        ("购入日期", "2026年11月", "F2 购入日期“2026年11月”只到月，没有日。请照档案补上哪一天。"),
        ("购入日期", 2026.11, "F2 购入日期“2026.11”只到月，没有日。请照档案补上哪一天。"),
        (
            "购入日期",
            "2026-02-30",
            "F2 购入日期“2026-02-30”认不出是哪一天。请写成2026-11-06这样，年月日都要有。",
        ),
        ("购入日期", "0209-06-28", "F2 购入日期是0209-06-28，年份不对。请照实填写。"),
        ("类别", "科幻", "E2 类别“科幻”不在可选项里。可填：政治、文学、农业技术。"),
        ("是否借出", "大概", "G2 是否借出“大概”看不懂。请填是或否。"),
        ("册数", "两本", "H2 册数“两本”不是整数。请只填数字。"),
        ("书名", "长" * 31, "B2 书名有31个字，最多30个字。请删减。"),
        (
            "书名",
            date(2026, 3, 5),
            "B2 书名被表格改成了日期或时间2026-03-05。把B列设为“文本”，照原样重新填。",
        ),
        ("作者", 42, "C2 作者是数字42。请填写名字。"),
    ],
)
def test_cells_that_are_refused(title: str, cell: Any, sentence: str) -> None:
    assert parsed(title, cell) == sentence


def test_identifiers_of_a_text_file_written_by_a_spreadsheet() -> None:
    row = ['="0012"', "书", "", ID, "", "", "", ""]
    assert parsed("索书号", "", csv(TITLES, row)) == "0012"
    assert parsed("保管人身份证号", "", csv(TITLES, row)) == ID


def test_one_damaged_number_makes_the_others_that_end_in_zeros_doubtful() -> None:
    rows = [
        [f"001{n}", "书", "", number, "", "", "", ""] for n, number in enumerate(["513434199001011000", ID])
    ]
    alone = parse_grid(read_grid(csv(TITLES, *rows), SHELF), SHELF.columns)
    assert [row.values.get("keeper") for row in alone] == ["513434199001011000", ID]
    rows.append(["0019", "书", "", "513434199001012000", "", "", "", ""])
    beside = parse_grid(read_grid(csv(TITLES, *rows), SHELF), SHELF.columns)
    assert [row.values.get("keeper") for row in beside] == [None, ID, None]


FILLERS = [
    "无",
    "/",
    "-",
    "0",
    "同上",
    "〃",
    "空",
    "NULL",
    "暂无",
    "不详",
    "未知",
    "N/A",
    "none",
    "—",
    "…",
    "０",
]


@given(
    st.sampled_from(["书名", "作者", "索书号", "保管人身份证号", "购入日期", "类别"]),
    st.sampled_from(FILLERS),
)
def test_a_filler_is_no_name_no_text_no_number_no_day(title: str, filler: str) -> None:
    column = next(column for column in SHELF.columns if column.title == title)
    found = parser_of(column, "B")(filler)
    assert isinstance(found, Bad)
    assert found.sentence.endswith("。")


@pytest.mark.parametrize(
    ("title", "cell", "sentence"),
    [
        ("作者", "同上", "C2 作者填的是“同上”，不是名字。请照实填写。"),
        ("作者", "吉\u2ee2", "C2 作者第2个字“\u2ee2”是部首或旧系统的自造字，别的电脑认不出，应是“马”。请重新输入这个字。"),
        ("作者", "刘\ue863", "C2 作者第2个字“\ue863”是部首或旧系统的自造字，别的电脑认不出，应是“䶮”。请重新输入这个字。"),
        ("书名", "\ue5e5书", "B2 书名第1个字“\ue5e5”是部首或旧系统的自造字，别的电脑认不出。请照证件重新输入这个字。"),
        ("书名", 0.0, "B2 书名是数字0。公式得出的文字可能没有存下来，请直接填写内容；没有内容就空着。"),
        ("册数", "同上", "H2 册数填的是“同上”。没有内容就空着，要清掉原来的内容请填“（清空）”。"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_told(title: str, cell: Any, sentence: str) -> None:
    assert parsed(title, cell) == sentence


def test_marks_that_nobody_sees_are_dropped() -> None:
    assert parsed("作者", "阿\u200d尔\u202e·\ufe0f木呷\u2060") == "阿尔·木呷"
    assert parsed("书名", "\ufeff乡村\u00ad振兴\U000e0100") == "乡村振兴"
    assert parsed("册数", "0") == 0
