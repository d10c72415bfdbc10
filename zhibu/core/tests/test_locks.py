"""Names are held to the end of the transaction, however many."""

import pytest
from django.db import connection, transaction

from zhibu.core.locks import hold


@pytest.mark.django_db
def test_thousands_of_names_are_held_at_once() -> None:
    """A county of two thousand branches opens its month in one deed."""
    with transaction.atomic():
        hold(*(f"branch:{n}" for n in range(2_000)))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
                )
                assert cursor.fetchone() == (2_000,)
