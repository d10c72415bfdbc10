"""Merging two townships in the demonstration county: seconds, statements, and the way back."""

from tests.bench.places import Places
from tests.bench.rows import Row, median

ROUNDS = 3
MAX_SECONDS = 3.0
LARGE, SMALL = ("15", "500"), ("3", "60")  # branches and members of the two townships


def ids(vendor: str) -> tuple[str, ...]:
    """Ids of the rows."""
    return f"reorganization-{vendor}", f"reorganization-undo-{vendor}"


def reorganization_rows(places: Places, vendor: str) -> list[Row]:
    """Two townships of 15 branches and 500 members, done and undone; three branches take as many statements."""
    template = places.county(vendor)
    large: list[dict[str, float]] = []
    small: list[dict[str, float]] = []
    for sizes, found, rounds in ((LARGE, large, ROUNDS), (SMALL, small, 1)):
        for _round in range(rounds):
            with template.copied("round") as place:
                found.append(place.work("reorganize", *sizes))
    seconds = median([each["seconds"] for each in large])
    rows = []
    for row_id, key, what, limit, goal in (
        (ids(vendor)[0], "", "merging two townships", MAX_SECONDS, "<= 1"),
        (ids(vendor)[1], "undo_", "taking it back, against doing it", seconds, ""),
    ):
        count, fewer = large[0][f"{key}queries"], small[0][f"{key}queries"]
        words = f"{what} ({vendor}): {large[0]['branches']} branches, {large[0]['members']} members, one transaction"
        also = (
            (f"{count} statements", all(each[f"{key}queries"] == count for each in large)),
            (
                f"{fewer} for {small[0]['branches']} branches and {small[0]['members']} members",
                fewer == count,
            ),
        )
        rows.append(
            Row(row_id, words, median([each[f"{key}seconds"] for each in large]), "s", limit, goal, also)
        )
    return rows
