"""Encryption, blind index and signatures behind algorithm ids, so that SM4, SM3 and SM2 can follow.

The key ring lives outside the database: a TOML file of mode 600 (`zhibu init` writes it) or the
same text in the environment. Pure: reads no settings.
"""

import base64
import hashlib
import hmac
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_256_GCM = 1
HMAC_SHA_256 = "h1"
_NONCE = 12
_TAG = 16
_LAST_KEY = 255


class KeyRingError(ValueError):
    """The key ring is missing, malformed, or lacks the key a stored value names."""


class KeyRing:
    """Data keys by id (1-255), one blind-index key, signing keys by id; the highest id is current.

    ``verifying``: public keys of signing keys that were given up, so that what they signed is still known.
    ``previous_index`` and ``previous_secret_key``: what a change that is not finished yet comes from.
    ``successor``: asked for a newer ring when a stored value names a data key this one does not hold.
    """

    def __init__(
        self,
        *,
        secret_key: str,
        data: Mapping[int, bytes],
        index: bytes,
        signing: Mapping[int, bytes],
        verifying: Mapping[int, bytes] | None = None,
        previous_index: bytes = b"",
        previous_secret_key: str = "",
    ) -> None:
        if (
            not data
            or not signing
            or len(index) < 32
            or any(len(key) != 32 for key in [*data.values(), *signing.values()])
        ):
            raise KeyRingError("the key ring needs 32-byte data keys, signing keys and an index key")
        if not all(1 <= key_id <= _LAST_KEY for key_id in [*data, *signing]):
            raise KeyRingError(f"the ids of keys go from 1 to {_LAST_KEY}: one byte in every stored value")
        self.secret_key = secret_key
        self._data = dict(data)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in data.items()}
        self._index = index
        self._signing = dict(signing)
        self._signers = {
            key_id: Ed25519PrivateKey.from_private_bytes(seed) for key_id, seed in signing.items()
        }
        self._verifying = dict(verifying or {})
        self._previous_index = previous_index
        self.previous_secret_key = previous_secret_key
        self.successor: Callable[[], KeyRing | None] | None = None
        self.current_data_key = max(data)
        self.current_signing_key = max(signing)

    @classmethod
    def generate(cls) -> "KeyRing":
        """A new ring with one key of each kind, from the system's random source."""
        return cls(
            secret_key=secrets.token_urlsafe(50),
            data={1: os.urandom(32)},
            index=os.urandom(32),
            signing={1: os.urandom(32)},
        )

    @classmethod
    def loads(cls, text: str) -> "KeyRing":
        """Read the TOML text that ``dumps`` wrote. Raises ``KeyRingError``."""
        try:
            raw = tomllib.loads(text)
            return cls(
                secret_key=raw["secret_key"],
                data={int(k): _key(v) for k, v in raw["data"].items()},
                index=_key(raw["index"]),
                signing={int(k): _key(v) for k, v in raw["signing"].items()},
                verifying={int(k): _key(v) for k, v in raw.get("verifying", {}).items()},
                previous_index=_key(raw.get("previous_index", "")),
                previous_secret_key=raw.get("previous_secret_key", ""),
            )
        except KeyRingError:
            raise
        # ValueError: not TOML, not a number, not base64. The text itself stays out of the message.
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyRingError(f"the key ring cannot be read: {type(error).__name__}") from None

    def dumps(self) -> str:
        """The ring as TOML text. Secret: write it to a file of mode 600 only."""

        def table(keys: Mapping[int, bytes]) -> str:
            return "".join(
                f'{key_id} = "{base64.b64encode(key).decode()}"\n' for key_id, key in sorted(keys.items())
            )

        index = base64.b64encode(self._index).decode()
        text = f'secret_key = "{self.secret_key}"\nindex = "{index}"\n'
        if self._previous_index:
            text += f'previous_index = "{base64.b64encode(self._previous_index).decode()}"\n'
        if self.previous_secret_key:
            text += f'previous_secret_key = "{self.previous_secret_key}"\n'
        text += f"\n[data]\n{table(self._data)}\n[signing]\n{table(self._signing)}"
        return text + (f"\n[verifying]\n{table(self._verifying)}" if self._verifying else "")

    def _but(self, **changes: Any) -> "KeyRing":
        parts = {
            "secret_key": self.secret_key,
            "data": self._data,
            "index": self._index,
            "signing": self._signing,
            "verifying": self._verifying,
            "previous_index": self._previous_index,
            "previous_secret_key": self.previous_secret_key,
        }
        return KeyRing(**parts | changes)

    def with_new_data_key(self) -> "KeyRing":
        """The same ring with one more data key, which becomes current."""
        return self._but(data={**self._data, self.current_data_key + 1: os.urandom(32)})

    def without_old_data_keys(self) -> "KeyRing":
        """The same ring with the current data key alone: only after everything was encrypted anew."""
        return self._but(data={self.current_data_key: self._data[self.current_data_key]})

    def with_new_signing_key(self) -> "KeyRing":
        """The same ring with another signing key; of the old ones only the public halves stay."""
        return self._but(
            signing={self.current_signing_key + 1: os.urandom(32)}, verifying=self.public_keys().keys
        )

    def with_new_index(self) -> "KeyRing":
        """The same ring with another blind-index key, the old one kept until everything is indexed anew."""
        return self._but(index=os.urandom(32), previous_index=self._index)

    def with_new_secret_key(self) -> "KeyRing":
        """The same ring with another session key, the old one kept until what it sealed is sealed anew."""
        return self._but(secret_key=secrets.token_urlsafe(50), previous_secret_key=self.secret_key)

    def without_previous_index(self) -> "KeyRing":
        """The same ring once everything is indexed anew."""
        return self._but(previous_index=b"")

    def without_previous_secret_key(self) -> "KeyRing":
        """The same ring once everything is sealed anew."""
        return self._but(previous_secret_key="")

    @property
    def is_indexing(self) -> bool:
        """A change of the blind index is not finished."""
        return bool(self._previous_index)

    def fingerprints(self) -> dict[str, str]:
        """Name -> digest of each key that stored values depend on: "data.1", "index", "signing.1". Tells nothing
        of the keys. A signing key's is that of its public half."""
        named = {f"data.{key_id}": key for key_id, key in self._data.items()} | {"index": self._index}
        named |= {f"signing.{key_id}": key for key_id, key in self.public_keys().keys.items()}
        return {
            name: hashlib.sha256(b"zhibu-key-fingerprint\0" + key).hexdigest()[:16]
            for name, key in sorted(named.items())
        }

    def previous_index_fingerprint(self) -> str:
        """The fingerprint ``index`` had before a change that is not finished; "" when there is none."""
        if not self._previous_index:
            return ""
        return self._but(index=self._previous_index).fingerprints()["index"]

    def encrypt(self, plain: bytes, *, context: str) -> bytes:
        """algorithm id, key id, nonce, ciphertext. ``context`` (such as a column) is authenticated with it."""
        key_id = self.current_data_key
        head = bytes((AES_256_GCM, key_id))
        nonce = os.urandom(_NONCE)
        return head + nonce + self._ciphers[key_id].encrypt(nonce, plain, head + context.encode())

    def decrypt(self, stored: bytes, *, context: str) -> bytes:
        """Undo ``encrypt``. Raises ``KeyRingError`` when the value was changed or its key is gone."""
        head, nonce, body = bytes(stored[:2]), bytes(stored[2 : 2 + _NONCE]), bytes(stored[2 + _NONCE :])
        if len(body) < _TAG:
            raise KeyRingError("a stored value is cut short")
        if head[0] == AES_256_GCM and head[1] not in self._ciphers and self.successor is not None:
            newer = self.successor()
            if newer is not None and head[1] in newer._ciphers:
                return newer.decrypt(stored, context=context)
        if head[0] != AES_256_GCM or head[1] not in self._ciphers:
            raise KeyRingError("a stored value names an algorithm or key that this key ring does not hold")
        try:
            return self._ciphers[head[1]].decrypt(nonce, body, head + context.encode())
        except InvalidTag as error:
            raise KeyRingError("a stored value does not match its key: changed or foreign") from error

    def key_id_of(self, stored: bytes) -> int:
        """Which data key a stored value was encrypted with."""
        return stored[1]

    def blind_index(self, text: str, *, context: str) -> str:
        """Keyed digest for exact match without reading the value; 34 characters."""
        digest = hmac.digest(self._index, f"{context}\0{text}".encode(), "sha256").hex()
        return HMAC_SHA_256 + digest[:32]

    def sign(self, message: bytes) -> tuple[int, bytes]:
        """Signing key id and 64-byte Ed25519 signature."""
        key_id = self.current_signing_key
        return key_id, self._signers[key_id].sign(message)

    def public_keys(self) -> "PublicKeys":
        """What a verifier needs, and may be given to anyone."""
        return PublicKeys(
            self._verifying
            | {key_id: key.public_key().public_bytes_raw() for key_id, key in self._signers.items()}
        )


@dataclass(frozen=True)
class PublicKeys:
    """Verification keys by id."""

    keys: Mapping[int, bytes]

    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        """True when the key is known and the signature is its own."""
        raw = self.keys.get(key_id)
        if raw is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def dumps(self) -> str:
        """One line per key: ``ed25519:ID:BASE64``."""
        return "".join(
            f"ed25519:{i}:{base64.b64encode(raw).decode()}\n" for i, raw in sorted(self.keys.items())
        )

    @classmethod
    def loads(cls, text: str) -> "PublicKeys":
        """Read what ``dumps`` wrote. Raises ``KeyRingError``."""
        keys = {}
        for line in text.split():
            try:
                algorithm, key_id, raw = line.split(":")
                if algorithm != "ed25519":
                    raise KeyRingError(f"unknown signature algorithm {algorithm}")
                keys[int(key_id)] = _key(raw)
                Ed25519PublicKey.from_public_bytes(keys[int(key_id)])
            except KeyRingError:
                raise
            except ValueError as error:
                raise KeyRingError(f"not a public key line: {line[:20]}") from error
        return cls(keys)


def _key(text: str) -> bytes:
    """Base64 without anything else between: a damaged key is refused, not read as another one."""
    return base64.b64decode(text, validate=True)
