"""What a person was in the middle of when the session or the database was gone: nothing typed is lost, and the way
back leads to where it was."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.away import SQLite
from tests.browser.conftest import SignIn, enter
from tests.browser.instance import Instance, serve

NEW_UNIT = "/organizations/support-units/new/"
LOCK_SECONDS = "1"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The named county, served; a writer waits a second for a locked database, then is told."""
    folder = tmp_path_factory.mktemp("interrupted")
    with serve(folder, "world", ZHIBU_LOCK_SECONDS=LOCK_SECONDS) as instance:
        yield instance


def end_session_of(page: Page, county: Instance) -> None:
    """As the server ends it; the browser knows nothing of it."""
    [key] = [cookie["value"] for cookie in page.context.cookies() if "sessionid" in cookie["name"]]
    with closing(sqlite3.connect(county.database, timeout=30)) as connection:
        ended = connection.execute("DELETE FROM django_session WHERE session_key = ?", [key])
        connection.commit()
    assert ended.rowcount == 1


def test_a_session_that_ends_while_a_list_is_filtered_leads_to_sign_in_and_back_to_that_list(
    county: Instance, signed_in: SignIn
) -> None:
    page = signed_in(county, "organizer_ashi")
    page.goto("/members/")
    search = page.locator("form[hx-get] input[name=q]")
    with page.expect_response(re.compile(r"/members/\?.*q=")):
        search.fill("吉")
        search.press("Enter")
    page.wait_for_url(re.compile("q="))
    here = urlsplit(page.url)
    end_session_of(page, county)
    search.fill("阿")
    search.press("Enter")
    page.wait_for_url(re.compile("/account/login/"))
    expect(page.locator("input[name=password]")).to_have_count(1)
    expect(page.locator("#results")).to_have_count(0)
    enter(page, "organizer_ashi", county.password)
    page.wait_for_url(re.compile("/members/"))
    back = urlsplit(page.url)
    assert (back.path, parse_qs(back.query)["q"]) == (here.path, ["吉"])
    expect(page.locator("form[hx-get] input[name=q]")).to_have_value("吉")
    expect(page.locator("#results")).to_have_count(1)


def test_a_form_sent_while_the_database_is_away_is_sent_again_as_it_was_filled_in(
    county: Instance, signed_in: SignIn
) -> None:
    page = signed_in(county, "county_organizer")
    page.goto(NEW_UNIT)
    for name, text in (("name", "越西县水利局"), ("contact_name", "王芳"), ("contact_phone", "13800001111")):
        page.locator(f"input[name={name}]").fill(text)
    away = SQLite(county.var)
    away.take_away()
    try:
        page.locator("main form[method=post] button[type=submit]").last.click()
        expect(page.locator("main, body").first).to_contain_text("填的没有保存，也没有丢", timeout=60_000)
        assert away.rows("SELECT count(*) FROM organizations_supportunit WHERE name = '越西县水利局'") == [
            (0,)
        ]
    finally:
        away.give_back()
    page.reload()
    page.wait_for_url(lambda url: not url.endswith(NEW_UNIT))
    expect(page.locator("main")).to_contain_text("越西县水利局")
    rows = away.rows(
        "SELECT contact_name, length(contact_phone) > 0 FROM organizations_supportunit WHERE name = '越西县水利局'"
    )
    assert rows == [("王芳", 1)]
