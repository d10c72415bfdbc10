"""Receipts of the last months, and dues handed up quarter by quarter from branches to committees to the county."""

from datetime import date, timedelta

from zhibu.core.months import first_day, shift_month
from zhibu.demo.history.setting import Setting, inspected
from zhibu.dues.actions import confirm_remittance, issue_receipts, send_remittance
from zhibu.dues.models import Payment, Remittance
from zhibu.dues.policies import DUES
from zhibu.dues.rules.remitting import suggested
from zhibu.dues.summaries.remittances import in_hand
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

_COMMITTEES = 2
_MONTHS_WITH_RECEIPTS = 2
_DIFFERS, _WAITS = 1, 2  # places among the town's branches, in its last quarter
_SHORT = 100  # fen


def build(setting: Setting) -> None:
    """The town's last quarter is on its way: one sum differs, one waits; the others' is with the county."""
    _give_receipts(setting)
    quarters = _whole_quarters(setting)
    for n, committee in enumerate(inspected(setting.cast)[:_COMMITTEES]):
        branches = [row for row in setting.cast.branches.values() if row.parent_id == committee.pk]
        for start in quarters:
            is_last = start == quarters[-1]
            for place, branch in enumerate(branches):
                _hand_up(setting, branch, start, place if is_last and n == 0 else 0)
            if not (is_last and n == 0):
                _hand_up(setting, committee, start, _WAITS if is_last and n == 1 else 0)


def _whole_quarters(setting: Setting) -> list[int]:
    """First months of the quarters that are over and kept as a whole."""
    known = [*setting.months_before, *setting.sealed]
    return [
        month
        for month in known
        if month % 100 % 3 == 1 and {shift_month(month, 1), shift_month(month, 2)} <= set(known)
    ]


def _give_receipts(setting: Setting) -> None:
    """Those of the town who ask for them get paper."""
    cast = setting.cast
    others = [row for row in cast.branches.values() if row.parent_id == cast.town.pk]
    for branch in {row.pk: row for row in (cast.home, cast.sibling, *others[:2])}.values():
        months = setting.sealed[-_MONTHS_WITH_RECEIPTS:]
        ids = Payment.objects.filter(branch=branch, month__in=months).values_list("pk", flat=True)
        issue_receipts(by=cast.clerk(branch), branch=branch, payment_ids=list(ids), on=setting.on)


def _hand_up(setting: Setting, unit: Organization, start: int, place: int) -> None:
    """``place``: 0 usual, else which of the two that are not settled."""
    cast, end = setting.cast, shift_month(start, 3)
    is_committee = unit.parent_id == cast.county_unit.pk
    collected = in_hand(unit, start, end).collected
    if collected <= 0:
        return
    rules = values_in_force(DUES, on=setting.on)
    amount = suggested(collected, rules.committee_remits if is_committee else rules.branch_remits)
    sent = _day(first_day(end), 14 if is_committee else 6, setting.on)
    row = send_remittance(
        by=cast.organizer(unit) if is_committee else cast.clerk(unit),
        organization=unit,
        from_month=start,
        months=3,
        amount=amount,
        kept=collected - amount,
        sent_on=sent,
        on=setting.on,
    )
    if place != _WAITS:
        _confirm(setting, row, unit, is_short=place == _DIFFERS and not is_committee)


def _confirm(setting: Setting, row: Remittance, unit: Organization, *, is_short: bool) -> None:
    cast = setting.cast
    confirm_remittance(
        by=cast.county if unit.parent_id == cast.county_unit.pk else cast.organizer(unit),
        remittance=row,
        arrived=row.amount - min(_SHORT, row.amount) if is_short else row.amount,
        note="点数少1元，已通知支部核对" if is_short else "",
        on=_day(row.sent_on, 3, setting.on),
    )


def _day(begin: date, days: int, on: date) -> date:
    """A working day so many days later, not after today."""
    day = begin + timedelta(days)
    return min(day + timedelta(7 - day.weekday() if day.weekday() > 4 else 0), on)
