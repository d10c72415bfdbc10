"""Two records of one person, proposed for merging: entered twice when somebody moved house."""

from zhibu.demo.cases.cast import Cast
from zhibu.members.actions import (
    NewMember,
    accept_enrollments,
    consent_merge,
    propose_enrollments,
    propose_merge,
)
from zhibu.members.models import Member
from zhibu.members.rules.facts import Facts
from zhibu.organizations.models import Organization


def build(cast: Cast) -> None:
    """One between the two branches one signs in for, where one side has consented; one elsewhere, untouched."""
    _twice(cast, cast.take(1, at=cast.home), cast.sibling, consents=True)
    elsewhere = cast.take(1)
    for member in elsewhere:
        place = next(
            row
            for row in cast.branches.values()
            if row.parent_id == member.branch.parent_id and row.pk != member.branch_id
        )
        _twice(cast, elsewhere, place, consents=False)


def _twice(cast: Cast, members: list[Member], place: Organization, *, consents: bool) -> None:
    for member in members:
        facts = Facts(
            name=member.name,
            sex=member.sex,
            ethnic_group=member.ethnic_group,
            birth_date=member.birth_date,
            education=member.education,
            join_date=member.join_date,
            confirmation_date=member.confirmation_date,
            stage=member.stage,
            dues_category=member.dues_category,
            native_place=member.native_place,
            identity_reason="登记时没有带身份证，待补",
        )
        proposals = propose_enrollments(
            by=cast.clerk(place),
            rows=[NewMember(place, facts)],
            reason="搬到本村居住，本人要求登记",
            on=cast.ago(25),
        )
        [entered] = accept_enrollments(by=cast.organizer(place), proposals=proposals, on=cast.ago(24))
        second = entered.member
        assert second is not None  # noqa: S101 (accepted)
        proposal = propose_merge(
            by=cast.organizer(member.branch),
            kept=member,
            dropped=second,
            reason="姓名、出生日期、入党时间都相同，本人说搬家后在新住处又登记了一次",
            on=cast.ago(6),
        )
        if consents and cast.clerk(place).user_id is not None:
            consent_merge(by=cast.clerk(place), proposal=proposal, on=cast.ago(3))
