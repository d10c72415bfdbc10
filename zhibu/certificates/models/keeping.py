"""Where a copy is kept, who signed for it, and requests for another copy."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accounts.models import User
from zhibu.certificates.models.copies import Booklet, Certificate
from zhibu.certificates.querysets import BookletRows, CertificateRows
from zhibu.core.db import EncryptedTextField
from zhibu.organizations.models import Organization


class Signature(models.Model):
    """The holder's signature on screen at the handing over: the strokes as an SVG path, encrypted."""

    booklet = models.OneToOneField(Booklet, models.PROTECT, primary_key=True, related_name="+")
    strokes = EncryptedTextField()
    at = models.DateTimeField()


class Custody(models.Model):
    """The organization keeps a copy for its holder (代管), from a day until it is given back.

    ``cause``: request (the member asked), disposition, withdrawal.
    """

    booklet = models.ForeignKey(Booklet, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=12)
    reason = models.CharField(max_length=200)
    place = models.CharField(max_length=80)
    keeper = models.CharField(max_length=40)
    from_date = models.DateField()
    until = models.DateField(null=True)
    returned_to = models.CharField(max_length=40, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    returned_by = models.CharField(max_length=40, blank=True)

    objects: ClassVar[BookletRows["Custody"]] = BookletRows.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booklet"], condition=Q(until=None), name="custody_one_open")
        ]


class BookletRequest(models.Model):
    """A request for another copy: lost (补发), full or damaged (换发).

    States: reported, confirmed (by the branch), done, refused. ``fee`` in fen: the first loss is free. ``reported_user``:
    the account that entered the statement, which neither confirms nor reissues. ``branch``: where the holder
    belonged then.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    old = models.ForeignKey(Booklet, models.PROTECT, related_name="+")
    new = models.OneToOneField(Booklet, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=8)
    statement = EncryptedTextField()
    happened_on = models.DateField()
    reported_on = models.DateField()
    reported_by = models.CharField(max_length=40)
    reported_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="reported")
    confirmed_on = models.DateField(null=True)
    confirmed_by = models.CharField(max_length=40, blank=True)
    confirmation = models.CharField(max_length=200, blank=True)
    settled_on = models.DateField(null=True)
    settled_by = models.CharField(max_length=40, blank=True)
    settled_note = models.CharField(max_length=200, blank=True)
    old_returned = models.BooleanField(default=False)
    fee = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    objects: ClassVar[CertificateRows["BookletRequest"]] = CertificateRows.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state__in=["reported", "confirmed"]),
                name="booklet_request_one_open",
            )
        ]
