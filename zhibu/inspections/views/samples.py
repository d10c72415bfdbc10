"""The sheet beside the person: one tap an item, then handed in; or the person could not be met."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Denied, Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.inspections.actions import inspections as actions
from zhibu.inspections.forms import HandInForm, PaperForm, UnreachableForm
from zhibu.inspections.models import Sample
from zhibu.inspections.policies import INSPECTION
from zhibu.inspections.rules.draw import SIGN_LABELS
from zhibu.inspections.summaries.sheets import Sheet, owner_of, sheet_of
from zhibu.inspections.views.inspections import at
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.deeds import is_done
from zhibu.ui.templatetags.ui import sentence

INSPECT = actions.INSPECT


def sample_of(request: Request, pk: int) -> Sample:
    """The sample, for whoever inspects there."""
    row = get_visible(
        Sample.objects.select_related("inspection__organization", "branch", "member__branch"),
        request.scope,
        INSPECT,
        pk=pk,
    )
    actions.require_inspector(request.scope, row.inspection.kind, row.inspection.organization)
    return row


def _page(
    request: Request,
    row: Sample,
    *,
    hand_in: HandInForm | None = None,
    unreachable: UnreachableForm | None = None,
    wrong: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HttpResponse:
    sheet = sheet_of(row, request.scope, on=timezone.localdate())
    context = at(
        row.branch,
        sample=row,
        sheet=sheet,
        sign_labels=SIGN_LABELS,
        wrong_item=wrong[0],
        wrong_text=wrong[1],
        is_open=row.state != "checked" and row.inspection.state == "drawn",
        hand_in=hand_in or _hand_in(row, sheet),
        unreachable=unreachable or UnreachableForm(),
    )
    return render(request, "inspections/sample.html", context, status=status)


def _hand_in(row: Sample, sheet: Sheet, data: object = None) -> HandInForm:
    today = timezone.localdate()
    if not sheet.differing:
        return HandInForm(data, has_differences=False)
    days = values_in_force(INSPECTION, on=today).days_to_mend
    initial = {"owner": owner_of(row), "due_on": today + timedelta(days=days)}
    return HandInForm(data, has_differences=True, initial=initial)


@requires(INSPECT)
def sample(request: Request, pk: int) -> HttpResponse:
    """The sheet; POST hands it in."""
    row = sample_of(request, pk)
    if request.method != "POST":
        return _page(request, row)
    today = timezone.localdate()
    form = _hand_in(row, sheet_of(row, request.scope, on=today), request.POST)

    def deed() -> None:
        facts = form.cleaned_data
        actions.finish_sample(
            by=request.scope,
            sample=row,
            owner=facts.get("owner", ""),
            due_on=facts.get("due_on"),
            note=facts["note"],
            on=today,
        )

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("核对表已经交了。不一致的项目已列入整改。"))
        return see_other("inspections:inspection", row.inspection_id)
    return _page(request, row, hand_in=form)


@requires(INSPECT)
@require_POST
def sample_answer(request: Request, pk: int, item: str) -> HttpResponse:
    """One tap. With htmx the line alone comes back; without it the page, at the line."""
    row = sample_of(request, pk)
    form = PaperForm(request.POST)
    wrong = ("", "")
    if form.is_valid():
        facts = form.cleaned_data
        try:
            actions.answer_item(
                by=request.scope,
                sample=row,
                item=item,
                agrees=form.agrees(),
                paper=facts["paper"],
                shown=facts["shown"],
                on=timezone.localdate(),
            )
        except Denied:
            raise
        except Refused as refusal:
            wrong = (item, sentence(refusal))
    else:
        wrong = (item, _("证本上的内容最多120个字，请写短一些。"))
    if request.htmx or wrong[0]:
        return _page(request, row, wrong=wrong, status=200 if request.htmx else 409)
    return see_other("inspections:sample", row.pk, then=f"#item-{item}")


@requires(INSPECT)
@require_POST
def sample_unreachable(request: Request, pk: int) -> HttpResponse:
    """The person could not be met."""
    row = sample_of(request, pk)
    form = UnreachableForm(request.POST)

    def deed() -> None:
        actions.mark_unreachable(by=request.scope, sample=row, on=timezone.localdate(), **form.cleaned_data)

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("已记下找不到人的原因。人回来了，督查结束前还可以补查。"))
        return see_other("inspections:inspection", row.inspection_id)
    return _page(request, row, unreachable=form)
