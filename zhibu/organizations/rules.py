"""What may hang under what, what a unit may be called, its segment and its term. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhibu.core.access import Refused
from zhibu.core.codes import label
from zhibu.core.dates import add_months
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said


class Kind(StrEnum):
    """Kinds of nodes (codes/local_org_type.csv). The organization department is a role, never a node."""

    COUNTY_COMMITTEE = "county_committee"
    COMMITTEE = "committee"
    WORK_COMMITTEE = "work_committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    JOINT_BRANCH = "joint_branch"
    TEMPORARY_BRANCH = "temporary_branch"
    GROUP = "group"


BRANCH_KINDS = frozenset({Kind.BRANCH, Kind.JOINT_BRANCH, Kind.TEMPORARY_BRANCH})
COMMITTEE_KINDS = frozenset({Kind.COMMITTEE, Kind.WORK_COMMITTEE})

# organisation.md: county_committee > committee | work_committee > [general_branch] > branch > [group];
# a general branch may also hang directly under the county.
PARENTS: dict[Kind, frozenset[Kind]] = {
    Kind.COUNTY_COMMITTEE: frozenset(),
    Kind.COMMITTEE: frozenset({Kind.COUNTY_COMMITTEE}),
    Kind.WORK_COMMITTEE: frozenset({Kind.COUNTY_COMMITTEE}),
    Kind.GENERAL_BRANCH: frozenset({Kind.COUNTY_COMMITTEE, Kind.COMMITTEE, Kind.WORK_COMMITTEE}),
    Kind.BRANCH: frozenset({Kind.COMMITTEE, Kind.WORK_COMMITTEE, Kind.GENERAL_BRANCH}),
    Kind.JOINT_BRANCH: frozenset({Kind.COMMITTEE, Kind.WORK_COMMITTEE, Kind.GENERAL_BRANCH}),
    Kind.TEMPORARY_BRANCH: frozenset({Kind.COMMITTEE, Kind.WORK_COMMITTEE, Kind.GENERAL_BRANCH}),
    Kind.GROUP: BRANCH_KINDS,
}


class Category(StrEnum):
    """Where a unit's members work or live."""

    TOWNSHIP = "township"
    VILLAGE = "village"
    COMMUNITY = "community"
    ORGAN = "organ"
    SCHOOL = "school"
    HEALTH = "health"
    ENTERPRISE = "enterprise"
    RETIRED = "retired"
    OTHER = "other"


def may_hang_under(kind: Kind, parent: Kind | None) -> bool:
    """True when a node of this kind may have such a parent; only the county committee has none."""
    return parent in PARENTS[kind] if parent is not None else not PARENTS[kind]


def numbers_members(kind: Kind) -> bool:
    """True for the second segment of the unified coding: branches."""
    return kind in BRANCH_KINDS


def heads_numbering(kind: Kind, parent: Kind | None) -> bool:
    """True for the first segment: a committee, or a general branch directly under the county."""
    return kind in COMMITTEE_KINDS or (kind == Kind.GENERAL_BRANCH and parent == Kind.COUNTY_COMMITTEE)


class Numbering(StrEnum):
    """Which segment of the unified coding CCC-BBB-MMM-K a unit carries."""

    COMMITTEE = "committee"
    BRANCH = "branch"
    NONE = ""


def numbering(kind: Kind, parent: Kind | None) -> Numbering:
    """The first segment for heads of numbering, the second for branches, none for the rest."""
    if heads_numbering(kind, parent):
        return Numbering.COMMITTEE
    return Numbering.BRANCH if numbers_members(kind) else Numbering.NONE


# What a person writes into a field to empty it, as in the sheets.
CLEARING = frozenset({"清空", "(清空)"})
FIRST_PARTY_DAY = date(1921, 7, 1)
MAX_SEGMENT = 999
_CODE = re.compile(r"^[0-9A-Za-z-]{1,30}$")
_SEGMENT = re.compile(r"^[0-9]{3}$")


def check_place(kind: Kind, parent: Kind | None) -> None:
    """Raise ``Refused`` when a unit of this kind may not hang there (organisation.md, "Tree")."""
    if may_hang_under(kind, parent):
        return
    if kind == Kind.COUNTY_COMMITTEE:
        raise Refused(gettext_noop("县委是组织树的根，只在系统启用时设立一次，上面不能再有组织。"))
    allowed = "、".join(label("organization_kind", each) for each in Kind if each in PARENTS[kind])
    if parent is None:
        raise Refused(
            gettext_noop("{kind}必须有上级组织，请写明上级（可以是{allowed}）。"),
            kind=label("organization_kind", kind),
            allowed=allowed,
        )
    raise Refused(
        gettext_noop("{kind}不能设在{parent}下面，可以设在{allowed}下面。请核对类型和上级组织。"),
        kind=label("organization_kind", kind),
        parent=label("organization_kind", parent),
        allowed=allowed,
    )


def check_code(code: str) -> None:
    """Raise ``Refused`` unless the code is 1 to 30 digits, Latin letters or hyphens."""
    if not _CODE.match(code):
        raise Refused(gettext_noop("组织代码只能用数字、字母和短横线，最多30个，现在是“{code}”。"), code=code)


