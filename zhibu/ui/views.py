"""Error pages, the large-type switch, the style guide."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from zhibu.core.http import Request, public, signed_in
from zhibu.ui import styleguide
from zhibu.ui.switches import LARGE_TYPE

_YEAR = 365 * 24 * 3600


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: say so, keep the way back."""
    return render(request, "403_csrf.html", status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; the same text whether a thing is missing or out of the person's scope."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Rendered without the request: whatever broke may break again in the page shell."""
    return render(
        None,
        "500.html",
        {"request_id": getattr(request, "request_id", "")},
        status=500,
    )


@public
@require_POST
def large_type(request: Request) -> HttpResponse:
    """Switch the large type of this browser on or off and return to the page. Visitors may, too."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.status_code = 303
    if request.COOKIES.get(LARGE_TYPE) == "1":
        response.delete_cookie(LARGE_TYPE, samesite="Lax")
    else:
        response.set_cookie(
            LARGE_TYPE, "1", max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


@signed_in
@require_safe
def style_guide(request: Request) -> HttpResponse:
    """Every component in every state."""
    return render(request, "ui/styleguide.html", styleguide.samples())


@signed_in
@require_safe
def keep_alive(request: Request) -> HttpResponse:
    """Nothing but the renewal of the session: the answer to "stay signed in"."""
    request.session.modified = True
    return HttpResponse(status=204)
