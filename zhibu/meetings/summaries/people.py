"""Who belongs to a branch, with what counts for a list: stage, standing, measures, group, posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.attendance import Person, Status, expected, proposed_excuse
from zhibu.meetings.rules.kinds import SPECS, Circle, Kind
from zhibu.members.models import Measure, Member, PostHolding
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries.history import as_on, members_on
from zhibu.organizations.models import Organization


def persons(members: Sequence[Member], *, on: date) -> dict[int, Person]:
    """What the rules ask about each of these members, by id, who are as they were on the day (``members_on``).
    Two queries per 500."""
    branches = {member.pk: member.branch_id for member in members}
    measures: dict[int, set[str]] = {}
    posts: dict[int, set[str]] = {}
    ids = [member.pk for member in members]
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        for member_id, kind in (
            Measure.objects.in_force(on).filter(member__in=some).values_list("member_id", "kind")
        ):
            measures.setdefault(member_id, set()).add(kind)
        held = PostHolding.objects.filter(member__in=some, from_date__lte=on).exclude(until__lte=on)
        for member_id, organization_id, post in held.values_list("member_id", "organization_id", "post"):
            if organization_id == branches[member_id]:
                posts.setdefault(member_id, set()).add(post)
    return {
        member.pk: Person(
            member.pk,
            Stage(member.stage),
            Standing(member.standing),
            member.join_date,
            frozenset(measures.get(member.pk, ())),
            member.group,
            frozenset(posts.get(member.pk, ())),
            is_floating=member.is_floating,
        )
        for member in members
    }


def expected_at(meeting: Meeting) -> tuple[list[Person], dict[int, Member]]:
    """Those the meeting is for, as they were on its day, in the order of the list, and their records. Four queries
    up to 500 members."""
    members = members_on([meeting.branch_id], on=meeting.on)
    known = persons(members, on=meeting.on)
    listed = expected(Kind(meeting.kind), known.values(), group=meeting.group, on=meeting.on)
    return listed, {member.pk: member for member in members}


def not_listed(meeting: Meeting, lines: Sequence[Attendance]) -> list[Member]:
    """Members of the branch on the day who are not on the list of a meeting for all of it. At most two queries."""
    if SPECS[Kind(meeting.kind)].circle != Circle.MEMBERS:
        return []
    listed = {line.member_id for line in lines}
    return [member for member in members_on([meeting.branch_id], on=meeting.on) if member.pk not in listed]


def groups_of(branch: Organization) -> frozenset[str]:
    """Names of the branch's Party groups, as its members carry them. One query."""
    return frozenset(
        Member.objects.enrolled()
        .filter(branch=branch)
        .exclude(group="")
        .order_by()
        .values_list("group", flat=True)
        .distinct()
    )


def secretary_of(branch: Organization) -> str:
    """Name of the branch's secretary today; "" without one. One query."""
    holding = (
        PostHolding.objects.filter(organization=branch, post="secretary", until=None)
        .select_related("member")
        .order_by("-from_date")
        .first()
    )
    return holding.member.name if holding else ""


@dataclass(frozen=True, slots=True)
class SignInLine:
    """A name on the sheet to sign, in the order of the screen. ``excuse``: why the member need not come, as a code."""

    name: str
    is_probationary: bool
    excuse: str
    is_synthetic: bool


def sign_in_lines(meeting: Meeting) -> list[SignInLine]:
    """The list of a held meeting; before that, who is expected. At most four queries."""
    if meeting.state == "held":
        lines = Attendance.objects.filter(meeting=meeting).select_related("member")
        rows = list(lines.order_by("member__pinyin", "member_id"))
        as_on([row.member for row in rows], on=meeting.on)
        return [
            SignInLine(
                row.member.name,
                row.member.stage == Stage.PROBATIONARY,
                row.reason if row.status == Status.EXCUSED else "",
                row.member.is_synthetic,
            )
            for row in rows
        ]
    people, members = expected_at(meeting)
    return [
        SignInLine(
            members[person.member_id].name,
            person.stage == Stage.PROBATIONARY,
            str(proposed_excuse(person) or ""),
            members[person.member_id].is_synthetic,
        )
        for person in people
    ]
