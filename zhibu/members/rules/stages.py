"""Stage, standing, posts, dues categories: the enumerations and what goes together. Pure."""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from zhibu.core import codes
from zhibu.core.dates import full_years


class Stage(StrEnum):
    """membership.toml enums.stage."""

    PROBATIONARY = "probationary"
    FULL = "full"


class Standing(StrEnum):
    """membership.toml enums.standing."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class DuesCategory(StrEnum):
    """codes/local_dues_category.csv."""

    SALARIED = "salaried"
    ANNUAL_SALARY = "annual_salary"
    IRREGULAR_INCOME = "irregular_income"
    RETIRED = "retired"
    FARMER = "farmer"
    STUDENT = "student"
    LAID_OFF = "laid_off"
    RELIEF_DEPENDENT = "relief_dependent"
    MINIMUM_LIVING = "minimum_living"
    REDUCED = "reduced"
    EXEMPT = "exempt"


class BranchPost(StrEnum):
    """codes/local_branch_post.csv."""

    SECRETARY = "secretary"
    DEPUTY_SECRETARY = "deputy_secretary"
    ORGANIZATION_MEMBER = "organization_member"
    PUBLICITY_MEMBER = "publicity_member"
    DISCIPLINE_MEMBER = "discipline_member"
    YOUTH_MEMBER = "youth_member"
    UNITED_FRONT_MEMBER = "united_front_member"
    OTHER_MEMBER = "other_member"
    GROUP_LEADER = "group_leader"


COMMITTEE_POSTS: Final = frozenset(BranchPost) - {BranchPost.GROUP_LEADER}
"""Posts of a branch's committee, or of a branch without one the secretary's and deputy's: whoever leads the branch."""


def may_hold_standing(stage: str, standing: str) -> bool:
    """True when the two go together: only a full member's standing can be suspended (membership.toml)."""
    return standing != Standing.SUSPENDED or stage == Stage.FULL


def seniority(confirmation: date | None, *, on: date) -> int:
    """党龄 in full years, counted from confirmation; 0 during probation (CONST22 art. 7)."""
    return full_years(confirmation, on) if confirmation else 0


def split_posts(text: str) -> tuple[str, ...] | None:
    """Posts as a cell lists them ("书记、组织委员"), as codes in the order of the code table; None if one is unknown.

    >>> split_posts("组织委员，书记"), split_posts("书记、村长")
    (('secretary', 'organization_member'), None)
    """
    known = codes.by_name("branch_post")
    words = [word for word in re.split(r"[、,，;；/\s]+", text) if word]
    if any(word not in known for word in words):
        return None
    held = {known[word] for word in words}
    return tuple(post for post in codes.table("branch_post") if post in held)


def join_posts(posts: frozenset[str] | set[str]) -> str:
    """The reverse of ``split_posts``, in the order of the code table."""
    return "、".join(name for post, name in codes.table("branch_post").items() if post in posts)
