"""Ordering booklets: which copies are made, signed, and handed to the print job."""

from datetime import date

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.audit import actions as audit
from zhibu.certificates.models import Booklet, Certificate, PrintBatch
from zhibu.certificates.policies import BOOKLET, BookletRules
from zhibu.certificates.rules.copies import BookletState, Claim, State
from zhibu.certificates.tokens import sign_claim
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.jobs.actions import start_job
from zhibu.jobs.models import Job
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

LAYOUTS = ("pages", "stitched")


@transaction.atomic
def order_print(
    *,
    by: Scope,
    organization: Organization,
    issue_date: date,
    layout: str,
    on: date,
    member: Member | None = None,
    again: bool = False,
) -> PrintBatch:
    """Prepare copies (see ``prepare_booklets``) and start the job that makes the files."""
    batch = prepare_booklets(
        by=by,
        organization=organization,
        issue_date=issue_date,
        layout=layout,
        on=on,
        member=member,
        again=again,
    )
    return make_files(by=by, batch=batch)


@transaction.atomic
def make_files(*, by: Scope, batch: PrintBatch) -> PrintBatch:
    """Start the job that makes the files of a batch, also again after its files have expired."""
    by.require("certificates.print", batch.organization.path)
    job = start_job(
        by=by,
        kind="certificates.print",
        title=_("打印党员证：%(unit)s，%(count)s本")
        % {"unit": batch.organization.short_name, "count": batch.booklets},
        params={"batch_id": str(batch.pk)},
    )
    batch.job_id = job.pk
    batch.save(update_fields=["job_id"])
    return batch


@transaction.atomic
def prepare_booklets(
    *,
    by: Scope,
    organization: Organization,
    issue_date: date,
    layout: str,
    on: date,
    member: Member | None = None,
    again: bool = False,
) -> PrintBatch:
    """Make and sign the copies of a batch, for numbered members under the organization or for one member.

    New copies are made for certificates not issued yet and without a copy in use; a first copy has serial
    1, one after void copies the next (see ``next_copy`` for a certificate in use). ``again`` also reprints
    copies that were printed and not yet handed over: the same copy, the same QR code. ``issue_date``
    is printed and signed: not before the approval, not after ``on`` plus 31 days. Refused when nothing
    is to be printed, with what to do first.
    """
    by.require("certificates.print", organization.path)
    _check_order(layout=layout, issue_date=issue_date, on=on)
    rules = values_in_force(BOOKLET, on=on)
    certificates = (
        Certificate.objects.visible_to(by, "certificates.print")
        .under(organization.path)
        .filter(
            member__standing=Standing.ACTIVE,
            member__merged_into=None,
            state__in=(State.NOT_ISSUED, State.ACTIVE),
        )
    )
    if member is not None:
        certificates = certificates.filter(member=member)
    # The certificates are the lock: two orders at once must not make two copies of one booklet.
    fresh = list(
        certificates.without_live_booklet()
        .filter(state=State.NOT_ISSUED)
        .annotate(last_serial=_last_serial())
        .select_for_update(of=("self",))
        .order_by("number")
    )
    batch = _open_batch(
        by=by, organization=organization, member=member, layout=layout, issue_date=issue_date, rules=rules
    )
    rows = [
        _signed_copy(certificate, certificate.last_serial + 1, batch=batch, issuer=rules.issuer)
        for certificate in fresh
    ]
    Booklet.objects.bulk_create(rows, batch_size=2000)
    reprinted = 0
    if again:
        printed = Booklet.objects.filter(
            state=BookletState.PRINTED, certificate__in=certificates.values("pk")
        ).exclude(batch=batch)
        reprinted = printed.update(batch=batch)
    batch.booklets = len(rows) + reprinted
    if not batch.booklets:
        raise Refused(
            gettext_noop(
                "{name}没有要印的证本：编过号的都已印过。要重印没发出去的，请勾选“包括已印未发的”；还没编号的，请先核定编号。"
            ),
            name=organization.short_name,
        )
    batch.save(update_fields=["booklets"])
    audit.record(
        "certificates.booklets.ordered",
        by=by,
        on=batch,
        chain=organization.pk,
        path=organization.path,
        data={
            "booklets": batch.booklets,
            "reprinted": reprinted,
            "layout": layout,
            "issue_date": issue_date.isoformat(),
        },
    )
    return batch


