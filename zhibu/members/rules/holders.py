"""When somebody's own membership no longer carries the role the person holds. Pure."""

from dataclasses import dataclass

from zhibu.core.text import gettext_noop
from zhibu.members.rules.events.kinds import MeasureKind
from zhibu.members.rules.stages import Standing

# Measures under which nobody holds a post of the Party, or is to be found for one.
SET_ASIDE = (
    MeasureKind.PROBATION_WITHIN_PARTY,
    MeasureKind.RIGHTS_SUSPENDED,
    MeasureKind.LOST_CONTACT_FLAG,
    MeasureKind.REMOVAL_FROM_POST,
    MeasureKind.AFTER_PARTY_PROBATION,
)

# Roles that only somebody with a membership in the county holds: clerks and organizers.
CARRIED = ("branch_clerk", "committee_organizer", "county_organizer")

GONE = gettext_noop("党籍已经终止、停止，或者这条党员记录已并入别的记录")
SET_ASIDE_NOW = gettext_noop("党员权利有变化，或者暂时联系不上")
ELSEWHERE = gettext_noop("组织关系已不在这个组织下面")
POST_ENDED = gettext_noop("在这个组织的党内职务已经免去")


@dataclass(frozen=True, slots=True)
class Holder:
    """The member record of a person with a role, as of a day. Paths are of the tree.

    ``place``: where the role is held; ``branch``: where the member belongs; ``had_post`` and ``has_post``: on the
    committee of ``place``.
    """

    standing: str
    is_merged: bool
    is_set_aside: bool
    branch: str
    place: str
    had_post: bool
    has_post: bool


def why_to_review(holder: Holder) -> str:
    """Why the role should be looked at, "" when nothing speaks against it.

    Says no more than that: what ended a membership, and every penalty, stays with those who may read it.
    """
    if holder.is_merged or holder.standing != Standing.ACTIVE:
        return GONE
    if not holder.branch.startswith(holder.place):
        return ELSEWHERE
    if holder.is_set_aside:
        return SET_ASIDE_NOW
    if holder.had_post and not holder.has_post:
        return POST_ENDED
    return ""
