"""Two records of one person become one, and perhaps two again: the certificate side of the deed."""

from typing import Any

from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.models import Booklet, Certificate, NumberAlias
from zhibu.certificates.rules.copies import BookletState, State
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member


def fold_certificates(*, by: Scope, kept: Member, dropped: Member) -> dict[str, Any]:
    """Called inside the merge (``reorganizations.actions.merging``). Returns what changed, for ``part_certificates``.

    The dropped record's number goes on resolving, as an alias of the kept person's certificate; its
    booklet is void. When only the dropped record has a number, its certificate moves to the kept one.
    """
    old = Certificate.objects.select_for_update().filter(member=dropped).first()
    if old is None:
        return {}
    current = Certificate.objects.select_for_update().filter(member=kept).first()
    journal: dict[str, Any] = {"certificate": old.pk, "state": old.state}
    if current is None:
        old.member = kept
        old.save(update_fields=["member"])
    else:
        now = timezone.now()
        NumberAlias.objects.create(text=old.number, certificate=current, reason="merged", at=now)
        old.state = State.VOIDED
        old.save(update_fields=["state"])
        live = Booklet.objects.select_for_update().live().filter(certificate=old).first()
        if live is not None:
            journal |= {"booklet": live.pk, "booklet_state": live.state}
            live.state, live.voided_at, live.void_reason = BookletState.VOIDED, now, "merged"
            live.save(update_fields=["state", "voided_at", "void_reason"])
    _record("certificates.certificate.merged", by, old, kept, dropped)
    return journal


def part_certificates(*, by: Scope, kept: Member, dropped: Member, journal: dict[str, Any]) -> None:
    """Called inside the parting: each person has the own number and copy again."""
    if not journal:
        return
    old = Certificate.objects.select_for_update().get(pk=journal["certificate"])
    if old.member_id == kept.pk:  # it had moved whole; what became of it since stays with it
        old.member = dropped
        old.save(update_fields=["member"])
    else:
        if old.state != State.VOIDED:
            raise Refused(gettext_noop("并入的党员证后来又有变动，不能照原样分开。请先把它的状态核对清楚。"))
        NumberAlias.objects.filter(text=old.number, reason="merged").delete()
        old.state = journal["state"]
        old.save(update_fields=["state"])
        if "booklet" in journal:
            Booklet.objects.filter(pk=journal["booklet"], void_reason="merged").update(
                state=journal["booklet_state"], voided_at=None, void_reason=""
            )
    _record("certificates.certificate.parted", by, old, kept, dropped)


def _record(event: str, by: Scope, certificate: Certificate, kept: Member, dropped: Member) -> None:
    audit.record(
        event,
        by=by,
        on=certificate,
        chain=kept.branch_id,
        path=kept.branch.path,
        data={"kept": kept.pk, "dropped": dropped.pk},
    )
