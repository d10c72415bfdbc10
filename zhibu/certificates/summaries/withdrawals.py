"""What the pages about withdrawals for cause show."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.certificates.models import Withdrawal
from zhibu.certificates.policies_withdrawals import WITHDRAWAL
from zhibu.certificates.querysets import CertificateRows
from zhibu.certificates.rules.withdrawals import FINISHED, TRIGGER_LABELS, Step, Trigger
from zhibu.core.access import Scope
from zhibu.core.dates import add_months
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Member
from zhibu.rulebook.policies import values_in_force

KEEP = "certificates.keep"
DECIDE = "certificates.withdraw"
SHOWN = 5


def rows(scope: Scope, *, state: str = "") -> CertificateRows[Any]:
    """Cases in the scope: open ones, or those in one state, latest first."""
    found = Withdrawal.objects.visible_to(scope, KEEP)
    found = found.filter(state=state) if state in set(Step) else found.exclude(state__in=FINISHED)
    return found.select_related("certificate__member__branch").order_by("-opened_at", "-pk")


def open_case_of(member: Member) -> Withdrawal | None:
    """The case of a member that is not finished. One query."""
    return (
        Withdrawal.objects.filter(certificate__member=member)
        .exclude(state__in=FINISHED)
        .select_related("certificate__member__branch")
        .first()
    )


# What the work list reads of hundreds of cases; no sealed column but the objection.
_READ = (
    *("state", "trigger", "deadline", "objection", "objection_answer", "objection_until"),
    *("triggered_on", "withdrawn_on", "reexamined_on"),
    *("certificate__member__name", "certificate__member__branch__short_name"),
)


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """To approve, to answer, to notify, ready to take back, to re-examine. At most four queries."""
    found = []
    listing = reverse("certificates:withdrawals")
    if scope.has(DECIDE):
        months = values_in_force(WITHDRAWAL, on=on).reexamine_months
        cases = list(
            Withdrawal.objects.visible_to(scope, DECIDE)
            .filter(state__in=(Step.PROPOSED, Step.NOTIFIED, Step.WITHDRAWN))
            .select_related("certificate__member__branch")
            .only(*_READ)
            .order_by("pk")[:500]
        )
        decide = [
            row
            for row in cases
            if row.state == Step.PROPOSED
            or (row.state == Step.NOTIFIED and row.objection and not row.objection_answer)
            or (row.state == Step.NOTIFIED and row.objection_until and on > row.objection_until)
        ]
        again = [row for row in cases if row.state == Step.WITHDRAWN and _again_on(row, months) <= on]
        if decide:
            found.append(_list("withdrawals", _("收回党员证：等我决定"), "decide", decide, listing))
        if again:
            found.append(_list("reexaminations", _("收回的党员证：该复查了"), "watch", again, listing))
    if scope.has(KEEP):
        mine = list(
            Withdrawal.objects.visible_to(scope, KEEP)
            .filter(state__in=(Step.OPEN, Step.APPROVED))
            .select_related("certificate__member__branch")
            .only(*_READ)
            .order_by("pk")[:500]
        )
        due = [
            row
            for row in mine
            if row.state == Step.APPROVED or (row.deadline is not None and row.deadline < on)
        ]
        if due:
            found.append(_list("withdrawal_steps", _("收回党员证：该办下一步"), "do", due, listing))
    return found


def _again_on(row: Withdrawal, months: int) -> date:
    since = row.reexamined_on or row.withdrawn_on or row.triggered_on
    return add_months(since, months)


def _list(key: str, label: str, kind: str, rows: list[Withdrawal], url: str) -> WorkList:
    items = tuple(
        WorkItem(
            row.certificate.member.name,
            _("{branch}，{why}").format(
                branch=row.certificate.member.branch.short_name, why=_(TRIGGER_LABELS[Trigger(row.trigger)])
            ),
            reverse("certificates:withdrawal", args=[row.pk]),
            row.deadline if row.state == Step.OPEN else None,
        )
        for row in rows[:SHOWN]
    )
    return WorkList(key, label, kind, "file-off", items, len(rows), url)
