"""Two records of one person become one: the certificate side of the deed."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.models import Booklet, Certificate, NumberAlias
from zhibu.certificates.rules import BookletState, State
from zhibu.core.access import Scope
from zhibu.members import actions as members
from zhibu.members.models import MergeProposal


@transaction.atomic
def merge_members(*, by: Scope, proposal: MergeProposal, on: date) -> None:
    """Carry out a merge both organizations consented to.

    The dropped record's number goes on resolving, as an alias of the kept person's certificate; its
    booklet is void. When only the dropped record has a number, its certificate moves to the kept one.
    """
    members.fold_member(by=by, proposal=proposal, on=on)
    kept, dropped = proposal.kept, proposal.dropped
    old = Certificate.objects.select_for_update().filter(member=dropped).first()
    if old is None:
        return
    current = Certificate.objects.select_for_update().filter(member=kept).first()
    now = timezone.now()
    if current is None:
        old.member = kept
        old.save(update_fields=["member"])
    else:
        NumberAlias.objects.create(text=old.number, certificate=current, reason="merged", at=now)
        old.state = State.VOIDED
        old.save(update_fields=["state"])
        Booklet.objects.live().filter(certificate=old).update(
            state=BookletState.VOIDED, voided_at=now, void_reason="merged"
        )
    audit.record(
        "certificates.certificate.merged",
        by=by,
        on=old,
        chain=kept.branch_id,
        path=kept.branch.path,
        data={"kept": kept.pk, "dropped": dropped.pk},
    )
