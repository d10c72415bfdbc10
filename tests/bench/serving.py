"""Pages through the real server: time against a bare view, queries, weight of the first load."""

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.places import ROOT, Place, Places
from tests.bench.rows import Row, median

ROUNDS = 60
WARMING = 10
MAX_QUERIES = 12
MAX_BYTES = 150_000
PAGES = {
    "branch_register": ("branch", "register of a branch"),
    "member": ("county", "member page"),
    "tree": ("county", "tree page"),
    "county_register": ("county", "county register, page 1"),
}
FIRST_LOADS = ("branch_register", "member", "tree", "county_register", "organization", "members")
ASSET = re.compile(r"""(?:href|src)="(/static/[^"#]+)""")
FOREIGN = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


@dataclass
class Visitor:
    """One kept-open connection of a signed-in person, as a browser keeps it."""

    port: int
    cookie: str = ""

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def get(self, address: str) -> tuple[float, bytes]:
        """Seconds to the last byte, and the bytes as they came over the wire."""
        headers = {"Accept-Encoding": "gzip, deflate, br", "Cookie": self.cookie}
        started = time.perf_counter()
        self._connection.request("GET", address, headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        spent = time.perf_counter() - started
        assert response.status == 200, f"{address}: {response.status} {response.headers.get('Location')}"
        return spent, body

    def text(self, address: str) -> str:
        """A page without compression."""
        self._connection.request("GET", address, headers={"Cookie": self.cookie})
        return self._connection.getresponse().read().decode()


@contextmanager
def served(place: Place) -> Iterator[int]:
    """The installation served as ``zhibu serve`` does; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "zhibu.cli", "serve", "--no-worker", "--port", str(port)]
    log = place.folder / "serve.log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=place.environment, stdout=out, stderr=out)
    try:
        _wait(port, log)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def page_rows(places: Places, vendor: str) -> list[Row]:
    """Each page against its bare view, interleaved; queries now and at 100,000 members."""
    place = places.county(vendor)
    addresses: dict[str, str] = place.work("addresses")
    counts = {page: place.work("queries", who, addresses[page]) for page, (who, _what) in PAGES.items()}
    with place.copied("volume") as volume:
        volume.work("grow")
        grown = {page: volume.work("queries", who, addresses[page]) for page, (who, _what) in PAGES.items()}
    rows = []
    with served(place) as port:
        for page, (who, what) in PAGES.items():
            visitor = Visitor(port, f"sessionid={place.work('sign_in', who)}")
            value, limit = _interleaved(visitor, addresses[page], addresses[f"{page}_bare"])
            also = (
                (f"{counts[page]} queries", counts[page] <= MAX_QUERIES),
                (f"{grown[page]} at 100,000 members", grown[page] == counts[page]),
            )
            words = f"{what} ({vendor}), against a bare view"
            rows.append(
                Row(
                    f"{page.replace('_', '-')}-{vendor}",
                    words,
                    value * 1000,
                    "ms",
                    limit * 1000,
                    "<= 6",
                    also,
                )
            )
    return rows


def _interleaved(visitor: Visitor, page: str, bare: str) -> tuple[float, float]:
    for _warm in range(WARMING):
        visitor.get(page)
        visitor.get(bare)
    values, limits = [], []
    for _round in range(ROUNDS):
        values.append(visitor.get(page)[0])
        limits.append(visitor.get(bare)[0])
    return median(values), median(limits)


def first_load_rows(places: Places, vendor: str) -> list[Row]:
    """Bytes over the wire for the page and everything it asks for, for the heaviest page."""
    place = places.county(vendor)
    addresses: dict[str, str] = place.work("addresses")
    heaviest, most, foreign = "", 0, False
    with served(place) as port:
        county = Visitor(port, f"sessionid={place.work('sign_in', 'county')}")
        pages = [
            "/",
            "/jobs/",
            "/imports/",
            "/rulebook/",
            "/styleguide/",
            *(addresses[page] for page in FIRST_LOADS),
        ]
        for visitor, address in [(Visitor(port), "/account/login/"), *((county, page) for page in pages)]:
            page = visitor.text(address)
            foreign = foreign or bool(FOREIGN.search(page))
            weight = len(visitor.get(address)[1])
            weight += sum(len(visitor.get(asset)[1]) for asset in sorted(set(ASSET.findall(page))))
            if weight > most:
                heaviest, most = address, weight
    what = f"first load of the heaviest page ({heaviest}): page, styles, scripts, icons as sent"
    also = (("no request to another host", not foreign),)
    return [Row("first-load", what, most / 1000, "kB", MAX_BYTES / 1000, "<= 1", also)]


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            Visitor(port).get("/account/login/")
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)  # between two knocks
    raise AssertionError(f"the server does not answer\n{log.read_text('utf-8')}")
