"""Allotting certificate numbers: once per person, from a locked counter, never reused."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.models import Certificate, NumberAlias, NumberCounter
from zhibu.certificates.policies import NUMBERING
from zhibu.certificates.rules.copies import compose_number, format_number
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.members.rules.stages import Stage
from zhibu.organizations.models import Organization, RetiredSegment
from zhibu.rulebook.policies import values_in_force


@transaction.atomic
def number_members(*, by: Scope, organization: Organization, on: date, member: Member | None = None) -> int:
    """Approve and number every enrolled member under the organization who has no number yet, or one member.

    ``on``: day of the approval; who joined after it waits. Returns how many were numbered; calling it again numbers nobody twice. All or nothing: refused
    when a branch has no segment or has used up its 999 numbers. certificate.md "Rules".
    """
    by.require("certificates.number", organization.path)
    policy = values_in_force(NUMBERING, on=on)
    has_number = Exists(Certificate.objects.filter(member=OuterRef("pk")))
    waiting = (
        Member.objects.visible_to(by, "certificates.number")
        .enrolled()
        .filter(~has_number, branch__path__startswith=organization.path, join_date__lte=on)
    )
    if member is not None:
        waiting = waiting.filter(pk=member.pk)
    order = ("join_date", "pinyin", "pk") if policy.order == "join_date" else ("pinyin", "join_date", "pk")
    if not policy.number_probationary:
        waiting = waiting.filter(stage=Stage.FULL)
    branches = sorted(waiting.order_by().values_list("branch_id", flat=True).distinct())
    if not branches:
        return 0
    places = _places(branches)
    counters = _locked_counters(branches)
    # Read who waits only now, under the lock: a second person's batch has either finished or waits.
    by_branch: dict[int, list[int]] = defaultdict(list)
    for pk, branch_id in waiting.filter(branch__in=branches).order_by(*order).values_list("pk", "branch_id"):
        by_branch[branch_id].append(pk)
    now = timezone.now()
    rows: list[Certificate] = []
    deeds: list[audit.Deed] = []
    for branch_id in sorted(by_branch):
        place, counter = places[branch_id], counters[branch_id]
        for pk in by_branch[branch_id]:
            counter.last += 1
            rows.append(
                Certificate(
                    member_id=pk,
                    number=compose_number(place.committee, place.branch, counter.last),
                    approved_on=on,
                    approved_by=by.name,
                    approved_at=now,
                )
            )
        deeds.append(
            audit.Deed(
                "certificates.number.allotted",
                branch_id,
                place.path,
                "organizations.organization",
                str(branch_id),
                {"members": by_branch[branch_id]},
            )
        )
    Certificate.objects.bulk_create(rows, batch_size=2000)
    NumberCounter.objects.bulk_create(
        list(counters.values()),
        update_conflicts=True,
        unique_fields=["branch"],
        update_fields=["last"],
        batch_size=400,
    )
    audit.record_many(deeds, by=by)
    return len(rows)


@dataclass(frozen=True, slots=True)
class AdoptedNumber:
    """A number from a legacy list: the member it belongs to, and the number as ten characters."""

    member_id: int
    number: str


@transaction.atomic
def adopt_numbers(*, by: Scope, adopted: Sequence[AdoptedNumber], on: date) -> int:
    """Take over numbers that were given on paper before, exactly as they are; counters move past them.

    The importer has checked the check character, uniqueness and the match; conflicts are refused here
    again. A number whose segments are not the branch's own today is kept as it is: it says where the
    member was first numbered.
    """
    members = {
        m.pk: m for m in Member.objects.filter(pk__in=[a.member_id for a in adopted]).select_related("branch")
    }
    now = timezone.now()
    deeds: dict[int, audit.Deed] = {}
    given: dict[int, list[int]] = defaultdict(list)
    for each in adopted:
        branch = members[each.member_id].branch
        by.require("certificates.number", branch.path)
        given[branch.pk].append(each.member_id)
        deeds[branch.pk] = audit.Deed(
            "certificates.number.adopted",
            branch.pk,
            branch.path,
            "organizations.organization",
            str(branch.pk),
            {"members": given[branch.pk]},
        )
    numbers = [each.number for each in adopted]
    clash = (
        Certificate.objects.filter(number__in=numbers).values_list("number", flat=True).first()
        or NumberAlias.objects.filter(text__in=numbers).values_list("text", flat=True).first()
    )
    if clash:
        raise Refused(
            gettext_noop("编号{number}已经发给别人。编号终身不重用，请查证本原件。"),
            number=format_number(clash),
        )
    Certificate.objects.bulk_create(
        [
            Certificate(
                member_id=each.member_id,
                number=each.number,
                approved_on=on,
                approved_by=by.name,
                approved_at=now,
            )
            for each in adopted
        ],
        batch_size=2000,
    )
    _move_counters_past(numbers)
    audit.record_many(deeds.values(), by=by)
    return len(adopted)


def next_number(branch: Organization) -> str:
    """The branch's next number, taken from its locked counter. Refused without a segment or past 999."""
    place = _places([branch.pk])[branch.pk]
    counter = _locked_counters([branch.pk])[branch.pk]
    counter.last += 1
    number = compose_number(place.committee, place.branch, counter.last)
    counter.save(update_fields=["last"])
    return number


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    committee: str
    branch: str


def _places(branch_ids: Sequence[int]) -> dict[int, _Place]:
    """Segments of the branches; refused, naming them, where one is missing."""
    places = {}
    missing = []
    for pk, path, short_name, segment, root_segment in Organization.objects.filter(
        pk__in=branch_ids
    ).values_list("pk", "path", "short_name", "segment", "numbering_root__segment"):
        if not segment or not root_segment:
            missing.append(short_name)
        places[pk] = _Place(path, root_segment or "", segment)
    if missing:
        raise Refused(
            gettext_noop("{names}还没有编号段，不能编号。请先在组织页面核定编号段。"),
            names="、".join(sorted(missing)[:5]),
        )
    return places


def _locked_counters(branch_ids: list[int]) -> dict[int, NumberCounter]:
    """The counters of the branches, locked until the transaction ends; made where there is none."""
    NumberCounter.objects.bulk_create(
        [NumberCounter(branch_id=pk) for pk in branch_ids], ignore_conflicts=True
    )
    locked = NumberCounter.objects.select_for_update().filter(branch__in=branch_ids).order_by("branch")
    return {counter.branch_id: counter for counter in locked}


def _move_counters_past(numbers: Sequence[str]) -> None:
    """No later allotment may meet an adopted number: the counter of the branch it names moves past it."""
    highest: dict[tuple[str, str], int] = defaultdict(int)
    for number in numbers:
        key = (number[:3], number[3:6])
        highest[key] = max(highest[key], int(number[6:9]))
    segments = {branch for _, branch in highest}
    # A branch that came under another committee still owns the segment it carried before.
    retired = RetiredSegment.objects.filter(segment__in=segments).values_list(
        "organization_id", "segment", "root__segment"
    )
    branches = Organization.objects.branches().filter(segment__in=segments)
    carried = branches.values_list("pk", "segment", "numbering_root__segment")
    named = {(root, segment): pk for pk, segment, root in [*retired, *carried]}
    counters = _locked_counters(sorted({named[key] for key in highest if key in named}))
    for key, last in highest.items():
        if key in named:
            counter = counters[named[key]]
            counter.last = max(counter.last, last)
    NumberCounter.objects.bulk_create(
        list(counters.values()),
        update_conflicts=True,
        unique_fields=["branch"],
        update_fields=["last"],
        batch_size=400,
    )
