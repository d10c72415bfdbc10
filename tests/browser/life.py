"""What the journeys of a certificate's life have in common: the printed copies, entering, approving, scanning."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.paper import page_count, page_text, qr_codes

PAGES = 36  # 32 inside and the four of the cover
HOLDER = 9  # the sheet of the holder's name, counted from 0
LONG = 120_000  # a print job on a slow machine
NUMBER = re.compile(r"\d{3}-\d{3}-\d{3}-[\dX]")
VALID, ASK, VOID = "证本有效", "请向所在党组织核实", "已注销"


def copies_in(pdf: bytes) -> list[tuple[str, str]]:
    """The text as far as the holder's page, and the address in the QR code, of each copy in a printed file."""
    found = []
    for first in range(0, page_count(pdf), PAGES):
        text = "".join(page_text(pdf, first + n) for n in range(HOLDER + 1))
        (address,) = {code for code in qr_codes(pdf, pages=4, first=first) if "/v/" in code}
        found.append((text, address))
    return found


def printed(page: Page, folder: Path) -> bytes:
    """Start the print job of the page that is open, wait for the worker, fetch the file."""
    page.get_by_role("button", name="开始打印").click()
    return fetched(page, folder)


def fetched(page: Page, folder: Path) -> bytes:
    """The result of the job whose page is open."""
    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("link", name="下载结果").click(timeout=LONG)
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target.read_bytes()


def open_member(page: Page, name: str) -> None:
    """The member's page, found as an office finds it; its panels have arrived."""
    page.goto(f"/members/?q={name}")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator(".cert")).to_be_visible()


def enter_event(page: Page, name: str, label: str, **fields: str) -> str:
    """Enter an event from the member's page by its label; returns the address of its page."""
    open_member(page, name)
    page.get_by_role("link", name="办理事项").click()
    offered = page.get_by_role("listitem").filter(has=page.get_by_text(label, exact=True))
    offered.get_by_role("link", name="登记").click()
    fill(page, **fields)
    send_event(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{name}：{label}")
    return page.url


def send_event(page: Page) -> None:
    """Send the form of an event; it has arrived."""
    page.get_by_role("button", name=re.compile("^登记，")).click()
    expect(page.locator("main")).to_contain_text("已登记，")


def fill(page: Page, **fields: str) -> None:
    """Fill the form that is open, by the names of its fields."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)


def open_in_list(page: Page, address: str, name: str) -> None:
    """Open the matter of a member in a list."""
    page.goto(address)
    page.locator("main").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def approve(page: Page, name: str, answer: str = "批准", **fields: str) -> None:
    """Approve what waits for the person's approval about the member; a penalty by the county is checked instead."""
    open_in_list(page, "/mobility/matters/", name)
    page.get_by_label(answer, exact=True).check()
    fill(page, **fields)
    page.get_by_role("button", name="提交意见").click()
    expect(page.locator("main")).to_contain_text("已批准" if answer == "批准" else "已核对")


def scan(page: Page, address: str) -> str:
    """What anyone reads who scans the code."""
    page.goto(address)
    return page.get_by_role("heading", level=1).inner_text()
