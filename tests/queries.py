"""Budgets of database queries: by growth, and exact ceilings."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


@contextmanager
def constant_queries(client: Client, url: str, *, grow: Callable[[], object]) -> Iterator[int]:
    """The page at ``url`` costs the same number of queries before and after ``grow`` added rows.

    Yields the number, so that a hot page can also be held to a ceiling. On a difference the SQL
    that came more often is printed.
    """
    before = queries_of(client, url)
    grow()
    after = queries_of(client, url)
    assert len(before) == len(after), _difference(url, before, after)
    yield len(after)


def at_most(n: int, client: Client, url: str) -> None:
    """The page costs no more than ``n`` queries; the SQL is printed otherwise."""
    listed = queries_of(client, url)
    assert len(listed) <= n, f"{url}: {len(listed)} queries, at most {n}\n" + "\n".join(listed)


def queries_of(client: Client, url: str) -> list[str]:
    """The SQL of one GET that answers 200, as a warm session makes it."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        if response.streaming:
            b"".join(response)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return [query["sql"] for query in captured.captured_queries if not _is_bookkeeping(query["sql"])]


def _is_bookkeeping(sql: str) -> bool:
    return sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT"))


def _difference(url: str, before: list[str], after: list[str]) -> str:
    def shapes(listed: list[str]) -> list[str]:
        return [re.sub(r"\d+|'[^']*'", "?", sql) for sql in listed]

    rest = shapes(before)
    added = []
    for shape in shapes(after):
        if shape in rest:
            rest.remove(shape)
        else:
            added.append(shape)
    return "\n".join(
        [
            f"{url}: {len(before)} queries before, {len(after)} after growth",
            "more often:",
            *added,
            "gone:",
            *rest,
        ]
    )
