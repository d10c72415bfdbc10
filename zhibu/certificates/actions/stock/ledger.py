"""What every deed with blank booklets does: wait for the others, write one line, tell the log."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.certificates.models import StockCount, StockEntry, StockTransfer, StockWriteOff
from zhibu.certificates.rules.stock import check_enough
from zhibu.certificates.summaries.stock.balances import available_at
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, within
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import Kind as OrganizationKind

PERMISSION = "certificates.stock"


def wait() -> None:
    """Deeds with blanks happen one after another in the whole county, so that two never spend the same ones.

    One lock, taken before any head of the log: a handing over touches many organizations at once.
    """
    hold("certificates.stock")


def reason_of(text: str, witness: str = "") -> str:
    """A reason as it is kept, with the second name. Raises ``Refused`` when it says nothing."""
    why = said(text)
    if len(why) < 2:
        raise Refused(gettext_noop("请写明原因，让以后查账的人看得懂。"))
    second = within(said(witness), 40, gettext_noop("见证人姓名"))
    kept = f"{why}（见证人{second}）" if second else why
    return within(kept, 200, gettext_noop("原因连同见证人"))


def check_place(organization: Organization) -> None:
    """Raises ``Refused`` where no blanks are kept: groups, and organizations that were dissolved."""
    if organization.kind == OrganizationKind.GROUP:
        raise Refused(gettext_noop("党小组不存放空白证本，请登记在党支部。"))
    if organization.closed_on is not None:
        raise Refused(
            gettext_noop("{unit}已经撤销，不能再收发空白证本。"),
            unit=organization.short_name,
        )


def check_left(organization: Organization, quantity: int) -> None:
    """Raises ``Refused`` when the organization has fewer than ``quantity`` to give. Call ``wait`` first."""
    left = available_at([organization.pk])[organization.pk]
    check_enough(quantity, left=left, unit=organization.short_name)


def enter(
    *,
    by: Scope,
    organization: Organization,
    kind: str,
    quantity: int,
    on: date,
    note: str = "",
    transfer: StockTransfer | None = None,
    reverses: StockEntry | None = None,
    write_off: StockWriteOff | None = None,
    receipt: UUID | None = None,
) -> StockEntry:
    """Append one line to the ledger. ``quantity`` is signed."""
    return StockEntry.objects.create(
        organization=organization,
        kind=kind,
        quantity=quantity,
        on=on,
        note=note,
        transfer=transfer,
        reverses=reverses,
        write_off=write_off,
        receipt=receipt,
        by=by.name,
        at=timezone.now(),
    )


def tell(
    event: str,
    *,
    by: Scope,
    on: StockEntry | StockTransfer | StockCount | StockWriteOff,
    organization: Organization,
    count: int,
    **data: object,
) -> None:
    """Record a deed on the organization's chain. No reason: it may hold a name."""
    record(
        f"certificates.stock.{event}",
        by=by,
        on=on,
        chain=organization.pk,
        path=organization.path,
        data={"count": count, **data},
    )
