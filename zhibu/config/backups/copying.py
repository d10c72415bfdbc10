"""Copying with a digest on the way, and the sentences for a disk that is full."""

import errno
import hashlib
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from django.db import Error as DatabaseError

from zhibu.config.backups.manifest import Part
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

_CHUNK: Final = 1024 * 1024
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
    with file.open("rb") as source:
        return Part(file.stat().st_size, hashlib.file_digest(source, "sha256").hexdigest())


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
