"""Large type, staying signed in, the style guide."""

from tests.access_matrix import EVERYONE, SIGNED_IN, Row, deed, page

ROWS: tuple[Row, ...] = (
    deed("ui:large_type", {303: EVERYONE}, visitor=303),
    page("ui:styleguide", {200: SIGNED_IN}),
    page("ui:session", {204: SIGNED_IN}),
)
