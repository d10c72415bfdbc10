"""Democratic appraisal of members: four grades, few of them excellent, none for those on probation. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.rules.stages import Stage


class Grade(StrEnum):
    """organisation.toml democratic_appraisal.grades."""

    EXCELLENT = "excellent"
    QUALIFIED = "qualified"
    BASIC = "basic"
    UNQUALIFIED = "unqualified"


GRADE_LABELS: Final[Mapping[Grade, str]] = {
    Grade.EXCELLENT: gettext_noop("优秀"),
    Grade.QUALIFIED: gettext_noop("合格"),
    Grade.BASIC: gettext_noop("基本合格"),
    Grade.UNQUALIFIED: gettext_noop("不合格"),
}


def check_grade(grade: str, stage: str) -> Grade | None:
    """The grade named, None for none. Refuses an unknown one, and any for a member on probation (BRANCH18)."""
    if not grade:
        return None
    try:
        found = Grade(grade)
    except ValueError:
        raise Refused(
            gettext_noop("没有“{grade}”这个等次。请从优秀、合格、基本合格、不合格里选择。"), grade=grade
        ) from None
    if stage != Stage.FULL:
        raise Refused(gettext_noop("预备党员参加民主评议，但不评定等次。请把这名党员的等次留空。"))
    return found


class Ballots(NamedTuple):
    """How many ballots gave a member each grade (民主测评)."""

    excellent: int
    qualified: int
    basic: int
    unqualified: int


def check_ballots(ballots: Ballots, *, came: int, stage: str, name: str) -> Ballots:
    """The count as it may stand. Refuses negative ones, more ballots than people who came, and a member on probation."""
    if min(ballots) < 0:
        raise Refused(gettext_noop("{name}的票数不能是负数。请照测评票核对。"), name=name)
    if stage != Stage.FULL:
        raise Refused(gettext_noop("{name}是预备党员，不评定等次，也不统计测评票。请把票数留空。"), name=name)
    if sum(ballots) > came:
        raise Refused(
            gettext_noop("{name}的测评票合计{sum}张，多于到会的{came}人。请照测评票核对。"),
            name=name,
            sum=sum(ballots),
            came=came,
        )
    return ballots


def too_many_excellent(grades: Iterable[str], *, members: int, one_in: int = 3) -> Refused | None:
    """A warning when more than one in ``one_in`` of all ``members`` are excellent (BRANCH18: generally at most 1/3).

    ``members``: everyone on the list of the appraisal, also on probation and absent, whether graded or not.
    """
    excellent = sum(grade == Grade.EXCELLENT for grade in grades)
    if excellent * one_in <= members:
        return None
    return Refused(
        gettext_noop(
            "党员{total}人里优秀{excellent}人，超过了{one_in}分之一（{most}人）。优秀一般不超过党员总数的三分之一，请支部再研究。依据：支部工作条例。"
        ),
        total=members,
        excellent=excellent,
        one_in=one_in,
        most=members // one_in,
    )
