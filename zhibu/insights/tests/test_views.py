"""The home page and the search page, as each role sees them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.queries import at_most, constant_queries
from tests.things import disposal_steps
from tests.world import TODAY, World, make_member
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions import matters
from zhibu.reviews.summaries.reviews import year_under_review

Browser = Callable[[str | None], Client]


def test_a_visitor_is_sent_to_sign_in(client_of: Browser) -> None:
    answer = client_of(None).get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_each_role_finds_its_own_things(client_of: Browser) -> None:
    organizer = client_of("organizer_ashi").get("/").content.decode()
    assert "阿市镇党委" in organizer
    assert "尔木村党支部" in organizer
    clerk = client_of("secretary_a2").get("/").content.decode()
    assert "白石村党支部" in clerk
    assert "尔木村党支部" not in clerk.partition("<main")[2]
    member = client_of("member_a1").get("/").content.decode()
    assert reverse("members:mine") in member
    for told in ("党费", "积分", "组织生活", "学时", "年审", "觉得不对怎么办"):
        assert told in member.partition("<main")[2]
    assert "查找" not in member.partition("<main")[2]
    assert "后台任务" not in member
    assert "常用入口" not in member
    auditor = client_of("auditor").get("/").content.decode()
    assert reverse("audit:records") in auditor.partition("<main")[2]


def test_the_page_says_nothing_is_left_only_when_nothing_is(world: World, client_of: Browser) -> None:
    url, fragment = f"{reverse('insights:work')}?brief=1", {"HX-Request": "true"}
    busy = client_of("organizer_ashi").get(url, headers=fragment).content.decode()
    assert "党员还没有党员证编号" in busy
    assert "没有别的事" not in busy
    assert "办完了" not in client_of("organizer_ashi").get("/").content.decode()
    assert "没有别的事" in client_of("member_a1").get(url, headers=fragment).content.decode()


def test_quarter_and_year_come_as_a_page_and_as_a_fragment(client_of: Browser) -> None:
    url = reverse("insights:course")
    page = client_of("county_organizer").get(url).content.decode()
    assert "本季度季督" in page
    assert "有异常迹象的支部" in page
    fragment = client_of("county_organizer").get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert f"{year_under_review(TODAY)}年年审" in fragment


def test_search_shows_links_and_an_honest_empty_page(client_of: Browser) -> None:
    found = client_of("secretary_a1").get("/search/", {"q": "ww"}).content.decode()
    assert "王伟" in found
    nothing = client_of("secretary_a2").get("/search/", {"q": "ww"}).content.decode()
    assert "没有找到“ww”" in nothing
    assert "王伟" not in nothing


def test_typing_gets_only_the_results(client_of: Browser) -> None:
    answer = client_of("secretary_a1").get(
        "/search/", {"q": "ww"}, headers={"HX-Request": "true", "HX-Target": "results"}
    )
    assert "<html" not in answer.content.decode()
    assert "王伟" in answer.content.decode()


def test_what_was_typed_is_escaped(client_of: Browser) -> None:
    assert "<script>x" not in client_of("secretary_a1").get("/search/", {"q": "<script>x"}).content.decode()


@pytest.mark.parametrize(
    ("name", "url", "most"),
    [
        ("county_organizer", "/", 15),
        ("organizer_ashi", "/", 15),
        ("secretary_a1", "/", 12),
        ("member_a1", "/", 26),
        ("county_organizer", "/course/", 26),
        ("county_organizer", "/search/?q=jke", 12),
    ],
)
def test_queries_do_not_grow_with_the_county(world: World, name: str, url: str, most: int) -> None:
    def grow() -> None:
        for branch in (world.a1, world.a2, world.b1):
            for _ in range(4):
                make_member(branch=branch, name="吉克阿英")

    client = world.client(name)
    with constant_queries(client, url, grow=grow):
        at_most(most, client, url)


def test_the_work_list_holds_what_waits_for_each_person_and_for_nobody_else(
    world: World, client_of: Browser
) -> None:
    matters.enter_event(
        by=world.scope("secretary_a1"),
        member=world.members_a1[1],
        entry=Entry(EventKind.BEGIN_CORRECTION, TODAY, "支部党员大会", months=6, steps=disposal_steps(TODAY)),
        on=TODAY,
    )
    url = reverse("insights:work")
    told = "阿尔木呷：限期改正"
    assert told in client_of("organizer_ashi").get(url).content.decode()
    assert told in client_of("county_organizer").get(url).content.decode()
    for other in ("secretary_a1", "organizer_bashi", "inspector", "member_a1", "nobody"):
        assert told not in client_of(other).get(url).content.decode()
    fragment = client_of("organizer_ashi").get(url, headers={"HX-Request": "true"}).content.decode()
    assert told in fragment
    assert "<html" not in fragment
