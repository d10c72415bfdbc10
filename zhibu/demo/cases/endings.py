"""Deaths and the other ends of a membership, each from the event to the place where the booklet lies."""

from zhibu.certificates.actions import confirm_destruction, report_destruction
from zhibu.demo.cases.cast import Candidate, Cast, disposition_of, ordinary
from zhibu.demo.cases.matters import DISCIPLINE_BODY, MEETING, approve, archive, decide, dispose, propose
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions.matters import enter_event, file_event

_FAMILY = ("儿子", "女儿", "妻子", "长孙", "弟弟")


def build(cast: Cast) -> None:
    """Death, 自行脱党, 退党, 劝退, 劝而不退, other removal, expulsion."""
    _deaths(cast)
    _self_severed(cast)
    _left_by_request(cast)
    _persuaded(cast)
    _expelled(cast)


def _deaths(cast: Cast) -> None:
    """Most booklets went to the family or the archive; some wait, some of them for too long."""

    def elderly(person: Candidate) -> bool:
        return ordinary(person) and cast.age(person) >= 66

    home, sibling = cast.take(2, at=cast.home, wanted=elderly), cast.take(1, at=cast.sibling, wanted=elderly)
    town, others = cast.take(2, at=cast.town, wanted=elderly), cast.take(22, wanted=elderly)
    plan: list[tuple[Member, int, str]] = [
        *zip(home, (74, 9), ("family", ""), strict=False),
        *zip(sibling, (63,), ("",), strict=False),
        *zip(town, (96, 47), ("archived", "not_obtainable"), strict=False),
    ]
    ways = ("family", "family", "archived", "family", "", "family", "archived", "not_obtainable")
    plan += [(each, 112 - 5 * n, ways[n % len(ways)]) for n, each in enumerate(others)]
    for member, days, way in plan:
        event = _died(cast, member, days)
        if way:
            _cancel_booklet(cast, event, way, days)


def _died(cast: Cast, member: Member, days: int) -> MembershipEvent:
    died = cast.ago(days)
    told = cast.ago(max(days - 5, 1))
    illness = "因病医治无效去世，派出所已注销户口" if days % 2 else "因病去世，有村委会证明和两名证明人"
    return enter_event(
        by=cast.clerk(member.branch),
        member=member,
        entry=Entry(
            kind=EventKind.DIE,
            decided_on=told,
            decided_by=member.branch.short_name,
            effective_on=died,
            evidence=illness,
        ),
        on=told,
    )


def _cancel_booklet(cast: Cast, event: MembershipEvent, way: str, days: int) -> None:
    member = event.member
    day = cast.ago(max(days - 18, 0))
    dice = cast.dice(f"family {member.name} {member.birth_date}")
    told = {
        "family": {"receiver": f"{cast.name(member.name)}（{dice.choice(_FAMILY)}）"},
        "archived": {"place": archive(cast, member)},
        "not_obtainable": {"note": "家属说随遗物一起火化，没有找到，已请家属写了说明"},
    }[way]
    dispose(cast, disposition_of(event), way, day, by=cast.organizer(member.branch), **told)


def _reclaimed(cast: Cast, event: MembershipEvent, day: int, destroyed: int | None = None) -> None:
    """Reclaimed by the committee; with ``destroyed`` two people saw it cut up some days later."""
    member = event.member
    disposition = dispose(
        cast, disposition_of(event), "reclaimed", cast.ago(day), place=archive(cast, member)
    )
    if destroyed is not None:
        report_destruction(
            by=cast.organizer(member.branch),
            disposition=disposition,
            on_day=cast.ago(destroyed),
            on=cast.ago(destroyed),
        )
        confirm_destruction(by=cast.second, disposition=disposition, on=cast.ago(destroyed))


_ABSENT = {
    "grounds": "连续六个月以上没有正当理由不参加组织生活、不交党费",
    "evidence": "书记三次上门谈话、一次书面通知，限期参加组织生活，本人没有改变",
}


