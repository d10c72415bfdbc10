"""Reads of meetings."""

from typing import TypeVar

from django.db import models

from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class OfMeeting(ScopedQuerySet[M]):
    """What hangs on a meeting."""

    path_lookup = "meeting__branch__path"


class OfVillageMatter(ScopedQuerySet[M]):
    """Steps of a village matter."""

    path_lookup = "matter__branch__path"


class OfVillageStep(ScopedQuerySet[M]):
    """What hangs on a step."""

    path_lookup = "step__matter__branch__path"
