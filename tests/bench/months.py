"""Months: opening, cells, submitting and sealing, all branches at once, the page, the close of a year."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from tests.bench.places import Places
from tests.bench.rows import Row, median, percentile
from tests.bench.serving import Visitor, served

OPENINGS = 7
CELLS, SEALS, PAGES, WARMING = 60, 18, 60, 10
SEALS_WARMING = 4
CLOSES = 3
BRANCHES, ALONE, CLIENTS = 289, 15, 4
MOST_SECONDS, MOST_QUERIES, MOST_BYTES = 60.0, 25, 60_000
GROWTH = 1.2
DOUBLE_TAP = 10  # every tenth clerk taps twice


def ids(vendor: str) -> dict[str, tuple[str, ...]]:
    """Ids of the rows of each measure."""
    return {
        "open": (f"month-open-{vendor}",),
        "cell": (f"cell-{vendor}", f"cell-attendance-{vendor}"),
        "seal": (f"month-seal-{vendor}",),
        "page": (f"month-page-{vendor}",),
        "at_once": (f"months-at-once-{vendor}",),
        "close": (f"year-close-{vendor}",),
    }


def open_rows(places: Places, vendor: str) -> list[Row]:
    """November opened for the whole county, against one bulk insert of as many rows."""
    with places.october(vendor).copied("round") as place:
        found = place.work("open_rounds", str(OPENINGS))
    what = (
        f"opening a month for the county ({vendor}): {found['months']} records and {found['dues']:,} dues in "
        f"{found['queries']} statements, against one bulk_create of as many rows into a bare table"
    )
    (row_id,) = ids(vendor)["open"]
    return [Row(row_id, what, median(found["seconds"]), "s", median(found["limits"]), "<= 3")]


def cell_rows(places: Places, vendor: str) -> list[Row]:
    """One entry of the page's script after the other, against a bare view that writes one row."""
    with places.november(vendor).copied("round") as place:
        told = place.work("cell_addresses")
        cookie = f"sessionid={place.work('sign_in', 'branch')}"
        rows = []
        with served(place) as port:
            clerk = Visitor(port, cookie)
            for row_id, cell, what in zip(
                ids(vendor)["cell"],
                ("dues", told["meeting"]),
                ("a cell of dues", "a cell of attendance, which the ledger of meetings takes and records"),
                strict=True,
            ):
                value, limit = _cells(clerk, told, cell)
                words = f"{what} through the server ({vendor}), against a bare view that writes one row"
                rows.append(Row(row_id, words, value * 1000, "ms", limit * 1000, "<= 3"))
    return rows


