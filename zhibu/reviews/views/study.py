"""Pages of study hours: a branch's members against the target, the branches of a unit, one member's year."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires
from zhibu.education.policies import terms_of_year
from zhibu.education.rules.entries import MODE_LABELS, Mode
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.reviews.summaries import study as summaries
from zhibu.ui.pages import paginate, render_page

READ, RECORD, OWN = summaries.READ, "education.record", "members.read_own"
_YEARS = 6
_BRANCHES = 30


def _year(request: Request) -> int:
    this = timezone.localdate().year
    text = request.GET.get("year", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this
    return min(max(asked, this - _YEARS), this)


def _years() -> range:
    this = timezone.localdate().year
    return range(this, this - _YEARS - 1, -1)


@requires(READ)
def study(request: Request, organization_id: int | None = None) -> HttpResponse:
    """A branch: everyone's hours against the target. A unit above: its branches."""
    rows = Organization.objects.select_related("parent").top_first()
    asked = {} if organization_id is None else {"pk": organization_id}
    organization = get_visible(rows, request.scope, READ, **asked)
    year = _year(request)
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "year": year,
        "years": _years(),
        "terms": terms_of_year(year),
        "is_running": year == timezone.localdate().year,
    }
    if organization.kind in BRANCH_KINDS:
        lines = summaries.member_lines(organization, year)
        asked_of = [line for line in lines if line.hours.target]
        context |= {
            "lines": lines,
            "asked": len(asked_of),
            "reached": sum(not line.hours.is_short for line in asked_of),
            "may_record": request.scope.covers(RECORD, organization.path),
        }
        return render(request, "reviews/study_branch.html", context)
    page = paginate(request, summaries.branches_below(request.scope, organization), _BRANCHES)
    context |= {"page": page, "lines": summaries.branch_lines(page.rows, year)}
    return render_page(request, "reviews/study_units.html", context)


def _member(request: Request, member_id: int) -> tuple[Member, bool]:
    rows = Member.objects.select_related("branch").defer("resident_id", "phone")
    if request.scope.has(OWN):
        own = rows.filter(pk=member_id, user=request.scope.user_id).first()
        if own is not None:
            return own, True
    if not request.scope.has(READ):
        raise Http404
    return get_visible(rows, request.scope, READ, pk=member_id), False


@requires(READ, OWN)
def member_study(request: Request, member_id: int) -> HttpResponse:
    """One member's year, entry by entry and meeting by meeting; the person sees the own."""
    member, own = _member(request, member_id)
    year = _year(request)
    found = summaries.member_year(member, year)
    context = {
        "member": member,
        "own": own,
        "organization": member.branch,
        "above": () if own else Organization.objects.above(member.branch.path),
        "year": year,
        "years": _years(),
        "found": found,
        "modes": [(MODE_LABELS[Mode(mode)], tenths) for mode, tenths in found.hours.own.items()],
        "entries": [
            (row, MODE_LABELS[Mode(row.mode)], getattr(row, "reversal", None)) for row in found.entries
        ],
        "may_record": request.scope.covers(RECORD, member.branch.path) and not own,
    }
    return render(request, "reviews/member_study.html", context)


@requires(READ, OWN)
def study_panel(request: Request, member_id: int) -> HttpResponse:
    """On the member's pages: this year's hours against the target."""
    member, own = _member(request, member_id)
    year = timezone.localdate().year
    context = {
        "member": member,
        "own": own,
        "year": year,
        "hours": summaries.hours_of([member], year)[member.pk],
    }
    return render(request, "reviews/study_panel.html", context)
