"""Printers with their offsets, and what has been printed onto pre-printed booklets."""

from typing import ClassVar

from django.db import models

from zhibu.certificates.models.copies import Booklet
from zhibu.certificates.querysets import BookletRows, Printers
from zhibu.organizations.models import Organization


class Printer(models.Model):
    """A printer of an organization, with the offsets measured on its calibration sheet, in tenths of a millimeter."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    offset_x = models.SmallIntegerField(default=0)
    offset_y = models.SmallIntegerField(default=0)
    calibrated_on = models.DateField(null=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    closed_on = models.DateField(null=True)

    objects: ClassVar[Printers["Printer"]] = Printers.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="printer_named_once")]


class Overprint(models.Model):
    """A line printed onto a page of a copy, so that the next overprint begins after it.

    ``page`` is a key of the overprint layouts, ``line`` the place on its pages from 1 (past their capacity: on
    a continuation page), ``key`` what it shows (the ledger row), ``text`` what was printed. ``mended_text``:
    what the line says since it was mended, by hand or by a page stuck over it (``mended_how``: hand, page).
    """

    booklet = models.ForeignKey(Booklet, models.PROTECT, related_name="+")
    page = models.CharField(max_length=16)
    line = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    printed_at = models.DateTimeField()
    printed_by = models.CharField(max_length=40)
    mended_on = models.DateField(null=True)
    mended_text = models.CharField(max_length=200, blank=True)
    mended_how = models.CharField(max_length=4, blank=True)
    mended_by = models.CharField(max_length=40, blank=True)

    objects: ClassVar[BookletRows["Overprint"]] = BookletRows.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booklet", "page", "line"], name="overprint_line_once"),
            models.UniqueConstraint(fields=["booklet", "page", "key"], name="overprint_key_once"),
        ]

    @property
    def current(self) -> str:
        """What a reader of the copy finds on the line now."""
        return self.mended_text if self.mended_on is not None else self.text
