"""Reads of cases."""

from typing import TypeVar

from django.db import models

from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class OfCase(ScopedQuerySet[M]):
    """Steps of a case."""

    path_lookup = "case__organization__path"
