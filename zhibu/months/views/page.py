"""The page of a branch's month."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db.models import Subquery
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires
from zhibu.core.money import yuan
from zhibu.core.months import first_day, is_month, month_text, shift_month
from zhibu.months import actions
from zhibu.months.actions.proposal import points_as_proposed
from zhibu.months.forms import CountedForm, ReturnForm
from zhibu.months.models import BranchMonth
from zhibu.months.policies import MONTHS
from zhibu.months.rules.months import STATE_LABELS, MonthState
from zhibu.months.rules.seals import replaced_seals
from zhibu.months.summaries import page as summaries
from zhibu.months.summaries.book import read_book
from zhibu.months.summaries.lists import CONFIRM, READ, SUBMIT
from zhibu.months.summaries.words import OFFERED_EXCUSES
from zhibu.organizations.models import Organization
from zhibu.points.policies import POINTS, catalogue_of
from zhibu.rulebook.policies import read_in_force, stored_in_force

RECORD = "points.record"
_TONES = {"open": "pending", "submitted": "recorded", "returned": "returned", "sealed": "sealed"}
_ICONS = {
    "open": "circle-dashed",
    "submitted": "hourglass",
    "returned": "arrow-back-up",
    "sealed": "lock",
}


def branch_of(request: Request, branch_id: int, permission: str) -> Organization:
    """The branch of the address, 404 for others."""
    return get_visible(Organization.objects.branches(), request.scope, permission, pk=branch_id)


def badge_of(state: str) -> dict[str, str]:
    """Tone, word and icon of a state."""
    return {"tone": _TONES[state], "word": STATE_LABELS[MonthState(state)], "icon": _ICONS[state]}


@requires(READ)
def month(request: Request, branch_id: int, month: int) -> HttpResponseBase:
    """The page. A month that is not open yet is offered for opening.

    ``?order=sheet``: the rows in the order of the printed sheet. ``?points=1``: only the points, as the page's
    script asks for them after an entry.
    """
    if not is_month(month):
        raise Http404
    row = (
        BranchMonth.objects.visible_to(request.scope, READ)
        .filter(branch=branch_id, month=month)
        .select_related("branch")
        .annotate(**_rules_beside(month))
        .first()
    )
    if row is None:
        return _unopened(request, branch_of(request, branch_id, READ), month)
    if "points" in request.GET:
        page = _read(row)
        rows = {line.member: (line.tenths, line.total) for line in page.rows}
        return JsonResponse({"rows": rows, "sum": page.shown["points"]})
    return show_page(request, row)


def _rules_beside(month: int) -> dict[str, Subquery]:
    """The rules that the page goes by, as columns beside its row: they cost no query of their own."""
    return {
        "cycle_rules": stored_in_force(MONTHS, on=timezone.localdate()),
        "points_rules": stored_in_force(POINTS, on=first_day(month)),
        "year_rules": stored_in_force(POINTS, on=date(month // 100, 1, 1)),
    }


def _read(row: Any) -> summaries.MonthPage:
    """The page of a month that was read with ``_rules_beside``."""
    book = read_book(row, with_points=False)
    points = points_as_proposed(
        book,
        catalogue=catalogue_of(read_in_force(POINTS, row.points_rules)),
        of_year=catalogue_of(read_in_force(POINTS, row.year_rules)),
    )
    submit_day = read_in_force(MONTHS, row.cycle_rules).submit_day
    return summaries.month_page(row, submit_day=submit_day, book=book, points=points)


def _unopened(request: Request, branch: Organization, month: int) -> HttpResponse:
    context = {
        "branch": branch,
        "month": month,
        "label": month_text(month),
        "may_open": request.scope.covers(SUBMIT, branch.path) and first_day(month) <= timezone.localdate(),
        "before": shift_month(month, -1),
        "after": shift_month(month, 1),
    }
    return render(request, "months/month_unopened.html", context)


def show_page(request: Request, row: BranchMonth, form: CountedForm | None = None) -> HttpResponse:
    """The page, with the ``form`` where it was refused."""
    today = timezone.localdate()
    row = row if form is None else _read_again(request, row)
    page = _read(row)
    may_fill = request.scope.covers(SUBMIT, row.branch.path)
    may_confirm = request.scope.covers(CONFIRM, row.branch.path)
    closed = actions.why_closed(request.scope, row, on=today)
    editable = may_fill and not closed
    if form is None and editable:
        form = counted_form(request, row, page)
    here = reverse("months:month", args=[row.branch_id, row.month])
    context: dict[str, Any] = {
        "row": row,
        "page": page,
        "label": month_text(row.month),
        "number": row.month % 100,
        "state": badge_of(row.state),
        "lead": _lead(row, page, may_confirm=may_confirm),
        "before": shift_month(row.month, -1),
        "after": shift_month(row.month, 1),
        "is_late": today > page.due and row.state in {"open", "returned"},
        "closed": closed,
        "may_fill": may_fill,
        "editable": editable,
        "may_confirm": may_confirm,
        "own": row.submitted_user_id is not None and row.submitted_user_id == request.scope.user_id,
        "form": form if editable else None,
        "return_form": ReturnForm() if may_confirm and row.state == MonthState.SUBMITTED else None,
        "token": uuid4(),
        "replaced": replaced_seals(row.summary),
        "by_sheet": request.GET.get("order") == "sheet",
        "excuses": OFFERED_EXCUSES,
        "columns": 9 + len(page.meetings),
        "dues_label": _("{month}月党费，核定").format(month=row.month % 100),
        "is_proposal": row.state != MonthState.SEALED,
        "may_record": row.state != MonthState.SEALED and request.scope.covers(RECORD, row.branch.path),
        "entry_url": f"{reverse('points:entry_new', args=[row.branch_id])}?month={row.month}&next={here}",
    }
    return render(request, "months/month.html", context)


def _read_again(request: Request, row: BranchMonth) -> BranchMonth:
    rows = BranchMonth.objects.select_related("branch").annotate(**_rules_beside(row.month))
    return get_visible(rows, request.scope, SUBMIT, pk=row.pk)


def _lead(row: BranchMonth, page: summaries.MonthPage, *, may_confirm: bool) -> str:
    """What the reader has to know or to do, below the title."""
    if row.state == MonthState.SEALED:
        told = _("党委{day}确认封存，党费、组织生活、积分三本台账的这个月都已锁上。").format(
            day=_day_text(row.sealed_at)
        )
        return told if may_confirm else told + _("要更正，向党委申请。")
    if row.state == MonthState.SUBMITTED:
        told = _("{who}{day}提交，清点现金{cash}元。").format(
            who=row.submitted_by, day=_day_text(row.submitted_at), cash=yuan(row.cash or 0)
        )
        return told + (_("请核对例外，确认或者退回。") if may_confirm else _("等党委确认，确认前不能再改。"))
    return _(
        "{due}前提交。{n}人已按核定党费和全部到会填好，只改例外；提交时每人一笔，写明交款人和收款人。"
    ).format(due=_day_text(page.due), n=len(page.rows))


def _day_text(at: date | None) -> str:
    """A day as people say it, of a moment the local one."""
    if at is None:
        return ""
    day = timezone.localtime(at) if isinstance(at, datetime) else at
    return _("{month}月{day}日").format(month=day.month, day=day.day)


def counted_form(request: Request, row: BranchMonth, page: summaries.MonthPage) -> CountedForm:
    """The form of what is counted, empty where something must be counted."""
    day = min(page.book.collected_on, timezone.localdate())
    initial = {"collected_on": day, "receiver": request.scope.name}
    return CountedForm(has_meetings=bool(page.meetings), initial=initial)
