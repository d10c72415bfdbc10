"""What stands between the server and Django: bodies are received here, threads do only work.

Granian calls ``application`` on its event loop (RSGI). A body comes in without holding a thread, into a file beyond
64 kB, and is cut where its page's limit is passed or when it hardly moves; then one of the threads answers through
the usual WSGI application. A client that sends or fetches byte by byte so costs nobody else anything.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final, cast

from django.conf import settings

from zhibu.config.uploads import REFUSED, Refusal, largest_body
from zhibu.config.wsgi import application as answer_of

IDLE_SECONDS: Final = 20.0
GRACE_SECONDS: Final = 30.0
SLOWEST: Final = 1024
"""Bytes a second on the whole, after the grace: a tenth of what a phone manages at the edge of a valley."""
IN_MEMORY: Final = 64 * 1024
AT_ONCE: Final = 256 * 1024

Headers = list[tuple[str, str]]


class Given:
    """One answer as the WSGI application gives it, read piece by piece in a thread."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.status = 500
        self.headers: Headers = []
        self._whole: Any = answer_of(environ, self._start)
        self._pieces = iter(self._whole)

    def _start(self, status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        self.status, self.headers = int(status.partition(" ")[0]), headers
        return lambda _written: None

    def next(self) -> bytes:
        """Up to ``AT_ONCE`` bytes, or one piece more; fewer than that only at the end, where the answer is closed."""
        taken = bytearray()
        for piece in self._pieces:
            taken += piece
            if len(taken) >= AT_ONCE:
                return bytes(taken)
        self.close()
        return bytes(taken)

    def close(self) -> None:
        """Tell Django that the answer is out."""
        close, self._whole = getattr(self._whole, "close", None), ()
        if close is not None:
            close()


class Gateway:
    """The application as granian calls it. ``idle_seconds`` without a byte end the receiving of a body."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="web")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """One request."""
        body, refusal = await self._received(scope, protocol)
        with body:
            environ = _environ(scope, body, refusal)
            given = await self._in_thread(Given, environ)
            piece = await self._in_thread(given.next)
            if len(piece) < AT_ONCE:
                protocol.response_bytes(given.status, given.headers, piece)
                return
            await self._stream(protocol, given, piece)

    async def _stream(self, protocol: Any, given: Given, piece: bytes) -> None:
        try:
            transport = protocol.response_stream(given.status, given.headers)
            while piece:
                await transport.send_bytes(piece)
                piece = b"" if len(piece) < AT_ONCE else await self._in_thread(given.next)
        finally:
            await self._in_thread(given.close)

    async def _in_thread(self, work: Callable[..., Any], *args: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    async def _received(self, scope: Any, protocol: Any) -> tuple[IO[bytes], Refusal | None]:
        """The body from its beginning, or an empty one and why it was not taken."""
        body = cast("IO[bytes]", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 (closed by the caller)
        length = scope.headers.get("content-length") or ""
        if length in ("", "0") and "transfer-encoding" not in scope.headers:
            return body, None
        largest = await self._in_thread(largest_body, scope.path)
        if length.isascii() and length.isdigit() and int(length) > largest:
            return body, "large"
        refusal = await self._take(aiter(protocol), body, largest)
        if refusal is not None:
            body.truncate(0)
        body.seek(0)
        return body, refusal

    async def _take(self, chunks: Any, body: IO[bytes], largest: int) -> Refusal | None:
        started, size = time.monotonic(), 0
        while True:
            try:
                chunk = await asyncio.wait_for(anext(chunks), self._idle_seconds)
            except StopAsyncIteration:
                return None
            except TimeoutError:
                return "slow"
            size += len(chunk)
            if size > largest:
                return "large"
            try:
                body.write(chunk)
            except OSError:
                return "disk"
            spent = time.monotonic() - started
            if spent > GRACE_SECONDS and size < SLOWEST * spent:
                return "slow"


def _environ(scope: Any, body: IO[bytes], refusal: Refusal | None) -> dict[str, Any]:
    """PEP 3333. Header names with an underscore are left out: they could pass for another header."""
    host, _colon, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **dict(_headers(scope.headers)),
    }
    if refusal is not None:
        environ[REFUSED] = refusal
    if refusal is not None or "transfer-encoding" in scope.headers:
        environ["CONTENT_LENGTH"] = str(_size(body))
    return environ


def _headers(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        if "_" in name or name == "transfer-encoding":
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        between = "; " if name == "cookie" else ","
        found[key] = f"{found[key]}{between}{value}" if key in found else value
    yield from found.items()


def _size(body: IO[bytes]) -> int:
    size = body.seek(0, 2)
    body.seek(0)
    return size


application = Gateway()
