"""Pages through the real server: time against a bare view, queries, weight of the first load."""

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.places import ROOT, Place, Places
from tests.bench.rows import Row, median

ROUNDS = 60
WARMING = 10
MAX_BYTES = 150_000


@dataclass(frozen=True, slots=True)
class Measured:
    """A page: who looks at it, what the table calls it, how many queries it may take, bound of the ratio.

    ``goal`` "" only reports the ratio.
    """

    who: str
    what: str
    queries: int = 12
    goal: str = "<= 6"


PAGES = {
    "branch_register": Measured("branch", "register of a branch"),
    "member": Measured("county", "member page"),
    "tree": Measured("county", "tree page"),
    "county_register": Measured("county", "county register, page 1"),
}
# Pages of the certificate's life, in the county with everything under way.
CASE_PAGES = {
    "home": Measured("county", "home page of the county", 15),
    "work_county": Measured("county", "work list of the county", 90, ""),
    "work_township": Measured("puxiong", "work list of a township organizer", 90, ""),
    "work_branch": Measured("branch", "work list of a branch clerk", 90, ""),
    "reorganization_preview": Measured("county", "preview of merging two townships", 50),
    "merge_preview": Measured("county", "preview of merging two records of a person", 50),
    "matters": Measured("county", "matters to approve, page 1", 20),
    "dispositions": Measured("county", "dispositions, page 1", 20),
    "transfers": Measured("county", "transfers, page 1", 20),
    "floating": Measured("county", "floating members, page 1", 20),
    "movements": Measured("county", "increase and decrease of a year", 20, ""),
}
FIRST_LOADS = ("branch_register", "member", "tree", "county_register", "organization", "members")
ASSET = re.compile(r"""(?:href|src)="(/static/[^"#]+)""")
_TOKEN = "b" * 32
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

    def post(self, address: str, body: bytes, kind: str = "application/json") -> tuple[float, int, bytes]:
        """Seconds to the last byte of the answer, its status and its body; sent with the token against forgery."""
        headers = {
            "Accept-Encoding": "gzip, deflate, br",
            "Content-Type": kind,
            "Cookie": f"{self.cookie}; csrftoken={_TOKEN}",
            "X-CSRFToken": _TOKEN,
        }
        started = time.perf_counter()
        self._connection.request("POST", address, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        return time.perf_counter() - started, response.status, answer

    def post_form(self, address: str, fields: Mapping[str, object]) -> tuple[float, int, bytes]:
        """``post`` of a plain form."""
        return self.post(address, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def text(self, address: str) -> str:
        """A page without compression."""
        self._connection.request("GET", address, headers={"Cookie": self.cookie})
        return self._connection.getresponse().read().decode()


@contextmanager
def served(place: Place, *, with_worker: bool = False) -> Iterator[int]:
    """The installation served as ``zhibu serve`` does, with its worker or without; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "zhibu.cli", "serve", "--port", str(port)]
    if not with_worker:
        command.append("--no-worker")
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
    """Each page of the demonstration county against its bare view."""
    return _page_rows(places.county(vendor), PAGES, "addresses", vendor)


def case_page_rows(places: Places, vendor: str) -> list[Row]:
    """Each page of the certificate's life against its bare view."""
    return _page_rows(places.cases(vendor), CASE_PAGES, "case_addresses", vendor)


def _page_rows(place: Place, pages: Mapping[str, Measured], addresses_of: str, vendor: str) -> list[Row]:
    """Interleaved with the bare views; queries now and at 100,000 members."""
    addresses: dict[str, str] = place.work(addresses_of)
    counts = {name: place.work("queries", page.who, addresses[name]) for name, page in pages.items()}
    with place.copied("volume") as volume:
        volume.work("grow")
        grown = {name: volume.work("queries", page.who, addresses[name]) for name, page in pages.items()}
    rows = []
    with served(place) as port:
        for name, page in pages.items():
            visitor = Visitor(port, f"sessionid={place.work('sign_in', page.who)}")
            value, limit = _interleaved(visitor, addresses[name], addresses[f"{name}_bare"])
            also = (
                (f"{counts[name]} queries", counts[name] <= page.queries),
                (f"{grown[name]} at 100,000 members", grown[name] == counts[name]),
            )
            words = f"{page.what} ({vendor}), against a bare view"
            rows.append(Row(row_id(name, vendor), words, value * 1000, "ms", limit * 1000, page.goal, also))
    return rows


def row_id(name: str, vendor: str) -> str:
    """Id of a page's row."""
    return f"{name.replace('_', '-')}-{vendor}"


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
