"""Counting what lies in the drawer, and explaining what does not agree with the books."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates.actions.stock.ledger import PERMISSION, check_place, enter, reason_of, tell, wait
from zhibu.certificates.actions.stock.writing_off import check_nothing_waits, take_off
from zhibu.certificates.models import StockCount, StockEntry, StockWriteOff
from zhibu.certificates.rules.stock import LARGEST, Kind
from zhibu.certificates.summaries.stock.balances import OPEN_COUNT, remaining_at
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization


@transaction.atomic
def count_blanks(
    *, by: Scope, organization: Organization, counted: int, receipt: UUID | None = None, on: date
) -> StockCount:
    """Enter how many blanks lie there now. A difference is a finding until it is explained.

    A later count takes the place of one that nobody explained: the newest says what is there.
    The same ``receipt`` again returns the first count.
    """
    by.require(PERMISSION, organization.path)
    check_place(organization)
    if not 0 <= counted <= LARGEST:
        raise Refused(gettext_noop("实有数要在0到{largest}本之间。"), largest=LARGEST)
    wait()
    done = StockCount.objects.filter(receipt=receipt).first() if receipt else None
    if done is not None:
        return done
    check_nothing_waits(organization)
    StockCount.objects.filter(OPEN_COUNT, organization=organization).update(
        explanation=_("以%(day)s重新盘点的数为准。") % {"day": on.isoformat()},
        explained_by=by.name,
        explained_at=timezone.now(),
    )
    expected = remaining_at([organization.pk])[organization.pk]
    row = StockCount.objects.create(
        organization=organization,
        on=on,
        counted=counted,
        expected=expected,
        by=by.name,
        at=timezone.now(),
        receipt=receipt,
    )
    tell("counted", by=by, on=row, organization=organization, count=counted, expected=expected)
    return row


@transaction.atomic
def explain_count(
    *, by: Scope, count: StockCount, explanation: str, witness: str = "", on: date
) -> StockEntry | StockWriteOff:
    """Say why a count differs; the ledger takes over what was counted, as found or missing.

    More than a few missing wait for a second person; until then the difference is a finding. ``witness``: who
    else was there, beside the reason. Refused when it agrees or was explained before.
    """
    wait()
    row = StockCount.objects.select_for_update(of=("self",)).select_related("organization").get(pk=count.pk)
    by.require(PERMISSION, row.organization.path)
    difference = row.counted - row.expected
    if not difference:
        raise Refused(gettext_noop("这次盘点账实相符，没有差额要说明。"))
    if row.explained_at is not None:
        raise Refused(gettext_noop("这次盘点的差额已由{name}说明过了。"), name=row.explained_by)
    note = reason_of(explanation, witness)
    if difference < 0:
        return take_off(
            by=by,
            organization=row.organization,
            kind=Kind.MISSING,
            quantity=-difference,
            day=on,
            note=note,
            count=row,
        )
    row.explanation, row.explained_by, row.explained_at = note, by.name, timezone.now()
    row.save(update_fields=["explanation", "explained_by", "explained_at"])
    entry = enter(
        by=by, organization=row.organization, kind=Kind.FOUND, quantity=difference, on=on, note=note
    )
    tell(
        "difference_explained",
        by=by,
        on=row,
        organization=row.organization,
        count=row.counted,
        expected=row.expected,
    )
    return entry
