"""Only the listed reasons leave a member out of those who should attend, also in the month's grid."""

import io
import re
from uuid import uuid4

import lxml.html
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from tests.world import World
from zhibu.core.access import Refused
from zhibu.meetings.models import Attendance
from zhibu.meetings.rules.attendance import EXCUSE_LABELS, LOST, Excuse, excuse_of
from zhibu.months.rules.cells import read_status
from zhibu.months.tests.month_steps import MONTH, book, entered, opened, submitted

FREE = ("出国旅游十天", "失去联系", "外出务工", "家里有事", "long", "无", "")


@pytest.mark.parametrize("reason", FREE)
def test_another_reason_in_the_grid_is_refused_and_the_member_stays_counted(
    world: World, reason: str
) -> None:
    row, member = opened(world), world.members_a1[1]
    meeting = book(row).held[0].pk
    answer = entered(world, row, member, {"status": "excused", "reason": reason}, cell=str(meeting))
    assert answer.outcome == "refused"
    assert "只有这几种" in answer.sentence and "出国（境）半年以上" in answer.sentence
    assert Attendance.objects.get(meeting=meeting, member=member).status == "present"


@pytest.mark.parametrize("excuse", [each for each in Excuse if each != Excuse.SUSPENDED])
def test_a_listed_reason_is_taken_by_its_words_and_kept_as_its_code(world: World, excuse: Excuse) -> None:
    row, member = opened(world), world.members_a1[1]
    meeting = book(row).held[0].pk
    value = {"status": "excused", "reason": EXCUSE_LABELS[excuse]}
    assert entered(world, row, member, value, cell=str(meeting)).outcome == "done"
    line = Attendance.objects.get(meeting=meeting, member=member)
    assert (line.status, line.reason, line.has_vote) == ("excused", str(excuse), False)
    assert entered(world, row, member, {**value, "reason": str(excuse)}, cell=str(meeting)).outcome == "same"


def test_a_suspended_standing_is_told_by_the_books_alone(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    meeting = book(row).held[0].pk
    for reason in ("停止党籍", "suspended"):
        answer = entered(world, row, member, {"status": "excused", "reason": reason}, cell=str(meeting))
        assert (answer.outcome, "没有停止党籍" in answer.sentence) == ("refused", True)
    assert Attendance.objects.get(meeting=meeting, member=member).status == "present"


def test_the_page_offers_the_listed_reasons_and_the_plain_form_takes_one(world: World) -> None:
    row, member, client = opened(world), world.members_a1[1], world.client("secretary_a1")
    meeting = book(row).held[0]
    page = client.get(reverse("months:month", args=[world.a1.pk, MONTH]))
    text = page.content.decode()
    for excuse, label in EXCUSE_LABELS.items():
        assert (f'<option value="{label}">' in text) is (excuse != Excuse.SUSPENDED)
    assert 'list="excuses"' in text
    data = {f"m{meeting.pk}-{member.pk}": "excused", f"reason-{member.pk}": EXCUSE_LABELS[Excuse.ABROAD]}
    url = reverse("months:month_operations", args=[world.a1.pk, MONTH])
    told = client.post(url, {**data, "page": str(page.context["token"])}, follow=True)
    assert Attendance.objects.get(meeting=meeting, member=member).reason == "abroad"
    assert EXCUSE_LABELS[Excuse.ABROAD] in told.content.decode()
    told = client.post(url, {**data, f"reason-{member.pk}": "走亲戚", "page": str(uuid4())}, follow=True)
    assert "只有这几种" in told.content.decode()
    assert Attendance.objects.get(meeting=meeting, member=member).reason == "abroad"


def test_a_month_with_an_older_free_reason_is_not_handed_in(world: World) -> None:
    row, member = opened(world), world.members_a1[1]
    line = Attendance.objects.get(meeting=book(row).held[0], member=member)
    Attendance.objects.filter(pk=line.pk).update(status="excused", reason="外出务工", has_vote=False)
    with pytest.raises(Refused, match="不在列出的几种里") as refusal:
        submitted(world, row)
    assert refusal.value.params == {"name": member.name, "reason": "外出务工"}
    Attendance.objects.filter(pk=line.pk).update(reason="retired_home")
    assert submitted(world, row).state == "submitted"


@given(st.text(max_size=30) | st.sampled_from([*EXCUSE_LABELS.values(), *EXCUSE_LABELS]))
def test_whatever_is_typed_is_a_listed_reason_or_refused(text: str) -> None:
    try:
        cell = read_status({"status": "excused", "reason": text})
    except Refused:
        assert excuse_of(text) is None
    else:
        assert cell.reason in set(Excuse)


def test_who_is_lost_stands_absent_in_words_on_page_and_paper(world: World) -> None:
    row, member, client = opened(world), world.members_a1[1], world.client("secretary_a1")
    meeting = book(row).held[0]
    line = Attendance.objects.filter(meeting=meeting, member=member)
    line.update(status="absent", reason=LOST)
    minutes = client.get(reverse("meetings:minutes_print", args=[meeting.pk])).content
    pages = PdfDocument(io.BytesIO(minutes))
    paper = "".join(page.get_textpage().get_text_range() for page in pages)
    sheet = client.get(reverse("months:month", args=[world.a1.pk, MONTH]))
    attendance = client.get(reverse("meetings:attendance", args=[meeting.pk]))
    for shown in (seen(sheet.content), seen(attendance.content), re.sub(r"\s", "", paper)):
        assert "失去联系" in shown
        assert LOST not in shown


def seen(page: bytes) -> str:
    """What a person reads on a page: its text, and what stands in its fields."""
    document = lxml.html.fromstring(page.decode())
    return "\n".join([document.text_content(), *document.xpath("//input[not(@type='hidden')]/@value")])
