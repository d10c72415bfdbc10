"""Reads of months."""

from typing import Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhibu.core.db import ScopedQuerySet
from zhibu.organizations.querysets import AtBranch

M = TypeVar("M", bound=models.Model)


class Months(AtBranch[M]):
    """Months of branches."""

    def asking(self) -> Self:
        """In which there is something to hand in (dues, a payment, a meeting that was not canceled), or that were.

        Others (a branch without members, or whose members all left before) ask nothing and wait for nobody.
        """
        here = {"branch": OuterRef("branch"), "month": OuterRef("month")}
        due, payment, meeting = (
            apps.get_model(label).objects.filter(**here)
            for label in ("dues.Due", "dues.Payment", "meetings.Meeting")
        )
        happened = Q(Exists(due)) | Q(Exists(meeting.exclude(state="canceled"))) | Q(Exists(payment))
        return self.filter(Q(state__in=("submitted", "sealed")) | happened)


class OfBranchMonth(ScopedQuerySet[M]):
    """What hangs on a branch's month."""

    path_lookup = "branch_month__branch__path"
