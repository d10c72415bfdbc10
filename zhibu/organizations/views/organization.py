"""The page of one unit and the forms that change it."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.organizations import actions, summaries
from zhibu.organizations.forms import (
    ClosureForm,
    ClustersForm,
    FactsForm,
    NameForm,
    OpeningForm,
    SupportForm,
    TermForm,
)
from zhibu.organizations.models import Organization, SupportUnit
from zhibu.organizations.rules import Category, Help, Kind, Term, complete_term, term_years
from zhibu.ui.deeds import is_done

READ, MAINTAIN = "organizations.read", "organizations.maintain"


@requires(READ)
def organization(request: Request, pk: int) -> HttpResponse:
    """What it is, where it hangs, its names over time, terms, clusters, helpers, units, and the panels."""
    row = get_visible(Organization.objects.filter(pk=pk).select_related("merged_into"), request.scope, READ)
    found = summaries.organization_page(request.scope, row, on=timezone.localdate())
    context = {
        "shown": found,
        "organization": row,
        "ancestors": [(node, request.scope.covers(READ, node.path)) for node in found.ancestors],
        "has_units": row.kind != Kind.GROUP,
        "has_terms": bool(term_years(Kind(row.kind), Category(row.category))),
        "today": timezone.localdate(),
    }
    return render(request, "organizations/organization.html", context)


def _maintained(request: Request, pk: int) -> Organization:
    return get_visible(Organization.objects.existing(), request.scope, MAINTAIN, pk=pk)


def _page(request: Request, row: Organization, form: object, **texts: object) -> HttpResponse:
    context = {"organization": row, "form": form, **texts}
    return render(request, "organizations/organization_form.html", context)


@requires(MAINTAIN)
def opening(request: Request, pk: int) -> HttpResponse:
    """Open a unit below this one."""
    parent = _maintained(request, pk)
    form = OpeningForm(parent, request.POST or None)
    made: list[Organization] = []

    def deed() -> None:
        facts = form.cleaned_data
        made.append(
            actions.open_organization(
                by=request.scope,
                parent=parent,
                kind=Kind(facts["kind"]),
                category=Category(facts["category"]),
                code=facts["code"],
                name=facts["name"],
                short_name=facts["short_name"],
                segment=facts["segment"],
                opened_on=facts["opened_on"],
                on=timezone.localdate(),
            )
        )

    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        return see_other("organizations:organization", made[0].pk)
    return _page(request, parent, form, title=_("新设下级组织"), verb=_("新设"), wide=True)


def _change(
    request: Request,
    row: Organization,
    form: NameForm | FactsForm | TermForm | ClosureForm | ClustersForm | SupportForm,
    deed: Callable[[], object],
    **texts: object,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        return see_other("organizations:organization", row.pk)
    return _page(request, row, form, **texts)


@requires(MAINTAIN)
def name(request: Request, pk: int) -> HttpResponse:
    """Give it a new name from a day on."""
    row, today = _maintained(request, pk), timezone.localdate()
    form = NameForm(
        request.POST or None, initial={"name": row.name, "short_name": row.short_name, "from_date": today}
    )

    def deed() -> None:
        actions.rename_organization(by=request.scope, organization=row, on=today, **form.cleaned_data)

    return _change(request, row, form, deed, title=_("更改名称"), verb=_("更改名称"))


@requires(MAINTAIN)
def facts(request: Request, pk: int) -> HttpResponse:
    """Correct category and opening date."""
    row, today = _maintained(request, pk), timezone.localdate()
    form = FactsForm(request.POST or None, initial={"category": row.category, "opened_on": row.opened_on})

    def deed() -> None:
        actions.correct_organization(
            by=request.scope,
            organization=row,
            category=Category(form.cleaned_data["category"]),
            opened_on=form.cleaned_data["opened_on"],
            on=today,
        )

    return _change(request, row, form, deed, title=_("更正基本信息"), verb=_("保存"))


@requires(MAINTAIN)
def term(request: Request, pk: int) -> HttpResponse:
    """Enter the term in force: correct it, or the next one after an election."""
    row, today = _maintained(request, pk), timezone.localdate()
    current = summaries.current_term(row)
    form = TermForm(
        request.POST or None,
        initial={"number": current.number, "from_date": current.from_date, "due_on": current.due_on}
        if current
        else None,
    )
    said = partial(complete_term, Kind(row.kind), Category(row.category), current=current)

    def deed() -> None:
        filled: Term | None = said(**form.cleaned_data)
        if filled is not None:
            actions.set_term(by=request.scope, organization=row, term=filled, on=today)

    return _change(
        request,
        row,
        form,
        deed,
        title=_("登记任期"),
        subtitle=_("届次不变是更正本届；换届以后届次加一，上一届到选举日结束。"),
        verb=_("登记任期"),
    )


@requires(MAINTAIN)
def closure(request: Request, pk: int) -> HttpResponse:
    """Dissolve it."""
    row, today = _maintained(request, pk), timezone.localdate()
    form = ClosureForm(request.POST or None, initial={"closed_on": today})

    def deed() -> None:
        actions.close_organization(by=request.scope, organization=row, on=today, **form.cleaned_data)

    return _change(
        request,
        row,
        form,
        deed,
        title=_("撤销组织"),
        subtitle=_("撤销以后不能恢复，编号段不再给别的组织。历史和旧编号都保留。"),
        verb=_("撤销组织"),
        stop=True,
    )


@requires(MAINTAIN)
def clusters(request: Request, pk: int) -> HttpResponse:
    """The clusters it is in."""
    row = _maintained(request, pk)
    held = summaries.cluster_names(row)
    form = ClustersForm(request.POST or None, initial={"names": "、".join(held)})

    def deed() -> None:
        actions.set_clusters(by=request.scope, organization=row, names=form.cleaned_data["names"])

    return _change(request, row, form, deed, title=_("所在片区"), verb=_("保存"))


@requires(MAINTAIN)
def support(request: Request, pk: int) -> HttpResponse:
    """Who helps it."""
    row, today = _maintained(request, pk), timezone.localdate()
    form = SupportForm(request.POST or None, initial={"unit": summaries.helper_of(row, on=today)})

    def deed() -> None:
        unit = form.cleaned_data["unit"]
        actions.set_support(by=request.scope, organization=row, help=Help(unit) if unit else None, on=today)

    units = SupportUnit.objects.visible_to(request.scope, MAINTAIN).order_by("name")
    return _change(request, row, form, deed, title=_("帮扶单位"), verb=_("保存"), units=units)
