"""Who should attend, who need not and why, and what one tap changes. Pure.

A quorum is a list of people with reasons, not a percentage of rows. Source of the reasons: the Organization
Department's explanation of who may be left out of those who should attend (中央组织部对应到会人数的解释: six cases, with
the higher organization's consent and the meeting's approval), not the election rules themselves; a suspended standing
is no membership to attend with, and floating members ask themselves (FLOAT24).
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.meetings.rules.kinds import SPECS, Circle, Kind
from zhibu.members.rules.events import MeasureKind, may_vote
from zhibu.members.rules.stages import COMMITTEE_POSTS, Standing


class Status(StrEnum):
    """How a member stands to a meeting. ``elsewhere``: a floating member who attended at the host."""

    PRESENT = "present"
    ONLINE = "online"
    ELSEWHERE = "elsewhere"
    LEAVE = "leave"
    EXCUSED = "excused"
    ABSENT = "absent"


STATUS_LABELS: Final[Mapping[Status, str]] = {
    Status.PRESENT: gettext_noop("到会"),
    Status.ONLINE: gettext_noop("线上参加"),
    Status.ELSEWHERE: gettext_noop("在流入地参加"),
    Status.LEAVE: gettext_noop("请假"),
    Status.EXCUSED: gettext_noop("不计应到"),
    Status.ABSENT: gettext_noop("缺席"),
}
CAME: Final = frozenset({Status.PRESENT, Status.ONLINE, Status.ELSEWHERE})
# A floating member who took part at the host cannot vote here.
VOTES_HERE: Final = frozenset({Status.PRESENT, Status.ONLINE})


class Excuse(StrEnum):
    """Why a member may be left out of those who should attend (应到会)."""

    SUSPENDED = "suspended"
    RIGHTS_SUSPENDED = "rights_suspended"
    FLOATING_OUT = "floating_out"
    LONG_ILL = "long_ill"
    ABROAD = "abroad"
    RETIRED_HOME = "retired_home"
    NOT_TRANSFERRED = "not_transferred"
    UNABLE = "unable"


EXCUSE_LABELS: Final[Mapping[Excuse, str]] = {
    Excuse.SUSPENDED: gettext_noop("停止党籍"),
    Excuse.RIGHTS_SUSPENDED: gettext_noop("中止党员权利（在押、服刑）"),
    Excuse.FLOATING_OUT: gettext_noop("流动外出，本人已申请"),
    Excuse.LONG_ILL: gettext_noop("年老体弱卧床不起、长期生病生活不能自理"),
    Excuse.ABROAD: gettext_noop("出国（境）半年以上"),
    Excuse.NOT_TRANSFERRED: gettext_noop("工作学习半年以上，应转关系没有转走"),
    Excuse.RETIRED_HOME: gettext_noop("离退休后回原籍长期居住，关系没有转出"),
    Excuse.UNABLE: gettext_noop("患病不能表达本人意志"),
}
LOST: Final = "lost_contact"
_REASONS: Final = {
    **{str(code): label for code, label in EXCUSE_LABELS.items()},
    LOST: gettext_noop("失去联系"),
}
EXCUSE_RULE: Final = gettext_noop(
    "可以不计入应到会的：患病不能表达本人意志，出国（境）半年以上，服刑、在押，年老体弱卧床不起和长期生病生活不能自理，工作学习半年以上应转关系没有转走，离退休后回原籍长期居住、确实不能参加，停止党籍，外出不能参加并提出申请的流动党员。报上级党组织同意，由会议通过。此外的不能来也计入应到，例如短期出国、失去联系；留党察看的照常参加，没有表决权。依据：中央组织部对应到会人数的解释。"
)


def reason_label(code: str) -> str:
    """A line's reason in words: of a known code, a sentence to translate; free text as it is.

    >>> reason_label("lost_contact"), reason_label("赶场")
    ('失去联系', '赶场')
    """
    return _REASONS.get(code, code)


@dataclass(frozen=True, slots=True)
class Person:
    """What counts about a member when a list is drawn up. ``posts``: open posts on the branch's committee."""

    member_id: int
    stage: str
    standing: str
    join_date: date
    measures: frozenset[str] = frozenset()
    group: str = ""
    posts: frozenset[str] = field(default_factory=frozenset)
    is_floating: bool = False

    @property
    def may_vote(self) -> bool:
        """A full member with all rights (membership.toml ``[rights]``)."""
        return may_vote(self.stage, self.standing, self.measures)


def expected(kind: Kind, people: Iterable[Person], *, group: str = "", on: date) -> list[Person]:
    """Those a meeting of this kind is for, in the order given: of the branch, its committee or one group.

    Who joined after the day is not on the list. Whether someone need not come is ``proposed_excuse``.
    """
    circle = SPECS[kind].circle
    return [
        person
        for person in people
        if person.join_date <= on
        and (circle != Circle.COMMITTEE or person.posts & COMMITTEE_POSTS)
        and (circle != Circle.GROUP or person.group == group)
    ]


def proposed_excuse(person: Person) -> Excuse | None:
    """Why the member need not come, as far as the books know; a person confirms it.

    Illness, stays abroad and the like are not in the books: they are entered by hand. Whoever cannot be found is
    counted: the explanation does not list it.
    """
    if person.standing == Standing.SUSPENDED:
        return Excuse.SUSPENDED
    if MeasureKind.RIGHTS_SUSPENDED in person.measures:
        return Excuse.RIGHTS_SUSPENDED
    if person.is_floating or MeasureKind.FLOATING_OUT in person.measures:
        return Excuse.FLOATING_OUT
    return None


