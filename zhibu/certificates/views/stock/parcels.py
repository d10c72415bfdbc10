"""Forms about a parcel of blanks: its arrival, refusal, recall, and what became of a shortfall."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates.actions import stock as actions
from zhibu.certificates.actions.stock.sending import check_explainer, check_receiver
from zhibu.certificates.forms.stock import ArrivalForm, ReasonForm, ShortfallForm
from zhibu.certificates.models import StockTransfer
from zhibu.certificates.views.stock.loading import PERMISSION, deed_page, parcel_of
from zhibu.core.http import Request, requires
from zhibu.ui.hands import another_hand


def _facts_of(parcel: StockTransfer) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("发出"), f"{parcel.from_organization.short_name}　{parcel.sent_on.isoformat()}　{parcel.sent_by}"),
        (_("收证单位"), parcel.to_organization.short_name),
        (_("发出本数"), _("%(n)s本") % {"n": parcel.quantity}),
    ]
    if parcel.note:
        facts.append((_("备注"), parcel.note))
    if parcel.received is not None:
        facts.append((_("实收"), _("%(n)s本") % {"n": parcel.received}))
    return facts


@requires(PERMISSION)
def arrival(request: Request, transfer_id: int) -> HttpResponseBase:
    parcel = parcel_of(request, transfer_id, "to")
    another = another_hand(check_receiver, request.scope, parcel)
    return deed_page(
        request,
        ArrivalForm(
            request.POST or None,
            initial={"received": parcel.quantity, "day": timezone.localdate()},
        ),
        lambda data: actions.confirm_transfer(
            by=request.scope, transfer=parcel, on=timezone.localdate(), **data
        ),
        organization=parcel.to_organization,
        verb=_("签收"),
        lead=_("先点数，再签收。签收的人不能是发出的人。"),
        done=lambda data: (
            _("已签收%(n)s本。") % {"n": data["received"]}
            if data["received"] == parcel.quantity
            else _("已签收%(n)s本，差的列为差额，等上级查清。") % {"n": data["received"]}
        ),
        facts=_facts_of(parcel),
        other=None if another else (reverse("certificates:stock_refusal", args=[parcel.pk]), _("拒收")),
        another=another,
    )


@requires(PERMISSION)
def refusal(request: Request, transfer_id: int) -> HttpResponseBase:
    parcel = parcel_of(request, transfer_id, "to")
    return deed_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: actions.decline_transfer(
            by=request.scope, transfer=parcel, on=timezone.localdate(), **data
        ),
        organization=parcel.to_organization,
        verb=_("拒收"),
        lead=_("整批不收，全部回到发出单位的账上。只少几本的，请按实数签收。"),
        done=lambda data: (
            _("已拒收，%(n)s本回到%(unit)s账上。")
            % {"n": parcel.quantity, "unit": parcel.from_organization.short_name}
        ),
        facts=_facts_of(parcel),
        stop=True,
        another=another_hand(check_receiver, request.scope, parcel),
    )


@requires(PERMISSION)
def recall(request: Request, transfer_id: int) -> HttpResponseBase:
    parcel = parcel_of(request, transfer_id, "from")
    return deed_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: actions.recall_transfer(
            by=request.scope, transfer=parcel, on=timezone.localdate(), **data
        ),
        organization=parcel.from_organization,
        verb=_("撤回"),
        lead=_("对方还没有签收的，可以撤回，全部回到本级账上。"),
        done=lambda data: _("已撤回%(n)s本。") % {"n": parcel.quantity},
        facts=_facts_of(parcel),
        stop=True,
    )


@requires(PERMISSION)
def shortfall(request: Request, transfer_id: int) -> HttpResponseBase:
    parcel = parcel_of(request, transfer_id, "from", "to")
    short = parcel.quantity - (parcel.received or 0)
    return deed_page(
        request,
        ShortfallForm(request.POST or None),
        lambda data: actions.explain_shortfall(
            by=request.scope, transfer=parcel, on=timezone.localdate(), **data
        ),
        organization=parcel.to_organization,
        verb=_("说明差额"),
        lead=_("发出和实收差%(n)s本。查清去向以后写明，两头的账随着改。") % {"n": short},
        done=lambda data: _("差额已说明。"),
        facts=_facts_of(parcel),
        another=another_hand(check_explainer, request.scope, parcel),
    )
