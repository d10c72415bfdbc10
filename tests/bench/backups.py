"""Backing up the demonstration county while four clients write, against a plain copy of the same bytes."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.places import ROOT, Place, Places
from tests.bench.rows import Row, median

ROUNDS = 5
CLIENTS = 4
WRITTEN_FIRST = 40


def ids(vendor: str) -> tuple[str, ...]:
    """Ids of the rows."""
    return f"backup-{vendor}", f"restore-{vendor}"


def backup_rows(places: Places, vendor: str) -> list[Row]:
    """The backup, alternating with the copy while the clients write; then a restore of the newest with its checks."""
    empty = Place(vendor, "restored", places.servers[vendor])
    with places.county(vendor).copied("backed_up") as place:
        folder = place.folder.with_name(f"{vendor}-backups")
        shutil.rmtree(folder, ignore_errors=True)
        values, limits = [], []
        with _writing(place) as committed:
            for _round in range(ROUNDS):
                before = committed()
                values.append(float(place.work("back_up", str(folder))))
                limits.append(_plain_copy(_newest(folder), folder / "copy"))
        size = sum(file.stat().st_size for file in _newest(folder).rglob("*") if file.is_file())
        empty.make()
        found = empty.work("restore", str(folder))
    empty.remove()
    shutil.rmtree(folder)
    lost = before - set(found["clusters"])
    what = f"backup of the demonstration county while {CLIENTS} clients write ({vendor}), {size / 1e6:.0f} MB, against a plain copy of the same bytes"
    again = f"restore of it ({vendor}) with digests, counts, {found['records']:,} audit records and {found['seals']:,} seals verified, against the backup"
    first, second = ids(vendor)
    return [
        Row(
            first,
            what,
            median(values),
            "s",
            median(limits),
            "<= 2",
            ((f"{len(lost)} of {len(before)} rows lost", not lost),),
        ),
        Row(
            second, again, found["seconds"], "s", median(values), "", (("all holds", not found["problems"]),)
        ),
    ]


@contextmanager
def _writing(place: Place) -> Iterator[Callable[[], set[str]]]:
    """Clients that write as fast as they may; the names that are committed so far."""
    files = [place.folder.with_name(f"{place.folder.name}-writer{n}") for n in range(CLIENTS)]
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.work", "write_on", str(n), str(file)],
            cwd=ROOT,
            env=place.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        for n, file in enumerate(files)
    ]

    def committed() -> set[str]:
        return {line for file in files if file.exists() for line in file.read_text("utf-8").split("\n")[:-1]}

    try:
        while len(committed()) < WRITTEN_FIRST:
            assert all(client.poll() is None for client in clients)
            time.sleep(0.1)
        yield committed
        assert all(client.poll() is None for client in clients), "a client ended before it was told to"
    finally:
        for client in clients:
            assert client.stdin is not None
            client.stdin.close()
            client.wait(60)
        for file in files:
            file.unlink(missing_ok=True)


def _newest(folder: Path) -> Path:
    return max(folder.glob("zhibu-*"))


def _plain_copy(source: Path, target: Path) -> float:
    """Seconds of copying every file, down to the disk, as a backup that may be relied on is."""
    started = time.perf_counter()
    for file in source.rglob("*"):
        if file.is_file():
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as read, copy.open("wb") as write:
                shutil.copyfileobj(read, write, 1024 * 1024)
                write.flush()
                os.fsync(write.fileno())
    spent = time.perf_counter() - started
    shutil.rmtree(target)
    return spent
