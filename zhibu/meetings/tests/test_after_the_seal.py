"""What may still be entered when a month is sealed, how it is marked, and what may be taken back."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.world import TODAY, World
from zhibu.core.access import Refused
from zhibu.meetings import actions
from zhibu.meetings.actions.village_files import attach_step_file
from zhibu.meetings.models import Attachment, Decision, Meeting, MeetingsLock, VillageStep
from zhibu.meetings.prints import minutes_pdf
from zhibu.meetings.rules.village import Step
from zhibu.meetings.summaries.pages import meeting_page
from zhibu.meetings.tests.test_ledger import held
from zhibu.meetings.tests.test_pages import AT, paper

pytestmark = pytest.mark.dated

PDF = b"%PDF-1.7 sheet"


def decide(world: World, meeting: Meeting, text: str) -> Decision:
    return actions.record_decision(
        by=world.scope("secretary_a1"), meeting=meeting, text=text, owner_name="王伟", due_on=TODAY, on=TODAY
    )


def attach(world: World, meeting: Meeting, name: str, content: bytes) -> Attachment:
    return actions.attach_file(
        by=world.scope("secretary_a1"), meeting=meeting, name=name, content=content, on=TODAY
    )


def sealed(world: World) -> Meeting:
    """A meeting with a file and a decision, its month sealed an hour later, then one more of each."""
    meeting = held(world, "members_meeting")
    attach(world, meeting, "早.pdf", PDF)
    decide(world, meeting, "清理水渠")
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202611)
    early = timezone.now() - timedelta(hours=2)
    Attachment.objects.update(at=early)
    Decision.objects.update(at=early)
    MeetingsLock.objects.update(locked_at=timezone.now() - timedelta(hours=1))
    attach(world, meeting, "晚.pdf", PDF + b"2")
    decide(world, meeting, "修补水渠")
    return meeting


def test_what_is_added_after_the_seal_is_marked_on_the_page_and_on_paper(world: World) -> None:
    meeting = sealed(world)
    row = Meeting.objects.select_related("branch").get(pk=meeting.pk)
    page = meeting_page(row)
    assert {getattr(each, "name", "") or getattr(each, "text", "") for each in page.late} == {
        "晚.pdf",
        "修补水渠",
    }
    text = world.client("secretary_a1").get(reverse("meetings:meeting", args=[meeting.pk])).content.decode()
    assert text.count("月记封存以后补传，不在封存的内容里") == 1
    assert text.count("补登</small>") == 1
    told = paper(minutes_pdf(page, printed_by="阿措克布", at=AT))
    day = timezone.localdate().isoformat()
    assert f"晚.pdf（月记封存后{day}补）" in told
    assert f"修补水渠（月记封存后{day}补）" in told
    assert "早.pdf（" not in told


def test_what_the_seal_found_is_not_taken_back_and_what_came_later_is(world: World) -> None:
    sealed(world)
    by = world.scope("secretary_a1")
    for file in Attachment.objects.filter(name="早.pdf"):
        with pytest.raises(Refused, match="封存以前登记的不能撤销"):
            actions.remove_attachment(by=by, attachment=file, on=TODAY)
    with pytest.raises(Refused, match="封存以前登记的不能撤销"):
        actions.remove_decision(by=by, decision=Decision.objects.get(text="清理水渠"), on=TODAY)
    actions.remove_attachment(by=by, attachment=Attachment.objects.get(name="晚.pdf"), on=TODAY)
    actions.remove_decision(by=by, decision=Decision.objects.get(text="修补水渠"), on=TODAY)
    # Carrying it out is no correction of the month.
    actions.finish_decision(
        by=by, decision=Decision.objects.get(text="清理水渠"), done_on=TODAY, result="清完了", on=TODAY
    )
    actions.reopen_month(
        by=world.scope("organizer_ashi"), branch=world.a1, month=202611, until=date(2026, 11, 25)
    )
    actions.remove_attachment(by=by, attachment=Attachment.objects.get(name="早.pdf"), on=TODAY)
    assert not Attachment.objects.exists()


def test_a_step_of_a_sealed_month_stays(world: World) -> None:
    by = world.scope("secretary_a1")
    matter = actions.open_matter(by=by, branch=world.a1, title="修路", opened_on=date(2026, 11, 1), on=TODAY)
    actions.record_step(by=by, matter=matter, step=Step(1, date(2026, 11, 2)), minutes="提议", on=TODAY)
    file = attach_step_file(by=by, matter=matter, number=1, name="提议.pdf", content=PDF, on=TODAY)
    with pytest.raises(Refused, match="先删除这一步的附件"):
        actions.remove_step(by=by, matter=matter, number=1, on=TODAY)
    file.delete()
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202611)
    with pytest.raises(Refused, match="封存以前登记的不能撤销"):
        actions.remove_step(by=by, matter=matter, number=1, on=TODAY)
    assert VillageStep.objects.count() == 1


def test_minutes_votes_and_grades_of_a_sealed_month_stay(world: World) -> None:
    meeting = held(world, "democratic_appraisal")
    by = world.scope("secretary_a1")
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202611)
    for change in (
        lambda: actions.write_minutes(
            by=by, meeting=meeting, minutes="改", seen=actions.fingerprint(""), on=TODAY
        ),
        lambda: actions.record_vote(
            by=by, meeting=meeting, motion="年度计划", ayes=3, noes=0, abstained=0, on=TODAY
        ),
        lambda: actions.record_appraisals(
            by=by, meeting=meeting, grades={world.members_a1[0].pk: ("qualified", "")}, on=TODAY
        ),
    ):
        with pytest.raises(Refused, match="2026年11月的月记已经封存"):
            change()
