"""Probationary members: confirmed, extended, cancelled, waiting for the committee, or full and not yet discussed."""

from datetime import date, timedelta

from zhibu.core.dates import add_months
from zhibu.demo.cases.cast import Candidate, Cast, disposition_of
from zhibu.demo.cases.matters import archive, decide, dispose, propose
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import EventKind


def build(cast: Cast) -> None:
    """Of the probations that are full most are confirmed; in the two shown branches each stage is left to see."""
    _shown(cast)
    due = cast.left(lambda person: _full_on(person) <= cast.on)
    dice = cast.dice("probation")
    elsewhere = [place for place, member in enumerate(due) if member.branch.parent_id != cast.home.parent_id]
    moved = set(MembershipEvent.objects.filter(kind=EventKind.MOVE_BRANCH).values_list("member", flat=True))
    for place, member in enumerate(due):
        if place in elsewhere[:1]:
            continue  # moves before the branch has met: who receives the member is warned
        if member.pk in moved:
            continue  # went along with a merged branch: the new branch still has to meet
        full_on = add_months(member.join_date, 12)
        met = _workday(full_on + timedelta(days=dice.randint(3, 20)))
        if met > cast.ago(12):
            continue  # full only now: the branch still has to meet
        settled = _workday(met + timedelta(days=dice.randint(5, 10)))
        if place % 11 == 3:
            propose(cast, member, EventKind.CONFIRM, decided=max(met, cast.ago(20)), **_WELL)
        elif place % 11 == 5:
            decide(
                cast, member, EventKind.EXTEND_PROBATION, decided=met, settled=settled, months=6, **_EXTENDED
            )
        elif place % 11 != 7:
            decide(cast, member, EventKind.CONFIRM, decided=met, settled=settled, **_WELL)
    _cancelled(cast)


_WELL = {"grounds": "预备期内表现合格，本人书面申请，支部党员大会讨论同意按期转正"}
_EXTENDED = {"grounds": "预备期内参加组织生活不经常，支部党员大会决定延长半年继续考察"}


def _shown(cast: Cast) -> None:
    home = _longest(cast.left(_probationary, at=cast.home))
    if home:
        propose(cast, home[0], EventKind.CONFIRM, decided=cast.ago(18), **_WELL)
    sibling = _longest(cast.left(_probationary, at=cast.sibling))
    if sibling:
        full_on = add_months(sibling[0].join_date, 12)
        met = _workday(full_on + timedelta(days=9))
        decide(
            cast,
            sibling[0],
            EventKind.EXTEND_PROBATION,
            decided=met,
            settled=_workday(met + timedelta(days=7)),
            months=6,
            **_EXTENDED,
        )


def _cancelled(cast: Cast) -> None:
    running = cast.take(2, wanted=lambda person: _probationary(person) and person.has_booklet)
    for place, member in enumerate(running):
        event = decide(
            cast,
            member,
            EventKind.CANCEL_PROBATION,
            decided=cast.ago(58 - 20 * place),
            settled=cast.ago(51 - 20 * place),
            grounds="外出务工后多次通知不参加组织生活，也不向支部汇报，支部党员大会讨论不具备党员条件",
        )
        if place == 0:
            dispose(cast, disposition_of(event), "reclaimed", cast.ago(40), place=archive(cast, member))


def _probationary(person: Candidate) -> bool:
    return person.stage == "probationary"


def _full_on(person: Candidate) -> date:
    return add_months(person.join, 12) if person.stage == "probationary" else date.max


def _longest(members: list[Member]) -> list[Member]:
    return sorted(members, key=lambda member: member.join_date)


def _workday(day: date) -> date:
    return day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0)
