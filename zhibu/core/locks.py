"""Named locks that last until the transaction ends."""

from django.db import connection


def hold(*names: str) -> None:
    """Wait until no other transaction holds these names, one after the other, then hold them to the end of ours.

    SQLite needs nothing: a transaction that writes has the database to itself. Call it first in the
    transaction, so that what is read afterwards is what the one before has left.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name",
                [list(names)],
            )
