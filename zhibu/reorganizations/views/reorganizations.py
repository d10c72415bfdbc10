"""The list of reorganizations, a plan with its preview, carrying it out and taking it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.reorganizations import actions
from zhibu.reorganizations.forms import DayForm, DeedForm
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.summaries.deeds import deed_lines, deed_page
from zhibu.reorganizations.summaries.preview import preview_of
from zhibu.ui.deeds import is_done
from zhibu.ui.pages import paginate, render_page

PERMISSION = "organizations.reorganize"
# In the order in which they are offered.
KINDS = (
    "merge_committees",
    "merge_branches",
    "split_branch",
    "split_committee",
    "rename",
    "move",
    "dissolve",
)


def deed_of(request: Request, pk: int) -> Reorganization:
    """The deed, for whoever may reorganize the county."""
    return get_visible(Reorganization.objects.filter(pk=pk), request.scope, PERMISSION)


@requires(PERMISSION)
def reorganizations(request: Request) -> HttpResponse:
    """All deeds, the latest first."""
    page = paginate(request, deed_lines(request.scope))
    return render_page(request, "reorganizations/reorganizations.html", {"page": page})


@requires(PERMISSION)
def new(request: Request) -> HttpResponse:
    """Begin a plan."""
    today = timezone.localdate()
    form = DeedForm(request.POST or None, initial={"effective_on": today})
    made: list[Reorganization] = []

    def deed() -> None:
        made.append(actions.plan_reorganization(by=request.scope, on=today, **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        return see_other("reorganizations:reorganization", made[0].pk)
    return render(request, "reorganizations/new.html", {"form": form})


@requires(PERMISSION)
def reorganization(request: Request, pk: int) -> HttpResponse:
    """A plan with its steps and preview; a done deed with the units it changed."""
    row, today = deed_of(request, pk), timezone.localdate()
    context: dict[str, object] = {"page": deed_page(row), "deed": row}
    if row.state == "planned":
        context |= _preview(request, row)
        context |= {
            "kinds": KINDS,
            "is_planner": row.planned_user_id == request.scope.user_id,
            "day_form": DayForm(initial={"effective_on": row.effective_on}),
        }
    elif row.state == "done" and row.done_at is not None:
        context["may_undo"] = timezone.localdate(row.done_at) == today
    return render(request, "reorganizations/reorganization.html", context)


def _preview(request: Request, row: Reorganization) -> dict[str, object]:
    today = timezone.localdate()
    try:
        impact = actions.impact_now(by=request.scope, deed=row, on=today)
    except Refused as refusal:
        return {"refusal": refusal}
    return {
        "preview": preview_of(impact, on=today) if row.steps else None,
        "is_stale": impact.digest != row.counts.get("digest"),
    }


@requires(PERMISSION)
@require_POST
def check(request: Request, pk: int) -> HttpResponse:
    """Try the plan out anew, perhaps for another day."""
    row, form = deed_of(request, pk), DayForm(request.POST)
    day = form.cleaned_data["effective_on"] if form.is_valid() else None
    actions.check_again(by=request.scope, deed=row, effective_on=day, on=timezone.localdate())
    messages.success(request, _("已按现在的情况重新核对。要由另一个人执行。"))
    return see_other("reorganizations:reorganization", row.pk)


@requires(PERMISSION)
@require_POST
def execution(request: Request, pk: int) -> HttpResponse:
    """Carry it out."""
    row = actions.do_reorganization(by=request.scope, deed=deed_of(request, pk), on=timezone.localdate())
    messages.success(request, _("建制调整已经执行。发现问题，今天之内可以撤销。"))
    return see_other("reorganizations:reorganization", row.pk)


@requires(PERMISSION)
@require_POST
def undoing(request: Request, pk: int) -> HttpResponse:
    """Take it back."""
    row = actions.undo_reorganization(by=request.scope, deed=deed_of(request, pk), on=timezone.localdate())
    messages.success(request, _("建制调整已经撤销，组织、党员、职务和账号都恢复原状。"))
    return see_other("reorganizations:reorganization", row.pk)


@requires(PERMISSION)
@require_POST
def dropping(request: Request, pk: int) -> HttpResponse:
    """Give the plan up."""
    actions.drop_plan(by=request.scope, deed=deed_of(request, pk))
    messages.success(request, _("计划已经放弃，什么都没有改变。"))
    return see_other("reorganizations:reorganizations")
