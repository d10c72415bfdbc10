"""A signed-in client of a served instance, without a browser."""

import re
from email.message import Message
from http.client import HTTPException
from http.cookiejar import CookieJar
from threading import Event
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.browser.instance import Instance

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Phone:
    """A client without a browser, signed in as the person if one is named, which sends again until it is answered."""

    def __init__(self, county: Instance, person: str = "") -> None:
        self.url = county.url
        self._open = build_opener(HTTPCookieProcessor(CookieJar())).open
        self.token = self._token("/account/login/")
        if person:
            self.post("/account/login/", {"login": person, "password": county.password})

    def _token(self, path: str) -> str:
        with self._open(self.url + path, timeout=60) as answer:
            found = TOKEN.search(answer.read().decode())
        assert found is not None
        return found[1]

    def post(self, path: str, data: dict[str, str] | bytes) -> str:
        """One request; the answer's text."""
        body = (
            data
            if isinstance(data, bytes)
            else urlencode(data | {"csrfmiddlewaretoken": self.token}).encode()
        )
        kind = "application/json" if isinstance(data, bytes) else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "X-CSRFToken": self.token, "Referer": self.url + path}
        request = Request(self.url + path, body, headers)  # noqa: S310 (our own server)
        with self._open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def refresh(self, path: str) -> None:
        """The token of a page that was loaded after the sign-in."""
        self.token = self._token(path)

    def until_answered(self, path: str, data: dict[str, str] | bytes, up: Event) -> str:
        """Send the same again while nobody answers."""
        while True:
            up.wait(60)
            try:
                return self.post(path, data)
            except HTTPError as error:
                assert error.code < 500, error.read().decode()
                return ""
            except (OSError, HTTPException):
                continue

    def ask(self, path: str, data: dict[str, str] | None = None, **headers: str) -> tuple[int, str, Message]:
        """One request, whatever the answer: status, text, headers. 0 when nobody answers."""
        body = urlencode(data | {"csrfmiddlewaretoken": self.token}).encode() if data is not None else None
        request = Request(self.url + path, body, {"Referer": self.url + path} | headers)  # noqa: S310 (our own server)
        try:
            with self._open(request, timeout=90) as answer:
                return int(answer.status), str(answer.read().decode()), answer.headers
        except HTTPError as error:
            return error.code, error.read().decode(), error.headers
        except (OSError, HTTPException):
            return 0, "", Message()
