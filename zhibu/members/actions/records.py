"""What the actions share: the stored form of facts, and the lock on a record."""

from datetime import date

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.members.rules.facts import Facts, check_facts
from zhibu.members.rules.stages import may_hold_standing
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS


def facts_of(member: Member) -> Facts:
    """The facts a stored record states."""
    return Facts(*(getattr(member, field) for field in Facts._fields))


def check_record(row: Member, after: Facts, *, on: date) -> None:
    """Refuse what a record may not say: bad facts, a stage that does not go with the standing."""
    check_facts(after, on=on)
    if not may_hold_standing(after.stage, row.standing):
        raise Refused(gettext_noop("停止党籍的只会是正式党员，人员类别不能改为预备党员。请核对。"))


def check_branch(branch: Organization) -> None:
    """Members belong to an existing branch and to nothing else."""
    if branch.kind not in BRANCH_KINDS:
        raise Refused(
            gettext_noop("“{name}”不是党支部，党员只能登记在党支部。请选党员所在的支部。"),
            name=branch.short_name,
        )
    if branch.closed_on is not None:
        raise Refused(
            gettext_noop("“{name}”已经撤销，不能再登记党员。请选党员现在所在的支部。"), name=branch.short_name
        )


def locked(member: Member) -> Member:
    """The record as it is now, locked until the transaction ends, with its branch."""
    row = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if row.merged_into_id is not None:
        raise Refused(gettext_noop("这条记录已经并入另一条记录，不能再改。请打开保留的那条记录。"))
    return row
