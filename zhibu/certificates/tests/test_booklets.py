"""What stands in a booklet, page by page, and that every name fits."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from tests.browser.paper import page_count, page_text, qr_codes
from zhibu.certificates.prints.booklets import (
    PAGES,
    Batch,
    BookletData,
    BookletSettings,
    Branch,
    preview,
    render_branch,
    whole_booklets,
)
from zhibu.certificates.prints.files import write_files
from zhibu.certificates.rules.copies import Claim
from zhibu.certificates.tokens import make_token, read_token, sign_claim
from zhibu.core.db import key_ring
from zhibu.printing.engine import PrintError

pytestmark = pytest.mark.dated

ISSUED = date(2026, 11, 24)
CLAIM = Claim("0050110153", 1, ISSUED)
RARE = "\U0002b740"
SETTINGS = BookletSettings(
    title="中国共产党党员证", issuer="中共越西县委组织部", edition="2026年第1版", printed_on=ISSUED
)
BOOK = BookletData(
    number=CLAIM.number,
    serial=1,
    issue_date=ISSUED,
    issuer="中共越西县委组织部",
    name="吉则日果",
    sex="女",
    ethnic_group="彝族",
    birth_month="1984年3月",
    native_place="四川越西",
    join_date=date(2009, 6, 28),
    confirmation_date=date(2010, 6, 28),
    branch_name="中共越西县普雄镇尔木村支部委员会",
    is_probationary=False,
    is_synthetic=False,
    verify_url="https://zhibu.example.gov.cn/v/" + make_token(CLAIM, *sign_claim(CLAIM)),
)
LONGEST = replace(
    BOOK,
    name="阿苏·拉且木乃日布" * 4 + "卓木呷子",
    native_place="四川省凉山彝族自治州越西县普雄镇尔木村二组" * 2 + "四川省凉山彝族自治州越西县",
    branch_name="中共越西县" + "很长的支部名称" * 9 + "第一联合支部委员会",
    ethnic_group="穿青人（未识别）",
)


def texts(pdf: bytes) -> list[str]:
    """The text of each page without spaces and line ends."""
    return ["".join(page_text(pdf, n).split()) for n in range(page_count(pdf))]


def inner(pages: list[str], number: int) -> str:
    """The text of an inner page by its printed number."""
    return pages[number + 1]


def test_a_booklet_has_its_cover_and_32_inner_pages() -> None:
    pages = texts(render_branch([BOOK], SETTINGS, "pages"))
    assert len(pages) == PAGES == 36
    assert pages[0] == "党徽位置由县里提供官方矢量图中国共产党党员证中共越西县委组织部"
    assert pages[1] == pages[34] == pages[35] == ""
    titles = {
        2: "入党誓词",
        3: "党员权利",
        5: "党员义务",
        8: "持证党员",
        9: "发证记录",
        10: "组织关系转接",
        21: "流动登记",
        22: "流动登记",
        23: "奖励记录",
        25: "处分和组织处置",
        27: "学时和民主评议",
        28: "年度审验",
        29: "季度督查",
        30: "备注",
        31: "使用说明",
    }
    assert {n: inner(pages, n)[: len(title)] for n, title in titles.items()} == titles
    assert all(inner(pages, n).endswith(str(n)) for n in range(1, 33))


def test_pages_of_the_person_say_who_and_nothing_more() -> None:
    pages = texts(render_branch([BOOK], SETTINGS, "pages"))
    assert "005-011-015-3" in inner(pages, 1)
    assert "第01本" in inner(pages, 1)
    for fact in (
        "吉则日果",
        "女",
        "彝族",
        "1984年3月",
        "四川越西",
        "2009年6月28日",
        "2010年6月28日",
        BOOK.branch_name,
    ):
        assert fact in inner(pages, 8)


def test_years_run_from_the_year_of_issue() -> None:
    pages = texts(render_branch([BOOK], SETTINGS, "pages"))
    for place, year in enumerate(range(2026, 2031)):
        assert inner(pages, 11 + place).startswith(f"党费交纳{year}年")
        assert inner(pages, 16 + place).startswith(f"党员积分{year}年")
        assert f"{year}年" in inner(pages, 28)
        assert str(year) in inner(pages, 29)
    assert "12月" in inner(pages, 15)
    assert inner(pages, 29).count("季度") == 21  # the title and twenty places


def test_notes_say_what_the_booklet_is_not() -> None:
    pages = texts(render_branch([BOOK], SETTINGS, "pages"))
    notes = inner(pages, 31) + inner(pages, 32)
    assert "不能代替组织关系介绍信，不是身份证件" in notes
    for rule in ("不得转借、涂改、抵押", "主题党日", "3日内", "转接组织关系", "要求交回"):
        assert rule in notes


def test_the_code_leads_to_the_verification_of_this_copy() -> None:
    made = render_branch([BOOK], SETTINGS, "pages")
    (address,) = qr_codes(made, pages=3)
    assert address == BOOK.verify_url
    assert read_token(address.rpartition("/")[2], key_ring().public_keys()) == CLAIM


def test_only_probationary_members_get_the_note_on_their_rights() -> None:
    candidate = replace(BOOK, name="王伟", is_probationary=True, confirmation_date=None)
    pages = texts(render_branch([BOOK, candidate], SETTINGS, "pages"))
    assert "除了没有表决权" not in inner(pages[:36], 4)
    assert "除了没有表决权、选举权和被选举权以外" in inner(pages[36:], 4)
    unwanted = replace(SETTINGS, note_for_probationary=False)
    assert "除了没有表决权" not in inner(texts(render_branch([candidate], unwanted, "pages")), 4)


def test_only_synthetic_members_are_marked() -> None:
    sample = replace(BOOK, is_synthetic=True)
    pages = texts(render_branch([BOOK, sample], SETTINGS, "pages"))
    assert not any("演示样证" in page for page in pages[:36])
    assert [n for n, page in enumerate(pages[36:]) if "演示样证" in page] == [0, 2, 9]


def test_a_later_copy_names_the_one_before() -> None:
    pages = texts(render_branch([replace(BOOK, serial=3)], SETTINGS, "pages"))
    assert "第03本" in inner(pages, 9)
    assert "第02本" in inner(pages, 9)
    assert "首次发证" in inner(texts(render_branch([BOOK], SETTINGS, "pages")), 9)


def test_settings_of_the_county_are_printed() -> None:
    own = replace(
        SETTINGS,
        county_prefix="513434",
        title="越西县共产党员证",
        edition="2027年第2版",
        yi_lines=(("入党誓词", "ꆈꌠꉙ"),),
    )
    pages = texts(render_branch([BOOK], own, "pages"))
    assert "越西县共产党员证" in pages[0]
    assert "513434005-011-015-3" in inner(pages, 1)
    assert "ꆈꌠꉙ" in inner(pages, 2)
    assert "2027年第2版" in inner(pages, 9)


def test_an_emblem_file_takes_the_place_of_the_frame(tmp_path: Path) -> None:
    drawing = tmp_path / "emblem.svg"
    drawing.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>',
        "utf-8",
    )
    pages = texts(render_branch([BOOK], replace(SETTINGS, emblem=drawing), "pages"))
    assert pages[0] == "中国共产党党员证中共越西县委组织部"


def test_a_photo_is_printed_where_its_place_was() -> None:
    photo = io.BytesIO()
    Image.new("RGB", (307, 378), (20, 90, 160)).save(photo, "JPEG")
    made = render_branch([replace(BOOK, photo=photo.getvalue())], SETTINGS, "pages")
    assert "26×32毫米" not in inner(texts(made), 8)
    picture = pypdfium2.PdfDocument(made)[9].render(scale=1).to_pil()
    red, green, blue = picture.getpixel((230, 100))
    assert max(abs(red - 20), abs(green - 90), abs(blue - 160)) < 6


@pytest.mark.parametrize(
    "name",
    [
        "李",
        "阿尔·木呷",
        "ꆈꌠꉙꂷ",
        "𠂉伟",
        "欧阳木乃日布",
        "阿苏拉且木乃日布阿卓木呷子",
        "阿苏·拉且木乃日布" * 4 + "卓木呷子",
    ],
)
def test_names_of_every_length_fit(name: str) -> None:
    pages = texts(render_branch([replace(BOOK, name=name), BOOK], SETTINGS, "pages"))
    assert len(pages) == 72
    assert name in inner(pages[:36], 8)
    assert BOOK.name in inner(pages[36:], 8)


def test_the_longest_of_everything_fits_one_page() -> None:
    assert (len(LONGEST.name), len(LONGEST.native_place), len(LONGEST.branch_name)) == (40, 55, 77)
    pages = texts(render_branch([LONGEST, BOOK], SETTINGS, "pages"))
    assert len(pages) == 72
    for fact in (LONGEST.name, LONGEST.native_place, LONGEST.branch_name):
        assert fact in inner(pages[:36], 8)
    document = pypdfium2.PdfDocument(render_branch([LONGEST], SETTINGS, "pages"))[9].get_textpage()
    lowest = min(document.get_charbox(n)[1] for n in range(document.count_chars()))
    assert lowest > 20  # points above the edge: nothing stands in the trim


def test_settings_too_long_for_their_page_are_refused_not_misprinted() -> None:
    with pytest.raises(PrintError, match="too long"):
        render_branch([replace(BOOK, issuer="组织部" * 300)], SETTINGS, "pages")


def test_a_character_beyond_the_fonts_is_left_for_the_pen() -> None:
    page = inner(texts(render_branch([replace(BOOK, name=f"王{RARE}伟")], SETTINGS, "pages")), 8)
    assert RARE not in page
    assert "王伟" in page


def test_assembled_pages_are_those_typst_sets_alone() -> None:
    books = [BOOK, replace(BOOK, name="王伟", number="0050110161")]
    ours, whole = render_branch(books, SETTINGS, "pages"), whole_booklets(books, SETTINGS)
    assert texts(ours) == texts(whole)
    for n in (0, 2, 9, 13, 38, 45):
        pictures = [pypdfium2.PdfDocument(pdf)[n].render(scale=1).to_pil().tobytes() for pdf in (ours, whole)]
        assert pictures[0] == pictures[1]


def test_stitched_sheets_hold_the_pages_of_the_book() -> None:
    book = replace(BOOK, is_synthetic=True)
    pages = texts(render_branch([book], SETTINGS, "pages"))
    sheets = texts(render_branch([book, book], SETTINGS, "stitched"))
    assert len(sheets) == 36  # 9 sheets of two sides each
    assert sheets[0] == sheets[18] == pages[35] + pages[0]
    assert sheets[2] == pages[33] + pages[2]
    assert sheets[17] == pages[17] + pages[18]


def test_a_preview_is_36_pictures() -> None:
    pictures = preview(BOOK, SETTINGS, ppi=36)
    assert len(pictures) == 36


def branch(name: str, *books: BookletData) -> Branch:
    return Branch(folder="001阿市镇党委", name=name, short_name=name[3:], books=books)


def test_several_branches_make_a_zip_with_one_file_each(tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []

    def tick(done: int, total: int, note: str = "") -> None:
        steps.append((done, total, note))

    branches = [
        branch("001尔木村党支部", BOOK, BOOK),
        branch("002白石/村党支部", BOOK),
        branch("001尔木村党支部", BOOK),
    ]
    file, unset = write_files(tmp_path, branches, Batch(SETTINGS, "pages"), total=4, ticker=tick)
    assert unset == []
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert steps == [(2, 4, "尔木村党支部"), (3, 4, "白石/村党支部"), (4, 4, "尔木村党支部")]
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [
            "001阿市镇党委/001尔木村党支部.pdf",
            "001阿市镇党委/002白石-村党支部.pdf",
            "001阿市镇党委/001尔木村党支部（2）.pdf",
        ]
        assert page_count(archive.read("001阿市镇党委/001尔木村党支部.pdf")) == 72


def test_one_branch_is_a_pdf_alone(tmp_path: Path) -> None:
    file, _ = write_files(tmp_path, [branch("001尔木村党支部", BOOK)], Batch(SETTINGS, "stitched"), total=1)
    assert file.suffix == ".pdf"
    assert page_count(file.read_bytes()) == 18
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_names_that_cannot_be_set_are_listed_and_the_rest_is_printed(tmp_path: Path) -> None:
    file, unset = write_files(
        tmp_path,
        [branch("001尔木村党支部", BOOK, replace(BOOK, name=f"王{RARE}伟"))],
        Batch(SETTINGS, "pages"),
        total=2,
    )
    assert [(each.name, each.characters) for each in unset] == [(f"王{RARE}伟", (RARE,))]
    assert "U+2B740" in unset[0].sentence
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["001阿市镇党委/001尔木村党支部.pdf", "缺字名单.xlsx"]
        assert page_count(archive.read("001阿市镇党委/001尔木村党支部.pdf")) == 72
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read("缺字名单.xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][:5] == (1, "尔木村党支部", "005-011-015-3", f"王{RARE}伟", f"{RARE} U+2B740")
