"""What every page about blank booklets begins with: the organization, the parcel, the page of a deed."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from zhibu.certificates.models import StockTransfer
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, see_other
from zhibu.members.forms import sentence_of
from zhibu.organizations.models import Organization

PERMISSION = "certificates.stock"


def organization_of(request: Request, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person keeps blanks of."""
    rows = Organization.objects.select_related("parent").exclude(kind="group")
    if pk is not None:
        return get_visible(rows, request.scope, PERMISSION, pk=pk)
    return get_visible(rows.order_by("path"), request.scope, PERMISSION)


def parcel_of(request: Request, pk: int, *ends: str) -> StockTransfer:
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


def deed_page(
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
