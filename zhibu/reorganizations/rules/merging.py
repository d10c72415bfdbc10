"""What two records of one person say together, where both say something of the same thing. Pure."""

from collections.abc import Iterable

from zhibu.meetings.rules.attendance import Status

_STRONGEST = (
    Status.PRESENT, Status.ONLINE, Status.ELSEWHERE, Status.LEAVE, Status.EXCUSED, Status.ABSENT,
)  # fmt: skip


def joined_status(statuses: Iterable[str]) -> str:
    """How one person with two lines stands to a meeting: who came under either name came.

    >>> joined_status(["absent", "present"]), joined_status(["absent", "leave"])
    ('present', 'leave')
    """
    return min(map(Status, statuses), key=_STRONGEST.index).value
