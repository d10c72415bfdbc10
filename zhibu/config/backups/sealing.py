"""Keys under a passphrase: scrypt stretches it, AES-256-GCM seals with it. Pure."""

import base64
import hashlib
import json
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

SHORTEST: Final = 12
# 64 MB and about 0.2 s a try: whoever holds the backup pays that for each guess.
_COST: Final = 2**16
_LARGEST_COST: Final = 2**18
_BLOCK: Final = 8
_ASSOCIATED: Final = b"zhibu backup keys 1"


def seal(text: str, passphrase: str) -> bytes:
    """The text, readable only with the passphrase. Raises ``Refused`` for a passphrase that is too short."""
    check_passphrase(passphrase)
    salt, nonce = os.urandom(16), os.urandom(12)
    body = AESGCM(_stretch(passphrase, salt, _COST)).encrypt(nonce, text.encode(), _ASSOCIATED)
    plain = {"kdf": "scrypt", "cost": _COST, "salt": _b64(salt), "nonce": _b64(nonce), "body": _b64(body)}
    return (json.dumps(plain) + "\n").encode()


def check_passphrase(passphrase: str) -> None:
    """Raise ``Refused`` for one that is too short."""
    if len(passphrase) < SHORTEST:
        raise Refused(
            gettext_noop("备份口令太短，至少{count}个字。"),
            count=SHORTEST,
            next_step=gettext_noop("请在 ZHIBU_BACKUP_PASSPHRASE 或它的文件里换一个长的口令。"),
        )


def unseal(sealed: bytes, passphrase: str) -> str:
    """Undo ``seal``. Raises ``Refused`` when the passphrase is another one, or the text was damaged."""
    try:
        plain = json.loads(sealed)
        cost = int(plain["cost"])
        salt, nonce, body = (base64.b64decode(plain[name]) for name in ("salt", "nonce", "body"))
        if plain["kdf"] != "scrypt" or not 2**14 <= cost <= _LARGEST_COST or cost & (cost - 1):
            raise ValueError(plain["kdf"])
        return AESGCM(_stretch(passphrase, salt, cost)).decrypt(nonce, body, _ASSOCIATED).decode()
    except (InvalidTag, ValueError, KeyError, TypeError):
        raise Refused(
            gettext_noop("备份口令不对，打不开备份里的密钥。"),
            next_step=gettext_noop("请用做备份时的口令，或用 --keys 给出另外保存的密钥文件。"),
        ) from None


def _stretch(passphrase: str, salt: bytes, cost: int) -> bytes:
    # The standard library's lets other threads go on meanwhile; it is told how much memory it may take.
    room = 128 * _BLOCK * (cost + 4)
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=cost, r=_BLOCK, p=1, maxmem=room, dklen=32)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
