"""Penalties, correction periods, suspended rights, and appeals at every step."""

from datetime import date

from zhibu.accounts.models import User
from zhibu.conduct.actions import (
    assign_appeal,
    decide_appeal,
    file_appeal,
    record_past_penalties,
    withdraw_appeal,
)
from zhibu.conduct.models import Appeal
from zhibu.demo.cases.cast import Candidate, Cast, disposition_of, ordinary
from zhibu.demo.cases.matters import DISCIPLINE_BODY, decide, dispose, propose
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions.matters import enter_event

_MATTERS = (
    "违规操办婚丧喜庆事宜",
    "酒后驾驶机动车",
    "参与赌博",
    "工作不落实造成不良影响",
    "违规发放慰问金",
    "公车私用",
)


def build(cast: Cast) -> None:
    """What conducts itself against the rules, and what becomes of it."""
    _warnings(cast)
    _probations(cast)
    _corrections(cast)
    _rights(cast)
    _past(cast)
    _twice(cast)


def _twice(cast: Cast) -> None:
    """A second penalty while the first still has effect: the periods run one after another."""
    for member in cast.take(1, at=cast.town):
        _penalty(cast, member, EventKind.WARN, 1, days=108)
        _penalty(cast, member, EventKind.WARN_SERIOUSLY, 3, days=46, months=18)


def _penalty(
    cast: Cast, member: Member, kind: EventKind, n: int, *, days: int, months: int | None = None
) -> MembershipEvent:
    matter = _MATTERS[n % len(_MATTERS)]
    return decide(
        cast,
        member,
        kind,
        decided=cast.ago(days),
        settled=cast.ago(days - 6),
        months=months,
        matter=matter,
        grounds=f"{matter}，经调查属实，本人作出检查",
    )


def _warnings(cast: Cast) -> None:
    """Warnings, serious warnings, a removal from post; appeals against some of them."""
    home = [_penalty(cast, each, EventKind.WARN, 1, days=76) for each in cast.take(1, at=cast.home)]
    town = [
        _penalty(cast, each, EventKind.WARN, n, days=110 - 15 * n)
        for n, each in enumerate(cast.take(2, at=cast.town))
    ]
    others = [
        _penalty(cast, each, EventKind.WARN, n, days=115 - 8 * n) for n, each in enumerate(cast.take(6))
    ]
    for n, member in enumerate((*cast.take(1, at=cast.sibling), *cast.take(3))):
        _penalty(cast, member, EventKind.WARN_SERIOUSLY, n + 2, days=100 - 12 * n, months=18)

    def officer(person: Candidate) -> bool:
        return person.holds and person.stage == "full" and person.has_booklet

    for member in cast.take(1, wanted=officer):
        _penalty(cast, member, EventKind.REMOVE_FROM_POST, 4, days=64)
    for member in cast.take(1, at=cast.town):
        propose(
            cast,
            member,
            EventKind.WARN,
            decided=cast.ago(6),
            matter=_MATTERS[5],
            grounds="公车私用，经调查属实",
        )
    _appeals(cast, [*home, *town, *others])


def _appeals(cast: Cast, penalties: list[MembershipEvent]) -> None:
    """Waiting for an examiner, under examination, reversed, upheld, withdrawn."""
    steps = ("waits", "reversed", "assigned", "upheld", "withdrawn")
    for step, event in zip(steps, penalties, strict=False):
        filed = cast.ago({"waits": 6, "assigned": 24}.get(step, 68))
        row = _filed(cast, event, filed)
        if step == "withdrawn":
            withdraw_appeal(by=cast.clerk(event.member.branch), appeal=row, on=cast.ago(60))
        elif step != "waits":
            _examined(cast, row, step, assigned=cast.ago(18 if step == "assigned" else 61))


def _filed(cast: Cast, event: MembershipEvent, day: date) -> Appeal:
    return file_appeal(
        by=cast.clerk(event.member.branch),
        event=event,
        statement="认定的情节和事实有出入，当天的经过有两人可以证明，请求上级组织复查并撤销处分。",
        filed_on=day,
        on=day,
    )


def _examined(cast: Cast, row: Appeal, step: str, *, assigned: date) -> None:
    examiner = User.objects.get(username="county2")
    assign_appeal(by=cast.county, appeal=row, examiner=examiner, on=assigned)
    if step == "assigned":
        return
    decided = cast.ago(33)
    upheld = step == "upheld"
    decide_appeal(
        by=cast.second,
        appeal=row,
        upheld=upheld,
        document=f"越纪复〔{decided.year}〕{2 if upheld else 3}号",
        result="查阅调查材料，并找本人和两名证明人谈话，原认定事实清楚、处理恰当。"
        if upheld
        else "两名证明人的证言一致，原认定的主要情节不成立，原处分撤销，在原范围内宣布。",
        decided_on=decided,
        on=decided,
    )


