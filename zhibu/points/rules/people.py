"""Who may do what with an entry, and which class a member is in. Pure. Source: points.md rules 4 and 6."""

from dataclasses import dataclass
from datetime import date

from zhibu.core.access import Refused
from zhibu.core.dates import full_years
from zhibu.core.text import gettext_noop
from zhibu.points.rules.catalogue import MemberClass


def class_of(
    *,
    birth_date: date,
    is_probationary: bool,
    is_floating: bool,
    holds_post: bool,
    elderly_age: int,
    on: date,
) -> MemberClass:
    """The class a member opens a year in. Certified illness is entered by hand.

    Probation comes first, it ends by itself; age comes before floating and posts, it protects most.
    """
    if is_probationary:
        return MemberClass.PROBATIONARY
    if full_years(birth_date, on) >= elderly_age:
        return MemberClass.FRAIL
    if is_floating:
        return MemberClass.FLOATING
    return MemberClass.CADRE if holds_post else MemberClass.ORDINARY


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who would decide: the account, whether its right reaches the committee above the branch."""

    user_id: int | None
    at_committee: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What would be decided about: whose points, who recorded them."""

    name: str
    item: str
    member_user_id: int | None
    recorder_user_id: int | None
    is_secretary: bool
    by_committee: bool


def check_approver(who: Deciding, what: Decided) -> None:
    """Raise ``Refused`` unless the person may approve: another than the recorder and the member, and at the
    committee for the secretary's points and for items it decides."""
    if who.user_id is not None and who.user_id == what.member_user_id:
        raise Refused(gettext_noop("“{item}”是您本人的积分，不能自己审核，请由别人审核。"), item=what.item)
    if who.user_id is not None and who.user_id == what.recorder_user_id:
        raise Refused(
            gettext_noop("{name}的“{item}”是您登记的，登记人不能审核，请由支部另一位委员或者上级党委审核。"),
            name=what.name,
            item=what.item,
        )
    if what.is_secretary and not who.at_committee:
        raise Refused(gettext_noop("{name}是支部书记，积分由上级党委审核。请等党委办理。"), name=what.name)
    if what.by_committee and not who.at_committee:
        raise Refused(gettext_noop("“{item}”由上级党委审核，支部不能审核。请等党委办理。"), item=what.item)


def committee_path(branch_path: str) -> str:
    """The path of the organization above a branch.

    >>> committee_path("1.12.305.")
    '1.12.'
    """
    steps = branch_path.split(".")[:-2]
    return ".".join(steps) + "." if steps else ""
