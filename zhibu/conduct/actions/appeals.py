"""Appeals: filed, assigned to someone who took no part, decided, withdrawn."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from zhibu.accounts.models import User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.audit.actions import record
from zhibu.audit.actions.trail import note_reading
from zhibu.certificates.actions.withdrawals import close_withdrawal
from zhibu.certificates.models import Withdrawal
from zhibu.conduct.models import Appeal
from zhibu.conduct.rules import (
    APPEAL_STATES,
    OPEN_APPEALS,
    WITHDRAWAL_APPEALABLE,
    AppealState,
    check_examiner,
    check_filing_day,
    check_result,
    check_statement,
    is_settled_by_county,
    may_be_appealed,
)
from zhibu.conduct.summaries.appeals import REEXAMINE, examination_path, involved_in
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.mobility.actions.matters import reverse_event

OWN = "members.read_own"
FOR_A_MEMBER = "members.propose_events"


def is_own(scope: Scope, member: Member) -> bool:
    """The person signed in is this member."""
    return scope.user_id is not None and scope.user_id == member.user_id and scope.has(OWN)


def _require_filer(by: Scope, member: Member) -> None:
    """The member about oneself; else whoever enters matters for the branch and may read penalties there."""
    if is_own(by, member):
        return
    by.require(FOR_A_MEMBER, member.branch.path)
    by.require("conduct.read", member.branch.path)


@transaction.atomic
def file_appeal(
    *,
    by: Scope,
    event: MembershipEvent | None = None,
    withdrawal: Withdrawal | None = None,
    statement: str,
    filed_on: date,
    on: date,
) -> Appeal:
    """File an appeal against an adverse event or a withdrawal of the certificate: just one of the two is given.

    By the member about oneself, also after the membership ended, or by the branch or committee for the
    member. Refused while another appeal against the same thing is open, and once it no longer holds.
    """
    member, decided_on = _what_stands(event, withdrawal)
    _require_filer(by, member)
    text = check_statement(statement)
    check_filing_day(filed_on, decided_on=decided_on, on=on)
    is_open = Appeal.objects.filter(state__in=OPEN_APPEALS, event=event, withdrawal=withdrawal).exists()
    if is_open:
        raise Refused(gettext_noop("对这项决定已经有一份申诉在办，不用再提。可以在“申诉”里看进展。"))
    try:
        with transaction.atomic():
            row = Appeal.objects.create(
                member=member,
                event=event,
                withdrawal=withdrawal,
                statement=text,
                filed_on=filed_on,
                filed_by=by.name,
                filed_user_id=by.user_id,
                at=timezone.now(),
            )
    except IntegrityError:
        raise Refused(
            gettext_noop("对这项决定已经有一份申诉在办，不用再提。可以在“申诉”里看进展。")
        ) from None
    _record("conduct.appeal.filed", row, by)
    return row


def _what_stands(event: MembershipEvent | None, withdrawal: Withdrawal | None) -> tuple[Member, date]:
    """The member and the day of the decision, its row locked; refused when it cannot be appealed."""
    if event is not None and withdrawal is None:
        row = (
            MembershipEvent.objects.select_for_update(of=("self",))
            .select_related("member__branch")
            .get(pk=event.pk)
        )
        if not may_be_appealed(row.kind, row.state):
            raise Refused(
                gettext_noop("“{what}”现在不能申诉：只有已经生效、没有撤销的处分和处置可以申诉。"),
                what=SPECS[EventKind(row.kind)].label,
            )
        return row.member, row.decided_on
    if withdrawal is not None and event is None:
        held = (
            Withdrawal.objects.select_for_update(of=("self",))
            .select_related("certificate__member__branch")
            .get(pk=withdrawal.pk)
        )
        if held.state not in WITHDRAWAL_APPEALABLE:
            raise Refused(
                gettext_noop("收回党员证还没有批准，或者已经结束，现在不用申诉。可以先向支部说明情况。")
            )
        return held.certificate.member, held.approved_on or held.triggered_on
    raise TypeError("an appeal is against one thing")


@transaction.atomic
def assign_appeal(*, by: Scope, appeal: Appeal, examiner: User, on: date) -> Appeal:
    """Ask someone to re-examine; also instead of another. Never who proposed or approved the decision."""
    row = _locked(appeal)
    by.require(REEXAMINE, row.member.branch.path)
    _check_open(row)
    _check_examiner(row, examiner, on)
    if row.state == AppealState.ASSIGNED and row.examiner_user_id == examiner.pk:
        return row
    row.state = AppealState.ASSIGNED
    row.examiner, row.examiner_user, row.assigned_at = examiner.name, examiner, timezone.now()
    row.save(update_fields=["state", "examiner", "examiner_user", "assigned_at"])
    _record("conduct.appeal.assigned", row, by, user=examiner.pk)
    return row


@transaction.atomic
def decide_appeal(
    *, by: Scope, appeal: Appeal, upheld: bool, document: str, result: str, decided_on: date, on: date
) -> Appeal:
    """The result of the re-examination, by the examiner. ``upheld``: the decision stands; else it falls.

    A fallen event is reversed with all it changed. A withdrawal of the certificate is closed by the
    certificate's own deed. Refused to the second of two who decide, and to everyone but the examiner.
    """
    row = _locked(appeal)
    by.require(REEXAMINE, row.member.branch.path)
    _check_open(row)
    if row.state == AppealState.FILED:
        raise Refused(gettext_noop("还没有指定复查人。请先指定一位没有参与原决定的人。"))
    if row.examiner_user is None or by.user_id != row.examiner_user_id:
        raise Refused(gettext_noop("这份申诉由{name}复查，结论由复查人登记。"), name=row.examiner)
    _check_examiner(row, row.examiner_user, on)
    check_result(decided_on=decided_on, filed_on=row.filed_on, document=document, result=result, on=on)
    row.state = AppealState.UPHELD if upheld else AppealState.REVERSED
    row.decided_on, row.document, row.result = decided_on, said(document)[:80], result.strip()
    row.save(update_fields=["state", "decided_on", "document", "result"])
    if not upheld:
        _let_fall(row, by=by, on=on)
    _record("conduct.appeal.decided", row, by, state=str(row.state))
    return row


def _let_fall(appeal: Appeal, *, by: Scope, on: date) -> None:
    if appeal.event is not None:
        reason = appeal.result[:200]
        reverse_event(by=by, event=appeal.event, document=appeal.document, reason=reason, on=on)
    elif appeal.withdrawal is not None and appeal.withdrawal.state in WITHDRAWAL_APPEALABLE:
        # One that ended meanwhile gave the booklet back already: the result stands beside it.
        note = gettext("申诉复查决定撤销收回，{document}").format(document=appeal.document)
        close_withdrawal(by=by, withdrawal=appeal.withdrawal, note=note, on=on)


@transaction.atomic
def withdraw_appeal(*, by: Scope, appeal: Appeal, on: date) -> Appeal:
    """The member no longer wants it re-examined: by the member, or entered for the member."""
    row = _locked(appeal)
    _require_filer(by, row.member)
    _check_open(row)
    row.state, row.decided_on = AppealState.WITHDRAWN, on
    row.save(update_fields=["state", "decided_on"])
    _record("conduct.appeal.withdrawn", row, by)
    return row


def _locked(appeal: Appeal) -> Appeal:
    # One member's row first, as every deed on a membership locks it, then the appeal.
    Member.objects.select_for_update(of=("self",)).get(pk=appeal.member_id)
    return (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("member__branch", "event", "withdrawal", "examiner_user")
        .get(pk=appeal.pk)
    )


def _check_open(appeal: Appeal) -> None:
    if appeal.state in OPEN_APPEALS:
        return
    raise Refused(
        gettext_noop("这份申诉已经在{day}办结：{state}。请刷新页面看结果。"),
        day=appeal.decided_on,
        state=APPEAL_STATES[AppealState(appeal.state)],
    )


def _check_examiner(appeal: Appeal, examiner: User, on: date) -> None:
    path = examination_path(appeal)
    check_examiner(
        user_id=examiner.pk,
        name=examiner.name,
        involved=involved_in(appeal),
        covers=scope_of(examiner, on=on).covers(REEXAMINE, path),
        on_county=appeal.event is not None and is_settled_by_county(appeal.event.kind),
    )


def _record(event: str, appeal: Appeal, by: Scope, **more: object) -> None:
    branch = appeal.member.branch
    record(
        event,
        by=by,
        on=appeal,
        chain=branch.pk,
        path=branch.path,
        data={"member": appeal.member_id, **more},
    )


@transaction.atomic
def log_appeal_read(*, by: Scope, appeal: Appeal) -> None:
    """One record that this appeal was shown to someone else than the person who appeals."""
    if is_own(by, appeal.member):
        return
    place = appeal.member.branch
    note_reading("conduct.appeal.read", by=by, on=appeal, chain=place.pk, path=place.path)
