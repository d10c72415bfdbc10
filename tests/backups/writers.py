"""Clients that write through the served site, and know what was acknowledged to them."""

import http.client
import threading
from collections.abc import Sequence
from types import TracebackType
from urllib.parse import urlencode

_TOKEN = "b" * 32


class Writers:
    """Each forms one cluster after the other until the block is left."""

    def __init__(self, port: int, sessions: Sequence[str]) -> None:
        self._port = port
        self._changed = threading.Condition()
        self._over = threading.Event()
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.failed: list[str] = []
        self._threads = [
            threading.Thread(target=self._write, args=(n, key), daemon=True) for n, key in enumerate(sessions)
        ]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def wait_for(self, count: int) -> set[str]:
        """Until so many are acknowledged in all; those."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= count or self.failed, timeout=120)
            assert not self.failed, self.failed
            return set(self.acknowledged)

    def _write(self, number: int, session: str) -> None:
        door = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        count = 0
        while not self._over.is_set() and not self.failed:
            count += 1
            name = f"片区{number}第{count}"
            self.sent.add(name)
            door.request(
                "POST",
                "/organizations/clusters/new/",
                urlencode({"name": name, "purpose": ""}),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": f"sessionid={session}; csrftoken={_TOKEN}",
                    "X-CSRFToken": _TOKEN,
                },
            )
            answer = door.getresponse()
            answer.read()
            with self._changed:
                if answer.status in {302, 303}:
                    self.acknowledged.add(name)
                else:
                    self.failed.append(f"{name}: {answer.status}")
                self._changed.notify_all()
