"""四议两公开: village matters and their six steps."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, receives, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.meetings import actions
from zhibu.meetings.actions.village_files import attach_step_file, open_step_file, remove_step_file
from zhibu.meetings.forms import FileForm, MatterForm, StepForm
from zhibu.meetings.models import VillageFile, VillageMatter
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.prints.notices import NOTICES, notice_pdf
from zhibu.meetings.rules.village import STEPS, VILLAGE_RULE
from zhibu.meetings.summaries.pages import matter_page, matter_rows
from zhibu.meetings.views.places import READ, RECORD, largest_file, organization_of, place_of
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment as download
from zhibu.ui.pages import paginate, render_page


@requires(READ)
def matters(request: Request) -> HttpResponse:
    """Village matters with how far they have come."""
    organization = organization_of(request)
    state = request.GET.get("state", "")
    state = state if state in {"open", "done"} else ""
    context = {
        "page": paginate(request, matter_rows(request.scope, organization, state=state)),
        "state": state,
        "rule": VILLAGE_RULE,
        "steps": STEPS,
        **place_of(request, organization),
    }
    return render_page(request, "meetings/matters.html", context)


@requires(RECORD)
def matter_new(request: Request, branch_id: int) -> HttpResponse:
    """Enter a matter."""
    branch = get_visible(Organization.objects.select_related("parent"), request.scope, RECORD, pk=branch_id)
    today = timezone.localdate()
    form = MatterForm(request.POST or None, initial={"opened_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            matter = actions.open_matter(by=request.scope, branch=branch, on=today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return see_other("meetings:matter", matter.pk)
    context = {
        "form": form,
        "title": _("登记村级重大事项"),
        "rule": VILLAGE_RULE,
        "organization": branch,
        "above": Organization.objects.above(branch.path),
    }
    return render(request, "meetings/deed.html", context)


def _matter_of(request: Request, matter_id: int, permission: str) -> VillageMatter:
    rows = VillageMatter.objects.select_related("branch__parent")
    return get_visible(rows, request.scope, permission, pk=matter_id)


def _about(matter: VillageMatter) -> dict[str, object]:
    return {
        "matter": matter,
        "organization": matter.branch,
        "above": Organization.objects.above(matter.branch.path),
    }


@requires(READ)
def matter(request: Request, matter_id: int) -> HttpResponse:
    """The six steps in their order, and what an inspector would note."""
    row = _matter_of(request, matter_id, READ)
    context = {
        "page": matter_page(row),
        "rule": VILLAGE_RULE,
        "may_record": request.scope.covers(RECORD, row.branch.path),
        "notices": NOTICES,
        **_about(row),
    }
    return render(request, "meetings/matter.html", context)


@requires(RECORD)
def step(request: Request, matter_id: int, number: int) -> HttpResponse:
    """Enter one of the six steps."""
    if number not in STEPS:
        raise Http404
    row = _matter_of(request, matter_id, RECORD)
    today = timezone.localdate()
    form = StepForm(request.POST or None, initial={"day": today}, number=number)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_step(
                by=request.scope,
                matter=row,
                step=form.step(),
                minutes=form.cleaned_data["minutes"],
                on=today,
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记第{number}步。").format(number=number))
            return see_other("meetings:matter", row.pk)
    label, text = STEPS[number]
    context = {"form": form, "number": number, "label": label, "text": text, **_about(row)}
    return render(request, "meetings/step.html", context)


@requires(RECORD)
@require_POST
def step_removal(request: Request, matter_id: int, number: int) -> HttpResponse:
    """Take back a step that was entered wrongly."""
    row = _matter_of(request, matter_id, RECORD)
    actions.remove_step(by=request.scope, matter=row, number=number, on=timezone.localdate())
    messages.success(request, _("已撤销第{number}步的登记。").format(number=number))
    return see_other("meetings:matter", row.pk)


@receives(largest_file)
@requires(RECORD)
def step_files(request: Request, matter_id: int, number: int) -> HttpResponse:
    """Keep a photo or a scan with a step."""
    if number not in STEPS:
        raise Http404
    row = _matter_of(request, matter_id, RECORD)
    today = timezone.localdate()
    limit = values_in_force(MEETINGS, on=today).file_mb
    form = FileForm(
        request.POST or None,
        request.FILES or None,
        limit_mb=limit,
        label=_("会议记录、公开现场照片"),
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        # One byte more than allowed tells that it is too big; the rest is not read.
        content = file.read(limit * 1024 * 1024 + 1)
        try:
            attach_step_file(
                by=request.scope, matter=row, number=number, name=file.name or "", content=content, on=today
            )
        except Refused as refusal:
            form.add_error("file", sentence_of(refusal))
        else:
            messages.success(request, _("附件已保存。"))
            return see_other("meetings:matter", row.pk)
    context = {"form": form, "number": number, "label": STEPS[number][0], "is_upload": True, **_about(row)}
    return render(request, "meetings/step.html", context)


def _file_of(request: Request, file_id: int, permission: str, *, with_content: bool) -> VillageFile:
    rows = VillageFile.objects.select_related("step__matter__branch")
    return get_visible(rows if with_content else rows.defer("content"), request.scope, permission, pk=file_id)


@requires(READ)
def step_file(request: Request, file_id: int) -> HttpResponse:
    """The file; the download is recorded."""
    row = _file_of(request, file_id, READ, with_content=True)
    return download(open_step_file(by=request.scope, file=row), row.name)


@requires(RECORD)
@require_POST
def step_file_removal(request: Request, file_id: int) -> HttpResponse:
    """Delete a file attached by mistake."""
    row = _file_of(request, file_id, RECORD, with_content=False)
    remove_step_file(by=request.scope, file=row, on=timezone.localdate())
    messages.success(request, _("附件已删除。"))
    return see_other("meetings:matter", row.step.matter_id)


@requires(READ)
def notice_print(request: Request, matter_id: int, number: int) -> HttpResponse:
    """The notice of a resolution or of its result, to be hung up."""
    if number not in NOTICES:
        raise Http404
    row = _matter_of(request, matter_id, READ)
    content = notice_pdf(
        matter_page(row),
        row,
        number=number,
        printed_by=request.scope.name,
        at=timezone.localtime(),
    )
    return download(content, _("{title}{kind}.pdf").format(title=row.title, kind=NOTICES[number]))
