"""JSON lines with a request id and no personal data."""

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter

from zhibu.core.outages import outage_of

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")


class RequestFilter(logging.Filter):
    """Puts the id of the request in hand on every line written while it is handled."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = current_request_id.get()
        return True


class Formatter(JsonFormatter):
    """One JSON object a line; an exception keeps its places and loses its text, which may quote data."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}{request_id}",
            style="{",
            json_ensure_ascii=False,
            rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
        )

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatException(self, ei: object) -> str:
        import traceback

        kind, _, trace = ei if isinstance(ei, tuple) else (None, None, None)
        places = "".join(f"{f.filename}:{f.lineno} {f.name}\n" for f in traceback.extract_tb(trace))
        return f"{getattr(kind, '__name__', kind)}\n{places}"


def log_uncaught(**kwargs: object) -> None:
    """One line for an error that no view handled, under the id of the request: its kind and places, or which
    outage of database or disk it was."""
    log = logging.getLogger("zhibu.error")
    outage = outage_of(sys.exc_info()[1])
    if outage is None:
        log.error("uncaught", exc_info=True)
    else:
        log.error("outage", extra={"outage": outage.value})
