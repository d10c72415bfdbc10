"""How many statements a deed takes. Imported inside an installation, after the set-up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from django.db import connection


class Statements:
    """Counts what is sent to the database, at next to no cost; an insert of many rows is one.

    The frame of a transaction is none: PostgreSQL's driver sends its BEGIN by itself, and both their COMMIT.
    """

    count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Count it and send it."""
        self.count += not sql.startswith("BEGIN")
        return execute(sql, *rest)


@contextmanager
def counted() -> Iterator[Statements]:
    """Statements of the block. Django does not show its wrappers a COPY, so it is counted at the driver."""
    statements = Statements()
    copy = psycopg.Cursor.copy

    def copying(*rest: Any) -> Any:
        statements.count += 1
        return copy(*rest)

    with connection.execute_wrapper(statements), patch.object(psycopg.Cursor, "copy", copying):
        yield statements
