"""Reads of certificates and booklets."""

from typing import TYPE_CHECKING

from zhibu.core.db import ScopedQuerySet

if TYPE_CHECKING:
    from zhibu.certificates.models import Booklet, Certificate  # noqa: F401


class Certificates(ScopedQuerySet["Certificate"]):
    """Certificates, at the branch of their holder."""

    path_lookup = "member__branch__path"


class Booklets(ScopedQuerySet["Booklet"]):
    """Physical copies, at the branch of their holder."""

    path_lookup = "certificate__member__branch__path"
