"""Who owes, for how long."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.http import Request, requires
from zhibu.dues.policies import terms_on
from zhibu.dues.rules.owing import stage_of
from zhibu.dues.summaries import arrears as summaries
from zhibu.dues.summaries.pages import members_by_id
from zhibu.dues.views.common import READ, at, organization_of
from zhibu.organizations.models import Organization
from zhibu.ui.pages import paginate, render_page


@dataclass(frozen=True, slots=True)
class Chosen:
    """Everyone who owes, and those of the stage the query asks for (None: all)."""

    found: list[summaries.Arrears]
    shown: list[summaries.Arrears]
    stages: tuple[int, ...]
    stage: int | None


def chosen_arrears(request: Request, organization: Organization, *, on: date) -> Chosen:
    """What the page and its workbook list."""
    stages = (1, 2, 4, terms_on(on).lapse_months)
    found = summaries.arrears(request.scope, on=on, path=organization.path)
    asked = request.GET.get("stage", "")
    stage = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in (0, *stages) else None
    shown = found if stage is None else [each for each in found if stage_of(each.run, stages) == stage]
    return Chosen(found, shown, stages, stage)


def stage_words(stage: int, stages: tuple[int, ...]) -> str:
    """What a stage of not paying is called, by the months of the present run."""
    if stage == 0:
        return _("只是没交够")
    if stage == stages[-1]:
        return _("{n}个月以上").format(n=stage)
    return {4: _("4至5个月"), 2: _("2至3个月")}.get(stage) or _("1个月")


@requires(READ)
def arrears(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization = organization_of(request, READ, organization_id)
    chosen = chosen_arrears(request, organization, on=timezone.localdate())
    counts = dict.fromkeys((0, *chosen.stages), 0)
    for each in chosen.found:
        counts[stage_of(each.run, chosen.stages)] += 1
    page = paginate(request, chosen.shown)
    members = members_by_id(each.member_id for each in page.rows)
    context = at(
        organization,
        page=page,
        rows=[(each, members[each.member_id], stage_of(each.run, chosen.stages)) for each in page.rows],
        counts=[
            (stage, stage_words(stage, chosen.stages), counts[stage])
            for stage in sorted(counts, reverse=True)
        ],
        chosen=chosen.stage,
        people=len(chosen.found),
        owed=sum(each.owed for each in chosen.found),
        lapse=chosen.stages[-1],
    )
    return render_page(request, "dues/arrears.html", context)
