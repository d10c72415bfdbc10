"""The roster: in, and in again."""

from tests.bench.places import Places
from tests.bench.rows import Row, median

ROUNDS = 3


def import_rows(places: Places, vendor: str) -> list[Row]:
    """Upload to applied and numbered, against calamine and one bulk insert into a bare table."""
    template = places.organizations(vendor)
    values, limits = [], []
    for _round in range(ROUNDS):
        with template.copied("round") as place:
            limits.append(place.work("insert_roster"))
        with template.copied("round") as place:
            values.append(place.work("import_roster"))
    what = f"roster of 10,174 rows, file to applied and numbered ({vendor}), against calamine and one bulk_create into a bare table"
    return [Row(f"import-{vendor}", what, median(values), "s", median(limits), "<= 5")]


def import_again_rows(places: Places, vendor: str) -> list[Row]:
    """The same file again, against calamine."""
    place = places.roster(vendor)
    values, limits = [], []
    for _round in range(ROUNDS):
        limits.append(place.work("read_roster"))
        values.append(place.work("import_again"))
    what = f"the same roster again, all 10,174 rows same ({vendor}), against calamine"
    return [Row(f"import-again-{vendor}", what, median(values), "s", median(limits), "<= 8")]
