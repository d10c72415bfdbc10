"""Downloads whose size grows with the county: small ones at once, large ones by the worker.

A view says how many rows its file will have; above ``settings.DIRECT_ROWS`` the same view runs again in the worker,
with the rights its owner has then, and the file waits under 后台任务. The web process never sets a long list.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from itertools import islice
from pathlib import PurePath
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import resolve
from django.utils.translation import gettext as _

from zhibu.audit.actions.trail import plain_conditions
from zhibu.core.access import Refused, Scope
from zhibu.core.http import Request, see_other
from zhibu.core.text import gettext_noop
from zhibu.jobs.actions import start_job
from zhibu.jobs.kinds import JobKind, Progress, Result
from zhibu.jobs.models import Job
from zhibu.jobs.progress import working
from zhibu.ui.downloads import Attachment

GONE: Final = gettext_noop(
    "要下载的内容找不到了，或者它已不在您的职责范围内。请回到原来的页面，看得到时再下载一次。"
)


class Asked(HttpRequest):
    """What a download was asked with, put together again in the worker: address, conditions, the owner's scope."""

    def __init__(self, path: str, query: str, scope: Scope) -> None:
        super().__init__()
        self.method = "GET"
        self.path = self.path_info = path
        self.GET = QueryDict(query)
        self.scope = scope


def large_by_worker(
    title: str, rows: Callable[..., int | None]
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Answer with the view's file, or with the page of the job that makes it.

    ``rows`` takes what the view takes and counts with one cheap query (None: many); what the view loads and
    refuses it does as well. ``title`` is what the list of jobs shows. The view reads ``request.scope``, ``request.GET``
    and what the address captures, nothing else of the request, and writes at most an audit record.
    Pressing twice finds the first job. Address and conditions are the job's params: a condition that more
    than ``settings.DIRECT_ROWS`` rows meet names nobody.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if isinstance(request, Asked):
                return view(request, *args, **kwargs)
            count = rows(request, *args, **kwargs)
            if count is not None and count <= settings.DIRECT_ROWS:
                return _counted(view(request, *args, **kwargs), count)
            conditions = request.GET.copy()
            conditions.pop("page", None)
            job = start_job(
                by=request.scope,
                kind=KIND.key,
                title=_(title),
                params={"path": request.path_info, "query": conditions.urlencode(), "rows": str(count or 0)},
            )
            return see_other("jobs:job", job.pk)

        inner.is_large_by_worker = True  # type: ignore[attr-defined]
        return inner

    return decorate


def _counted(response: HttpResponseBase, count: int) -> HttpResponseBase:
    if isinstance(response, Attachment) and response.rows is None:
        response.rows = count
    return response


def told(job: Job) -> dict[str, object]:
    """What a download made by the worker is of, for the record of handing it out: never what a person typed."""
    if job.kind != KIND.key:
        return {}
    match = resolve(job.params["path"])
    conditions = plain_conditions(QueryDict(job.params["query"]).dict())
    return {"route": match.view_name, "conditions": conditions, "rows": int(job.params["rows"])}


def peeked(rows: Iterable[object]) -> int | None:
    """How many rows there are, when they can only be read: None once they are more than go out at once."""
    count = sum(1 for _row in islice(rows, settings.DIRECT_ROWS + 1))
    return None if count > settings.DIRECT_ROWS else count


def make_download(progress: Progress, scope: Scope, params: Mapping[str, str]) -> Result:
    """The file of ``params["path"]`` with the conditions of ``params["query"]``, for whoever ``scope`` is now."""
    progress.step(0, int(params["rows"]))
    view, args, kwargs = resolve(params["path"])
    try:
        with working(progress, int(params["rows"])):
            response = view(Asked(params["path"], params["query"], scope), *args, **kwargs)
    except Http404:
        raise Refused(GONE) from None
    if not isinstance(response, Attachment):
        raise Refused(GONE)
    return _kept(progress, response)


def _kept(progress: Progress, response: Attachment) -> Result:
    file = progress.folder() / f"download{PurePath(response.name).suffix}"
    file.write_bytes(response.content)
    return Result(file, response.name, sentence=_("文件已生成。"))


KIND: Final = JobKind("jobs.download", gettext_noop("下载和打印"), make_download)
KINDS: Final = (KIND,)
