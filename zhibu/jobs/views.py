"""Pages of jobs. A job is its owner's alone: for others it does not exist."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhibu.core.filing import file_name
from zhibu.core.http import Request, client_address, see_other, signed_in
from zhibu.jobs import files
from zhibu.jobs.actions import cancel_job, record_download, retry_job
from zhibu.jobs.downloads import told
from zhibu.jobs.holding import CHANGED, still_holds
from zhibu.jobs.models import Job
from zhibu.jobs.summaries import job_view, job_views
from zhibu.ui.pages import paginate, render_page


@signed_in
def job_list(request: Request) -> HttpResponse:
    """My jobs, newest first."""
    page = paginate(request, Job.objects.owned_by(request.scope).order_by("-created_at"))
    views = job_views(page.rows, at=timezone.now())
    return render_page(request, "jobs/list.html", {"page": page, "views": views})


@signed_in
def job_detail(request: Request, job_id: UUID) -> HttpResponse:
    """One job: progress, problems, result. The fragment is asked for every two seconds while it runs."""
    view = job_view(_own(request, job_id), at=timezone.now())
    is_held = view.is_active or still_holds(request.scope, view.job.held)
    context = {"view": view, "job": view.job, "is_held": is_held, "changed": CHANGED}
    return render_page(request, "jobs/job.html", context)


@signed_in
@require_POST
def job_stop(request: Request, job_id: UUID) -> HttpResponseBase:
    """Stop it."""
    cancel_job(by=request.scope, job=_own(request, job_id))
    return see_other("jobs:job", job_id)


@signed_in
@require_POST
def job_retry(request: Request, job_id: UUID) -> HttpResponseBase:
    """Do it again from the start."""
    retry_job(by=request.scope, job=_own(request, job_id))
    return see_other("jobs:job", job_id)


@signed_in
def job_result(request: Request, job_id: UUID) -> HttpResponseBase:
    """The result file, under its Chinese name (RFC 5987)."""
    job = _own(request, job_id)
    path = files.results_folder() / job.result_file
    if not job.result_file or not path.exists():
        raise Http404
    record_download(by=request.scope, job=job, data=told(job) | {"address": client_address(request)})
    response = FileResponse(path.open("rb"), as_attachment=True, filename=file_name(job.result_name))
    return response


def _own(request: Request, job_id: UUID) -> Job:
    return get_object_or_404(Job.objects.owned_by(request.scope), pk=job_id)
