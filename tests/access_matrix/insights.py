"""Home and quick search: everyone signed in, each with the own part."""

from tests.access_matrix import SIGNED_IN, Row, page

ROWS: tuple[Row, ...] = (
    page("insights:home", {200: SIGNED_IN}),
    page("insights:work", {200: SIGNED_IN}),
    page("insights:search", {200: SIGNED_IN}, data={"q": "阿尔木呷"}),
)
