"""The year of a branch: the plan by kind, and the attendance ledger as a workbook."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.meetings.actions.planning import plan_months
from zhibu.meetings.forms.planning import MonthsForm
from zhibu.meetings.prints.workbook import attendance_workbook
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.summaries.sheet import attendance_sheet
from zhibu.meetings.summaries.year import year_plan
from zhibu.meetings.views.places import READ, RECORD
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.ui.downloads import attachment, conditions


def _branch(request: Request, branch_id: int, permission: str) -> Organization:
    branches = Organization.objects.select_related("parent").filter(kind__in=BRANCH_KINDS)
    return get_visible(branches, request.scope, permission, pk=branch_id)


def _year(request: Request) -> int:
    text = request.GET.get("year", "")
    this = timezone.localdate().year
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this
    return year if 1950 <= year <= 2199 else this


@requires(READ)
def year(request: Request, branch_id: int) -> HttpResponse:
    """Twelve months of a branch by kind, and a form that plans the rest of this year at once."""
    branch = _branch(request, branch_id, READ)
    today = timezone.localdate()
    asked = _year(request)
    may_record = request.scope.covers(RECORD, branch.path)
    if request.method == "POST":
        request.scope.require(RECORD, branch.path)
    form = MonthsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = plan_months(by=request.scope, branch=branch, on=today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            if made:
                messages.success(request, _("已排好{n}次，可以逐次改日期。").format(n=len(made)))
            else:
                messages.info(request, _("今年后面的月份都有了，没有新排的。"))
            return see_other("meetings:year", branch.pk)
    context = {
        "rows": year_plan(branch, asked, on=today),
        "year": asked,
        "is_this_year": asked == today.year,
        "form": form,
        "organization": branch,
        "is_branch": True,
        "may_record": may_record,
        "above": Organization.objects.above(branch.path),
    }
    return render(request, "meetings/year.html", context)


@requires(READ)
def attendance_download(request: Request, branch_id: int) -> HttpResponse:
    """Rows are members, columns are the meetings of the year."""
    branch = _branch(request, branch_id, READ)
    kind = request.GET.get("kind", "")
    kind = kind if kind in set(Kind) else ""
    sheet = attendance_sheet(branch, _year(request), kind=kind)
    content = attendance_workbook(
        sheet,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=conditions((_("类别"), _(SPECS[Kind(kind)].label))) if kind else "",
    )
    name = _("{unit}{year}年到会台账.xlsx").format(unit=branch.short_name, year=sheet.year)
    return attachment(content, name)
