"""The tree, its branches as they are opened, and the search."""

from django.http import HttpResponse
from django.shortcuts import render

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.organizations import summaries
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import COMMITTEE_KINDS, Kind
from zhibu.ui.pages import paginate, render_page

READ = "organizations.read"
_OPTIONS = 20


@requires(READ)
def tree(request: Request) -> HttpResponse:
    """Search first; below it the tree, open along ``?open=`` for browsers without scripts."""
    query = request.GET.get("q", "").strip()
    visible = Organization.objects.visible_to(request.scope, READ)
    context: dict[str, object] = {"q": query}
    if query:
        found = visible.existing().matching(query).select_related("parent", "numbering_root").in_order()
        context["page"] = paginate(request, found)
    else:
        text = request.GET.get("open", "")
        opened = visible.filter(pk=int(text)).first() if text.isascii() and text.isdecimal() else None
        context["nodes"] = summaries.tree(request.scope, open_path=opened.path if opened else "")
        context["kinds"] = summaries.kinds_in(request.scope)
    return render_page(request, "organizations/tree.html", context)


@requires(READ)
def units(request: Request, pk: int) -> HttpResponse:
    """The units below one, as rows of the tree; without scripts the tree itself, opened there."""
    organization = get_visible(Organization.objects.filter(pk=pk), request.scope, READ)
    if not request.htmx:
        return see_other("organizations:tree", then=f"?open={organization.pk}#o-{organization.pk}")
    nodes = summaries.units_of(request.scope, organization)
    return render(request, "organizations/units.html", {"nodes": nodes})


@requires(READ)
def search(request: Request) -> HttpResponse:
    """Options for the organization switcher; as a page of its own where there are no scripts.

    ``?of=branches`` or ``?of=committees`` narrows to units of that level.
    """
    query = request.GET.get("q", "").strip()
    found = Organization.objects.visible_to(request.scope, READ).existing()
    level = request.GET.get("of", "")
    if level == "branches":
        found = found.branches()
    elif level == "committees":
        found = found.filter(kind__in=[*COMMITTEE_KINDS, Kind.GENERAL_BRANCH])
    rows = (
        found.matching(query).select_related("parent", "numbering_root").in_order()[:_OPTIONS]
        if query
        else found.none()
    )
    template = "organizations/search.html#options" if request.htmx else "organizations/search.html"
    return render(request, template, {"q": query, "rows": rows})
