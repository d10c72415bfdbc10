"""What a failing database or disk is about: told apart once, for pages, the worker, ``/healthz`` and the start."""

import enum
import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

DISK_RESERVE: Final = 16 * 1024 * 1024
"""Bytes: with less than this left a disk counts as full."""
LEAST_FREE: Final = 2**30
"""Bytes: with less than this left somebody should make room."""


class Outage(enum.Enum):
    """Why the database or the disk does not do what was asked. None of them is the request's fault."""

    AWAY = "away"
    BUSY = "busy"
    READ_ONLY = "read_only"
    DISK_FULL = "disk_full"

    @property
    def is_over_in_a_moment(self) -> bool:
        """It ends without anybody's doing more often than not: the same may be tried again."""
        return self in {Outage.AWAY, Outage.BUSY}


# SQLite's primary result codes (https://sqlite.org/rescode.html), PostgreSQL's conditions (its appendix A).
_SQLITE: Final = {5: Outage.BUSY, 6: Outage.BUSY, 8: Outage.READ_ONLY, 13: Outage.DISK_FULL, 14: Outage.AWAY}
_SQLITE_IOERR: Final = 10
_POSTGRESQL: Final = {
    "25006": Outage.READ_ONLY,  # read_only_sql_transaction
    "40001": Outage.BUSY,  # serialization_failure
    "40P01": Outage.BUSY,  # deadlock_detected
    "53100": Outage.DISK_FULL,  # disk_full
    "53300": Outage.AWAY,  # too_many_connections
    "55P03": Outage.BUSY,  # lock_not_available
    "57P01": Outage.AWAY,  # admin_shutdown
    "57P02": Outage.AWAY,  # crash_shutdown
    "57P03": Outage.AWAY,  # cannot_connect_now
    "58030": Outage.AWAY,  # io_error
}
_ERRNO: Final = {
    errno.ENOSPC: Outage.DISK_FULL,
    errno.EDQUOT: Outage.DISK_FULL,
    errno.EFBIG: Outage.DISK_FULL,
    errno.EROFS: Outage.READ_ONLY,
}


def outage_of(error: BaseException | None) -> Outage | None:
    """What the error, or one it came from, says about database and disk; None when it is another failure."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        found = _of_one(error)
        if found is not None:
            return found
        error = error.__cause__ or error.__context__
    return None


def disk_is_full(folder: Path) -> bool:
    """Less than ``DISK_RESERVE`` is left where the folder lies."""
    free = free_bytes(folder)
    return free is not None and free < DISK_RESERVE


def free_bytes(folder: Path) -> int | None:
    """What is left on the disk where the folder lies; None when it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def unless_written(write: Callable[[], object], *, wait_ms: int = 200) -> None:
    """Do what is nice to have written, but keeps nobody from reading: an outage skips it, other errors rise.

    On SQLite it waits for the lock ``wait_ms`` milliseconds at most, not as long as a deed would.
    """
    try:
        with short_wait(wait_ms), transaction.atomic():
            write()
    except (DatabaseError, OSError) as error:
        if outage_of(error) is None:
            raise


def pauses(longest: float) -> Iterator[float]:
    """Seconds between tries: a quarter, then twice as long each time, up to ``longest``.

    >>> from itertools import islice
    >>> list(islice(pauses(4.0), 6))
    [0.25, 0.5, 1.0, 2.0, 4.0, 4.0]
    """
    pause = 0.25
    while True:
        yield pause
        pause = min(pause * 2, longest)


def _of_one(error: BaseException) -> Outage | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return _of_sqlite(code & 0xFF)
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL.get(state) or (Outage.AWAY if state.startswith("08") else None)
    if isinstance(error, OSError) and error.errno in _ERRNO:
        return _ERRNO[error.errno]
    # The driver lost the line, or had none: it has no code for that, and nothing else fails so.
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}
    return Outage.AWAY if kinds & {"psycopg.OperationalError", "psycopg.InterfaceError"} else None


def _of_sqlite(primary: int) -> Outage | None:
    if primary in {_SQLITE_IOERR, 14}:
        # A disk without room fails in many ways: a file that cannot grow, one that cannot be made.
        folder = Path(str(connection.settings_dict["NAME"])).parent
        return Outage.DISK_FULL if disk_is_full(folder) else Outage.AWAY
    return _SQLITE.get(primary)


@contextmanager
def short_wait(milliseconds: int) -> Iterator[None]:
    """Wait for SQLite's lock at most so long; elsewhere nothing changes."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = int(float(connection.settings_dict["OPTIONS"].get("timeout", 5)) * 1000)
    _set_wait(connection, milliseconds)
    try:
        yield
    finally:
        _set_wait(connection, usual)


def _set_wait(of: BaseDatabaseWrapper, milliseconds: int) -> None:
    of.ensure_connection()
    of.connection.execute(f"PRAGMA busy_timeout = {milliseconds:d}")  # a setting of the line, no query