def _self_severed(cast: Cast) -> None:
    kind = EventKind.SELF_SEVERED
    for member in cast.take(1, at=cast.town):
        event = decide(
            cast, member, kind, decided=cast.ago(92), settled=cast.ago(81), since=cast.ago(330), **_ABSENT
        )
        _reclaimed(cast, event, 72, destroyed=45)
    for place, member in enumerate(cast.take(2)):
        event = decide(
            cast,
            member,
            kind,
            decided=cast.ago(70 - 20 * place),
            settled=cast.ago(60 - 20 * place),
            since=cast.ago(300),
            **_ABSENT,
        )
        if place == 0:
            dispose(
                cast,
                disposition_of(event),
                "not_obtainable",
                cast.ago(35),
                note="本人在外地，说证本已经遗失，不肯出具说明",
            )
    for member in cast.take(1, at=cast.home):
        propose(cast, member, kind, decided=cast.ago(13), since=cast.ago(245), **_ABSENT)


def _left_by_request(cast: Cast) -> None:
    """退党: it holds with the branch meeting; the committee puts it on record, one is still to be filed."""
    facts = {
        "grounds": "本人因长期在外地经商，书面要求退党，支部党员大会讨论后宣布除名",
        "evidence": "本人亲笔签名的退党申请一份",
    }
    kind = EventKind.VOLUNTARY_WITHDRAWAL
    for member in cast.take(1, at=cast.sibling):
        event = propose(cast, member, kind, decided=cast.ago(88), **facts)
        file_event(
            by=cast.organizer(member.branch),
            event=event,
            filed_on=cast.ago(79),
            document=cast.document(member.branch, cast.ago(79)),
            on=cast.ago(79),
        )
        _reclaimed(cast, event, 76)
    for member in cast.take(1, at=cast.town):
        propose(cast, member, kind, decided=cast.ago(14), **facts)
    for member in cast.take(1):
        propose(cast, member, kind, decided=cast.ago(26), **facts)


def _persuaded(cast: Cast) -> None:
    for member in cast.take(1, at=cast.town):
        begun = decide(
            cast,
            member,
            EventKind.BEGIN_CORRECTION,
            decided=cast.ago(122),
            settled=cast.ago(118),
            months=3,
            matter="不履行党员义务",
            grounds="长期不参加组织生活，不承担支部分配的工作",
        )
        dispose(cast, disposition_of(begun), "remark", cast.ago(110))
        decide(
            cast,
            member,
            EventKind.PERSUADED_WITHDRAWAL,
            decided=cast.ago(24),
            settled=cast.ago(17),
            matter="不履行党员义务",
            grounds="限期改正三个月，仍不参加组织生活",
            evidence="限期内谈话四次，有谈话记录；期满支部考察没有转变",
        )
    for member in cast.take(1):
        advice = decide(
            cast,
            member,
            EventKind.PERSUADED_WITHDRAWAL,
            decided=cast.ago(88),
            settled=cast.ago(79),
            matter="不履行党员义务",
            grounds="多次谈话教育，仍不参加组织生活，也不接受支部分配的工作",
            evidence="谈话三次，有谈话记录；限期改正以后没有转变",
        )
        decide(
            cast,
            member,
            EventKind.REMOVED_AFTER_REFUSAL,
            decided=cast.ago(66),
            settled=cast.ago(57),
            matter="不履行党员义务",
            grounds="上级批准劝退以后，本人坚持不退",
            evidence="劝退批复送达本人，两次谈话本人都不接受，支部党员大会再讨论，决定除名",
        )
        _reclaimed(cast, advice, 49)
    for member in cast.take(1):
        event = decide(
            cast,
            member,
            EventKind.REMOVED_OTHER,
            decided=cast.ago(66),
            settled=cast.ago(57),
            matter="信仰宗教经教育不改",
            grounds="信仰宗教经教育不改",
            evidence="经核实长期参加宗教活动，三次谈话教育后仍不改正",
        )
        _reclaimed(cast, event, 49)


def _expelled(cast: Cast) -> None:
    kind = EventKind.EXPEL
    crimes = ("犯罪被判处有期徒刑", "套取惠农补贴资金", "酒后驾驶致人重伤")

    def expelled(member: Member, n: int, decided: int) -> MembershipEvent:
        return propose(
            cast,
            member,
            kind,
            decided=cast.ago(decided),
            decided_by=DISCIPLINE_BODY,
            matter=crimes[n],
            grounds=f"{crimes[n]}，{MEETING}已讨论",
        )

    for member in cast.take(1, at=cast.town):
        event = approve(cast, expelled(member, 0, 84), settled=cast.ago(78))
        _reclaimed(cast, event, 69, destroyed=44)
    for n, member in enumerate(cast.take(2), start=1):
        event = expelled(member, n, 56 if n == 1 else 8)
        if n == 1:
            approve(cast, event, settled=cast.ago(49))  # the copy is overdue
