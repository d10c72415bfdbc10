"""收回 for cause: being educated, proposed, notified with an objection, withdrawn, closed as unfounded."""

from zhibu.certificates.actions.withdrawals import (
    approve_withdrawal,
    close_withdrawal,
    notify_member,
    object_to_withdrawal,
    open_withdrawal,
    propose_withdrawal,
    record_talk,
    set_deadline,
    withdraw,
)
from zhibu.certificates.models import Disposition, Withdrawal
from zhibu.certificates.rules.withdrawals import Trigger
from zhibu.demo.cases.cast import Cast
from zhibu.demo.cases.matters import archive, dispose
from zhibu.members.models import Member

_TOWN = ("proposed", "notified", "withdrawn")
_ELSEWHERE = ("approved", "objected", "withdrawn", "opened")


def build(cast: Cast) -> None:
    """One of each step; what the branches and the committee one signs in for have to do is among them."""
    plan = [
        *zip(cast.take(1, at=cast.home), ("opened",), strict=False),
        *zip(cast.take(1, at=cast.sibling), ("closed",), strict=False),
        *zip(cast.take(len(_TOWN), at=cast.town), _TOWN, strict=False),
        *zip(cast.take(len(_ELSEWHERE)), _ELSEWHERE, strict=False),
    ]
    for n, (member, until) in enumerate(plan):
        _take_to(cast, member, until, list(Trigger)[n % 2], n)


def _take_to(cast: Cast, member: Member, until: str, trigger: Trigger, n: int) -> None:
    clerk = cast.clerk(member.branch)
    facts = {
        Trigger.DUTIES: "今年以来五次组织生活只参加一次，分配的联户工作没有做",
        Trigger.DUES: "五月以来没有交党费，三次提醒都答应了没有交",
    }[trigger]
    started = cast.ago(115 - n)
    row = open_withdrawal(
        by=clerk, member=member, trigger=trigger, triggered_on=cast.ago(124), facts=facts, on=started
    )
    talks = (
        ("说明党员义务和支部的要求，本人表示接受", 108 - n),
        ("指出仍然没有改变，讲清后果，请本人写下打算", 94 - n),
    )
    secretary = cast.secretary(member.branch)
    if until == "opened":
        record_talk(
            by=clerk,
            withdrawal=row,
            talked_on=cast.ago(9),
            talker=secretary,
            content=talks[0][0],
            on=cast.ago(9),
        )
        return
    for content, days in talks:
        record_talk(
            by=clerk,
            withdrawal=row,
            talked_on=cast.ago(days),
            talker=secretary,
            content=content,
            on=cast.ago(days),
        )
    row = set_deadline(by=clerk, withdrawal=row, deadline=cast.ago(70), on=cast.ago(92 - n))
    if until == "closed":
        note = "谈话后按时交纳党费、参加组织生活，问题已经解决，不收回"
        close_withdrawal(by=clerk, withdrawal=row, note=note, on=cast.ago(66))
        return
    _decided(cast, row, until, n)


def _decided(cast: Cast, row: Withdrawal, until: str, n: int) -> None:
    member = row.certificate.member
    clerk, organizer = cast.clerk(member.branch), cast.organizer(member.branch)
    recent = until in ("proposed", "notified", "objected")
    proposed = 21 - n if recent else 66 - n
    row = propose_withdrawal(by=clerk, withdrawal=row, proposed_on=cast.ago(proposed), on=cast.ago(proposed))
    if until == "proposed":
        return
    approved = cast.ago(proposed - 5)
    row = approve_withdrawal(
        by=organizer,
        withdrawal=row,
        approved_on=approved,
        document=cast.document(member.branch, approved),
        on=approved,
    )
    if until == "approved":
        return
    row = notify_member(
        by=clerk, withdrawal=row, notified_on=cast.ago(proposed - 7), on=cast.ago(proposed - 7)
    )
    if until == "objected":
        object_to_withdrawal(
            by=clerk,
            withdrawal=row,
            text="五月起在外务工，党费托人代交，支部没有收到，愿意补交并参加线上组织生活。",
            on=cast.ago(proposed - 10),
        )
    if until != "withdrawn":
        return
    day = proposed - 26
    row = withdraw(by=organizer, withdrawal=row, on=cast.ago(day))
    disposition = Disposition.objects.select_related("certificate__member__branch").get(withdrawal=row)
    if member.branch.parent_id == cast.town.pk:
        dispose(cast, disposition, "committee_custody", cast.ago(day - 3), place=archive(cast, member))
