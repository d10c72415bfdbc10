"""Reductions and exemptions: proposed by the branch, approved by another person of the higher committee.

On the retired the branch itself decides, and another person of the committee takes note (DUES17).
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.months import is_month, month_code, month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues.actions.opening import mend_dues
from zhibu.dues.models import Relief
from zhibu.dues.rules.relieving import (
    IN_FORCE,
    WAITING,
    branch_decides,
    check_deciding,
    check_no_overlap,
    check_relief,
    check_settling,
)
from zhibu.dues.summaries.facts import category_in
from zhibu.members.actions.records import locked
from zhibu.members.models import Member

RECORD, ASSESS = "dues.record", "dues.assess"


@dataclass(frozen=True, slots=True)
class ReliefEntry:
    """What is asked for; months are half-open, ``amount`` (fen) is what a reduced month still pays."""

    kind: str
    amount: int
    from_month: int
    until_month: int
    grounds: str
    requested_on: date
    resolved_on: date


@transaction.atomic
def propose_relief(*, by: Scope, member: Member, entry: ReliefEntry, on: date) -> Relief:
    """Ask the higher committee for a relief; of a retired member it is the branch's decision and holds at once.

    The same request again, while it waits, is the first one. Refused for a decision on the person who enters it.
    """
    row = locked(member)
    by.require(RECORD, row.branch.path)
    if row.standing == "ended":
        raise Refused(gettext_noop("{name}已经不在册，不用办减免。"), name=row.name)
    check_relief(
        kind=entry.kind,
        amount=entry.amount,
        from_month=entry.from_month,
        until_month=entry.until_month,
        requested_on=entry.requested_on,
        resolved_on=entry.resolved_on,
        on=on,
    )
    grounds = said(entry.grounds)
    if len(grounds) < 4:
        raise Refused(gettext_noop("请写明困难情况，至少4个字，批准的人要看。"))
    waiting = Relief.objects.filter(member=row, state__in=WAITING).first()
    if waiting is not None:
        if (waiting.kind, waiting.from_month, waiting.until_month) == (
            entry.kind,
            entry.from_month,
            entry.until_month,
        ):
            return waiting
        raise Refused(gettext_noop("{name}已有一件减免在等上级党委办，办完再提。"), name=row.name)
    check_no_overlap(entry.from_month, entry.until_month, _periods(row.pk))
    by_branch = branch_decides(category_in(row, entry.from_month))
    if by_branch:
        check_deciding(member=row.user_id, recorder=by.user_id)
    relief = Relief.objects.create(
        member=row,
        kind=entry.kind,
        amount=entry.amount,
        from_month=entry.from_month,
        until_month=entry.until_month,
        grounds=grounds,
        requested_on=entry.requested_on,
        resolved_on=entry.resolved_on,
        state="decided" if by_branch else "proposed",
        proposed_by=by.name,
        proposed_user_id=by.user_id,
        at=timezone.now(),
    )
    if by_branch:
        mend_dues([row.pk], from_month=relief.from_month, on=on)
    _record("dues.relief.decided" if by_branch else "dues.relief.proposed", by, relief)
    return relief


@transaction.atomic
def settle_relief(*, by: Scope, relief: Relief, approve: bool, note: str = "", on: date) -> Relief:
    """Approve or refuse what was asked, or take note of what the branch decided on a retired member.

    Opened, unlocked months follow an approval. Refused for the person who entered it, for the member, and for a
    refusal of what is the branch's to decide.
    """
    row = _locked(relief)
    by.require(ASSESS, row.member.branch.path)
    check_settling(
        state=row.state, proposer=row.proposed_user_id, member=row.member.user_id, settler=by.user_id
    )
    why, by_branch = said(note)[:200], row.state == "decided"
    if by_branch and not approve:
        raise Refused(
            gettext_noop("离退休党员的减免由支部决定，党委只签知悉。认为不妥的，同支部商量以后提前结束。")
        )
    if approve and not by_branch:
        check_no_overlap(row.from_month, row.until_month, _periods(row.member_id))
    elif not approve and len(why) < 2:
        raise Refused(gettext_noop("不同意的请写明原因，支部要看。"))
    word = "noted" if by_branch else "approved" if approve else "refused"
    row.state, row.note = word, why
    row.settled_by, row.settled_on = by.name, on
    row.save(update_fields=["state", "note", "settled_by", "settled_on"])
    if word == "approved":
        mend_dues([row.member_id], from_month=row.from_month, on=on)
    _record(f"dues.relief.{word}", by, row)
    return row


@transaction.atomic
def end_relief(*, by: Scope, relief: Relief, until_month: int, note: str, on: date) -> Relief:
    """End a relief in force early; ``until_month`` is the first month that is paid in full again."""
    row = _locked(relief)
    by.require(ASSESS, row.member.branch.path)
    if row.state not in IN_FORCE:
        raise Refused(gettext_noop("只有批准了的减免才能提前结束。"))
    if row.until_month == until_month:
        return row
    if not is_month(until_month) or not row.from_month < until_month < row.until_month:
        raise Refused(
            gettext_noop("恢复交的月份要在{since}以后、{until}以前。"),
            since=month_text(row.from_month),
            until=month_text(row.until_month),
        )
    why = said(note)[:200]
    if len(why) < 2:
        raise Refused(gettext_noop("请写明为什么提前结束。"))
    row.state, row.until_month, row.note = "ended", until_month, why
    row.save(update_fields=["state", "until_month", "note"])
    mend_dues([row.member_id], from_month=until_month, on=on)
    _record("dues.relief.ended", by, row)
    return row


def _locked(relief: Relief) -> Relief:
    return Relief.objects.select_for_update(of=("self",)).select_related("member__branch").get(pk=relief.pk)


def _periods(member_id: int) -> list[tuple[int, int]]:
    held = Relief.objects.filter(member=member_id, state__in=IN_FORCE)
    return list(held.values_list("from_month", "until_month"))


def _record(event: str, by: Scope, row: Relief) -> None:
    branch = row.member.branch
    data = {"member": row.member_id, "kind": row.kind, "until": month_code(row.until_month)}
    record(event, by=by, on=row, chain=branch.pk, path=branch.path, data=data)
