"""The frame around every page: menu by role, switches, error pages, sign-in."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.exceptions import BadRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from tests.queries import queries_of
from tests.world import PASSWORD, World
from zhibu.core.access import Refused, Scope
from zhibu.ui import views

Browser = Callable[[str | None], Client]


def text_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def menu_of(page: str) -> str:
    found = re.search(r'<nav class="zb-side".*?</nav>', page, re.S)
    return found.group() if found else ""


def test_a_visitor_gets_a_shell_without_menu(client_of: Browser) -> None:
    page = text_of(client_of(None), "/account/login/")
    assert 'lang="zh-CN"' in page
    assert "跳到正文" in page
    assert "大字" in page
    assert "主菜单" not in page


def test_the_menu_shows_what_the_role_opens(client_of: Browser) -> None:
    organizer = menu_of(text_of(client_of("county_organizer"), "/styleguide/"))
    member = menu_of(text_of(client_of("member_a1"), "/styleguide/"))
    auditor = menu_of(text_of(client_of("auditor"), "/styleguide/"))
    assert "党员证台账" in organizer
    assert "审计日志" not in organizer
    assert "我的党员证" in member
    assert "党员证台账" not in member
    assert "审计日志" in auditor
    assert "党员证台账" not in auditor


def test_the_current_entry_is_marked_once(client_of: Browser) -> None:
    page = menu_of(text_of(client_of("auditor"), reverse("audit:records")))
    assert page.count('aria-current="page"') == 1
    assert re.search(r'class="on" aria-current="page">.*?审计日志', page)


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("mobility:events", "党籍和组织处置"),
        ("mobility:floating_new", "流动党员"),
        ("mobility:lost_new", "失联党员"),
        ("mobility:transfer_new", "组织关系转接"),
        ("certificates:member_request", "补发换发和代管"),
    ],
)
def test_a_page_about_a_member_belongs_to_the_entry_of_its_matter(
    world: World, client_of: Browser, url: str, entry: str
) -> None:
    page = menu_of(text_of(client_of("secretary_a1"), reverse(url, args=[world.members_a1[0].pk])))
    assert re.findall(r'class="on" aria-current="page">(?:<svg.*?</svg>)?(.*?)<', page) == [entry]


def test_large_type_is_switched_on_and_off_without_scripts(client_of: Browser) -> None:
    visitor = client_of(None)
    answer = visitor.post("/large-type/", {"next": "/account/login/"})
    assert (answer.status_code, answer["Location"]) == (303, "/account/login/")
    assert 'class="zb-large"' in text_of(visitor, "/account/login/")
    visitor.post("/large-type/", {"next": "/account/login/"})
    assert 'class="zb-large"' not in text_of(visitor, "/account/login/")


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_switch_leads_nowhere_else(client_of: Browser, back: str) -> None:
    assert client_of(None).post("/large-type/", {"next": back})["Location"] == "/"


@override_settings(DEMO=True)
def test_the_demo_county_is_marked_on_every_page(client_of: Browser) -> None:
    assert "演示数据" in text_of(client_of(None), "/account/login/")
    assert "演示数据" in text_of(client_of("auditor"), "/styleguide/")


@override_settings(DEMO=False)
def test_a_real_county_is_not(client_of: Browser) -> None:
    assert "演示数据" not in text_of(client_of("auditor"), "/styleguide/")


def test_missing_and_out_of_scope_are_one_page_with_a_way_on(client_of: Browser) -> None:
    answer = client_of("secretary_a1").get("/nowhere/")
    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_a_denied_page_says_whom_to_ask(client_of: Browser) -> None:
    answer = client_of("secretary_a1").get(reverse("audit:records"))
    assert answer.status_code == 403
    assert "请联系上级组织部门授权" in answer.content.decode()


def test_an_old_form_says_how_to_go_on(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/large-type/", {"next": "/"})
    assert answer.status_code == 403
    assert "页面放得太久" in answer.content.decode()


def test_the_page_for_a_broken_system_needs_no_database() -> None:
    request = RequestFactory().get("/")
    request.request_id = "a1b2c3"  # type: ignore[attr-defined]
    answer = views.server_error(request)
    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()
    assert "a1b2c3" in answer.content.decode()


def test_an_unreadable_request_has_a_page(client_of: Browser, settings: object) -> None:
    assert "系统读不懂这个请求" in render_to_string("400.html")
    assert issubclass(BadRequest, Exception)


def test_a_refusal_is_a_page_and_to_htmx_a_fragment(rf: RequestFactory) -> None:
    refusal = Refused("实交{paid}大于核定。", next_step="请改回{right}。", paid="2.00", right="0.20")
    whole = {"refusal": refusal, "request": SimpleNamespace(htmx=None)}
    fragment = {
        "refusal": refusal,
        "request": SimpleNamespace(htmx=SimpleNamespace(history_restore_request=False)),
    }
    page = render_to_string("ui/refused.html", whole)
    part = render_to_string("ui/refused.html", fragment)
    for text in (page, part):
        assert "实交2.00大于核定。" in text
        assert "请改回0.20。" in text
    assert "<html" in page
    assert "<html" not in part


def test_if_may_asks_the_scope_of_the_page() -> None:
    template = Template(
        '{% if_may "members.read" path as ok %}{{ ok }} {% if_may "members.read" as anywhere %}{{ anywhere }}'
    )
    request = SimpleNamespace(scope=Scope(1, "", {"members.read": ("1.2.",)}))
    assert template.render(Context({"request": request, "path": "1.2.9."})) == "True True"
    assert template.render(Context({"request": request, "path": "1.20."})) == "False True"


def test_sign_in_speaks_chinese_and_has_no_dead_link(client_of: Browser) -> None:
    visitor = client_of(None)
    page = text_of(visitor, "/account/login/")
    assert "密码" in page
    assert "password/reset" not in page
    wrong = visitor.post("/account/login/", {"login": "nobody-here", "password": "x"}).content.decode()
    assert 'class="note err"' in wrong


@pytest.mark.parametrize(
    "url",
    [
        "/account/logout/",
        "/account/2fa/",
        "/styleguide/",
        "/account/reauthenticate/",
    ],
)
def test_account_pages_are_ours(client_of: Browser, url: str) -> None:
    page = text_of(client_of("secretary_a1"), url)
    assert 'class="zb-side"' in page
    assert "Menu:" not in page


def test_a_reset_password_is_changed_before_anything_else(world: World) -> None:
    person = world.people["secretary_a1"]
    person.set_password(PASSWORD)
    person.must_change_password = True
    person.save()
    browser = world.client("secretary_a1")
    assert browser.get("/styleguide/")["Location"] == "/account/password/change/"
    assert "要先换成自己的密码" in text_of(browser, "/account/password/change/")


def test_pages_carry_no_inline_script_or_style(client_of: Browser) -> None:
    for url in ("/styleguide/", "/account/2fa/"):
        page = text_of(client_of("secretary_a1"), url)
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_shell_costs_no_query_once_warm(client_of: Browser) -> None:
    asked = queries_of(client_of("nobody"), "/styleguide/")
    assert not [sql for sql in asked if '"parent_id" IS NULL' in sql]
    assert len(asked) == 3  # session, person, roles


def test_staying_signed_in_answers_with_nothing(client_of: Browser) -> None:
    assert client_of("secretary_a1").get("/session/").status_code == 204
    assert client_of(None).get("/session/").status_code == 302
