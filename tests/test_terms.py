"""The words on screen are the ones the Party's own papers use, everywhere: pages, prints, codes, guide, sheets."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHOWN = ("*.py", "*.html", "*.typ", "*.toml", "*.csv")
# What must not be said, and what is said in its place.
SAID_INSTEAD = {
    r"立件|立一件|立为一件": "登记问责事项",
    r"党员事项": "党籍和组织处置",
    r"撤职影响期": "撤销党内职务影响期",
    r"取消预备(?!党员资格|期)": "取消预备党员资格",
    r"新党员": "新发展党员",
    r"(?<!寄回)回执(?![联贴])|寄回回执(?![联贴])": "回执联",
    r"关账": "结账",
    r"我的党员信息": "我的党员证",
    r"流动党员管理的意见": "《关于进一步加强和改进流动党员管理工作的意见》",
}


def _texts() -> list[tuple[str, str]]:
    files = [
        path for pattern in SHOWN for path in (ROOT / "zhibu").rglob(pattern) if "tests" not in path.parts
    ]
    files += [
        *(ROOT / "docs" / "guide").glob("*.md"),
        ROOT / "docs" / "operations" / "roles.md",
        ROOT / "README.md",
    ]
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in files]


@pytest.mark.parametrize("wrong", SAID_INSTEAD)
def test_a_term_is_said_one_way_everywhere(wrong: str) -> None:
    found = [
        f"{name}: {text[max(0, hit.start() - 12) : hit.end() + 12]!r}, say {SAID_INSTEAD[wrong]}"
        for name, text in _texts()
        for hit in re.finditer(wrong, text)
    ]
    assert not found
