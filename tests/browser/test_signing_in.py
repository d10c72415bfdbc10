"""Signing in: lock-out, the first password, reading without JavaScript, large type."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn, Visits, enter
from tests.browser.county import PASSWORD_FOR_FIRST_CHANGE
from tests.browser.instance import Instance


def test_five_wrong_passwords_lock_the_account_and_nobody_else(served: Instance, visits: Visits) -> None:
    page = visits.page(served)
    for _ in range(5):
        page.goto("/account/login/")
        enter(page, "organizer_bashi", "Wrong-password-1")
        expect(page.get_by_role("status").first).to_contain_text("不正确")
    page.goto("/account/login/")
    enter(page, "organizer_bashi", served.password)
    expect(page.get_by_role("status").first).to_contain_text("锁定")
    assert "/account/login/" in page.url
    other = visits.page(served)
    other.goto("/account/login/")
    enter(other, "organizer_ashi", served.password)
    expect(other.get_by_role("navigation", name="主菜单", exact=True)).to_be_visible()


def test_a_first_password_is_changed_before_anything_else(served: Instance, visits: Visits) -> None:
    page = visits.page(served)
    page.goto("/account/login/")
    enter(page, "newcomer", PASSWORD_FOR_FIRST_CHANGE)
    page.goto("/members/")
    assert page.url.endswith("/account/password/change/")
    page.locator("input[name=oldpassword]").fill(PASSWORD_FOR_FIRST_CHANGE)
    page.locator("input[name=password1]").fill("Zhufeng-2026-xin")
    page.locator("input[name=password2]").fill("Zhufeng-2026-xin")
    page.locator("main button[type=submit]").last.click()
    page.goto("/members/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith("/members/")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_large_type_stays_on_every_page(
    served: Instance, visits: Visits, signed_in: SignIn, phone: bool
) -> None:
    page = signed_in(served, "secretary_a1", phone=phone)
    before = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.get_by_role("button", name="大字").click()
    expect(page.get_by_role("button", name="标准字")).to_be_visible()
    page.goto("/members/")
    after = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert after > before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="标准字").click()
    expect(page.get_by_role("button", name="大字")).to_be_visible()


def test_lists_and_forms_work_without_javascript(served: Instance, visits: Visits, signed_in: SignIn) -> None:
    page = signed_in(served, "organizer_ashi", scripts=False)
    page.goto("/members/?q=aemg")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/members/?q=%E7%8E%8B%E4%BC%9F")
    page.get_by_role("link", name="王伟").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王伟")
    page.goto("/organizations/")
    expect(page.get_by_role("link", name="尔木村党支部").first).to_be_visible()
