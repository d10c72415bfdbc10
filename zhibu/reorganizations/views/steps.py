"""Adding a step to a plan, and taking the last one out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.http import Request, requires, see_other
from zhibu.reorganizations import actions
from zhibu.reorganizations.forms import (
    DissolveForm,
    MergeCommitteesForm,
    MergeForm,
    MoveForm,
    RenameForm,
    SplitBranchForm,
    SplitCommitteeForm,
    StepForm,
    UnderForm,
)
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.summaries.choices import Choices
from zhibu.reorganizations.views.reorganizations import PERMISSION, deed_of
from zhibu.ui.deeds import is_done

# What a step begins with: units are chosen below some committees, or one unit is chosen first.
_UNDER = {
    "merge_committees": MergeCommitteesForm,
    "merge_branches": MergeForm,
    "rename": RenameForm,
    "move": MoveForm,
    "dissolve": DissolveForm,
}
_SOURCE = {"split_branch": SplitBranchForm, "split_committee": SplitCommitteeForm}


def _numbers(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.removeprefix("-").isdecimal() and len(text) < 12}


@requires(PERMISSION)
def step(request: Request, pk: int, kind: str) -> HttpResponse:
    """One step of the named kind. ``?under=`` narrows the units, ``?source=`` names what is split."""
    deed = deed_of(request, pk)
    if kind not in _UNDER and kind not in _SOURCE:
        raise Http404
    if deed.state != "planned":
        return see_other("reorganizations:reorganization", deed.pk)
    choices = Choices(actions.impact_now(by=request.scope, deed=deed, on=timezone.localdate()))
    under = _numbers(request.GET.getlist("under"))
    source = next(iter(_numbers(request.GET.getlist("source")[:1])), 0)
    context: dict[str, Any] = {"deed": deed, "kind": kind, "source": source, "is_split": kind in _SOURCE}
    form: StepForm | None = None
    if kind in _SOURCE:
        named = choices.impact.outcome.units.get(source)
        context |= {"sources": choices.branches(set()), "committees": choices.committees(), "named": named}
        if named is not None:
            form = _SOURCE[kind](choices, source, request.POST or None)
    else:
        if kind != "merge_committees":
            context["under_form"] = UnderForm(choices, request.GET if under else None)
        if kind != "merge_branches" or under:
            form = _UNDER[kind](choices, under, request.POST or None)
    if form is not None and request.method == "POST" and _is_added(request, deed, form):
        messages.success(request, _("已加入计划，请看下面的预览。"))
        return see_other("reorganizations:reorganization", deed.pk)
    return render(request, "reorganizations/step.html", {**context, "form": form})


def _is_added(request: Request, deed: Reorganization, form: StepForm) -> bool:
    def add() -> None:
        actions.add_step(by=request.scope, deed=deed, step=form.step(), on=timezone.localdate())

    return form.is_valid() and is_done(request, form, add)


@requires(PERMISSION)
@require_POST
def removal(request: Request, pk: int, number: int) -> HttpResponse:
    """Take the last step out."""
    deed = deed_of(request, pk)
    actions.remove_step(by=request.scope, deed=deed, number=number, on=timezone.localdate())
    messages.success(request, _("已去掉最后一步。"))
    return see_other("reorganizations:reorganization", deed.pk)