def _probations(cast: Cast) -> None:
    """留党察看: the booklet in the branch's custody; one entered from the file whose year is over."""
    running = (*cast.take(1, at=cast.home), *cast.take(1, at=cast.town), *cast.take(2))
    for n, member in enumerate(running):
        event = _penalty(
            cast,
            member,
            EventKind.BEGIN_PARTY_PROBATION,
            n + 2,
            days=102 - 11 * n,
            months=12 if n % 2 else 24,
        )
        if n < len(running) - 1:
            dispose(
                cast,
                disposition_of(event),
                "branch_custody",
                cast.ago(88 - 11 * n),
                by=cast.clerk(member.branch),
                place=f"{member.branch.short_name}档案柜",
            )
    for member in (*cast.take(1, at=cast.home), *cast.take(1)):
        enter_past_probation(cast, member)
    for member in cast.take(1):
        enter_past_probation(cast, member)
        event = decide(
            cast,
            member,
            EventKind.RESTORE_RIGHTS,
            decided=cast.ago(15),
            settled=cast.ago(9),
            grounds="留党察看一年期满，确有悔改表现，按期恢复党员权利",
        )


def enter_past_probation(cast: Cast, member: Member) -> None:
    """A year decided thirteen months ago, taken over from the file when the booklets were handed out."""
    decided, entered = cast.ago(393), cast.ago(112)
    entry = Entry(
        kind=EventKind.BEGIN_PARTY_PROBATION,
        decided_on=decided,
        decided_by=DISCIPLINE_BODY,
        document=cast.county_document(decided),
        effective_on=decided,
        months=12,
        matter="挪用集体资金",
        grounds="挪用村集体资金，已全部退还",
    )
    by = cast.organizer(member.branch)
    record_past_penalties(by=by, rows=[(member, entry, None)], on=entered)
    event = MembershipEvent.objects.get(member=member, kind=EventKind.BEGIN_PARTY_PROBATION)
    dispose(
        cast,
        disposition_of(event),
        "branch_custody",
        cast.ago(105),
        by=cast.clerk(member.branch),
        place=f"{member.branch.short_name}档案柜",
    )


def _corrections(cast: Cast) -> None:
    """限期改正: running, over and waiting for a decision, lifted."""
    plan = [
        *((each, 95, 6, "") for each in cast.take(1, at=cast.home)),
        *((each, 121, 3, "") for each in cast.take(1, at=cast.sibling)),
        *((each, 118, 3, "lifted") for each in cast.take(1, at=cast.town)),
        *((each, 90 - 20 * n, 6, "") for n, each in enumerate(cast.take(3))),
    ]
    for member, days, months, then in plan:
        event = decide(
            cast,
            member,
            EventKind.BEGIN_CORRECTION,
            decided=cast.ago(days),
            settled=cast.ago(days - 5),
            months=months,
            matter="组织纪律松弛",
            grounds="一年内三次无故不参加组织生活会，经谈话仍不重视",
        )
        if days > 90:
            dispose(cast, disposition_of(event), "remark", cast.ago(days - 12), by=cast.clerk(member.branch))
        if then:
            enter_event(
                by=cast.clerk(member.branch),
                member=member,
                entry=Entry(
                    kind=EventKind.END_CORRECTION,
                    decided_on=cast.ago(19),
                    decided_by="支部党员大会",
                    evidence="限期内按时参加组织生活和志愿服务，支部考察已经改正",
                ),
                on=cast.ago(19),
            )


def _rights(cast: Cast) -> None:
    """Rights suspended by the competent organization, and a review under way."""
    for member, kind, days in zip(
        cast.take(2), (EventKind.SUSPEND_RIGHTS, EventKind.BEGIN_REVIEW), (41, 20), strict=False
    ):
        propose(
            cast,
            member,
            kind,
            decided=cast.ago(days),
            grounds="涉嫌违法被采取强制措施" if kind == EventKind.SUSPEND_RIGHTS else "涉嫌违反工作纪律",
        )


def _past(cast: Cast) -> None:
    """Warnings of past years, whose effect is over, entered from the files."""

    def since_long(person: Candidate) -> bool:
        return ordinary(person) and person.join.year <= cast.on.year - 8

    members = [*cast.take(1, at=cast.town, wanted=since_long), *cast.take(9, wanted=since_long)]
    for n, member in enumerate(members):
        decided = cast.ago(700 + 190 * n)
        kind = EventKind.WARN_SERIOUSLY if n % 3 == 2 else EventKind.WARN
        entry = Entry(
            kind=kind,
            decided_on=decided,
            decided_by=DISCIPLINE_BODY,
            document=cast.county_document(decided),
            effective_on=decided,
            matter=_MATTERS[n % len(_MATTERS)],
            grounds=_MATTERS[n % len(_MATTERS)],
        )
        record_past_penalties(by=cast.county, rows=[(member, entry, None)], on=cast.ago(120))
