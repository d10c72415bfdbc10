"""Cases of accountability: opened, led and decided by people; a proposal of the system opens nothing by itself."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.accountability.models import Case, CaseStep
from zhibu.accountability.rules import (
    LEADING,
    Known,
    Outcome,
    StepKind,
    Trigger,
    check_decision,
    check_not_own,
    check_review,
    check_step,
    check_trigger,
)
from zhibu.audit.actions import record
from zhibu.certificates.actions import withdrawals
from zhibu.certificates.models import Withdrawal
from zhibu.certificates.rules.withdrawals import Trigger as WithdrawalTrigger
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.hands import Person
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.inspections.actions.findings import close_without_mending, raise_from_case
from zhibu.inspections.rules.items import appended
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.oversight import oversees

HOLD = "accountability.handle"
LEAD = "months.submit"


def may_hold(by: Scope, organization: Organization, *, about_member: bool) -> bool:
    """Whoever holds accountable at the place; a committee itself only whoever does so above it."""
    return by.covers(HOLD, organization.path) if about_member else oversees(by, HOLD, organization)


def may_lead(by: Scope, organization: Organization, *, about_member: bool) -> bool:
    """A branch leads the cases of its members; about organizations only who holds them accountable."""
    if about_member:
        return by.covers(LEAD, organization.path)
    return may_hold(by, organization, about_member=False)


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
    if not may_lead(by, organization, about_member=member is not None):
        raise Denied(HOLD if member is None else LEAD)
    check_not_own(about=member.user_id if member is not None else None, user=by.user_id)
    check_trigger(trigger, about_member=member is not None)
    if len(said(facts)) < 4:
        raise Refused(gettext_noop("请写明是什么问题、有什么依据，至少4个字。"))
    if member is None and not said(responsible):
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
                opened_by=by.name,
                opened_user_id=by.user_id,
                at=timezone.now(),
            )
    except IntegrityError:
        raise Refused(gettext_noop("这位党员同样的问题已经登记了一件，请在那一件里继续。")) from None
    _record("accountability.case.opened", by, row)
    return row


@transaction.atomic
def add_step(
    *, by: Scope, case: Case, kind: StepKind, day: date, text: str, on: date, until: date | None = None
) -> CaseStep:
    """A dated step of the ladder. The same step of the same day with the same words is one step."""
    row = _locked(case)
    _require_leader(by, row)
    if kind == StepKind.RECEIVED:
        _check_above(by, row)
    known = list(row.steps.filter(kind=kind, on=day))
    same = next((step for step in known if step.text == text.strip()), None)
    if same is not None:
        return same
    _add_checks(row, kind, day, text, on=on, until=until)
    if kind == StepKind.DEADLINE:
        row.deadline, row.state = until, "deadline"
    elif kind == StepKind.RECHECK:
        row.state = "rechecked"
    return _stepped(by, row, kind, day, text)


@transaction.atomic
def state_own_case(*, by: Scope, case: Case, kind: StepKind, text: str, on: date) -> CaseStep:
    """The member's own statement or objection, from the own page. The same words twice a day are one step."""
    row = _locked(case)
    if row.member is None or row.member.user_id is None or row.member.user_id != by.user_id:
        raise Refused(gettext_noop("只能对自己的事说明或提出异议。"))
    if kind not in (StepKind.STATEMENT, StepKind.OBJECTION):
        raise Refused(gettext_noop("这一步由组织登记。"))
    known = list(row.steps.filter(kind=kind, on=on, by_user=by.user_id))
    same = next((step for step in known if step.text == text.strip()), None)
    if same is not None:
        return same
    _add_checks(row, kind, on, text, on=on, until=None)
    return _stepped(by, row, kind, on, text)


