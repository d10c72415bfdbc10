"""A member: who the person is, stage, standing, and the branch the formal relation is with."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhibu.accounts.models import User
from zhibu.core.db import EncryptedTextField, ScopedQuerySet
from zhibu.members.querysets import Members, MergeProposals
from zhibu.organizations.models import Organization


class Member(models.Model):
    """One person with a membership. Stage and standing are apart; measures and certificates live elsewhere.

    ``resident_id`` and ``phone`` are encrypted; ``resident_id_index`` finds an exact number.
    ``identity_reason`` says why birth date or sex of record differ from the number (三龄两历 review).
    ``dates_reason`` says why the dates of joining and confirmation leave the usual course (historic cases).
    ``user`` is the person's own sign-in, if there is one.
    """

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    group = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=40)
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

    States: open, declined, merged. Where the records stand in two organizations, two persons consent.
    """

    kept = models.ForeignKey(Member, models.PROTECT, related_name="+")
    dropped = models.ForeignKey(Member, models.PROTECT, related_name="+")
    proposed_by = models.CharField(max_length=40)
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

    objects: ClassVar[MergeProposals["MergeProposal"]] = MergeProposals.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kept", "dropped"], condition=Q(state="open"), name="merge_proposal_one_open"
            ),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="merge_proposal_two_records"),
        ]
