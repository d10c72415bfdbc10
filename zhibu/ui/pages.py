"""Lists without COUNT(*), and pages that answer htmx with their fragment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from zhibu.core.http import Request

M = TypeVar("M", bound=Model)
T = TypeVar("T")
_LAST_PAGE = 10_000  # beyond it an offset only burns time; nobody turns so many pages by hand


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. ``querystring`` holds the other parameters, encoded, without ``page``."""

    rows: Sequence[T]
    number: int
    has_next: bool
    querystring: str = ""

    @property
    def has_previous(self) -> bool:
        """True from the second page on."""
        return self.number > 1

    @property
    def next_url(self) -> str:
        """Query string of the following page, beginning with "?"."""
        return self._url(self.number + 1)

    @property
    def previous_url(self) -> str:
        """Query string of the page before, beginning with "?"."""
        return self._url(self.number - 1)

    def _url(self, number: int) -> str:
        return f"?{self.querystring}&page={number}" if self.querystring else f"?page={number}"


def paginate(request: Request, queryset: QuerySet[M, T] | Sequence[T], per_page: int = 50) -> Page[T]:
    """The page that ``?page=`` asks for, from one query: it fetches one row more instead of counting all.

    The queryset must be ordered; a list works too. A page number that is no number, or below 1, is page 1.
    """
    number = _page_number(request)
    start = (number - 1) * per_page
    rows = list(queryset[start : start + per_page + 1])
    others = request.GET.copy()
    others.pop("page", None)
    return Page(rows[:per_page], number, len(rows) > per_page, others.urlencode())


def render_page(
    request: Request, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page; for an htmx request aimed at ``#results`` only the template's partial ``results``.

    Going back through the browser's history always gets the whole page.
    """
    htmx = request.htmx
    wants_fragment = bool(htmx) and htmx.target == "results" and not htmx.history_restore_request
    response = render(
        request, f"{template}#results" if wants_fragment else template, dict(context), status=status
    )
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def _page_number(request: Request) -> int:
    text = request.GET.get("page", "")
    return min(max(int(text), 1), _LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
