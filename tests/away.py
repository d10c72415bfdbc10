"""A database that can be taken away from a served instance and given back."""

import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from uuid import uuid4

import psycopg


class Line:
    """A TCP line to a server of this machine; while it is cut, connections break and new ones are refused."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._open: set[socket.socket] = set()
        self._door = self._listen(0)
        self.port = int(self._door.getsockname()[1])

    def cut(self) -> None:
        """Break what is open, refuse what comes."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for each in list(self._open):
            _hang_up(each)

    def mend(self) -> None:
        """Let through again."""
        self._door = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        door = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, args=(door,), daemon=True).start()
        return door

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            far = socket.create_connection(self._to)
            self._open |= {near, far}
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for each in (source, sink):
            _hang_up(each)
            self._open.discard(each)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


class PostgreSQL:
    """A database of its own on the server, reached over a line that can be cut."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._name = f"zhibu_away_{uuid4().hex[:8]}"
        place = urlparse(server)
        self._line = Line(place.hostname or "127.0.0.1", place.port or 5432)
        user = place.netloc.rpartition("@")[0]
        near = place._replace(netloc=f"{user}@127.0.0.1:{self._line.port}", path=f"/{self._name}")
        self._direct = place._replace(path=f"/{self._name}").geturl()
        self.environment = {"DATABASE_URL": near.geturl()}
        self._execute(server, f'CREATE DATABASE "{self._name}"')

    def take_away(self) -> None:
        """Nobody reaches it from now on."""
        self._line.cut()

    def give_back(self) -> None:
        """As before."""
        self._line.mend()

    def rows(self, query: str) -> list[Any]:
        """What stands in it, asked beside the line."""
        with psycopg.connect(self._direct) as connection:
            return connection.execute(query.encode()).fetchall()

    def cut_connections(self) -> None:
        """As a restart of the server does: all are gone, new ones are welcome."""
        self.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def set_read_only(self, value: str) -> None:
        """``on`` or ``off``, for every connection from now on."""
        self._execute(
            self._direct, f'ALTER DATABASE "{self._name}" SET default_transaction_read_only = {value}'
        )
        self.cut_connections()

    def remove(self) -> None:
        """The end of it."""
        self._line.cut()
        self._execute(self._server, f'DROP DATABASE "{self._name}" WITH (FORCE)')

    @staticmethod
    def _execute(url: str, statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())


class SQLite:
    """The instance's own file, which another connection locks."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "zhibu.sqlite3"
        self._holder: sqlite3.Connection | None = None
        self.environment = {"ZHIBU_LOCK_SECONDS": "1"}

    def take_away(self) -> None:
        """Nobody writes from now on."""
        self._holder = sqlite3.connect(self._file, isolation_level=None, timeout=60, check_same_thread=False)
        self._holder.execute("BEGIN EXCLUSIVE")

    def give_back(self) -> None:
        """As before."""
        assert self._holder is not None
        self._holder.execute("ROLLBACK")
        self._holder.close()

    def rows(self, query: str) -> list[Any]:
        """What stands in it."""
        with closing(sqlite3.connect(self._file, timeout=60)) as connection:
            return connection.execute(query).fetchall()


@contextmanager
def database(vendor: str, folder: Path) -> Iterator[PostgreSQL | SQLite]:
    """One of the vendor, gone afterwards."""
    if vendor == "sqlite":
        yield SQLite(folder)
        return
    server = os.environ.get("DATABASE_URL") or os.environ.get("TEST_DATABASE_URL", "")
    made = PostgreSQL(server or "postgres://postgres@127.0.0.1:5432/postgres")
    try:
        yield made
    finally:
        made.remove()
