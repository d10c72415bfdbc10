"""Pages of what is to leave the books and waits for a second person: confirm, or decline and take back."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates.actions import stock as actions
from zhibu.certificates.actions.stock.writing_off import check_confirmer
from zhibu.certificates.forms.stock import ReasonForm, WriteOffForm
from zhibu.certificates.models import StockWriteOff
from zhibu.certificates.rules.stock import KIND_LABELS, Kind
from zhibu.certificates.views.stock.loading import PERMISSION, deed_page
from zhibu.core.db import get_visible
from zhibu.core.hands import Person
from zhibu.core.http import Request, requires
from zhibu.ui.hands import another_hand


def _loaded(request: Request, pk: int) -> StockWriteOff:
    rows = StockWriteOff.objects.select_related("organization", "reverses")
    return get_visible(rows, request.scope, PERMISSION, pk=pk)


def _is_own(request: Request, row: StockWriteOff) -> bool:
    return Person(row.user_id, row.by).is_same(Person.of(request.scope))


def _facts_of(row: StockWriteOff) -> list[tuple[str, object]]:
    kind = _(KIND_LABELS[Kind(row.kind)])
    facts: list[tuple[str, object]] = [
        (_("事项"), _("冲正%(kind)s") % {"kind": kind} if row.reverses is not None else kind),
        (_("减少"), _("%(n)s本") % {"n": row.quantity}),
        (_("日期"), row.on.isoformat()),
        (_("登记人"), row.by),
        (_("原因"), row.note),
    ]
    if row.settled_at is not None:
        facts.append((_("办结"), row.settled_by))
    return facts


@requires(PERMISSION)
def confirmation(request: Request, write_off_id: int) -> HttpResponseBase:
    row = _loaded(request, write_off_id)
    is_own = _is_own(request, row)
    decline = reverse("certificates:stock_write_off_decline", args=[row.pk])
    if row.settled_at is not None:
        another = _("这一笔已由%(name)s办结。") % {"name": row.settled_by}
    else:
        another = another_hand(check_confirmer, request.scope, row)
    return deed_page(
        request,
        WriteOffForm(request.POST or None),
        lambda data: actions.confirm_write_off(by=request.scope, write_off=row, on=timezone.localdate()),
        organization=row.organization,
        verb=_("确认减少"),
        lead=_("一个月里减少超过几本的空白证本，要由两个人办：点清实物，确认真的没有了，账上才减。"),
        done=lambda data: _("已确认，账上减少%(n)s本。") % {"n": row.quantity},
        facts=_facts_of(row),
        other=None if row.settled_at is not None else (decline, _("撤回") if is_own else _("不同意")),
        another=another,
    )


@requires(PERMISSION)
def refusal(request: Request, write_off_id: int) -> HttpResponseBase:
    row = _loaded(request, write_off_id)
    return deed_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: actions.decline_write_off(
            by=request.scope, write_off=row, on=timezone.localdate(), **data
        ),
        organization=row.organization,
        verb=_("撤回") if _is_own(request, row) else _("不同意"),
        lead=_("这一笔不再算，账上不减。"),
        done=lambda data: _("已办结，账上没有减少。"),
        facts=_facts_of(row),
        stop=True,
        another=_("这一笔已由%(name)s办结。") % {"name": row.settled_by} if row.settled_at else "",
    )
