"""What takes two administrators of different kinds: one proposes with a reason, another confirms.

Every grant of a role; an administrator's password, second factor, closing, reopening and unlocking; taking an
administrator's role away (GB/T 22239-2019 8.1.5).
"""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.accounts.actions import deeds
from zhibu.accounts.actions.roles import PERMISSION as ROLES
from zhibu.accounts.actions.roles import (
    check_grant,
    check_not_over,
    locked_assignment,
    write_grant,
    write_revocation,
)
from zhibu.accounts.models import AccountProposal, RoleAssignment, User
from zhibu.accounts.passwords import one_time_half
from zhibu.accounts.rules import (
    ADMINISTRATORS,
    GIVE_PASSWORD,
    Deed,
    check_not_known,
    check_not_last,
    check_period,
    check_reason,
    check_second,
    kinds_of,
)
from zhibu.accounts.summaries.proposals import facts_of, knows_password
from zhibu.accounts.summaries.scopes import scope_of, takes_two
from zhibu.accounts.vocabulary import vocabulary
from zhibu.audit.actions import record
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization

PERMISSION = "accounts.confirm"


@transaction.atomic
def propose_deed(*, by: Scope, user: User, deed: Deed, reason: str, on: date) -> tuple[AccountProposal, str]:
    """Propose a deed on an administrator's account. Any administrator but the person concerned may.

    Returns the proposal and, where the deed gives a one-time password, its first half, which only the proposer
    sees: the second is shown to who confirms, so that neither can sign in for the person.
    """
    by.require_any(PERMISSION)
    user = _locked(user)
    deeds.check_not_own(by, user)
    if not takes_two(user, on=on):
        raise Refused(
            gettext_noop("{name}不是管理员，这个账号的事由系统管理员直接办，不用两个人。"), name=user.name
        )
    deeds.check_fits(deed, user)
    if deed == Deed.CLOSING:
        _check_not_last(user, on=on)
    half = one_time_half() if deed in GIVE_PASSWORD else ""
    row = AccountProposal(deed=deed, user=user, half=half)
    return _proposed(by, row, reason, "system"), half


@transaction.atomic
def propose_grant(
    *,
    by: Scope,
    user: User,
    role: str,
    organization: Organization,
    from_date: date,
    until: date | None = None,
    reason: str,
    on: date,
) -> AccountProposal:
    """Propose the role on the organization and everything below it, on [from_date, until).

    Business roles: the security administrator. An administrator's role: any administrator, so that the county
    can replace a security administrator who is gone. Never for oneself or for an account one opened.
    """
    by.require(PERMISSION if role in ADMINISTRATORS else ROLES, organization.path)
    user = _locked(user)
    if by.user_id == user.pk:
        raise Refused(
            gettext_noop("不能给自己授予角色。"), next_step=gettext_noop("请由另一位安全管理员办理。")
        )
    if by.user_id == user.opened_by_id:
        raise Refused(
            gettext_noop("这个账号是您开立的，角色要由另一个人授予。"),
            next_step=gettext_noop("请由另一位安全管理员办理。"),
        )
    check_period(from_date, until, on=on)
    check_grant(user, role, organization, from_date=from_date, until=until)
    row = AccountProposal(
        deed=Deed.GRANT, user=user, role=role, organization=organization, from_date=from_date, until=until
    )
    row = _proposed(by, row, reason, "security")
    check_not_known(by.user_id, facts_of(row), knows_password(user))
    return row


@transaction.atomic
def propose_revocation(*, by: Scope, assignment: RoleAssignment, reason: str, on: date) -> AccountProposal:
    """Propose to take an administrator's role away; business roles are revoked at once."""
    held = locked_assignment(by, assignment, on=on)
    if held.role not in ADMINISTRATORS:
        raise Refused(gettext_noop("业务角色由安全管理员直接收回，不用两个人。"))
    _check_not_last(held.user, on=on, role=held.role)
    row = AccountProposal(
        deed=Deed.REVOCATION,
        user=held.user,
        role=held.role,
        organization=held.organization,
        assignment=held,
    )
    return _proposed(by, row, reason, "security")


@transaction.atomic
def confirm_proposal(*, by: Scope, proposal: AccountProposal, on: date) -> str:
    """Do what was proposed, as it fits today; the second half of a one-time password, or "".

    Refused for who proposed, for the person concerned, for administrators of the proposer's kind, and when the
    proposer administers no longer.
    """
    by.require_any(PERMISSION)
    row = _open(proposal)
    user = _locked(row.user)
    check_second(facts_of(row), decider=by.user_id, kinds=kinds_of(by), knows_password=knows_password(user))
    if row.proposed_as not in kinds_of(scope_of(row.proposed_by, on=on)):
        raise Refused(
            gettext_noop("提出的{name}现在不是管理员了，这件事不能再确认。"),
            name=row.proposed_by.name,
            next_step=gettext_noop("请退回，需要的话由现在的管理员重新提出。"),
        )
    second = one_time_half() if row.half else ""
    password = f"{row.half}-{second}"
    row.state = "confirmed"
    _decide(by, row, "")
    _carry_out(by, row, user, password, on=on)
    return second


