"""QR codes as grey dots, ready for the template.

A county's print needs ten thousand codes of the same size. segno draws the patterns that are the same in
all of them, once; the changing part (error correction and placement, ISO/IEC 18004) is done here with
whole-number arithmetic, about ten times as fast. A test compares the two module by module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import segno

VERSION = 8
"""49 modules a side, 152 bytes at level M: a signed token with an address of up to 50 characters."""
CAPACITY = 152
MASK = 4
"""Fixed: choosing the best of the eight masks costs eight times as much, and every one can be read."""
QUIET = 2
"""White modules around the code inside the picture; the page around it is white too."""
DOTS = 4
"""Dots a module: a viewer that smooths pictures blurs a quarter of a module, a printer nothing."""

# ISO/IEC 18004 table 9, version 8-M: two blocks of 38 and two of 39 data bytes, 22 correction bytes each.
_BLOCKS = (38, 38, 39, 39)
_CORRECTION = 22
_DATA_BYTES = sum(_BLOCKS)
_ALIGNMENT = (6, 24, 42)


@dataclass(frozen=True, slots=True)
class Picture:
    """A code: ``side`` squared grey dots, row by row, 0 dark and 255 white."""

    side: int
    dots: bytes


def _segno(text: str, version: int | None) -> segno.QRCode:
    return segno.make_qr(text, error="m", version=version, mask=MASK, mode="byte", boost_error=False)


@cache
def _correction_table() -> tuple[int, ...]:
    """For each byte, its product with the generator polynomial of 22 roots, as one whole number."""
    exponents = [1] * 255
    for i in range(1, 255):
        doubled = exponents[i - 1] << 1
        exponents[i] = doubled ^ 0x11D if doubled > 255 else doubled
    logarithms = {value: i for i, value in enumerate(exponents)}

    def product(a: int, b: int) -> int:
        return exponents[(logarithms[a] + logarithms[b]) % 255] if a and b else 0

    generator = [1]
    for i in range(_CORRECTION):
        shifted = [*generator, 0]
        for place, factor in enumerate(generator):
            shifted[place + 1] ^= product(factor, exponents[i])
        generator = shifted
    return tuple(
        int.from_bytes(bytes(product(byte, factor) for factor in generator[1:]), "big") for byte in range(256)
    )


def _correction(block: bytes) -> bytes:
    table, top, rest = _correction_table(), 8 * (_CORRECTION - 1), 0
    low = (1 << top) - 1
    for byte in block:
        rest = ((rest & low) << 8) ^ table[(rest >> top) ^ byte]
    return rest.to_bytes(_CORRECTION, "big")


def _is_pattern(row: int, x: int, size: int) -> bool:
    """True for modules that carry no message: finders, timing, alignment, format and version."""
    far = size - 8
    corner = (row < 9 and (x < 9 or x >= far)) or (row >= far and x < 9)
    version = (row < 6 and far - 3 <= x < far) or (x < 6 and far - 3 <= row < far)
    # Pairs of centers that fall into a finder's corner have no square of their own; their modules on
    # the timing lines count as such anyway.
    alignment = any(
        abs(row - a) <= 2 and abs(x - b) <= 2
        for a in _ALIGNMENT
        for b in _ALIGNMENT
        if 24 in (a, b) or a == b == 42
    )
    return corner or version or row == 6 or x == 6 or alignment


@cache
def _skeleton() -> tuple[Callable[[str], tuple[str, ...]], int]:
    """Picks each module, row by row, out of "01" + the message bits; and the mask over the message."""
    picks = [list(row) for row in _segno("0", VERSION).matrix]
    size = len(picks)
    mask, count, upwards = 0, 0, True
    for right in range(size - 1, 0, -2):
        column = right - 1 if right <= 6 else right  # the vertical timing pattern has no message
        for row in reversed(range(size)) if upwards else range(size):
            for x in (column, column - 1):
                if not _is_pattern(row, x, size):
                    picks[row][x] = 2 + count
                    mask = mask << 1 | ((row // 2 + x // 3) % 2 == 0)
                    count += 1
        upwards = not upwards
    return itemgetter(*(pick for row in picks for pick in row)), mask


def modules(text: str) -> bytes:
    """The code's modules row by row as the characters 0 and 1. At most ``CAPACITY`` bytes of ASCII text."""
    raw = text.encode("ascii")
    # Mode (4 bits), length (8 bits), bytes, end (4 bits), then the two fill bytes in turn.
    head = (0x4 << 8 | len(raw)) << (8 * len(raw)) | int.from_bytes(raw, "big")
    data = (head << 4).to_bytes(len(raw) + 2, "big")
    data = (data + b"\xec\x11" * _DATA_BYTES)[:_DATA_BYTES]
    blocks, start = [], 0
    for length in _BLOCKS:
        blocks.append(data[start : start + length])
        start += length
    corrections = [_correction(block) for block in blocks]
    short, wide = _BLOCKS[0], [block for block in blocks if len(block) > _BLOCKS[0]]
    stream = bytes(block[i] for i in range(short) for block in blocks)
    stream += bytes(block[short] for block in wide)
    stream += bytes(part[i] for i in range(_CORRECTION) for part in corrections)
    pick, mask = _skeleton()
    bits = f"01{int.from_bytes(stream, 'big') ^ mask:0{8 * len(stream)}b}"
    return "".join(pick(bits)).encode()


def picture(text: str) -> Picture:
    """The code of an ASCII text at level M. A text too long for ``VERSION`` gets the smallest that holds it."""
    if len(text) <= CAPACITY:
        flat = modules(text)
    else:
        flat = b"".join(row.translate(b"01" + bytes(254)) for row in _segno(text, None).matrix)
    size = round(len(flat) ** 0.5)
    dots = flat.replace(b"0", b"\xff" * DOTS).replace(b"1", b"\x00" * DOTS)
    inner, edge = size * DOTS, b"\xff" * (QUIET * DOTS)
    width = inner + 2 * len(edge)
    blank = b"\xff" * (width * QUIET * DOTS)
    lines = [(edge + dots[i : i + inner] + edge) * DOTS for i in range(0, len(dots), inner)]
    return Picture(width, b"".join((blank, *lines, blank)))
