"""Blank booklets handed down or sent back: sent by one, confirmed by the other, a shortfall explained."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhibu.certificates.actions.stock.ledger import (
    PERMISSION,
    check_left,
    check_place,
    enter,
    reason_of,
    tell,
    wait,
)
from zhibu.certificates.models import StockTransfer
from zhibu.certificates.rules.stock import (
    Kind,
    Resolution,
    TransferState,
    arrives_as,
    check_arrival,
    check_day,
    check_quantity,
    check_way,
)
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.organizations.models import Organization


@transaction.atomic
def send_blanks(
    *,
    by: Scope,
    from_organization: Organization,
    to_organization: Organization,
    quantity: int,
    day: date,
    note: str = "",
    receipt: UUID | None = None,
    on: date,
) -> StockTransfer:
    """Send blanks to an organization below or above. They leave the sender's stock and are on their way.

    The same ``receipt`` again returns the first parcel.
    """
    by.require(PERMISSION, from_organization.path)
    check_way(from_organization.path, to_organization.path)
    check_place(to_organization)
    check_quantity(quantity)
    check_day(day, on=on)
    wait()
    sent = StockTransfer.objects.filter(receipt=receipt).first() if receipt else None
    if sent is not None:
        return sent
    check_left(from_organization, quantity)
    parcel = StockTransfer.objects.create(
        from_organization=from_organization,
        to_organization=to_organization,
        quantity=quantity,
        sent_on=day,
        sent_by=by.name,
        sender_id=by.user_id,
        sent_at=timezone.now(),
        note=said(note)[:200],
        receipt=receipt,
    )
    enter(
        by=by,
        organization=from_organization,
        kind=Kind.SENT,
        quantity=-quantity,
        on=day,
        transfer=parcel,
        note=parcel.note,
    )
    tell(
        "sent",
        by=by,
        on=parcel,
        organization=from_organization,
        count=quantity,
        counterpart=to_organization.pk,
    )
    return parcel


def _waiting(transfer: StockTransfer) -> StockTransfer:
    """The parcel as stored. Raises ``Refused`` when it was settled before. Call ``wait`` first."""
    parcel = _stored(transfer)
    if parcel.state == TransferState.RECEIVED:
        raise Refused(
            gettext_noop("这批证本已由{name}在{day}签收{received}本，不用再办。"),
            name=parcel.settled_by,
            day=parcel.settled_on,
            received=parcel.received,
        )
    if parcel.state == TransferState.DECLINED:
        raise Refused(
            gettext_noop("这批证本已由{name}在{day}退回，没有签收。"),
            name=parcel.settled_by,
            day=parcel.settled_on,
        )
    if parcel.state == TransferState.RECALLED:
        raise Refused(
            gettext_noop("这批证本已由发出方{name}在{day}撤回。"),
            name=parcel.settled_by,
            day=parcel.settled_on,
        )
    return parcel


def _stored(transfer: StockTransfer) -> StockTransfer:
    return (
        StockTransfer.objects.select_for_update(of=("self",))
        .select_related("from_organization", "to_organization")
        .get(pk=transfer.pk)
    )


def _settle(parcel: StockTransfer, *, by: Scope, state: TransferState, day: date) -> None:
    parcel.state = state
    parcel.settled_on = day
    parcel.settled_by = by.name
    parcel.settled_at = timezone.now()
    parcel.save(update_fields=["state", "received", "settled_on", "settled_by", "settled_at", "explanation"])


def check_receiver(by: Scope, parcel: StockTransfer) -> None:
    """The one who sent does not sign for the one who receives."""
    check_another(
        by,
        Person(parcel.sender_id, parcel.sent_by),
        gettext_noop("发出和签收要由两个人办，这批是{name}发出的。请{unit}的同志签收。"),
        next_step=gettext_noop("发错了可以撤回。"),
        unit=parcel.to_organization.short_name,
    )


def check_explainer(by: Scope, parcel: StockTransfer) -> None:
    """The one who sent does not say what became of what is missing."""
    check_another(
        by,
        Person(parcel.sender_id, parcel.sent_by),
        gettext_noop("这批证本是{name}发出的，少了的由发出的人自己说明不作数。"),
        next_step=gettext_noop("请上级的另一位同志核对后说明差额。"),
    )


@transaction.atomic
def confirm_transfer(
    *, by: Scope, transfer: StockTransfer, received: int, day: date, note: str = "", on: date
) -> StockTransfer:
    """The receiver counted the parcel. What is short becomes a finding until it is explained.

    An organization that was moved in the tree meanwhile still gets what was sent to it.
    Refused for the account that sent it, for more than was sent, and when somebody settled it before.
    """
    wait()
    parcel = _waiting(transfer)
    place = parcel.to_organization
    by.require(PERMISSION, place.path)
    check_receiver(by, parcel)
    check_arrival(received, sent=parcel.quantity)
    check_day(day, on=on, since=parcel.sent_on)
    parcel.received = received
    _settle(parcel, by=by, state=TransferState.RECEIVED, day=day)
    if received:
        enter(
            by=by,
            organization=place,
            kind=arrives_as(parcel.from_organization.path, place.path),
            quantity=received,
            on=day,
            transfer=parcel,
            note=said(note)[:200],
        )
    tell(
        "arrived",
        by=by,
        on=parcel,
        organization=place,
        count=received,
        expected=parcel.quantity,
        counterpart=parcel.from_organization_id,
    )
    return parcel


@transaction.atomic
def decline_transfer(*, by: Scope, transfer: StockTransfer, reason: str, on: date) -> StockTransfer:
    """The receiver does not take the parcel: all of it stands in the sender's stock again."""
    wait()
    parcel = _waiting(transfer)
    by.require(PERMISSION, parcel.to_organization.path)
    check_receiver(by, parcel)
    _give_back(parcel, by=by, state=TransferState.DECLINED, reason=reason, on=on)
    tell(
        "declined",
        by=by,
        on=parcel,
        organization=parcel.to_organization,
        count=parcel.quantity,
        counterpart=parcel.from_organization_id,
    )
    return parcel


