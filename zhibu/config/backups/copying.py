"""Copying with a digest on the way, and the sentences for a disk that is full."""

import errno
import hashlib
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Self

from django.db import Error as DatabaseError

from zhibu.config.backups.manifest import Part
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

_CHUNK: Final = 1024 * 1024
# Stays in the processor's own cache: a quarter less time than with larger pieces.
_DIGESTED: Final = 64 * 1024
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_OF_SQLITE: Final = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE"})
Tick = Callable[[int], None]


def no_tick(count: int) -> None:
    """Nobody watches."""


def pour(source: IO[bytes], target: Path, tick: Tick = no_tick) -> Part:
    """Write all of ``source`` to a new file of mode 600, down to the disk; what was written."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while chunk := source.read(_CHUNK):
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            tick(len(chunk))
        out.flush()
        os.fsync(out.fileno())
    return Part(size, digest.hexdigest())


def part_of(file: Path) -> Part:
    """Size and digest of a file that is there."""
    digest, size, room = hashlib.sha256(), 0, memoryview(bytearray(_DIGESTED))
    with file.open("rb", buffering=0) as source:
        while count := source.readinto(room):
            digest.update(room[:count])
            size += count
    return Part(size, digest.hexdigest())


class Onto:
    """Brings a file to the disk while it is still being written: the disk takes the longest of all that a backup does."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._beside = ThreadPoolExecutor(1)
        self._rounds: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._beside.shutdown()

    def push(self) -> None:
        """What stands in the file by now goes to the disk. Left out while the push before is under way."""
        if not self._rounds or self._rounds[-1].done():
            self._rounds.append(self._beside.submit(sync_file, self._file))

    def part(self) -> Part:
        """Of the complete file, down to the disk: its size and digest. Raises what any push met.

        The digest is taken from what was written, beside the last push.
        """
        self._rounds.append(self._beside.submit(sync_file, self._file))
        part = part_of(self._file)
        # Linux tells a failed write to one that waits for it, not again to the next.
        for each in self._rounds:
            each.result()
        return part


def write_new(file: Path, text: bytes) -> Part:
    """A small file of mode 600, down to the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    return part_of(file)


def regular_files(folder: Path, *, without: frozenset[Path]) -> Iterator[Path]:
    """Plain files below the folder, relative to it, in order; nothing below the paths in ``without``, no links."""
    for here, folders, names in os.walk(folder):
        place = Path(here)
        folders[:] = sorted(name for name in folders if (place / name) not in without)
        for name in sorted(names):
            file = place / name
            if file not in without and stat.S_ISREG(file.lstat().st_mode):
                yield file.relative_to(folder)


def sync_file(file: Path) -> None:
    """What was written to the file is on the disk."""
    _sync(os.open(file, os.O_RDONLY))


def sync_folder(folder: Path) -> None:
    """Names in the folder are on the disk, too."""
    _sync(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_space(folder: Path, needed: int) -> None:
    """Raise ``Refused`` when the disk of the folder has less than ``needed`` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refused(
            gettext_noop("{folder} 所在的磁盘只剩 {free} MB，需要 {needed} MB。没有动任何数据。"),
            folder=folder,
            free=free // 2**20,
            needed=-(-needed // 2**20),
            next_step=gettext_noop("请清出空间，或换一个文件夹。"),
        )


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """Turn "no space left", from the system or from SQLite, into a ``Refused`` that names the folder."""
    try:
        yield
    except (OSError, sqlite3.Error, DatabaseError) as error:
        if not _is_about_space(error):
            raise
        raise Refused(
            gettext_noop(
                "{folder} 所在的磁盘满了，没有做成；写了一半的已经清掉，原来的数据和以前的备份没有动。"
            ),
            folder=folder,
            next_step=gettext_noop("请清出空间，或换一个文件夹。"),
        ) from error


def _is_about_space(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    cause = error.__cause__ or error  # Django wraps what SQLite raises
    # A write that a quota cuts short comes back as an I/O error of writing.
    return getattr(cause, "sqlite_errorname", "") in _FULL_OF_SQLITE
