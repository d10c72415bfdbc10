"""Pages of the annual review and of the close of a year."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.reviews.actions import reviews as actions
from zhibu.reviews.forms import ReviewForm
from zhibu.reviews.models import Review, YearClose
from zhibu.reviews.prints import review_pdf
from zhibu.reviews.rules import RESULT_LABELS, Result, doubts, notes, seen_mark
from zhibu.reviews.summaries import reviews as summaries
from zhibu.reviews.summaries.reviewable import READ, as_reviewed, not_reviewed_for_two_years, reviewable
from zhibu.ui.deeds import is_done
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

CONFIRM = summaries.CONFIRM
_YEARS = 6


def _year(request: Request, today: date) -> int:
    text = request.GET.get("year") or request.POST.get("year") or ""
    year = (
        int(text)
        if text.isascii() and text.isdigit() and len(text) == 4
        else summaries.year_under_review(today)
    )
    return min(max(year, today.year - _YEARS), today.year)


def _organization(request: Request, permission: str, pk: int | None) -> Organization:
    rows = Organization.objects.top_first()
    if pk is None:
        return get_visible(rows, request.scope, permission)
    return get_visible(rows, request.scope, permission, pk=pk)


@requires(READ)
def reviews(request: Request, organization_id: int | None = None) -> HttpResponse:
    today = timezone.localdate()
    year = _year(request, today)
    organization = _organization(request, READ, organization_id)
    units = summaries.unit_lines(request.scope, organization, year)
    page = summaries.page_of(request.scope, organization, year, on=today)
    may_confirm = request.scope.covers(CONFIRM, organization.path)
    closed = YearClose.objects.filter(organization=organization, year=year).first()
    show = request.GET.get("show", "")
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "year": year,
        "years": range(today.year, today.year - _YEARS - 1, -1),
        "units": units,
        "review": page,
        "closed": closed,
        "may_confirm": may_confirm and closed is None,
        "is_branch": organization.kind in BRANCH_KINDS,
    }
    if page is not None:
        results = page.results()
        context |= {
            "show": show,
            "page": paginate(request, page.shown(show)),
            "results": [(code, label, results[code]) for code, label in RESULT_LABELS.items()],
            "seen": seen_mark([line.member.pk for line in page.unclear]),
        }
    return render_page(request, "reviews/reviews.html", context)


@requires(CONFIRM)
@require_POST
def reviews_clear(request: Request, organization_id: int) -> HttpResponse:
    organization = _organization(request, CONFIRM, organization_id)
    year = _year(request, timezone.localdate())
    count = actions.review_clear(
        by=request.scope,
        organization=organization,
        year=year,
        seen=request.POST.get("seen", ""),
        on=timezone.localdate(),
    )
    messages.success(request, _("已通过{n}本。").format(n=count) if count else _("没有可以批量通过的。"))
    return see_other("reviews:organization_reviews", organization.pk, then=f"?year={year}")


def _unit(request: Request, member: Member) -> int:
    """The unit whose list the person came from and returns to: one above the member, else the branch."""
    asked = request.GET.get("unit") or request.POST.get("unit") or ""
    parts = member.branch.path.split(".")
    return int(asked) if asked in parts[:-1] else member.branch_id


def _reviewed(request: Request, member_id: int, year: int) -> Member:
    """Who is reviewed here, as they were at the year's end, also who has left since; or anybody the scope sees now."""
    listed = reviewable(request.scope, None, year).filter(pk=member_id).select_related("branch").first()
    if listed is not None:
        return as_reviewed([listed], year)[0]
    return get_visible(Member.objects.select_related("branch"), request.scope, READ, pk=member_id)


@requires(READ)
def member_review(request: Request, member_id: int) -> HttpResponse:
    today = timezone.localdate()
    year = _year(request, today)
    member = _reviewed(request, member_id, year)
    unit = _unit(request, member)
    held = Review.objects.filter(member=member, year=year).first()
    initial = {"result": held.result, "reason": held.reason} if held else {}
    may_confirm = request.scope.covers(CONFIRM, member.branch.path)
    form = ReviewForm(request.POST or None, initial=initial)
    if request.method == "POST":
        request.scope.require(CONFIRM, member.branch.path)
    if request.method == "POST" and form.is_valid():
        result, reason = Result(form.cleaned_data["result"]), form.cleaned_data["reason"]
        told: dict[str, Any] = {
            "member": member,
            "year": year,
            "result": result,
            "reason": reason,
            "on": today,
        }
        if is_done(request, form, lambda: actions.review_member(by=request.scope, **told)):
            messages.success(request, _("{name}的年审结果已登记。").format(name=member.name))
            return see_other("reviews:organization_reviews", unit, then=f"?year={year}")
    facts, asked = summaries.facts_of([member], year)[member.pk], summaries.asked_on(today)
    context = {
        "member": member,
        "organization": member.branch,
        "above": Organization.objects.above(member.branch.path),
        "year": year,
        "facts": facts,
        "points": f"{facts.points / 10:.1f}" if facts.points is not None else "",
        "doubts": doubts(facts, asked),
        "notes": notes(facts, asked),
        "unit": unit,
        "form": form if may_confirm else None,
        "held": held,
        "held_label": RESULT_LABELS[Result(held.result)] if held else "",
    }
    return render(request, "reviews/member_review.html", context)


@requires(READ)
def not_reviewed(request: Request, organization_id: int) -> HttpResponse:
    organization = _organization(request, READ, organization_id)
    year = _year(request, timezone.localdate())
    page = paginate(request, not_reviewed_for_two_years(request.scope, organization, year))
    as_reviewed(page.rows, year)
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "year": year,
        "page": page,
    }
    return render(request, "reviews/not_reviewed.html", context)


def _print_size(request: Request, organization_id: int) -> int:
    organization = _organization(request, READ, organization_id)
    return reviewable(request.scope, organization, _year(request, timezone.localdate())).count()


@requires(READ)
@large_by_worker(gettext_noop("打印年审表"), _print_size)
def reviews_print(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, READ, organization_id)
    today = timezone.localdate()
    year = _year(request, today)
    page = summaries.page_of(request.scope, organization, year, on=today)
    if page is None:
        raise Refused(_("这个单位党员太多，请到下一级单位打印。"))
    content = review_pdf(
        page,
        organization=organization,
        year=year,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        synthetic=settings.DEMO,
        show=request.GET.get("show", ""),
    )
    return attachment(
        content, _("%(unit)s%(year)s年年审表.pdf") % {"unit": organization.short_name, "year": year}
    )


@requires(CONFIRM)
@require_POST
def year_close(request: Request, organization_id: int) -> HttpResponse:
    organization = _organization(request, CONFIRM, organization_id)
    year = _year(request, timezone.localdate())
    actions.close_year(by=request.scope, organization=organization, year=year, on=timezone.localdate())
    messages.success(request, _("{year}年已结账，积分和人数不再变动。").format(year=year))
    return see_other("reviews:organization_reviews", organization.pk, then=f"?year={year}")


@requires("members.read", "members.read_own")
def review_panel(request: Request, member_id: int) -> HttpResponse:
    """On the member's pages: the results of the years, with the reason for who is concerned."""
    members = Member.objects.select_related("branch")
    own = members.filter(pk=member_id, user=request.scope.user_id).first() if request.scope.user_id else None
    member = own or get_visible(members, request.scope, READ, pk=member_id)
    rows = Review.objects.filter(member=member).order_by("-year")
    context = {"rows": rows, "member": member}
    return render(request, "reviews/review_panel.html", context)
