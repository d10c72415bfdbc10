"""A body too large is refused before it is received; a slow one holds nobody up."""

import ast
import asyncio
import inspect
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from tests.urls import addresses
from tests.world import World
from zhibu.config.gateway import Gateway
from zhibu.config.uploads import largest_body
from zhibu.core.crypto import KeyRing
from zhibu.members.actions import PHOTO_LIMIT

ROOT = Path(__file__).parents[3]
MEGABYTE = 1024**2
TOO_LARGE = "文件太大，没有接收"


def test_every_view_that_takes_a_file_says_how_large_it_may_be() -> None:
    takes = {a.name for a in addresses() if a.view.__module__.startswith("zhibu.") and _reads_files(a.view)}
    declared = {a.name for a in addresses() if hasattr(a.view, "zhibu_largest_file")}
    assert takes == declared
    assert "imports:runs" in takes


def _reads_files(view: Any) -> bool:
    tree = ast.parse(inspect.getsource(inspect.unwrap(view)))
    return any(isinstance(node, ast.Attribute) and node.attr == "FILES" for node in ast.walk(tree))


def test_each_upload_has_the_limit_of_its_page(world: World) -> None:
    photo = reverse("members:photo", args=[world.members_a1[0].pk])
    attachments = reverse("meetings:attachments", args=[1])
    limits = [largest_body(path) // MEGABYTE for path in (reverse("imports:runs"), photo, attachments)]
    assert limits == [settings.UPLOAD_LIMIT // MEGABYTE, PHOTO_LIMIT // MEGABYTE, 8]
    assert largest_body(reverse("account_login")) == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert largest_body("/no/such/page/") < MEGABYTE


def test_an_announced_length_over_the_limit_is_refused_with_a_sentence(world: World) -> None:
    answer = world.client("organizer_ashi").post(
        reverse("imports:runs"),
        b"a=1",
        "application/x-www-form-urlencoded",
        CONTENT_LENGTH=str(31 * MEGABYTE),
    )
    assert answer.status_code == 413
    assert TOO_LARGE in answer.content.decode()
    assert "这里最多能传30兆。" in answer.content.decode()


# --- the gateway, with a stand-in for the server -------------------------------------------------


class Scope:
    """A request as granian describes it."""

    method, query_string, scheme, http_version = "POST", "", "http", "1.1"
    client, server = "192.0.2.7:5000", "127.0.0.1:8000"

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        self.path, self.headers = path, {"host": "127.0.0.1"} | headers


class Protocol:
    """The connection: chunks that come in, then silence or the end; what was answered."""

    def __init__(self, chunks: list[bytes], *, goes_silent: bool = False) -> None:
        self.chunks, self.goes_silent = chunks, goes_silent
        self.taken = 0
        self.status, self.body = 0, b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            self.taken += 1
            yield chunk
        if self.goes_silent:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.body = status, body


def _ask(protocol: Protocol, path: str, **headers: str) -> str:
    scope = Scope(path, {name.replace("_", "-"): value for name, value in headers.items()})
    asyncio.run(Gateway(idle_seconds=0.05).__rsgi__(scope, protocol))
    return protocol.body.decode()


def test_an_announced_length_over_the_limit_is_answered_before_a_byte_is_read() -> None:
    protocol = Protocol([b"x" * MEGABYTE] * 40)
    assert TOO_LARGE in _ask(protocol, "/imports/", content_length=str(40 * MEGABYTE))
    assert (protocol.status, protocol.taken) == (413, 0)


def test_a_body_without_length_is_cut_at_the_limit() -> None:
    protocol = Protocol([b"x" * MEGABYTE] * 40)
    assert TOO_LARGE in _ask(protocol, "/imports/", transfer_encoding="chunked")
    assert (protocol.status, protocol.taken) == (413, 31)


def test_a_body_that_stops_coming_is_given_up_with_a_sentence() -> None:
    protocol = Protocol([b"a=1"], goes_silent=True)
    assert "网络太慢，没有传完" in _ask(protocol, "/imports/", content_length="1000")
    assert protocol.status == 408


def test_a_body_without_length_within_the_limit_is_read_to_its_end() -> None:
    protocol = Protocol([b"login=nobody&pass", b"word=x"])
    _ask(protocol, "/account/login/", transfer_encoding="chunked")
    assert (protocol.status, protocol.taken) == (403, 2)  # read whole, then refused for want of the token


# --- the real server -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A web process as ``zhibu serve`` starts it, with two threads and an empty database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("served")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DATABASE_"))}
    environment = inherited | {
        "ZHIBU_VAR": str(folder), "ZHIBU_DEMO": "1", "ZHIBU_KEYS": KeyRing.generate().dumps(), "ZHIBU_THREADS": "2", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    prepare = [sys.executable, "manage.py", "createcachetable"]
    subprocess.run(prepare, env=environment, cwd=ROOT, check=True)
    command = [
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "rsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(number),
        ),
        *("--no-ws", "--http", "1", "--log-level", "warning", "zhibu.config.gateway:application"),
    ]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and not _is_open(number):
            pass
        yield number
    finally:
        server.terminate()
        server.wait(20)


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


def _connection(port: int, head: str, body: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), 60)
    connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
    return connection


def _status(connection: socket.socket) -> int:
    return int(connection.recv(4096).split(b" ")[1])


def test_eight_slow_uploads_leave_the_site_open(port: int) -> None:
    head = "POST /imports/ HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 500000"
    with ExitStack() as open_:
        for _upload in range(8):
            open_.enter_context(_connection(port, head, b"a few bytes"))
        asked = open_.enter_context(_connection(port, "GET /healthz HTTP/1.1\nHost: 127.0.0.1"))
        assert _status(asked) in {200, 503}  # answered; no worker runs here


def test_the_real_server_refuses_by_the_announced_length(port: int) -> None:
    head = f"POST /imports/ HTTP/1.1\nHost: 127.0.0.1\nContent-Length: {40 * MEGABYTE}"
    with _connection(port, head) as asked:
        assert _status(asked) == 413