def must_be_excused(person: Person) -> bool:
    """Without standing or rights there is nothing to attend: nobody can take these off the list of reasons."""
    return proposed_excuse(person) in {Excuse.SUSPENDED, Excuse.RIGHTS_SUSPENDED}


def usual(person: Person) -> tuple[Status, str]:
    """Status and reason proposed for who should attend: present, absent for who cannot be found."""
    is_lost = MeasureKind.LOST_CONTACT_FLAG in person.measures
    return (Status.ABSENT, LOST) if is_lost else (Status.PRESENT, "")


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the attendance list."""

    member_id: int
    status: Status
    reason: str
    has_vote: bool


def marks(
    people: Iterable[Person],
    *,
    excused: Mapping[int, str],
    exceptions: Mapping[int, tuple[str, str]] | None = None,
) -> list[Mark]:
    """The list of a meeting that is held: everyone as is ``usual`` but the excused and the exceptions.

    ``excused``: reason by member, as the person confirmed. ``exceptions``: status and reason by member.
    Raises ``Refused`` for a status that needs a reason and has none, and for a member who is not on the list.
    """
    given = exceptions or {}
    found = []
    for person in people:
        if person.member_id in excused or must_be_excused(person):
            reason = excused.get(person.member_id) or str(proposed_excuse(person))
            found.append(mark(person, Status.EXCUSED, reason))
        else:
            status, reason = given.get(person.member_id, usual(person))
            found.append(mark(person, status, reason))
    known = {each.member_id for each in found}
    if (excused.keys() | given.keys()) - known:
        raise Refused(gettext_noop("名单里有人不是这次会议的参加人员。请刷新页面，重新核对名单。"))
    return found


def mark(person: Person, status: str, reason: str) -> Mark:
    """One line as it may stand. An excuse takes the member out of those who should attend and vote."""
    wanted, reason = check_status(status, reason)
    is_away = person.is_floating or MeasureKind.FLOATING_OUT in person.measures
    if wanted == Status.ELSEWHERE and not is_away:
        raise Refused(
            gettext_noop(
                "这名党员没有登记为流动党员，不能登记在流入地参加。请先登记流动，或者改选到会、线上参加。"
            )
        )
    if wanted == Status.ELSEWHERE and not said(reason):
        raise Refused(
            gettext_noop(
                "在流入地参加的要写明在哪里参加、凭什么认定，例如“成都市某社区党支部10月主题党日，有照片”。"
            )
        )
    if must_be_excused(person) and wanted != Status.EXCUSED:
        raise Refused(
            gettext_noop("这名党员{why}，不计入应到会，不能登记为{status}。先办理恢复，再登记以后的会议。"),
            why=EXCUSE_LABELS[proposed_excuse(person) or Excuse.SUSPENDED],
            status=STATUS_LABELS[wanted],
        )
    if wanted == Status.EXCUSED and reason == Excuse.SUSPENDED and person.standing != Standing.SUSPENDED:
        raise Refused(
            gettext_noop(
                "这名党员那天没有停止党籍，不能用这个事由不计应到。请选别的事由，或者改选请假、缺席。"
            )
        )
    return Mark(person.member_id, wanted, reason, person.may_vote and wanted != Status.EXCUSED)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


_LISTED: Final = {_letters(word): code for code, label in EXCUSE_LABELS.items() for word in (code, label)}


def excuse_of(text: str) -> Excuse | None:
    """The listed reason that a text is: its code, or its words as they are offered, whatever the marks.

    >>> excuse_of("long_ill") == excuse_of("年老体弱卧床不起，长期生病生活不能自理") == Excuse.LONG_ILL
    True
    >>> excuse_of("出国旅游十天")
    """
    return _LISTED.get(_letters(text))


def check_status(status: str, reason: str) -> tuple[Status, str]:
    """The status named and its reason as it is kept: of who is not counted the code of a listed one (``Excuse``).

    Raises ``Refused``: an unknown status; not counted for a reason that the explanation does not list.
    """
    try:
        wanted = Status(status)
    except ValueError:
        raise Refused(
            gettext_noop("没有“{status}”这种到会情况。请从列出的几种里选择。"), status=status
        ) from None
    if wanted != Status.EXCUSED:
        return wanted, reason
    excuse = excuse_of(reason)
    if excuse is None:
        raise Refused(
            gettext_noop("不计入应到会的要写明事由，只有这几种：{listed}。不在里面的，改选请假或者缺席。"),
            listed="；".join(EXCUSE_LABELS.values()),
        )
    return wanted, str(excuse)


_NEXT: Final[Mapping[Status, Status]] = {Status.PRESENT: Status.LEAVE, Status.LEAVE: Status.ABSENT}


def next_status(status: str) -> Status:
    """What one tap makes of it: present, leave, absent, and around again; the rarer ones become present.

    >>> str(next_status("present")), str(next_status("leave")), str(next_status("absent"))
    ('leave', 'absent', 'present')
    """
    return _NEXT.get(Status(status), Status.PRESENT)


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of an attendance list. ``should`` leaves the excused out; ``voters_here`` can vote in the room."""

    should: int = 0
    came: int = 0
    leave: int = 0
    absent: int = 0
    excused: int = 0
    voters: int = 0
    voters_here: int = 0


def count(lines: Iterable[tuple[str, bool]]) -> Counts:
    """Figures of (status, has_vote) lines."""
    came = leave = absent = excused = voters = here = 0
    for status, has_vote in lines:
        came += status in CAME
        leave += status == Status.LEAVE
        absent += status == Status.ABSENT
        excused += status == Status.EXCUSED
        voters += has_vote
        here += has_vote and status in VOTES_HERE
    return Counts(came + leave + absent, came, leave, absent, excused, voters, here)
