"""迟报和异常: the page on which county and committees see who is late, which branch looks odd and why."""

from collections import Counter

from django.http import HttpResponse
from django.utils import timezone

from zhibu.core.http import Request, requires
from zhibu.inspections.summaries.odd_branches import explained, odd_branches
from zhibu.organizations.models import Organization
from zhibu.ui.pages import paginate, render_page

INSPECT = "inspections.inspect"


@requires(INSPECT)
def signs(request: Request) -> HttpResponse:
    """Who is late, which branch looks odd and why; how each was computed and which causes are innocent."""
    number = request.GET.get("unit", "")
    unit = (
        Organization.objects.visible_to(request.scope, INSPECT).filter(pk=int(number)).first()
        if number.isascii() and number.isdecimal() and len(number) < 12
        else None
    )
    found = odd_branches(request.scope, on=timezone.localdate(), under=unit.path if unit else "")
    chosen = request.GET.get("show", "")
    counts = Counter(key for line in found for key in line.keys)
    kinds = [(*kind, counts[kind[0]]) for kind in explained()]
    page = paginate(request, [line for line in found if not chosen or chosen in line.keys])
    parents = Organization.objects.in_bulk({line.organization.parent_id for line in page.rows})
    context = {
        "page": page,
        "rows": [(line, parents.get(line.organization.parent_id)) for line in page.rows],
        "all": len(found),
        "kinds": kinds,
        "show": chosen,
        "unit": unit,
    }
    return render_page(request, "inspections/signs.html", context)
