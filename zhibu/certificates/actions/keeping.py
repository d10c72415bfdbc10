"""Custody (代管): the organization keeps a copy for its holder, and gives it back."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.models import Booklet, BookletRequest, Custody
from zhibu.certificates.rules.keeping import (
    OPEN_REQUESTS,
    Copy,
    CustodyCause,
    RequestCause,
    check_giving_back,
    check_taking,
)
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said


def locked_booklet(booklet: Booklet) -> Booklet:
    """The copy as stored, locked until the end of the transaction, with certificate, member and branch."""
    return (
        Booklet.objects.select_for_update(of=("self",))
        .select_related("certificate__member__branch")
        .get(pk=booklet.pk)
    )


def as_copy(booklet: Booklet, *, kept: bool) -> Copy:
    """The copy as the rules see it. Reads certificate and member; load them first."""
    certificate = booklet.certificate
    return Copy(
        serial=booklet.serial,
        state=booklet.state,
        certificate_state=certificate.state,
        standing=certificate.member.standing,
        handed_over_on=booklet.handed_over_on,
        is_kept=kept,
    )


@transaction.atomic
def take_into_custody(
    *,
    by: Scope,
    booklet: Booklet,
    cause: str,
    reason: str,
    place: str,
    keeper: str,
    from_date: date,
    on: date,
) -> Custody:
    """The organization keeps the copy from ``from_date``; the state of the certificate stays as it is.

    ``cause``: a CustodyCause. At the holder's request a copy that is kept already is refused. For another
    cause custody of another cause ends on that day and the new one begins; of the same cause, the open one
    is returned. Raises ``Refused`` for a void copy, a loss reported, a day outside the handing over and today.
    """
    row = locked_booklet(booklet)
    branch = row.certificate.member.branch
    by.require("certificates.keep", branch.path)
    why = CustodyCause(cause)
    current = Custody.objects.select_for_update().filter(booklet=row, until=None).first()
    if current is not None and why != CustodyCause.REQUEST and current.cause == why:
        return current
    check_taking(as_copy(row, kept=current is not None), cause=why, from_date=from_date, on=on)
    if (
        why == CustodyCause.REQUEST
        and BookletRequest.objects.filter(old=row, cause=RequestCause.LOST, state__in=OPEN_REQUESTS).exists()
    ):
        raise Refused(gettext_noop("这本证已经报了遗失。找到了的，先在遗失申请上撤回，再办代管。"))
    if current is not None:
        current.until = max(current.from_date, from_date)
        current.returned_by = by.name
        current.save(update_fields=["until", "returned_by"])
    custody = Custody.objects.create(
        booklet=row,
        cause=why,
        reason=said(reason)[:200],
        place=said(place)[:80],
        keeper=said(keeper)[:40],
        from_date=from_date,
        by=by.name,
        at=timezone.now(),
    )
    audit.record(
        "certificates.custody.begun",
        by=by,
        on=custody,
        chain=branch.pk,
        path=branch.path,
        data={"certificate": row.certificate_id, "cause": str(why), "from_date": from_date.isoformat()},
    )
    return custody


@transaction.atomic
def give_back(
    *,
    by: Scope,
    custody: Custody,
    returned_to: str,
    until: date,
    on: date,
    by_disposition: bool = False,
) -> Custody:
    """The copy went back on ``until`` to ``returned_to`` ("" means its holder in person).

    Custody by a disposition or a withdrawal ends only with ``by_disposition``: the caller is the deed that
    ends it. Raises ``Refused`` when the copy was given back already.
    """
    booklet = locked_booklet(custody.booklet)
    row = Custody.objects.select_for_update().get(pk=custody.pk)
    branch = booklet.certificate.member.branch
    by.require("certificates.keep", branch.path)
    if row.until is not None:
        raise Refused(gettext_noop("这本证已在{day}交还，不用再登记一次。"), day=row.until)
    check_giving_back(
        cause=row.cause,
        reason=row.reason,
        certificate_state=booklet.certificate.state,
        from_date=row.from_date,
        until=until,
        by_disposition=by_disposition,
        on=on,
    )
    row.until = until
    row.returned_to = said(returned_to)[:40]
    row.returned_by = by.name
    row.save(update_fields=["until", "returned_to", "returned_by"])
    audit.record(
        "certificates.custody.ended",
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"certificate": booklet.certificate_id, "cause": row.cause, "until": until.isoformat()},
    )
    return row
