"""What named people do with the copy, and what they record of it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.certificates.actions.dispositions.ground import (
    live_copy,
    lock_certificates,
    locked_disposition,
    record,
    settle_state,
    void,
)
from zhibu.certificates.actions.keeping import give_back, take_into_custody
from zhibu.certificates.models import Booklet, Custody, Disposition
from zhibu.certificates.policies_dispositions import table_in_force
from zhibu.certificates.rules.copies import BookletState
from zhibu.certificates.rules.dispositions import (
    COMMITTEE_STATES,
    CUSTODIES,
    FINAL_STATES,
    RESTORED,
    CarryingOut,
    DispositionState,
    Whereabouts,
    check_carrying_out,
    check_destruction_day,
    committee_path,
    fitting,
)
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said

DISPOSE = "certificates.dispose"


@transaction.atomic
def carry_out(
    *,
    by: Scope,
    disposition: Disposition,
    whereabouts: str,
    on_day: date,
    on: date,
    place: str = "",
    receiver: str = "",
    witness: str = "",
    note: str = "",
) -> Disposition:
    """A named person records what was done with the copy; the certificate gets the disposition's target.

    Needs ``certificates.dispose`` at the branch; for a target that ends the use of the certificate
    (voided, memorial, withdrawn) at the committee above it, which registers what branches hand up. The same
    person's second click returns the row; anybody else's second time is refused, naming who was first.
    A copy destroyed on the spot is reclaimed, and its destruction waits for another person like any other.
    Raises ``Refused`` with what is missing for the chosen way.
    """
    certificate = lock_certificates().get(pk=disposition.certificate_id)
    row = locked_disposition(disposition)
    _require_place(by, row)
    if row.state != DispositionState.PROPOSED:
        if (
            row.state == DispositionState.CARRIED_OUT
            and Person(row.carried_out_user_id, row.carried_out_by).is_same(Person.of(by))
            and _done_as(row) == whereabouts
        ):
            return row
        raise _settled_already(row)
    entry = CarryingOut(
        whereabouts,
        on_day,
        said(place)[:80],
        said(receiver)[:40],
        said(witness)[:40],
        said(note)[:200],
    )
    options = options_of(row, on=on)
    booklet = _copy_of(row)
    check_carrying_out(
        entry,
        options=options,
        not_before=_begins_on(row),
        on=on,
    )
    _move_copy(by=by, row=row, booklet=booklet, entry=entry, on=on)
    row.state = DispositionState.CARRIED_OUT
    row.whereabouts, row.carried_out_on = whereabouts, on_day
    row.carried_out_by, row.carried_out_user_id = by.name, by.user_id
    row.carried_out_at = timezone.now()
    row.place, row.receiver, row.note = entry.place, entry.receiver, entry.note
    row.witness_one = entry.witness
    if whereabouts == Whereabouts.DESTROYED:
        row.whereabouts = Whereabouts.RECLAIMED
        _report_destruction(row, by=by, day=on_day)
    row.save()
    settle_state(certificate, [row])
    record("certificates.disposition.carried_out", by, row, whereabouts=whereabouts)
    if row.destruction_on is not None:
        record("certificates.disposition.destruction_reported", by, row)
    return row


@transaction.atomic
def report_destruction(
    *, by: Scope, disposition: Disposition, on_day: date, witness: str = "", on: date
) -> Disposition:
    """One of two people says that a reclaimed copy was destroyed; needs ``certificates.dispose`` at the committee.

    It is not destroyed in the books until another confirms. ``witness``: who else was there, by name.
    A second click returns the row. Refused without a reclaimed copy, and before the days of keeping are over.
    """
    row = _to_destroy(by, disposition)
    if row.destruction_on is not None:
        if Person(row.destruction_user_id, row.destruction_by).is_same(Person.of(by)):
            return row
        raise Refused(
            gettext_noop("这本证{who}已在{day}登记销毁，正等另一名监销人确认，不用再登记一次。"),
            who=row.destruction_by,
            day=row.destruction_on,
        )
    check_destruction_day(
        on_day,
        reclaimed_on=row.carried_out_on or on_day,
        retention_days=table_in_force(on=on).retention_days,
        on=on,
    )
    row.witness_one = said(witness)[:40]
    _report_destruction(row, by=by, day=on_day)
    row.save()
    record("certificates.disposition.destruction_reported", by, row)
    return row


def check_second_destroyer(by: Scope, row: Disposition) -> None:
    """Raise ``Refused`` for who reported the destruction."""
    check_another(
        by,
        Person(row.destruction_user_id, row.destruction_by),
        gettext_noop("销毁是{name}登记的，登记的人不能自己确认。"),
        next_step=gettext_noop("请在场的另一名监销人用本人的账号确认。"),
    )


@transaction.atomic
def confirm_destruction(*, by: Scope, disposition: Disposition, on: date) -> Disposition:
    """The other one of the two who saw it destroyed says so. Never the person who reported it."""
    row = _to_destroy(by, disposition)
    if row.destruction_on is None:
        raise Refused(
            gettext_noop("这本证还没有人登记销毁。"),
            next_step=gettext_noop("请一名监销人先登记，再由另一名监销人确认。"),
        )
    check_second_destroyer(by, row)
    row.destroyed_on, row.destroyed_by, row.destroyed_user_id = row.destruction_on, by.name, by.user_id
    row.save(update_fields=["destroyed_on", "destroyed_by", "destroyed_user"])
    record("certificates.disposition.copy_destroyed", by, row)
    return row


@transaction.atomic
def withdraw_destruction(*, by: Scope, disposition: Disposition, on: date) -> Disposition:
    """It was reported by mistake, or the other one did not see it: the copy lies there to be destroyed."""
    row = _to_destroy(by, disposition)
    if row.destruction_on is None:
        return row
    row.destruction_on, row.destruction_by, row.destruction_user_id, row.witness_one = None, "", None, ""
    row.save(update_fields=["destruction_on", "destruction_by", "destruction_user", "witness_one"])
    record("certificates.disposition.destruction_withdrawn", by, row)
    return row


def _report_destruction(row: Disposition, *, by: Scope, day: date) -> None:
    row.destruction_on, row.destruction_by, row.destruction_user_id = day, by.name, by.user_id


def _done_as(row: Disposition) -> str:
    """The way that was chosen: a copy destroyed on the spot stands as reclaimed, destroyed the same day."""
    on_the_spot = row.destruction_on is not None and row.destruction_on == row.carried_out_on
    return Whereabouts.DESTROYED if on_the_spot else row.whereabouts


def _to_destroy(by: Scope, disposition: Disposition) -> Disposition:
    row = locked_disposition(disposition)
    by.require(DISPOSE, committee_path(row.certificate.member.branch.path))
    if row.destroyed_on is not None:
        raise Refused(
            gettext_noop("这本证{who}已在{day}登记销毁，不用再登记一次。"),
            who=row.destroyed_by,
            day=row.destroyed_on,
        )
    if row.whereabouts != Whereabouts.RECLAIMED or row.carried_out_on is None:
        raise Refused(gettext_noop("这一项没有收回待销毁的证本。"))
    return row


def options_of(disposition: Disposition, *, on: date) -> tuple[Whereabouts, ...]:
    """The ways of carrying it out that its rule, and a copy being there or not, leave open. Two queries."""
    return fitting(
        disposition.booklet_rule,
        target=disposition.target,
        has_booklet=Booklet.objects.live().filter(certificate=disposition.certificate_id).exists(),
        retention_days=table_in_force(on=on).retention_days,
    )


def may_carry_out(scope: Scope, disposition: Disposition) -> bool:
    """Whether the scope may carry this one out. Reads certificate, member, branch."""
    branch = disposition.certificate.member.branch
    if not scope.covers(DISPOSE, branch.path):
        return False
    return disposition.target not in COMMITTEE_STATES or scope.covers(DISPOSE, committee_path(branch.path))


def _begins_on(row: Disposition) -> date | None:
    """The day from which the disposition may be carried out: of the event, or of the withdrawal."""
    if row.withdrawal is not None:
        return row.withdrawal.withdrawn_on
    return row.event.effective_on if row.event is not None else None


def _require_place(by: Scope, row: Disposition) -> None:
    branch = row.certificate.member.branch
    by.require(DISPOSE, branch.path)
    if row.target in COMMITTEE_STATES and not by.covers(DISPOSE, committee_path(branch.path)):
        raise Refused(
            gettext_noop("注销、留念和收回由党委登记。请把证本交到党委，由党委办理这一项。"),
        )


def _settled_already(row: Disposition) -> Refused:
    if row.state == DispositionState.CARRIED_OUT:
        return Refused(
            gettext_noop("这一项{who}已在{day}办理，不用再办一次。请刷新页面看结果。"),
            who=row.carried_out_by,
            day=row.carried_out_on,
        )
    return Refused(gettext_noop("这一项已经撤销，不用再办。请刷新页面看现在的情况。"))


def _copy_of(row: Disposition) -> Booklet | None:
    """The copy the disposition is about: the one in use now, which may have been replaced since the event."""
    booklet = live_copy(row.certificate)
    row.booklet = booklet if booklet is not None else row.booklet
    return booklet


def _move_copy(*, by: Scope, row: Disposition, booklet: Booklet | None, entry: CarryingOut, on: date) -> None:
    """Custody and the void list follow what was done with the copy."""
    if booklet is None:
        return
    if entry.whereabouts in CUSTODIES:
        # A copy that never reached its holder lies with the organization anyway.
        if booklet.state == BookletState.ISSUED:
            take_into_custody(
                by=by,
                booklet=booklet,
                cause="withdrawal" if row.withdrawal_id else "disposition",
                reason=gettext_noop("证本处置"),
                place=entry.place,
                keeper=by.name,
                from_date=entry.on_day,
                on=on,
            )
        return
    if row.target in FINAL_STATES or row.cause == RESTORED:
        custody = Custody.objects.filter(booklet=booklet, until=None).select_related("booklet").first()
        if custody is not None:
            give_back(
                by=by,
                custody=custody,
                returned_to=entry.receiver if row.cause == RESTORED else gettext_noop("转作处置"),
                until=max(entry.on_day, custody.from_date),
                on=on,
                by_disposition=True,
            )
    if row.target in FINAL_STATES:
        void(booklet, row.target)
