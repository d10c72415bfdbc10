"""SQLite: copied page by page from one read transaction; restored into a file beside, which then takes the name."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from zhibu.config.backups.copying import Onto, Tick, sync_file, sync_folder
from zhibu.config.backups.facts import ask_django, is_used
from zhibu.config.backups.manifest import Part
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

_PAGES_A_STEP: Final = 8192
_MAPPED: Final = 2**31
_ASIDE: Final = ".before-"
_SIDES: Final = ("", "-wal", "-shm", "-journal")


class SQLite:
    """One file and what SQLite keeps beside it."""

    def __init__(self) -> None:
        self.server = sqlite3.sqlite_version
        self.file = Path(str(settings.DATABASES["default"]["NAME"]))
        self._fresh = self.file.with_name(f"{self.file.name}.restoring")

    def size(self) -> int:
        """File and log together."""
        return sum(file.stat().st_size for file in self._named(self.file) if file.exists())

    def own_files(self) -> frozenset[Path]:
        """Also those of a restore that was interrupted, and data that a restore set aside."""
        aside = self.file.parent.glob(f"{self.file.name}{_ASIDE}*")
        return frozenset([*self._named(self.file), *self._named(self._fresh), *aside])

    @contextmanager
    def snapshot(self) -> "Iterator[SqliteSnapshot]":
        """A read transaction: in WAL mode writers go on, and what they write is not seen here."""
        if not self.file.exists():
            raise Refused(
                gettext_noop("没有数据库文件 {file}。"),
                file=self.file,
                next_step=gettext_noop("请检查 DATABASE_URL 和 ZHIBU_VAR。"),
            )
        with closing(sqlite3.connect(self.file, timeout=30, isolation_level=None)) as reader:
            reader.execute(f"PRAGMA mmap_size={_MAPPED}")
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master")
            yield SqliteSnapshot(reader)

    def check_room(self, *, replace: bool) -> None:
        """The file is not there, or nothing was ever done in it, or it may be set aside."""
        if replace or not self.file.exists() or not is_used(ask_django):
            return
        raise Refused(
            gettext_noop("{file} 里已经有数据，没有恢复。"),
            file=self.file,
            next_step=gettext_noop(
                "请换一个空的 ZHIBU_VAR；真要用备份换掉它，请加 --replace，原来的会另存。"
            ),
        )

    def load(self, file: Path, tick: Tick) -> None:
        """Into a file beside. Django reads that one from here on."""
        for each in self._named(self._fresh):
            each.unlink(missing_ok=True)
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)) as source:
            _copy(source, self._fresh, tick)
        sync_file(self._fresh)
        sync_folder(self._fresh.parent)
        self._let_django_open(self._fresh)
        [(answer,)] = ask_django("PRAGMA quick_check(1)")
        if answer != "ok":
            raise Refused(
                gettext_noop("备份里的数据库文件坏了：{answer}。"),
                answer=answer,
                next_step=gettext_noop("请换另一份备份。"),
            )

    def put_in_place(self) -> str:
        """Rename; a used file before it is kept under another name."""
        self._let_django_open(self.file)  # closes the fresh one, which empties its log
        aside = ""
        if self.file.exists():
            self._close_up()
            aside = str(self.file.with_name(f"{self.file.name}{_ASIDE}{time.strftime('%Y%m%d-%H%M%S')}"))
            os.link(self.file, aside)
        for each in self._named(self._fresh)[1:]:
            each.unlink(missing_ok=True)
        self._fresh.replace(self.file)
        sync_folder(self.file.parent)
        return aside

    def abandon(self) -> None:
        """Remove the file beside."""
        self._let_django_open(self.file)
        for each in self._named(self._fresh):
            each.unlink(missing_ok=True)

    def _close_up(self) -> None:
        """Bring the old file's log into it: a log left beside would be read into the new one."""
        with closing(sqlite3.connect(self.file, timeout=5, isolation_level=None)) as old:
            try:
                old.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError:
                raise Refused(
                    gettext_noop("{file} 还有程序在用，没有恢复。"),
                    file=self.file,
                    next_step=gettext_noop("请先停下网站和后台任务。"),
                ) from None

    @staticmethod
    def _let_django_open(file: Path) -> None:
        connection.close()
        connection.settings_dict["NAME"] = str(file)

    @staticmethod
    def _named(file: Path) -> list[Path]:
        return [file.with_name(file.name + side) for side in _SIDES]


class SqliteSnapshot:
    """What a read transaction sees."""

    def __init__(self, reader: sqlite3.Connection) -> None:
        self._reader = reader

    def query(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Read from that moment."""
        return self._reader.execute(sql).fetchall()

    def write(self, target: Path, tick: Tick) -> Part:
        """All pages. Held by the read transaction, the copy never starts over, however much is written meanwhile."""

        def step(count: int) -> None:
            disk.push()
            tick(count)

        with Onto(target) as disk:
            _copy(self._reader, target, step)
            part = disk.part()
        sync_folder(target.parent)
        return part


def _copy(source: sqlite3.Connection, target: Path, tick: Tick) -> None:
    """Page by page into a new file of mode 600; the caller waits for the disk."""
    target.touch(mode=0o600, exist_ok=False)
    [(page_size,)] = source.execute("PRAGMA page_size").fetchall()
    done = 0

    def step(status: int, left: int, total: int) -> None:
        nonlocal done
        tick((total - left - done) * page_size)
        done = total - left

    with closing(sqlite3.connect(target)) as copy:
        # Cut short, the file is thrown away: it needs no journal, and waits for the disk once, at the end.
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        copy.execute("PRAGMA cache_size=10")  # pages go straight through; a third of the time
        source.backup(copy, pages=_PAGES_A_STEP, progress=step, sleep=0)
