"""Reads of points."""

from typing import TypeVar

from django.db import models

from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class AtBranch(ScopedQuerySet[M]):
    """Rows at the branch where they happened."""

    path_lookup = "branch__path"


class OfMember(ScopedQuerySet[M]):
    """Rows of a member, at the branch the member belongs to now."""

    path_lookup = "member__branch__path"
