"""Certificate numbers, serials, states, verification; stock, keeping, dispositions, overprint. Pure."""

from zhibu.certificates.rules.copies import (
    MAX_SERIAL,
    BookletState,
    Claim,
    Outcome,
    State,
    compose_number,
    format_number,
    judge,
    parse_number,
)

__all__ = [
    "MAX_SERIAL",
    "BookletState",
    "Claim",
    "Outcome",
    "State",
    "compose_number",
    "format_number",
    "judge",
    "parse_number",
]
