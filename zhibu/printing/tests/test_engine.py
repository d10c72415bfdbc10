"""The engine sets what it is given, sees nothing else, and says plainly what it cannot do."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.paper import page_count, page_text
from zhibu.printing.checks import check_fonts
from zhibu.printing.engine import PrintError, render
from zhibu.printing.glyphs import MISSING, missing_glyphs, with_boxes


def template(folder: Path, text: str) -> Path:
    (folder / "page.typ").write_text(
        f'#set page(width: 80mm, height: 60mm)\n#set text(font: "Noto Serif SC")\n{text}', "utf-8"
    )
    return folder / "page.typ"


def test_data_and_files_reach_the_page(tmp_path: Path) -> None:
    page = template(tmp_path, '#json("data.json").name #pagebreak() #read("note.txt")')
    made = render(page, {"name": "吉则日果 #evil"}, files={"note.txt": "附页".encode()})
    assert page_count(made) == 2
    assert page_text(made, 0).strip() == "吉则日果 #evil"
    assert page_text(made, 1).strip() == "附页"


def test_a_page_can_be_had_as_a_picture(tmp_path: Path) -> None:
    pictures = render(template(tmp_path, "党"), {}, format="png", ppi=72)
    assert len(pictures) == 1
    assert pictures[0].startswith(b"\x89PNG")


def test_a_template_cannot_read_the_disk(tmp_path: Path) -> None:
    with pytest.raises(PrintError):
        render(template(tmp_path, '#read("/etc/passwd")'), {})
    with pytest.raises(PrintError):
        render(template(tmp_path, '#read("../../etc/passwd")'), {})


def test_a_wrong_template_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PrintError, match="unknown variable"):
        render(template(tmp_path, "#nothing"), {})


def test_missing_fonts_are_named_with_the_way_to_get_them(tmp_path: Path, settings: Any) -> None:
    assert check_fonts(None) == []
    settings.FONT_FOLDER = tmp_path
    (found,) = check_fonts(None)
    assert "NotoSansYi_400Regular.ttf" in found.msg
    assert "make build" in str(found.hint)
    with pytest.raises(PrintError, match="fonts missing"):
        render(template(tmp_path, "党"), {})


def test_han_yi_and_the_middle_dot_can_be_set() -> None:
    assert missing_glyphs("吉则日果·阿尔木呷〇ꆈꌠꉙ𠂉ABC0123") == ()


def test_a_character_beyond_the_fonts_becomes_a_box() -> None:
    name = "王\U0002b740\U000323af伟\U0002b740"
    assert missing_glyphs(name) == ("\U0002b740", "\U000323af")
    assert with_boxes(name) == f"王{MISSING}{MISSING}伟{MISSING}"
    assert with_boxes("王伟") == "王伟"
