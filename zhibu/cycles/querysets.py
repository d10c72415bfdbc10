"""Reads of reorganizations."""

from typing import TypeVar

from django.db import models

from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Reorganizations(ScopedQuerySet[M]):
    """Deeds over organizations: the county's."""
