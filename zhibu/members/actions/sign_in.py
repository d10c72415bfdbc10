"""A member's own sign-in."""

from django.db import transaction

from zhibu.accounts.models import User
from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member


@transaction.atomic
def link_account(*, by: Scope, member: Member, user: User) -> Member:
    """From now on the account shows this record as the person's own. Refused when either has a partner already."""
    by.require("members.maintain", member.branch.path)
    if Member.objects.filter(user=user).exclude(pk=member.pk).exists() or member.user_id not in (
        None,
        user.pk,
    ):
        raise Refused(gettext_noop("这位党员或这个账号已经有对应关系，不能再连。"))
    member.user = user
    member.save(update_fields=["user"])
    record(
        "members.member.account_linked",
        by=by,
        on=member,
        chain=member.branch_id,
        path=member.branch.path,
        data={"user": user.pk},
    )
    return member
