"""Forms of what an organization does with its own blanks: delivery, spoilage, use, count, reversal."""

from uuid import uuid4

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates.actions import stock as actions
from zhibu.certificates.forms.stock import (
    CountForm,
    ExplanationForm,
    PrinterDeliveryForm,
    ReasonForm,
    SendingForm,
    SpoilingForm,
    UseForm,
)
from zhibu.certificates.models import StockCount, StockEntry
from zhibu.certificates.rules.stock import KIND_LABELS, Kind
from zhibu.certificates.summaries.stock.balances import available_at, remaining_at
from zhibu.certificates.views.stock.loading import PERMISSION, deed_page, organization_of
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires
from zhibu.organizations.models import Organization


def _at_hand(organization: Organization) -> list[tuple[str, object]]:
    left = available_at([organization.pk])[organization.pk]
    return [(_("账上能动用"), _("%(n)s本") % {"n": f"{left:,}"})]


def _fresh(request: Request, **initial: object) -> dict[str, object]:
    """What a form starts with: today, and a receipt that belongs to this form alone."""
    return {"day": timezone.localdate(), "receipt": uuid4(), **initial}


@requires(PERMISSION)
def delivery(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    return deed_page(
        request,
        PrinterDeliveryForm(request.POST or None, initial=_fresh(request)),
        lambda data: actions.receive_blanks(
            by=request.scope, organization=organization, on=timezone.localdate(), **data
        ),
        organization=organization,
        verb=_("登记进货"),
        lead=_("从印刷厂收到的空白证本。只有县里和党委能进货，支部由上级发放。"),
        done=lambda data: _("已登记进货%(n)s本。") % {"n": data["quantity"]},
        facts=_at_hand(organization),
    )


@requires(PERMISSION)
def sending(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    return deed_page(
        request,
        SendingForm(
            request.POST or None,
            organization=organization,
            initial=_fresh(request, to_organization=request.GET.get("to", "")),
        ),
        lambda data: actions.send_blanks(
            by=request.scope, from_organization=organization, on=timezone.localdate(), **data
        ),
        organization=organization,
        verb=_("发放或退回"),
        lead=_("对方点清签收以后才算到账。签收的人不能是发出的人。"),
        done=lambda data: (
            _("已发给%(unit)s%(n)s本，等对方签收。")
            % {"unit": data["to_organization"].short_name, "n": data["quantity"]}
        ),
        facts=_at_hand(organization),
    )


@requires(PERMISSION)
def spoilage(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    return deed_page(
        request,
        SpoilingForm(request.POST or None, initial=_fresh(request)),
        lambda data: actions.spoil_blanks(
            by=request.scope, organization=organization, on=timezone.localdate(), **data
        ),
        organization=organization,
        verb=_("登记报损"),
        lead=_("损坏、印错的空白证本从账上减去，不能悄悄扔掉。"),
        done=lambda data: _("已登记报损%(n)s本。") % {"n": data["quantity"]},
        facts=_at_hand(organization),
    )


@requires(PERMISSION)
def use(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    return deed_page(
        request,
        UseForm(request.POST or None, initial=_fresh(request)),
        lambda data: actions.enter_use(
            by=request.scope, organization=organization, on=timezone.localdate(), **data
        ),
        organization=organization,
        verb=_("登记用掉"),
        lead=_("县里没有打开“登记领取时扣减空白证本”，发证用掉的在这里登记。"),
        done=lambda data: _("已登记用掉%(n)s本。") % {"n": data["quantity"]},
        facts=_at_hand(organization),
    )


@requires(PERMISSION)
def counting(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, organization_id)
    remaining = remaining_at([organization.pk])[organization.pk]
    return deed_page(
        request,
        CountForm(request.POST or None, initial=_fresh(request)),
        lambda data: actions.count_blanks(
            by=request.scope, organization=organization, on=timezone.localdate(), **data
        ),
        organization=organization,
        verb=_("登记盘点"),
        lead=_("盘点只记实有数，不改账。有差额的，查清原因写明以后，账面才改成实有数。"),
        done=lambda data: (
            (
                _("盘点%(n)s本，账实相符。")
                if data["counted"] == remaining
                else _("已记下实有%(n)s本，和账面不一样，请查清后写明原因。")
            )
            % {"n": data["counted"]}
        ),
        facts=[(_("账面结存"), _("%(n)s本") % {"n": f"{remaining:,}"})],
    )


@requires(PERMISSION)
def explanation(request: Request, count_id: int) -> HttpResponseBase:
    count = get_visible(
        StockCount.objects.select_related("organization"), request.scope, PERMISSION, pk=count_id
    )
    return deed_page(
        request,
        ExplanationForm(request.POST or None),
        lambda data: actions.explain_count(by=request.scope, count=count, on=timezone.localdate(), **data),
        organization=count.organization,
        verb=_("说明差额"),
        lead=_("写明原因以后，多出或缺少的记入流水，账面和实有数一致。"),
        done=lambda data: _("差额已说明，账实相符。"),
        facts=[
            (_("盘点日期"), count.on.isoformat()),
            (_("盘点人"), count.by),
            (_("账面"), _("%(n)s本") % {"n": count.expected}),
            (_("实有"), _("%(n)s本") % {"n": count.counted}),
        ],
    )


@requires(PERMISSION)
def reversal(request: Request, entry_id: int) -> HttpResponseBase:
    entry = get_visible(
        StockEntry.objects.select_related("organization"), request.scope, PERMISSION, pk=entry_id
    )
    facts: list[tuple[str, object]] = [
        (_("日期"), entry.on.isoformat()),
        (_("事项"), _(KIND_LABELS[Kind(entry.kind)])),
        (_("本数"), _("%(n)s本") % {"n": abs(entry.quantity)}),
        (_("登记人"), entry.by),
    ]
    if entry.note:
        facts.append((_("备注"), entry.note))
    return deed_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: actions.reverse_entry(by=request.scope, entry=entry, on=timezone.localdate(), **data),
        organization=entry.organization,
        verb=_("冲正"),
        lead=_("登记错的不删不改，用一笔相反的抵掉，两笔都留在流水里。"),
        done=lambda data: _("已冲正。"),
        facts=facts,
        stop=True,
    )
