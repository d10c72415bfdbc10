"""The end of a transfer: the receiving branch receives, the slip comes back."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from django.db import transaction
from django.utils import timezone

from zhibu.accounts.models import RoleAssignment
from zhibu.audit.actions import record
from zhibu.certificates.actions.renumbering import add_alias, renumber_member
from zhibu.certificates.policies import NUMBERING
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, within
from zhibu.dues import actions as dues
from zhibu.members.actions.records import check_branch, locked
from zhibu.members.models import Member
from zhibu.members.rules.events import Entry, EventKind
from zhibu.members.rules.reasons import check_reason
from zhibu.members.summaries.history import last_moves
from zhibu.mobility.actions.letters import check_nothing_waits
from zhibu.mobility.actions.matters import enter_event
from zhibu.mobility.actions.refusals import leaving_a_trace
from zhibu.mobility.actions.transfers import (
    added_note,
    check_still_there,
    locked_transfer,
    member_of,
    record_transfer,
)
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.transfers import (
    Direction,
    TransferState,
    check_day,
    check_standing,
    check_state,
    needs_late_reason,
)
from zhibu.mobility.summaries.transfers import HANDLE, ISSUE
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

_ISSUED_ON = gettext_noop("开具日期")
_RECEIVED_ON = gettext_noop("接收日期")


def receive_transfer(
    *, by: Scope, transfer: Transfer, received_on: date, late_reason: str = "", on: date
) -> Transfer:
    """The receiving branch takes the member in: from this day the member belongs there.

    Refused for whoever agreed or wrote the letter for the sending side, and a second time; a letter past its validity only with ``late_reason``.
    """
    with leaving_a_trace(by=by, member=member_of(transfer), kind=EventKind.MOVE_BRANCH):
        member, row = locked_transfer(transfer)
        old, new = member.branch, row.to_branch
        if row.direction != Direction.INSIDE or new is None:
            raise Refused(gettext_noop("这不是县内转接，请照页面上的步骤登记回执联。"))
        by.require(HANDLE, new.path)
        check_state(row.state, "receive", received_on=row.received_on)
        check_still_there(member, row)
        check_branch(new)
        check_standing(member.standing)
        check_other_side(by, row)
        check_received(row, received_on, late_reason, on=on)
        # The sending side agreed and wrote the letter: receiving completes its consent, on its member.
        row.event = enter_event(
            by=with_right(by, HANDLE, old.path),
            member=member,
            entry=entry_of_transfer(EventKind.MOVE_BRANCH, row, _moved_on(member, received_on), new.name),
            on=on,
            internal=True,
        )
        member = locked(member)
        member.branch, member.group = new, ""
        member.save(update_fields=["branch", "group"])
        _follow_own_page(by, member, old, new, on=on)
        dues.follow_letter(member=member, left=old.pk, paid_to=row.dues_paid_to, came=received_on, on=on)
        if values_in_force(NUMBERING, on=on).renumber_on_transfer:
            renumber_member(by=with_right(by, "certificates.number", new.path), member=member, on=on)
        row.member = member
        _receive(row, received_on, by.name)
        record_transfer("mobility.transfer.received", row, by=by)
    return row


def confirm_receipt(
    *, by: Scope, transfer: Transfer, received_on: date, received_by: str, late_reason: str = "", on: date
) -> Transfer:
    """The receipt slip of a transfer out of the county came back: the membership ends here that day.

    ``received_by``: who received, as the slip says. The certificate's disposition is proposed with it.
    """
    with leaving_a_trace(by=by, member=member_of(transfer), kind=EventKind.TRANSFER_OUT):
        member, row = locked_transfer(transfer)
        if row.direction != Direction.OUT:
            raise Refused(gettext_noop("这是县内转接，由转入支部接收，不登记县外回执联。"))
        by.require(ISSUE, row.issuer.path if row.issuer else member.branch.path)
        check_state(row.state, "receive", received_on=row.received_on)
        check_still_there(member, row)
        check_standing(member.standing)
        check_nothing_waits(member, row)
        receiver = said(received_by)[:40]
        if not receiver:
            raise Refused(gettext_noop("请写明回执联上的接收党组织。"))
        check_received(row, received_on, late_reason, on=on)
        row.event = enter_event(
            by=with_right(by, HANDLE, member.branch.path),
            member=member,
            entry=entry_of_transfer(EventKind.TRANSFER_OUT, row, received_on, receiver),
            on=on,
            internal=True,
        )
        _receive(row, received_on, receiver)
        record_transfer("mobility.transfer.received", row, by=by)
    return row


@transaction.atomic
def resolve_old_number(*, by: Scope, transfer: Transfer, on: date) -> bool:
    """Let the number from the old letter lead to the member's certificate here. False when it already does."""
    member = member_of(transfer)
    if not transfer.old_number:
        raise Refused(gettext_noop("登记转入时没有写原来的党员证编号。"))
    return add_alias(by=by, member=member, text=transfer.old_number, reason="transferred_in", on=on)


