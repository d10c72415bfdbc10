"""The register of penalties: every opening and every print is logged."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.conduct import actions
from zhibu.conduct.prints.penalties import penalties_pdf
from zhibu.conduct.rules import REGISTER_STATES, REGISTERED
from zhibu.conduct.summaries import penalties as summaries
from zhibu.conduct.views.common import at, organization_of, year_of
from zhibu.core.http import Request, requires
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.members.rules.events import SPECS
from zhibu.ui.downloads import attachment, conditions
from zhibu.ui.pages import paginate, render_page

READ = "conduct.read"


def _chosen(request: Request) -> dict[str, Any]:
    return {
        "kind": request.GET.get("kind", "")[:30],
        "standing": request.GET.get("standing", "")[:10],
        "year": year_of(request),
        "text": request.GET.get("q", "").strip()[:60],
    }


@requires(READ)
def penalties(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization = organization_of(request, READ, organization_id)
    actions.log_penalties_read(by=request.scope, organization=organization)
    today, chosen = timezone.localdate(), _chosen(request)
    page = paginate(request, summaries.penalty_rows(request.scope, organization, on=today, **chosen))
    context = at(
        organization,
        page=page,
        lines=summaries.penalty_lines(page.rows, on=today),
        years=summaries.penalty_years(request.scope, organization),
        kinds=[(str(kind), SPECS[kind].label) for kind in REGISTERED],
        standings=REGISTER_STATES.items(),
        chosen=chosen,
        is_filtered=any(chosen.values()),
    )
    return render_page(request, "conduct/penalties.html", context)


def _told(request: Request) -> str:
    chosen = _chosen(request)
    kinds = {str(kind): SPECS[kind].label for kind in REGISTERED}
    return conditions(
        (_("处分种类"), _(kinds[chosen["kind"]]) if chosen["kind"] in kinds else ""),
        (
            _("现在"),
            _(REGISTER_STATES[chosen["standing"]]) if chosen["standing"] in set(REGISTER_STATES) else "",
        ),
        (_("生效年份"), str(chosen["year"] or "")),
        (_("查找"), chosen["text"]),
    )


def _size(request: Request, organization_id: int) -> int:
    organization = organization_of(request, READ, organization_id)
    rows = summaries.penalty_rows(request.scope, organization, on=timezone.localdate(), **_chosen(request))
    return rows.count()


@requires(READ)
@large_by_worker(gettext_noop("打印处分登记表"), _size)
def penalties_print(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, READ, organization_id)
    actions.log_penalties_read(by=request.scope, organization=organization, printed=True)
    today = timezone.localdate()
    rows = summaries.penalty_rows(request.scope, organization, on=today, **_chosen(request))
    content = penalties_pdf(
        summaries.penalty_lines(rows, on=today),
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=_told(request),
    )
    return attachment(content, _("%(unit)s处分登记表.pdf") % {"unit": organization.short_name})
