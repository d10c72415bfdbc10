"""Entering members, one by hand or a whole county from a roster: the same rules, the same rows."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.pinyin import initials, pinyin
from zhibu.core.resident_id import is_synthetic
from zhibu.core.text import gettext_noop
from zhibu.members.actions.records import check_branch
from zhibu.members.models import Member, PostHolding
from zhibu.members.querysets import number_index
from zhibu.members.rules import Facts, Standing, check_facts, check_posts
from zhibu.organizations.models import Organization


class NewMember(NamedTuple):
    """A member to enter: the branch, the facts, and the posts held there."""

    branch: Organization
    facts: Facts
    posts: tuple[str, ...] = ()


@transaction.atomic
def enroll_member(*, by: Scope, branch: Organization, facts: Facts, on: date) -> Member:
    """Enter one member in good standing. Refuses facts that break the rules and a resident ID already entered."""
    by.require("members.maintain", branch.path)
    check_branch(branch)
    check_facts(facts, on=on)
    member = _record_of(branch, facts, at=timezone.now(), by=by)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError:
        raise _number_taken() from None
    record("members.member.enrolled", by=by, on=member, chain=branch.pk, path=branch.path)
    return member


@transaction.atomic
def enroll_members(
    *, by: Scope, rows: Sequence[NewMember], on: date, tick: Callable[[int, int], None] | None = None
) -> list[Member]:
    """Enter many members with their posts: all or none. One audit record per branch names their ids.

    ``tick`` hears how many of how many are checked. Raises ``FactsRefused`` with the first bad record.
    """
    at = timezone.now()
    for branch in {row.branch.pk: row.branch for row in rows}.values():
        by.require("members.maintain", branch.path)
        check_branch(branch)
    members = []
    for done, row in enumerate(rows):
        check_facts(row.facts, on=on)
        if row.posts:
            check_posts(row.facts.stage, Standing.ACTIVE)
        members.append(_record_of(row.branch, row.facts, at=at, by=by))
        if tick is not None and done % 500 == 0:
            tick(done, len(rows))
    try:
        with transaction.atomic():
            Member.objects.bulk_create(members, batch_size=2000)
    except IntegrityError:
        raise _number_taken() from None
    PostHolding.objects.bulk_create(
        [
            PostHolding(member=member, organization=row.branch, post=post, from_date=on)
            for member, row in zip(members, rows, strict=True)
            for post in row.posts
        ],
        batch_size=2000,
    )
    ids: dict[int, list[int]] = defaultdict(list)
    branches: dict[int, Organization] = {}
    for member, row in zip(members, rows, strict=True):
        ids[row.branch.pk].append(member.pk)
        branches[row.branch.pk] = row.branch
    record_many(
        [
            deed(
                "members.member.enrolled",
                on=branches[pk],
                chain=pk,
                path=branches[pk].path,
                data={"ids": entered, "import": True},
            )
            for pk, entered in ids.items()
        ],
        by=by,
    )
    return members


def _record_of(branch: Organization, facts: Facts, *, at: datetime, by: Scope) -> Member:
    return Member(
        branch=branch,
        pinyin=pinyin(facts.name),
        initials=initials(facts.name),
        resident_id_index=number_index(facts.resident_id),
        is_synthetic=is_synthetic(facts.resident_id),
        entered_at=at,
        entered_by=by.name[:40],
        **facts._asdict(),
    )


def _number_taken() -> Refused:
    return Refused(
        gettext_noop("身份证号已经登记过，同一个人不登记两次。"),
        next_step=gettext_noop("请先按姓名查找；在自己的范围内查不到的，请县委组织部核对。"),
    )
