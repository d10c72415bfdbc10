"""Pages of imports: uploads, the preview of one, the deeds on it, workbooks to take away."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhibu.core.http import Request, receives, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.imports import actions, workbooks
from zhibu.imports.forms import UploadForm
from zhibu.imports.models import ImportRun
from zhibu.imports.querysets import ImportRuns
from zhibu.imports.reading import read_whole
from zhibu.imports.sheets import Extract, RowState, Sheet
from zhibu.imports.summaries import load_file, load_plan, run_facts, run_lines, sheets_of
from zhibu.jobs.downloads import large_by_worker, peeked
from zhibu.jobs.holding import check_still_holds
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

PER_PAGE: Final = 50


@receives(lambda: settings.UPLOAD_LIMIT)
@requires("imports.use")
def runs(request: Request) -> HttpResponseBase:
    """My uploads, newest first; the form to upload; what can be downloaded."""
    sheets = sheets_of(request.scope)
    form = UploadForm(request.POST or None, request.FILES or None, sheets=sheets)
    if request.method == "POST" and form.is_valid():
        run = actions.upload_file(by=request.scope, on=timezone.localdate(), **form.values())
        return see_other("imports:run", run.pk)
    page = paginate(request, _own_runs(request).order_by("-created_at"), 20)
    context = {"form": form, "sheets": sheets, "page": page, "lines": run_lines(page.rows)}
    return render_page(request, "imports/runs.html", context)


@requires("imports.use")
@require_safe
def run(request: Request, run_id: UUID) -> HttpResponse:
    """One upload: progress while it is read or written, then what will become of each row."""
    facts = run_facts(_own(request, run_id), request.scope, at=timezone.now())
    if request.htmx and not facts.is_busy:
        return HttpResponse(headers={"HX-Refresh": "true"})
    wanted = request.GET.get("state", "")
    state = RowState(wanted) if wanted in set(RowState) else None
    page = paginate(request, facts.plan.indexes(state) if facts.plan else [], PER_PAGE)
    rows = [facts.plan.row(index) for index in page.rows] if facts.plan else []
    context = {"facts": facts, "run": facts.run, "state": state, "page": page, "rows": rows}
    return render_page(request, "imports/run.html", context)


@requires("imports.use")
@require_POST
def application(request: Request, run_id: UUID) -> HttpResponseBase:
    """Write it."""
    actions.start_application(by=request.scope, run=_own(request, run_id), on=timezone.localdate())
    return see_other("imports:run", run_id)


@requires("imports.use")
@require_POST
def check(request: Request, run_id: UUID) -> HttpResponseBase:
    """Check it again."""
    actions.start_check(by=request.scope, run=_own(request, run_id), on=timezone.localdate())
    return see_other("imports:run", run_id)


@requires("imports.use")
@require_POST
def discard(request: Request, run_id: UUID) -> HttpResponseBase:
    """Throw it away."""
    actions.discard_run(by=request.scope, run=_own(request, run_id))
    return see_other("imports:runs")


def _checked(request: Request, run_id: UUID) -> ImportRun:
    """A checked run, by the role of the moment."""
    found = get_object_or_404(_own_runs(request), pk=run_id, state__in=("checked", "applying"))
    check_still_holds(request.scope, found.held)
    return found


def _file_size(request: Request, run_id: UUID) -> int:
    return sum(_checked(request, run_id).summary.values())


@requires("imports.use")
@require_safe
@large_by_worker(gettext_noop("下载带原因的表格"), _file_size)
def error_workbook(request: Request, run_id: UUID) -> HttpResponseBase:
    """The person's own file with the reasons written in."""
    found = _checked(request, run_id)
    sheet = next(each for each in sheets_of(request.scope) if each.key == found.sheet)
    name, header_row, rows = read_whole(load_file(found), sheet)
    content = workbooks.error_workbook(rows, header_row, name, load_plan(found))
    stem = found.file_name.rpartition(".")[0] or found.file_name
    return _download(content, _("{name}（带原因）").format(name=stem))


@requires("imports.use")
@require_safe
def template(request: Request, key: str) -> HttpResponseBase:
    """An empty sheet to fill in."""
    sheet = _sheet(request, key)
    return _download(workbooks.template(sheet), _("{title}导入模板").format(title=_(sheet.title)))


def _export_size(request: Request, key: str) -> int | None:
    return peeked(_sheet(request, key).export(request.scope, ""))


@requires("imports.use")
@require_safe
@large_by_worker(gettext_noop("导出现有记录"), _export_size)
def export(request: Request, key: str) -> HttpResponseBase:
    """The current records of the person's scope."""
    sheet = _sheet(request, key)
    content = workbooks.export(sheet, sheet.export(request.scope, ""))
    day = timezone.localdate().isoformat()
    return _download(content, _("{title}{day}").format(title=_(sheet.title), day=day))


def _extract(request: Request, key: str) -> Extract:
    sheet = _sheet(request, key)
    if sheet.extract is None:
        raise Http404
    return sheet.extract(request.scope, request.GET.dict(), timezone.localdate())


def _extract_size(request: Request, key: str) -> int | None:
    return peeked(_extract(request, key).records)


@requires("imports.use")
@require_safe
@large_by_worker(gettext_noop("导出页面上的记录"), _extract_size)
def extract(request: Request, key: str) -> HttpResponseBase:
    """The records that a page lists, by its conditions: the same rows, and the head says by what."""
    sheet, found = _sheet(request, key), _extract(request, key)
    content = workbooks.export(sheet, found.records, head=found.head)
    day = timezone.localdate().isoformat()
    return _download(content, _("{title}{day}").format(title=_(sheet.title), day=day))


def _own_runs(request: Request) -> ImportRuns[ImportRun]:
    keys = [sheet.key for sheet in sheets_of(request.scope)]
    return ImportRun.objects.owned_by(request.scope).of_sheets(keys)


def _own(request: Request, run_id: UUID) -> ImportRun:
    return get_object_or_404(_own_runs(request), pk=run_id)


def _sheet(request: Request, key: str) -> Sheet:
    """A sheet outside the person's duties is like one that does not exist."""
    found = next((sheet for sheet in sheets_of(request.scope) if sheet.key == key), None)
    if found is None:
        raise Http404
    return found


def _download(content: bytes, name: str) -> HttpResponseBase:
    return attachment(content, f"{name}.xlsx")
