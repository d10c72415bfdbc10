"""The file of heads: what each chain ended with, kept where the database's user cannot reach.

Each writing of the log appends a line per chain after its commit: ``chain seq digest at mark``. ``mark`` is a
digest over the mark before and the line, so that the file itself shows where it was changed. A process killed
between commit and line leaves the database ahead of the file; the chain's next line covers that. The file is
opened for appending only, so that ``chattr +a`` may hold it, and no line is forced to the disk: a line lost
with the power tells of a record the database holds. Knows nothing of the database.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

_MARK: Final = 32
_TAIL: Final = 4096
"""Bytes read back to find the last whole line; one has about 150."""


class Head(NamedTuple):
    """End of a chain: its id, the number and the digest of its last record."""

    chain: int
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. ``changed``: numbers of the lines (from 1) whose mark does not follow from the line before."""

    heads: tuple[Head, ...]
    marks: frozenset[str]
    changed: tuple[int, ...]

    def last(self) -> dict[int, Head]:
        """The furthest head of each chain. Lines of several processes need not stand in order."""
        found: dict[int, Head] = {}
        for head in self.heads:
            if head.chain not in found or head.seq > found[head.chain].seq:
                found[head.chain] = head
        return found


def append(path: Path, heads: Iterable[Head], *, at: datetime, is_forced: bool = False) -> str:
    """Add a line per head under the file's lock; the last mark. ``is_forced``: wait until the disk has it.

    Raises ``OSError``. A line that was cut short by a crash is closed first.
    """
    handle = _locked(path)
    try:
        mark, is_torn = _end(handle)
        lines = ["\n"] if is_torn else []
        for head in heads:
            body = f"{head.chain} {head.seq} {head.digest} {at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
            mark = _mark(mark, body)
            lines.append(f"{body} {mark}\n")
        left = memoryview("".join(lines).encode())
        while left:
            left = left[os.write(handle, left) :]
        if is_forced:
            os.fsync(handle)
        return mark
    finally:
        os.close(handle)


def read(path: Path) -> Reading:
    """All lines, checked against each other. An empty reading when there is no file; lines that were cut
    short by a crash are passed over."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return Reading((), frozenset(), ())
    return _reading(text.split("\n")[:-1])


def size(path: Path) -> int:
    """Bytes in the file; 0 without one."""
    return path.stat().st_size if path.exists() else 0


def beginning(path: Path, *, known: int, ends: Mapping[int, int]) -> bytes:
    """The file as it belongs to a copy of the database that ends with ``ends`` (chain -> number).

    All whole lines of its first ``known`` bytes, which were there before the copy began, whatever they say; of those
    after, as many as tell of records in the copy.
    """
    if not path.exists():
        return b""
    content = path.read_bytes()
    cut = content.rfind(b"\n", 0, known) + 1
    for line in content[cut:].splitlines(keepends=True):
        parsed = _parse(line.decode(errors="replace").rstrip("\n"))
        if not line.endswith(b"\n") or (parsed and parsed[0].seq > ends.get(parsed[0].chain, 0)):
            break
        cut += len(line)
    return content[:cut]


def renew(path: Path, *, at: datetime) -> Path | None:
    """Put the file aside under a name with the time and start with an empty one; its new place, None without one."""
    if not path.exists():
        return None
    handle = _locked(path)
    try:
        aside = path.with_name(f"{path.stem}-{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}{path.suffix}")
        path.rename(aside)
        return aside
    finally:
        os.close(handle)


def _reading(lines: Iterable[str]) -> Reading:
    heads, marks, changed = [], set(), []
    before = ""
    for number, line in enumerate(lines, start=1):
        parsed = _parse(line)
        if parsed is None:
            continue
        head, body, mark = parsed
        if mark != _mark(before, body):
            changed.append(number)
        heads.append(head)
        marks.add(mark)
        before = mark
    return Reading(tuple(heads), frozenset(marks), tuple(changed))


def _parse(line: str) -> tuple[Head, str, str] | None:
    body, _, mark = line.rpartition(" ")
    parts = body.split(" ")
    if len(parts) != 4 or len(mark) != _MARK or not (parts[0] + parts[1]).isdecimal():
        return None
    return Head(int(parts[0]), int(parts[1]), parts[2]), body, mark


def _mark(before: str, body: str) -> str:
    return hashlib.sha256(f"{before} {body}".encode()).hexdigest()[:_MARK]


def _locked(path: Path) -> int:
    """The file of this name, open for appending and locked; opened anew when it was put aside meanwhile."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_still(path, handle):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _end(handle: int) -> tuple[str, bool]:
    """The mark of the last whole line, and whether something cut short follows it."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _TAIL, max(size - _TAIL, 0)).decode(errors="replace")
    *lines, rest = tail.split("\n")
    return next(_marks(reversed(lines)), ""), bool(rest)


def _marks(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        parsed = _parse(line)
        if parsed is not None:
            yield parsed[2]
