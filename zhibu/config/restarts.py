"""How often the processes of ``zhibu serve`` died lately: written by it, read by ``/healthz``."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings


def tell_restarts(deaths: Mapping[str, int]) -> None:
    """Keep the deaths in a row of each process. A full or read-only disk loses only this."""
    with contextlib.suppress(OSError):
        _file().write_text(json.dumps(dict(deaths), ensure_ascii=False), "utf-8")


def restarts() -> dict[str, int]:
    """Name of the process -> deaths in a row; empty when nobody told."""
    try:
        told = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): int(count) for name, count in told.items() if count} if isinstance(told, dict) else {}


def _file() -> Path:
    return Path(settings.VAR) / "restarts.json"
