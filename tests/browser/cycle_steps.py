"""What the journeys through months, quarters, years and cases have in common: names, months, taps."""

from datetime import date

from playwright.sync_api import Locator, Page, expect

MONTH_BRANCH, CLERK_OF_MONTH, UNPAID = "勒木村党支部", "clerk_month", "曲比拉铁"
TWO, CLERK_OF_TWO = ("两河村党支部", "瓦岩村党支部"), "clerk_two"
REVIEWED, OWING, WEAK, UNGRADED = "大屯村党支部", "海来阿且", "木帕木乃", "马海拉洛"
CLERK_OF_CASES, CASES = "clerk_cases", ("苏呷尔古", "吉克木果")
LATE = "拉白村党支部"
QUIET, CLERK_OF_QUIET = "保石村党支部", "clerk_quiet"


def month_before(day: date, months: int = 1) -> int:
    """The month so many months before the day's, as 202610."""
    count = day.year * 12 + day.month - 1 - months
    return count // 12 * 100 + count % 12 + 1


def show(month: int) -> str:
    """As the pages of dues say it."""
    return f"{month // 100}-{month % 100:02d}"


class Hand:
    """Taps on a phone, counted: a field is tapped before it is filled."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, place: Locator) -> None:
        """One tap."""
        self.taps += 1
        place.click()

    def write(self, label: str, text: str) -> None:
        """Tap the field and type into it."""
        field = self.page.get_by_label(label)
        self.tap(field)
        field.fill(text)


def sum_of(page: Page, name: str) -> str:
    """A sum of the month's page."""
    return page.locator(f"[data-sum={name}]").inner_text()


def open_month(page: Page, branch: str, month: int) -> None:
    """A branch's month, found in the list."""
    page.goto(f"/months/?month={month}")
    page.locator("#results").get_by_role("link", name=branch).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{month % 100}月月记")


def names_in(page: Page) -> list[str]:
    """The names in the only table of the page, in its order."""
    return page.locator("main tbody td.lead").all_inner_texts()


def add_step(page: Page, kind: str, day: str, text: str, until: str = "") -> None:
    """Enter a step of the case that is open."""
    form = page.locator("main form").filter(has=page.get_by_role("button", name="登记", exact=True))
    form.locator("select[name=kind]").select_option(label=kind)
    form.locator("[name=day]").fill(day)
    if until:
        form.locator("[name=until]").fill(until)
    form.locator("[name=text]").fill(text)
    form.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main")).to_contain_text("已登记。")
    expect(page.locator("main ol.tl")).to_contain_text(text)


def decide(page: Page, outcome: str, text: str) -> None:
    """Decide the case that is open."""
    form = page.locator("main form").filter(has=page.get_by_role("button", name="作决定"))
    form.get_by_label(outcome).check()
    form.locator("[name=text]").fill(text)
    form.get_by_role("button", name="作决定").click()
    expect(page.locator("main")).to_contain_text("已作决定。")
