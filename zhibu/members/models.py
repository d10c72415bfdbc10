"""A member: who the person is, stage, standing, and the branch the formal relation is with."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhibu.accounts.models import User
from zhibu.core.db import EncryptedTextField, ScopedQuerySet
from zhibu.members.querysets import (
    AccountUnlinkings,
    EnrollmentProposals,
    Measures,
    Members,
    MembershipEvents,
    MergeProposals,
)
from zhibu.organizations.models import Organization


class Member(models.Model):
    """One person with a membership. Stage and standing are apart; measures and certificates live elsewhere.

    ``resident_id`` and ``phone`` are encrypted; ``resident_id_index`` finds an exact number.
    ``identity_reason`` says why birth date or sex of record differ from the number (三龄两历 review).
    ``dates_reason`` says why the dates of joining and confirmation leave the usual course (historic cases).
    ``arrived_on``: first day in the county's books of someone who came from outside it; None: since joining.
    ``readings``: other ways to read the name, each behind a space (``core.pinyin.readings``).
    What the record said on a past day: ``summaries.history``.
    ``user`` is the person's own sign-in, if there is one.
    """

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    group = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=40)
    readings = models.CharField(max_length=400, default="", blank=True)
    sex = models.CharField(max_length=1)
    ethnic_group = models.CharField(max_length=2)
    resident_id = EncryptedTextField()
    resident_id_index = models.CharField(max_length=34, blank=True)
    identity_reason = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField()
    education = models.CharField(max_length=2)
    native_place = models.CharField(max_length=60, blank=True)
    join_date = models.DateField()
    confirmation_date = models.DateField(null=True)
    dates_reason = models.CharField(max_length=200, blank=True)
    arrived_on = models.DateField(null=True)
    stage = models.CharField(max_length=12)
    standing = models.CharField(max_length=10, default="active")
    phone = EncryptedTextField()
    dues_category = models.CharField(max_length=20)
    is_floating = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)
    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="+")
    # No index: nearly every value is NULL, and SQLite would choose it over the order of a list.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=40)

    objects: ClassVar[Members["Member"]] = Members.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident_id_index"],
                condition=Q(merged_into=None) & ~Q(resident_id_index=""),
                name="member_resident_id_once",
            ),
            models.CheckConstraint(
                condition=Q(join_date__gt=F("birth_date")), name="member_joins_after_birth"
            ),
            models.CheckConstraint(
                condition=Q(confirmation_date=None) | Q(confirmation_date__gte=F("join_date")),
                name="member_confirmed_after_joining",
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "pinyin", "id"], name="member_branch_order"),
            models.Index(fields=["name", "birth_date"], name="member_name_birth"),
            models.Index(fields=["pinyin"], name="member_pinyin"),
            models.Index(fields=["initials"], name="member_initials"),
        ]


class PostHoldings(ScopedQuerySet["PostHolding"]):
    """Posts held by members."""

    path_lookup = "organization__path"


class PostHolding(models.Model):
    """A post on a committee or in a group, from a day until before another; posts are modelled, not persons."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    post = models.CharField(max_length=30)
    from_date = models.DateField()
    until = models.DateField(null=True)

    objects: ClassVar[PostHoldings] = PostHoldings.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "organization", "post"],
                condition=Q(until=None),
                name="post_holding_one_open",
            )
        ]


class MemberChange(models.Model):
    """A correction of a member's record: which fields, what they were and became. Marked fields keep no values."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)
    fields = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["member", "-at"], name="member_change_member")]


class MemberPhoto(models.Model):
    """The photo on page 8, JPEG, encrypted like the other marked fields."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="+")
    image = models.BinaryField()
    at = models.DateTimeField()


class MergeProposal(models.Model):
    """Two records that may be one person. Merged only by a person, after both organizations consented.

    States: open, declined, merged, parted (a merge that was taken back). Where the records stand in two
    organizations, two persons consent; whoever proposed is neither. ``journal``: which rows moved, as ids, so
    that a merge can be taken back. ``parting_*``: who asks for that, with ``parted_reason``; another does it.
    """

    kept = models.ForeignKey(Member, models.PROTECT, related_name="+")
    dropped = models.ForeignKey(Member, models.PROTECT, related_name="+")
    proposed_by = models.CharField(max_length=40)
    proposed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    kept_consent_by = models.CharField(max_length=40, blank=True)
    kept_consent_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kept_consent_at = models.DateTimeField(null=True)
    dropped_consent_by = models.CharField(max_length=40, blank=True)
    dropped_consent_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dropped_consent_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="open")
    ended_at = models.DateTimeField(null=True)
    journal = models.JSONField(default=dict)
    parting_by = models.CharField(max_length=40, blank=True)
    parting_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    parting_at = models.DateTimeField(null=True)
    parted_by = models.CharField(max_length=40, blank=True)
    parted_at = models.DateTimeField(null=True)
    parted_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[MergeProposals["MergeProposal"]] = MergeProposals.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kept", "dropped"], condition=Q(state="open"), name="merge_proposal_one_open"
            ),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="merge_proposal_two_records"),
        ]


