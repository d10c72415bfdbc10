"""Home and quick search: everyone signed in, each with the own part."""

from tests.access_matrix import INSPECTOR, OFFICES, SIGNED_IN, Row, page

ROWS: tuple[Row, ...] = (
    page("insights:home", {200: SIGNED_IN}),
    page("insights:work", {200: SIGNED_IN}),
    page("insights:course", {200: OFFICES + INSPECTOR}),
    page("insights:search", {200: SIGNED_IN}, data={"q": "阿尔木呷"}),
)
