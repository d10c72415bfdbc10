"""A branch's ledger of study hours: what was studied, entering it, taking it back."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.education import actions
from zhibu.education.forms import ReversalForm, StudyForm
from zhibu.education.models import StudyRecord
from zhibu.education.rules.entries import HOURS_RULE, MODE_LABELS, MODE_NOTES, Mode
from zhibu.education.summaries.sessions import lines_of, people_of, session_of, sessions_of
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.ui.pages import paginate, render_page

READ, RECORD = "education.read", "education.record"
_YEARS = 6


def _branch(request: Request, permission: str, pk: int) -> Organization:
    rows = Organization.objects.select_related("parent").filter(kind__in=BRANCH_KINDS)
    return get_visible(rows, request.scope, permission, pk=pk)


def _about(branch: Organization, **context: object) -> dict[str, object]:
    return {"organization": branch, "above": Organization.objects.above(branch.path), **context}


def _year(request: Request) -> int:
    this = timezone.localdate().year
    text = request.GET.get("year", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this
    return min(max(asked, this - _YEARS), this)


@requires(READ)
def sessions(request: Request, branch_id: int) -> HttpResponse:
    """What a branch studied in a year."""
    branch, year = _branch(request, READ, branch_id), _year(request)
    page = paginate(request, sessions_of(branch, year))
    this = timezone.localdate().year
    context = _about(
        branch,
        page=page,
        rows=[(row, MODE_LABELS[Mode(row.mode)]) for row in map(session_of, page.rows)],
        year=year,
        years=range(this, this - _YEARS - 1, -1),
        may_record=request.scope.covers(RECORD, branch.path),
    )
    return render_page(request, "education/sessions.html", context)


@requires(RECORD)
def entry(request: Request, branch_id: int) -> HttpResponse:
    """Enter one study for everyone who took part."""
    branch, today = _branch(request, RECORD, branch_id), timezone.localdate()
    data = request.POST if request.method == "POST" else None
    initial = {"day": today, "operation": uuid4(), "mode": Mode.NIGHT_SCHOOL}
    form = StudyForm(data, initial=initial, people=people_of(branch))
    if data is not None and form.is_valid():
        try:
            rows = actions.record_study(
                by=request.scope,
                branch=branch,
                entry=form.entry(),
                member_ids=form.cleaned_data["members"],
                operation=form.cleaned_data["operation"],
                on=today,
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记{n}人的学时。").format(n=len(rows)))
            return see_other("education:sessions", branch.pk, then=f"?year={rows[0].year}")
    notes = [(MODE_LABELS[mode], note) for mode, note in MODE_NOTES.items()]
    return render(
        request, "education/entry.html", _about(branch, form=form, notes=notes, hours_rule=HOURS_RULE)
    )


@requires(READ)
def session(request: Request, branch_id: int, operation: UUID) -> HttpResponse:
    """One study: who took part, and from whom it was taken back."""
    branch = _branch(request, READ, branch_id)
    lines = lines_of(branch, operation)
    if not lines:
        raise Http404
    may_record = request.scope.covers(RECORD, branch.path)
    context = _about(
        branch,
        first=lines[0],
        mode=MODE_LABELS[Mode(lines[0].mode)],
        lines=[(line, getattr(line, "reversal", None)) for line in lines],
        may_record=may_record,
    )
    context["standing"] = sum(undone is None for _line, undone in context["lines"])  # type: ignore[attr-defined]
    return render(request, "education/session.html", context)


@requires(RECORD)
def session_reversal(request: Request, branch_id: int, operation: UUID) -> HttpResponse:
    """Take a study back from everyone."""
    branch = _branch(request, RECORD, branch_id)
    lines = lines_of(branch, operation)
    if not lines:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = ReversalForm(data, initial={"operation": uuid4()})
    if data is not None and form.is_valid():
        try:
            actions.reverse_session(
                by=request.scope,
                branch=branch,
                session=operation,
                reason=form.cleaned_data["reason"],
                operation=form.cleaned_data["operation"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已冲正，这次学习不再计学时。"))
            return see_other("education:session", branch.pk, operation)
    context = _about(branch, form=form, first=lines[0], mode=MODE_LABELS[Mode(lines[0].mode)], whom=None)
    return render(request, "education/reversal.html", context | {"count": len(lines)})


@requires(RECORD)
def reversal(request: Request, record_id: int) -> HttpResponse:
    """Take one member's hours back."""
    rows = StudyRecord.objects.entries().select_related("member", "branch")
    row = get_visible(rows, request.scope, RECORD, pk=record_id)
    data = request.POST if request.method == "POST" else None
    form = ReversalForm(data, initial={"operation": uuid4()})
    if data is not None and form.is_valid():
        try:
            actions.reverse_study(
                by=request.scope,
                record_=row,
                reason=form.cleaned_data["reason"],
                operation=form.cleaned_data["operation"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已冲正{name}的学时。").format(name=row.member.name))
            return see_other("education:session", row.branch_id, row.operation)
    context = _about(row.branch, form=form, first=row, mode=MODE_LABELS[Mode(row.mode)], whom=row.member)
    return render(request, "education/reversal.html", context | {"count": 1})
