"""Making a backup while the site serves."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

import zhibu
from zhibu.audit import witness
from zhibu.audit.actions import record
from zhibu.audit.summaries.witnessing import heads_file
from zhibu.config.backups import manifest as m
from zhibu.config.backups.copying import (
    Tick,
    check_space,
    no_tick,
    pour,
    regular_files,
    sync_folder,
    told_when_full,
    write_new,
)
from zhibu.config.backups.databases import Database, database
from zhibu.config.backups.facts import facts_of
from zhibu.config.backups.manifest import (
    DATABASE,
    FILES,
    HEADS,
    MANIFEST,
    SEALED_KEYS,
    SIGNATURE,
    Manifest,
    Part,
)
from zhibu.config.backups.sealing import check_passphrase, seal
from zhibu.core.access import Refused, Scope
from zhibu.core.db import key_ring
from zhibu.core.text import gettext_noop
from zhibu.insights.summaries.upkeep import BACKED_UP

NAME: Final = re.compile(r"zhibu-\d{8}-\d{6}")
# What is of no use elsewhere: signs of life, work under way (it begins anew), measuring, restores cut short.
PASSING: Final = ("worker.alive", "jobs", "bench", "restoring")
_SPARE: Final = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Made:
    """A complete backup. ``has_keys``: sealed with a passphrase; else they must be kept elsewhere.

    ``is_recorded``: the log of this installation names it.
    """

    folder: Path
    manifest: Manifest
    has_keys: bool
    is_recorded: bool
    removed: int


def make_backup(*, by: Scope, folder: Path, passphrase: str, keep: int = 0, tick: Tick = no_tick) -> Made:
    """A new backup inside ``folder``, which may hold others; ``keep`` > 0: only so many of the newest stay.

    It is written under a temporary name and takes its own when everything is on the disk. Raises ``Refused``
    when the disk is full, a tool is missing, or another backup into the folder is under way; nothing is left then.
    """
    with told_when_full(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_place(folder)
        with _alone(folder):
            made = _make(folder, passphrase, tick)
            sync_folder(folder)
            removed = _remove_old(folder, keep) if keep else 0
    is_recorded = _record(by, made)
    return Made(made[0], made[1], bool(passphrase), is_recorded, removed)


def backups_in(folder: Path) -> list[Path]:
    """Complete backups, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(
        each for each in folder.iterdir() if NAME.fullmatch(each.name) and (each / MANIFEST).is_file()
    )


def _check_place(folder: Path) -> None:
    if folder.resolve() == Path(settings.VAR).resolve():
        raise Refused(
            gettext_noop("备份不能放在数据自己的文件夹 {folder} 里。"),
            folder=folder,
            next_step=gettext_noop("请另选一个文件夹，最好在另一块磁盘上。"),
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup into the folder at a time; what a killed one left is removed first."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                gettext_noop("另一个备份正在写入 {folder}。"),
                folder=folder,
                next_step=gettext_noop("请等它做完再试。"),
            ) from None
        for left in folder.glob(".zhibu-*.part"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(handle)


def _make(folder: Path, passphrase: str, tick: Tick) -> tuple[Path, Manifest]:
    store = database()
    var = Path(settings.VAR)
    skipped = _skipped(store, folder)
    check_space(folder, store.size() + _size(var, skipped) + _SPARE)
    fresh = folder / f".zhibu-{os.getpid()}.part"
    fresh.mkdir(mode=0o700)
    try:
        made = _write(fresh, store, var, skipped, passphrase, tick)
        final = folder / f"zhibu-{timezone.localtime(made.moment):%Y%m%d-%H%M%S}"
        if final.exists():
            raise Refused(gettext_noop("这一秒已经有一份备份：{folder}。"), folder=final)
        fresh.rename(final)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return final, made


def _write(
    fresh: Path, store: Database, var: Path, skipped: frozenset[Path], passphrase: str, tick: Tick
) -> Manifest:
    ring = key_ring()
    if passphrase:
        check_passphrase(passphrase)
    parts: dict[str, Part] = {}
    # Stretching the passphrase takes as long as digesting the county: it goes on beside the copying.
    with ThreadPoolExecutor(1) as beside:
        sealed = beside.submit(seal, ring.dumps(), passphrase) if passphrase else None
        known = witness.size(heads_file())
        # The moment is taken before the snapshot: what was committed by then is certainly seen.
        moment = timezone.now()
        with store.snapshot() as snapshot:
            facts = facts_of(snapshot.query)
            name = DATABASE[connection.vendor]
            parts[name] = snapshot.write(fresh / name, tick)
        ends = {int(chain): int(head.partition(":")[0]) for chain, head in facts.heads.items()}
        parts[HEADS] = write_new(fresh / HEADS, witness.beginning(heads_file(), known=known, ends=ends))
        # Files after the database: each result that a row names is there, unless it was removed meanwhile.
        parts |= _copy_files(fresh / FILES, var, skipped, tick)
        if sealed is not None:
            parts[SEALED_KEYS] = write_new(fresh / SEALED_KEYS, sealed.result())
    manifest = Manifest(
        zhibu.__version__, moment, connection.vendor, store.server, facts, m.KeyCheck.of(ring), parts
    )
    text = manifest.dumps()
    write_new(fresh / SIGNATURE, m.sign(text, ring).encode())
    write_new(fresh / MANIFEST, text)
    for each in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
        sync_folder(each)
    return manifest


def _copy_files(target: Path, var: Path, skipped: frozenset[Path], tick: Tick) -> dict[str, Part]:
    parts = {}
    target.mkdir(mode=0o700)
    for name in regular_files(var, without=skipped):
        copy = target / name
        for parent in reversed(copy.relative_to(target).parents):
            (target / parent).mkdir(mode=0o700, exist_ok=True)
        try:
            source = (var / name).open("rb")
        except FileNotFoundError:  # swept meanwhile
            continue
        with source:
            parts[f"{FILES}/{name.as_posix()}"] = pour(source, copy, tick)
    return parts


def _skipped(store: Database, folder: Path) -> frozenset[Path]:
    """What in the var folder does not belong into a backup: keys, files of the database and of heads, passing things, backups."""
    var, key_file = Path(settings.VAR), Path(settings.KEY_FILE)
    keys = (key_file, key_file.with_name(f"{key_file.name}.new"))
    return frozenset(
        [*store.own_files(), *keys, heads_file(), folder.absolute(), *(var / name for name in PASSING)]
    )


def _size(var: Path, skipped: frozenset[Path]) -> int:
    return sum((var / name).lstat().st_size for name in regular_files(var, without=skipped))


def _remove_old(folder: Path, keep: int) -> int:
    old = backups_in(folder)[:-keep]
    for each in old:
        # The manifest first: half removed, it is no backup any more.
        (each / MANIFEST).unlink()
        shutil.rmtree(each)
    return len(old)


def _record(by: Scope, made: tuple[Path, Manifest]) -> bool:
    """Name it in the log. A database that cannot be written (read-only, its disk full) does not undo the backup."""
    _folder, manifest = made
    data = {
        "moment": manifest.moment.isoformat(timespec="seconds"),
        "rows": sum(manifest.facts.counts.values()),
        "files": len(manifest.files),
    }
    try:
        record(BACKED_UP, by=by, on=None, data=data)
    except DatabaseError:
        return False
    return True
