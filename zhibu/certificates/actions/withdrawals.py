"""收回 for cause, step by step: talks, deadline, proposal, approval, notice, objection, and the booklet itself."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.actions.dispositions import end_withdrawal, follow_withdrawal
from zhibu.certificates.models import Certificate, Withdrawal, WithdrawalTalk
from zhibu.certificates.policies_withdrawals import WITHDRAWAL
from zhibu.certificates.rules.copies import State
from zhibu.certificates.rules.withdrawals import (
    FINISHED,
    Case,
    Needs,
    Step,
    Trigger,
    check_deadline,
    check_proposal,
    check_ready,
    check_talk,
    objection_end,
)
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.models import Member
from zhibu.members.rules.reasons import check_reason
from zhibu.rulebook.policies import values_in_force

KEEP = "certificates.keep"
DECIDE = "certificates.withdraw"


@transaction.atomic
def open_withdrawal(
    *, by: Scope, member: Member, trigger: Trigger, triggered_on: date, facts: str, on: date
) -> Withdrawal:
    """Open a case. Refused without a certificate in force, or while another case is open."""
    by.require(KEEP, member.branch.path)
    certificate = Certificate.objects.select_for_update().filter(member=member).first()
    if certificate is None or certificate.state != State.ACTIVE:
        raise Refused(gettext_noop("只有持证有效的党员才谈得上收回。请先看党员证现在的状态。"))
    if triggered_on > on:
        raise Refused(gettext_noop("问题发生的日期{day}在今天以后。"), day=triggered_on)
    if len(said(facts)) < 4:
        raise Refused(gettext_noop("请写明是什么问题，至少4个字。"))
    if Withdrawal.objects.filter(certificate=certificate).exclude(state__in=FINISHED).exists():
        raise Refused(gettext_noop("这位党员的收回已经在办，请在原来那一件里继续。"))
    row = Withdrawal.objects.create(
        certificate=certificate,
        trigger=trigger,
        triggered_on=triggered_on,
        facts=facts.strip(),
        opened_by=by.name,
        opened_at=timezone.now(),
    )
    _record("certificates.withdrawal.opened", by, row)
    return row


@transaction.atomic
def record_talk(
    *, by: Scope, withdrawal: Withdrawal, talked_on: date, talker: str, content: str, on: date
) -> WithdrawalTalk:
    """A talk of criticism and education. The same talker on the same day is the same talk."""
    row = _locked(by, KEEP, withdrawal)
    check_talk(talked_on, case_of(row), on=on)
    if not said(talker) or len(said(content)) < 4:
        raise Refused(gettext_noop("请写明谁谈的话、谈了什么（至少4个字）。"))
    talk, created = WithdrawalTalk.objects.get_or_create(
        withdrawal=row,
        on=talked_on,
        talker=said(talker)[:40],
        defaults={"content": content.strip(), "by": by.name, "at": timezone.now()},
    )
    if created:
        _record("certificates.withdrawal.talked", by, row)
    return talk


@transaction.atomic
def set_deadline(*, by: Scope, withdrawal: Withdrawal, deadline: date, on: date) -> Withdrawal:
    """Until when the member has time to mend it."""
    row = _locked(by, KEEP, withdrawal)
    _expect(row, Step.OPEN)
    check_deadline(deadline, case_of(row))
    row.deadline = deadline
    row.save(update_fields=["deadline"])
    _record("certificates.withdrawal.deadline_set", by, row)
    return row


@transaction.atomic
def propose_withdrawal(*, by: Scope, withdrawal: Withdrawal, proposed_on: date, on: date) -> Withdrawal:
    """The branch proposes, once the talks are held and the deadline has passed without effect."""
    row = _locked(by, KEEP, withdrawal)
    check_proposal(case_of(row), _needs(on), on=on)
    if proposed_on > on or (row.deadline is not None and proposed_on <= row.deadline):
        raise Refused(gettext_noop("提出的日期{day}要在期限之后、今天或以前。"), day=proposed_on)
    row.state, row.proposed_on = Step.PROPOSED, proposed_on
    row.proposed_by, row.proposed_user_id = by.name, by.user_id
    row.save(update_fields=["state", "proposed_on", "proposed_by", "proposed_user"])
    _record("certificates.withdrawal.proposed", by, row)
    return row


def check_approver(by: Scope, row: Withdrawal) -> None:
    """Raise ``Refused`` for who proposed it."""
    check_another(
        by,
        Person(row.proposed_user_id, row.proposed_by),
        gettext_noop("收回是{name}提出的，提出的人不能自己批准。"),
        next_step=gettext_noop("请党委的另一位同志批准。"),
    )


def check_answerer(by: Scope, row: Withdrawal) -> None:
    """Raise ``Refused`` for who approved the withdrawal or entered the objection."""
    another = gettext_noop("请另一位同志复核后答复。")
    check_another(
        by,
        Person(row.approved_user_id, row.approved_by),
        gettext_noop("收回是{name}批准的，批准的人不能自己答复异议。"),
        next_step=another,
    )
    check_another(
        by,
        Person(row.objected_user_id, ""),
        gettext_noop("这份异议是您登记的，登记的人不能自己答复。"),
        next_step=another,
    )


@transaction.atomic
def approve_withdrawal(
    *, by: Scope, withdrawal: Withdrawal, approved_on: date, document: str, on: date
) -> Withdrawal:
    """The committee approves; never who proposed it."""
    row = _locked(by, DECIDE, withdrawal)
    _expect(row, Step.PROPOSED)
    check_approver(by, row)
    if approved_on > on or (row.proposed_on is not None and approved_on < row.proposed_on):
        raise Refused(gettext_noop("批准日期{day}要在支部提出之后、今天或以前。"), day=approved_on)
    row.state, row.approved_on = Step.APPROVED, approved_on
    row.approved_by, row.approved_user_id = by.name, by.user_id
    row.approval_document = document.strip()[:80]
    row.save(update_fields=["state", "approved_on", "approved_by", "approved_user", "approval_document"])
    _record("certificates.withdrawal.approved", by, row)
    return row


@transaction.atomic
def notify_member(*, by: Scope, withdrawal: Withdrawal, notified_on: date, on: date) -> Withdrawal:
    """The member was told, in writing or face to face; the time for objections begins."""
    row = _locked(by, KEEP, withdrawal)
    _expect(row, Step.APPROVED)
    if notified_on > on or (row.approved_on is not None and notified_on < row.approved_on):
        raise Refused(gettext_noop("通知日期{day}要在党委批准之后、今天或以前。"), day=notified_on)
    row.state, row.notified_on, row.notified_by = Step.NOTIFIED, notified_on, by.name
    row.objection_until = objection_end(notified_on, _needs(on).objection_days)
    row.save(update_fields=["state", "notified_on", "notified_by", "objection_until"])
    _record("certificates.withdrawal.notified", by, row)
    return row


@transaction.atomic
def object_to_withdrawal(*, by: Scope, withdrawal: Withdrawal, text: str, on: date) -> Withdrawal:
    """The member objects, from the own page or through the branch, within the time."""
    row = _locked(by, "", withdrawal)
    member = row.certificate.member
    if member.user_id is None or member.user_id != by.user_id:
        by.require(KEEP, member.branch.path)
    _expect(row, Step.NOTIFIED)
    if row.objection_until is not None and on > row.objection_until:
        raise Refused(
            gettext_noop("提异议的时间到{day}为止，已经过了。还可以提出申诉。"), day=row.objection_until
        )
    if len(said(text)) < 4:
        raise Refused(gettext_noop("请写明异议的内容，至少4个字。"))
    if row.objection:
        raise Refused(gettext_noop("异议已经提出，正在等答复。"))
    row.objection, row.objected_on, row.objected_user_id = text.strip(), on, by.user_id
    row.save(update_fields=["objection", "objected_on", "objected_user"])
    _record("certificates.withdrawal.objected", by, row)
    return row


@transaction.atomic
def answer_objection(*, by: Scope, withdrawal: Withdrawal, answer: str, on: date) -> Withdrawal:
    """The committee answers; never who approved the withdrawal or entered the objection."""
    row = _locked(by, DECIDE, withdrawal)
    if not row.objection or row.objection_answer:
        raise Refused(gettext_noop("没有等答复的异议。请刷新页面看现在的情况。"))
    check_answerer(by, row)
    if len(said(answer)) < 4:
        raise Refused(gettext_noop("请写明答复，至少4个字。"))
    row.objection_answer, row.objection_answered_by = answer.strip(), by.name
    row.save(update_fields=["objection_answer", "objection_answered_by"])
    _record("certificates.withdrawal.answered", by, row)
    return row


@transaction.atomic
def withdraw(*, by: Scope, withdrawal: Withdrawal, on: date) -> Withdrawal:
    """Take the booklet back: refused until every precondition is recorded. The disposition says where it lies."""
    row = _locked(by, DECIDE, withdrawal)
    if row.state == Step.WITHDRAWN:
        raise Refused(gettext_noop("已经决定收回，证本的去向在“证本处置”里登记。"))
    check_ready(case_of(row), _needs(on), on=on)
    _expect(row, Step.NOTIFIED)
    row.state, row.withdrawn_on = Step.WITHDRAWN, on
    row.save(update_fields=["state", "withdrawn_on"])
    follow_withdrawal(by=by, withdrawal=row, on=on)
    _record("certificates.withdrawal.done", by, row)
    return row


@transaction.atomic
def reexamine_withdrawal(
    *, by: Scope, withdrawal: Withdrawal, give_back: bool, note: str, on: date
) -> Withdrawal:
    """The yearly re-examination: give the booklet back, or keep it and look again next year."""
    row = _locked(by, DECIDE, withdrawal)
    _expect(row, Step.WITHDRAWN)
    row.closing_note = check_reason(note)
    row.reexamined_on = on
    if give_back:
        row.state, row.closed_on, row.closed_by = Step.RETURNED, on, by.name
    row.save(update_fields=["closing_note", "reexamined_on", "state", "closed_on", "closed_by"])
    if give_back:
        end_withdrawal(by=by, withdrawal=row, on=on)
    _record(
        "certificates.withdrawal.returned" if give_back else "certificates.withdrawal.reexamined", by, row
    )
    return row


@transaction.atomic
def close_withdrawal(*, by: Scope, withdrawal: Withdrawal, note: str, on: date) -> Withdrawal:
    """End the case without taking the booklet: unfounded, or mended in time. After the withdrawal: give it back."""
    row = _locked(by, KEEP if withdrawal.state == Step.OPEN else DECIDE, withdrawal)
    if row.state in FINISHED:
        raise Refused(gettext_noop("这一件已经结束。请刷新页面看结果。"))
    was_withdrawn = row.state == Step.WITHDRAWN
    row.closing_note = check_reason(note)
    row.state = Step.RETURNED if was_withdrawn else Step.CLOSED
    row.closed_on, row.closed_by = on, by.name
    row.save(update_fields=["state", "closing_note", "closed_on", "closed_by"])
    if was_withdrawn:
        end_withdrawal(by=by, withdrawal=row, on=on)
    _record(
        "certificates.withdrawal.returned" if was_withdrawn else "certificates.withdrawal.closed", by, row
    )
    return row


def case_of(row: Withdrawal) -> Case:
    """What is recorded, as the rules take it. One query for the talks."""
    return Case(
        step=Step(row.state),
        triggered_on=row.triggered_on,
        talks=tuple(row.talks.values_list("on", flat=True)),
        deadline=row.deadline,
        proposed_on=row.proposed_on,
        approved_on=row.approved_on,
        notified_on=row.notified_on,
        objection_until=row.objection_until,
        has_open_objection=bool(row.objection) and not row.objection_answer,
    )


def _needs(on: date) -> Needs:
    return values_in_force(WITHDRAWAL, on=on).needs()


def _locked(by: Scope, permission: str, withdrawal: Withdrawal) -> Withdrawal:
    row = (
        Withdrawal.objects.select_for_update(of=("self",))
        .select_related("certificate__member__branch")
        .get(pk=withdrawal.pk)
    )
    if permission:
        by.require(permission, row.certificate.member.branch.path)
    return row


def _expect(row: Withdrawal, step: Step) -> None:
    if row.state != step:
        raise Refused(gettext_noop("这一件现在不在这一步，可能别人刚办过。请刷新页面看现在的情况。"))


def _record(event: str, by: Scope, row: Withdrawal) -> None:
    branch = row.certificate.member.branch
    audit.record(
        event,
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"certificate": row.certificate_id, "kind": str(row.trigger)},
    )
