"""The key ring of the running process: read again when its file was changed by ``zhibu keys``.

Several processes serve one installation while keys are turned over. Each looks at the file's time at most once
a second, and at once when a stored value names a key it does not know; so what the turning process wrote is
readable everywhere, and what others still write with the old key is found by its next round.
"""

import threading
import time
from pathlib import Path
from typing import Final

from django.conf import settings

from zhibu.core.crypto import KeyRing

LOOK_SECONDS: Final = 1.0
_lock = threading.Lock()
_seen: dict[Path, tuple[int, int, int]] = {}
_looked_at = 0.0


def key_ring() -> KeyRing:
    """The key ring of this installation as its file has it now (settings.KEY_RING)."""
    global _looked_at
    now = time.monotonic()
    if now - _looked_at >= LOOK_SECONDS:
        _looked_at = now
        read_again()
    ring: KeyRing = settings.KEY_RING
    ring.successor = read_again
    return ring


def read_again() -> KeyRing | None:
    """The ring of the file if it changed since it was last read, put in place for all; else the one in use."""
    file: Path = settings.KEY_FILE
    with _lock:
        stamp = _stamp(file)
        if settings.KEYS_ARE_GIVEN or stamp is None:
            return None
        if _seen.get(file) != stamp:
            use_ring(KeyRing.loads(file.read_text("utf-8")))
            _seen[file] = stamp
        ring: KeyRing = settings.KEY_RING
        return ring


def use_ring(ring: KeyRing) -> None:
    """Make this the ring of the process; sessions are signed with its key from now on."""
    settings.KEY_RING, settings.KEY_RING_IS_PASSING = ring, False
    settings.SECRET_KEY = ring.secret_key


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
