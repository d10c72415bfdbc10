"""Certificate numbers, serials, states, verification; stock, keeping, dispositions, overprint. Pure."""
