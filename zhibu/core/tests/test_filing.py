"""Whatever people call a thing, its file and its worksheet can be opened."""

import io

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from zhibu.core.filing import FILE_LENGTH, SHEET_LENGTH, file_name, sheet_name

AWKWARD = st.text(alphabet="[]:*?/\\' .-历史年historyHISTORY\x00\x1f\ud800\ufffe𠮷\u202e", max_size=60)


@given(st.text(max_size=60) | AWKWARD)
def test_every_worksheet_name_is_accepted_and_read_again(text: str) -> None:
    name = sheet_name(text)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet(name)
    assert openpyxl.load_workbook(io.BytesIO(out.getvalue())).sheetnames == [name]
    assert 0 < len(name.encode("utf-16-le")) // 2 <= SHEET_LENGTH
    assert not set(name) & set("[]:*?/\\")
    assert name.strip("' ") == name
    assert name.lower() != "history"


@given(st.text(max_size=200) | AWKWARD)
def test_every_file_name_can_be_saved(text: str) -> None:
    name = file_name(f"{text}.pdf")
    assert name.endswith(".pdf")
    assert not set(name) & set('<>:"/\\|?*\x00\x1f')
    assert len(name.encode()) <= FILE_LENGTH + 5
    assert name[0] not in " ."


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("十月[支部]:党费*?/\\", "十月-支部--党费"),
        ("'带引号'", "带引号"),
        ("History", "History_"),
        ("阿" * 40, "阿" * 31),
        ("𠮷" * 20, "𠮷" * 15),
        ("", "表格"),
    ],
)
def test_a_worksheet_keeps_what_it_can_of_its_name(text: str, name: str) -> None:
    assert sheet_name(text) == name
