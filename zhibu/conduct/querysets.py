"""Reads of rewards and appeals."""

from typing import TypeVar

from django.db import models

from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class OfMember(ScopedQuerySet[M]):
    """Rows of a member, at the member's branch."""

    path_lookup = "member__branch__path"
