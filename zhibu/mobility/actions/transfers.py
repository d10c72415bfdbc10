"""Transfers up to the letter: the request, the sending branch's agreement, canceling."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, within
from zhibu.members.actions.records import check_branch, locked
from zhibu.members.models import Member
from zhibu.members.rules.reasons import check_reason
from zhibu.mobility.actions.refusals import leaving_a_trace
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.transfers import (
    OPEN,
    Direction,
    TransferState,
    check_dues_month,
    check_standing,
    check_state,
)
from zhibu.mobility.summaries.transfers import HANDLE
from zhibu.organizations.models import Organization

_OUTSIDE_MIN = 4


def request_transfer(
    *,
    by: Scope,
    member: Member,
    reason: str,
    to_branch: Organization | None = None,
    outside: str = "",
    dues_paid_to: str = "",
    on: date,
) -> Transfer:
    """Ask to move a member to another branch of the county, or out of it (``outside`` names where to).

    Inside the county either end may ask; out of it only the sending side. With ``dues_paid_to`` the sending
    side agrees in the same deed. Refused: not in good standing, already under way, the same or a dissolved
    branch, no reason.
    """
    with leaving_a_trace(by=by, member=member, kind="transfer_request"):
        row = locked(member)
        if to_branch is None or not by.covers(HANDLE, to_branch.path) or dues_paid_to:
            by.require(HANDLE, row.branch.path)
        check_standing(row.standing)
        reason = check_reason(reason)
        outside = said(outside)[:80]
        if to_branch is not None:
            check_branch(to_branch)
            if to_branch.pk == row.branch_id:
                raise Refused(gettext_noop("这位党员就在这个支部，不用转接。请选要转去的支部。"))
        elif len(outside) < _OUTSIDE_MIN:
            raise Refused(gettext_noop("请写明转往的县外党组织全称，介绍信的抬头照这样印。"))
        month = check_dues_month(dues_paid_to, join_date=row.join_date, on=on) if dues_paid_to else ""
        waiting = Transfer.objects.open().filter(member=row).first()
        if waiting is not None:
            raise _already(waiting)
        transfer = Transfer(
            member=row,
            direction=Direction.INSIDE if to_branch is not None else Direction.OUT,
            from_branch=row.branch,
            to_branch=to_branch,
            outside="" if to_branch is not None else outside,
            reason=reason,
            requested_on=on,
            requested_by=by.name,
            requested_user_id=by.user_id,
            at=timezone.now(),
        )
        if month:
            _agree(transfer, month, by=by, on=on)
        try:
            with transaction.atomic():
                transfer.save(force_insert=True)
        except IntegrityError:
            raise _already(None) from None
        record_transfer("mobility.transfer.requested", transfer, by=by)
        if month:
            record_transfer("mobility.transfer.agreed", transfer, by=by)
    return transfer


def agree_transfer(*, by: Scope, transfer: Transfer, dues_paid_to: str, on: date) -> Transfer:
    """The sending branch lets the member go; dues are paid to the month that the letter will name."""
    with leaving_a_trace(by=by, member=member_of(transfer), kind="transfer_agree"):
        member, row = locked_transfer(transfer)
        by.require(HANDLE, member.branch.path)
        check_state(row.state, "agree", received_on=row.received_on)
        check_still_there(member, row)
        check_standing(member.standing)
        _agree(row, check_dues_month(dues_paid_to, join_date=member.join_date, on=on), by=by, on=on)
        row.save(update_fields=["state", "agreed_on", "agreed_by", "agreed_user", "dues_paid_to"])
        record_transfer("mobility.transfer.agreed", row, by=by)
    return row


def cancel_transfer(*, by: Scope, transfer: Transfer, reason: str, on: date) -> Transfer:
    """Stop a transfer before the receipt, with a reason; either end may. The member stays where it is."""
    with leaving_a_trace(by=by, member=member_of(transfer), kind="transfer_cancel"):
        _member, row = locked_transfer(transfer)
        if row.to_branch is None or not by.covers(HANDLE, row.to_branch.path):
            by.require(HANDLE, row.from_branch.path if row.from_branch else "")
        if row.state not in OPEN:
            check_state(row.state, "receive", received_on=row.received_on)
        row.note = added_note(row.note, check_reason(reason))
        row.state, row.canceled_on, row.canceled_by = TransferState.CANCELED, on, by.name
        row.save(update_fields=["state", "canceled_on", "canceled_by", "note"])
        record_transfer("mobility.transfer.canceled", row, by=by)
    return row


# --- shared with letters and receipts -------------------------------------------------------------


def member_of(transfer: Transfer) -> Member:
    """Whose transfer it is; every transfer has one."""
    member = transfer.member
    if member is None:
        raise LookupError(f"transfer {transfer.pk} has no member")
    return member


def locked_transfer(transfer: Transfer) -> tuple[Member, Transfer]:
    """Member first, then the transfer: events lock in this order too. Call inside a transaction."""
    member = locked(member_of(transfer))
    row = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("from_branch", "to_branch", "issuer")
        .get(pk=transfer.pk)
    )
    row.member = member
    return member, row


def check_still_there(member: Member, row: Transfer) -> None:
    """The sending branch still holds the member; a reorganization may have moved both."""
    if member.branch_id != row.from_branch_id:
        raise Refused(
            gettext_noop(
                "这位党员现在在“{branch}”，和申请时的支部不同。请取消这次转接，从现在的支部重新申请。"
            ),
            branch=member.branch.short_name,
        )


def added_note(note: str, text: str) -> str:
    """The note with another sentence behind it."""
    return within(f"{note}；{text}" if note else text, 1000, gettext_noop("备注连同以前写的"))


def record_transfer(event: str, transfer: Transfer, *, by: Scope) -> None:
    """On the chains of both ends, so that each side finds it in its own log. Ids only."""
    ends = {end.pk: end for end in (transfer.from_branch, transfer.to_branch) if end is not None}
    data = {
        "member": transfer.member_id,
        "direction": transfer.direction,
        "state": transfer.state,
        "number": transfer.letter_number,
    }
    facts = {key: str(value) if key != "member" else value for key, value in data.items() if value}
    record_many(
        [deed(event, on=transfer, chain=end.pk, path=end.path, data=facts) for end in ends.values()], by=by
    )


def _agree(row: Transfer, month: str, *, by: Scope, on: date) -> None:
    row.state, row.agreed_on = TransferState.AGREED, on
    row.agreed_by, row.agreed_user_id = by.name, by.user_id
    row.dues_paid_to = month


def _already(waiting: Transfer | None) -> Refused:
    return Refused(
        gettext_noop("这位党员已有一次转接在办（{day}申请），办完或取消以后才能再办一次。"),
        day=waiting.requested_on if waiting else "",
    )
