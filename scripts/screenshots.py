"""Pictures of the main pages, from a demonstration county of its own, into docs/pictures and the README.

``python scripts/screenshots.py`` takes about two minutes and needs Chromium.
"""

import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")

import django  # noqa: E402 (the path above comes first)

django.setup()

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import CHROMIUM, enter  # noqa: E402
from tests.browser.instance import Instance, serve  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
DESK, PHONE = (1366, 768), (390, 844)
COLORS = 128  # flat pages keep their look and lose two thirds of their size


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: file name, caption, who looks at it, address, window."""

    name: str
    caption: str
    person: str
    path: str
    size: tuple[int, int] = DESK


PICTURES = (
    Picture("sign-in", "登录", "", "/account/login/"),
    Picture("home", "首页，县委组织部", "county", "/"),
    Picture("home-branch", "首页，支部书记的手机", "branch", "/", PHONE),
    Picture("work", "待办，乡镇组织干事", "puxiong", "/work/"),
    Picture("months", "月记，党委看各支部", "puxiong", "/months/"),
    Picture("matters", "党籍和组织处置", "puxiong", "/mobility/matters/?view=done"),
    Picture("dispositions", "证本处置", "puxiong", "/certificates/dispositions/"),
    Picture("transfers", "组织关系转接", "puxiong", "/mobility/transfers/?tab=all"),
    Picture("reorganizations", "建制调整", "county", "/reorganizations/"),
    Picture("organizations", "组织树", "county", "/organizations/"),
    Picture("organization", "一个支部", "county", "/organizations/{branch}/"),
    Picture("members", "党员", "puxiong", "/members/"),
    Picture("member", "一名党员", "puxiong", "/members/{member}/"),
    Picture("register", "党员证登记台账", "puxiong", "/certificates/register/"),
    Picture("register-phone", "支部的台账，手机", "branch", "/certificates/register/", PHONE),
    Picture("print-order", "打印党员证", "puxiong", "/certificates/prints/organizations/{branch}/"),
    Picture("imports", "导入导出", "county", "/imports/"),
    Picture("import-preview", "导入预览", "county", "{preview}"),
    Picture("verification", "扫码核验", "", "{token}", PHONE),
    Picture("rulebook", "规则设置", "county", "/rulebook/"),
    Picture("roles", "角色和权限", "security", "/accounts/roles/"),
    Picture("audit", "审计日志", "audit", "/audit/records/"),
)


def _page(browser: Browser, instance: Instance, person: str, password: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(
        base_url=instance.url,
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    if person:
        page.goto("/account/login/")
        enter(page, person, password)
        page.wait_for_url(lambda url: "/account/login/" not in url)
    return page


def _preview(browser: Browser, instance: Instance, password: str, file: Path) -> str:
    """Upload a roster with changes and mistakes; the address of its preview."""
    page = _page(browser, instance, "county", password, DESK)
    page.goto("/imports/")
    page.get_by_label("表格种类").select_option(label="党员名册")
    page.locator("main input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("navigation", name="按结果筛选").wait_for(timeout=60_000)
    return page.url.removeprefix(instance.url)


def _take(page: Page, picture: Picture, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=file)
    with Image.open(file) as image:
        image.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLORS).save(file, optimize=True)


def main() -> None:
    """Take all pictures and put them into the README."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), "demo", ZHIBU_DEMO="1") as instance,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        told = instance.prepare("places", folder).splitlines()
        password, branch, member, token, roster = told
        places = {
            "branch": branch,
            "member": member,
            "token": f"/v/{token}",
            "preview": _preview(browser, instance, password, Path(roster)),
        }
        for picture in PICTURES:
            page = _page(browser, instance, picture.person, password, picture.size)
            _take(page, picture, picture.path.format(**places))
            page.context.close()
        browser.close()
    _write_readme()


def _write_readme() -> None:
    def cell(picture: Picture) -> str:
        width = 200 if picture.size == PHONE else 420
        return f'<img src="docs/pictures/{picture.name}.png" width="{width}" alt="{picture.caption}">'

    rows = []
    for left, right in zip(PICTURES[::2], PICTURES[1::2], strict=True):
        rows += [f"| {cell(left)} | {cell(right)} |", f"| {left.caption} | {right.caption} |"]
    table = "\n".join([rows[0], "|---|---|", *rows[1:]])
    file = ROOT / "README.md"
    text = re.sub(
        r"(<!-- pictures -->\n).*?(<!-- /pictures -->)",
        rf"\g<1>{table}\n\g<2>",
        file.read_text("utf-8"),
        flags=re.DOTALL,
    )
    file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
