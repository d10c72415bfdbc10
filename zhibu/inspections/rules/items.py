"""季督: the items of the sheet, what may be answered, and how findings go. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said

SYSTEM_WIDTH = 120
"""Characters of a value that are kept with an answer."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the sheet: where it stands in the booklet, and what reading it needs."""

    key: str
    label: str
    page: str
    permission: str


# certificate.md "Pages": the pages of the booklet in the order in which one leafs through it.
BEFORE_MONTHS: tuple[Item, ...] = (
    Item("number", gettext_noop("编号和证本号"), gettext_noop("第1页"), "certificates.read"),
    Item("identity", gettext_noop("身份页"), gettext_noop("第8页"), "members.read"),
    Item("whereabouts", gettext_noop("证本在哪里"), gettext_noop("当面看证本"), "certificates.read"),
    Item("transfers", gettext_noop("组织关系转接"), gettext_noop("第10页"), "mobility.read"),
)
AFTER_MONTHS: tuple[Item, ...] = (
    Item("floating", gettext_noop("流动登记"), gettext_noop("第21—22页"), "mobility.read"),
    Item("rewards", gettext_noop("奖励"), gettext_noop("第23—24页"), "members.read"),
    Item("penalties", gettext_noop("处分和组织处置"), gettext_noop("第25—26页"), "conduct.read"),
    Item("reviews", gettext_noop("年审章和季督章"), gettext_noop("第28—29页"), "months.read"),
)
# Of a committee's own work; certificate.md "Life cycle", organisation.md.
COMMITTEE: tuple[Item, ...] = (
    Item("months", gettext_noop("月记按时确认"), gettext_noop("看月记和凭证"), "months.read"),
    Item("quarters", gettext_noop("本年季督"), gettext_noop("看督查记录"), "months.read"),
    Item("findings", gettext_noop("督查问题整改"), gettext_noop("看整改台账"), "months.read"),
    Item("stock", gettext_noop("空白证本盘点"), gettext_noop("当面点数"), "certificates.read"),
    Item("dispositions", gettext_noop("党员证处置"), gettext_noop("看处置清单"), "certificates.read"),
    Item("appeals", gettext_noop("申诉答复"), gettext_noop("看申诉卷宗"), "conduct.read"),
)
OF_BOOKLET = frozenset({"number", "reviews"})
"""Items that only a booklet in the person's hand can answer: its number, the stamps in it."""
WITHOUT_BOOKLET = gettext_noop("没有证本，问本人")

OTHER = "other"
"""A finding that no line of the sheet names."""

SEALED = "penalties"
"""The item whose content only ``conduct.read`` shows, on the sheet and in a finding."""


def items_for(months: Iterable[int]) -> tuple[Item, ...]:
    """The sheet of a member: the pages of the booklet with a line of dues and of points for each month."""
    listed = tuple(months)
    dues = tuple(
        Item(f"dues_{month}", _month_label(gettext_noop("党费"), month), "第11—15页", "dues.read")
        for month in listed
    )
    points = tuple(
        Item(f"points_{month}", _month_label(gettext_noop("积分"), month), "第16—20页", "points.read")
        for month in listed
    )
    return (*BEFORE_MONTHS, *dues, *points, *AFTER_MONTHS)


def items_of_person(items: Iterable[Item], *, has_booklet: bool) -> tuple[Item, ...]:
    """The lines asked of this person: without a booklet nothing of it, and the rest by word of mouth.

    >>> [item.key for item in items_of_person(BEFORE_MONTHS, has_booklet=False)]
    ['identity', 'whereabouts', 'transfers']
    """
    if has_booklet:
        return tuple(items)
    kept = (item for item in items if item.key not in OF_BOOKLET)
    return tuple(replace(item, page=WITHOUT_BOOKLET) for item in kept)


def label_of(key: str) -> str:
    """The Chinese name of an item, also of a month's line.

    >>> label_of("dues_202610"), label_of("stock"), label_of("other")
    ('2026年10月党费', '空白证本盘点', '其他')
    """
    name, _, month = key.partition("_")
    if month.isdigit():
        return _month_label({"dues": "党费", "points": "积分"}.get(name, name), int(month))
    known = {item.key: item.label for item in (*BEFORE_MONTHS, *AFTER_MONTHS, *COMMITTEE)}
    return known.get(key, "其他")


