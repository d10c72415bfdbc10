"""月记: the page of a branch's month, its one way in, submitting, giving back, sealing, mending; the list of months."""

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Denied, Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import first_day, is_month, month_text, shift_month
from zhibu.months import actions
from zhibu.months.forms import (
    CountedForm,
    ExceptionForm,
    ReturnForm,
    month_number,
    operations_of_form,
    operations_of_json,
)
from zhibu.months.models import BranchMonth
from zhibu.months.policies import MONTHS
from zhibu.months.prints import sheet_pdf
from zhibu.months.rules.months import due_day
from zhibu.months.summaries import lists
from zhibu.months.summaries import page as summaries
from zhibu.months.views.page import badge_of, branch_of, show_page
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page
from zhibu.ui.templatetags.ui import next_step, sentence

READ, SUBMIT, CONFIRM = lists.READ, lists.SUBMIT, lists.CONFIRM


def _month(request: Request, branch_id: int, month: int, permission: str) -> BranchMonth:
    rows = BranchMonth.objects.select_related("branch")
    return get_visible(rows, request.scope, permission, branch=branch_id, month=month)


@requires(SUBMIT)
@require_POST
def month_operations(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """The one way into the cells. JSON from the page's script, or the plain form without it."""
    today = timezone.localdate()
    if request.content_type == "application/json":
        try:
            operations = operations_of_json(request.body)
            answers = actions.apply_operations_at(
                by=request.scope, branch=branch_id, month=month, operations=operations, on=today
            )
        except Denied:
            raise
        except Refused as refusal:
            return JsonResponse({"sentence": sentence(refusal)}, status=422)
        return JsonResponse({"answers": [summaries.told(answer.plain()) for answer in answers]})
    row = _month(request, branch_id, month, SUBMIT)
    page = summaries.month_page(row, submit_day=values_in_force(MONTHS, on=today).submit_day)
    answers = actions.apply_operations(
        by=request.scope,
        branch_month=row,
        operations=operations_of_form(request.POST, page),
        on=today,
    )
    _tell(request, answers, page)
    return see_other("months:month", branch_id, month)


def _tell(request: Request, answers: list[actions.Answer], page: summaries.MonthPage) -> None:
    names = {row.member: row.name for row in page.rows}
    done = sum(answer.outcome in {"done", "same"} for answer in answers)
    if done:
        messages.success(request, _("已保存{count}格。").format(count=done))
    for answer in answers:
        name = names.get(answer.member, "")
        if answer.outcome == "refused":
            messages.error(request, _("{name}：{why}").format(name=name, why=answer.sentence))
        elif answer.outcome == "conflict":
            messages.warning(request, _("{name}：两个人填得不一样，请看那一行，选定一个。").format(name=name))
    if not answers:
        messages.info(request, _("没有改动，不用保存。"))


@requires(SUBMIT)
@require_POST
def month_submission(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """Hand the month in; what does not add up stands above the form with the difference."""
    row = _month(request, branch_id, month, SUBMIT)
    submit_day = values_in_force(MONTHS, on=timezone.localdate()).submit_day
    page = summaries.month_page(row, submit_day=submit_day)
    form = CountedForm(request.POST, has_meetings=bool(page.meetings))
    if not form.is_valid():
        return show_page(request, row, form)
    try:
        actions.submit_month(
            by=request.scope, branch_month=row, counted=form.counted(), on=timezone.localdate()
        )
    except Denied:
        raise
    except Refused as refusal:
        form.add_error(None, f"{sentence(refusal)}{next_step(refusal)}")
        return show_page(request, row, form)
    messages.success(request, _("{month}月记已提交，等党委确认。").format(month=month_text(month)))
    return see_other("months:month", branch_id, month)


@requires(CONFIRM)
@require_POST
def month_return(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """Give the month back."""
    row = _month(request, branch_id, month, CONFIRM)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写明为什么退回，至少4个字。"))
    actions.return_month(
        by=request.scope,
        branch_month=row,
        reason=form.cleaned_data["reason"],
        on=timezone.localdate(),
    )
    messages.success(request, _("已退回支部，理由已写明。"))
    return see_other("months:month", branch_id, month)


@requires(CONFIRM)
@require_POST
def month_seal(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """Confirm and seal."""
    row = _month(request, branch_id, month, CONFIRM)
    actions.seal_month(by=request.scope, branch_month=row, on=timezone.localdate())
    messages.success(request, _("{month}月记已确认并封存。").format(month=month_text(month)))
    return see_other("months:month", branch_id, month)


@requires(CONFIRM)
def month_exception(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """Let one person mend a sealed month until a day."""
    row = _month(request, branch_id, month, CONFIRM)
    people = lists.clerks_of(row.branch, on=timezone.localdate())
    form = ExceptionForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_exception(
                by=request.scope, branch_month=row, on=timezone.localdate(), **form.cleaned_data
            )
        except Denied:
            raise
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已准予更正。改好以后重新提交、重新封存。"))
            return see_other("months:month", branch_id, month)
    context = {"row": row, "form": form, "label": month_text(month)}
    return render(request, "months/month_exception.html", context)


@requires(CONFIRM)
@require_POST
def month_exception_end(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """Close a reopened month again under its old seal."""
    row = _month(request, branch_id, month, CONFIRM)
    actions.end_exception(by=request.scope, branch_month=row, on=timezone.localdate())
    messages.success(request, _("更正已结束，封存照旧。"))
    return see_other("months:month", branch_id, month)


@requires(SUBMIT)
@require_POST
def month_opening(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """Open a branch's month, or take in whoever came since."""
    branch = branch_of(request, branch_id, SUBMIT)
    opened = actions.open_months(by=request.scope, month=month, organization=branch, on=timezone.localdate())
    messages.success(request, _("已打开。") if opened else _("名单已按现在的党员补齐。"))
    return see_other("months:month", branch_id, month)


@requires(READ)
def month_sheet(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """The A4 sheet to fill by pen, in the order of the page."""
    row = _month(request, branch_id, month, READ)
    pdf = sheet_pdf(row, printed_by=request.scope.name, at=timezone.localtime())
    return attachment(
        pdf, _("{branch}{month}月记.pdf").format(branch=row.branch.short_name, month=month_text(month))
    )


@requires(READ)
def months(request: Request) -> HttpResponseBase:
    """The months of the branches in the scope; a clerk sees the year of the own branch."""
    today = timezone.localdate()
    submit_day = values_in_force(MONTHS, on=today).submit_day
    scope = request.scope
    asked = month_number(request.GET.get("month", ""), default=0)
    chosen = asked if is_month(asked) else lists.month_to_open(scope, on=today, submit_day=submit_day)
    show_only = request.GET.get("show", "")
    unit = _unit(request)
    under = unit.path if unit is not None else ""
    page = paginate(request, lists.month_lines(scope, chosen, show_only=show_only, under=under))
    branches = [row.branch for row in page.rows]
    years = lists.branch_years(branches, chosen // 100, on=today, submit_day=submit_day)
    context = {
        "page": page,
        "lines": [(row, badge_of(row.state), years[row.branch_id]) for row in page.rows],
        "month": chosen,
        "month_text": str(chosen),
        "unit_query": f"&unit={unit.pk}" if unit is not None else "",
        "label": month_text(chosen),
        "before": shift_month(chosen, -1),
        "after": shift_month(chosen, 1),
        "due": due_day(chosen, submit_day),
        "is_over": today > due_day(chosen, submit_day),
        "show": show_only,
        "unit": unit,
        "units": lists.unit_lines(scope, chosen, on=today, submit_day=submit_day) if unit is None else [],
        "to_do": lists.months_to_do(scope, on=today, submit_day=submit_day, under=under),
        "counts": lists.month_counts(scope, chosen, on=today, submit_day=submit_day, under=under),
        "may_open": scope.has(SUBMIT) and first_day(chosen) <= today,
        "may_confirm": scope.has(CONFIRM),
    }
    return render_page(request, "months/months.html", context)


def _unit(request: Request) -> Organization | None:
    text = request.GET.get("unit", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        return None
    return Organization.objects.visible_to(request.scope, READ).filter(pk=int(text)).first()


@requires(SUBMIT)
@require_POST
def months_opening(request: Request, month: int) -> HttpResponseBase:
    """Open a month for everything the person answers for."""
    today, opened = timezone.localdate(), 0
    places = lists.places(request.scope)
    for place in places:
        may = SUBMIT if place.kind in BRANCH_KINDS else CONFIRM
        if request.scope.covers(may, place.path):
            opened += actions.open_months(by=request.scope, month=month, organization=place, on=today)
    messages.success(
        request, _("{month}：打开了{count}个支部的月记。").format(month=month_text(month), count=opened)
    )
    return see_other("months:months", then=f"?month={month}")
