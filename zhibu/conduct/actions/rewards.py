"""Entering and reversing rewards."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.conduct.models import Reward
from zhibu.conduct.rules import (
    RewardEntry,
    RewardLevel,
    check_reversal_reason,
    check_reward,
    clean_reward,
    reward_place,
)
from zhibu.conduct.summaries.history import History, histories
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member

_FEW = 500


@transaction.atomic
def record_reward(*, by: Scope, member: Member, entry: RewardEntry, on: date) -> Reward:
    """Enter a reward, with the member's posts and branch as they were on its day.

    Refused: see ``rules.check_reward``; also the same title on the same day a second time.
    """
    return record_rewards(by=by, rows=[(member.pk, entry)], on=on)[0]


@transaction.atomic
def record_rewards(*, by: Scope, rows: Sequence[tuple[int, RewardEntry]], on: date) -> list[Reward]:
    """Enter many rewards, member's id and entry each: about ten queries per 500 members. All or none."""
    ids = sorted({member_id for member_id, _entry in rows})
    members: dict[int, Member] = {}
    entered: set[tuple[int, str, date]] = set()
    for start in range(0, len(ids), _FEW):
        some = ids[start : start + _FEW]
        locked = Member.objects.select_for_update(of=("self",)).select_related("branch").order_by("pk")
        members |= {row.pk: row for row in locked.filter(pk__in=some)}
        standing = Reward.objects.filter(member_id__in=some, reversed_on=None)
        entered |= set(standing.values_list("member_id", "title", "awarded_on"))
    known = histories(ids)
    now = timezone.now()
    made = []
    for member_id, raw in rows:
        entry, member = clean_reward(raw), members[member_id]
        _require(by, member.branch.path, entry.level)
        _check(member, entry, known.get(member_id, History()), on)
        if (member_id, entry.title, entry.awarded_on) in entered:
            raise Refused(
                gettext_noop("{name}{day}的“{title}”已经登记过，不用再登记。"),
                name=member.name,
                day=entry.awarded_on,
                title=entry.title,
            )
        entered.add((member_id, entry.title, entry.awarded_on))
        made.append(_reward(member, entry, known.get(member_id, History()), by, now))
    try:
        with transaction.atomic():
            saved = Reward.objects.bulk_create(made, batch_size=500)
    except IntegrityError:
        raise Refused(gettext_noop("同一项奖励刚由别人登记。请刷新页面看结果。")) from None
    audit.record_many(
        (
            audit.deed(
                "conduct.reward.recorded",
                on=row,
                chain=members[row.member_id].branch_id,
                path=members[row.member_id].branch.path,
                data={"member": row.member_id, "level": row.level, "day": row.awarded_on.isoformat()},
            )
            for row in saved
        ),
        by=by,
    )
    return saved


def _require(by: Scope, branch_path: str, level: RewardLevel) -> None:
    """The right at the branch; for what the county or a higher body decided, at the committee above it."""
    by.require("conduct.reward", branch_path)
    if not by.covers("conduct.reward", reward_place(branch_path, level)):
        raise Refused(gettext_noop("县级以上的奖励由上级党委或县里登记和撤销，支部不登记。请报给他们。"))


def _check(member: Member, entry: RewardEntry, history: History, on: date) -> None:
    if member.merged_into_id is not None:
        raise Refused(gettext_noop("这条记录已经并入另一条记录，不能再改。请打开保留的那条记录。"))
    check_reward(
        entry,
        join_date=member.join_date,
        ended_on=history.ended_on,
        may_be_late=history.died,
        on=on,
    )


def _reward(member: Member, entry: RewardEntry, history: History, by: Scope, now: datetime) -> Reward:
    return Reward(
        member=member,
        branch_id=history.branch(entry.awarded_on, present=member.branch_id),
        level=entry.level,
        title=entry.title,
        awarded_on=entry.awarded_on,
        awarded_by=entry.awarded_by,
        document=entry.document,
        posts=history.posts(entry.awarded_on),
        by=by.name,
        at=now,
    )


@transaction.atomic
def reverse_reward(*, by: Scope, reward: Reward, reason: str, on: date) -> Reward:
    """The reward no longer counts; it stays in the list with the reason. A second time is refused."""
    row = Reward.objects.select_for_update(of=("self",)).select_related("member__branch").get(pk=reward.pk)
    branch = row.member.branch
    _require(by, branch.path, RewardLevel(row.level))
    if row.reversed_on is not None:
        raise Refused(
            gettext_noop("这项奖励已经在{day}撤销，原因：{reason}。不用再撤销。"),
            day=row.reversed_on,
            reason=row.reversed_reason,
        )
    row.reversed_reason = check_reversal_reason(reason)
    row.reversed_on = on
    row.save(update_fields=["reversed_on", "reversed_reason"])
    audit.record(
        "conduct.reward.reversed",
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"member": row.member_id, "level": row.level},
    )
    return row
