"""Movement: transfers of the organizational relationship, floating members, searches for lost ones."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accounts.models import User
from zhibu.core.db import EncryptedTextField
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.querysets import OfMember
from zhibu.mobility.querysets import OfFloating, OfSearch, Registrations, Transfers
from zhibu.organizations.models import Organization


class LetterCounter(models.Model):
    """Last serial of introduction letters of an organization in a year; the lock under which they are given."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="letter_counter_once_a_year")
        ]


class Transfer(models.Model):
    """A transfer of the organizational relationship (组织关系转接).

    ``direction``: inside (between two branches of the county), out, in. States: requested, agreed (by the
    sending branch), issued (the letter is out), received, canceled. Until the receipt the sending branch
    holds the member. For in and out ``outside`` names the other organization. ``dues_paid_to``: "2026-10".
    ``valid_until``: first day on which the letter no longer holds; None where the committee's approval is
    enough. ``old_number``: certificate number of another county, typed from the old letter of one who came in.
    ``agreed_user``, ``issued_user``: the accounts that sent the member off, which may not receive.
    """

    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    direction = models.CharField(max_length=6)
    from_branch = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    to_branch = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    outside = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="requested")
    requested_on = models.DateField()
    requested_by = models.CharField(max_length=40)
    requested_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agreed_on = models.DateField(null=True)
    agreed_by = models.CharField(max_length=40, blank=True)
    agreed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dues_paid_to = models.CharField(max_length=7, blank=True)
    letter_year = models.PositiveSmallIntegerField(null=True)
    letter_number = models.PositiveIntegerField(null=True)
    letter_text = models.CharField(max_length=40, blank=True)
    issuer = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(null=True)
    issued_by = models.CharField(max_length=40, blank=True)
    issued_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    valid_until = models.DateField(null=True)
    received_on = models.DateField(null=True)
    received_by = models.CharField(max_length=40, blank=True)
    canceled_on = models.DateField(null=True)
    canceled_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    old_number = models.CharField(max_length=40, blank=True)
    event = models.ForeignKey(MembershipEvent, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[Transfers["Transfer"]] = Transfers.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(state__in=["requested", "agreed", "issued"]),
                name="transfer_one_open",
            ),
            models.UniqueConstraint(
                fields=["issuer", "letter_year", "letter_number"],
                condition=~Q(letter_number=None),
                name="transfer_letter_numbered_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "valid_until"], name="transfer_state_valid"),
            models.Index(fields=["from_branch", "state"], name="transfer_from_state"),
            models.Index(fields=["to_branch", "state"], name="transfer_to_state"),
        ]


class Floating(models.Model):
    """Floating registration (流动登记): away from home, relation not moved; out of a branch, or in as its guest.

    ``member`` is the county's own member who went out; a guest from elsewhere has only ``name`` and ``home``.
    A member of another branch of the county who is a guest here is named as well, so the home branch sees it.
    ``branch``: where the registration was made; an own member's follows the member's branch.
    ``expected_months``: how long the person meant to stay away, where said.
    ``rhythm_months``: contact is due every so many months; ``next_due`` is kept from it and the contacts.
    """

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=4)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=40, blank=True)
    home = models.CharField(max_length=80, blank=True)
    from_date = models.DateField()
    until = models.DateField(null=True)
    destination = models.CharField(max_length=80)
    host = models.CharField(max_length=80, blank=True)
    contact_person = models.CharField(max_length=40)
    phone = EncryptedTextField()
    rhythm_months = models.PositiveSmallIntegerField(default=3)
    next_due = models.DateField(null=True)
    expected_months = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    ended_by = models.CharField(max_length=40, blank=True)

    objects: ClassVar[Registrations["Floating"]] = Registrations.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "direction"],
                condition=Q(until=None) & ~Q(member=None),
                name="floating_one_open_each_way",
            )
        ]
        indexes = [models.Index(fields=["until", "next_due"], name="floating_due")]


class Contact(models.Model):
    """A contact with a floating member: when, how, by whom."""

    floating = models.ForeignKey(Floating, models.PROTECT, related_name="contacts")
    on = models.DateField()
    way = models.CharField(max_length=10)
    who = models.CharField(max_length=40)
    note = EncryptedTextField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[OfFloating["Contact"]] = OfFloating.as_manager()  # type: ignore[assignment]


class LostContact(models.Model):
    """A member who cannot be found: last contact, the searches, what came of it.

    States: searching, flagged, suspended, found, removed. The steps themselves are membership events.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    last_contact_on = models.DateField()
    last_contact_note = EncryptedTextField()
    state = models.CharField(max_length=10, default="searching")
    opened_by = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    closed_on = models.DateField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)

    objects: ClassVar[OfMember["LostContact"]] = OfMember.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(closed_on=None), name="lost_contact_one_open"
            )
        ]


class Search(models.Model):
    """One search for a lost member: who looked, how, with what result."""

    case = models.ForeignKey(LostContact, models.PROTECT, related_name="searches")
    on = models.DateField()
    way = models.CharField(max_length=10)
    who = models.CharField(max_length=40)
    result = EncryptedTextField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[OfSearch["Search"]] = OfSearch.as_manager()  # type: ignore[assignment]
