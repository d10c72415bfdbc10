"""Someone comes from another county with a letter: proposed by who holds the letter, entered when another person agrees."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.dates import parse_date
from zhibu.core.months import month_of
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.core.wording import said
from zhibu.dues import actions as dues
from zhibu.members import actions as members
from zhibu.members.actions.records import check_branch, locked
from zhibu.members.models import EnrollmentProposal, Member
from zhibu.members.querysets import number_index
from zhibu.members.rules.events import EventKind
from zhibu.members.rules.facts import Facts
from zhibu.members.rules.reasons import check_reason
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.events import exits_of
from zhibu.mobility.actions.matters import enter_event
from zhibu.mobility.actions.receipts import check_received, entry_of_transfer, with_right
from zhibu.mobility.actions.transfers import record_transfer
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.transfers import Direction, TransferState, check_day, check_dues_month
from zhibu.mobility.summaries.transfers import HANDLE
from zhibu.organizations.models import Organization

_ISSUED_ON = gettext_noop("开具日期")


@transaction.atomic
def propose_arrival(
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
) -> EnrollmentProposal:
    """Someone comes from another county with a letter: proposed for the books, entered when another person agrees.

    ``letter_until``: first day on which the letter no longer holds, where it says so. ``old_number``:
    certificate number of the other county. Whoever once left the county by transfer comes back on the old
    record, with the old number. Refused when the resident ID is in the county's books otherwise.
    """
    by.require(HANDLE, branch.path)
    outside, letter = said(outside)[:80], said(letter)[:40]
    if not outside or not letter:
        raise Refused(gettext_noop("请照介绍信写明开具的党组织和介绍信编号。"))
    check_day(_ISSUED_ON, letter_on, on=on, since=facts.join_date, since_name=gettext_noop("入党时间"))
    returning = _returning(facts.resident_id)
    month = check_dues_month(dues_paid_to, join_date=facts.join_date, on=on)
    why = check_reason(reason)
    draft = Transfer(issued_on=letter_on, valid_until=letter_until)
    check_received(draft, received_on, late_reason, on=on)
    arrival = {
        "outside": outside,
        "letter": letter,
        "letter_on": letter_on.isoformat(),
        "letter_until": letter_until.isoformat() if letter_until else "",
        "dues_paid_to": month,
        "received_on": received_on.isoformat(),
        "old_number": halfwidth(old_number)[:40],
        "note": draft.note,
    }
    [proposal] = members.propose_enrollments(
        by=by,
        rows=[members.NewMember(branch, facts)],
        reason=why,
        arrival=arrival,
        returning=returning,
        on=on,
    )
    return proposal


def returning_of(proposal: EnrollmentProposal) -> Member | None:
    """The old record an open proposal comes back to; None for someone new."""
    return (
        _returning(members.unpacked(proposal).facts.resident_id)
        if proposal.arrival and proposal.facts
        else None
    )


@transaction.atomic
def complete_arrival(*, by: Scope, proposal: EnrollmentProposal, on: date) -> Transfer:
    """The transfer of someone whose entry was agreed to; the receipt slip can be printed. By ``enrollments`` only."""
    told, member = proposal.arrival, proposal.member
    assert member is not None  # noqa: S101 (an accepted proposal has its record)
    transfer = Transfer(
        member=member,
        direction=Direction.IN,
        to_branch=proposal.branch,
        outside=told["outside"],
        reason=proposal.reason,
        state=TransferState.RECEIVED,
        requested_on=date.fromisoformat(told["received_on"]),
        requested_by=proposal.proposed_by,
        requested_user_id=proposal.proposed_user_id,
        dues_paid_to=told["dues_paid_to"],
        letter_text=told["letter"],
        issued_on=date.fromisoformat(told["letter_on"]),
        issued_by=told["outside"][:40],
        valid_until=parse_date(told["letter_until"]),
        received_on=date.fromisoformat(told["received_on"]),
        received_by=proposal.proposed_by,
        note=told["note"],
        old_number=told["old_number"],
        at=timezone.now(),
    )
    came = transfer.received_on if member.standing == Standing.ENDED else None
    if came is not None:
        _come_back(by, member, proposal.branch, transfer, on=on)
    else:
        member.arrived_on = transfer.received_on
        member.save(update_fields=["arrived_on"])
    dues.begin_dues(by=by, letters=[dues.Letter(member.pk, transfer.dues_paid_to, came)], on=on)
    transfer.save(force_insert=True)
    record_transfer("mobility.transfer.received", transfer, by=by)
    return transfer


def _come_back(by: Scope, member: Member, branch: Organization, transfer: Transfer, *, on: date) -> None:
    """The old record goes on where the person comes back to: same number, next copy."""
    check_branch(branch)
    assert transfer.received_on is not None  # noqa: S101 (the caller has set it)
    transfer.event = enter_event(
        by=with_right(by, HANDLE, member.branch.path),
        member=member,
        entry=entry_of_transfer(EventKind.TRANSFER_BACK, transfer, transfer.received_on, branch.name),
        on=on,
        internal=True,
    )
    row = locked(member)
    row.branch, row.group = branch, ""
    row.save(update_fields=["branch", "group"])
    transfer.member = row
    dues.follow_move(member=row, since=month_of(transfer.received_on), on=on)


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
