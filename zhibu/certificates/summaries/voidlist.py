"""The void list as it stands today, and the keys it is checked with."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from zhibu.certificates.models import Booklet
from zhibu.certificates.rules.copies import BookletState, State
from zhibu.certificates.rules.voidlist import PURPOSE, compose_text, seal
from zhibu.core.db import key_ring
from zhibu.organizations.models import Organization

_VOID = Q(state=BookletState.VOIDED) | Q(certificate__state__in=(State.VOIDED, State.MEMORIAL))


def count_void() -> int:
    """How many copies of the county are void: copies taken out of use, and all copies of a certificate that ended.

    County-wide for whoever asks: the list names no person and is meant to be given away. One query.
    """
    return Booklet.objects.filter(_VOID).count()


def void_list(*, on: date) -> bytes:
    """The signed list of the whole county, as rules.voidlist describes it. Two queries."""
    county = Organization.objects.filter(parent=None).values("code", "short_name").first()
    copies = Booklet.objects.filter(_VOID).values_list("certificate__number", "serial")
    text = compose_text(
        code=county["code"] if county else "",
        county=county["short_name"] if county else "",
        issued_on=on,
        copies=copies.iterator(chunk_size=5000),
    ).encode()
    key_id, signature = key_ring().sign(PURPOSE + text)
    return seal(text, key_id, signature)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key to check with: its line as ``zhibu keys show-public`` writes it, and its fingerprint for people."""

    key_id: int
    line: str
    fingerprint: str


def public_keys() -> list[PublicKey]:
    """The county's public keys, the newest first. No query."""
    keys = key_ring().public_keys()
    lines = dict(zip(sorted(keys.keys), keys.dumps().splitlines(), strict=True))
    return [
        PublicKey(key_id, lines[key_id], _fingerprint(keys.keys[key_id]))
        for key_id in sorted(keys.keys, reverse=True)
    ]


def _fingerprint(raw: bytes) -> str:
    """The first 16 bytes of SHA-256 in groups of four digits: short enough to read out over the telephone."""
    digits = hashlib.sha256(raw).hexdigest()[:32].upper()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
