"""PostgreSQL: pg_dump of one exported snapshot; restored by pg_restore in one transaction."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from django.db import connection

from zhibu.config.backups.copying import Tick, pour
from zhibu.config.backups.facts import ask_django, is_used
from zhibu.config.backups.manifest import Part
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

_ASIDE: Final = "before_restore_"


class PostgreSQL:
    """The database of the settings, through its own tools."""

    def __init__(self) -> None:
        self.server = f"{_server_version()}"
        self._aside = ""

    def size(self) -> int:
        """Tables and indexes; the dump has no indexes, so it is an upper bound."""
        [(size,)] = ask_django("SELECT pg_database_size(current_database())")
        return int(size)

    def own_files(self) -> frozenset[Path]:
        """Its files stand elsewhere."""
        return frozenset()

    @contextmanager
    def snapshot(self) -> "Iterator[PostgresSnapshot]":
        """A REPEATABLE READ transaction on a connection of its own, exported for pg_dump."""
        tool = _tool("pg_dump")
        own: Any = connection.get_new_connection(connection.get_connection_params())
        try:
            own.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield PostgresSnapshot(own, tool)
        finally:
            own.close()

    def check_room(self, *, replace: bool) -> None:
        """The database is empty, or freshly migrated, or its schema may be set aside."""
        if replace or not is_used(ask_django):
            return
        raise Refused(
            gettext_noop("数据库 {name} 里已经有数据，没有恢复。"),
            name=connection.settings_dict["NAME"],
            next_step=gettext_noop(
                "请建一个空的数据库，把 DATABASE_URL 指过去；真要用备份换掉它，请加 --replace，原来的会另存。"
            ),
        )

    def load(self, file: Path, tick: Tick) -> None:
        """All or nothing, in one transaction. What is there is set aside as a schema of another name."""
        tool = _tool("pg_restore")
        self._set_aside()
        tick(0)
        with tempfile.TemporaryFile() as errors:
            done = subprocess.run(  # noqa: S603 (the server's own tool)
                [
                    *(tool, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
                    *(f"--dbname={connection.settings_dict['NAME']}", str(file)),
                ],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                check=False,
            )
            if done.returncode:
                _refuse("pg_restore", errors)
        tick(file.stat().st_size)
        connection.close()
        ask_django_nothing("ANALYZE")

    def put_in_place(self) -> str:
        """It is in place already."""
        return self._aside

    def abandon(self) -> None:
        """Back to the schema that was set aside. Where there was none, what was loaded stays for the next try."""
        if self._aside:
            connection.close()
            ask_django_nothing(f"DROP SCHEMA public CASCADE; ALTER SCHEMA {self._aside} RENAME TO public")
            self._aside = ""

    def _set_aside(self) -> None:
        """Tables that are here leave the way: in a schema of another name nothing of them is lost."""
        if ask_django("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1"):
            self._aside = _ASIDE + time.strftime("%Y%m%d_%H%M%S")
            ask_django_nothing(f"ALTER SCHEMA public RENAME TO {self._aside}; CREATE SCHEMA public")


class PostgresSnapshot:
    """What one transaction sees, and pg_dump with it."""

    def __init__(self, own: Any, tool: str) -> None:
        self._own = own
        self._tool = tool

    def query(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Read from that moment."""
        return list(self._own.execute(sql).fetchall())

    def write(self, target: Path, tick: Tick) -> Part:
        """The tool's own format. Written by us, so that a full disk is told like any other."""
        [(snapshot,)] = self.query("SELECT pg_export_snapshot()")
        command = [
            *(self._tool, "--format=custom", "--compress=1", f"--snapshot={snapshot}"),
            *("--no-owner", "--no-privileges", f"--exclude-schema={_ASIDE}*"),
        ]
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(  # noqa: S603 (the server's own tool)
                command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            ) as dump,
        ):
            assert dump.stdout is not None  # noqa: S101 (asked for above)
            try:
                part = pour(dump.stdout, target, tick)
            except BaseException:
                dump.kill()
                raise
            if dump.wait():
                _refuse("pg_dump", errors)
        return part


def ask_django_nothing(sql: str) -> None:
    """Statements without an answer, in one go."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _refuse(tool: str, errors: IO[bytes]) -> None:
    errors.seek(0)
    told = errors.read(2000).decode(errors="replace").strip()
    raise Refused(
        gettext_noop("{tool} 没有做成，什么都没有改动：{told}。"),
        tool=tool,
        told=told.replace("\n", " "),
        next_step=gettext_noop("请检查数据库用户的权限和磁盘，再试。"),
    )


def _tool(name: str) -> str:
    """Path of a tool that is there and not older than the server; else ``Refused``."""
    wanted = _server_version()
    path = shutil.which(name)
    told = ""
    if path:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 (the server's own tool)
    found = re.search(r"\b(\d+)(?:\.\d+)?", told)
    if path and found and int(found[1]) >= wanted:
        return path
    raise Refused(
        gettext_noop("没有 {tool}，备份和恢复 PostgreSQL 要用它。")
        if not path
        else gettext_noop("{tool} 比数据库服务器（第{wanted}版）旧，不能用。"),
        tool=name,
        wanted=wanted,
        next_step=gettext_noop("请安装和服务器同版本的 postgresql-client 软件包。"),
    )


def _server_version() -> int:
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def _environment() -> dict[str, str]:
    """How the tools reach the database. The password is not on the command line, where others could read it."""
    given = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    return dict(os.environ) | {name: str(given[key]) for name, key in names.items() if given[key]}
