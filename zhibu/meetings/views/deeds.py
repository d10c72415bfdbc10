"""What is entered about a meeting that was held: votes, minutes, decisions, files, grades."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, receives, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.meetings import actions
from zhibu.meetings.actions import fingerprint
from zhibu.meetings.forms import DecisionForm, DoneForm, FileForm, MinutesForm, VoteForm
from zhibu.meetings.forms.ballots import BallotsForm
from zhibu.meetings.models import Attachment, Attendance, Decision, Vote
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.rules.appraisal import GRADE_LABELS, Grade, too_many_excellent
from zhibu.meetings.rules.attendance import Status
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.rules.votes import needed_ayes, needed_present
from zhibu.meetings.summaries.pages import counts_of, lines_of, meeting_page
from zhibu.meetings.views.places import READ, RECORD, about, largest_file, meeting_of
from zhibu.members.rules.stages import Stage
from zhibu.members.summaries.history import as_on, members_on
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment as download


@requires(RECORD)
def votes(request: Request, meeting_id: int) -> HttpResponse:
    """Enter a vote, with the figures of the list and the rule beside it."""
    meeting = meeting_of(request, meeting_id)
    quorum = SPECS[Kind(meeting.kind)].quorum
    form = VoteForm(request.POST or None, quorum=quorum)
    if request.method == "POST" and form.is_valid():
        try:
            vote = actions.record_vote(
                by=request.scope, meeting=meeting, on=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记表决：通过。") if vote.passed else _("已登记表决：没有通过。"))
            return see_other("meetings:meeting", meeting.pk)
    counts = counts_of(lines_of(meeting))
    context = {
        "form": form,
        "counts": counts,
        "needed_present": needed_present(counts.voters, quorum),
        "needed_present_to_admit": needed_present(counts.voters, quorum, admits=True),
        "needed_ayes": needed_ayes(counts.voters),
        **about(meeting),
    }
    return render(request, "meetings/vote.html", context)


@requires(RECORD)
@require_POST
def vote_removal(request: Request, vote_id: int) -> HttpResponse:
    """Take a vote back."""
    vote = get_visible(Vote.objects.select_related("meeting"), request.scope, RECORD, pk=vote_id)
    actions.remove_vote(by=request.scope, vote=vote, on=timezone.localdate())
    messages.success(request, _("已撤销这项表决的登记。"))
    return see_other("meetings:meeting", vote.meeting_id)


@requires(RECORD)
def minutes(request: Request, meeting_id: int) -> HttpResponse:
    """Write the minutes."""
    meeting = meeting_of(request, meeting_id)
    initial = {"minutes": meeting.minutes, "seen": fingerprint(meeting.minutes)}
    form = MinutesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_minutes(
                by=request.scope, meeting=meeting, on=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("会议记录已保存。"))
            return see_other("meetings:meeting", meeting.pk)
    return _form(request, form, _("写会议记录"), meeting_id=meeting.pk, **about(meeting))


@requires(RECORD)
def decision_new(request: Request, meeting_id: int) -> HttpResponse:
    """Enter what was decided."""
    meeting = meeting_of(request, meeting_id)
    today = timezone.localdate()
    members = {member.pk: member for member in members_on([meeting.branch_id], on=today)}
    due = meeting.on + timedelta(days=values_in_force(MEETINGS, on=today).decision_days)
    people = [(pk, member.name) for pk, member in members.items()]
    form = DecisionForm(request.POST or None, initial={"due_on": due}, people=people)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        owner = members.get(values["owner"]) if values["owner"] else None
        try:
            actions.record_decision(
                by=request.scope,
                meeting=meeting,
                text=values["text"],
                owner=owner,
                owner_name=values["owner_name"],
                due_on=values["due_on"],
                on=today,
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记。到期前列入待办。"))
            return see_other("meetings:meeting", meeting.pk)
    return _form(request, form, _("登记决议事项"), **about(meeting))


@requires(READ)
def decision(request: Request, decision_id: int) -> HttpResponse:
    """One decision; who records may say that it was carried out."""
    row = get_visible(
        Decision.objects.select_related("meeting__branch__parent"), request.scope, READ, pk=decision_id
    )
    meeting = row.meeting
    may_record = request.scope.covers(RECORD, meeting.branch.path)
    today = timezone.localdate()
    if request.method == "POST":
        request.scope.require(RECORD, meeting.branch.path)
    form = DoneForm(request.POST or None, initial={"done_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish_decision(by=request.scope, decision=row, on=today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已办结。"))
            return see_other("meetings:meeting", meeting.pk)
    context = {"row": row, "form": form, "may_record": may_record, "today": today, **about(meeting)}
    return render(request, "meetings/decision.html", context)


@requires(RECORD)
@require_POST
def decision_removal(request: Request, decision_id: int) -> HttpResponse:
    """Take back an entry made by mistake."""
    row = get_visible(Decision.objects.select_related("meeting"), request.scope, RECORD, pk=decision_id)
    actions.remove_decision(by=request.scope, decision=row, on=timezone.localdate())
    messages.success(request, _("已撤销这条登记。"))
    return see_other("meetings:meeting", row.meeting_id)


@receives(largest_file)
@requires(RECORD)
@require_POST
def attachments(request: Request, meeting_id: int) -> HttpResponse:
    """Keep a file with the meeting."""
    meeting = meeting_of(request, meeting_id)
    today = timezone.localdate()
    limit = values_in_force(MEETINGS, on=today).file_mb
    form = FileForm(request.POST, request.FILES, limit_mb=limit)
    if form.is_valid():
        file = form.cleaned_data["file"]
        # One byte more than allowed tells that it is too big; the rest is not read.
        content = file.read(limit * 1024 * 1024 + 1)
        try:
            actions.attach_file(
                by=request.scope, meeting=meeting, name=file.name or "", content=content, on=today
            )
        except Refused as refusal:
            form.add_error("file", sentence_of(refusal))
        else:
            messages.success(request, _("附件已保存。"))
            return see_other("meetings:meeting", meeting.pk)
    return _form(request, form, _("上传附件"), is_upload=True, **about(meeting))


@requires(READ)
def attachment(request: Request, attachment_id: int) -> HttpResponse:
    """The file; the download is recorded."""
    row = get_visible(
        Attachment.objects.select_related("meeting__branch"), request.scope, READ, pk=attachment_id
    )
    return download(actions.open_attachment(by=request.scope, attachment=row), row.name)


@requires(RECORD)
@require_POST
def attachment_removal(request: Request, attachment_id: int) -> HttpResponse:
    """Delete a file attached by mistake."""
    rows = Attachment.objects.select_related("meeting").defer("content")
    row = get_visible(rows, request.scope, RECORD, pk=attachment_id)
    actions.remove_attachment(by=request.scope, attachment=row, on=timezone.localdate())
    messages.success(request, _("附件已删除。"))
    return see_other("meetings:meeting", row.meeting_id)


@requires(RECORD)
def appraisal(request: Request, meeting_id: int) -> HttpResponse:
    """Grades and opinions of everyone on the list of an appraisal, with the stage of its day."""
    meeting, today = meeting_of(request, meeting_id), timezone.localdate()
    page = meeting_page(meeting)
    as_on([line.member for line in page.lines], on=meeting.on)
    one_in = values_in_force(MEETINGS, on=today).excellent_one_in
    people = [(line.member, page.grades.get(line.member_id)) for line in page.lines]
    typed = _typed(request, [member.pk for member, _known in people])
    counted = {
        member.pk: BallotsForm(request.POST or None, prefix=f"ballots-{member.pk}", entry=known)
        for member, known in people
        if member.stage == Stage.FULL
    }
    refusal: Refused | None = None
    wrong = [form for form in counted.values() if request.method == "POST" and not form.is_valid()]
    if request.method == "POST" and not wrong:
        ballots = {pk: form.ballots() for pk, form in counted.items()}
        record = partial(actions.record_appraisals, by=request.scope, meeting=meeting, on=today)
        try:
            record(grades=typed, ballots=ballots)
        except Refused as error:
            refusal = error
        else:
            _tell_graded(request, [grade for grade, _opinion in typed.values()], page.members, one_in)
            return see_other("meetings:meeting", meeting.pk)
    shown = partial(_shown, typed=typed, is_first=not page.grades)
    context = {
        "rows": [
            (line.member, counted.get(line.member_id), *shown(line, page.grades.get(line.member_id)))
            for line in page.lines
        ],
        "grades": GRADE_LABELS,
        "one_in": one_in,
        "most": page.members // one_in,
        "came": page.counts.came,
        "refusal": refusal,
        "has_errors": bool(wrong),
        **about(meeting),
    }
    return render(request, "meetings/appraisal.html", context)


def _typed(request: Request, member_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Grade and opinion of each member as sent; nothing before."""
    if request.method != "POST":
        return {}
    sent = request.POST
    return {
        pk: (sent.get(f"grade-{pk}", "").strip(), sent.get(f"opinion-{pk}", "").strip()) for pk in member_ids
    }


def _tell_graded(request: Request, grades: list[str], members: int, one_in: int) -> None:
    too_many = too_many_excellent(grades, members=members, one_in=one_in)
    if too_many is not None:
        messages.warning(request, sentence_of(too_many))
    messages.success(request, _("评议等次已保存。"))


def _shown(
    line: Attendance, known: object, typed: dict[int, tuple[str, str]], *, is_first: bool
) -> tuple[str, str]:
    """Grade and opinion of a line: what was typed, else what is kept; at first the usual grade is proposed."""
    if line.member_id in typed:
        return typed[line.member_id]
    if is_first and line.member.stage == Stage.FULL and line.status != Status.EXCUSED:
        return (Grade.QUALIFIED, "")
    return (getattr(known, "grade", ""), getattr(known, "opinion", ""))


def _form(request: Request, form: object, title: str, **context: object) -> HttpResponse:
    return render(request, "meetings/deed.html", {"form": form, "title": title, **context})
