"""The list of a meeting: one tap per exception, saved line by line."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.meetings import actions
from zhibu.meetings.actions import AttendanceConflict
from zhibu.meetings.forms import LineForm
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.attendance import STATUS_LABELS, Status
from zhibu.meetings.summaries.ledger import is_locked
from zhibu.meetings.summaries.pages import counts_of, lines_of
from zhibu.meetings.summaries.people import not_listed
from zhibu.meetings.views.places import RECORD, about, meeting_of


@requires(RECORD)
def attendance(request: Request, meeting_id: int) -> HttpResponse:
    """Everyone on the list; a tap goes from present to leave to absent."""
    meeting = meeting_of(request, meeting_id)
    if meeting.state != "held":
        return see_other("meetings:hold" if meeting.state == "planned" else "meetings:meeting", meeting.pk)
    lines = lines_of(meeting)
    context = {
        "lines": lines,
        "counts": counts_of(lines),
        "is_locked": is_locked(meeting.branch_id, meeting.month, timezone.localdate()),
        "others": not_listed(meeting, lines),
        **about(meeting),
    }
    return render(request, "meetings/attendance.html", context)


@requires(RECORD)
@require_POST
def addition(request: Request, meeting_id: int, member_id: int) -> HttpResponse:
    """A member of the branch who is not on the list yet: added as present."""
    meeting = meeting_of(request, meeting_id)
    actions.set_attendance(
        by=request.scope,
        meeting=meeting,
        member_id=member_id,
        status=Status.PRESENT,
        reason="",
        seen=0,
        on=timezone.localdate(),
    )
    messages.success(request, _("已补进名单，先按到会登记。"))
    return see_other("meetings:attendance", meeting.pk)


def _line(request: Request, meeting: Meeting, member_id: int) -> Attendance:
    return get_visible(
        Attendance.objects.filter(meeting=meeting).select_related("member"),
        request.scope,
        RECORD,
        member=member_id,
    )


@requires(RECORD)
def mark(request: Request, meeting_id: int, member_id: int) -> HttpResponse:
    """One line: POST changes it; GET shows all its possible values with their reasons."""
    meeting = meeting_of(request, meeting_id)
    line = _line(request, meeting, member_id)
    form = LineForm(request.POST or None, initial=LineForm.initial_of(line))
    if request.method != "POST":
        return _form(request, meeting, line, form)
    if not form.is_valid():
        return _form(request, meeting, line, form)
    wanted, reason = form.cleaned_data["status"], form.reason()
    try:
        actions.set_attendance(
            by=request.scope,
            meeting=meeting,
            member_id=member_id,
            status=wanted,
            reason=reason,
            seen=form.cleaned_data["seen"],
            on=timezone.localdate(),
        )
    except AttendanceConflict as conflict:
        return _conflict(request, meeting, conflict)
    except Refused as refusal:
        if request.htmx:
            return _fragment(request, meeting, member_id, error=sentence_of(refusal))
        form.add_error(None, sentence_of(refusal))
        return _form(request, meeting, line, form)
    if request.htmx:
        return _fragment(request, meeting, member_id)
    messages.success(
        request, _("{name}：{status}").format(name=line.member.name, status=_(STATUS_LABELS[Status(wanted)]))
    )
    return see_other("meetings:attendance", meeting.pk)


def _form(request: Request, meeting: Meeting, line: Attendance, form: LineForm) -> HttpResponse:
    return render(request, "meetings/line_form.html", {"form": form, "line": line, **about(meeting)})


def _conflict(request: Request, meeting: Meeting, conflict: AttendanceConflict) -> HttpResponse:
    """Both values side by side; nothing was written."""
    context = {"line": conflict.row, "conflict": conflict, "meeting": meeting, "is_open": True}
    if request.htmx:
        return render(request, "meetings/line.html", context)
    return render(request, "meetings/conflict.html", context | about(meeting), status=409)


def _fragment(request: Request, meeting: Meeting, member_id: int, *, error: str = "") -> HttpResponse:
    """The line as it stands now, and the figures beside the list."""
    lines = lines_of(meeting)
    context = {
        "line": next(line for line in lines if line.member_id == member_id),
        "counts": counts_of(lines),
        "meeting": meeting,
        "error": error,
        "is_open": True,
    }
    return render(request, "meetings/line_changed.html", context)
