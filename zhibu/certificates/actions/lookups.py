"""Logging the look-ups of the public page."""

from django.utils import timezone

from zhibu.certificates.models import VerificationLookup
from zhibu.certificates.rules.copies import Outcome


def log_lookup(*, outcome: Outcome, certificate_id: int | None, source: str) -> VerificationLookup:
    """One look-up. ``source`` is a keyed digest of the address: it tells repeated look-ups, not whose they are."""
    return VerificationLookup.objects.create(
        at=timezone.now(), outcome=outcome, certificate_id=certificate_id, source=source
    )
