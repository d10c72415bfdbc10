"""Entering members, one by hand or a whole county from a roster: the same rules, the same rows.

Nobody is entered by one person alone: ``take_over_members`` writes the books of branches that had none, until
the county's start day; everybody else is proposed (``enrollment_proposals``), and another person decides.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.pinyin import readings
from zhibu.core.resident_id import is_synthetic
from zhibu.core.text import gettext_noop
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_date_by, stored_datetime
from zhibu.members.actions.records import check_branch
from zhibu.members.models import Member, PostHolding
from zhibu.members.querysets import number_index
from zhibu.members.rules.facts import Facts, check_facts
from zhibu.members.rules.posts import check_posts
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.taking_over import branches_to_take_over
from zhibu.organizations.models import Organization


class NewMember(NamedTuple):
    """A member to enter: the branch, the facts, the posts held there, and who found it ("": who enters)."""

    branch: Organization
    facts: Facts
    posts: tuple[str, ...] = ()
    entered_by: str = ""


@transaction.atomic
def take_over_members(
    *, by: Scope, rows: Sequence[NewMember], on: date, tick: Callable[[int, int], None] | None = None
) -> list[int]:
    """Take over the paper books of branches that have none here yet: all or none; returns the ids in the same order.

    By the county, until its start day (``summaries.taking_over``); refused otherwise. One audit record per
    branch names the ids. ``tick`` hears how many of how many are checked. Raises ``FactsRefused`` with the
    first bad record.
    """
    branches = {row.branch.pk: row.branch for row in rows}
    if set(branches) - branches_to_take_over(branches.values(), by=by, on=on):
        raise Refused(
            gettext_noop("这些支部已经建册，新增的人要由另一位同志同意后才登记。什么都没有写入，请重新核对。")
        )
    for branch in branches.values():
        by.require("members.maintain", branch.path)
    return insert_members(by=by, rows=rows, on=on, tick=tick)


def insert_members(
    *, by: Scope, rows: Sequence[NewMember], on: date, tick: Callable[[int, int], None] | None = None
) -> list[int]:
    """Write members whom two persons or a take-over brought. Not for other apps; rights are asked before."""
    at = timezone.now()
    branches = {row.branch.pk: row.branch for row in rows}
    for branch in branches.values():
        check_branch(branch)
    stored, prepare, a_date = [], _driver(at), stored_date_by()
    for done, row in enumerate(rows):
        check_facts(row.facts, on=on)
        if row.posts:
            check_posts(row.facts.stage, Standing.ACTIVE)
        stored.append(prepare(_values(row, at=at, by=by)))
        if tick is not None and done % 500 == 0:
            tick(done, len(rows))
    try:
        with transaction.atomic():
            ids = insert_rows(Member, _COLUMNS, stored)
    except IntegrityError:
        raise number_taken() from None
    insert_rows(
        PostHolding,
        ("member", "organization", "post", "from_date"),
        [
            (pk, row.branch.pk, post, a_date(on))
            for pk, row in zip(ids, rows, strict=True)
            for post in row.posts
        ],
    )
    entered: dict[int, list[int]] = defaultdict(list)
    for pk, row in zip(ids, rows, strict=True):
        entered[row.branch.pk].append(pk)
    record_many(
        [
            deed(
                "members.member.enrolled",
                on=branches[branch_id],
                chain=branch_id,
                path=branches[branch_id].path,
                data={"ids": some},
            )
            for branch_id, some in entered.items()
        ],
        by=by,
    )
    return ids


_COLUMNS: Final = tuple(
    field.name
    for field in Member._meta.concrete_fields
    if field.name not in {"id", "user", "merged_into", "arrived_on"}
)


def _values(row: NewMember, *, at: datetime, by: Scope) -> dict[str, Any]:
    facts = row.facts
    return {
        **facts._asdict(),
        "branch": row.branch,
        **readings(facts.name)._asdict(),
        "resident_id_index": number_index(facts.resident_id),
        "standing": Standing.ACTIVE.value,
        "is_synthetic": is_synthetic(facts.resident_id),
        "entered_at": at,
        "entered_by": row.entered_by or by.name,
    }


def _driver(at: datetime) -> Callable[[dict[str, Any]], list[Any]]:
    """Columns of new members as the driver takes them, in the order of ``_COLUMNS``."""
    a_date, a_time = stored_date_by(), stored_datetime(at)
    resident_id, phone = stored_by(Member, "resident_id"), stored_by(Member, "phone")

    def prepare(values: dict[str, Any]) -> list[Any]:
        values["branch"] = values["branch"].pk
        values["birth_date"] = a_date(values["birth_date"])
        values["join_date"] = a_date(values["join_date"])
        values["confirmation_date"] = a_date(values["confirmation_date"])
        values["resident_id"] = resident_id(values["resident_id"])
        values["phone"] = phone(values["phone"])
        values["entered_at"] = a_time
        return [values[name] for name in _COLUMNS]

    return prepare


def number_taken() -> Refused:
    return Refused(
        gettext_noop("身份证号已经登记过，同一个人不登记两次。"),
        next_step=gettext_noop("请先按姓名查找；在自己的范围内查不到的，请县委组织部核对。"),
    )