def check_other_side(by: Scope, row: Transfer) -> None:
    """One side sends, the other receives: two people, whatever roles one of them holds."""
    other = gettext_noop("请转入支部或其上级党委的另一位同志接收。")
    check_another(
        by,
        Person(row.agreed_user_id, row.agreed_by),
        gettext_noop("转出一方的同意是{name}办的，转出和接收不能是同一个人。"),
        next_step=other,
    )
    check_another(
        by,
        Person(row.issued_user_id, row.issued_by),
        gettext_noop("转出一方的批准（介绍信）是{name}办的，转出和接收不能是同一个人。"),
        next_step=other,
    )


def check_received(row: Transfer, received_on: date, late_reason: str, *, on: date) -> None:
    """The day lies after the issue; a lapsed letter carries a reason, which is kept."""
    since = row.issued_on or row.requested_on
    check_day(_RECEIVED_ON, received_on, on=on, since=since, since_name=_ISSUED_ON)
    if not needs_late_reason(row.valid_until, received_on=received_on):
        return
    if not said(late_reason):
        raise Refused(
            gettext_noop("介绍信到{day}就不在有效期内了。请对方重开；确有原因仍要接收的，写明过期的原因。"),
            day=row.valid_until,
        )
    row.note = added_note(row.note, check_reason(late_reason))


def _moved_on(member: Member, received_on: date) -> date:
    """Nobody leaves a branch before the day of coming to it, by a deed over branches: the history stays in order."""
    return max([received_on, *last_moves(received_on, member_id=member.pk).values()])


def _receive(row: Transfer, received_on: date, received_by: str) -> None:
    row.state, row.received_on, row.received_by = (
        TransferState.RECEIVED,
        received_on,
        within(received_by, 40, gettext_noop("接收人")),
    )
    row.save(update_fields=["state", "received_on", "received_by", "note", "event"])


def entry_of_transfer(kind: EventKind, row: Transfer, day: date, decided_by: str) -> Entry:
    """The event that a transfer brings along."""
    return Entry(
        kind=kind,
        decided_on=day,
        decided_by=decided_by[:80],
        document=row.letter_text,
        effective_on=day,
    )


def with_right(by: Scope, permission: str, path: str) -> Scope:
    """The same person with one more right at one place, for what the transfer brings along."""
    grants = {**by.grants, permission: (*by.prefixes(permission), path)}
    return replace(by, grants=MappingProxyType(grants))


def _follow_own_page(by: Scope, member: Member, old: Organization, new: Organization, *, on: date) -> None:
    """The member's own sign-in reads the own record where it is now. Rights over others stay with the unit."""
    if member.user_id is None:
        return
    held = RoleAssignment.objects.in_force(on=on).filter(user=member.user_id, role="member", organization=old)
    for row in held.select_for_update(of=("self",)):
        row.until = max(on, row.from_date)
        row.save(update_fields=["until"])
        moved, _created = RoleAssignment.objects.get_or_create(
            user_id=member.user_id,
            role="member",
            organization=new,
            until=None,
            defaults={"from_date": on, "granted_at": timezone.now(), "granted_by_id": by.user_id},
        )
        record(
            "mobility.own_page.followed",
            by=by,
            on=moved,
            chain=new.pk,
            path=new.path,
            data={"user": member.user_id, "role": "member", "from_date": on.isoformat()},
        )
