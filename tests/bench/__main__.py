"""``python -m tests.bench [--only id,id]``: measure, print the table, write var/bench.json and var/bench.md."""

import argparse
import fcntl
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import away, backups, booklets, heavy, importing, months, reorganizing, serving
from tests.bench.places import ROOT, Places
from tests.bench.rows import Row, table

Measure = Callable[[Places, str], list[Row]]


def measures(places: Places) -> list[tuple[tuple[str, ...], str, Measure]]:
    """Ids that a measure yields, the database it runs on, and the measure."""
    found: list[tuple[tuple[str, ...], str, Measure]] = []
    for vendor in places.servers:
        found.append(((f"import-{vendor}",), vendor, importing.import_rows))
        found.append(((f"import-again-{vendor}",), vendor, importing.import_again_rows))
        for pages, measure in (
            (serving.PAGES, serving.page_rows),
            (serving.CASE_PAGES, serving.case_page_rows),
        ):
            found.append((tuple(serving.row_id(page, vendor) for page in pages), vendor, measure))
        found.append((reorganizing.ids(vendor), vendor, reorganizing.reorganization_rows))
        found.append(((heavy.at_once_id(vendor),), vendor, heavy.at_once_rows))
        found.append(((heavy.memory_id(vendor),), vendor, heavy.memory_rows))
        of_months = months.ids(vendor)
        found.append((of_months["open"], vendor, months.open_rows))
        found.append((of_months["cell"], vendor, months.cell_rows))
        found.append((of_months["seal"], vendor, months.seal_rows))
        found.append((of_months["page"], vendor, months.page_rows))
        if vendor == "postgresql":
            found.append((of_months["at_once"], vendor, months.at_once_rows))
        found.append((of_months["close"], vendor, months.close_rows))
        found.append((backups.ids(vendor), vendor, backups.backup_rows))
        found.append(((away.away_id(vendor),), vendor, away.away_rows))
    found.append((("first-load",), "sqlite", serving.first_load_rows))
    found.append((("booklets",), "sqlite", booklets.speed_rows))
    found.append((("booklets-memory",), "sqlite", booklets.memory_rows))
    return found


def main() -> int:
    """1 when a figure does not hold."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", default="", help="ids separated by commas")
    only = {word for word in parser.parse_args().only.split(",") if word}
    os.umask(0o077)  # an installation with files that others can open does not serve
    (ROOT / "var").mkdir(mode=0o700, exist_ok=True)
    lock = (ROOT / "var" / "bench.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("another bench is running here; two at once would spoil both", file=sys.stderr)
        return 1
    places = Places()
    rows: list[Row] = []
    try:
        for ids, vendor, measure in measures(places):
            if only and not only & set(ids):
                continue
            started = time.monotonic()
            print(f"{', '.join(ids)} ...", file=sys.stderr, flush=True)
            rows += [row for row in measure(places, vendor) if not only or row.id in only]
            print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    finally:
        places.remove()
    if not rows:
        print(f"no such id: {', '.join(sorted(only))}", file=sys.stderr)
        return 1
    head = f"{datetime.now(UTC):%Y-%m-%d}, {machine()}"
    print(f"{head}\n\n{table(rows)}")
    folder = ROOT / "var"
    (folder / "bench.json").write_text(
        json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    (folder / "bench.md").write_text(f"{head}\n\n{table(rows)}\n", "utf-8")
    return 0 if all(row.holds for row in rows) else 1


def machine() -> str:
    """Processor, number of cores, memory, Python."""
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
