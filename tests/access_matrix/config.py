"""The page for the monitor; no worker runs beside the tests."""

from tests.access_matrix import EVERYONE, Row, page

ROWS: tuple[Row, ...] = (page("health", {503: EVERYONE}, visitor=503),)
