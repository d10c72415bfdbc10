"""Introduction letters: their numbers, issuing, writing them anew, printing."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from zhibu.audit.actions import record, record_marked_read
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.members.rules.reasons import check_reason
from zhibu.mobility.actions.refusals import leaving_a_trace
from zhibu.mobility.actions.transfers import (
    added_note,
    check_still_there,
    locked_transfer,
    member_of,
    record_transfer,
)
from zhibu.mobility.models import LetterCounter, Transfer
from zhibu.mobility.policies import LETTERS, LetterRules
from zhibu.mobility.rules.transfers import (
    Direction,
    TransferState,
    check_standing,
    check_state,
    letter_text,
    unit_word,
    valid_until,
)
from zhibu.mobility.summaries.transfers import ISSUE, has_open_event, issuer_of, wants_letter
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import COMMITTEE_KINDS, Kind
from zhibu.rulebook.policies import values_in_force


def issue_letter(*, by: Scope, transfer: Transfer, on: date) -> Transfer:
    """The sending committee writes the letter; within one committee its approval may be enough (setting).

    Out of the county there is no receiving branch that looks again: who agreed for the branch does not write
    the letter. The letter's number comes from the committee's counter of the year, its validity from the rulebook.
    """
    with leaving_a_trace(by=by, member=member_of(transfer), kind="transfer_issue"):
        member, row = locked_transfer(transfer)
        issuer = issuer_of(member.branch)
        by.require(ISSUE, issuer.path)
        check_state(row.state, "issue", received_on=row.received_on)
        check_still_there(member, row)
        check_standing(member.standing)
        check_nothing_waits(member, row)
        check_other_than_branch(by, row)
        rules = values_in_force(LETTERS, on=on)
        row.state, row.issuer = TransferState.ISSUED, issuer
        row.issued_on, row.issued_by, row.issued_user_id = on, by.name, by.user_id
        if wants_letter(row, within_committee=rules.letter_within_committee):
            _number(row, issuer, rules, on=on)
        row.save()
        record_transfer("mobility.transfer.issued", row, by=by)
    return row


def reissue_letter(*, by: Scope, transfer: Transfer, reason: str, on: date) -> Transfer:
    """Write the letter anew (lapsed, lost, spoiled): a new number and a new validity; the old number is noted."""
    with leaving_a_trace(by=by, member=member_of(transfer), kind="transfer_reissue"):
        member, row = locked_transfer(transfer)
        issuer = row.issuer or issuer_of(member.branch)
        by.require(ISSUE, issuer.path)
        check_state(row.state, "reissue", received_on=row.received_on)
        if not row.letter_text:
            raise Refused(gettext_noop("这次转接是党委批准的，没有介绍信，不用重开。"))
        check_still_there(member, row)
        check_standing(member.standing)
        row.note = added_note(row.note, f"原{row.letter_text}作废：{check_reason(reason)}")
        check_other_than_branch(by, row)
        row.issued_on, row.issued_by, row.issued_user_id = on, by.name, by.user_id
        _number(row, issuer, values_in_force(LETTERS, on=on), on=on)
        row.save()
        record_transfer("mobility.transfer.reissued", row, by=by)
    return row


@transaction.atomic
def open_letter_for_print(*, by: Scope, transfer: Transfer) -> str:
    """Note that the letter is printed; returns the resident ID it shows, "" for who may not read it whole.

    The letter names the person to another organization, so the full number belongs on it; printing it is a
    reading of a marked field and recorded as one.
    """
    member = member_of(transfer)
    issuer, branch = transfer.issuer, transfer.from_branch
    if issuer is None or branch is None or not transfer.letter_text:
        raise Refused(gettext_noop("还没有开介绍信，没有可打印的。请先开具。"))
    by.require(ISSUE, issuer.path)
    if transfer.state != TransferState.ISSUED:
        raise Refused(gettext_noop("这次转接已经办结，介绍信不能再打印。"))
    record(
        "mobility.letter.printed",
        by=by,
        on=transfer,
        chain=branch.pk,
        path=branch.path,
        data={"member": member.pk, "number": str(transfer.letter_number)},
    )
    if not member.resident_id or not by.covers("members.read_resident_id", branch.path):
        return ""
    record_marked_read(
        "members.resident_id.read",
        by=by,
        on=member,
        fields=["resident_id"],
        reason=gettext_noop("打印组织关系介绍信"),
        chain=branch.pk,
        path=branch.path,
    )
    number: str = member.resident_id
    return number


def check_other_than_branch(by: Scope, row: Transfer) -> None:
    """Raise ``Refused`` for who agreed for the branch, where the letter leads out of the county."""
    if row.direction == Direction.OUT:
        check_another(
            by,
            Person(row.agreed_user_id, row.agreed_by),
            gettext_noop("支部同意转出是{name}办的，转出本县的介绍信要由另一个人开具。"),
            next_step=gettext_noop("请党委的另一位同志核对后开具。"),
        )


def check_nothing_waits(member: Member, row: Transfer) -> None:
    """A matter that waits for its approval would be lost when the membership leaves the county."""
    if row.direction == Direction.OUT and has_open_event(member):
        raise Refused(gettext_noop("这位党员还有事项在等批准，办结以后才能转出本县。"))


def _number(row: Transfer, issuer: Organization, rules: LetterRules, *, on: date) -> None:
    counter = _locked_counter(issuer, on.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    word = rules.words().get(issuer.short_name) or unit_word(issuer.short_name, _issuers())
    row.letter_year, row.letter_number = on.year, counter.last
    row.letter_text = letter_text(rules.number_prefix, word, on.year, counter.last)[:40]
    row.valid_until = valid_until(on, rules.letter_validity_days)


def _locked_counter(issuer: Organization, year: int) -> LetterCounter:
    """The committee's counter of the year, locked until the transaction ends; made where there is none."""
    LetterCounter.objects.bulk_create([LetterCounter(organization=issuer, year=year)], ignore_conflicts=True)
    return LetterCounter.objects.select_for_update().get(organization=issuer, year=year)


def _issuers() -> list[str]:
    """Short names of all that write letters, dissolved ones too: their letters are still about."""
    kinds = Q(kind__in=(*COMMITTEE_KINDS, Kind.COUNTY_COMMITTEE))
    return list(Organization.objects.filter(kinds).values_list("short_name", flat=True))
