"""The end of a transfer: the receiving branch receives, the slip comes back, someone comes in from outside."""

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
from zhibu.core.text import gettext_noop, halfwidth, squeeze
from zhibu.members import actions as members
from zhibu.members.actions.records import check_branch, locked
from zhibu.members.models import Member
from zhibu.members.querysets import number_index
from zhibu.members.rules import Facts, Standing, check_reason
from zhibu.members.rules.events import Entry, EventKind
from zhibu.members.summaries.events import exits_of
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
    check_dues_month,
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
            raise Refused(gettext_noop("这不是县内转接，请照页面上的步骤登记回执。"))
        by.require(HANDLE, new.path)
        check_state(row.state, "receive", received_on=row.received_on)
        check_still_there(member, row)
        check_branch(new)
        check_standing(member.standing)
        _check_other_side(by, row)
        _check_received(row, received_on, late_reason, on=on)
        # The sending side agreed and wrote the letter: receiving completes its consent, on its member.
        row.event = enter_event(
            by=_with_right(by, HANDLE, old.path),
            member=member,
            entry=_entry(EventKind.MOVE_BRANCH, row, received_on, new.name),
            on=on,
            internal=True,
        )
        member = locked(member)
        member.branch, member.group = new, ""
        member.save(update_fields=["branch", "group"])
        _follow_own_page(by, member, old, new, on=on)
        if values_in_force(NUMBERING, on=on).renumber_on_transfer:
            renumber_member(by=_with_right(by, "certificates.number", new.path), member=member, on=on)
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
            raise Refused(gettext_noop("这是县内转接，由转入支部接收，不登记县外回执。"))
        by.require(ISSUE, row.issuer.path if row.issuer else member.branch.path)
        check_state(row.state, "receive", received_on=row.received_on)
        check_still_there(member, row)
        check_standing(member.standing)
        check_nothing_waits(member, row)
        receiver = squeeze(received_by)[:40]
        if not receiver:
            raise Refused(gettext_noop("请写明回执上的接收党组织。"))
        _check_received(row, received_on, late_reason, on=on)
        row.event = enter_event(
            by=_with_right(by, HANDLE, member.branch.path),
            member=member,
            entry=_entry(EventKind.TRANSFER_OUT, row, received_on, receiver),
            on=on,
            internal=True,
        )
        _receive(row, received_on, receiver)
        record_transfer("mobility.transfer.received", row, by=by)
    return row


@transaction.atomic
def receive_from_outside(
    *,
    by: Scope,
    branch: Organization,
    facts: Facts,
    outside: str,
    letter: str,
    letter_on: date,
    letter_until: date | None,
    dues_paid_to: str,
    received_on: date,
    reason: str,
    old_number: str = "",
    late_reason: str = "",
    on: date,
) -> Transfer:
    """Someone comes from another county with a letter: entered into the books, the receipt slip can be printed.

    ``letter_until``: first day on which the letter no longer holds, where it says so. ``old_number``:
    certificate number of the other county. Whoever once left the county by transfer comes back on the old
    record, with the old number. Refused when the resident ID is in the county's books otherwise.
    """
    by.require(HANDLE, branch.path)
    outside, letter = squeeze(outside)[:80], squeeze(letter)[:40]
    if not outside or not letter:
        raise Refused(gettext_noop("请照介绍信写明开具的党组织和介绍信编号。"))
    check_day(_ISSUED_ON, letter_on, on=on, since=facts.join_date, since_name=gettext_noop("入党时间"))
    returning = _returning(facts.resident_id)
    month = check_dues_month(dues_paid_to, join_date=facts.join_date, on=on)
    reason = check_reason(reason)
    transfer = Transfer(
        direction=Direction.IN,
        to_branch=branch,
        outside=outside,
        reason=reason,
        requested_on=received_on,
        requested_by=by.name[:40],
        requested_user_id=by.user_id,
        dues_paid_to=month,
        letter_text=letter,
        issued_on=letter_on,
        issued_by=outside[:40],
        valid_until=letter_until,
        old_number=halfwidth(old_number)[:40],
        at=timezone.now(),
    )
    _check_received(transfer, received_on, late_reason, on=on)
    if returning is not None:
        transfer.member = _come_back(by, returning, branch, transfer, received_on, on=on)
    else:
        transfer.member = members.enroll_member(by=by, branch=branch, facts=facts, on=on)
    transfer.state = TransferState.RECEIVED
    transfer.received_on, transfer.received_by = received_on, by.name[:40]
    transfer.save(force_insert=True)
    record_transfer("mobility.transfer.received", transfer, by=by)
    return transfer


