"""Handing printed booklets over to their holders."""

from collections import defaultdict
from datetime import date

from django.db import transaction

from zhibu.audit import actions as audit
from zhibu.certificates.models import Booklet, Certificate
from zhibu.certificates.rules import BookletState, State
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop, squeeze
from zhibu.members.models import Member
from zhibu.organizations.models import Organization


@transaction.atomic
def hand_over(
    *,
    by: Scope,
    organization: Organization,
    handed_over_on: date,
    receiver: str,
    on: date,
    member: Member | None = None,
) -> int:
    """Record that printed booklets under the organization (or one member's) were received and signed for.

    ``receiver``: who signed; "" means each holder in person. Their certificates become active. Returns
    how many; booklets already handed over stay as they are. Refused for a day in the future or before
    the issue date of a booklet.
    """
    by.require("certificates.issue", organization.path)
    if handed_over_on > on:
        raise Refused(gettext_noop("领取日期{day}在今天以后。请填实际领取的那一天。"), day=handed_over_on)
    waiting = Booklet.objects.visible_to(by, "certificates.issue").filter(
        state=BookletState.PRINTED,
        certificate__member__branch__path__startswith=organization.path,
        certificate__state__in=(State.NOT_ISSUED, State.ACTIVE),
    )
    if member is not None:
        waiting = waiting.filter(certificate__member=member)
    rows = list(
        waiting.select_for_update(of=("self",))
        .order_by("pk")
        .values_list(
            "pk",
            "certificate_id",
            "issue_date",
            "certificate__member__branch_id",
            "certificate__member__branch__path",
        )
    )
    early = next((issue_date for _, _, issue_date, _, _ in rows if handed_over_on < issue_date), None)
    if early is not None:
        raise Refused(
            gettext_noop("领取日期{day}早于证本上的发证日期{issued}。请核对签收单。"),
            day=handed_over_on,
            issued=early,
        )
    signed_by = squeeze(receiver)[:40]
    for start in range(0, len(rows), 5000):
        part = rows[start : start + 5000]
        Booklet.objects.filter(pk__in=[row[0] for row in part]).update(
            state=BookletState.ISSUED,
            handed_over_on=handed_over_on,
            receiver=signed_by,
            handed_over_by=by.name,
        )
        Certificate.objects.filter(pk__in=[row[1] for row in part]).update(state=State.ACTIVE)
    by_branch: dict[tuple[int, str], list[int]] = defaultdict(list)
    for _, certificate_id, _, branch_id, path in rows:
        by_branch[(branch_id, path)].append(certificate_id)
    audit.record_many(
        (
            audit.Deed(
                "certificates.booklets.handed_over",
                branch_id,
                path,
                "organizations.organization",
                str(branch_id),
                {"certificates": ids},
            )
            for (branch_id, path), ids in by_branch.items()
        ),
        by=by,
    )
    return len(rows)
