"""Dues of the year under review before the months of the history, taken over from the branches' receipt books.

The county keeps months since the first of the twelve: these have no record and no seal, only what each owed and
paid, so that the annual review rests on a whole year. Everything was paid before the books were handed in.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from zhibu.demo.history.ledger import theme_day
from zhibu.demo.history.presence import there_in
from zhibu.demo.history.setting import Setting
from zhibu.dues.actions import PastPayments, PaymentEntry, enter_past_payments, lock_months, open_past_month
from zhibu.dues.models import Due
from zhibu.dues.rules.owing import Channel
from zhibu.imports.sheets import Ticker

_PAYMENTS = UUID("b1c7e0d4-2f63-5b8e-8a51-6c3f9d20e7a8")


def build(setting: Setting, *, tick: Ticker) -> None:
    """Month after month."""
    for done, month in enumerate(setting.months_before, 1):
        tick(done, len(setting.months_before), "上年党费旧账")
        _take_over(setting, month)


def _take_over(setting: Setting, month: int) -> None:
    cast = setting.cast
    there = [each for each in there_in(month, setting.people) if each.branch_id in cast.branches]
    open_past_month(by=setting.by, month=month, there=there)
    owed: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Due.objects.filter(month=month, kind__in=("due", "reduced"), amount__gt=0).order_by("pk")
    for place, member, amount in rows.values_list("branch_id", "member_id", "amount"):
        owed[place].append((member, amount))
    payments, locked = [], {}
    for branch in cast.branches.values():
        day = theme_day(setting, branch, month)
        at = datetime.combine(day, time(19), tzinfo=timezone.get_current_timezone())
        locked[branch.pk] = at + timedelta(days=3)
        payments.append(
            PastPayments(
                branch,
                [_entry(setting, member, month, amount, at) for member, amount in owed.get(branch.pk, ())],
                cast.clerk(branch).name,
                at,
            )
        )
    enter_past_payments(by=setting.by, payments=payments)
    lock_months(by=setting.by, branches=list(cast.branches.values()), month=month, at=locked)


def _entry(setting: Setting, member: int, month: int, amount: int, at: datetime) -> PaymentEntry:
    habit = setting.habits[member].dues
    is_host = habit.get("how") == "host"
    return PaymentEntry(
        member_id=member,
        month=month,
        amount=amount,
        extra=0,
        paid_on=at.date(),
        channel=Channel.HOST if is_host else str(habit.get("channel", Channel.CASH)),
        payer=str(habit.get("payer", "")),
        receiver="",
        operation=uuid5(_PAYMENTS, f"{month}:{member}"),
        note=str(habit.get("note", "")),
    )
