"""Backing up and restoring inside an installation, and a client that writes until it is told to stop."""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from zhibu.config.backups import make_backup, restore_backup
from zhibu.core.access import Scope
from zhibu.organizations.actions import form_cluster
from zhibu.organizations.models import Cluster

BY = Scope.system("bench")
PASSPHRASE = "a passphrase of the bench"


def back_up(folder: str) -> float:
    """Seconds of one backup."""
    started = time.perf_counter()
    made = make_backup(by=BY, folder=Path(folder), passphrase=PASSPHRASE)
    spent = time.perf_counter() - started
    assert made.is_recorded
    return spent


def restore(folder: str) -> dict[str, Any]:
    """Seconds of restoring the newest with all checks, what they found, and the clusters that are there."""
    os.umask(0o077)
    started = time.perf_counter()
    done = restore_backup(by=BY, folder=Path(folder), passphrase=lambda: PASSPHRASE)
    return {
        "seconds": time.perf_counter() - started,
        "problems": done.problems,
        "records": done.records,
        "seals": done.seals,
        "clusters": sorted(Cluster.objects.values_list("name", flat=True)),
    }


def write_on(number: str, file: str) -> int:
    """Form clusters, each in a transaction of its own, and note each in the file once it is committed."""
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    count = 0
    with Path(file).open("w", encoding="utf-8", buffering=1) as out:
        # Between two deeds a client is away for a moment: SQLite's lock goes to whoever asks in time, not in turn.
        while not over.wait(0.02):
            name = f"片区{number}第{count}"
            with transaction.atomic():
                form_cluster(by=BY, name=name, purpose="")
            out.write(f"{name}\n")
            count += 1
    return count


WORK: dict[str, Callable[..., Any]] = {each.__name__: each for each in (back_up, restore, write_on)}
