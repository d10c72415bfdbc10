"""Installations of their own, with commands run in them: a folder, and a database of the kind under test."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import psycopg
from django.db import connection

ROOT = Path(__file__).parents[2]
PASSPHRASE = "海来山下有七座桥-2026"
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Place:
    """``url``: DATABASE_URL of its processes; "" for SQLite in the folder."""

    folder: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without what the shell says about another installation."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DATABASE_", "DJANGO_"))}
        return kept | {
            "ZHIBU_VAR": str(self.folder),
            "DATABASE_URL": self.url,
            "ZHIBU_BACKUP_PASSPHRASE": PASSPHRASE,
            "DJANGO_SETTINGS_MODULE": "zhibu.config.settings",
            "PYTHONPATH": str(ROOT),
        }

    def command(self, *words: str) -> list[str]:
        """``zhibu`` with these words."""
        return [sys.executable, "-m", "zhibu.cli", *words]

    def zhibu(self, *words: object, more: dict[str, str] | None = None, largest: int = 0) -> Done:
        """Run ``zhibu``; ``largest`` > 0: no file may grow beyond so many bytes, as on a disk that is full."""
        command = self.command(*map(str, words))
        if largest:
            command = ["prlimit", f"--fsize={largest}", *command]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment | (more or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def run(self, module: str) -> str:
        """Run a module of the tests inside; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as server:
                answer = server.execute(sql.encode())
                return list(answer.fetchall()) if answer.description else []
        with closing(sqlite3.connect(self.folder / "zhibu.sqlite3", timeout=30)) as file, file:
            return file.execute(sql).fetchall()

    def tables(self) -> list[str]:
        """Names of the tables, in order; none where there is no database yet."""
        if self.url:
            found = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        elif (self.folder / "zhibu.sqlite3").exists():
            found = self.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        else:
            found = []
        return sorted(name for (name,) in found)

    def contents(self) -> dict[str, list[str]]:
        """Every row of every table, in an order of its own."""
        return {
            table: sorted(map(repr, self.rows(f'SELECT * FROM "{table}"')))  # noqa: S608 (our own tables)
            for table in self.tables()
        }


@contextmanager
def new_place(folder: Path, name: str) -> Iterator[Place]:
    """An empty one; its database is gone afterwards."""
    folder.mkdir(mode=0o700)
    if connection.vendor == "sqlite":
        yield Place(folder, "")
        return
    server = os.environ["DATABASE_URL"]
    database = f"zhibu_backup_{os.environ.get('ZHIBU_TEST_DB', 'one')}_{os.getpid()}_{name}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{database}"'.encode())
    try:
        yield Place(folder, urlparse(server)._replace(path=f"/{database}").geturl())
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)'.encode())
