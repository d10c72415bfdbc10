"""The database of this installation, as backup and restore see it: one class for each kind."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from zhibu.config.backups.copying import Tick
from zhibu.config.backups.manifest import Part
from zhibu.config.backups.postgresql import PostgreSQL
from zhibu.config.backups.sqlite import SQLite


class Snapshot(Protocol):
    """The database as it stood at one moment, while others go on writing."""

    def query(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Read from that moment."""

    def write(self, target: Path, tick: Tick) -> Part:
        """Put the whole of it into a file of mode 600."""


class Database(Protocol):
    """What differs between SQLite and PostgreSQL."""

    server: str

    def size(self) -> int:
        """Bytes that a backup may take at most, roughly."""

    def own_files(self) -> frozenset[Path]:
        """Files of the database itself, which no copy of the folder may take along."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Holds the moment until it is left; writers do not wait for it."""

    def check_room(self, *, replace: bool) -> None:
        """Raise ``Refused`` unless there is nothing here that a restore would destroy, or ``replace``."""

    def load(self, file: Path, tick: Tick) -> None:
        """Read a file of ``write`` in beside what is there; Django's connection then sees it."""

    def put_in_place(self) -> str:
        """Let what was loaded be the database; where the data before it were set aside, or ""."""

    def abandon(self) -> None:
        """Forget what was loaded; what was there before is there again."""


def database() -> Database:
    """The one of the settings."""
    if connection.vendor == "postgresql":
        return PostgreSQL()
    return SQLite()
