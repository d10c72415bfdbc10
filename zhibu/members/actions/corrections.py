"""Correcting members' records, one or many, without losing what someone else wrote meanwhile."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from zhibu.audit.actions import deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.db import key_ring
from zhibu.core.pinyin import readings
from zhibu.core.resident_id import is_synthetic
from zhibu.core.text import gettext_noop
from zhibu.core.wording import within
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_datetime, update_rows
from zhibu.members.actions.posts import set_posts
from zhibu.members.actions.records import check_record, facts_of, locked
from zhibu.members.actions.stage_corrections import propose_corrections
from zhibu.members.models import Member, MemberChange
from zhibu.members.querysets import number_index
from zhibu.members.rules.facts import MARKED_FIELDS, Facts
from zhibu.members.rules.hands import split_changes
from zhibu.members.rules.reasons import check_reason
from zhibu.members.summaries.pages import stored_text
from zhibu.organizations.models import Organization

Changes = Mapping[str, object]
Seen = Mapping[str, str]


class CorrectionConflict(Refused):
    """Someone changed the same fields since the person opened the form. ``fields`` names them; nothing is written."""

    def __init__(self, fields: list[str], member: Member) -> None:
        super().__init__(
            gettext_noop(
                "您填写的时候，别人改过同样的栏目。两种写法都列在栏目旁边，您填的没有丢，请核对后再提交。"
            )
        )
        self.fields = fields
        self.member = member


class Correction(NamedTuple):
    """Changes to one member: fields of ``Facts``, and the posts at the branch (None leaves them)."""

    member_id: int
    changes: Changes
    posts: tuple[str, ...] | None = None


def seen_values(member: Member) -> dict[str, str]:
    """Keyed digests of a record's values, for a form to carry: it reveals nothing of a marked field."""
    return {field: _seal(member, value) for field, value in facts_of(member)._asdict().items()}


def changed_values(member: Member, values: Changes, seen: Seen) -> dict[str, object]:
    """Those values that the person changed, compared with what the form showed."""
    return {field: value for field, value in values.items() if seen.get(field) != _seal(member, value)}


def _seal(member: Member, value: object) -> str:
    return key_ring().blind_index(f"{member.pk}\0{value!r}", context="seen")


@transaction.atomic
def correct_member(
    *, by: Scope, member: Member, changes: Changes, reason: str, on: date, seen: Seen | None = None
) -> Member:
    """Change fields of one record. Values that are the same already change nothing.

    Stage and its dates are only proposed (``rules.split_changes``); another person decides about them.

    ``seen``: what ``seen_values`` said when the form was opened; raises ``CorrectionConflict`` if one of
    the changed fields has become something else since. Raises ``FactsRefused`` when the result breaks rules.
    """
    row = locked(member)
    by.require("members.maintain", row.branch.path)
    before = facts_of(row)
    wanted = {field: value for field, value in changes.items() if getattr(before, field) != value}
    if not wanted:
        return row
    if seen is not None:
        present = seen_values(row)
        moved = [field for field in wanted if field in seen and seen[field] != present[field]]
        if moved:
            raise CorrectionConflict(moved, row)
    why = check_reason(reason)
    check_record(row, before._replace(**wanted), on=on)  # type: ignore[arg-type]
    now, waiting = split_changes(wanted)
    if waiting:
        propose_corrections(by=by, rows=[(row, waiting)], reason=why, on=on)
    if not now:
        return row
    after = before._replace(**now)  # type: ignore[arg-type]
    check_record(row, after, on=on)
    fields = _set(row, now)
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError:
        raise Refused(
            gettext_noop(
                "改成的身份证号已经登记在另一条记录上。请核对号码；确是同一人的，在“疑似重复”里提出合并。"
            )
        ) from None
    _change(row, before, after, at=timezone.now(), by=by, reason=why).save(force_insert=True)
    _tell({row.pk: sorted(now)}, on=on)
    record(
        "members.member.corrected",
        by=by,
        on=row,
        chain=row.branch_id,
        path=row.branch.path,
        data={"fields": sorted(now)},
    )
    return row


