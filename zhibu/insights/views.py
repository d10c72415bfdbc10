"""Home and quick search."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhibu.core.http import Request, signed_in
from zhibu.insights import summaries
from zhibu.ui.pages import render_page

_LONGEST = 60


@signed_in
@require_safe
def home(request: Request) -> HttpResponse:
    """What waits for the person, the organizations, the way to search."""
    return render(
        request, "insights/home.html", {"home": summaries.home(request.scope), "today": timezone.localdate()}
    )


@signed_in
@require_safe
def search(request: Request) -> HttpResponse:
    """Quick search over what the person may see."""
    text = request.GET.get("q", "").strip()[:_LONGEST]
    found = summaries.search(request.scope, text)
    return render_page(request, "insights/search.html", {"q": text, "found": found})


@signed_in
@require_safe
@never_cache
def work(request: Request) -> HttpResponse:
    """All that waits for the person; as a fragment for the home page."""
    today = timezone.localdate()
    context = {"desk": summaries.desk(request.scope, on=today), "today": today}
    fragment = bool(request.htmx) and not request.htmx.history_restore_request and not request.htmx.boosted
    return render(request, "insights/work.html#desk" if fragment else "insights/work.html", context)
