"""The line is cut, the server dies, the phone's clock is wrong: every entry arrives once, and the seals hold."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from random import Random
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from tests.browser.conftest import SignIn
from tests.browser.cycle_steps import (
    CLERK_OF_MONTH,
    CLERK_OF_QUIET,
    CLERK_OF_TWO,
    MONTH_BRANCH,
    QUIET,
    TWO,
    month_before,
    open_month,
    sum_of,
)
from tests.browser.instance import Instance, serve
from tests.phone import Phone

Operation = dict[str, Any]
# What the phone keeps until the server has answered.
WAITING = "Object.keys(localStorage).filter((k) => k.startsWith('zhibu-month')).flatMap((k) => JSON.parse(localStorage[k]))"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Three branches with a month each, served."""
    with serve(tmp_path_factory.mktemp("cut"), "months") as instance:
        yield instance


def rows(county: Instance, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What stands in the database file."""
    with closing(sqlite3.connect(county.database, timeout=30)) as connection:
        return connection.execute(query, values).fetchall()


def month_of(county: Instance, name: str) -> tuple[int, int, str]:
    """The id of the branch's month, the branch's, and the month's address."""
    month = month_before(timezone.localdate())
    query = (
        "SELECT m.id, m.branch_id FROM months_branchmonth m JOIN organizations_organization o"
        " ON o.id = m.branch_id WHERE o.short_name = ? AND m.month = ?"
    )
    [(pk, branch)] = rows(county, query, name, month)
    return pk, branch, f"/months/{branch}/{month}/"


def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(county: Instance) -> None:
    pk, branch, address = month_of(county, MONTH_BRANCH)
    [(meeting,)] = rows(county, "SELECT id FROM meetings_meeting WHERE branch_id = ?", branch)
    members = [
        who
        for (who,) in rows(county, "SELECT member_id FROM dues_due WHERE branch_id = ? ORDER BY 1", branch)
    ]
    assert len(members) == 35
    operations = [operation(n, member, "dues", {"how": "unpaid"}) for n, member in enumerate(members[:20])]
    operations += [
        operation(100 + n, member, str(meeting), {"status": "absent"})
        for n, member in enumerate(members[10:])
    ]
    phones = [Phone(county, CLERK_OF_MONTH) for _ in range(2)]
    for phone in phones:
        phone.refresh(address)
    up, some = Event(), Event()
    up.set()

    def sends(phone: Phone, batch: Sequence[Operation]) -> list[str]:
        heard = []
        for n in range(0, len(batch), 3):
            body = json.dumps({"operations": batch[n : n + 3]}).encode()
            heard += json.loads(phone.until_answered(f"{address}operations/", body, up))["answers"]
            if n >= 9:
                some.set()
        return [each["outcome"] for each in heard]

    with ThreadPoolExecutor(2) as crowd:
        sent = [
            crowd.submit(sends, phone, Random(n).sample(operations, 45)) for n, phone in enumerate(phones)
        ]
        some.wait(60)
        die_and_rise(county, up)
        outcomes = [each.result() for each in sent]
    assert [set(each) for each in outcomes] == [{"done"}, {"done"}], "a retry hears what the first heard"
    assert rows(county, "SELECT count(*) FROM months_operation WHERE branch_month_id = ?", pk) == [(45,)]
    told = "SELECT status, count(*), max(version) FROM meetings_attendance WHERE meeting_id = ? GROUP BY 1"
    assert sorted(rows(county, told, meeting)) == [("absent", 25, 1), ("present", 10, 0)]

    form = {"cash": "3.00", "heads": "15", "attended": "10", "collected_on": timezone.localdate().isoformat(),
            "receiver": "阿呷木"}  # fmt: skip
    with ThreadPoolExecutor(4) as crowd:
        sent_in = [
            crowd.submit(phone.until_answered, f"{address}submission/", form, up) for phone in phones * 2
        ]
        die_and_rise(county, up)
        for each in sent_in:
            each.result()
    paid = "SELECT count(*), count(DISTINCT member_id), sum(amount) FROM dues_payment WHERE branch_id = ?"
    assert rows(county, paid, branch) == [(15, 15, 300)]
    assert rows(county, "SELECT state, cash FROM months_branchmonth WHERE id = ?", pk) == [("submitted", 300)]

    organizer = Phone(county, "organizer_ashi")
    organizer.refresh(address)
    with ThreadPoolExecutor(2) as crowd:
        seals = [crowd.submit(organizer.until_answered, f"{address}seal/", {}, up) for _ in range(2)]
        die_and_rise(county, up)
        for seal in seals:
            seal.result()
    assert rows(county, "SELECT state FROM months_branchmonth WHERE id = ?", pk) == [("sealed",)]
    points = "SELECT count(*), count(DISTINCT source_key) FROM points_entry WHERE branch_id = ?"
    [(entries, distinct)] = rows(county, points, branch)
    assert entries == distinct > 0
    assert "封存完好：1个支部，1个月份" in county.zhibu("months", "verify").stdout
    county.zhibu("audit", "verify")


def operation(n: int, member: int, cell: str, value: dict[str, str]) -> Operation:
    """An entry of a phone whose clock is a day ahead."""
    ahead = timezone.localtime() + timedelta(days=1)
    return {"id": str(UUID(int=n + 1)), "member": member, "cell": cell, "value": value, "seen": 0,
            "client_at": ahead.isoformat()}  # fmt: skip


def die_and_rise(county: Instance, up: Event) -> None:
    """Killed at whatever it is doing, and started again."""
    assert county.server is not None
    up.clear()
    county.server.kill()
    county.server.start()
    up.set()


def test_a_phone_without_a_line_keeps_its_entries_and_sends_each_once(
    county: Instance, signed_in: SignIn
) -> None:
    pk, _branch, _address = month_of(county, QUIET)
    page = signed_in(county, CLERK_OF_QUIET, phone=True)
    page.clock.set_fixed_time(timezone.localtime() - timedelta(days=1))
    open_month(page, QUIET, month_before(timezone.localdate()))
    here = page.url

    def people() -> Any:
        return page.locator("[data-month-target=row]")

    def tap(n: int, word: str) -> None:
        people().nth(n).get_by_role("button", name=word).click()

    def stored() -> int:
        return int(rows(county, "SELECT count(*) FROM months_operation WHERE branch_month_id = ?", pk)[0][0])

    page.context.set_offline(True)
    tap(0, "本人")
    tap(1, "本人")
    expect(page.locator("[data-month-target=offline]")).to_contain_text("没有网络，未发送2项，已存在本机")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("[data-month-target=queue] li")).to_have_count(2)
    for label, text in (("清点现金（元）", "0.40"), ("交党费人数", "2"), ("到会人次", "4")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="提交月记").click()
    expect(page.locator("[data-month-target=offline]")).to_contain_text("发送完再提交")
    assert stored() == 0

    # The line is back, the server takes what it is sent, but its answer is lost on the way.
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/operations/", lose)
    page.context.set_offline(False)
    expect(page.locator("[data-month-target=offline]")).to_contain_text("没有网络")
    page.wait_for_function(f"() => ({WAITING}).every((each) => each.tried)")
    names = [people().nth(n).locator("b").first.inner_text() for n in range(2)]
    page.unroute("**/operations/")
    with page.expect_response(re.compile("/operations/")):
        page.goto(here)
    expect(page.locator("[data-month-target=offline]")).to_be_hidden()
    page.wait_for_function(f"() => ({WAITING}).length === 0")
    assert stored() == 2
    for name in names:
        row = people().filter(has_text=name).first
        expect(row.get_by_role("button", name="未交").first).to_be_visible()
    assert sum_of(page, "unpaid") == "2"
    [(clock, at)] = rows(
        county, "SELECT max(client_at), min(at) FROM months_operation WHERE branch_month_id = ?", pk
    )
    assert clock < at, "the phone's clock is told, a day behind"


