"""Cases of accountability: opened, led and decided by people; a proposal of the system opens nothing by itself."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.certificates.actions import withdrawals
from zhibu.certificates.models import Withdrawal
from zhibu.certificates.rules.withdrawals import Trigger as WithdrawalTrigger
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.cycles.models import Case, CaseStep
from zhibu.cycles.rules.cases import (
    Known,
    Outcome,
    StepKind,
    Trigger,
    check_decision,
    check_step,
    check_trigger,
)
from zhibu.members.models import Member
from zhibu.organizations.models import Organization

HOLD = "cycles.hold_accountable"
LEAD = "cycles.submit"


@transaction.atomic
def open_case(
    *,
    by: Scope,
    organization: Organization,
    trigger: Trigger,
    facts: str,
    on: date,
    member: Member | None = None,
    responsible: str = "",
    origin: str = "hand",
) -> Case:
    """Open a case about a member (of the organization) or about the organization and who answers for it.

    A branch opens cases about its members; about organizations only who holds them accountable. Refused: the
    same trigger twice at a time about one member.
    """
    by.require(HOLD if member is None else LEAD, organization.path)
    check_trigger(trigger, about_member=member is not None)
    if len(facts.strip()) < 4:
        raise Refused(gettext_noop("请写明是什么问题、有什么依据，至少4个字。"))
    if member is None and not responsible.strip():
        raise Refused(gettext_noop("请写明责任人的姓名和职务。"))
    try:
        with transaction.atomic():
            row = Case.objects.create(
                organization=organization,
                member=member,
                responsible=responsible.strip()[:40],
                trigger=trigger,
                origin=origin,
                facts=facts.strip(),
                opened_on=on,
                opened_by=by.name[:40],
                opened_user_id=by.user_id,
                at=timezone.now(),
            )
    except IntegrityError:
        raise Refused(gettext_noop("这位党员同样的问题已经立了一件，请在那一件里继续。")) from None
    _record("cycles.case.opened", by, row)
    return row


@transaction.atomic
def add_step(
    *, by: Scope, case: Case, kind: StepKind, day: date, text: str, on: date, until: date | None = None
) -> CaseStep:
    """A dated step of the ladder. The same step of the same day with the same words is one step."""
    row = _locked(case)
    _require(by, row)
    _add_checks(row, kind, day, text, on=on, until=until)
    known = list(row.steps.filter(kind=kind, on=day))
    same = next((step for step in known if step.text == text.strip()), None)
    if same is not None:
        return same
    if kind == StepKind.DEADLINE:
        row.deadline, row.state = until, "deadline"
    elif kind == StepKind.RECHECK:
        row.state = "rechecked"
    elif kind == StepKind.STATEMENT:
        row.statement = text.strip()
    elif kind == StepKind.OBJECTION:
        row.objection = text.strip()
    row.save(update_fields=["deadline", "state", "statement", "objection"])
    step = CaseStep.objects.create(
        case=row,
        kind=kind,
        on=day,
        text=text.strip(),
        by=by.name[:40],
        by_user_id=by.user_id,
        at=timezone.now(),
    )
    _record("cycles.case.step_taken", by, row, kind=str(kind))
    return step


@transaction.atomic
def state_own_case(*, by: Scope, case: Case, kind: StepKind, text: str, on: date) -> CaseStep:
    """The member's own statement or objection, from the own page."""
    row = _locked(case)
    if row.member is None or row.member.user_id is None or row.member.user_id != by.user_id:
        raise Refused(gettext_noop("只能对自己的事说明或提出异议。"))
    if kind not in (StepKind.STATEMENT, StepKind.OBJECTION):
        raise Refused(gettext_noop("这一步由组织登记。"))
    _add_checks(row, kind, on, text, on=on, until=None)
    if kind == StepKind.STATEMENT:
        row.statement = text.strip()
    else:
        row.objection = text.strip()
    row.save(update_fields=["statement", "objection"])
    step = CaseStep.objects.create(
        case=row,
        kind=kind,
        on=on,
        text=text.strip(),
        by=by.name[:40],
        by_user_id=by.user_id,
        at=timezone.now(),
    )
    _record("cycles.case.step_taken", by, row, kind=str(kind))
    return step


@transaction.atomic
def decide_case(*, by: Scope, case: Case, outcome: Outcome, text: str, on: date) -> Case:
    """Decide, by someone else than who opened it. A withdrawal goes on in the certificate's own ladder.

    Talks and deadline that were held here are carried over: nobody is talked with twice for the paper's sake.
    """
    row = _locked(case)
    by.require(HOLD, row.organization.path)
    check_decision(known_of(row), outcome, decider=by.name, recorder=row.opened_by)
    if len(text.strip()) < 4:
        raise Refused(gettext_noop("请写明决定的理由，至少4个字。"))
    row.outcome, row.decision = outcome, text.strip()
    row.decided_on, row.decided_by, row.state = on, by.name[:40], "closed"
    if outcome == Outcome.WITHDRAWAL:
        row.withdrawal = _begin_withdrawal(by, row, on=on)
    row.save(update_fields=["outcome", "decision", "decided_on", "decided_by", "state", "withdrawal"])
    _record("cycles.case.decided", by, row, kind=str(outcome))
    return row


def known_of(row: Case) -> Known:
    """What is recorded, as the rules take it. One query."""
    steps = [(StepKind(kind), on) for kind, on in row.steps.order_by("pk").values_list("kind", "on")]
    objections = [kind for kind, _on in steps if kind in (StepKind.OBJECTION, StepKind.ANSWER)]
    return Known(
        opened_on=row.opened_on,
        is_closed=row.state == "closed",
        is_about_member=row.member_id is not None,
        steps=steps,
        deadline=row.deadline,
        has_open_objection=bool(objections) and objections[-1] == StepKind.OBJECTION,
    )


def _begin_withdrawal(by: Scope, row: Case, *, on: date) -> Withdrawal:
    if row.member is None:
        raise Refused(gettext_noop("只有党员的事才能转入收回党员证。"))
    member = Member.objects.select_related("branch").get(pk=row.member.pk)
    made = withdrawals.open_withdrawal(
        by=by,
        member=member,
        trigger=WithdrawalTrigger(row.trigger),
        triggered_on=row.opened_on,
        facts=row.facts,
        on=on,
    )
    for step in row.steps.filter(kind=StepKind.TALK).order_by("on", "pk"):
        withdrawals.record_talk(
            by=by, withdrawal=made, talked_on=step.on, talker=step.by, content=step.text, on=on
        )
    if row.deadline is not None:
        made = withdrawals.set_deadline(by=by, withdrawal=made, deadline=row.deadline, on=on)
    return made


def _require(by: Scope, row: Case) -> None:
    by.require(HOLD if row.member_id is None else LEAD, row.organization.path)


def _add_checks(row: Case, kind: StepKind, day: date, text: str, *, on: date, until: date | None) -> None:
    check_step(known_of(row), kind, day, on=on, until=until)
    if len(text.strip()) < 4:
        raise Refused(gettext_noop("请写明情况，至少4个字。"))


def _locked(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",)).select_related("organization", "member").get(pk=case.pk)
    )


def _record(event: str, by: Scope, row: Case, **data: object) -> None:
    record(
        event,
        by=by,
        on=row,
        chain=row.organization_id,
        path=row.organization.path,
        data={"trigger": str(row.trigger), **data},
    )
