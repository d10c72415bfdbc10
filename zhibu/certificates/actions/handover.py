"""Handing printed booklets over to their holders."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.actions.stock import use_blanks_of
from zhibu.certificates.models import Booklet, Certificate, Signature
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.rules.copies import BookletState, State
from zhibu.certificates.rules.keeping import check_strokes
from zhibu.core import codes
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force


@transaction.atomic
def hand_over(
    *,
    by: Scope,
    organization: Organization,
    handed_over_on: date,
    receiver: str,
    on: date,
    member: Member | None = None,
    booklets: Sequence[int] | None = None,
    strokes: str = "",
) -> int:
    """Record that printed booklets under the organization (or one member's) were received and signed for.

    ``receiver``: who signed; "" means each holder in person. ``booklets``: only these copies, for those who
    came; None for all. ``strokes``: the signature drawn on screen, for one member only, as an SVG path.
    Their certificates become active. Returns how many; booklets already handed over stay as they are.
    Refused for a day in the future or before the issue date of a booklet, and for one member whose
    membership has ended or whose certificate is out of use; in a batch such copies are left out. Where the
    county uses up blank booklets (policy "booklet"), refused as a whole when they are lacking.
    """
    by.require("certificates.issue", organization.path)
    if handed_over_on > on:
        raise Refused(gettext_noop("领取日期{day}在今天以后。请填实际领取的那一天。"), day=handed_over_on)
    drawn = check_strokes(strokes if member is not None else "")
    waiting = Booklet.objects.visible_to(by, "certificates.issue").to_hand_over(organization.path)
    if member is not None:
        _check_holder(member)
        waiting = waiting.filter(certificate__member=member)
    if booklets is not None:
        waiting = waiting.filter(pk__in=booklets)
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
    signed_by = said(receiver)[:40]
    for start in range(0, len(rows), 5000):
        part = rows[start : start + 5000]
        Booklet.objects.filter(pk__in=[row[0] for row in part]).update(
            state=BookletState.ISSUED,
            handed_over_on=handed_over_on,
            receiver=signed_by,
            handed_over_by=by.name,
        )
        Certificate.objects.filter(pk__in=[row[1] for row in part]).update(state=State.ACTIVE)
    if drawn and rows:
        Signature.objects.create(booklet_id=rows[0][0], strokes=drawn, at=timezone.now())
    by_branch: dict[tuple[int, str], list[int]] = defaultdict(list)
    for _, certificate_id, _, branch_id, path in rows:
        by_branch[(branch_id, path)].append(certificate_id)
    if rows and values_in_force(BOOKLET, on=on).use_blank_stock:
        # Before the log: whoever waits for the stock must not hold a head of the log.
        use_blanks_of(by=by, wanted={branch: len(ids) for (branch, _), ids in by_branch.items()}, on=on)
    audit.record_many(
        (
            audit.Deed(
                "certificates.booklets.handed_over",
                branch_id,
                path,
                "organizations.organization",
                str(branch_id),
                {"certificates": ids, "signed": bool(drawn)},
            )
            for (branch_id, path), ids in by_branch.items()
        ),
        by=by,
    )
    return len(rows)


def _check_holder(member: Member) -> None:
    """Raise ``Refused`` when the member's certificate cannot be handed over as things stand today."""
    certificate = Certificate.objects.select_related("member").filter(member=member).first()
    if certificate is None:
        return
    if certificate.member.standing != Standing.ACTIVE:
        raise Refused(
            gettext_noop("{name}的党籍已经不在有效状态，不能发证。印好的证本请退回党委注销。"),
            name=certificate.member.name,
        )
    if certificate.state not in (State.NOT_ISSUED, State.ACTIVE):
        raise Refused(
            gettext_noop("{name}的党员证现在是“{state}”，不能发证。请先办完对应的处置。"),
            name=certificate.member.name,
            state=codes.label("certificate_state", certificate.state),
        )
