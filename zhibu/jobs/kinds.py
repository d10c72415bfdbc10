"""Kinds of long work, declared by the apps that do it (settings.JOB_KINDS)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from zhibu.core.access import Scope


class Canceled(Exception):
    """The owner asked to stop; raised by ``Progress.step`` between two pieces of work."""


class Interrupted(Canceled):
    """The worker is asked to stop or has lost the job; it will be done again from the start by another."""


class Progress(Protocol):
    """What the running work is given."""

    job_id: str

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report; renews the lease. Raises ``Canceled``. Cheap: writes at most twice a second."""

    def problem(self, who: str, what: str) -> None:
        """Something the owner must know that does not stop the work."""

    def folder(self) -> Path:
        """An empty folder for intermediate files, removed when the job ends."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the owner gets: a file to download (moved into the job's store), or a page to go on to."""

    file: Path | None = None
    name: str = ""
    url: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class JobKind:
    """``run`` gets the progress, the owner's scope as it is now, and the params. It raises ``Refused`` to
    fail with a sentence. ``is_resumable``: running it again from the start after a lost worker is safe.
    ``is_first``: somebody looks at the screen until it is done, so it goes before other work that waits.
    """

    key: str
    title: str
    run: Callable[[Progress, Scope, Mapping[str, str]], Result | None]
    is_resumable: bool = True
    is_first: bool = False


@cache
def job_kinds() -> Mapping[str, JobKind]:
    """All declared kinds by key."""
    return {kind.key: kind for name in settings.JOB_KINDS for kind in import_string(name)}