@transaction.atomic
def decide_case(
    *, by: Scope, case: Case, outcome: Outcome, text: str, on: date, until: date | None = None
) -> Case:
    """Decide, by someone else than who opened and led it. A withdrawal goes on in the certificate's own ladder.

    Talks and deadline that were held here are carried over: nobody is talked with twice for the paper's sake.
    A rectification (``until``) becomes a finding that another person rechecks.
    """
    row = _locked(case)
    _require_holder(by, row)
    check_decision(known_of(row), outcome, decider=Person.of(by), recorders=recorders_of(row), until=until)
    told = _reason(text)
    row.outcome, row.decision = outcome, appended("", on, by.name, told)
    row.decided_on, row.decided_by, row.state = on, by.name, "closed"
    row.decided_user_id = by.user_id
    if outcome == Outcome.WITHDRAWAL:
        row.withdrawal = _begin_withdrawal(by, row, on=on)
    elif outcome == Outcome.RECTIFICATION and until is not None:
        row.finding = raise_from_case(
            by, row.organization, text=told, owner=row.responsible, due_on=until, on=on
        )
    row.save(
        update_fields=[
            *("outcome", "decision", "decided_on", "decided_by", "decided_user", "state"),
            *("withdrawal", "finding"),
        ]
    )
    _stepped(by, row, StepKind.DECISION, on, told)
    _record("accountability.case.decided", by, row, kind=str(outcome))
    return row


@transaction.atomic
def review_decision(*, by: Scope, case: Case, is_upheld: bool, text: str, on: date) -> Case:
    """Answer an objection to a decision, by a third person: it stands, or the case ends as unfounded.

    Where it does not stand, what it left to mend is closed with it.
    """
    row = _locked(case)
    _require_holder(by, row)
    decider = Person(row.decided_user_id, row.decided_by)
    check_review(known_of(row), reviewer=Person.of(by), before=[*recorders_of(row), decider])
    told = _reason(text)
    row.decision = appended(row.decision, on, by.name, told)
    if not is_upheld:
        row.outcome = Outcome.UNFOUNDED
        if row.finding is not None:
            close_without_mending(by, row.finding, told, on=on)
    row.save(update_fields=["decision", "outcome"])
    _stepped(by, row, StepKind.ANSWER, on, told)
    _record("accountability.case.reviewed", by, row, kind=str(row.outcome))
    return row


def recorders_of(row: Case) -> list[Person]:
    """Who opened and led the case. One query."""
    led = row.steps.filter(kind__in=LEADING).values_list("by_user", "by")
    return [Person(row.opened_user_id, row.opened_by), *(Person(user, name) for user, name in led)]


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
        outcome=Outcome(row.outcome) if row.outcome else None,
        decided_on=row.decided_on,
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


def _require_leader(by: Scope, row: Case) -> None:
    about_member = row.member is not None
    if not may_lead(by, row.organization, about_member=about_member):
        raise Denied(LEAD if about_member else HOLD)
    _check_not_own(by, row)


def _require_holder(by: Scope, row: Case) -> None:
    if not may_hold(by, row.organization, about_member=row.member is not None):
        raise Denied(HOLD)
    _check_not_own(by, row)


def _check_above(by: Scope, row: Case) -> None:
    """What was reported upward is answered by somebody else than who reported it."""
    _require_holder(by, row)
    if Person(row.decided_user_id, row.decided_by).is_same(Person.of(by)):
        raise Refused(gettext_noop("这一件是您报上来的，由上级写处理意见。"))


def _check_not_own(by: Scope, row: Case) -> None:
    check_not_own(about=row.member.user_id if row.member is not None else None, user=by.user_id)


def _add_checks(row: Case, kind: StepKind, day: date, text: str, *, on: date, until: date | None) -> None:
    check_step(known_of(row), kind, day, on=on, until=until)
    if len(said(text)) < 4:
        raise Refused(gettext_noop("请写明情况，至少4个字。"))


def _reason(text: str) -> str:
    if len(said(text)) < 4:
        raise Refused(gettext_noop("请写明决定的理由，至少4个字。"))
    return text.strip()


def _stepped(by: Scope, row: Case, kind: StepKind, day: date, text: str) -> CaseStep:
    """Write the step; the latest statement and objection stand in the case, too."""
    if kind == StepKind.STATEMENT:
        row.statement = text.strip()
    elif kind == StepKind.OBJECTION:
        row.objection = text.strip()
    row.save(update_fields=["deadline", "state", "statement", "objection"])
    step = CaseStep.objects.create(
        case=row,
        kind=kind,
        on=day,
        text=text.strip(),
        by=by.name,
        by_user_id=by.user_id,
        at=timezone.now(),
    )
    _record("accountability.case.step_taken", by, row, kind=str(kind))
    return step


def _locked(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("organization", "member", "finding")
        .get(pk=case.pk)
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
