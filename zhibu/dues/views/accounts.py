"""A member's dues: the account page, and the panel of the member page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires
from zhibu.dues.models import Payment
from zhibu.dues.summaries import pages as summaries
from zhibu.dues.views.common import READ, RECORD, at, year_asked
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson

OWN = "members.read_own"


def _member(request: Request, member_id: int) -> Member:
    """One's own record, else one in the scope."""
    rows = Member.objects.defer("resident_id", "phone").select_related("branch")
    if request.scope.has(OWN):
        found = rows.filter(pk=member_id, user=request.scope.user_id).first()
        if found is not None:
            return found
    if not request.scope.has(READ):
        raise Http404
    return get_visible(rows, request.scope, READ, pk=member_id)


@requires(READ, OWN)
def account(request: Request, member_id: int) -> HttpResponse:
    member, year = _member(request, member_id), year_asked(request)
    payments = list(
        Payment.objects.filter(
            member__in=OnePerson.read().records([member.pk]),
            month__gte=year * 100 + 1,
            month__lte=year * 100 + 12,
        )
        .select_related("receipt", "branch")
        .order_by("-paid_on", "-pk")
    )
    undone = {row.reverses_id for row in payments}
    may_record = request.scope.covers(RECORD, member.branch.path)
    context = at(
        member.branch,
        member=member,
        year=year,
        account=summaries.account_of(member, year, on=timezone.localdate()),
        payments=[
            (
                row,
                row.pk in undone,
                row.reverses_id is None
                and row.pk not in undone
                and request.scope.covers(RECORD, row.branch.path),
            )
            for row in payments
        ],
        may_record=may_record and member.merged_into_id is None,
        reads_ledger=request.scope.covers(READ, member.branch.path),
        this_year=timezone.localdate().year,
    )
    return render(request, "dues/account.html", context)


@requires(READ, OWN)
def member_panel(request: Request, member_id: int) -> HttpResponse:
    member = _member(request, member_id)
    today = timezone.localdate()
    context = {
        "member": member,
        "account": summaries.account_of(member, today.year, on=today),
        "this_month": today.year * 100 + today.month,
    }
    return render(request, "dues/member_panel.html", context)
