"""What every page about blank booklets begins with: the organization, the parcel, the page of a deed."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhibu.certificates.models import StockTransfer, StockWriteOff
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, see_other
from zhibu.core.refusals import sentence_of
from zhibu.organizations.models import Organization

PERMISSION = "certificates.stock"


def organization_of(request: Request, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person keeps blanks of."""
    rows = Organization.objects.select_related("parent").exclude(kind="group")
    if pk is not None:
        return get_visible(rows, request.scope, PERMISSION, pk=pk)
    return get_visible(rows.top_first(), request.scope, PERMISSION)


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
    another: str = "",
) -> HttpResponseBase:
    """One deed on a page of its own: what it does, what is known, the form. A refusal stands on the form.

    ``another``: says who else can do it, in place of the form, to somebody who did the first part.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _waits(made) or done(form.cleaned_data))
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
        "another": another,
    }
    return render(request, "certificates/stock_deed.html", context)


def _waits(made: object) -> str:
    """What to say when nothing was entered yet, because another person has to confirm it; "" otherwise."""
    if not isinstance(made, StockWriteOff) or made.state != "proposed":
        return ""
    return _("已登记，减少%(n)s本要等另一位管空白证本的同志确认，账上现在不减。") % {"n": made.quantity}
