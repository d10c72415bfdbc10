"""What is heavy: four people fetch the county's register while a clerk works; memory after 200 pages and exports."""

import http.client
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from tests.bench.places import Place, Places
from tests.bench.rows import Row, percentile
from tests.bench.serving import Visitor, served

PEOPLE = 4
IDLE_ROUNDS = 60
WAIT_SECONDS = 900.0
EVERY, EARLY, LATE = 20, 20, 200
MARGIN = 60.0
AT_ONCE = 4


def at_once_id(vendor: str) -> str:
    """Id of the row about four people."""
    return f"heavy-at-once-{vendor}"


def memory_id(vendor: str) -> str:
    """Id of the row about memory."""
    return f"heavy-memory-{vendor}"


def at_once_rows(places: Places, vendor: str) -> list[Row]:
    """The clerk's page while four people have the county's register made as workbook and as A4."""
    with places.county(vendor).copied("heavy") as place:
        addresses: dict[str, str] = place.work("addresses")
        cookies: list[str] = place.work("county_sessions", str(PEOPLE))
        clerk_cookie = place.work("sign_in", "branch")
        with served(place, with_worker=True) as port:
            clerk = Visitor(port, f"sessionid={clerk_cookie}")
            page = addresses["branch_register"]
            idle = [clerk.get(page)[0] for _round in range(IDLE_ROUNDS)]
            over = threading.Event()
            started = time.monotonic()
            with ThreadPoolExecutor(PEOPLE + 1) as threads:
                fetching = [threads.submit(_fetch, port, cookie, addresses) for cookie in cookies]
                busy = threads.submit(_visits, port, clerk_cookie, page, over)
                try:
                    waited = [each.result() for each in fetching]
                finally:
                    over.set()
                during = busy.result()
            spent = time.monotonic() - started
    what = (
        f"register page of a branch clerk ({vendor}) while {PEOPLE} people have the county's register made as "
        f"workbook and A4 ({spent:.0f} s until all have both, the answers to their clicks {max(waited):.1f} s at most): "
        "p95, against an idle server"
    )
    value, limit = percentile(during, 95), percentile(idle, 95)
    return [Row(at_once_id(vendor), what, value * 1000, "ms", limit * 1000, "<= 3")]


def _visits(port: int, cookie: str, page: str, over: threading.Event) -> list[float]:
    clerk = Visitor(port, f"sessionid={cookie}")
    times = []
    while not over.wait(0.1):
        times.append(clerk.get(page)[0])
    return times


def _fetch(port: int, cookie: str, addresses: dict[str, str]) -> float:
    """Press both, wait for both files, take them away; the longest answer to a click in seconds."""
    longest, jobs = 0.0, []
    for name in ("county_workbook", "county_print"):
        started = time.monotonic()
        status, headers, _body = _ask(port, cookie, addresses[name])
        longest = max(longest, time.monotonic() - started)
        assert status == 303, status
        jobs.append(headers["Location"])
    until = time.monotonic() + WAIT_SECONDS
    for job in jobs:
        while _ask(port, cookie, f"{job}result/")[0] != 200:
            assert time.monotonic() < until, "the files do not come"
            time.sleep(2)  # as the page of a job asks
    return longest


def _ask(port: int, cookie: str, address: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", address, headers={"Cookie": f"sessionid={cookie}"})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def memory_rows(places: Places, vendor: str) -> list[Row]:
    """Resident memory of the web processes, every 20 of 200 heavy pages and exports, four at a time."""
    with places.county(vendor).copied("heavy") as place:
        addresses: list[str] = place.work("heavy_addresses")
        cookie = place.work("sign_in", "county")
        asked = islice(cycle(addresses), LATE)
        curve = []
        with served(place) as port, ThreadPoolExecutor(AT_ONCE) as threads:
            for _part in range(0, LATE, EVERY):
                part = list(islice(asked, EVERY))
                for status, _headers, _body in threads.map(lambda address: _ask(port, cookie, address), part):
                    assert status in {200, 303}, status
                curve.append(_resident(place))
    early, late = curve[EARLY // EVERY - 1], curve[-1]
    told = ", ".join(f"{each:.0f}" for each in curve)
    what = (
        f"memory of the web processes ({vendor}) after {LATE} heavy pages and exports, {AT_ONCE} at a time, against that "
        f"after {EARLY} and {MARGIN:.0f} MB; every {EVERY}: {told} MB"
    )
    return [Row(memory_id(vendor), what, late, "MB", early + MARGIN, "<= 1")]


def _resident(place: Place) -> float:
    """Megabytes of the place's web processes together."""
    ours = f"ZHIBU_VAR={place.folder}".encode()
    pages = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (
                b"granian" in (process / "cmdline").read_bytes()
                and ours in (process / "environ").read_bytes()
            ):
                pages += int((process / "statm").read_text("ascii").split()[1])
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # gone meanwhile
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
