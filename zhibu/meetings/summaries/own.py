"""What meetings mean to one member: the ones coming up, the decisions to carry out."""

from dataclasses import dataclass
from datetime import date

from zhibu.meetings.models import Decision, Meeting
from zhibu.meetings.rules.attendance import expected
from zhibu.meetings.rules.kinds import Kind
from zhibu.meetings.summaries.people import persons
from zhibu.members.models import Member

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Ahead:
    """``meetings``: planned ones the member is expected at, soonest first. ``decisions``: open ones, nearest due first."""

    meetings: list[Meeting]
    decisions: list[Decision]


def ahead_of(member: Member, *, on: date) -> Ahead:
    """At most four queries."""
    planned = list(
        Meeting.objects.filter(branch=member.branch_id, state="planned", on__gte=on)
        .defer("minutes")
        .order_by("on", "time", "pk")[: 2 * _SHOWN]
    )
    person = list(persons([member], on=on).values()) if planned else []
    return Ahead(
        [each for each in planned if expected(Kind(each.kind), person, group=each.group, on=each.on)][
            :_SHOWN
        ],
        list(
            Decision.objects.filter(owner=member, done_on=None)
            .exclude(meeting__state="canceled")
            .select_related("meeting")
            .defer("meeting__minutes", "meeting__agenda")
            .order_by("due_on", "pk")[:_SHOWN]
        ),
    )
