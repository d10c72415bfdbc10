"""Handing dues up, and the taker's word that they arrived: two people."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.locks import hold
from zhibu.core.months import month_code, month_of, month_text, shift_month
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues.models import Remittance
from zhibu.dues.rules.remitting import check_remittance
from zhibu.dues.summaries.remittances import in_hand, parts_at_hand
from zhibu.organizations.models import Organization

RECORD = "dues.record"


@transaction.atomic
def send_remittance(
    *,
    by: Scope,
    organization: Organization,
    from_month: int,
    months: int,
    amount: int,
    kept: int,
    sent_on: date,
    note: str = "",
    on: date,
) -> Remittance:
    """Enter that dues of one month or a quarter were handed up; what the ledger holds = amount + kept.

    The same again returns the first entry; other sums for the period are refused. What was returned beyond what
    came in is taken off later periods.
    """
    by.require(RECORD, organization.path)
    if organization.parent_id is None:
        raise Refused(gettext_noop("县委往上缴的党费不在这里登记。"))
    hold(f"dues:remit:{organization.pk}")
    earlier = Remittance.objects.filter(from_organization=organization, from_month=from_month).first()
    if earlier is not None:
        if (earlier.amount, earlier.kept, earlier.until_month) == (
            amount,
            kept,
            shift_month(from_month, months),
        ):
            return earlier
        raise Refused(
            gettext_noop("{month}起的上缴已经由{by}登记过，请刷新后再看。"),
            month=month_text(from_month),
            by=earlier.sent_by,
        )
    if sent_on > on:
        raise Refused(gettext_noop("上缴日期在今天以后。交出以后再登记。"))
    held = in_hand(organization, from_month, shift_month(from_month, months))
    check_remittance(
        from_month=from_month,
        months=months,
        follows=held.follows,
        this_month=month_of(on),
        collected=held.collected,
        amount=amount,
        kept=kept,
    )
    until_month = shift_month(from_month, months)
    try:
        with transaction.atomic():
            row = Remittance.objects.create(
                from_organization=organization,
                to_organization_id=organization.parent_id,
                from_month=from_month,
                until_month=until_month,
                collected=held.collected,
                parts=parts_at_hand(organization, from_month, until_month),
                amount=amount,
                kept=kept,
                sent_on=sent_on,
                sent_by=by.name,
                sent_user_id=by.user_id,
                note=said(note)[:200],
                at=timezone.now(),
            )
    except IntegrityError:
        raise Refused(gettext_noop("另一位同志刚刚登记了这一期的上缴，请刷新后再看。")) from None
    _record("dues.remittance.sent", by, row, organization)
    return row


def check_taker(by: Scope, row: Remittance) -> None:
    """Raise ``Refused`` for the account that entered the handing up."""
    check_another(
        by,
        Person(row.sent_user_id, row.sent_by),
        gettext_noop("这一笔上缴是{name}登记的，交的人和收的人不能是同一个人。"),
        next_step=gettext_noop("请收款党组织的另一位同志用自己的账号确认收到。"),
    )


@transaction.atomic
def confirm_remittance(
    *, by: Scope, remittance: Remittance, arrived: int, note: str = "", on: date
) -> Remittance:
    """The taker says what arrived; never the account that entered the handing up.

    A difference is kept and shown; it may be confirmed anew once cleared up.
    """
    row = (
        Remittance.objects.select_for_update(of=("self",))
        .select_related("from_organization", "to_organization")
        .get(pk=remittance.pk)
    )
    by.require(RECORD, row.to_organization.path)
    check_taker(by, row)
    if row.state == "confirmed" or (row.state == "differs" and row.arrived == arrived):
        if row.arrived == arrived:
            return row
        raise Refused(gettext_noop("这一笔已经由{by}确认收到，不能再改。"), by=row.settled_by)
    if not 0 <= arrived <= 100_000_000_00:
        raise Refused(gettext_noop("收到的金额不对，请核对，单位是元。"))
    why = said(note)[:200]
    if arrived != row.amount and len(why) < 2:
        raise Refused(gettext_noop("收到的和上缴单上的不一样，请写明情况，例如“少10元，对方补交”。"))
    row.arrived, row.state = arrived, ("confirmed" if arrived == row.amount else "differs")
    row.settled_on, row.settled_by = on, by.name
    row.note = why or row.note
    row.save(update_fields=["arrived", "state", "settled_on", "settled_by", "note"])
    _record("dues.remittance.confirmed", by, row, row.to_organization)
    return row


def _record(event: str, by: Scope, row: Remittance, place: Organization) -> None:
    data = {"month": month_code(row.from_month), "state": row.state}
    record(event, by=by, on=row, chain=place.pk, path=place.path, data=data)
