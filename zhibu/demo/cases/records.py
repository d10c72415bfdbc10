"""What one person has put forward for the books and another decides: dates corrected from the file, a newcomer."""

from datetime import timedelta

from zhibu.demo.cases.cast import Cast
from zhibu.demo.cases.matters import approve
from zhibu.members.actions import NewMember, correct_member, propose_enrollments
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import EventKind
from zhibu.members.rules.facts import Facts

_REASON = "照入党志愿书核对，原来抄成了支部大会后一天"


def build(cast: Cast) -> None:
    """One correction agreed to, one that waits, and somebody of the shown branch who waits to be entered."""
    agreed, waiting = cast.take(1), cast.take(1, at=cast.home)
    for member in agreed:
        approve(cast, _day_earlier(cast, member, days=23), settled=cast.ago(16))
    for member in waiting:
        _day_earlier(cast, member, days=4)
    joined = cast.ago(12)
    somebody = Facts(
        name=cast.name("newly admitted"),
        sex="2",
        ethnic_group="07",
        birth_date=joined.replace(year=joined.year - 24, day=9),
        education="31",
        join_date=joined,
        stage="probationary",
        dues_category="farmer",
        identity_reason="登记时没有带身份证，待补",
    )
    propose_enrollments(
        by=cast.clerk(cast.home),
        rows=[NewMember(cast.home, somebody)],
        reason="支部党员大会接收为预备党员，党委已批复",
        on=cast.ago(3),
    )


def _day_earlier(cast: Cast, member: Member, *, days: int) -> MembershipEvent:
    assert member.confirmation_date is not None  # noqa: S101 (only full members are drawn)
    correct_member(
        by=cast.clerk(member.branch),
        member=member,
        changes={
            "join_date": member.join_date - timedelta(days=1),
            "confirmation_date": member.confirmation_date - timedelta(days=1),
        },
        reason=_REASON,
        on=cast.ago(days),
    )
    return MembershipEvent.objects.select_related("member__branch").get(
        member=member, kind=EventKind.CORRECT_RECORD
    )
