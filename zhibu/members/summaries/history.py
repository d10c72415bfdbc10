"""Members as they were on a past day: who belonged to which branch, at which stage, in which standing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, CharField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from zhibu.core.dates import parse_date
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.querysets import Members
from zhibu.members.rules.history import COLUMNS, MOVES, STANDING_KINDS, Change, Then, as_it_was
from zhibu.organizations.history import Tree
from zhibu.organizations.models import Organization

_FACTS = ("branch_id", *COLUMNS, "arrived_on", "is_floating")
_FEW = 500  # so many are named in a query; for more, everybody's events are read


class History:
    """Memberships on any day from ``since`` on; of the whole county, or of whoever was in these branches then.

    Two queries, whatever is asked afterwards. What was never recorded as an event is told as it is today.
    """

    def __init__(self, since: date, *, branch_ids: Collection[int] | None = None) -> None:
        rows = Member.objects.filter(merged_into=None)
        if branch_ids is not None:
            rows = rows.filter(once_in(branch_ids, since))
        self._now = {pk: Then(*facts) for pk, *facts in rows.order_by().values_list("pk", *_FACTS)}
        self._changes = changes_since(since, MembershipEvent.objects.filter(member__in=rows.values("pk")))

    def then(self, member_id: int, on: date) -> Then | None:
        """One membership on a day, in the books or not; None for who is not known."""
        now = self._now.get(member_id)
        return None if now is None else as_it_was(now, self._changes.get(member_id, ()), on)

    def on(self, day: date) -> dict[int, Then]:
        """Everyone in the books on that day, by id."""
        found = {pk: as_it_was(now, self._changes.get(pk, ()), day) for pk, now in self._now.items()}
        return {pk: then for pk, then in found.items() if then.belongs(day)}

    @property
    def now(self) -> Mapping[int, Then]:
        """The records as they are."""
        return self._now

    @property
    def changes(self) -> Mapping[int, Sequence[Change]]:
        """What happened since, by member, in the order of effect."""
        return self._changes


def members_on(branch_ids: Collection[int], *, on: date) -> list[Member]:
    """Who belonged to these branches on a day, in the order of every list, without marked fields. Two queries.

    The records carry branch, stage, standing and dates of that day: they are to be read, never saved. The group
    is kept for who is still in the branch; another branch's group says nothing.
    """
    if not branch_ids:
        return []
    rows = Member.objects.filter(once_in(branch_ids, on), merged_into=None)
    listed = list(rows.defer("resident_id", "phone").order_by("pinyin", "pk"))
    changes = changes_since(on, MembershipEvent.objects.filter(member__in=rows.values("pk")))
    wanted = set(branch_ids)
    return [
        member
        for member in listed
        if _set_back(member, changes.get(member.pk, ()), on).belongs(on) and member.branch_id in wanted
    ]


def with_then(rows: Members[Any], *, on: date) -> Members[Any]:
    """The rows with ``branch_then`` (id) and ``standing_then``, as they were on a day: for lists that stay conditions.

    Whether a person had joined or arrived by then is not asked.
    """
    later = (
        MembershipEvent.objects.filter(
            member=OuterRef("pk"), state__in=("in_effect", "reversed"), effective_on__gt=on
        )
        .order_by("effective_on", "pk")
        .annotate(standing_before=KeyTextTransform("standing", "before"))
    )
    moved = later.filter(kind__in=MOVES).values("branch")[:1]
    changed = later.filter(kind__in=STANDING_KINDS).values("standing_before")[:1]
    return rows.annotate(
        branch_then=Coalesce(Subquery(moved), F("branch"), output_field=BigIntegerField()),
        standing_then=Coalesce(Subquery(changed), F("standing"), output_field=CharField()),
    )


def as_on(members: Sequence[Member], *, on: date) -> Sequence[Member]:
    """The records changed to what they said on a day: to be read, never saved. One query."""
    rows = MembershipEvent.objects.all()
    if len(members) <= _FEW:
        rows = rows.filter(member__in=[each.pk for each in members])
    changes = changes_since(on, rows)
    for member in members:
        _set_back(member, changes.get(member.pk, ()), on)
    return members


def belonging_on(organization: Organization, *, on: date) -> list[Then]:
    """Everyone who belonged to an organization on a day, by the tree of that day. Three queries at any size."""
    here = Tree().ever_below(organization.pk, [on])
    history = History(on, branch_ids=None if organization.parent_id is None else here)
    return [then for then in history.on(on).values() if then.branch_id in here]


def _set_back(member: Member, changes: Iterable[Change], on: date) -> Then:
    now = Then(*(getattr(member, name) for name in _FACTS))
    then = as_it_was(now, changes, on)
    if then.branch_id != now.branch_id:
        member.branch_id, member.group = then.branch_id, ""
    for name in (*COLUMNS, "is_floating"):
        setattr(member, name, getattr(then, name))
    return then


def last_moves(since: date, *, member_id: int | None = None) -> dict[int, date]:
    """The day on which members came to another branch last, of those who did after a day. One query."""
    rows = MembershipEvent.objects.in_effect().filter(kind__in=MOVES, effective_on__gt=since)
    if member_id is not None:
        rows = rows.filter(member=member_id)
    days = rows.order_by("effective_on").values_list("member_id", "effective_on")
    return {member: day for member, day in days if day is not None}


def standing_changes(member_ids: Collection[int]) -> dict[int, list[Change]]:
    """All that ever changed the standing of these members, in the order of effect; those without any are left out.

    One query. What was reversed on appeal held until it was.
    """
    rows = MembershipEvent.objects.filter(kind__in=STANDING_KINDS)
    if len(member_ids) <= _FEW:
        rows = rows.filter(member__in=member_ids)
    found = changes_since(date.min, rows)
    changed = {pk: [each for each in own if "standing" in each.before] for pk, own in found.items()}
    return {pk: own for pk, own in changed.items() if own}


def changes_since(since: date, events: QuerySet[MembershipEvent]) -> dict[int, list[Change]]:
    """What took effect after a day, by member, in the order of effect. One query."""
    rows = (
        events.filter(state__in=("in_effect", "reversed"), effective_on__gt=since)
        .order_by("effective_on", "pk")
        .values_list("member_id", "kind", "effective_on", "branch_id", "before", "after")
    )
    found: dict[int, list[Change]] = defaultdict(list)
    for member, kind, day, branch, before, after in rows:
        if day is not None:
            measures = frozenset(before.get("measures", ()))
            found[member].append(
                Change(kind, day, branch, _changed(before, after), measures, "branch" in before)
            )
    return found


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, object]:
    """The columns of the record that an event changed, as they were."""
    names = [name for name in COLUMNS if name in before and before[name] != after.get(name)]
    return {name: _value(name, before[name]) for name in names}


def _value(name: str, stored: Any) -> object:
    return parse_date(stored) if stored and name.endswith("_date") else stored


def once_in(branch_ids: Iterable[int], since: date) -> Q:
    """Belongs to one of the branches, or left one of them after a day."""
    ids = list(branch_ids)
    left = MembershipEvent.objects.filter(
        branch__in=ids, kind__in=MOVES, state__in=("in_effect", "reversed"), effective_on__gt=since
    )
    return Q(branch__in=ids) | Q(pk__in=left.values("member"))
