"""Lists: meetings by month and kind, open decisions, a quarter by unit."""

from datetime import date

from django.http import HttpResponse
from django.utils import timezone

from zhibu.core.http import Request, requires
from zhibu.core.months import month_of
from zhibu.meetings.rules.duties import Every, month_before, period_of
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.summaries.overview import duties_of, quarter_overview
from zhibu.meetings.summaries.pages import decision_rows, meeting_rows
from zhibu.meetings.views.places import READ, organization_of, place_of
from zhibu.organizations.models import Organization
from zhibu.ui.pages import paginate, render_page

_STATES = ("planned", "held", "canceled")


def period_asked(text: str, on: date) -> int:
    """202611 for a month, 2026 for a year; this month when nothing sensible is asked.

    >>> period_asked("202613", date(2026, 11, 24)), period_asked("2025", date(2026, 11, 24))
    (202611, 2025)
    """
    if text.isascii() and text.isdigit() and len(text) in (4, 6):
        number = int(text)
        year, month = divmod(number, 100) if len(text) == 6 else (number, 1)
        if 1950 <= year <= 2199 and 1 <= month <= 12:
            return number
    return month_of(on)


def _neighbors(period: int) -> tuple[int, int]:
    """The period before and the one after."""
    if period < 10_000:
        return period - 1, period + 1
    year, month = divmod(period, 100)
    return month_before(period), (period + 1 if month < 12 else (year + 1) * 100 + 1)


@requires(READ)
def meetings(request: Request) -> HttpResponse:
    """The meetings of a month or a year; for a branch also what it should hold."""
    today = timezone.localdate()
    organization = organization_of(request)
    period = period_asked(request.GET.get("month", ""), today)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    kind = kind if kind in set(Kind) else ""
    state = state if state in _STATES else ""
    before, after = _neighbors(period)
    place = place_of(request, organization)
    rows = meeting_rows(request.scope, organization, period=period, kind=kind, state=state)
    duties = []
    if organization is not None and place["is_branch"]:
        month = period if period > 9999 else period * 100 + (today.month if period == today.year else 12)
        duties = duties_of(organization, month, on=today)
    context = {
        "page": paginate(request, rows),
        "period": period,
        "is_year": period < 10_000,
        "before": before,
        "after": after,
        "year": period if period < 10_000 else period // 100,
        "this_month": month_of(today),
        "kind": kind,
        "kinds": SPECS,
        "state": state,
        "duties": duties,
        "today": today,
        **place,
    }
    return render_page(request, "meetings/meetings.html", context)


@requires(READ)
def decisions(request: Request) -> HttpResponse:
    """What meetings decided and who carries it out, the nearest due first."""
    today = timezone.localdate()
    organization = organization_of(request)
    show = request.GET.get("show", "")
    rows = decision_rows(request.scope, organization, show=show, on=today)
    context = {
        "page": paginate(request, rows),
        "show": show,
        "today": today,
        **place_of(request, organization),
    }
    return render_page(request, "meetings/decisions.html", context)


@requires(READ)
def overview(request: Request) -> HttpResponse:
    """A quarter by unit: meetings, attendance, what is missing."""
    today = timezone.localdate()
    organization = organization_of(request)
    if organization is None:
        organization = (
            Organization.objects.visible_to(request.scope, READ).top_first().select_related("parent")[0]
        )
    month = period_asked(request.GET.get("month", ""), today)
    quarter = period_of(Every.QUARTER, month if month > 9999 else month * 100 + 1)
    context = {
        "found": quarter_overview(request.scope, READ, organization, quarter.first, on=today),
        "quarter": quarter,
        "number": (quarter.first % 100 + 2) // 3,
        "year": quarter.first // 100,
        "before": month_before(quarter.first),
        "after": _neighbors(quarter.last)[1],
        "is_running": quarter.ends_on >= today,
        **place_of(request, organization),
    }
    return render_page(request, "meetings/overview.html", context)
