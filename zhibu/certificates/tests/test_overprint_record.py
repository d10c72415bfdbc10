"""What is remembered of an overprint, differences, pages to stick in."""

import pypdfium2
import pytest
from django.urls import reverse

from tests.days import dotted
from tests.overprints import (
    MM,
    calibrated,
    copy_of,
    entries,
    page_url,
    plans,
    record,
    reward,
    text_of,
)
from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.models import Booklet, Overprint
from zhibu.certificates.rules.overprint.layouts import LAYOUTS
from zhibu.certificates.rules.overprint.lines import Mark, Status
from zhibu.certificates.summaries.overprint import copy_sheets, source_of
from zhibu.core.access import Refused

REWARDS = LAYOUTS["rewards"]


def test_confirming_twice_records_once(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    wanted = entries(copy, "rewards")
    by = world.scope("organizer_ashi")
    assert actions.record_overprint(by=by, entries=wanted, on=TODAY) == 1
    assert actions.record_overprint(by=by, entries=wanted, on=TODAY) == 0
    assert Overprint.objects.count() == 1
    (found,) = AuditRecord.objects.filter(event="certificates.overprint.recorded")
    assert found.data == {"page": "rewards", "lines": [1]}


def test_a_place_that_is_taken_is_not_recorded_again(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    record(world, "rewards")
    other = actions.Entry(copy.pk, "rewards", 1, "reward:other", "别的", Mark.NEW)
    free = actions.Entry(copy.pk, "rewards", 2, "reward:new", "新的", Mark.NEW)
    with pytest.raises(Refused, match="第1行已经登记印过别的内容"):
        actions.record_overprint(by=world.scope("organizer_ashi"), entries=[free, other], on=TODAY)
    assert Overprint.objects.count() == 1


def test_what_was_printed_is_recorded_although_the_ledger_changed_meanwhile(world: World) -> None:
    copy = copy_of(world)
    given = reward(world, "优秀共产党员")
    client = world.client("organizer_ashi")
    calibrated(world)
    (plan,) = plans(client, page_url(world, "rewards"))
    given.title = "优秀党务工作者"
    given.save()
    client.post(reverse("certificates:overprint_record"), {"plan": plan})
    assert "优秀共产党员" in Overprint.objects.get(booklet=copy).text
    page = client.get(page_url(world, "rewards")).content.decode()
    assert "印的与台账不一致" in page
    assert f"证本上：{dotted(TODAY)}，优秀共产党员，" in page
    assert f"台账里：{dotted(TODAY)}，优秀党务工作者，" in page


def test_a_voided_copy_takes_no_record(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    wanted = entries(copy, "rewards")
    Booklet.objects.filter(pk=copy.pk).update(state="voided")
    with pytest.raises(Refused, match="已经作废"):
        actions.record_overprint(by=world.scope("organizer_ashi"), entries=wanted, on=TODAY)
    assert not Overprint.objects.exists()


def test_a_plan_of_another_person_or_altered_is_refused(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    calibrated(world)
    (plan,) = plans(world.client("organizer_ashi"), page_url(world, "rewards"))
    url = reverse("certificates:overprint_record")
    for person, text in (("county_organizer", plan), ("organizer_ashi", plan + "x"), ("organizer_ashi", "")):
        answer = world.client(person).post(url, {"plan": text})
        assert answer.status_code == 409
        assert "这份打印预览已经过期" in answer.content.decode()
    assert not Overprint.objects.exists()


def test_a_difference_is_mended_by_hand(world: World) -> None:
    copy = copy_of(world)
    given = reward(world, "优秀共产党员")
    record(world, "rewards")
    given.reversed_on = TODAY
    given.save()
    client = world.client("organizer_ashi")
    url = page_url(world, "rewards")
    assert "台账里已经没有这一行" in client.get(url).content.decode()
    for _click in range(2):
        answer = client.post(
            reverse("certificates:overprint_mending", args=[world.members_a1[0].pk, "rewards"]),
            {"key": f"reward:{given.pk}"},
        )
        assert answer.status_code == 303
    assert not copy_sheets([copy], REWARDS)[0].sheet.differences
    assert AuditRecord.objects.filter(event="certificates.overprint.mended").count() == 1
    row = Overprint.objects.get(booklet=copy)
    assert (row.mended_how, row.mended_text) == ("hand", "")
    assert "优秀共产党员" in row.text


def test_only_a_difference_can_be_mended(world: World) -> None:
    copy = copy_of(world)
    given = reward(world, "优秀共产党员")
    record(world, "rewards")
    with pytest.raises(Refused, match="没有出入"):
        actions.mend_by_hand(
            by=world.scope("organizer_ashi"), booklet=copy, page="rewards", key=f"reward:{given.pk}", on=TODAY
        )


def test_a_page_over_a_difference_is_printed_whole_from_the_ledger(world: World) -> None:
    copy = copy_of(world)
    wrong = reward(world, "优秀共产党员")
    reward(world, "优秀党务工作者")
    record(world, "rewards")
    wrong.title = "优秀共产党员标兵"
    wrong.save()
    client = world.client("organizer_ashi")
    (plan,) = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:continuation_file"), {"plan": plan})
    text = text_of(answer.content)
    source = source_of("rewards")
    assert source is not None
    for line in source([world.members_a1[0].pk])[world.members_a1[0].pk]:
        assert all(field.replace(" ", "") in text for field in line.fields)
    assert "更正页，贴在第23页" in text
    assert copy.certificate.number[:3] in text
    assert client.post(reverse("certificates:overprint_record"), {"plan": plan}).status_code == 303
    (found,) = copy_sheets([copy], REWARDS)
    assert [spot.status for spot in found.sheet.spots] == [Status.MENDED, Status.SAME]


def test_lines_past_the_last_page_go_onto_a_continuation_page(world: World) -> None:
    copy = copy_of(world)
    for n in range(16):
        reward(world, f"第{n + 1}次表彰")
    client = world.client("organizer_ashi")
    calibrated(world)
    own, more = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:continuation_file"), {"plan": more})
    sheet = pypdfium2.PdfDocument(answer.content)[0]
    assert [round(size * MM) for size in sheet.get_size()] == [297, 210]
    text = text_of(answer.content)
    assert "续页1" in text
    assert "第15次表彰" in text
    assert "第16次表彰" in text
    assert "第14次表彰" not in text
    for plan in (own, more):
        client.post(reverse("certificates:overprint_record"), {"plan": plan})
    assert list(Overprint.objects.order_by("line").values_list("line", flat=True)) == list(range(1, 17))
    reward(world, "第17次表彰")
    (again,) = plans(client, page_url(world, "rewards"))
    text = text_of(client.post(reverse("certificates:continuation_file"), {"plan": again}).content)
    assert "第15次表彰" in text  # the same page whole, to be stuck over the old one
    assert "第17次表彰" in text
    assert not copy_sheets([copy], REWARDS)[0].sheet.differences
