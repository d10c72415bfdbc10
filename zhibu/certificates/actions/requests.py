"""Another copy: lost (补发), full or damaged (换发). From the member's statement to the new copy."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.actions.keeping import as_copy, locked_booklet
from zhibu.certificates.actions.orders import make_files, next_copy
from zhibu.certificates.models import Booklet, BookletRequest, Certificate, Custody, PrintBatch
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.rules.copies import BookletState, State
from zhibu.certificates.rules.keeping import (
    OPEN_REQUESTS,
    VOID_REASONS,
    RequestCause,
    RequestState,
    check_day,
    check_reporting,
    fee_of,
)
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, said_lines
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.rulebook.policies import values_in_force

STATEMENT_LENGTH = 500


@transaction.atomic
def report_request(
    *,
    by: Scope,
    member: Member,
    cause: str,
    statement: str,
    happened_on: date,
    on: date,
    reported_on: date | None = None,
) -> BookletRequest:
    """The member states that the copy is lost, full or damaged; or the branch enters the member's statement.

    ``by`` is the member, for the own certificate, or holds certificates.keep at the branch. ``happened_on``:
    when it was lost or found unusable. ``reported_on``: the day of a statement on paper, today otherwise.
    Nothing becomes void yet. Raises ``Refused`` when a request is open, or when the copy is not in use.
    """
    _require_own_or_keep(by, member)
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("member__branch")
        .filter(member=member)
        .first()
    )
    newest = (
        Booklet.objects.filter(certificate=certificate).order_by("-serial").first() if certificate else None
    )
    if certificate is None or newest is None:
        raise Refused(gettext_noop("还没有发过党员证，不用补发或换发。"))
    waiting = BookletRequest.objects.filter(certificate=certificate, state__in=OPEN_REQUESTS).first()
    if waiting is not None:
        raise Refused(
            gettext_noop("{day}已经有一份申请在办理。请等那一份办完，或者先撤回。"), day=waiting.reported_on
        )
    why = RequestCause(cause)
    old = locked_booklet(newest)
    kept = Custody.objects.filter(booklet=old, until=None).exists()
    check_reporting(as_copy(old, kept=kept), cause=why, happened_on=happened_on, on=on)
    said_on = reported_on or on
    check_day(said_on, since=happened_on, on=on)
    told = said_lines(statement)
    if len(told) < 2 or len(told) > STATEMENT_LENGTH:
        raise Refused(gettext_noop("请写明经过，2到{most}个字。"), most=STATEMENT_LENGTH)
    request = BookletRequest.objects.create(
        certificate=certificate,
        branch_id=certificate.member.branch_id,
        old=old,
        cause=why,
        statement=told,
        happened_on=happened_on,
        reported_on=said_on,
        reported_by=by.name,
        reported_user_id=by.user_id,
        at=timezone.now(),
    )
    _record("certificates.request.reported", by, request, {"cause": str(why)})
    return request


@transaction.atomic
def confirm_request(
    *, by: Scope, request: BookletRequest, confirmation: str, old_returned: bool, on: date
) -> BookletRequest:
    """The branch confirms. A lost copy is void from this moment, for the public page as well.

    ``old_returned``: the full or damaged copy was handed in; it stays valid until the new one is made.
    Refused for the member and for whoever entered the statement: somebody else confirms it.
    """
    row = _locked(request)
    by.require("certificates.keep", row.certificate.member.branch.path)
    if by.user_id is not None and by.user_id == row.certificate.member.user_id:
        raise Refused(gettext_noop("本人的申请不能由本人核实。请由支部其他同志或上级党委核实。"))
    check_other_than_reporter(by, row)
    _require_state(row, RequestState.REPORTED)
    if row.cause == RequestCause.LOST:
        if Custody.objects.filter(booklet=row.old, until=None).exists():
            raise Refused(gettext_noop("这本证由组织代管，不在本人手里，不能按遗失核实。请把申请退回。"))
        _void(row.old, VOID_REASONS[RequestCause.LOST])
    row.state = RequestState.CONFIRMED
    row.confirmed_on = on
    row.confirmed_by = by.name
    row.confirmation = said(confirmation)[:200]
    row.old_returned = old_returned and row.cause != RequestCause.LOST
    row.save(update_fields=["state", "confirmed_on", "confirmed_by", "confirmation", "old_returned"])
    _record("certificates.request.confirmed", by, row, {"cause": row.cause, "serial": row.old.serial})
    return row


@transaction.atomic
def refuse_request(*, by: Scope, request: BookletRequest, reason: str, on: date) -> BookletRequest:
    """No new copy is made, for a reason the member can read.

    Before confirmation the branch refuses (certificates.keep), after it the committee (certificates.issue).
    A copy that was made void as lost stays void; the member may ask anew.
    """
    row = _locked(request)
    path = row.certificate.member.branch.path
    by.require("certificates.keep" if row.state == RequestState.REPORTED else "certificates.issue", path)
    if row.state not in OPEN_REQUESTS:
        _require_state(row, RequestState.CONFIRMED)
    note = said(reason)[:200]
    if not note:
        raise Refused(gettext_noop("请写明不予办理的理由，本人能看到。"))
    _settle(row, RequestState.REFUSED, by=by, on=on, note=note)
    _record("certificates.request.refused", by, row, {"cause": row.cause})
    return row


@transaction.atomic
def take_back_request(*, by: Scope, request: BookletRequest, on: date) -> BookletRequest:
    """The member (or the branch for the member) takes the request back before it was confirmed."""
    row = _locked(request)
    _require_own_or_keep(by, row.certificate.member)
    if row.state == RequestState.CONFIRMED:
        raise Refused(
            gettext_noop("申请已由{name}核实，不能撤回。找到的旧证本请交给支部。"), name=row.confirmed_by
        )
    _require_state(row, RequestState.REPORTED)
    _settle(row, RequestState.REFUSED, by=by, on=on, note="本人撤回")
    _record("certificates.request.taken_back", by, row, {"cause": row.cause})
    return row


@transaction.atomic
def reissue(
    *,
    by: Scope,
    request: BookletRequest,
    issue_date: date,
    layout: str,
    old_returned: bool,
    on: date,
    note: str = "",
) -> PrintBatch:
    """The committee makes the next copy of the same number and starts the job that prints it.

    The full or damaged copy must have been handed in (``old_returned``, now or at the confirmation) and is
    void from now on. The fee is zero but for a repeated loss. Raises ``Refused`` for whoever entered the statement, and when the membership has
    ended, the certificate is out of use, or the request was settled already.
    """
    row = _locked(request)
    member = row.certificate.member
    by.require("certificates.issue", member.branch.path)
    check_other_than_reporter(by, row)
    _require_state(row, RequestState.CONFIRMED)
    if member.standing != Standing.ACTIVE or row.certificate.state != State.ACTIVE:
        raise Refused(
            gettext_noop(
                "党员证现在不是有效状态，不能补发、换发。请先办完对应的处置，或者不予办理并写明理由。"
            )
        )
    if row.cause != RequestCause.LOST:
        if not (old_returned or row.old_returned):
            raise Refused(gettext_noop("换发要先收回旧证本。收到后请勾选“旧证本已收回”再办理。"))
        row.old_returned = True
        _void(row.old, VOID_REASONS[RequestCause(row.cause)])
        Custody.objects.filter(booklet=row.old, until=None).update(
            until=on, returned_to="党委（换发）", returned_by=by.name
        )
    batch = next_copy(by=by, certificate=row.certificate, issue_date=issue_date, layout=layout, on=on)
    row.new = Booklet.objects.get(batch=batch)
    row.fee = fee_of(
        cause=row.cause,
        earlier_losses=earlier_losses(row),
        later_fee=values_in_force(BOOKLET, on=on).reissue_fee,
    )
    _settle(row, RequestState.DONE, by=by, on=on, note=said(note)[:200])
    _record(
        "certificates.request.settled",
        by,
        row,
        {"cause": row.cause, "serial": row.new.serial, "fee": row.fee, "issue_date": issue_date.isoformat()},
    )
    return make_files(by=by, batch=batch)


@transaction.atomic
def hand_in_found(*, by: Scope, request: BookletRequest, on: date) -> BookletRequest:
    """The copy confirmed as lost was found and handed in. It stays void."""
    row = _locked(request)
    by.require("certificates.keep", row.certificate.member.branch.path)
    if row.cause != RequestCause.LOST or row.confirmed_on is None:
        raise Refused(gettext_noop("只有核实过遗失的证本才登记找回。还没有核实的，撤回申请就可以。"))
    if row.old_returned:
        raise Refused(gettext_noop("找回的旧证本已经登记收回，不用再登记。"))
    row.old_returned = True
    row.save(update_fields=["old_returned"])
    _record("certificates.request.old_found", by, row, {"serial": row.old.serial, "on": on.isoformat()})
    return row


def earlier_losses(request: BookletRequest) -> int:
    """How many losses of this certificate were confirmed before this request. One query."""
    return (
        BookletRequest.objects.filter(
            certificate_id=request.certificate_id, cause=RequestCause.LOST, pk__lt=request.pk
        )
        .exclude(confirmed_on=None)
        .count()
    )


def _require_own_or_keep(by: Scope, member: Member) -> None:
    own = by.user_id is not None and by.user_id == member.user_id and by.has("members.read_own")
    if not own and not by.covers("certificates.keep", member.branch.path):
        raise Denied("certificates.keep")


def check_other_than_reporter(by: Scope, row: BookletRequest) -> None:
    """Raise ``Refused`` for who entered the statement."""
    check_another(
        by,
        Person(row.reported_user_id, row.reported_by),
        gettext_noop("这份申请是{name}登记的，登记的人不能再核实和补发、换发。"),
        next_step=gettext_noop("请支部或上级党委的另一位同志用自己的账号办理。"),
    )


def _locked(request: BookletRequest) -> BookletRequest:
    """The request, its certificate and its old copy, locked in this order."""
    row = BookletRequest.objects.select_for_update().get(pk=request.pk)
    row.certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("member__branch")
        .get(pk=row.certificate_id)
    )
    row.old = Booklet.objects.select_for_update().get(pk=row.old_id)
    return row


def _require_state(row: BookletRequest, state: RequestState) -> None:
    """Say what became of the request when it is not where the deed needs it."""
    if row.state == state:
        return
    if row.state == RequestState.DONE and row.new is not None:
        raise Refused(
            gettext_noop("{name}在{day}已经办结，新证本是第{serial}本。"),
            name=row.settled_by,
            day=row.settled_on,
            serial=f"{row.new.serial:02d}",
        )
    if row.state == RequestState.REFUSED:
        raise Refused(
            gettext_noop("这份申请{day}已经结束：{note}。需要时请重新申请。"),
            day=row.settled_on,
            note=row.settled_note,
        )
    if row.state == RequestState.CONFIRMED:
        raise Refused(
            gettext_noop("{name}在{day}已经核实过了。"), name=row.confirmed_by, day=row.confirmed_on
        )
    raise Refused(gettext_noop("支部还没有核实这份申请。请先由支部核实。"))


def _void(booklet: Booklet, reason: str) -> None:
    """The copy is void from now on; one that is void already keeps its reason."""
    if booklet.state == BookletState.VOIDED:
        return
    booklet.state = BookletState.VOIDED
    booklet.voided_at = timezone.now()
    booklet.void_reason = reason
    booklet.save(update_fields=["state", "voided_at", "void_reason"])


def _settle(row: BookletRequest, state: RequestState, *, by: Scope, on: date, note: str) -> None:
    row.state = state
    row.settled_on = on
    row.settled_by = by.name
    row.settled_note = note
    row.save(
        update_fields=["state", "settled_on", "settled_by", "settled_note", "old_returned", "new", "fee"]
    )


def _record(event: str, by: Scope, row: BookletRequest, data: dict[str, object]) -> None:
    branch = row.certificate.member.branch
    audit.record(
        event,
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"certificate": row.certificate_id, **data},
    )
