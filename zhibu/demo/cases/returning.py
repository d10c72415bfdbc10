"""Who comes back: once withdrawn and admitted anew, once transferred away and back with a letter; and who may not yet,
removed less than five years ago.

All left years before the county began with this system, so that their first booklets are those of today.
"""

from contextlib import suppress
from dataclasses import dataclass

from zhibu.core.access import Refused
from zhibu.demo.cases.cast import Candidate, Cast
from zhibu.demo.cases.matters import decide, propose
from zhibu.members.actions.records import facts_of
from zhibu.members.models import Member
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions.arrivals import propose_arrival
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.mobility.actions.letters import issue_letter
from zhibu.mobility.actions.matters import enter_event, file_event
from zhibu.mobility.actions.receipts import confirm_receipt
from zhibu.mobility.actions.transfers import request_transfer

_YEARS_AGO = 365 * 6
_MOVED_AGO = 400
_REMOVED_AGO = 365 * 2
_ELSEWHERE = "中共盐源县盐井街道城东社区委员会"


@dataclass(frozen=True, slots=True)
class Away:
    """Who left: by request, by transfer, by a removal."""

    withdrawn: list[Member]
    moved: list[Member]
    removed: list[Member]


def build_before(cast: Cast) -> Away:
    """They leave. Called before anybody has a number."""

    def long_since(person: Candidate) -> bool:
        at_home = person.stage == "full" and not person.holds and not person.is_floating
        return at_home and (cast.on - person.join).days > 10 * 365 and cast.age(person) < 50

    withdrawn, moved, removed = (cast.first(place, wanted=long_since) for place in (11, 17, 5))
    for member in withdrawn:
        _withdraw(cast, member)
    for member in moved:
        _move_away(cast, member)
    for member in removed:
        decide(
            cast,
            member,
            EventKind.SELF_SEVERED,
            decided=cast.ago(_REMOVED_AGO),
            settled=cast.ago(_REMOVED_AGO - 10),
            since=cast.ago(_REMOVED_AGO + 270),
            grounds="连续六个月以上没有正当理由不参加组织生活、不交党费",
            evidence="书记三次上门谈话、一次书面通知，本人没有改变",
        )
    return Away(withdrawn, moved, removed)


def _withdraw(cast: Cast, member: Member) -> None:
    decided, filed = cast.ago(_YEARS_AGO), cast.ago(_YEARS_AGO - 12)
    event = enter_event(
        by=cast.clerk(member.branch),
        member=member,
        entry=Entry(
            kind=EventKind.VOLUNTARY_WITHDRAWAL,
            decided_on=decided,
            decided_by="支部党员大会",
            grounds="当年外出经商，书面要求退党，支部党员大会讨论后宣布除名",
            evidence="本人亲笔签名的退党申请一份",
        ),
        on=decided,
    )
    file_event(
        by=cast.organizer(member.branch),
        event=event,
        filed_on=filed,
        document=cast.document(member.branch, filed),
        on=filed,
    )


def _move_away(cast: Cast, member: Member) -> None:
    asked, written, came = (cast.ago(_MOVED_AGO - days) for days in (0, 3, 24))
    row = request_transfer(
        by=cast.clerk(member.branch),
        member=member,
        reason="到盐源县务工，长期居住",
        outside=_ELSEWHERE,
        dues_paid_to=f"{asked.year}-{asked.month:02d}",
        on=asked,
    )
    row = issue_letter(by=cast.organizer(member.branch), transfer=row, on=written)
    confirm_receipt(
        by=cast.organizer(member.branch),
        transfer=row,
        received_on=came,
        received_by=_ELSEWHERE.removesuffix("委员会"),
        on=came,
    )


def build(cast: Cast, away: Away) -> None:
    """They come back; the branch that tries it too early is refused, and the try stays in the log."""
    for member in away.removed:
        with suppress(Refused):
            propose(
                cast,
                Member.objects.select_related("branch__parent").get(pk=member.pk),
                EventKind.READMIT,
                decided=cast.ago(20),
                effective_on=cast.ago(20),
                grounds="除名两年，回村后表现好，本人重新申请入党",
            )
    for member in away.withdrawn:
        decide(
            cast,
            Member.objects.select_related("branch__parent").get(pk=member.pk),
            EventKind.READMIT,
            decided=cast.ago(45),
            settled=cast.ago(38),
            grounds="退党满六年，回村后带头发展产业，本人重新申请入党，支部培养考察合格，支部党员大会讨论同意接收为预备党员",
        )
    for member in away.moved:
        known = Member.objects.select_related("branch").get(pk=member.pk)
        written, came = cast.ago(36), cast.ago(29)
        proposal = propose_arrival(
            by=cast.clerk(known.branch),
            branch=known.branch,
            facts=facts_of(known)._replace(group=""),
            outside=_ELSEWHERE,
            letter=f"盐组介〔{written.year}〕第57号",
            letter_on=written,
            letter_until=None,
            dues_paid_to=f"{written.year}-{written.month:02d}",
            received_on=came,
            reason="务工结束，回村居住",
            on=came,
        )
        settle_enrollments(by=cast.organizer(known.branch), proposals=[proposal], accept=True, on=came)