@transaction.atomic
def confirm_grants(*, by: Scope, proposals: Sequence[AccountProposal], on: date) -> int:
    """Confirm several grants of roles, all or none; how many. A refusal names the person it concerns."""
    for each in proposals:
        if each.deed != Deed.GRANT:
            raise Refused(gettext_noop("只有授予角色可以一次确认几件，其他的请一件一件确认。"))
        try:
            confirm_proposal(by=by, proposal=each, on=on)
        except Refused as refusal:
            raise Refused(
                gettext_noop("{name}：{why}这一次选的都没有确认。"), name=each.user.name, why=str(refusal)
            ) from refusal
    return len(proposals)


@transaction.atomic
def decline_proposal(*, by: Scope, proposal: AccountProposal, note: str, on: date) -> AccountProposal:
    """Say no, with a reason; or, for who proposed it, take it back."""
    by.require_any(PERMISSION)
    row = _open(proposal)
    is_own = by.user_id == row.proposed_by_id
    if not is_own:
        check_second(facts_of(row), decider=by.user_id, kinds=kinds_of(by), knows_password=frozenset())
    row.state = "taken_back" if is_own else "declined"
    _decide(by, row, check_reason(note))
    record(f"accounts.proposal.{row.state}", by=by, on=row, data=_data(row))
    return row


def _carry_out(by: Scope, row: AccountProposal, user: User, password: str, *, on: date) -> None:
    hand = row.proposed_by_id
    match Deed(row.deed):
        case Deed.PASSWORD:
            deeds.give_password(by, user, password, proposed_by=hand)
        case Deed.SECOND_FACTOR:
            deeds.drop_second_factor(by, user, proposed_by=hand)
        case Deed.CLOSING:
            _check_not_last(user, on=on)
            deeds.close(by, user, proposed_by=hand)
        case Deed.REOPENING:
            deeds.reopen(by, user, password, proposed_by=hand)
        case Deed.UNLOCKING:
            deeds.unlock(by, user, proposed_by=hand)
        case Deed.GRANT:
            _grant(by, row, user, on=on)
        case Deed.REVOCATION:
            _revoke(by, row, on=on)


def _grant(by: Scope, row: AccountProposal, user: User, *, on: date) -> None:
    """From the day that was proposed, or from today where that has passed: rights are never dated back."""
    if row.organization is None or row.from_date is None:
        raise ValueError("a grant names its organization and its first day")
    begins = max(row.from_date, on)
    check_period(begins, row.until, on=on)
    check_grant(user, row.role, row.organization, from_date=begins, until=row.until)
    write_grant(
        by,
        user,
        row.role,
        row.organization,
        from_date=begins,
        until=row.until,
        proposed_by=row.proposed_by_id,
    )


def _revoke(by: Scope, row: AccountProposal, *, on: date) -> None:
    if row.assignment is None:
        raise ValueError("a revocation names its assignment")
    held = (
        RoleAssignment.objects.select_for_update(of=("self",))
        .select_related("organization", "user")
        .get(pk=row.assignment.pk)
    )
    check_not_over(held, on=on)
    _check_not_last(held.user, on=on, role=held.role)
    write_revocation(by, held, on=on, proposed_by=row.proposed_by_id)


def _check_not_last(user: User, *, on: date, role: str = "") -> None:
    """Refused where nobody else with an open account holds the administrator's role without an end.

    ``role``: the one that would be taken away; "" for all the person holds today. Locks the administrators' rows,
    so that two at once cannot each count on the other.
    """
    rows = list(
        RoleAssignment.objects.select_for_update(of=("self",))
        .administering(on=on)
        .filter(from_date__lte=on)
        .order_by("pk")
    )
    lasting = {each.user_id for each in rows if each.until is None} - {user.pk}
    active = set(User.objects.filter(pk__in=lasting, is_active=True).values_list("pk", flat=True))
    for held in {each.role for each in rows if each.user_id == user.pk and role in ("", each.role)}:
        others = sum(each.role == held and each.until is None and each.user_id in active for each in rows)
        check_not_last(vocabulary().roles[held].label, others)


def _proposed(by: Scope, row: AccountProposal, reason: str, kind: str) -> AccountProposal:
    """Stored and recorded, as this kind of administrator where the person is one. Refused while one is open."""
    if by.user_id is None:
        raise Denied(PERMISSION)
    kinds = kinds_of(by)
    row.reason = check_reason(reason)
    row.proposed_by_id, row.proposed_at = by.user_id, timezone.now()
    row.proposed_as = kind if kind in kinds else min(kinds)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(
            gettext_noop("同样的事已经有人提出，正在等确认。"),
            next_step=gettext_noop("请到“等确认的变更”里看。"),
        ) from None
    record("accounts.proposal.made", by=by, on=row, data=_data(row))
    return row


def _decide(by: Scope, row: AccountProposal, note: str) -> None:
    row.half = ""
    row.decided_by_id, row.decided_at, row.note = by.user_id, timezone.now(), note
    row.save(update_fields=["half", "state", "decided_by", "decided_at", "note"])


def _open(proposal: AccountProposal) -> AccountProposal:
    row = (
        AccountProposal.objects.select_for_update(of=("self",))
        .select_related("user", "organization", "assignment", "proposed_by")
        .get(pk=proposal.pk)
    )
    if row.state != "open":
        raise Refused(gettext_noop("这件事已经有人办了。请刷新页面看结果。"))
    return row


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _data(row: AccountProposal) -> dict[str, object]:
    found: dict[str, object] = {"change": row.deed, "user": row.user_id}
    if row.role:
        found |= {"role": row.role, "organization": row.organization_id}
    return found
