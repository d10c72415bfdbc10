"""Proposals of new members: lists by what is to be done, one with its record, the work they make."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.dates import add_months
from zhibu.core.text import mask_phone, mask_resident_id
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.actions import unpacked
from zhibu.members.models import EnrollmentProposal
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.querysets import EnrollmentProposals
from zhibu.members.rules.facts import FIELD_LABELS
from zhibu.members.rules.stages import Stage, join_posts
from zhibu.members.summaries.pages import shown, stored_text
from zhibu.mobility.summaries.transfers import overdue_probation
from zhibu.rulebook.policies import values_in_force

MAINTAIN: Final = "members.maintain"
SETTLE: Final = "members.settle_events"
VIEWS: Final = ("settle", "open", "done")
SHOWN: Final = 5


def readable(scope: Scope) -> EnrollmentProposals[Any]:
    """Proposals of the branches the person keeps or decides for."""
    rows = EnrollmentProposal.objects
    return rows.visible_to(scope, MAINTAIN) | rows.visible_to(scope, SETTLE)


def to_settle(scope: Scope) -> EnrollmentProposals[Any]:
    """What waits for this person: where the person decides, but for the own proposals."""
    rows = EnrollmentProposal.objects.visible_to(scope, SETTLE).open()
    return rows.filter(~Q(proposed_user=scope.user_id) | Q(proposed_user=None))


def rows(scope: Scope, *, view: str) -> EnrollmentProposals[Any]:
    """The rows of a list, oldest first while they wait, else the latest first."""
    if view == "settle":
        found = to_settle(scope).order_by("branch__code", "proposed_at", "pk")
    elif view == "open":
        found = readable(scope).open().order_by("branch__code", "proposed_at", "pk")
    else:
        found = readable(scope).exclude(state="proposed").order_by("-settled_at", "-pk")
    return found.select_related("branch", "member").defer("facts")


def lines_of(proposal: EnrollmentProposal) -> list[tuple[str, str]]:
    """The record as proposed, label and text; marked fields masked. Empty once it is decided."""
    if not proposal.facts:
        return []
    person = unpacked(proposal)
    hidden = {"resident_id": mask_resident_id, "phone": mask_phone}
    found = []
    for field, label in FIELD_LABELS.items():
        text = stored_text(getattr(person.facts, field))
        if text:
            found.append((_(label), hidden[field](text) if field in hidden else shown(field, text)))
    if person.posts:
        found.append((_("党内职务"), join_posts(set(person.posts))))
    return found


def warnings_of(proposal: EnrollmentProposal, *, on: date) -> list[str]:
    """What whoever takes this person in should know: a probation that is full already. At most one query."""
    if not proposal.facts or proposal.stage != Stage.PROBATIONARY:
        return []
    months = values_in_force(MEMBERSHIP, on=on).probation_months
    full_on = add_months(unpacked(proposal).facts.join_date, months)
    return overdue_probation(full_on if full_on <= on else None)


def letter_of(proposal: EnrollmentProposal) -> Mapping[str, str]:
    """What the letter of someone from another county says; empty for others."""
    told: dict[str, str] = proposal.arrival
    return told


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """People who wait to be entered into the books, for who decides about it."""
    if not scope.has(SETTLE):
        return []
    found = to_settle(scope)
    counted = found.select_related("branch").annotate(total=Window(Count("pk"))).defer("facts")
    first: list[Any] = list(counted.order_by("proposed_at", "pk")[:SHOWN])
    if not first:
        return []
    items = tuple(
        WorkItem(
            _("{name}登记入册").format(name=row.name),
            row.branch.short_name,
            reverse("mobility:enrollment", args=[row.pk]),
        )
        for row in first
    )
    url = f"{reverse('mobility:enrollments')}?view=settle"
    return [WorkList("enrollments", _("等我同意的登记"), "decide", "user-plus", items, first[0].total, url)]