def test_entries_that_come_after_the_submission_are_told_and_not_lost(
    county: Instance, signed_in: SignIn
) -> None:
    month, name = month_before(timezone.localdate()), TWO[0]
    organizer, page = signed_in(county, "organizer_ashi"), signed_in(county, CLERK_OF_TWO, phone=True)
    open_month(organizer, name, month)
    organizer.get_by_label("退回").fill("请再核对一遍")
    organizer.get_by_role("button", name="退回支部").click()
    pk, branch, address = month_of(county, name)
    open_month(page, name, month)
    page.context.set_offline(True)
    page.locator("[data-month-target=row]").nth(0).get_by_role("button", name="本人").click()
    expect(page.locator("[data-month-target=offline]")).to_contain_text("未发送1项")

    other = Phone(county, CLERK_OF_TWO)
    other.refresh(address)
    [(cash, heads, attended, day)] = rows(
        county, "SELECT cash, heads, attended, collected_on FROM months_branchmonth WHERE id = ?", pk
    )
    form = {"cash": f"{cash / 100:.2f}", "heads": str(heads), "attended": str(attended), "collected_on": day,
            "receiver": "吉木阿各"}  # fmt: skip
    other.post(f"{address}submission/", form)
    assert rows(county, "SELECT state FROM months_branchmonth WHERE id = ?", pk) == [("submitted",)]

    page.route("**/operations/", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[data-month-target=offline]")).to_contain_text("本机还有1项没有送到，都没有记入")
    organizer.reload()
    organizer.get_by_label("退回").fill("还有一项没有送到")
    organizer.get_by_role("button", name="退回支部").click()
    expect(organizer.locator("main")).to_contain_text("已退回支部")
    page.unroute("**/operations/")
    with page.expect_response(re.compile("/operations/")):
        page.reload()
    expect(page.locator("[data-month-target=offline]")).to_be_hidden()
    assert sum_of(page, "unpaid") == "1"

    # Once more, and this time nobody gives it back: read, and let go.
    page.context.set_offline(True)
    page.locator("[data-month-target=row]").nth(1).get_by_role("button", name="本人").first.click()
    other.refresh(address)
    page.route("**/operations/", lambda route: route.abort())
    other.post(f"{address}submission/", form | {"cash": f"{cash / 100 - 0.2:.2f}", "heads": str(heads - 1)})
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[data-month-target=offline]")).to_contain_text("都没有记入")
    page.get_by_role("button", name="不要了").click()
    expect(page.locator("[data-month-target=offline]")).to_be_hidden()
    assert page.evaluate(f"() => {WAITING}") == []
    assert rows(county, "SELECT sum(amount) FROM dues_payment WHERE branch_id = ?", branch) == [(cash - 20,)]
