"""What administrators propose to each other, as its page and the work list show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accounts.models import AccountProposal, User
from zhibu.accounts.querysets import Proposals
from zhibu.accounts.rules import ADMINISTRATORS, Deed, Proposed, kinds_of, may_be_second
from zhibu.accounts.summaries.people import role_label
from zhibu.core.access import Scope
from zhibu.core.codes import label
from zhibu.core.work import WorkItem, WorkList

CONFIRM = "accounts.confirm"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in words, and what this person may do with it."""

    proposal: AccountProposal
    what: str
    may_confirm: bool
    is_own: bool

    @property
    def is_grant(self) -> bool:
        """Grants can be confirmed several at a time."""
        return self.proposal.deed == Deed.GRANT


def proposal_rows() -> Proposals[AccountProposal]:
    """Proposals with everything a line shows: one query."""
    return AccountProposal.objects.select_related("user", "organization", "proposed_by", "decided_by")


def proposal_lines(rows: Iterable[AccountProposal], *, scope: Scope) -> list[Line]:
    """Rows of ``proposal_rows`` in words. No query."""
    kinds = kinds_of(scope)
    return [
        Line(
            row,
            what_of(row),
            row.state == "open"
            and may_be_second(
                facts_of(row), decider=scope.user_id, kinds=kinds, knows_password=knows_password(row.user)
            ),
            row.proposed_by_id == scope.user_id,
        )
        for row in rows
    ]


def what_of(row: AccountProposal) -> str:
    """授予角色：尔木村党支部 支部书记 for a role, 重置密码 for an account."""
    deed = label("account_deed", row.deed)
    if row.organization is None:
        return deed
    return f"{deed}：{row.organization.short_name} {role_label(row.role)}"


def facts_of(row: AccountProposal) -> Proposed:
    """The proposal as the rules take it."""
    return Proposed(
        by=row.proposed_by_id,
        kind=row.proposed_as,
        concerns=row.user_id,
        gives_administrator=row.deed == Deed.GRANT and row.role in ADMINISTRATORS,
    )


def knows_password(user: User) -> frozenset[int]:
    """Who opened the account or gave its last one-time password."""
    return frozenset(each for each in (user.opened_by_id, user.password_given_by_id) if each is not None)


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """What another administrator proposed and this one may decide. One query."""
    if not scope.has(CONFIRM):
        return []
    lines = [each for each in proposal_lines(proposal_rows().open(), scope=scope) if each.may_confirm]
    url = reverse("accounts:proposals")
    items = tuple(
        WorkItem(
            f"{each.proposal.user.name}：{each.what}",
            _("{name}提出：{reason}").format(
                name=each.proposal.proposed_by.name, reason=each.proposal.reason
            ),
            url,
        )
        for each in lines[:_SHOWN]
    )
    return [
        WorkList(
            "account_proposals",
            _("等我确认的账号和角色变更"),
            "decide",
            "shield-lock",
            items,
            len(lines),
            url,
        )
    ]