def _cells(clerk: Visitor, told: Mapping[str, Any], cell: str) -> tuple[float, float]:
    """Each entry changes its cell; the members take turns, as a clerk goes down the list."""
    values = cycle(
        [{"how": "unpaid"}, {"how": "self"}]
        if cell == "dues"
        else [{"status": "leave", "reason": "外出务工"}, {"status": "present"}]
    )
    seen: dict[int, int] = {}
    spent, limits = [], []
    members = list(told["members"])
    turns = [member for _turn in range(1 + (WARMING + CELLS) // len(members)) for member in members]
    value = next(values)
    for n, member in enumerate(turns[: WARMING + CELLS]):
        if n and n % len(members) == 0:
            value = next(values)
        operation = {
            "id": str(uuid4()), "member": member, "cell": cell, "value": value, "seen": seen.get(member, 0),
        }  # fmt: skip
        body = json.dumps({"operations": [operation]}).encode()
        seconds, status, answer = clerk.post(told["page"], body)
        assert status == 200, answer
        (answered,) = json.loads(answer)["answers"]
        assert answered["outcome"] == "done", answered
        seen[member] = answered["version"]
        bare, status, answer = clerk.post(told["bare"], body)
        assert status == 200, answer
        if n >= WARMING:
            spent.append(seconds)
            limits.append(bare)
    return median(spent), median(limits)


def seal_rows(places: Places, vendor: str) -> list[Row]:
    """Submitting and sealing branch months of 35 members; here and among 100,000 members in turns."""
    (row_id,) = ids(vendor)["seal"]
    with (
        places.november(vendor).copied("round") as place,
        places.grown(vendor).copied("grown_round") as grown,
        place.asked("seal_rounds") as ask,
        grown.asked("seal_rounds") as ask_grown,
    ):
        found, far = [], []
        for _round in range(SEALS_WARMING + SEALS):
            found.append(ask("seal"))
            far.append(ask_grown("seal"))
    found, far = found[SEALS_WARMING:], far[SEALS_WARMING:]
    value, limit = median([each[0] for each in found]), median([each[1] for each in found])
    growth = median([each[0] for each in far]) / value
    queries = max(each[2] for each in found)
    written = {name: round(median([each[3].get(name, 0) for each in found])) for name in found[0][3]}
    what = (
        f"submitting and sealing a month of 35 members ({vendor}), against a bulk_create of the rows it writes "
        f"into bare tables ({', '.join(f'{n} {name}' for name, n in written.items())}, 1 record of the month)"
    )
    also = (
        (f"{queries} statements besides BEGIN and COMMIT", queries <= MOST_QUERIES),
        (
            f"{max(each[2] for each in far)} at 100,000 members",
            max(each[2] for each in far) == queries,
        ),
        (f"{growth:.2f} of the time there", growth <= GROWTH),
    )
    return [Row(row_id, what, value * 1000, "ms", limit * 1000, "<= 6", also)]


def page_rows(places: Places, vendor: str) -> list[Row]:
    """The month of a branch with 50 members, open for entries; here and among 100,000 members in turns."""
    place, grown = places.november(vendor), places.grown(vendor)
    told = place.work("page_addresses")
    queries = place.work("queries", told["clerk"], told["page"])
    far_queries = grown.work("queries", told["clerk"], told["page"])
    values, limits, far, weight = [], [], [], 0
    with served(place) as port, served(grown) as grown_port:
        here = Visitor(port, f"sessionid={place.work('sign_in', told['clerk'])}")
        there = Visitor(grown_port, f"sessionid={grown.work('sign_in', told['clerk'])}")
        for n in range(WARMING + PAGES):
            (spent, page), (bare, _page), (spent_there, _there) = (
                here.get(told["page"]),
                here.get(told["bare"]),
                there.get(told["page"]),
            )
            weight = max(weight, len(page))
            if n >= WARMING:
                values.append(spent)
                limits.append(bare)
                far.append(spent_there)
    growth = median(far) / median(values)
    also = (
        (f"{queries} queries", queries <= 12),
        (f"{far_queries} at 100,000 members", far_queries == queries),
        (f"{growth:.2f} of the time there", growth <= GROWTH),
        (f"{weight / 1000:.1f} kB as sent", weight < MOST_BYTES),
    )
    (row_id,) = ids(vendor)["page"]
    what = f"monthly record of 50 members ({vendor}), against a bare view"
    return [Row(row_id, what, median(values) * 1000, "ms", median(limits) * 1000, "<= 8", also)]


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a clerk's submission came to."""

    branch: int
    seconds: float
    status: int
    again: bool


def at_once_rows(places: Places, vendor: str) -> list[Row]:
    """289 branches hand in, four at a time, some of them with a double tap; before that, some alone."""
    with places.november(vendor).copied("round") as place:
        clerks = place.work("handing_in", str(ALONE + BRANCHES))
        assert len(clerks) == ALONE + BRANCHES
        alone, crowd = clerks[:ALONE], clerks[ALONE:]
        with served(place) as port:
            visitor = Visitor(port)
            single = [_submit(visitor, clerk) for clerk in alone]
            started = time.perf_counter()
            sent = _together(port, crowd)
            whole = time.perf_counter() - started
        after = place.work("handed_in", json.dumps([clerk["branch"] for clerk in clerks]))
    assert all(each.status == 303 for each in single), single
    first = [each for each in sent if not each.again]
    p95 = percentile([each.seconds for each in first], 95)
    limit = median([each.seconds for each in single[WARMING // 2 :]])
    wanted = {str(clerk["branch"]): [clerk["payments"], clerk["fen"]] for clerk in clerks}
    lost = sum(each.status != 303 for each in sent) + len(clerks) - after["submitted"]
    lost += sum(after["payments"].get(branch, [0, 0])[1] < fen for branch, (_n, fen) in wanted.items())
    doubled = after["doubled"] + sum(n > 1 for n in after["told"].values())
    doubled += sum(after["payments"].get(branch, [0, 0])[0] > n for branch, (n, _fen) in wanted.items())
    also = (
        (f"{whole:.1f} s in all", whole <= MOST_SECONDS),
        (f"{lost} lost of {sum(clerk['payments'] for clerk in clerks):,} payments", lost == 0),
        (f"{doubled} doubled, {len(sent) - len(first)} double taps", doubled == 0),
        ("payments, states and records of the log as counted before", wanted == after["payments"]),
        ("one record of the log each", after["told"] == dict.fromkeys(wanted, 1)),
        ("the log's chain holds", bool(after["chain"])),
    )
    (row_id,) = ids(vendor)["at_once"]
    what = f"{BRANCHES} branches submitting, {CLIENTS} at a time ({vendor}): p95 of a submission, against one alone"
    return [Row(row_id, what, p95 * 1000, "ms", limit * 1000, "<= 10", also)]


def _together(port: int, clerks: list[dict[str, Any]]) -> list[_Sent]:
    waiting: SimpleQueue[tuple[dict[str, Any], bool]] = SimpleQueue()
    for n, clerk in enumerate(clerks):
        waiting.put((clerk, False))
        if n % DOUBLE_TAP == 0:
            waiting.put((clerk, True))
    sent: list[_Sent] = []

    def hand_in() -> None:
        visitor = Visitor(port)
        while True:
            try:
                clerk, again = waiting.get_nowait()
            except Empty:
                return
            sent.append(_submit(visitor, clerk, again=again))

    hands = [threading.Thread(target=hand_in) for _client in range(CLIENTS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(sent) == len(clerks) + len(range(0, len(clerks), DOUBLE_TAP))
    return sent


def _submit(visitor: Visitor, clerk: Mapping[str, Any], *, again: bool = False) -> _Sent:
    visitor.cookie = clerk["session"]
    seconds, status, _body = visitor.post_form(clerk["address"], clerk["form"])
    return _Sent(clerk["branch"], seconds, status, again)


def close_rows(places: Places, vendor: str) -> list[Row]:
    """2026 closed for the county, against reading every row of its year once."""
    template = places.year(vendor)
    found = []
    for _round in range(CLOSES):
        with template.copied("round") as place:
            found.append(place.work("close_round"))
    limits = [limit for each in found for limit in each["limits"]]
    what = (
        f"closing the year of the county ({vendor}): {found[0]['census']['members']['all']:,} members in "
        f"{found[0]['queries']} statements, against reading the year's {found[0]['rows']:,} dues, payments, "
        "attendances and points once"
    )
    (row_id,) = ids(vendor)["close"]
    return [Row(row_id, what, median([each["seconds"] for each in found]), "s", median(limits), "<= 4")]
