"""Files of jobs: live progress and intermediate files in VAR/jobs, results in VAR/results.

Progress lives in a file beside the database because the work itself often stands inside one long
transaction: what it wrote to the job's row nobody could see before the end, and on SQLite nobody else
can write at all. The file's time is also the sign that the worker is alive.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from zhibu.core.ages import date_now


@dataclass(frozen=True, slots=True)
class Reported:
    """How far the work is: pieces done, pieces in all (0: not known yet), what is being done."""

    done: int = 0
    total: int = 0
    note: str = ""


def job_folder(job_id: UUID | str) -> Path:
    """Where a running job keeps its progress and intermediate files."""
    return Path(settings.VAR) / "jobs" / str(job_id)


def results_folder() -> Path:
    """Where results wait for their owners; made on first use, closed to other users of the machine."""
    folder = Path(settings.VAR) / "results"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def report(job_id: UUID | str, reported: Reported) -> None:
    """Write the progress, whole or not at all."""
    folder = job_folder(job_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / "progress.new"
    fresh.write_text(json.dumps(asdict(reported), ensure_ascii=False), "utf-8")
    date_now(fresh)
    fresh.replace(folder / "progress.json")


def reported(job_id: UUID | str) -> Reported | None:
    """The progress last written, if the job is being worked on."""
    try:
        return Reported(**json.loads((job_folder(job_id) / "progress.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def sign_of_life(job_id: UUID | str) -> float:
    """When the worker last touched the progress, in seconds since 1970; 0 when it never did."""
    try:
        return (job_folder(job_id) / "progress.json").stat().st_mtime
    except FileNotFoundError:
        return 0.0


def give_sign_of_life(job_id: UUID | str) -> None:
    """Renew the time of the progress file."""
    with contextlib.suppress(FileNotFoundError):
        date_now(job_folder(job_id) / "progress.json")


def ask_to_stop(job_id: UUID | str) -> None:
    """Tell the worker, also while it holds the database."""
    folder = job_folder(job_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "stop").touch()


def is_asked_to_stop(job_id: UUID | str) -> bool:
    """True after ``ask_to_stop``."""
    return (job_folder(job_id) / "stop").exists()


def remove_job_folder(job_id: UUID | str) -> None:
    """Forget progress, request to stop and intermediate files."""
    shutil.rmtree(job_folder(job_id), ignore_errors=True)


_PASSING_SECONDS: Final = 3600


def passing_folders() -> Path:
    """Where work of a moment (a print) keeps what it is given; closed to other users of the machine."""
    folder = Path(settings.VAR) / "passing"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def passing_folder() -> Iterator[Path]:
    """A private folder (mode 700) for as long as the block lasts. It is named after its process, so that what a
    killed one left is found by ``sweep_passing``."""
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=passing_folders()) as name:
        date_now(Path(name))
        yield Path(name)


def sweep_passing(*, now: float) -> int:
    """Remove folders whose process is gone, and any older than an hour: a number may have passed to another process.
    ``now`` in seconds since 1970. Returns how many went."""
    removed = 0
    for folder in passing_folders().iterdir():
        with contextlib.suppress(FileNotFoundError):  # it ended, or another sweep was faster
            if folder.stat().st_mtime < now - _PASSING_SECONDS or not _is_alive(
                folder.name.partition("-")[0]
            ):
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
