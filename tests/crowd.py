"""Several people at the same time: each deed in a thread and on a connection of its own, begun together.

SQLite keeps its tests in one connection's memory, so there the deeds come one after the other; that a file of
SQLite stands a crowd is shown by the served instance (tests/browser/test_cut_short.py).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

from django.db import connection, transaction

from zhibu.audit.models import AuditHead
from zhibu.core.access import Refused

Deed = Callable[[], object]
_PATIENCE = 20_000  # looks at the locks


def at_once(*deeds: Deed) -> list[object]:
    """What each deed answered, or the ``Refused`` it raised, in their order. Whatever else is raised, is raised."""
    if connection.vendor != "postgresql":
        return [_answer(deed) for deed in deeds]
    door = Barrier(len(deeds))

    def enter(deed: Deed) -> object:
        door.wait(30)
        return _alone(deed)

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return [each.result() for each in [crowd.submit(enter, deed) for deed in deeds]]


def few_at_once(deeds: Sequence[Deed], *, hands: int) -> list[object]:
    """Like ``at_once`` for many deeds, so many of them at a time."""
    if connection.vendor != "postgresql":
        return [_answer(deed) for deed in deeds]
    with ThreadPoolExecutor(hands) as crowd:
        return list(crowd.map(_alone, deeds))


def overlapping(*deeds: Deed, chain: int) -> list[object]:
    """Each deed goes on until it waits for another one or writes to the log of ``chain``; then all may end.

    So the later deed has read what it goes by before the earlier one has ended, if nothing else makes it wait.
    """
    if connection.vendor != "postgresql":
        return [_answer(deed) for deed in deeds]
    AuditHead.objects.get_or_create(chain=chain)
    with ThreadPoolExecutor(len(deeds)) as crowd:
        begun: list[Future[object]] = []
        with transaction.atomic():
            AuditHead.objects.select_for_update().get(chain=chain)
            for deed in deeds:
                begun.append(crowd.submit(_alone, deed))
                for _ in range(_PATIENCE):
                    if _waiting() + sum(each.done() for each in begun) == len(begun):
                        break
        return [each.result() for each in begun]


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def _alone(deed: Deed) -> object:
    try:
        return _answer(deed)
    finally:
        connection.close()


def _answer(deed: Deed) -> object:
    try:
        return deed()
    except Refused as refusal:
        return refusal


def refused(answers: Sequence[object]) -> list[str]:
    """The sentences of those that were refused."""
    return [str(each) for each in answers if isinstance(each, Refused)]
