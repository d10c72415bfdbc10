"""The job that prints an order: its files, its problems, and whose it is."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.browser.paper import page_count, page_text
from tests.world import NOW, TODAY, World, make_member
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet
from zhibu.certificates.summaries.copies import verify
from zhibu.certificates.tasks import print_booklets
from zhibu.core.access import Refused
from zhibu.members.actions import set_photo
from zhibu.members.models import Member
from zhibu.rulebook.models import PolicyVersion

pytestmark = pytest.mark.dated

RARE = "\U0002b740"


class Desk:
    """A job's progress that keeps what it is told."""

    job_id = "test"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.steps: list[tuple[int, int, str]] = []
        self.problems: list[tuple[str, str]] = []

    def step(self, done: int, total: int, note: str = "") -> None:
        self.steps.append((done, total, note))

    def problem(self, who: str, what: str) -> None:
        self.problems.append((who, what))

    def folder(self) -> Path:
        return self.path


def codes_of(pdf: bytes) -> list[str]:
    """What a scanner reads on page 1 of each booklet."""
    document = pypdfium2.PdfDocument(pdf)
    pictures = [document[n].render(scale=2).to_pil() for n in range(2, len(document), 36)]
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def order(
    world: World, *, by: str = "county_organizer", layout: str = "pages", member: Member | None = None
) -> dict[str, str]:
    """An order for the whole county, or for one member, as the job's params."""
    scope = world.scope(by)
    place = member.branch if member else world.county
    actions.number_members(by=scope, organization=place, on=TODAY)
    batch = actions.prepare_booklets(
        by=scope, organization=place, issue_date=TODAY, layout=layout, on=TODAY, member=member
    )
    return {"batch_id": str(batch.pk)}


def test_each_branch_gets_a_file_and_every_code_verifies(world: World, tmp_path: Path) -> None:
    make_member(branch=world.b1, name="李强")
    desk = Desk(tmp_path)
    result = print_booklets(desk, world.scope("county_organizer"), order(world))
    assert result.name == "凉县党员证20261124.zip"
    assert result.file is not None
    with zipfile.ZipFile(result.file) as archive:
        assert archive.namelist() == [
            "001阿市镇党委/001尔木村党支部.pdf",
            "002巴市镇党委/001团结村党支部.pdf",
        ]
        first = archive.read("001阿市镇党委/001尔木村党支部.pdf")
    assert page_count(first) == 3 * 36
    assert desk.steps == [(0, 4, ""), (3, 4, "尔木村党支部"), (4, 4, "团结村党支部")]
    assert desk.problems == []
    codes = codes_of(first)
    assert len(codes) == 3
    for address, booklet in zip(codes, Booklet.objects.order_by("certificate__number"), strict=False):
        start, token = address.rsplit("/", 1)
        assert start == f"{settings.SITE_URL}/v"
        found = verify(token, on=TODAY)
        assert (found.number, found.serial) == (booklet.certificate.number, booklet.serial)


def test_one_branch_is_one_pdf_named_for_it(world: World, tmp_path: Path) -> None:
    result = print_booklets(Desk(tmp_path), world.scope("county_organizer"), order(world, layout="stitched"))
    assert result.name == "凉县党员证拼版20261124.pdf"
    assert result.file is not None
    assert page_count(result.file.read_bytes()) == 3 * 18


def test_one_member_is_printed_alone_with_the_photo(world: World, tmp_path: Path) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (400, 500), (20, 90, 160)).save(photo, "JPEG")
    member = world.members_a1[0]
    set_photo(by=world.scope("county_organizer"), member=member, image=photo.getvalue(), on=TODAY)
    result = print_booklets(Desk(tmp_path), world.scope("county_organizer"), order(world, member=member))
    assert result.name == "吉则日果党员证20261124.pdf"
    assert result.file is not None
    page = "".join(page_text(result.file.read_bytes(), 9).split())
    assert "吉则日果" in page
    assert "26×32毫米" not in page
    assert "演示样证" in page


def test_a_name_beyond_the_fonts_is_told_and_does_not_stop_the_rest(world: World, tmp_path: Path) -> None:
    make_member(branch=world.a1, name=f"王{RARE}伟")
    desk = Desk(tmp_path)
    result = print_booklets(desk, world.scope("county_organizer"), order(world))
    assert [who for who, _ in desk.problems] == [f"王{RARE}伟"]
    assert "U+2B740" in desk.problems[0][1]
    assert "1人的姓名有字库缺字" in result.sentence
    assert result.file is not None
    with zipfile.ZipFile(result.file) as archive:
        assert "缺字名单.xlsx" in archive.namelist()
        assert page_count(archive.read("001阿市镇党委/001尔木村党支部.pdf")) == 4 * 36


def test_running_it_again_gives_the_same_codes(world: World, tmp_path: Path) -> None:
    params = order(world)
    codes = []
    for run in ("first", "second"):
        (tmp_path / run).mkdir()
        result = print_booklets(Desk(tmp_path / run), world.scope("county_organizer"), params)
        assert result.file is not None
        codes.append(codes_of(result.file.read_bytes()))
    assert codes[0] == codes[1]
    assert len(set(codes[0])) == 3


def test_an_owner_who_lost_the_place_gets_nothing(world: World, tmp_path: Path) -> None:
    params = order(world, by="organizer_ashi", member=world.members_a1[0])
    assert print_booklets(Desk(tmp_path), world.scope("organizer_ashi"), params).file
    for other in ("organizer_bashi", "secretary_a2", "nobody"):
        with pytest.raises(Refused, match="找不到这次打印"):
            print_booklets(Desk(tmp_path), world.scope(other), params)


def decide(**values: str) -> None:
    """The county's booklet policy, confirmed and in force."""
    PolicyVersion.objects.create(
        policy="booklet",
        number=1,
        values=values,
        effective_from=date(2026, 1, 1),
        state="confirmed",
        drafted_at=NOW,
    )


def test_what_the_county_decides_is_printed(world: World, tmp_path: Path) -> None:
    decide(edition="2027年第2版", yi_lines="入党誓词=ꆈꌠꉙ；党员权利＝ꆈꌠ", emblem="emblem.svg")
    with pytest.raises(Refused, match=r"emblem\.svg"):
        print_booklets(Desk(tmp_path), world.scope("county_organizer"), order(world))
    folder = Path(settings.VAR) / "print"
    folder.mkdir(exist_ok=True)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
    (folder / "emblem.svg").write_text(drawing, "utf-8")
    result = print_booklets(Desk(tmp_path), world.scope("county_organizer"), _reorder(world))
    assert result.file is not None
    made = result.file.read_bytes()
    assert "党徽位置" not in page_text(made, 0)
    assert "ꆈꌠꉙ" in page_text(made, 3)
    assert "ꆈꌠ" in page_text(made, 4)
    assert "2027年第2版" in page_text(made, 10)


def test_reading_does_not_grow_with_members(world: World, tmp_path: Path) -> None:
    counted = []
    for more in (0, 12):
        for _ in range(more):
            make_member(branch=world.a1)
        params = order(world) if not more else _reorder(world)
        with CaptureQueriesContext(connection) as queries:
            print_booklets(Desk(tmp_path), world.scope("county_organizer"), params)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def _reorder(world: World) -> dict[str, str]:
    """A further order for everyone, those already printed included."""
    scope = world.scope("county_organizer")
    actions.number_members(by=scope, organization=world.county, on=TODAY)
    batch = actions.prepare_booklets(
        by=scope, organization=world.county, issue_date=TODAY, layout="pages", on=TODAY, again=True
    )
    return {"batch_id": str(batch.pk)}
