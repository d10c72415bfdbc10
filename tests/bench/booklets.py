"""Booklets: pages a second against bare Typst, and the memory of printing the whole county."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from tests.bench.places import ROOT, Place, Places
from tests.bench.rows import Row, median

ROUNDS = 3
BRANCHES = 30
MAX_MEGABYTES = 800.0


def speed_rows(places: Places, vendor: str) -> list[Row]:
    """Thirty branches as the job prints them, against Typst setting the same pages branch by branch."""
    place = places.county(vendor)
    values, limits = [], []
    for _round in range(ROUNDS):
        limits.append(place.work("set_booklets", str(BRANCHES)))
        values.append(place.work("print_booklets", str(BRANCHES)))
    what = f"booklets of {BRANCHES} branches as the job makes them ({vendor}), against bare Typst"
    return [Row("booklets", what, median(values), "pages/s", median(limits), ">= 0.8")]


def memory_rows(places: Places, vendor: str) -> list[Row]:
    """The whole county once: the highest memory of the job's processes together."""
    place = places.county(vendor)
    peak, pages_a_second = _watched(place, "print_booklets", "0")
    what = f"booklets of the whole county ({vendor}, {pages_a_second:,.0f} pages/s): peak memory of the process tree"
    return [Row("booklets-memory", what, peak, "MB", MAX_MEGABYTES, "<= 1")]


def _watched(place: Place, *words: str) -> tuple[float, float]:
    """Peak resident megabytes of the work and its children, and what it returns."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.work", *words],
        cwd=ROOT,
        env=place.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = 0.0
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.05):
            peak = max(peak, _resident(process.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    output, _none = process.communicate()
    over.set()
    watcher.join()
    assert process.returncode == 0
    return peak, float(output.splitlines()[-1])


def _resident(pid: int) -> float:
    """Resident megabytes of a process and its descendants; what ends meanwhile counts nothing."""
    total = 0.0
    try:
        total = (
            int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        )
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(_resident(int(child)) for child in (task / "children").read_text("ascii").split())
    except (FileNotFoundError, ProcessLookupError):
        return total
    return total
