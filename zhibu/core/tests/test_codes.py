"""Code tables and the words offices write instead."""

import pytest

from zhibu.core import codes


@pytest.mark.parametrize(
    ("table", "written", "shown"),
    [
        ("education", "高中", "普通高级中学教育"),
        ("education", "大专", "大学专科教育"),
        ("ethnic_group", "彝", "彝族"),
        ("member_stage", "正式", "正式党员"),
        ("dues_category", "农民", "农民党员"),
    ],
)
def test_everyday_words_lead_to_a_code(table: str, written: str, shown: str) -> None:
    assert codes.label(table, codes.aliases(table)[written]) == shown


def test_every_alias_leads_to_a_code_of_its_table() -> None:
    tables = ("education", "ethnic_group", "member_stage", "sex", "dues_category")
    assert all(set(codes.aliases(table).values()) <= codes.table(table).keys() for table in tables)


def test_schooling_in_everyday_words_never_claims_a_graduation() -> None:
    assert {code[1] for code in codes.aliases("education").values()} == {"0"}
