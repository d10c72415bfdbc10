"""The token in a booklet's QR code: claim, key id, Ed25519 signature, as base64url text (98 characters).

Anyone with the public keys can check one; nothing about the person is in it.
"""

import base64
import binascii

from zhibu.certificates.models import Booklet
from zhibu.certificates.rules.copies import Claim
from zhibu.core.crypto import PublicKeys
from zhibu.core.db import key_ring

_PURPOSE = b"zhibu-certificate-1"  # what the signature is for, so that it fits nothing else
_CLAIM = 8
_SIGNATURE = 64


def sign_claim(claim: Claim) -> tuple[int, bytes]:
    """Key id and signature over a claim, by the current signing key."""
    return key_ring().sign(_PURPOSE + claim.to_bytes())


def make_token(claim: Claim, key_id: int, signature: bytes) -> str:
    """The text that stands in the QR code."""
    raw = claim.to_bytes() + bytes((key_id,)) + signature
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_token(text: str, keys: PublicKeys) -> Claim:
    """The claim of a genuine token. Raises ValueError for anything changed, forged, or signed by an unknown key."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not a token") from error
    if len(raw) != _CLAIM + 1 + _SIGNATURE:
        raise ValueError("not a token")
    claim = Claim.from_bytes(raw[:_CLAIM])
    if make_token(claim, raw[_CLAIM], raw[_CLAIM + 1 :]) != text:
        raise ValueError("not written as we write it")
    if not keys.verify(raw[_CLAIM], _PURPOSE + raw[:_CLAIM], raw[_CLAIM + 1 :]):
        raise ValueError("not signed by us")
    return claim


def token_for(booklet: Booklet) -> str:
    """The token of a copy. Reads booklet.certificate; load it first."""
    claim = Claim(booklet.certificate.number, booklet.serial, booklet.issue_date)
    return make_token(claim, booklet.key_id, bytes(booklet.signature))