class EnrollmentProposal(models.Model):
    """Somebody to be entered into the books, as one person found it; another person decides (``actions.enrollment``).

    States: proposed, accepted, declined, withdrawn. ``facts``: the record as JSON, encrypted whole, emptied
    when it is decided. ``from_sheet``: read from a roster. ``arrival``: the letter of someone who comes from
    another county, as the transfer will keep it. ``member``: the record that came of it.
    """

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    birth_date = models.DateField()
    stage = models.CharField(max_length=12)
    resident_id_index = models.CharField(max_length=34, blank=True)
    facts = EncryptedTextField()
    from_sheet = models.BooleanField(default=False)
    arrival = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.CharField(max_length=40)
    proposed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    settled_by = models.CharField(max_length=40, blank=True)
    settled_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_note = models.CharField(max_length=200, blank=True)
    member = models.OneToOneField(Member, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[EnrollmentProposals["EnrollmentProposal"]] = EnrollmentProposals.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident_id_index"],
                condition=Q(state="proposed") & ~Q(resident_id_index=""),
                name="enrollment_number_once_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(member__isnull=False),
                name="enrollment_accepted_has_member",
            ),
        ]
        indexes = [models.Index(fields=["state", "proposed_at"], name="enrollment_state")]


class AccountUnlinking(models.Model):
    """A sign-in that was linked to the wrong record: one person says so, another parts them (``actions.sign_in``).

    States: proposed, done, declined. ``user``: the sign-in that is to be parted from the member.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.CharField(max_length=40)
    proposed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.CharField(max_length=40, blank=True)
    settled_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[AccountUnlinkings["AccountUnlinking"]] = AccountUnlinkings.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(state="proposed"), name="account_unlinking_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(proposed_user=None) | ~Q(settled_user=F("proposed_user")),
                name="account_unlinking_two_persons",
            ),
        ]


class MembershipEvent(models.Model):
    """One thing that happens to a membership, from the proposal to its effect; rows are never deleted.

    ``kind`` and what it may do stand in ``rules.events``. States: proposed, in_effect, refused, canceled,
    reversed. ``until``: first day after the period the decision names (penalty, correction, extension).
    ``since``: last contact, or the day from which organizational life stopped, where the kind asks for it.
    ``settled_*``: who approved or refused at the higher organization, and by which document.
    ``filed_*``: for what the higher organization only puts on record (备案); the effect does not wait for it.
    ``before`` and ``after``: stage, standing, dates and measures at the moment of effect, for reversal.
    ``branch``: where the member belonged when it was proposed. ``wanted``: what a proposal carries beyond the
    entry: of a correction field -> [is, becomes] as text, of a past penalty the day it ended.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=10, default="proposed")
    decided_on = models.DateField()
    decided_by = models.CharField(max_length=80)
    document = models.CharField(max_length=80, blank=True)
    effective_on = models.DateField(null=True)
    until = models.DateField(null=True)
    months = models.PositiveSmallIntegerField(null=True)
    since = models.DateField(null=True)
    matter = models.CharField(max_length=80, blank=True)
    grounds = EncryptedTextField()
    evidence = EncryptedTextField()
    proposed_by = models.CharField(max_length=40)
    proposed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.CharField(max_length=40, blank=True)
    settled_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_on = models.DateField(null=True)
    settled_document = models.CharField(max_length=80, blank=True)
    settled_note = models.CharField(max_length=200, blank=True)
    filed_by = models.CharField(max_length=40, blank=True)
    filed_on = models.DateField(null=True)
    filed_at = models.DateTimeField(null=True)
    wanted = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[MembershipEvents["MembershipEvent"]] = MembershipEvents.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(state="proposed"), name="membership_event_one_open"
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=~Q(reverses=None), name="membership_event_reversed_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_effect") | Q(effective_on__isnull=False),
                name="membership_event_effect_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-decided_on"], name="membership_event_member"),
            models.Index(fields=["state", "kind"], name="membership_event_state"),
            models.Index(fields=["kind", "effective_on"], name="membership_event_kind_day"),
        ]


class Measure(models.Model):
    """A measure in force over a member (``rules.events.MeasureKind``), apart from stage and standing.

    ``due_on``: when it ends by itself (``ends_itself``) or when a decision falls due; None: open.
    ``ended_on``: first day on which it is no longer in force, once something ended it.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    from_date = models.DateField()
    due_on = models.DateField(null=True)
    ends_itself = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    event = models.ForeignKey(MembershipEvent, models.PROTECT, related_name="+")
    ended_event = models.ForeignKey(MembershipEvent, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Measures["Measure"]] = Measures.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"], condition=Q(ended_on=None), name="measure_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("from_date")), name="measure_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["kind", "due_on"], name="measure_kind_due")]