@transaction.atomic
def recall_transfer(*, by: Scope, transfer: StockTransfer, reason: str, on: date) -> StockTransfer:
    """The sender takes back a parcel that nobody confirmed."""
    wait()
    parcel = _waiting(transfer)
    by.require(PERMISSION, parcel.from_organization.path)
    _give_back(parcel, by=by, state=TransferState.RECALLED, reason=reason, on=on)
    tell(
        "recalled",
        by=by,
        on=parcel,
        organization=parcel.from_organization,
        count=parcel.quantity,
        counterpart=parcel.to_organization_id,
    )
    return parcel


def _give_back(parcel: StockTransfer, *, by: Scope, state: TransferState, reason: str, on: date) -> None:
    parcel.explanation = reason_of(reason)
    _settle(parcel, by=by, state=state, day=on)
    enter(
        by=by,
        organization=parcel.from_organization,
        kind=Kind.SENT,
        quantity=parcel.quantity,
        on=on,
        transfer=parcel,
        note=parcel.explanation,
    )


@transaction.atomic
def explain_shortfall(
    *, by: Scope, transfer: StockTransfer, resolution: str, explanation: str, on: date
) -> StockTransfer:
    """Say what became of the booklets that were sent and did not arrive; the ledgers follow.

    ``resolution``: "arrived" (came later: the receiver has them), "kept" (never packed: the sender has
    them), "lost" (the sender answers for them: missing there). For whoever covers both ends, which is
    the organization above; never the account that sent the parcel.
    """
    wait()
    parcel = _stored(transfer)
    sender, receiver = parcel.from_organization, parcel.to_organization
    by.require(PERMISSION, sender.path)
    by.require(PERMISSION, receiver.path)
    short = parcel.quantity - (parcel.received or 0)
    if parcel.state != TransferState.RECEIVED or not short:
        raise Refused(gettext_noop("这批证本没有差额要说明。"))
    check_explainer(by, parcel)
    if parcel.explained_at is not None:
        raise Refused(gettext_noop("这批证本的差额已由{name}说明过了。"), name=parcel.explained_by)
    parcel.explanation = reason_of(explanation)
    parcel.resolution = Resolution(resolution)
    parcel.explained_by = by.name
    parcel.explained_at = timezone.now()
    parcel.save(update_fields=["resolution", "explanation", "explained_by", "explained_at"])
    if parcel.resolution == Resolution.ARRIVED:
        lines = [(receiver, arrives_as(sender.path, receiver.path), short)]
    elif parcel.resolution == Resolution.KEPT:
        lines = [(sender, Kind.SENT, short)]
    else:
        lines = [(sender, Kind.SENT, short), (sender, Kind.MISSING, -short)]
    for organization, kind, quantity in lines:
        enter(
            by=by,
            organization=organization,
            kind=kind,
            quantity=quantity,
            on=on,
            transfer=parcel,
            note=parcel.explanation,
        )
    tell(
        "shortfall_explained",
        by=by,
        on=parcel,
        organization=receiver,
        count=short,
        resolution=parcel.resolution,
        counterpart=sender.pk,
    )
    return parcel
