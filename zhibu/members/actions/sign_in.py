"""A member's own sign-in: linked by one person, parted again by two."""

from django.db import transaction
from django.utils import timezone

from zhibu.accounts.models import User
from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.members.actions.records import locked
from zhibu.members.models import AccountUnlinking, Member
from zhibu.members.rules.reasons import check_reason
from zhibu.members.summaries.linking import MAINTAIN, SETTLE


@transaction.atomic
def link_account(*, by: Scope, member: Member, user: User) -> Member:
    """From now on the account shows this record as the person's own. Refused when either has a partner already."""
    by.require(MAINTAIN, member.branch.path)
    if Member.objects.filter(user=user).exclude(pk=member.pk).exists() or member.user_id not in (
        None,
        user.pk,
    ):
        raise Refused(gettext_noop("这位党员或这个账号已经有对应关系，不能再连。"))
    member.user = user
    member.save(update_fields=["user"])
    _record("members.member.account_linked", member, by=by, user=user.pk)
    return member


@transaction.atomic
def propose_unlinking(*, by: Scope, member: Member, reason: str) -> AccountUnlinking:
    """Say that the account is not this member's. Nothing changes by it: another person decides.

    Linked, an account reads the own record, and its roles are looked at when that membership ends. Whoever could
    part the two alone could hide the end of a membership.
    """
    by.require(MAINTAIN, member.branch.path)
    text = check_reason(reason)
    member = locked(member)
    if member.user_id is None:
        raise Refused(gettext_noop("这位党员没有关联账号，不用解除。"))
    if AccountUnlinking.objects.open().filter(member=member).exists():
        raise Refused(gettext_noop("已经有人提出解除，等另一位同志决定，不用再提。"))
    row = AccountUnlinking.objects.create(
        member=member,
        user_id=member.user_id,
        reason=text,
        proposed_by=by.name,
        proposed_user_id=by.user_id,
        proposed_at=timezone.now(),
    )
    _record("members.account_unlinking.proposed", member, by=by, user=row.user_id)
    return row


@transaction.atomic
def settle_unlinking(*, by: Scope, unlinking: AccountUnlinking, accept: bool) -> AccountUnlinking:
    """Part account and record, or leave them as they are.

    Parting takes somebody of the committee above who neither proposed it nor signs in with the account. Afterwards
    the member can be linked to the right one. Whoever proposed it may take it back.
    """
    member = (
        Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=unlinking.member_id)
    )
    row = AccountUnlinking.objects.select_for_update().get(pk=unlinking.pk)
    if row.state != "proposed":
        raise Refused(gettext_noop("这一件已经办结。请刷新页面看现在的情况。"))
    is_own_proposal = row.proposed_user_id == by.user_id
    by.require(MAINTAIN if is_own_proposal and not accept else SETTLE, member.branch.path)
    if accept:
        _part(by, row, member)
    row.state = "done" if accept else "declined"
    row.settled_by, row.settled_user_id, row.settled_at = by.name, by.user_id, timezone.now()
    row.save(update_fields=["state", "settled_by", "settled_user", "settled_at"])
    event = "members.member.account_unlinked" if accept else "members.account_unlinking.declined"
    _record(event, member, by=by, user=row.user_id)
    return row


def _part(by: Scope, row: AccountUnlinking, member: Member) -> None:
    next_step = gettext_noop("请上级党委或县委组织部的另一位同志来办。")
    check_another(
        by,
        Person(row.proposed_user_id, row.proposed_by),
        gettext_noop("解除是{name}提出的，要由另一位同志决定。"),
        next_step=next_step,
    )
    if row.user_id == by.user_id:
        raise Refused(gettext_noop("这是您自己的账号，要由另一位同志决定。"), next_step=next_step)
    if member.user_id != row.user_id:
        raise Refused(
            gettext_noop("这位党员关联的账号后来变了，不能照原来的提议解除。"),
            next_step=gettext_noop("请不同意这一件，再看现在的情况。"),
        )
    member.user = None
    member.save(update_fields=["user"])


def _record(event: str, member: Member, *, by: Scope, user: int) -> None:
    record(event, by=by, on=member, chain=member.branch_id, path=member.branch.path, data={"user": user})
