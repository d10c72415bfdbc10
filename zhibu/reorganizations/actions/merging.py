"""Two records of one person become one, with everything that hangs on them; and the way back.

The lowest place that sees all that hangs on a member.
"""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from zhibu.certificates.actions import fold_certificates, part_certificates
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members import actions as members
from zhibu.members.models import MergeProposal
from zhibu.reorganizations.actions.merging_lines import (
    hold_ledgers,
    join_lines,
    mend_joined,
    part_lines,
    sealed_beside,
)
from zhibu.reorganizations.summaries.merging import MOVED, ONE_EACH, OWNER, SEALED_BY, clashes


@transaction.atomic
def merge_members(*, by: Scope, proposal: MergeProposal, on: date) -> None:
    """Carry out a merge both organizations consented to: all rows move, their ids are kept for the way back.

    What both records say of the same thing becomes one by its meaning: who came to a meeting under either came,
    a month has one due, and what either paid for it is paid (``merging_lines``).

    Rows of sealed months stay with the dropped record, where the seal found them, and remain readable there.
    Refused where both records have the same thing open (a transfer, a registration, a measure): that is
    finished first. One statement a table.
    """
    found = clashes(proposal)
    if found:
        raise Refused(gettext_noop("两条记录都有没办结的“{what}”，先办结其中一条再合并。"), what=found[0])
    journal: dict[str, Any] = members.fold_member(by=by, proposal=proposal, on=on)
    proposal.refresh_from_db()
    kept, dropped = proposal.kept, proposal.dropped
    hold_ledgers(kept, dropped)
    journal["lines"] = join_lines(kept, dropped)
    journal["certificate"] = fold_certificates(by=by, kept=kept, dropped=dropped)
    journal["rows"] = {}
    for label, model in MOVED.items():
        owner = OWNER.get(label, "member")
        rows: models.QuerySet[Any] = model._default_manager.filter(**{owner: dropped})
        keys = ONE_EACH.get(label)
        if keys:
            own = model._default_manager.filter(member=kept, **{key: OuterRef(key) for key in keys})
            rows = rows.exclude(Exists(own))
        place = SEALED_BY.get(label)
        if place:
            rows = rows.exclude(sealed_beside(*place))
        ids = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        if ids:
            model._default_manager.filter(pk__in=ids).update(**{owner: kept})
            journal["rows"][label] = ids
    mend_joined(kept, on=on)
    proposal.journal = journal
    proposal.save(update_fields=["journal"])


@transaction.atomic
def part_members(*, by: Scope, proposal: MergeProposal, on: date) -> None:
    """The two records were two people: everything that moved goes back; what happened since stays where it is."""
    kept, dropped = members.part_member(by=by, proposal=proposal)
    proposal.refresh_from_db()
    for label, ids in proposal.journal.get("rows", {}).items():
        owner = OWNER.get(label, "member")
        MOVED[label]._default_manager.filter(pk__in=ids, **{owner: kept}).update(**{owner: dropped})
    hold_ledgers(kept, dropped)
    part_lines(kept, dropped, proposal.journal.get("lines", {}))
    for member in (kept, dropped):
        mend_joined(member, on=on)
    part_certificates(by=by, kept=kept, dropped=dropped, journal=proposal.journal.get("certificate", {}))