@transaction.atomic
def next_copy(*, by: Scope, certificate: Certificate, issue_date: date, layout: str, on: date) -> PrintBatch:
    """Make and sign the next copy of a certificate in use whose copies are all void: same number, next serial.

    Returns the batch it is printed with; start its files with ``make_files``. Raises ``Refused`` while a copy
    is in use.
    """
    row = (
        Certificate.objects.select_related("member__branch")
        .annotate(last_serial=_last_serial())
        .select_for_update(of=("self",))
        .get(pk=certificate.pk)
    )
    branch = row.member.branch
    by.require("certificates.print", branch.path)
    _check_order(layout=layout, issue_date=issue_date, on=on)
    if Booklet.objects.live().filter(certificate=row).exists():
        raise Refused(gettext_noop("还有一本证没有注销，一个人不能同时有两本。"))
    rules = values_in_force(BOOKLET, on=on)
    batch = _open_batch(
        by=by, organization=branch, member=row.member, layout=layout, issue_date=issue_date, rules=rules
    )
    _signed_copy(row, row.last_serial + 1, batch=batch, issuer=rules.issuer).save()
    batch.booklets = 1
    batch.save(update_fields=["booklets"])
    audit.record(
        "certificates.booklets.ordered",
        by=by,
        on=batch,
        chain=branch.pk,
        path=branch.path,
        data={"booklets": 1, "reprinted": 0, "layout": layout, "issue_date": issue_date.isoformat()},
    )
    return batch


def _check_order(*, layout: str, issue_date: date, on: date) -> None:
    if layout not in LAYOUTS:
        raise Refused(gettext_noop("没有这种版式，请选单页或骑缝折页。"))
    if not issue_date.year >= 2020 or (issue_date - on).days > 31:
        raise Refused(
            gettext_noop("发证日期{day}不合适：不能早于2020年，也不能晚于今天以后31天。"), day=issue_date
        )


def _last_serial() -> Coalesce:
    """Serial of a certificate's newest copy, void or not; 0 for none."""
    newest = Booklet.objects.filter(certificate=OuterRef("pk")).order_by("-serial")
    return Coalesce(Subquery(newest.values("serial")[:1]), 0)


def _open_batch(
    *,
    by: Scope,
    organization: Organization,
    member: Member | None,
    layout: str,
    issue_date: date,
    rules: BookletRules,
) -> PrintBatch:
    return PrintBatch.objects.create(
        organization=organization,
        member=member,
        layout=layout,
        issue_date=issue_date,
        edition_label=rules.edition,
        ordered_by=by.name,
        ordered_user_id=by.user_id,
        ordered_at=timezone.now(),
    )


def _signed_copy(certificate: Certificate, serial: int, *, batch: PrintBatch, issuer: str) -> Booklet:
    """A copy of the batch with its signature, not saved."""
    key_id, signature = sign_claim(Claim(certificate.number, serial, batch.issue_date))
    return Booklet(
        certificate=certificate,
        branch_id=certificate.member.branch_id,
        serial=serial,
        issue_date=batch.issue_date,
        issuer=issuer,
        signature=signature,
        key_id=key_id,
        batch=batch,
        printed_at=batch.ordered_at,
    )


def order_registers(*, by: Scope, organization: Organization, state: str) -> Job:
    """Start the job that prints the register of each unit below the organization. ``state``: as on the page.

    The searched text stays out: it may be a name, and a job keeps no personal data.
    """
    by.require("certificates.read", organization.path)
    return start_job(
        by=by,
        kind="certificates.registers",
        title=_("打印登记台账：%(unit)s") % {"unit": organization.short_name},
        params={"organization_id": str(organization.pk), "state": state},
    )
