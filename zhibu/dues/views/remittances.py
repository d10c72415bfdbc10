"""Handing up: the list seen from both ends, a new one, the taker's confirmation."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.money import yuan
from zhibu.core.months import month_of, parse_month, shift_month
from zhibu.core.refusals import sentence_of
from zhibu.core.text import gettext_noop
from zhibu.dues import actions
from zhibu.dues.actions.remittances import check_taker
from zhibu.dues.forms.remittances import ConfirmationForm, PeriodForm, RemittanceForm
from zhibu.dues.models import Remittance
from zhibu.dues.policies import DUES
from zhibu.dues.rules.remitting import suggested
from zhibu.dues.summaries import remittances as summaries
from zhibu.dues.summaries.pages import is_branch
from zhibu.dues.views.common import READ, RECORD, at, organization_of
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.deeds import attempt
from zhibu.ui.hands import another_hand
from zhibu.ui.pages import paginate, render_page

VIEWS = {
    "": gettext_noop("全部"),
    "arriving": gettext_noop("等确认的"),
    "differs": gettext_noop("金额不符的"),
}


def view_asked(request: Request) -> str:
    """Which remittances the query asks for."""
    view = request.GET.get("view", "")
    return view if view in VIEWS else ""


@requires(READ)
def remittances(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization = organization_of(request, READ, organization_id)
    view = view_asked(request)
    rows = summaries.remittance_rows(request.scope, view=view, organization=organization)
    page = paginate(request, rows)
    a_year = timezone.localdate() - timedelta(days=365)
    context = at(
        organization,
        page=page,
        rows=[
            (row, row.state != "confirmed" and request.scope.covers(RECORD, row.to_organization.path))
            for row in page.rows
        ],
        view=view,
        views=VIEWS,
        large=list(summaries.large_payments(request.scope, organization, since=a_year)[:20]),
    )
    return render_page(request, "dues/remittances.html", context)


@requires(RECORD)
def remittance_new(request: Request, organization_id: int) -> HttpResponse:
    """First the period, then what the ledger holds for it and what is handed up."""
    organization = organization_of(request, RECORD, organization_id)
    today = timezone.localdate()
    posted = request.method == "POST"
    typed = request.POST if posted else request.GET
    from_month = parse_month(typed.get("from_month", ""))
    months = 3 if typed.get("months") == "3" else 1
    follows = summaries.in_hand(organization, 0, 0).follows
    period = PeriodForm(
        typed if "from_month" in typed else None,
        initial={"from_month": follows or shift_month(month_of(today), -1), "months": 1},
        auto_id="period_%s",
    )
    form, held = None, None
    if from_month is not None:
        held = summaries.in_hand(organization, from_month, shift_month(from_month, months))
        rules = values_in_force(DUES, on=today)
        share = rules.branch_remits if is_branch(organization) else rules.committee_remits
        amount = suggested(held.collected, share)
        form = RemittanceForm(
            request.POST if posted else None,
            initial={
                "from_month": from_month,
                "months": months,
                "amount": yuan(amount),
                "kept": yuan(held.collected - amount),
                "sent_on": today,
            },
        )
    if posted and form is not None and form.is_valid():
        facts: dict[str, Any] = {"organization": organization, "on": today, **form.cleaned_data}
        row = attempt(request, form, lambda: actions.send_remittance(by=request.scope, **facts))
        if row is not None:
            told = _("已登记上缴，等{unit}确认收到。")
            messages.success(request, told.format(unit=row.to_organization.short_name))
            return see_other("dues:organization_remittances", organization.pk)
    context = at(organization, period=period, form=form, held=held, follows=follows)
    return render(request, "dues/remittance_new.html", context)


@requires(RECORD)
def remittance_confirmation(request: Request, remittance_id: int) -> HttpResponse:
    row = get_visible(
        Remittance.objects.select_related("from_organization", "to_organization"),
        request.scope,
        RECORD,
        pk=remittance_id,
    )
    request.scope.require(RECORD, row.to_organization.path)
    form = ConfirmationForm(request.POST or None, initial={"arrived": yuan(row.amount)})
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.confirm_remittance(
                by=request.scope, remittance=row, on=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            if done.state == "differs":
                messages.warning(request, _("已登记，金额不符，差额会一直显示到重新确认。"))
            else:
                messages.success(request, _("已确认收到。"))
            return see_other("dues:remittances")
    another = "" if row.state == "confirmed" else another_hand(check_taker, request.scope, row)
    context = at(row.to_organization, remittance=row, form=form, another=another)
    return render(request, "dues/remittance_confirmation.html", context)
