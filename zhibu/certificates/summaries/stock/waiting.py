"""What waits for a person among the blank booklets."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.certificates.models import StockCount, StockWriteOff
from zhibu.certificates.rules.stock import CONFIRM_WITHIN, KIND_LABELS, Kind, TransferState, WriteOffState
from zhibu.certificates.summaries.stock.balances import OPEN_COUNT, OPEN_SHORTFALL, PERMISSION, parcels
from zhibu.core.access import Scope
from zhibu.core.work import WorkItem, WorkList

SHOWN = 5


def _first(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    found = list(rows[:SHOWN])
    return found, len(found) if len(found) < SHOWN else rows.order_by().count()


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Parcels that wait for this person's confirmation, parcels sent long ago, unexplained findings.

    A parcel waits for those who work at the organization it goes to, not for those above it.
    """
    own = [prefix for prefix in scope.prefixes(PERMISSION) if prefix]
    if not own:
        return []
    lists: list[WorkList] = []
    here, total = _first(
        parcels(scope)
        .filter(to_organization__path__in=own, state=TransferState.SENT)
        .exclude(sender_id=scope.user_id)
        .order_by("sent_on", "pk")
    )
    if total:
        lists.append(
            WorkList(
                "stock.incoming",
                _("等我签收的空白证本"),
                "decide",
                "package",
                tuple(
                    WorkItem(
                        _("%(unit)s发来空白证本%(n)s本")
                        % {"unit": parcel.from_organization.short_name, "n": parcel.quantity},
                        _("点清实数后签收，少了也照实填"),
                        reverse("certificates:stock_arrival", args=[parcel.pk]),
                        parcel.sent_on + CONFIRM_WITHIN,
                    )
                    for parcel in here
                ),
                total,
                reverse("certificates:stock"),
            )
        )
    lists += _to_confirm(scope)
    late, total = _first(
        parcels(scope)
        .filter(from_organization__path__in=own, state=TransferState.SENT, sent_on__lt=on - CONFIRM_WITHIN)
        .order_by("sent_on", "pk")
    )
    if total:
        lists.append(
            WorkList(
                "stock.unconfirmed",
                _("发出多日没有签收的空白证本"),
                "watch",
                "send",
                tuple(
                    WorkItem(
                        _("发给%(unit)s的%(n)s本还没有签收")
                        % {"unit": parcel.to_organization.short_name, "n": parcel.quantity},
                        _("请问一问对方，没有发成的可以撤回"),
                        reverse("certificates:organization_stock", args=[parcel.from_organization_id]),
                        parcel.sent_on + CONFIRM_WITHIN,
                    )
                    for parcel in late
                ),
                total,
                reverse("certificates:stock"),
            )
        )
    lists += _open_findings(scope)
    return lists


def _to_confirm(scope: Scope) -> list[WorkList]:
    """What somebody else proposed to write off, here or below. Two queries at most."""
    rows = StockWriteOff.objects.visible_to(scope, PERMISSION).filter(state=WriteOffState.PROPOSED)
    if scope.user_id is not None:
        rows = rows.exclude(user=scope.user_id)
    found, total = _first(rows.select_related("organization").order_by("at", "pk"))
    if not total:
        return []
    items = tuple(
        WorkItem(
            _("%(unit)s%(kind)s减少空白证本%(n)s本")
            % {
                "unit": row.organization.short_name,
                "kind": _(KIND_LABELS[Kind(row.kind)]),
                "n": row.quantity,
            },
            _("%(name)s登记，点清实物后确认") % {"name": row.by},
            reverse("certificates:stock_write_off", args=[row.pk]),
        )
        for row in found
    )
    label = _("等我确认的空白证本减少")
    return [
        WorkList("stock.write_offs", label, "decide", "package", items, total, reverse("certificates:stock"))
    ]


def _open_findings(scope: Scope) -> list[WorkList]:
    waiting = (
        StockWriteOff.objects.filter(state=WriteOffState.PROPOSED).exclude(count=None).values("count_id")
    )
    counts, counted = _first(
        StockCount.objects.visible_to(scope, PERMISSION)
        .filter(OPEN_COUNT)
        .exclude(pk__in=waiting)
        .select_related("organization")
        .order_by("on", "pk")
    )
    late, short = _first(parcels(scope).filter(OPEN_SHORTFALL).order_by("settled_on", "pk"))
    if not counted + short:
        return []
    items = [
        WorkItem(
            _("%(unit)s盘点：账上%(expected)s本，实有%(counted)s本")
            % {
                "unit": count.organization.short_name,
                "expected": count.expected,
                "counted": count.counted,
            },
            _("查清原因后写明，账才能平"),
            reverse("certificates:stock_explanation", args=[count.pk]),
        )
        for count in counts
    ] + [
        WorkItem(
            _("%(unit)s签收少了%(n)s本")
            % {"unit": parcel.to_organization.short_name, "n": parcel.quantity - (parcel.received or 0)},
            _("由发出和签收两头的上级查清去向"),
            reverse("certificates:organization_stock", args=[parcel.to_organization_id]),
        )
        for parcel in late
    ]
    return [
        WorkList(
            "stock.findings",
            _("没有说明的空白证本差额"),
            "do",
            "scale",
            tuple(items[:SHOWN]),
            counted + short,
            reverse("certificates:stock"),
        )
    ]