def check_names(name: str, short_name: str) -> None:
    """Raise ``Refused`` when a name is missing or too long: 80 characters in full, 40 in short."""
    if not said(name) or not said(short_name):
        raise Refused(gettext_noop("组织全称和简称都要填写。"))
    if len(name) > 80:
        raise Refused(gettext_noop("组织全称最多80个字，现在有{count}个字，请缩短。"), count=len(name))
    if len(short_name) > 40:
        raise Refused(gettext_noop("组织简称最多40个字，现在有{count}个字，请缩短。"), count=len(short_name))


def check_opening(opened_on: date, *, on: date) -> None:
    """Raise ``Refused`` when the opening lies in the future or before the Party was founded."""
    if opened_on > on:
        raise Refused(gettext_noop("成立日期{day}在今天以后，请核对。"), day=opened_on)
    if opened_on < FIRST_PARTY_DAY:
        raise Refused(gettext_noop("成立日期{day}早于建党，请核对年份。"), day=opened_on)


def check_segment(segment: str) -> None:
    """Raise ``Refused`` unless it is 001 to 999; 000 is kept for committee-level use (certificate.md)."""
    if not _SEGMENT.match(segment) or segment == "000":
        raise Refused(gettext_noop("编号段是001到999的三位数字，现在是“{segment}”。"), segment=segment)


def check_phone(phone: str) -> None:
    """Raise ``Refused`` unless it is empty or a phone number of 5 to 15 digits, perhaps with hyphens."""
    digits = phone.replace("-", "")
    if phone and not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 15):
        raise Refused(gettext_noop("联系电话应是5到15位数字，可以带短横线，请核对。"))


def next_segment(given: Collection[str]) -> str:
    """The segment after the highest ever given; when 999 is taken, the lowest never given.

    >>> next_segment([]), next_segment(["001", "007"]), next_segment(["001", "999"])
    ('001', '008', '002')
    """
    used = {int(each) for each in given if each}
    candidate = max(used, default=0) + 1
    if candidate > MAX_SEGMENT:
        candidate = next((n for n in range(1, MAX_SEGMENT + 1) if n not in used), 0)
    if not candidate:
        raise Refused(gettext_noop("001到999的编号段已经全部用完，请县委组织部核定。"))
    return f"{candidate:03d}"


def term_years(kind: Kind, category: Category) -> int:
    """Years of a term of office; 0 for units without one.

    Committees 5; general branches and branches of villages and communities 5, others 3
    (organisation.toml term_years). A temporary branch holds no term election, a group is no organization.
    """
    if kind in {Kind.GROUP, Kind.TEMPORARY_BRANCH}:
        return 0
    if kind == Kind.COUNTY_COMMITTEE or kind in COMMITTEE_KINDS:
        return 5
    return 5 if category in {Category.VILLAGE, Category.COMMUNITY} else 3


@dataclass(frozen=True, slots=True)
class Term:
    """A term of office: its number (届次), the day of the election and the day the next one is due."""

    number: int
    from_date: date
    due_on: date


def complete_term(
    kind: Kind,
    category: Category,
    *,
    number: int | None,
    from_date: date | None,
    due_on: date | None,
    current: Term | None = None,
) -> Term | None:
    """Fill in what was left out of a term; None when nothing was said.

    The due day follows from the election and the years of the kind, and the other way round. Without
    a number it is the current term when the election day is the same or not given, else the next one.
    """
    if number is None and from_date is None and due_on is None:
        return None
    years = term_years(kind, category)
    if not years:
        raise Refused(
            gettext_noop("{kind}没有任期，请不要填写届次和届满日期。"), kind=label("organization_kind", kind)
        )
    is_next = current is not None and (
        number > current.number
        if number is not None
        else from_date is not None and from_date > current.from_date
    )
    kept = current if not is_next else None
    start = (
        from_date
        or (kept.from_date if kept else None)
        or (add_months(due_on, -12 * years) if due_on else None)
    )
    if start is None:
        raise Refused(gettext_noop("填写届次时，还要填写本届选举日期或届满日期。"))
    if due_on is None:
        due_on = kept.due_on if kept and kept.from_date == start else add_months(start, 12 * years)
    if due_on <= start:
        raise Refused(
            gettext_noop("届满日期{due}不在本届选举日期{start}之后，请核对。"), due=due_on, start=start
        )
    if number is None:
        number = (current.number + 1 if is_next else current.number) if current else 1
    if not 1 <= number <= 99:
        raise Refused(gettext_noop("届次是1到99的数字，现在是{number}。"), number=number)
    if current is not None and number < current.number:
        raise Refused(
            gettext_noop("现在已是第{current}届，不能改成第{number}届。"),
            current=current.number,
            number=number,
        )
    return Term(number, start, due_on)


@dataclass(frozen=True, slots=True)
class Help:
    """A support unit as a sheet or form names it. None leaves what is stored; "" clears it."""

    unit: str
    contact_name: str | None = None
    contact_phone: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What is needed to open a unit. ``segment`` "" asks for the next free one where the kind has one."""

    code: str
    parent_code: str
    kind: Kind
    category: Category
    name: str
    short_name: str
    opened_on: date
    segment: str = ""
    term: Term | None = None
    clusters: tuple[str, ...] = ()
    help: Help | None = None


SOON_DAYS = 90


def term_state(due_on: date | None, *, on: date) -> str:
    """ "overdue" from the due day on, "soon" in the 90 days before, else ""."""
    if due_on is None:
        return ""
    if due_on <= on:
        return "overdue"
    return "soon" if (due_on - on).days <= SOON_DAYS else ""
