"""What is written while the demonstration is built carries the day on which it would have been written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.utils import timezone


@contextmanager
def written_on(day: date, *, hour: int = 10) -> Iterator[None]:
    """Within it Django's clock stands at that hour of the day. For building only: one process, one thread.

    Days must not go back, so that the log's times never run backwards.
    """
    moment = datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())
    real = timezone.now
    setattr(timezone, "now", lambda: moment)  # noqa: B010 (a plain assignment to a module is no deed mypy allows)
    try:
        yield
    finally:
        setattr(timezone, "now", real)  # noqa: B010
