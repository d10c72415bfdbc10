"""A member's year, the panel of it, another class; objections and their recheck; a branch's year."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused, Scope
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import month_of
from zhibu.core.refusals import sentence_of
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.points import actions
from zhibu.points.actions.publicity import check_other_than_filer, check_rechecker
from zhibu.points.forms import ClassForm, ObjectionForm, SettlementForm
from zhibu.points.models import Entry, Objection
from zhibu.points.policies import catalogue_of_year
from zhibu.points.rules.catalogue import GRADE_LABELS
from zhibu.points.summaries import lists
from zhibu.points.views.common import (
    APPROVE,
    OWN,
    READ,
    RECORD,
    at,
    last_day_text,
    member_of,
    organization_of,
    year_of,
)
from zhibu.ui.deeds import is_done
from zhibu.ui.hands import another_hand
from zhibu.ui.pages import paginate, render_page


def _is_own(scope: Scope, member: Member) -> bool:
    return scope.user_id is not None and member.user_id == scope.user_id


@requires(READ, OWN)
def member(request: Request, member_id: int) -> HttpResponse:
    row = member_of(request, member_id, READ)
    today, year = timezone.localdate(), year_of(request)
    own = _is_own(request.scope, row)
    found = lists.member_year(row, year, on=today)
    rules = catalogue_of_year(year)
    context = at(
        row.branch,
        member=row,
        year=year,
        found=found,
        object_until=last_day_text(found.object_until) if found.object_until else "",
        member_class=found.year.class_at(min(month_of(today), year * 100 + 12)),
        own=own,
        current=month_of(today),
        may_object=own or request.scope.covers(RECORD, row.branch.path),
        may_change=request.scope.covers(RECORD, row.branch.path) and row.standing == "active",
        line=rules.line,
        days=rules.objection_days,
        previous=year - 1 if year > 2000 else None,
        next=year + 1 if year < today.year else None,
    )
    return render(request, "points/member.html", context)


@requires(READ, OWN)
def member_panel(request: Request, member_id: int) -> HttpResponse:
    row = member_of(request, member_id, READ)
    today = timezone.localdate()
    context = {
        "member": row,
        "year": today.year,
        "found": lists.member_year(row, today.year, on=today),
        "own": _is_own(request.scope, row),
    }
    return render(request, "points/member_panel.html", context)


@requires(RECORD)
def member_class(request: Request, member_id: int) -> HttpResponse:
    row = get_visible(Member.objects.select_related("branch"), request.scope, RECORD, pk=member_id)
    form = ClassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_class(by=request.scope, member=row, on=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记，从下个月起按新类别计分。"))
            return see_other("points:member", row.pk)
    return render(request, "points/member_class.html", at(row.branch, member=row, form=form))


@requires(OWN, RECORD)
def objection_new(request: Request, entry_id: int) -> HttpResponse:
    entry = Entry.objects.select_related("member__branch", "branch").filter(pk=entry_id).first()
    if entry is None or not (
        (request.scope.has(OWN) and _is_own(request.scope, entry.member))
        or request.scope.covers(RECORD, entry.branch.path)
    ):
        raise Http404
    own = _is_own(request.scope, entry.member)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.file_objection(
                by=request.scope, entry=entry, text=form.cleaned_data["text"], on=timezone.localdate()
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("异议已提出，由没有经手这条积分的人复核。"))
            return see_other("points:member", entry.member_id)
    context = at(entry.branch, entry=entry, member=entry.member, own=own, form=form)
    return render(request, "points/objection_new.html", context)


@requires(APPROVE)
def objections(request: Request) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in lists.OBJECTION_VIEWS else ""
    page = paginate(request, lists.objections(request.scope, view=view))
    organization = organization_of(request, APPROVE, None)
    context = at(organization, page=page, view=view, views=lists.OBJECTION_VIEWS)
    return render_page(request, "points/objections.html", context)


@requires(APPROVE)
def objection(request: Request, objection_id: int) -> HttpResponse:
    """One objection; POST decides it."""
    rows = Objection.objects.select_related("entry__member__branch", "entry__branch", "member")
    row = rows.filter(pk=objection_id).first()
    if row is None or not request.scope.covers(APPROVE, row.entry.branch.path):
        raise Http404
    today = timezone.localdate()
    why_not: Refused | None = None
    if row.state == "filed":
        try:
            check_rechecker(request.scope, row.entry, on=today)
        except Refused as refusal:
            why_not = refusal
    form = SettlementForm(request.POST or None)
    if request.method == "POST":
        if why_not is not None:
            raise why_not
        if form.is_valid() and is_done(request, form, lambda: _settle(request, row, form, on=today)):
            return see_other("points:objection", row.pk)
    another = ""
    if row.state == "filed" and why_not is None:
        another = another_hand(check_other_than_filer, request.scope, row)
    context = at(
        row.entry.branch,
        objection=row,
        entry=row.entry,
        member=row.member,
        form=form if row.state == "filed" and why_not is None and not another else None,
        another=another,
        why_not=why_not,
    )
    return render(request, "points/objection.html", context)


def _settle(request: Request, row: Objection, form: SettlementForm, *, on: date) -> None:
    is_right, result = form.cleaned_data["is_right"] == "yes", form.cleaned_data["result"]
    done = actions.settle_objection(by=request.scope, objection=row, is_right=is_right, result=result, on=on)
    told = _("已复核：异议成立，这条积分已冲正。") if done.state == "reversed" else _("已复核：维持原记录。")
    messages.success(request, told)


@requires(READ)
def year(request: Request, organization_id: int, number: int) -> HttpResponse:
    """A branch's year with stars, open or closed."""
    organization = organization_of(request, READ, organization_id)
    if organization.kind not in BRANCH_KINDS or not 2000 <= number <= 2199:
        raise Http404
    today = timezone.localdate()
    month = min(month_of(today), number * 100 + 12)
    members = _members(organization)
    rows = lists.year_rows(members, number, month=month)
    counts = lists.grade_counts(rows)
    context = at(
        organization,
        year=number,
        rows=rows,
        counts=[(grade, counts[grade]) for grade in GRADE_LABELS if grade in counts],
        unopened=sum(not row.has_account for row in rows),
        closed=sum(row.total.closed for row in rows),
        previous=number - 1 if number > 2000 else None,
        next=number + 1 if number < today.year else None,
    )
    return render(request, "points/year.html", context)


def _members(branch: Organization) -> list[Member]:
    return list(Member.objects.filter(branch=branch).enrolled().order_by("pinyin", "pk"))


@requires(RECORD)
@require_POST
def year_opening(request: Request, organization_id: int, number: int) -> HttpResponse:
    organization = organization_of(request, RECORD, organization_id)
    count = actions.open_year(
        by=request.scope, year=number, branch_ids=[organization.pk], on=timezone.localdate()
    )
    messages.success(
        request,
        _("已开立{n}人的年度积分。").format(n=count) if count else _("每个人的年度积分都已开立。"),
    )
    return see_other("points:year", organization.pk, number)