@transaction.atomic
def resolve_old_number(*, by: Scope, transfer: Transfer, on: date) -> bool:
    """Let the number from the old letter lead to the member's certificate here. False when it already does."""
    member = member_of(transfer)
    if not transfer.old_number:
        raise Refused(gettext_noop("登记转入时没有写原来的党员证编号。"))
    return add_alias(by=by, member=member, text=transfer.old_number, reason="transferred_in", on=on)


def _check_other_side(by: Scope, row: Transfer) -> None:
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


def _check_received(row: Transfer, received_on: date, late_reason: str, *, on: date) -> None:
    """The day lies after the issue; a lapsed letter carries a reason, which is kept."""
    since = row.issued_on or row.requested_on
    check_day(_RECEIVED_ON, received_on, on=on, since=since, since_name=_ISSUED_ON)
    if not needs_late_reason(row.valid_until, received_on=received_on):
        return
    if not late_reason.strip():
        raise Refused(
            gettext_noop("介绍信到{day}就不在有效期内了。请对方重开；确有原因仍要接收的，写明过期的原因。"),
            day=row.valid_until,
        )
    row.note = added_note(row.note, check_reason(late_reason))


def _receive(row: Transfer, received_on: date, received_by: str) -> None:
    row.state, row.received_on, row.received_by = TransferState.RECEIVED, received_on, received_by[:40]
    row.save(update_fields=["state", "received_on", "received_by", "note", "event"])


def _entry(kind: EventKind, row: Transfer, day: date, decided_by: str) -> Entry:
    return Entry(
        kind=kind,
        decided_on=day,
        decided_by=decided_by[:80],
        document=row.letter_text,
        effective_on=day,
    )


def _with_right(by: Scope, permission: str, path: str) -> Scope:
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


def _come_back(
    by: Scope, member: Member, branch: Organization, transfer: Transfer, received_on: date, *, on: date
) -> Member:
    """The old record goes on where the person comes back to: same number, next copy."""
    check_branch(branch)
    transfer.event = enter_event(
        by=_with_right(by, HANDLE, member.branch.path),
        member=member,
        entry=_entry(EventKind.TRANSFER_BACK, transfer, received_on, branch.name),
        on=on,
        internal=True,
    )
    row = locked(member)
    row.branch, row.group = branch, ""
    row.save(update_fields=["branch", "group"])
    return row


def _returning(resident_id: str) -> Member | None:
    """Whoever once left the county by transfer, None for someone new.

    Raises ``Refused`` for any other number the county has already; says nothing about where.
    """
    index = number_index(resident_id)
    known = (
        Member.objects.select_related("branch").filter(resident_id_index=index, merged_into=None).first()
        if index
        else None
    )
    if known is None:
        return None
    if known.standing != Standing.ENDED:
        raise Refused(
            gettext_noop("这个身份证号在本县有在册党员，不用县外转入。"),
            next_step=gettext_noop("请办县内转接：转入支部凭姓名和身份证号提出申请。"),
        )
    left = exits_of([known.pk]).get(known.pk)
    if left is not None and left.reason == "transferred_out":
        return known
    raise Refused(
        gettext_noop("这个身份证号在本县有以前的记录，不能按转入登记。"),
        next_step=gettext_noop("请县委组织部核对；重新入党的，由党委在原来的记录上办“重新入党”。"),
    )
