"""The progress of the work in hand, for those deep below it who count the rows or set the pages."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from zhibu.jobs.kinds import Progress

T = TypeVar("T")
_EVERY = 100
_current: ContextVar[tuple[Progress, int] | None] = ContextVar("progress", default=None)


@contextmanager
def working(progress: Progress, total: int) -> Iterator[None]:
    """Within, ``counted`` and ``tell`` report to this job, of ``total`` pieces."""
    token = _current.set((progress, total))
    try:
        yield
    finally:
        _current.reset(token)


def tell(done: int) -> None:
    """So many pieces are done. Raises ``Canceled`` when the owner asked to stop; outside of a job, nothing."""
    current = _current.get()
    if current is not None:
        progress, total = current
        progress.step(min(done, total), total)


def counted(rows: Iterable[T]) -> Iterator[T]:
    """The same rows; every hundredth is told."""
    for count, row in enumerate(rows):
        if count % _EVERY == 0:
            tell(count)
        yield row
