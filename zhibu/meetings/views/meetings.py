"""One meeting: planned, changed, held, shown, printed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.dates import parse_date
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import month_of
from zhibu.core.refusals import sentence_of
from zhibu.meetings import actions
from zhibu.meetings.forms import AmendForm, FileForm, PlanForm
from zhibu.meetings.forms.study import AmendTaughtForm, HoldForm
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.prints import minutes_pdf, sign_in_pdf
from zhibu.meetings.rules.appraisal import too_many_excellent
from zhibu.meetings.rules.attendance import EXCUSE_LABELS, Status, must_be_excused, proposed_excuse, usual
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.rules.votes import needed_ayes, needed_present
from zhibu.meetings.summaries.ledger import is_locked
from zhibu.meetings.summaries.pages import meeting_page
from zhibu.meetings.summaries.people import expected_at, groups_of, secretary_of, sign_in_lines
from zhibu.meetings.views.places import READ, RECORD, about, meeting_of
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment


@requires(RECORD)
def plan(request: Request, branch_id: int) -> HttpResponse:
    """Enter a meeting; one that is over goes on to its list."""
    branch = get_visible(Organization.objects.select_related("parent"), request.scope, RECORD, pk=branch_id)
    today = timezone.localdate()
    initial = {
        "kind": request.GET.get("kind", Kind.THEME_PARTY_DAY),
        "day": parse_date(request.GET.get("day", "")) or today,
        "chair": secretary_of(branch),
        "recorder": request.scope.name,
    }
    form = PlanForm(request.POST or None, initial=initial, groups=groups_of(branch))
    if request.method == "POST" and form.is_valid():
        try:
            meeting = actions.plan_meeting(by=request.scope, branch=branch, on=today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            if meeting.on <= today and meeting.state == "planned":
                return see_other("meetings:hold", meeting.pk)
            if meeting.state == "held":
                messages.info(request, _("这次会议已经登记过，这里是原来的登记。"))
            else:
                messages.success(request, _("已登记。召开以后再来登记到会情况。"))
            return see_other("meetings:meeting", meeting.pk)
    context = {
        "form": form,
        "title": _("登记会议和活动"),
        "organization": branch,
        "above": Organization.objects.above(branch.path),
        "kinds": SPECS,
    }
    return render(request, "meetings/plan.html", context)


@requires(RECORD)
def edit(request: Request, meeting_id: int) -> HttpResponse:
    """Change what was entered about a meeting."""
    meeting = meeting_of(request, meeting_id)
    initial = {
        name: getattr(meeting, name)
        for name in ("time", "place", "title", "agenda", "chair", "recorder", "study_tenths")
    }
    teaches = SPECS[Kind(meeting.kind)].teaches and meeting.state == "held"
    form = (AmendTaughtForm if teaches else AmendForm)(
        request.POST or None, initial=initial | {"day": meeting.on}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.amend_meeting(
                by=request.scope, meeting=meeting, on=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已保存。"))
            return see_other("meetings:meeting", meeting.pk)
    return render(request, "meetings/plan.html", {"form": form, "title": _("修改会议登记"), **about(meeting)})


@requires(READ)
def meeting(request: Request, meeting_id: int) -> HttpResponse:
    """One meeting with its list, votes, decisions, minutes and files."""
    row = meeting_of(request, meeting_id, READ)
    today = timezone.localdate()
    page = meeting_page(row)
    rules = values_in_force(MEETINGS, on=today)
    spec = SPECS[Kind(row.kind)]
    grades = [each.grade for each in page.grades.values()]
    context = {
        "page": page,
        "spec": spec,
        "rule": spec.rule,
        "may_record": request.scope.covers(RECORD, row.branch.path),
        "is_locked": is_locked(row.branch_id, row.month, today),
        "is_over": row.on <= today,
        "today": today,
        "needed_present": needed_present(page.counts.voters, spec.quorum),
        "needed_ayes": needed_ayes(page.counts.voters),
        "is_appraisal": row.kind == Kind.DEMOCRATIC_APPRAISAL,
        "too_many": too_many_excellent(grades, members=page.members, one_in=rules.excellent_one_in),
        "file_form": FileForm(limit_mb=rules.file_mb),
        **about(row),
    }
    return render(request, "meetings/meeting.html", context)


@requires(RECORD)
def hold(request: Request, meeting_id: int) -> HttpResponse:
    """Say that it took place: confirm who need not attend, everyone else is present."""
    row = meeting_of(request, meeting_id)
    if row.state == "held":
        return see_other("meetings:attendance", row.pk)
    today = timezone.localdate()
    people, members = expected_at(row)
    proposals = [
        (members[person.member_id], excuse, must_be_excused(person))
        for person in people
        if (excuse := proposed_excuse(person)) is not None
    ]
    typed = request.POST if request.method == "POST" else None
    form = HoldForm(typed) if SPECS[Kind(row.kind)].teaches else None
    context = {
        "form": form,
        "people": people,
        "proposals": proposals,
        "usual": len(people) - len(proposals),
        "lost": sum(usual(person)[0] == Status.ABSENT for person in people),
        "excuses": EXCUSE_LABELS,
        "is_over": row.on <= today,
        "refusal": None,
        **about(row),
    }
    if request.method == "POST" and (form is None or form.is_valid()):
        excused = {each[0].pk: request.POST.get(f"excuse-{each[0].pk}", "") for each in proposals}
        try:
            actions.hold_meeting(
                by=request.scope,
                meeting=row,
                excused={pk: code for pk, code in excused.items() if code in EXCUSE_LABELS},
                study_tenths=form.cleaned_data["study_tenths"] if form else 0,
                on=today,
            )
        except Refused as refusal:
            return render(request, "meetings/hold.html", context | {"refusal": refusal})
        return see_other("meetings:attendance", row.pk)
    return render(request, "meetings/hold.html", context)


@requires(RECORD)
@require_POST
def cancel(request: Request, meeting_id: int) -> HttpResponse:
    """It does not take place."""
    row = meeting_of(request, meeting_id)
    actions.cancel_meeting(by=request.scope, meeting=row, on=timezone.localdate())
    messages.success(request, _("已撤销，不再计入本月的会议。"))
    return see_other("meetings:meetings", then=f"?organization={row.branch_id}&month={month_of(row.on)}")


@requires(READ)
def minutes_print(request: Request, meeting_id: int) -> HttpResponse:
    """The minutes as an A4 document."""
    row = meeting_of(request, meeting_id, READ)
    content = minutes_pdf(meeting_page(row), printed_by=request.scope.name, at=timezone.localtime())
    return attachment(content, _("{title}会议记录.pdf").format(title=row.title))


@requires(READ)
def sign_in_print(request: Request, meeting_id: int) -> HttpResponse:
    """The sheet to sign, names in the order of the screen."""
    row = meeting_of(request, meeting_id, READ)
    lines = sign_in_lines(row)
    content = sign_in_pdf(row, lines, printed_by=request.scope.name, at=timezone.localtime())
    return attachment(content, _("{title}签到表.pdf").format(title=row.title))
