"""Losing contact: every rung of the ladder, from the first search to the removal, and the ways back."""

from dataclasses import dataclass
from datetime import date

from zhibu.demo.cases.cast import Candidate, Cast, disposition_of
from zhibu.demo.cases.matters import decide, dispose
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions.lost import log_search, open_case, record_found
from zhibu.mobility.actions.matters import enter_event
from zhibu.mobility.models import LostContact

_SEARCHES = (
    ("relatives", "问过父亲和弟弟，家里也一年多联系不上"),
    ("phone", "登记的手机号已停机，微信不回"),
    ("villagers", "同村一起外出的人说去年换了厂，不知道去向"),
    ("police", "派出所查户籍没有迁移，没有新的住址"),
    ("workplace", "原务工企业说早已离职，没有留下新地址"),
)


@dataclass(frozen=True, slots=True)
class Suspended:
    """A member whose standing was suspended before the booklets came."""

    member: Member
    months: int


def build_old(cast: Cast) -> list[Suspended]:
    """Those suspended more than a year ago: they got no booklet. Called before the booklets are made."""

    def since_long(person: Candidate) -> bool:
        at_home = not person.holds and not person.is_floating
        return person.stage == "full" and at_home and (cast.on - person.join).days > 8 * 365

    chosen = [*cast.take(2, at=cast.town, wanted=since_long), *cast.take(4, wanted=since_long)]
    old = [
        Suspended(member, months) for member, months in zip(chosen, (25, 14, 27, 30, 13, 20), strict=False)
    ]
    for each in old:
        suspended = cast.ago(each.months * 30 + each.months // 2)
        last = cast.ago(each.months * 30 + 260)
        case = _searched(cast, each.member, last, (last, suspended), count=3)
        _flag(cast, case, decided=cast.ago(each.months * 30 + 60))
        _suspend(cast, each.member, suspended)
    return old


def build(cast: Cast, old: list[Suspended]) -> None:
    """The rungs of today."""
    _from_old(cast, old)
    _searching(cast)
    _flagged(cast)
    _suspended(cast)


def _from_old(cast: Cast, old: list[Suspended]) -> None:
    """Two years after the suspension: one due, one removed and declared void, one restored."""
    for each in old[2:4]:
        event = decide(
            cast,
            each.member,
            EventKind.REMOVE_LOST_CONTACT,
            decided=cast.ago(40),
            settled=cast.ago(33),
            grounds="停止党籍满两年仍没有联系上",
            evidence="两年内每年春节、火把节回访家属，都没有消息",
        )
        if each is old[2]:
            dispose(cast, disposition_of(event), "declared_void", cast.ago(25))
    for each in old[4:5]:
        decide(
            cast,
            each.member,
            EventKind.RESTORE_STANDING,
            decided=cast.ago(38),
            settled=cast.ago(29),
            grounds="本人回乡后主动找到支部，补交党费，书面申请恢复党籍",
            evidence="本人书面申请、支部党员大会记录、用工证明",
        )


def _searching(cast: Cast) -> None:
    """Just begun, on the way to six months, ready to be flagged, found before anything was decided."""
    plan = [
        *((each, 128, 2) for each in cast.take(1, at=cast.home)),
        *((each, 96, 0) for each in cast.take(1, at=cast.sibling)),
        *((each, 205, 3) for each in cast.take(1, at=cast.town)),
        *((each, 150 + 25 * n, 1 + n % 3) for n, each in enumerate(cast.take(4))),
    ]
    for member, days, count in plan:
        last = cast.ago(days)
        _searched(cast, member, last, (cast.ago(days - 70), cast.ago(8)), count=count)
    for member in (*cast.take(1, at=cast.town), *cast.take(2)):
        last = cast.ago(140)
        case = _searched(cast, member, last, (cast.ago(60), cast.ago(30)), count=1)
        record_found(
            by=cast.clerk(member.branch),
            case=case,
            day=cast.ago(21),
            note="在广东的表兄转来新号码，已经通话，本人答应按季汇报",
            on=cast.ago(21),
        )


def _flagged(cast: Cast) -> None:
    """Flagged and frozen; one has come back."""
    plan = [
        *((each, False) for each in cast.take(1, at=cast.home)),
        *((each, n == 0) for n, each in enumerate(cast.take(3))),
    ]
    for n, (member, back) in enumerate(plan):
        last = cast.ago(280 + 12 * n)
        case = _searched(cast, member, last, (cast.ago(200), cast.ago(45)), count=2 if n else 1)
        _flag(cast, case, decided=cast.ago(60 - n))
        if back:
            enter_event(
                by=cast.clerk(member.branch),
                member=member,
                entry=Entry(
                    kind=EventKind.CONTACT_REGAINED,
                    decided_on=cast.ago(11),
                    decided_by=member.branch.short_name,
                    evidence="本人从福建打来电话，说明手机丢失，已登记新号码",
                ),
                on=cast.ago(11),
            )


def _suspended(cast: Cast) -> None:
    """Suspended lately: the booklet with the branch, not to be had, or still to be dealt with."""
    plan = [
        *zip(cast.take(1, at=cast.town), ("branch_custody",), strict=False),
        *zip(cast.take(2), ("not_obtainable", ""), strict=False),
    ]
    for n, (member, way) in enumerate(plan):
        last = cast.ago(400 + 20 * n)
        case = _searched(cast, member, last, (cast.ago(330), cast.ago(110)), count=3)
        _flag(cast, case, decided=cast.ago(108))
        disposition = disposition_of(_suspend(cast, member, cast.ago(58 - 12 * n)))
        told = {
            "branch_custody": {"place": f"{member.branch.short_name}档案柜"},
            "not_obtainable": {"note": "证本由本人带走，家里没有找到"},
        }
        if way:
            dispose(cast, disposition, way, cast.ago(36 - n), by=cast.clerk(member.branch), **told[way])


def _searched(
    cast: Cast, member: Member, last: date, between: tuple[date, date], *, count: int
) -> LostContact:
    """A case with so many searches, spread between two days."""
    by = cast.clerk(member.branch)
    first, final = between
    case = open_case(
        by=by,
        member=member,
        last_contact_on=last,
        last_contact_note="最后一次是打电话联系上的，说在外地打工",
        on=max(first, last),
    )
    dice = cast.dice(f"search {member.name}")
    for n, (way, result) in enumerate(dice.sample(_SEARCHES, k=count)):
        day = first + (final - first) * n // max(count - 1, 1)
        log_search(
            by=by, case=case, day=day, way=way, who=cast.secretary(member.branch), result=result, on=day
        )
    return case


def _flag(cast: Cast, case: LostContact, *, decided: date) -> None:
    member = case.member
    enter_event(
        by=cast.clerk(member.branch),
        member=member,
        entry=Entry(
            kind=EventKind.FLAG_LOST_CONTACT,
            decided_on=decided,
            decided_by="支部委员会",
            since=case.last_contact_on,
            grounds="失去联系六个月以上，多方查找没有下落",
        ),
        on=decided,
    )


def _suspend(cast: Cast, member: Member, settled: date) -> MembershipEvent:
    return decide(
        cast,
        member,
        EventKind.SUSPEND_STANDING,
        decided=settled,
        settled=settled,
        grounds="失去联系六个月以上，通过各种方式查找仍没有下落",
        evidence="查找记录附后，家属、同乡、派出所都没有线索",
    )
