"""Another number for a person, where the county wants it, and numbers from elsewhere. The old one goes on resolving."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.certificates.actions.numbering import next_number
from zhibu.certificates.models import Certificate, NumberAlias
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.members.models import Member


@transaction.atomic
def renumber_member(*, by: Scope, member: Member, on: date) -> str:
    """Give the member the next number of the branch it is in now; the old one becomes an alias.

    certificate.md: ``renumber_on_transfer``. Returns the number; "" for one who has none yet. A copy printed
    with the old number still verifies. Refused when the branch has no segment or no number left.
    """
    by.require("certificates.number", member.branch.path)
    row = Certificate.objects.select_for_update().filter(member=member).first()
    if row is None:
        return ""
    old, row.number = row.number, next_number(member.branch)
    row.save(update_fields=["number"])
    NumberAlias.objects.create(text=old, certificate=row, reason="renumbered", at=timezone.now())
    record(
        "certificates.number.changed",
        by=by,
        on=row,
        chain=member.branch_id,
        path=member.branch.path,
        data={"member": member.pk},
    )
    return row.number


@transaction.atomic
def add_alias(*, by: Scope, member: Member, text: str, reason: str, on: date) -> bool:
    """Let a number from elsewhere lead to the member's certificate. False when it already does.

    Refused without a certificate, and for a number that stands for somebody else here.
    """
    by.require("certificates.number", member.branch.path)
    row = Certificate.objects.select_for_update().filter(member=member).first()
    if row is None:
        raise Refused(gettext_noop("这位党员还没有核定编号。请先核定编号，再登记原来的编号。"))
    typed = halfwidth(text)[:40]
    known = NumberAlias.objects.filter(text=typed).first()
    if known is not None and known.certificate_id == row.pk:
        return False
    plain = typed.replace("-", "").upper()
    if known is not None or Certificate.objects.filter(number__in=(typed, plain)).exists():
        raise _taken()
    try:
        with transaction.atomic():
            NumberAlias.objects.create(text=typed, certificate=row, reason=reason, at=timezone.now())
    except IntegrityError:
        raise _taken() from None
    record(
        "certificates.number.alias_added",
        by=by,
        on=row,
        chain=member.branch_id,
        path=member.branch.path,
        data={"member": member.pk},
    )
    return True


def _taken() -> Refused:
    return Refused(gettext_noop("这个编号在本县是别人的，不能再指向这位党员。请照旧证本核对。"))
