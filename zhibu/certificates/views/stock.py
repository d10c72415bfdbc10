"""Pages about blank booklets: the stock of an organization, those below it, one form for each deed."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates import stock_workbooks
from zhibu.certificates.actions import stock as actions
from zhibu.certificates.forms.stock import (
    ArrivalForm,
    CountForm,
    ExplanationForm,
    PrinterDeliveryForm,
    ReasonForm,
    SendingForm,
    ShortfallForm,
    SpoilingForm,
    UseForm,
)
from zhibu.certificates.models import StockCount, StockEntry, StockTransfer
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.rules.stock import KIND_LABELS, Kind
from zhibu.certificates.summaries import stock as summaries
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.members.forms import sentence_of
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS, COMMITTEE_KINDS
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

PERMISSION = "certificates.stock"
FILTERS = ("", "findings", "incoming", "empty")


def _organization(request: Request, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person keeps blanks of."""
    rows = Organization.objects.select_related("parent").exclude(kind="group")
    if pk is not None:
        return get_visible(rows, request.scope, PERMISSION, pk=pk)
    return get_visible(rows.order_by("path"), request.scope, PERMISSION)


def _parcel(request: Request, pk: int, *ends: str) -> StockTransfer:
    """A parcel whose named ends the person covers; else not found."""
    parcel = get_visible(
        StockTransfer.objects.select_related("from_organization", "to_organization"),
        request.scope,
        PERMISSION,
        pk=pk,
    )
    places: Mapping[str, Organization] = {"from": parcel.from_organization, "to": parcel.to_organization}
    if not all(request.scope.covers(PERMISSION, places[end].path) for end in ends):
        raise Http404
    return parcel


@requires(PERMISSION)
def stock(request: Request, organization_id: int | None = None) -> HttpResponseBase:
    organization = _organization(request, organization_id)
    has_below = organization.kind not in BRANCH_KINDS
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "own": summaries.balance_at(organization),
        "under": summaries.balance_under(organization.path) if has_below else None,
        "findings": summaries.findings_at(request.scope, organization),
        "has_below": has_below,
        "orders": organization.parent_id is None or organization.kind in COMMITTEE_KINDS,
        "by_hand": not values_in_force(BOOKLET, on=timezone.localdate()).use_blank_stock,
        "page": paginate(request, summaries.movements(request.scope, organization)),
    }
    return render_page(request, "certificates/stock.html", context)


@requires(PERMISSION)
def below(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, organization_id)
    only = request.GET.get("only", "")
    text = request.GET.get("q", "").strip()
    places = summaries.places_under(request.scope, organization, text=text, only=only)
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "page": paginate(request, places),
        "count": len(places),
        "remaining": sum(place.remaining for place in places),
        "incoming": sum(place.incoming for place in places),
        "findings": sum(place.findings for place in places),
        "only": only,
        "q": text,
        "filters": FILTERS,
    }
    return render_page(request, "certificates/stock_below.html", context)


@requires(PERMISSION)
def ledger_workbook(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, organization_id)
    content = stock_workbooks.ledger_workbook(
        summaries.ledger_lines(request.scope, organization),
        balance=summaries.balance_at(organization),
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
    )
    return attachment(content, _("%(unit)s空白证本流水.xlsx") % {"unit": organization.short_name})


def _deed(
    request: Request,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    organization: Organization,
    verb: str,
    lead: str,
    done: Callable[[dict[str, Any]], str],
    facts: list[tuple[str, object]] | None = None,
    stop: bool = False,
    other: tuple[str, str] | None = None,
) -> HttpResponseBase:
    """One deed on a page of its own: what it does, what is known, the form. A refusal stands on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, done(form.cleaned_data))
            return see_other("certificates:organization_stock", organization.pk)
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "form": form,
        "verb": verb,
        "lead": lead,
        "facts": facts or [],
        "stop": stop,
        "other": other,
    }
    return render(request, "certificates/stock_deed.html", context)


def _at_hand(organization: Organization) -> list[tuple[str, object]]:
    left = summaries.available_at([organization.pk])[organization.pk]
    return [(_("账上能动用"), _("%(n)s本") % {"n": f"{left:,}"})]


def _fresh(request: Request, **initial: object) -> dict[str, object]:
    """What a form starts with: today, and a receipt that belongs to this form alone."""
    return {"day": timezone.localdate(), "receipt": uuid4(), **initial}


@requires(PERMISSION)
def delivery(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, organization_id)
    return _deed(
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
    organization = _organization(request, organization_id)
    return _deed(
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
    organization = _organization(request, organization_id)
    return _deed(
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
    organization = _organization(request, organization_id)
    return _deed(
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
    organization = _organization(request, organization_id)
    remaining = summaries.remaining_at([organization.pk])[organization.pk]
    return _deed(
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
    return _deed(
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
    parcel = _parcel(request, transfer_id, "to")
    return _deed(
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
        other=(reverse("certificates:stock_refusal", args=[parcel.pk]), _("拒收")),
    )


@requires(PERMISSION)
def refusal(request: Request, transfer_id: int) -> HttpResponseBase:
    parcel = _parcel(request, transfer_id, "to")
    return _deed(
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
    )


@requires(PERMISSION)
def recall(request: Request, transfer_id: int) -> HttpResponseBase:
    parcel = _parcel(request, transfer_id, "from")
    return _deed(
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
    parcel = _parcel(request, transfer_id, "from", "to")
    short = parcel.quantity - (parcel.received or 0)
    return _deed(
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
    return _deed(
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
