"""四议两公开: notices with place and days, on paper, and files of the steps."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.access_matrix.meetings import matter
from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Refused
from zhibu.meetings import actions
from zhibu.meetings.actions.village_files import attach_step_file, open_step_file
from zhibu.meetings.models import VillageFile, VillageMatter
from zhibu.meetings.prints.notices import notice_pdf
from zhibu.meetings.rules.village import Step
from zhibu.meetings.summaries.pages import matter_page
from zhibu.meetings.tests.test_pages import AT, paper, text_of

pytestmark = pytest.mark.dated

PHOTO = b"\xff\xd8\xff\xe0photo"


def decided(world: World) -> VillageMatter:
    """Four meetings and the notice of the resolution, hung up for seven days."""
    by = world.scope("secretary_a1")
    row = actions.open_matter(by=by, branch=world.a1, title="修路", opened_on=date(2026, 3, 1), on=TODAY)
    for number in (1, 2, 3, 4):
        step = Step(number, date(2026, 3, number), 28, 30, 26)
        actions.record_step(by=by, matter=row, step=step, minutes="内部意见", on=TODAY)
    notice = Step(5, date(2026, 3, 5), place="村务公开栏", until=date(2026, 3, 11))
    actions.record_step(by=by, matter=row, step=notice, minutes="无异议", on=TODAY)
    return VillageMatter.objects.select_related("branch").get(pk=row.pk)


def test_a_notice_says_where_and_how_long(world: World) -> None:
    row = decided(world)
    assert matter_page(row).findings == []
    text = text_of(world.client("inspector"), "meetings:matter", row.pk)
    assert "在村务公开栏公开到2026-03-11，共7天" in text
    with pytest.raises(Refused, match="早于开始公开的"):
        actions.record_step(
            by=world.scope("secretary_a1"),
            matter=row,
            step=Step(6, date(2026, 5, 2), place="公开栏", until=date(2026, 5, 1)),
            minutes="完工",
            on=TODAY,
        )
    actions.record_step(
        by=world.scope("secretary_a1"), matter=row, step=Step(6, date(2026, 5, 2)), minutes="完工", on=TODAY
    )
    assert [str(each) for each in matter_page(row).findings] == ["第6步没有写明公开地点和公开到哪天。"]


def test_the_notice_on_paper_tells_figures_and_no_minutes(world: World) -> None:
    row = decided(world)
    told = paper(notice_pdf(matter_page(row), row, number=5, printed_by="阿措克布", at=AT))
    for words in (
        "决议公告",
        "修路",
        "党员大会审议",
        "应到30人，实到28人，赞成26人",
        "村务公开栏",
        "（7天）",
    ):
        assert words in told
    assert "内部意见" not in told
    result = paper(notice_pdf(matter_page(row), row, number=6, printed_by="阿措克布", at=AT))
    assert "实施结果公告" in result
    assert "决议公开" in result


def test_photos_of_a_step_are_kept_once_encrypted_and_every_download_is_recorded(world: World) -> None:
    row = matter(world)
    client = world.client("secretary_a1")
    url = reverse("meetings:step_files", args=[row.pk, 1])
    bad = client.post(url, {"file": SimpleUploadedFile("公开.jpg", b"MZ\x90")})
    assert "只能上传JPG、PNG照片或PDF文件" in bad.content.decode()
    for _again in range(2):
        assert client.post(url, {"file": SimpleUploadedFile("公开.jpg", PHOTO)}).status_code == 303
    file = VillageFile.objects.select_related("step__matter__branch").get()
    assert PHOTO not in bytes(file.content)
    assert open_step_file(by=world.scope("inspector"), file=file) == PHOTO
    record = AuditRecord.objects.get(event="meetings.village_file.downloaded")
    assert record.data == {"file": file.pk}
    with pytest.raises(Refused, match="第4步还没有登记"):
        attach_step_file(
            by=world.scope("secretary_a1"), matter=row, number=4, name="x", content=PHOTO, on=TODAY
        )
    assert "公开.jpg" in text_of(client, "meetings:matter", row.pk)