@transaction.atomic
def correct_members(
    *,
    by: Scope,
    corrections: Sequence[Correction],
    reason: str,
    on: date,
    tick: Callable[[int, int], None] | None = None,
) -> int:
    """Change many records: all or none. Returns how many changed; one audit record per branch names them.

    Stage and its dates are only proposed, as in ``correct_member``; what is proposed is not counted.
    """
    at = timezone.now()
    rows: dict[int, Member] = {}
    ids = sorted({correction.member_id for correction in corrections})
    for start in range(0, len(ids), 500):
        found = Member.objects.select_for_update(of=("self",)).select_related("branch").order_by("pk")
        rows |= found.in_bulk(ids[start : start + 500])
    for path in {row.branch.path for row in rows.values()}:
        by.require("members.maintain", path)
    log: list[MemberChange] = []
    columns: dict[Member, list[str]] = {}
    changed_fields: dict[int, dict[str, list[str]]] = defaultdict(dict)
    branches: dict[int, Organization] = {}
    posts: dict[Member, tuple[str, ...]] = {}
    proposals: list[tuple[Member, dict[str, object]]] = []
    for done, correction in enumerate(corrections):
        row = rows.get(correction.member_id)
        if row is None or row.merged_into_id is not None:
            raise Refused(gettext_noop("有的记录在核对之后已经变了。什么都没有写入，请重新上传核对。"))
        before = facts_of(row)
        wanted = {f: v for f, v in correction.changes.items() if getattr(before, f) != v}
        if wanted:
            check_record(row, before._replace(**wanted), on=on)  # type: ignore[arg-type]
        now, waiting = split_changes(wanted)
        names = sorted(now)
        if waiting:
            proposals.append((row, waiting))
        if now:
            after = before._replace(**now)  # type: ignore[arg-type]
            check_record(row, after, on=on)
            columns[row] = _set(row, now)
            log.append(_change(row, before, after, at=at, by=by, reason=reason))
        if correction.posts is not None:
            posts[row] = correction.posts
            names.append("posts")
        if names:
            changed_fields[row.branch_id][str(row.pk)] = names
            branches[row.branch_id] = row.branch
        if tick is not None and done % 500 == 0:
            tick(done, len(corrections))
    propose_corrections(by=by, rows=proposals, reason=reason, on=on)
    _save_all(columns)
    _log(log)
    _tell({row.pk: names for row, names in columns.items()}, on=on)
    set_posts(posts, on=on)
    record_many(
        [
            deed(
                "members.member.corrected",
                on=branches[pk],
                chain=pk,
                path=branches[pk].path,
                data={"fields": fields, "import": True},
            )
            for pk, fields in changed_fields.items()
            if fields
        ],
        by=by,
    )
    return sum(map(len, changed_fields.values()))


def _tell(changed: Mapping[int, Sequence[str]], *, on: date) -> None:
    """Let what follows from a record follow it (settings.CORRECTION_FOLLOWERS)."""
    by_fields: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for pk, fields in changed.items():
        by_fields[tuple(fields)].append(pk)
    for name in settings.CORRECTION_FOLLOWERS:
        follow = import_string(name)
        for fields, ids in by_fields.items():
            follow(ids, fields, on=on)


def _save_all(wanted: Mapping[Member, list[str]]) -> None:
    """Write the named columns of each row, one statement for all rows with the same columns."""
    rows_by_columns: dict[tuple[str, ...], list[Member]] = defaultdict(list)
    for row, columns in wanted.items():
        rows_by_columns[tuple(columns)].append(row)
    try:
        with transaction.atomic():
            # An ID may pass from one record to another within a file: free the unique index first.
            moving = [(("", row.pk)) for row, columns in wanted.items() if "resident_id_index" in columns]
            update_rows(Member, ("resident_id_index",), moving)
            for names, rows in rows_by_columns.items():
                prepared = [(name, stored_by(Member, name)) for name in names]
                update_rows(
                    Member,
                    names,
                    [(*[prepare(getattr(row, name)) for name, prepare in prepared], row.pk) for row in rows],
                )
    except IntegrityError:
        raise Refused(
            gettext_noop("有的身份证号已经登记在另一条记录上。什么都没有写入，请重新上传核对。")
        ) from None


def _log(changes: list[MemberChange]) -> None:
    insert_rows(
        MemberChange,
        ("member", "at", "by", "reason", "fields"),
        [
            (
                change.member_id,
                stored_datetime(change.at),
                change.by,
                change.reason,
                json.dumps(change.fields, ensure_ascii=False),
            )
            for change in changes
        ],
    )


def _set(row: Member, wanted: Changes) -> list[str]:
    """Put the values on the row with what derives from them; returns the columns to write."""
    fields = dict(wanted)
    if "name" in wanted:
        fields |= readings(str(wanted["name"]))._asdict()
    if "resident_id" in wanted:
        number = str(wanted["resident_id"])
        fields |= {"resident_id_index": number_index(number), "is_synthetic": is_synthetic(number)}
    for field, value in fields.items():
        setattr(row, field, value)
    return sorted(fields)


def _difference(before: Facts, after: Facts) -> dict[str, list[str]]:
    """Field -> [was, became] as stored text; marked fields keep no values."""
    return {
        field: [] if field in MARKED_FIELDS else [stored_text(was), stored_text(became)]
        for field, was, became in zip(Facts._fields, before, after, strict=True)
        if was != became
    }


def _change(
    row: Member, before: Facts, after: Facts, *, at: datetime, by: Scope, reason: str
) -> MemberChange:
    return MemberChange(
        member=row,
        at=at,
        by=by.name,
        reason=within(reason, 200, gettext_noop("理由")),
        fields=_difference(before, after),
    )
