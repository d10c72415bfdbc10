"""Who owes, for how long."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from zhibu.core.http import Request, requires
from zhibu.dues.policies import terms_on
from zhibu.dues.rules import stage_of
from zhibu.dues.summaries import arrears as summaries
from zhibu.dues.views.common import READ, at, organization_of
from zhibu.members.models import Member
from zhibu.ui.pages import paginate, render_page


@requires(READ)
@never_cache
def arrears(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization = organization_of(request, READ, organization_id)
    today = timezone.localdate()
    lapse = terms_on(today).lapse_months
    stages = (1, 2, 4, lapse)
    found = summaries.arrears(request.scope, on=today, path=organization.path)
    counts = dict.fromkeys((0, *stages), 0)
    for each in found:
        counts[stage_of(each.run, stages)] += 1
    asked = request.GET.get("stage", "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in counts else None
    page = paginate(
        request, found if chosen is None else [each for each in found if stage_of(each.run, stages) == chosen]
    )
    members = {
        member.pk: member
        for member in Member.objects.filter(pk__in=[each.member_id for each in page.rows])
        .defer("resident_id", "phone")
        .select_related("branch")
    }
    context = at(
        organization,
        page=page,
        rows=[(each, members[each.member_id], stage_of(each.run, stages)) for each in page.rows],
        counts=[(stage, counts[stage]) for stage in sorted(counts, reverse=True)],
        chosen=chosen,
        people=len(found),
        owed=sum(each.owed for each in found),
        lapse=lapse,
    )
    return render_page(request, "dues/arrears.html", context)
