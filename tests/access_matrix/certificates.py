"""Register, numbering, booklets, handing over, and the public page of verification."""

from tests.access_matrix import Row

ROWS: tuple[Row, ...] = ()
