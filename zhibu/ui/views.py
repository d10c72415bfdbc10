"""Error pages, the large-type switch, the style guide."""

import sys
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from zhibu.core.http import Request, is_fragment, public, signed_in, wants_json
from zhibu.core.outages import Outage, outage_of
from zhibu.ui import styleguide
from zhibu.ui.switches import LARGE_TYPE

_YEAR = 365 * 24 * 3600
OUTAGES: Final = {
    Outage.AWAY: gettext_noop("数据库暂时连不上，这一步没有办成。系统会自己恢复，请过一会儿再试。"),
    Outage.BUSY: gettext_noop("有一项大的写入正在进行，这一步没有排上。请过一会儿再试。"),
    Outage.READ_ONLY: gettext_noop(
        "数据库现在只能读：已经登录的可以照常查看，登录、填写、保存和要留痕的查看都办不成。请告诉系统管理员。"
    ),
    Outage.DISK_FULL: gettext_noop("服务器的磁盘满了，写不进去，这一步没有办成。请告诉系统管理员清理磁盘。"),
}
"""What a person reads who meets an outage."""


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
    """500, or 503 when the database or the disk is the cause.

    Rendered without the request: whatever broke may break again in the page shell.
    """
    outage = outage_of(sys.exc_info()[1])
    if outage is not None:
        return unavailable(request, outage)
    return render(
        None,
        "500.html",
        {"request_id": getattr(request, "request_id", "")},
        status=500,
    )


def unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """503 with a sentence and ``Retry-After``: a page, or what a fragment or a script can show.

    The page that answers a form can be reloaded: the browser then sends the same form again.
    """
    sentence = gettext(OUTAGES[outage])
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"sentence": sentence}, status=503, json_dumps_params={"ensure_ascii": False})
    elif is_fragment(request):
        response = HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    else:
        context = {"sentence": sentence, "outage": outage.value, "sent": request.method == "POST"}
        response = render(None, "503.html", context, status=503)
    response["Retry-After"] = "5" if outage.is_over_in_a_moment else "60"
    return response


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
