"""Study hours of meetings that teach: for everyone who came, kept with the meeting."""

import pytest
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.core.access import Refused
from zhibu.meetings import actions
from zhibu.meetings.actions import HeldMeeting, enter_held_meetings
from zhibu.meetings.models import Meeting, MeetingsLock
from zhibu.meetings.tests.cases import DAY


def planned(world: World, kind: str = "party_class") -> Meeting:
    """A meeting of A1 that was only planned."""
    return actions.plan_meeting(by=world.scope("secretary_a1"), branch=world.a1, kind=kind, day=DAY, on=TODAY)


def test_hours_are_kept_when_the_meeting_is_registered_as_held(world: World) -> None:
    clerk, meeting = world.client("secretary_a1"), planned(world)
    page = clerk.get(reverse("meetings:hold", args=[meeting.pk])).content.decode()
    assert 'name="study_tenths"' in page
    wrong = clerk.post(reverse("meetings:hold", args=[meeting.pk]), {"study_tenths": "一点五"})
    assert "学时请写成2或者1.5这样" in wrong.content.decode()
    clerk.post(reverse("meetings:hold", args=[meeting.pk]), {"study_tenths": "1.5"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.study_tenths) == ("held", 15)
    assert "到会的每人1.5学时" in clerk.get(reverse("meetings:meeting", args=[meeting.pk])).content.decode()


def test_hours_are_mended_until_the_month_is_sealed(world: World) -> None:
    by = world.scope("secretary_a1")
    meeting = actions.hold_meeting(by=by, meeting=planned(world), on=TODAY, study_tenths=20)
    clerk, url = world.client("secretary_a1"), reverse("meetings:edit", args=[meeting.pk])
    assert 'value="2"' in clerk.get(url).content.decode()
    clerk.post(url, {"day": DAY.isoformat(), "title": "党课", "study_tenths": "3"})
    meeting.refresh_from_db()
    assert meeting.study_tenths == 30
    MeetingsLock.objects.create(branch=world.a1, month=DAY.year * 100 + DAY.month, locked_at=meeting.at)
    told = clerk.post(url, {"day": DAY.isoformat(), "title": "党课", "study_tenths": "8"}).content.decode()
    assert "封存" in told
    meeting.refresh_from_db()
    assert meeting.study_tenths == 30


def test_a_meeting_that_teaches_nothing_keeps_no_hours(world: World) -> None:
    meeting = planned(world, "organizational_life_meeting")
    assert (
        "study_tenths"
        not in world.client("secretary_a1").get(reverse("meetings:hold", args=[meeting.pk])).content.decode()
    )
    with pytest.raises(Refused, match="不记学时"):
        actions.hold_meeting(by=world.scope("secretary_a1"), meeting=meeting, on=TODAY, study_tenths=10)
    with pytest.raises(Refused, match="在0到8之间"):
        actions.hold_meeting(
            by=world.scope("secretary_a1"), meeting=planned(world), on=TODAY, study_tenths=90
        )


def test_meetings_taken_over_together_keep_their_hours(world: World) -> None:
    enter_held_meetings(
        by=world.scope("secretary_a1"),
        meetings=[HeldMeeting(world.a1, "theme_party_day", DAY, study_tenths=20)],
        on=TODAY,
    )
    assert Meeting.objects.get().study_tenths == 20
