"""Signing for a certificate on a phone, with a finger; and without scripts."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.instance import Instance


def _handover_of(page: Page, name: str) -> str:
    """Number and print the member's certificate; the address where its handing over is entered."""
    page.goto("/members/")
    page.get_by_role("link", name=name).first.click()
    card = page.locator(".cert")
    expect(card).to_be_visible()
    if card.get_by_role("button", name="核定编号").count():
        card.get_by_role("button", name="核定编号").click()
        expect(card).to_contain_text("001-001-")
    if card.get_by_role("link", name="打印", exact=True).count():
        card.get_by_role("link", name="打印", exact=True).click()
        page.get_by_role("button", name="开始打印").click()
        page.wait_for_url("**/jobs/**")
        page.goto("/members/")
        page.get_by_role("link", name=name).first.click()
    link = page.locator(".cert").get_by_role("link", name="登记领取")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    assert address is not None
    return address


def test_a_member_signs_with_a_finger_and_the_organizer_sees_the_signature(
    served: Instance, signed_in: SignIn
) -> None:
    page = signed_in(served, "organizer_ashi", phone=True)
    address = _handover_of(page, "阿尔木呷")
    page.goto(address)
    field = page.locator("[data-signature-target=field]")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *point: float) -> None:
        points = [{"x": box["x"] + point[0], "y": box["y"] + point[1]}] if point else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for start in (30, 140):
        touch("touchStart", start, 20)
        for step in range(1, 12):
            touch("touchMove", start + step * 7, 20 + step * 6)
        touch("touchEnd")
    strokes = page.locator("#id_strokes")
    assert strokes.input_value().count("M") == 2
    page.get_by_role("button", name="退一笔").click()
    drawn = strokes.input_value()
    assert drawn.count("M") == 1
    page.locator("main button.btn-primary").evaluate("button => button.click()")
    expect(page.locator("main")).to_contain_text("已登记领取")
    expect(page.locator(".cert .zb-signed path")).to_have_attribute("d", drawn)


def test_without_scripts_the_handing_over_works_unsigned(served: Instance, signed_in: SignIn) -> None:
    address = _handover_of(signed_in(served, "organizer_ashi"), "吉则日果")
    page = signed_in(served, "organizer_ashi", scripts=False)
    page.goto(address)
    expect(page.locator("[data-signature-target=field]")).to_be_hidden()
    page.get_by_role("button", name="登记领取").click()
    expect(page.locator("main")).to_contain_text("已登记领取")
