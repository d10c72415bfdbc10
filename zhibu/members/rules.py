"""Stage and standing of a member, kept apart; what a member's record must satisfy. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class MemberDates:
    """The dates of a member's record."""

    birth: date
    join: date
    confirmation: date | None


def seniority(confirmation: date | None, *, on: date) -> int:
    """党龄 in full years, counted from confirmation; 0 during probation (CONST22 art. 7)."""
    return full_years(confirmation, on) if confirmation else 0
