"""Home and quick search."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhibu.core.http import Request, requires, signed_in
from zhibu.insights.summaries.course import course as read_course
from zhibu.insights.summaries.home import home as read_home
from zhibu.insights.summaries.searching import search as find
from zhibu.insights.summaries.work import desk as read_desk
from zhibu.ui.pages import render_page

_LONGEST = 60


@signed_in
@require_safe
def home(request: Request) -> HttpResponse:
    """The state of what the person works for, the own year, the way to search."""
    today = timezone.localdate()
    return render(request, "insights/home.html", {"home": read_home(request.scope, on=today), "today": today})


@signed_in
@require_safe
def search(request: Request) -> HttpResponse:
    """Quick search over what the person may see."""
    text = request.GET.get("q", "").strip()[:_LONGEST]
    found = find(request.scope, text)
    return render_page(request, "insights/search.html", {"q": text, "found": found})


@signed_in
@require_safe
def work(request: Request) -> HttpResponse:
    """All that waits for the person; ``brief`` on the home page: the most urgent groups, a line each."""
    today = timezone.localdate()
    desk = read_desk(request.scope, on=today)
    if _is_fragment(request) and "brief" in request.GET:
        is_branch = request.scope.has("months.submit") and not request.scope.has("months.confirm")
        urgent = desk.urgent(on=today, meetings_first=is_branch)
        context = {"urgent": urgent, "rest": desk.rest, "today": today}
        return render(request, "insights/brief.html", context)
    template = "insights/work.html#desk" if _is_fragment(request) else "insights/work.html"
    return render(request, template, {"desk": desk, "today": today})


@requires("months.read")
@require_safe
def course(request: Request) -> HttpResponse:
    """Quarter, year and the branches that look odd: a page, and a fragment of the home page."""
    found = read_course(request.scope, on=timezone.localdate())
    template = "insights/course.html#course" if _is_fragment(request) else "insights/course.html"
    return render(request, template, {"course": found})


def _is_fragment(request: Request) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request and not request.htmx.boosted
