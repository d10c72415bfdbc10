"""What may hang under what, and what a unit may be called. Pure."""

from enum import StrEnum


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
