"""Blanks that leave the books with no receiver to sign for them: a few by one person, more by two."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from zhibu.certificates.actions.stock.ledger import PERMISSION, check_left, enter, reason_of, tell, wait
from zhibu.certificates.models import StockCount, StockEntry, StockWriteOff
from zhibu.certificates.rules.stock import FEW_WITHIN, Kind, WriteOffState, check_reversible, takes_two
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization

_ISSUED = Q(kind=Kind.ISSUED)
_LOST = Q(kind__in=(Kind.SPOILED, Kind.MISSING)) | Q(kind=Kind.RECEIVED, quantity__lt=0)


def take_off(
    *,
    by: Scope,
    organization: Organization,
    kind: Kind,
    quantity: int,
    day: date,
    note: str,
    count: StockCount | None = None,
    reverses: StockEntry | None = None,
    receipt: UUID | None = None,
) -> StockEntry | StockWriteOff:
    """Enter that so many blanks left, or propose it where it takes two people (``rules.stock.takes_two``).

    The deed above asked for the right and took the lock (``wait``). Another proposal that waits at the same
    place for the same count or delivery is refused.
    """
    if not takes_two(quantity, lately=_by_one_person(organization, kind)):
        return _enter(
            by=by,
            organization=organization,
            kind=kind,
            quantity=quantity,
            day=day,
            note=note,
            count=count,
            reverses=reverses,
            receipt=receipt,
        )
    if count is not None or reverses is not None:
        _check_first(count, reverses)
    row = StockWriteOff.objects.create(
        organization=organization,
        kind=kind,
        quantity=quantity,
        on=day,
        note=note,
        count=count,
        reverses=reverses,
        receipt=receipt,
        by=by.name,
        user_id=by.user_id,
        at=timezone.now(),
    )
    tell("write_off_proposed", by=by, on=row, organization=organization, count=quantity, movement=kind)
    return row


def check_confirmer(by: Scope, row: StockWriteOff) -> None:
    """Raise ``Refused`` for who proposed it."""
    check_another(
        by,
        Person(row.user_id, row.by),
        gettext_noop("这一笔是{name}登记的，登记的人不能自己确认。"),
        next_step=gettext_noop("请本级或上级另一位管空白证本的同志点清后确认。"),
    )


@transaction.atomic
def confirm_write_off(*, by: Scope, write_off: StockWriteOff, on: date) -> StockWriteOff:
    """Another person saw that these blanks are gone: they leave the books. Never by who proposed it."""
    wait()
    row = _waiting(write_off)
    by.require(PERMISSION, row.organization.path)
    check_confirmer(by, row)
    _enter(
        by=by,
        organization=row.organization,
        kind=Kind(row.kind),
        quantity=row.quantity,
        day=row.on,
        note=row.note,
        count=row.count,
        reverses=row.reverses,
        write_off=row,
    )
    _settle(row, WriteOffState.CONFIRMED, by=by)
    return row


@transaction.atomic
def decline_write_off(*, by: Scope, write_off: StockWriteOff, reason: str, on: date) -> StockWriteOff:
    """Not agreed, or taken back by who proposed it: the books stay as they are."""
    wait()
    row = _waiting(write_off)
    by.require(PERMISSION, row.organization.path)
    row.settled_note = reason_of(reason)
    _settle(row, WriteOffState.DECLINED, by=by)
    tell("write_off_declined", by=by, on=row, organization=row.organization, count=row.quantity)
    return row


def check_nothing_waits(organization: Organization) -> None:
    """Raises ``Refused`` while a proposal waits there: a count now would find the same blanks missing again."""
    first = StockWriteOff.objects.filter(organization=organization, state=WriteOffState.PROPOSED).first()
    if first is not None:
        raise Refused(
            gettext_noop("{name}登记减少的{n}本还在等另一人确认，现在盘点会把它们再算一次。"),
            name=first.by,
            n=first.quantity,
            next_step=gettext_noop("请先确认或撤回那一笔，再盘点。"),
        )


def _by_one_person(organization: Organization, kind: Kind) -> int:
    """How many were entered within ``FEW_WITHIN`` as gone with nobody else looking, whatever day they name. One query."""
    found = StockEntry.objects.filter(
        _ISSUED if kind == Kind.ISSUED else _LOST,
        organization=organization,
        write_off=None,
        at__gt=timezone.now() - FEW_WITHIN,
    ).aggregate(n=Sum("quantity"))
    return -(found["n"] or 0)


def _enter(
    *,
    by: Scope,
    organization: Organization,
    kind: Kind,
    quantity: int,
    day: date,
    note: str,
    count: StockCount | None,
    reverses: StockEntry | None,
    receipt: UUID | None = None,
    write_off: StockWriteOff | None = None,
) -> StockEntry:
    """The entry in the ledger, with what it settles; told to the log under the name of its kind."""
    if reverses is not None:
        check_reversible(
            reverses.kind,
            is_reversal=reverses.reverses_id is not None,
            is_reversed=StockEntry.objects.filter(reverses=reverses).exists(),
            has_parcel=reverses.transfer_id is not None,
        )
    if count is None:  # what a count did not find is held back from what may be given out already
        check_left(organization, quantity)
    entry = enter(
        by=by,
        organization=organization,
        kind=kind,
        quantity=-quantity,
        on=day,
        note=note,
        reverses=reverses,
        write_off=write_off,
        receipt=receipt,
    )
    if count is not None:
        count.explanation, count.explained_at = note, timezone.now()
        count.explained_by = write_off.by if write_off is not None else by.name
        count.save(update_fields=["explanation", "explained_by", "explained_at"])
        tell(
            "difference_explained",
            by=by,
            on=count,
            organization=organization,
            count=count.counted,
            expected=count.expected,
        )
    elif reverses is not None:
        tell("reversed", by=by, on=reverses, organization=organization, count=quantity, movement=kind)
    else:
        tell(kind, by=by, on=entry, organization=organization, count=quantity)
    return entry


def _check_first(count: StockCount | None, reverses: StockEntry | None) -> None:
    same = StockWriteOff.objects.filter(state=WriteOffState.PROPOSED, count=count, reverses=reverses).first()
    if same is not None:
        raise Refused(gettext_noop("这一笔已由{name}登记，正等另一人确认，不用再登记。"), name=same.by)


def _waiting(write_off: StockWriteOff) -> StockWriteOff:
    row = (
        StockWriteOff.objects.select_for_update(of=("self",))
        .select_related("organization", "count", "reverses")
        .get(pk=write_off.pk)
    )
    if row.state != WriteOffState.PROPOSED:
        raise Refused(gettext_noop("这一笔已由{name}办结，不用再办。请刷新页面看结果。"), name=row.settled_by)
    return row


def _settle(row: StockWriteOff, state: WriteOffState, *, by: Scope) -> None:
    row.state, row.settled_by, row.settled_user_id = state, by.name, by.user_id
    row.settled_at = timezone.now()
    row.save(update_fields=["state", "settled_by", "settled_user", "settled_at", "settled_note"])
