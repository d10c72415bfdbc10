"""Organizational life: meetings, who came, votes, decisions, the six steps of a village decision."""

from typing import ClassVar

from django.db import models

from zhibu.core.db import EncryptedTextField
from zhibu.meetings.querysets import OfMeeting, OfVillageMatter, OfVillageStep
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch


class Meeting(models.Model):
    """A meeting or activity of a branch (``rules`` Kind). States: planned, held, canceled.

    ``should_vote``: who should have attended with a vote, counted when it was held. ``study_tenths``: credit hours
    in tenths that everyone who came has studied.
    """

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    month = models.PositiveIntegerField()
    on = models.DateField()
    time = models.TimeField(null=True)
    place = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=80)
    agenda = models.TextField(blank=True, max_length=2000)
    chair = models.CharField(max_length=40, blank=True)
    recorder = models.CharField(max_length=40, blank=True)
    minutes = EncryptedTextField()
    group = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=8, default="planned")
    should_attend = models.PositiveSmallIntegerField(default=0)
    should_vote = models.PositiveSmallIntegerField(default=0)
    study_tenths = models.PositiveSmallIntegerField(default=0)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)

    objects: ClassVar[AtBranch["Meeting"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["branch", "month"], name="meeting_branch_month")]


class Attendance(models.Model):
    """Whether a member came; everyone is proposed present, exceptions are touched.

    Statuses: present, online, elsewhere (a floating member at the host), leave, excused (need not attend), absent.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, default="present")
    reason = models.CharField(max_length=100, blank=True)
    has_vote = models.BooleanField(default=True)
    version = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[OfMeeting["Attendance"]] = OfMeeting.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once")]
        indexes = [models.Index(fields=["member"], name="attendance_member")]


class Vote(models.Model):
    """A vote on a motion, against those who should attend with a vote (BRANCH18 art. 11).

    ``admits``: about admission or confirmation; ``written_*``: opinions of voters who could not come (DEV14).
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="votes")
    motion = models.CharField(max_length=200)
    should = models.PositiveSmallIntegerField()
    present = models.PositiveSmallIntegerField()
    ayes = models.PositiveSmallIntegerField()
    noes = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField()
    admits = models.BooleanField(default=False)
    written_ayes = models.PositiveSmallIntegerField(default=0)
    written_noes = models.PositiveSmallIntegerField(default=0)
    written_abstained = models.PositiveSmallIntegerField(default=0)
    passed = models.BooleanField()

    objects: ClassVar[OfMeeting["Vote"]] = OfMeeting.as_manager()  # type: ignore[assignment]


class Decision(models.Model):
    """A decision that somebody carries out by a day. ``done_on`` None: open. ``at``: when it was entered."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    text = models.CharField(max_length=200)
    owner = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    owner_name = models.CharField(max_length=40)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    result = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(null=True)

    objects: ClassVar[OfMeeting["Decision"]] = OfMeeting.as_manager()  # type: ignore[assignment]


class Attachment(models.Model):
    """A file of a meeting (sign-in sheet, photo), encrypted."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[OfMeeting["Attachment"]] = OfMeeting.as_manager()  # type: ignore[assignment]


class Appraisal(models.Model):
    """A member's grade in the democratic appraisal of a year; probationary members take part ungraded.

    ``for_*``: ballots that gave the member this grade; None where no ballots were counted.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="appraisals")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=12, blank=True)
    opinion = EncryptedTextField()
    for_excellent = models.PositiveSmallIntegerField(null=True)
    for_qualified = models.PositiveSmallIntegerField(null=True)
    for_basic = models.PositiveSmallIntegerField(null=True)
    for_unqualified = models.PositiveSmallIntegerField(null=True)

    objects: ClassVar[OfMeeting["Appraisal"]] = OfMeeting.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="appraisal_once_a_year")]


class VillageMatter(models.Model):
    """A village decision by 四议两公开: six dated steps; a skipped one is a finding."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    opened_on = models.DateField()
    state = models.CharField(max_length=8, default="open")
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[AtBranch["VillageMatter"]] = AtBranch.as_manager()  # type: ignore[assignment]


class VillageStep(models.Model):
    """One of the six steps: number 1 to 6, when, with what result. ``place``, ``until``: where a notice hangs, to its last day."""

    matter = models.ForeignKey(VillageMatter, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    present = models.PositiveSmallIntegerField(null=True)
    should = models.PositiveSmallIntegerField(null=True)
    ayes = models.PositiveSmallIntegerField(null=True)
    place = models.CharField(max_length=60, blank=True)
    until = models.DateField(null=True)
    minutes = EncryptedTextField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField(null=True)

    objects: ClassVar[OfVillageMatter["VillageStep"]] = OfVillageMatter.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="village_step_once")]


class VillageFile(models.Model):
    """A file of a step (photo of the notice, scanned minutes), encrypted."""

    step = models.ForeignKey(VillageStep, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[OfVillageStep["VillageFile"]] = OfVillageStep.as_manager()  # type: ignore[assignment]


class MeetingsLock(models.Model):
    """The ledger's own lock on a month of a branch; ``open_until`` reopens it by an exception of ``months``."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    locked_at = models.DateTimeField()
    open_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="meetings_lock_once")]
