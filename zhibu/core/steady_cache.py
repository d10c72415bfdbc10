"""The cache of counters: shared in the database, in this process while the database takes no writing."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import Error as DatabaseError
from django.db import connections, router, transaction

from zhibu.core.outages import Outage, outage_of, short_wait

T = TypeVar("T")
WAIT_MS: Final = 2_000
"""How long a counter waits for SQLite's lock."""


class SteadyCache(DatabaseCache):
    """Django's table of the cache, but what cannot be written there counts in this process's memory.

    Django's backend says "not stored" of a full disk, a lock or a read-only database, and whoever counts
    tries takes that for too many. Counting per process is laxer by the number of processes, and lasts only
    as long as the outage: the first value stored in the database again replaces the one in memory.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._memory = LocMemCache(f"beside {table}", {})

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        kept = self._memory.get_many(keys, version=version)
        rest = [key for key in keys if key not in kept]
        return super().get_many(rest, version=version) | kept if rest else kept

    def delete(self, key: Any, version: int | None = None) -> bool:
        kept = self._memory.delete(key, version=version)
        try:
            return super().delete(key, version=version) or kept
        except DatabaseError as error:
            if outage_of(error) is None:
                raise
            return kept

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _, outage = self._tried(lambda: super(SteadyCache, self).set(key, value, timeout, version))
        if outage:
            self._memory.set(key, value, timeout, version)
        else:
            self._memory.delete(key, version)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if self._memory.has_key(key, version):
            return False
        added, outage = self._tried(lambda: super(SteadyCache, self).add(key, value, timeout, version))
        return self._memory.add(key, value, timeout, version) if outage else bool(added)

    def outage(self) -> Outage | None:
        """What keeps the database from answering and from taking a line, by trying; None when nothing does."""
        return self._tried(lambda: super(SteadyCache, self).set("outage", ""))[1]

    def _tried(self, write: Callable[[], T]) -> tuple[T | None, Outage | None]:
        """What the writing answered, and the outage its statements met, also one that Django's backend swallows.

        The transaction around them makes its COMMIT ours to see: that is where a full disk shows.
        """
        met: list[Outage] = []

        def notice(execute: Callable[..., Any], *call: Any) -> Any:
            try:
                return execute(*call)
            except DatabaseError as error:
                met.extend(filter(None, [outage_of(error)]))
                raise

        using = router.db_for_write(self.cache_model_class)
        answer = None
        try:
            with (
                short_wait(WAIT_MS),
                connections[using].execute_wrapper(notice),
                transaction.atomic(using=using),
            ):
                answer = write()
        except DatabaseError as error:
            outage = outage_of(error)
            if outage is None:
                raise
            met.append(outage)
        return answer, met[0] if met else None
