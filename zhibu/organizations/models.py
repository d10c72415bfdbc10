"""The tree of Party organizations with its dated history, clusters and support units."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.core.db import EncryptedTextField
from zhibu.organizations.querysets import ClusterPlaces, Organizations, Supports, SupportUnits


class Organization(models.Model):
    """A node. ``path`` is dotted ids, each step ending with a dot ("1.12.305."); set by actions only.

    ``code`` identifies the node in spreadsheets (the division code, or one the county gives).
    ``segment`` is its three digits in the unified coding: unique for ever below ``numbering_root``
    (a committee's segment below the county, a branch's below its committee). Rows are never deleted,
    so a segment is never given again. ``merged_into``: the unit that took over when this one was closed.
    """

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    category = models.CharField(max_length=20)
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=40)
    # Other ways to read the name, each after a space: " zengjiacun zjc".
    readings = models.CharField(max_length=800, blank=True, default="")
    numbering_root = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    segment = models.CharField(max_length=3, blank=True)
    term_ends_on = models.DateField(null=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")

    objects: ClassVar[Organizations["Organization"]] = Organizations.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["numbering_root", "segment"],
                condition=~Q(segment=""),
                name="organization_segment_given_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")),
                name="organization_closes_after_opening",
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "segment", "id"], name="organization_children"),
            models.Index(fields=["pinyin"], name="organization_pinyin"),
            models.Index(fields=["initials"], name="organization_initials"),
        ]


class RetiredSegment(models.Model):
    """A segment that a unit carried below a root before it came elsewhere; never given again, to nobody.

    Numbers composed with it stay in force: a member's number never changes (certificate.md "Rules").
    """

    root = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    segment = models.CharField(max_length=3)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    retired_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "segment"], name="retired_segment_once")]


class OrganizationName(models.Model):
    """What a node was called, from a day until before another."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40)
    from_date = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(until=None), name="organization_name_one_current"
            )
        ]


class OrganizationParent(models.Model):
    """Where a node hung, from a day until before another."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    parent = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    from_date = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(until=None), name="organization_parent_one_current"
            )
        ]


class TermOfOffice(models.Model):
    """A term (届) of an organization's committee or secretary, and the day the next election is due."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    from_date = models.DateField()
    due_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="term_of_office_numbered_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(ended_on=None), name="term_of_office_one_current"
            ),
        ]


class Cluster(models.Model):
    """片区: a grouping of organizations for one purpose (classes, pilots); the purpose may be told later."""

    name = models.CharField(max_length=40, unique=True)
    purpose = models.CharField(max_length=40, blank=True)


class ClusterPlace(models.Model):
    """An organization in a cluster."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    objects: ClassVar[ClusterPlaces["ClusterPlace"]] = ClusterPlaces.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "organization"], name="cluster_place_once")]


class SupportUnit(models.Model):
    """帮扶单位: an outside unit that helps organizations, with its contact."""

    name = models.CharField(max_length=80, unique=True)
    contact_name = models.CharField(max_length=40, blank=True)
    contact_phone = EncryptedTextField()

    objects: ClassVar[SupportUnits["SupportUnit"]] = SupportUnits.as_manager()  # type: ignore[assignment]


class Support(models.Model):
    """A support unit's help for an organization, from a day until before another."""

    unit = models.ForeignKey(SupportUnit, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    from_date = models.DateField()
    until = models.DateField(null=True)

    objects: ClassVar[Supports["Support"]] = Supports.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "organization"], condition=Q(until=None), name="support_one_current"
            )
        ]
