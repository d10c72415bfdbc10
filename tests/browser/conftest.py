"""Real Chromium against a served instance: server and worker as ``zhibu serve`` starts them, own folder, SQLite."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.instance import Instance, serve

# The shell is the same engine without a window's chrome: it starts sooner and leaves more of two cores to the site.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), "")
MISSING = "The journeys need Chromium: apt-get install chromium."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the journeys of a file. Where it is missing: a failure under CI, else a reason to skip.

    Playwright's event loop runs while it lives, and Django refuses its database beside one: a browser for the
    whole session would fail every test that comes after the journeys.
    """
    if not CHROMIUM:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The named test county with its cast, served. Journeys that change it use places of their own."""
    with serve(tmp_path_factory.mktemp("served"), "world") as instance:
        yield instance


@pytest.fixture(scope="module")
def empty_county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A county committee with its county organizer and nothing below, served."""
    with serve(tmp_path_factory.mktemp("empty"), "empty") as instance:
        yield instance


class Visits:
    """Opens pages, and keeps what the browser complained about."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._folder = folder
        self.complaints: list[str] = []
        self.foreign: list[str] = []

    def page(self, instance: Instance, *, scripts: bool = True, phone: bool = False) -> Page:
        """A fresh browser session at the instance."""
        size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        context = self._browser.new_context(
            base_url=instance.url,
            java_script_enabled=scripts,
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if "Content Security" in message.text else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((instance.url, "data:", "blob:", "about:"))
                else self.foreign.append(request.url)
            ),
        )
        return page

    def close(self) -> None:
        """End all sessions."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visits(chromium: Browser, tmp_path: Path) -> Iterator[Visits]:
    """Opens pages; at the end no script failed, no policy was broken, no other host was asked."""
    opened = Visits(chromium, tmp_path)
    yield opened
    opened.close()
    assert (opened.complaints, opened.foreign) == ([], [])


SignIn = Callable[..., Page]


@pytest.fixture
def signed_in(visits: Visits) -> SignIn:
    """A page of a person of the cast, signed in through the form."""

    def sign_in(instance: Instance, person: str, *, scripts: bool = True, phone: bool = False) -> Page:
        page = visits.page(instance, scripts=scripts, phone=phone)
        page.goto("/account/login/")
        enter(page, person, instance.password)
        page.wait_for_url(lambda url: "/account/login/" not in url)
        return page

    return sign_in


def enter(page: Page, person: str, password: str) -> None:
    """Fill the sign-in form and send it."""
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill(password)
    page.locator("main button[type=submit], main input[type=submit]").last.click()