def _month_label(word: str, month: int) -> str:
    return f"{month // 100}年{month % 100}月{word}"


def shortened(text: str) -> str:
    """A value as it is kept with an answer.

    >>> shortened(" 已交 "), len(shortened("很" * 300))
    ('已交', 120)
    """
    told = said(text)
    return told if len(told) <= SYSTEM_WIDTH else told[: SYSTEM_WIDTH - 1] + "…"


class SampleState(StrEnum):
    """States of a member drawn."""

    WAITING = "waiting"
    CHECKED = "checked"
    UNREACHABLE = "unreachable"


class FindingState(StrEnum):
    """States of a finding."""

    OPEN = "open"
    MENDED = "mended"
    CLOSED = "closed"
    REOPENED = "reopened"


TO_MEND = (FindingState.OPEN, FindingState.REOPENED)
FINDING_LABELS: Mapping[FindingState, str] = {
    FindingState.OPEN: gettext_noop("等整改"),
    FindingState.MENDED: gettext_noop("等复核"),
    FindingState.CLOSED: gettext_noop("已销号"),
    FindingState.REOPENED: gettext_noop("退回再改"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the inspector said about one item; ``agrees`` None: not yet."""

    item: str
    agrees: bool | None
    paper: str = ""


def check_sheet_complete(answers: Collection[Answer], items: Collection[Item]) -> None:
    """Every line answered by hand, every difference with what the paper says. Raises ``Refused``."""
    answered = {each.item: each for each in answers if each.agrees is not None}
    open_items = [item.label for item in items if item.key not in answered]
    if open_items:
        raise Refused(
            gettext_noop("还有{n}项没有核对：{items}。逐项点“一致”或“不一致”，再交表。"),
            n=len(open_items),
            items="、".join(open_items[:4]) + ("等" if len(open_items) > 4 else ""),
        )
    silent = [label_of(each.item) for each in answered.values() if not each.agrees and not each.paper]
    if silent:
        raise Refused(
            gettext_noop("“{items}”点了不一致，还没有写证本上是怎样的。请补上再交表。"),
            items="、".join(silent),
        )


def check_due(due_on: date, *, on: date) -> None:
    """A deadline lies after today and within half a year. Raises ``Refused``."""
    if due_on <= on:
        raise Refused(gettext_noop("整改期限{day}要在今天以后。"), day=due_on)
    if (due_on - on).days > 184:
        raise Refused(
            gettext_noop("整改期限{day}太远，最长半年。请改近一些，到期还可以退回再改。"), day=due_on
        )


def check_extension(due_on: date, *, before: date, setter: int | None, asker: int | None, on: date) -> None:
    """A longer deadline: by whoever set the one in force, later than it, within ``check_due``. Raises ``Refused``."""
    if setter is not None and setter != asker:
        raise Refused(gettext_noop("整改期限由定期限的人延长。请支部向他说明理由。"))
    if due_on <= before:
        raise Refused(gettext_noop("新的期限{day}要在现在的期限{before}以后。"), day=due_on, before=before)
    check_due(due_on, on=on)


def check_words(text: str, sentence: str, *, least: int = 4) -> str:
    """A text of at least ``least`` characters, squeezed; else the sentence as a refusal."""
    told = said(text)
    if len(told) < least:
        raise Refused(sentence)
    return told


def check_rechecker(*, mender: int | None, rechecker: int | None) -> None:
    """Whoever mended never rechecks the same mending. Raises ``Refused``."""
    if mender is not None and mender == rechecker:
        raise Refused(gettext_noop("这个问题是您登记整改的，要由另一个人复核。"))


def appended(before: str, on: date, name: str, text: str) -> str:
    """A dated line under the earlier ones: what was said the first time stays.

    >>> appended("", date(2026, 11, 24), "刘洋", "已补登")
    '2026-11-24 刘洋：已补登'
    """
    line = f"{on.isoformat()} {name}：{text}"
    return f"{before}\n{line}" if before else line
