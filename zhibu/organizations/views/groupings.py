"""Clusters (片区) and support units (帮扶单位): lists, details, forms."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import mask_phone
from zhibu.organizations import actions, summaries
from zhibu.organizations.forms import ClusterForm, ClusterMembersForm, ReasonForm, SupportUnitForm
from zhibu.organizations.models import Cluster, ClusterPlace, Organization, Support, SupportUnit
from zhibu.organizations.rules import COMMITTEE_KINDS, Kind
from zhibu.ui.deeds import is_done
from zhibu.ui.pages import paginate, render_page

READ, MAINTAIN, PHONE = "organizations.read", "organizations.maintain", "members.read_phone"


@requires(READ)
def clusters(request: Request) -> HttpResponse:
    """All clusters with the number of organizations the person may see in each."""
    return render(request, "organizations/clusters.html", {"rows": summaries.clusters(request.scope)})


@requires(READ)
def cluster(request: Request, pk: int) -> HttpResponse:
    """One cluster and its organizations."""
    row = get_object_or_404(Cluster, pk=pk)  # names of clusters are known to all; what is in them is not
    places = (
        ClusterPlace.objects.visible_to(request.scope, READ)
        .filter(cluster=row)
        .select_related("organization")
        .order_by("organization__code")
    )
    return render(request, "organizations/cluster.html", {"cluster": row, "places": places})


@requires(MAINTAIN)
def new_cluster(request: Request) -> HttpResponse:
    """Form a cluster."""
    form = ClusterForm(request.POST or None)
    made: list[Cluster] = []

    def deed() -> None:
        made.append(actions.form_cluster(by=request.scope, **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        return see_other("organizations:cluster_facts", made[0].pk)
    return _form(request, form, title=_("新建片区"), verb=_("新建"), back="organizations:clusters")


@requires(MAINTAIN)
def cluster_facts(request: Request, pk: int) -> HttpResponse:
    """Name, purpose and organizations of a cluster."""
    row = get_object_or_404(Cluster, pk=pk)
    kinds = [*COMMITTEE_KINDS, Kind.GENERAL_BRANCH]
    held = ClusterPlace.objects.visible_to(request.scope, MAINTAIN).filter(cluster=row)
    held_ids = [str(pk) for pk in held.values_list("organization_id", flat=True)]
    maintained = Organization.objects.visible_to(request.scope, MAINTAIN).existing()
    choices = (maintained.filter(kind__in=kinds) | maintained.filter(pk__in=held_ids)).in_order()
    initial = {"name": row.name, "purpose": row.purpose, "organizations": held_ids}
    form = ClusterMembersForm(choices, request.POST or None, initial)

    def deed() -> None:
        actions.change_cluster(by=request.scope, cluster=row, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        return see_other("organizations:cluster", row.pk)
    return _form(
        request, form, title=row.name, verb=_("保存"), back="organizations:cluster", back_to=row.pk, wide=True
    )


@requires(READ)
def support_units(request: Request) -> HttpResponse:
    """Support units that help someone the person may see; search by name."""
    query = request.GET.get("q", "").strip()
    found = SupportUnit.objects.visible_to(request.scope, READ).filter(name__contains=query)
    page = paginate(request, found.with_counts(request.scope, READ, on=timezone.localdate()).order_by("name"))
    return render_page(request, "organizations/support_units.html", {"page": page, "q": query})


@requires(READ)
def support_unit(request: Request, pk: int) -> HttpResponse:
    """One support unit, its contact with a masked number, whom it helps and helped."""
    return _support_unit(
        request, get_visible(SupportUnit.objects.filter(pk=pk), request.scope, READ), "", None
    )


@requires(PHONE)
@require_POST
def contact_phone(request: Request, pk: int) -> HttpResponse:
    """Show the full number once; the reading is recorded with its reason."""
    row = get_visible(SupportUnit.objects.filter(pk=pk), request.scope, READ)
    form = ReasonForm(request.POST)
    shown = ""
    if form.is_valid():
        shown = actions.read_contact_phone(by=request.scope, unit=row, reason=form.cleaned_data["reason"])
    return _support_unit(request, row, shown, form)


def _support_unit(request: Request, row: SupportUnit, phone: str, form: ReasonForm | None) -> HttpResponse:
    supports = (
        Support.objects.visible_to(request.scope, READ)
        .filter(unit=row)
        .select_related("organization", "organization__parent")
        .order_by("-until", "organization__code")
    )
    context = {
        "unit": row,
        "phone": phone or mask_phone(row.contact_phone),
        "is_shown": bool(phone),
        "form": form or ReasonForm(),
        "supports": supports,
    }
    response = render(request, "organizations/support_unit.html", context)
    return response


@requires(MAINTAIN)
def new_support_unit(request: Request) -> HttpResponse:
    """Enter a support unit."""
    form = SupportUnitForm(request.POST or None)
    made: list[SupportUnit] = []

    def deed() -> None:
        facts = form.cleaned_data
        made.append(
            actions.enter_support_unit(
                by=request.scope,
                name=facts["name"],
                contact_name=facts["contact_name"],
                contact_phone=facts["contact_phone"] or "",
            )
        )

    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        return see_other("organizations:support_unit", made[0].pk)
    return _form(request, form, title=_("新增帮扶单位"), verb=_("新增"), back="organizations:support_units")


@requires(MAINTAIN)
def support_unit_facts(request: Request, pk: int) -> HttpResponse:
    """Correct a support unit and its contact."""
    row = get_visible(SupportUnit.objects.filter(pk=pk), request.scope, MAINTAIN)
    form = SupportUnitForm(request.POST or None, initial={"name": row.name, "contact_name": row.contact_name})

    def deed() -> None:
        actions.correct_support_unit(by=request.scope, unit=row, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        return see_other("organizations:support_unit", row.pk)
    return _form(
        request, form, title=row.name, verb=_("保存"), back="organizations:support_unit", back_to=row.pk
    )


def _form(request: Request, form: object, **texts: object) -> HttpResponse:
    of_clusters = "cluster" in str(texts["back"])
    context = {
        "form": form,
        "list_url": "organizations:clusters" if of_clusters else "organizations:support_units",
        "list_title": _("片区") if of_clusters else _("帮扶单位"),
        **texts,
    }
    return render(request, "organizations/grouping_form.html", context)
