"""Bare views: behind the same middleware, signed in; the page's rows by one query, a plain loop, no layout."""

import json
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhibu.accounts.models import RoleAssignment
from zhibu.certificates.models import BookletRequest, Certificate, Disposition
from zhibu.core.http import Request, signed_in
from zhibu.dues.models import Due
from zhibu.members.models import Member, MembershipEvent
from zhibu.mobility.models import Floating, LostContact, Transfer
from zhibu.months.models import Operation
from zhibu.organizations.models import Organization

# Sealed columns that no page here shows.
SEALED = ("resident_id", "phone")


@signed_in
def register(request: Request, organization_id: int) -> HttpResponse:
    """Fifty rows of the county's register, or one branch's with ``?branch=1``."""
    found = Certificate.objects.all()
    if request.GET.get("branch"):
        found = found.filter(member__branch=organization_id)
    rows = (
        found.with_live_booklet()
        .select_related("member__branch")
        .annotate(serial=F("live__serial"), issued=F("live__issue_date"), handed=F("live__handed_over_on"))
        .order_by("number")
    )
    return render(request, "bench/register.html", {"rows": rows[:50]})


@signed_in
def member(request: Request, member_id: int) -> HttpResponse:
    """One member."""
    row = Member.objects.select_related("branch").filter(pk=member_id).get()
    return render(request, "bench/member.html", {"row": row})


@signed_in
def tree(request: Request) -> HttpResponse:
    """The units the tree page shows when it opens: those below the county."""
    rows = Organization.objects.filter(parent__parent=None).exclude(parent=None).order_by("code")
    return render(request, "bench/tree.html", {"rows": rows})


@signed_in
def home(request: Request) -> HttpResponse:
    """The numbers of the county's home page: enrolled members by the state of their certificate."""
    state = Certificate.objects.filter(member=OuterRef("pk")).values("state")
    rows = Member.objects.enrolled().annotate(state=Subquery(state)).order_by().values("state")
    return render(request, "bench/home.html", {"rows": rows.annotate(count=Count("pk"))})


@signed_in
def work(request: Request, path: str, lines: int) -> HttpResponse:
    """As many things under way as the work list shows, from six of its tables in one query."""
    facts = ("name", "branch__short_name")
    own, held = (tuple(f"{to}__{fact}" for fact in facts) for to in ("member", "certificate__member"))
    here = {"member__branch__path__startswith": path}
    copies_here = {"certificate__member__branch__path__startswith": path}
    rows = (
        MembershipEvent.objects.filter(state="proposed", **here)
        .values_list(*own, "decided_on")
        .union(
            Transfer.objects.open().filter(**here).values_list(*own, "requested_on"),
            Disposition.objects.filter(state="proposed", **copies_here).values_list(*held, "due_on"),
            Floating.objects.filter(until=None, **here).values_list(*own, "next_due"),
            LostContact.objects.filter(closed_on=None, **here).values_list(*own, "last_contact_on"),
            BookletRequest.objects.filter(state="reported", **copies_here).values_list(*held, "reported_on"),
            all=True,
        )
    )
    return render(request, "bench/work.html", {"rows": rows[:lines]})


@signed_in
def units(request: Request) -> HttpResponse:
    """What the preview lists: units of the parents named, each with its members, and the roles held there."""
    parents = request.GET.getlist("parent")
    members = Member.objects.enrolled().filter(branch=OuterRef("pk")).order_by().values("branch")
    places = Organization.objects.filter(Q(parent__in=parents) | Q(pk__in=parents))
    roles = RoleAssignment.objects.filter(organization__in=places, until=None).order_by()
    rows = (
        places.order_by()
        .annotate(members=Subquery(members.annotate(count=Count("pk")).values("count")))
        .values_list("code", "name", "short_name", "parent__short_name", "segment", "members")
        .union(
            roles.values_list(
                "role",
                "user__name",
                "organization__short_name",
                "user__username",
                "organization__segment",
                Value(0),
            ),
            all=True,
        )
    )
    return render(request, "bench/units.html", {"rows": rows})


@signed_in
def pair(request: Request, kept_id: int, dropped_id: int) -> HttpResponse:
    """Two members with their certificates."""
    rows = Certificate.objects.filter(member__in=(kept_id, dropped_id)).select_related("member__branch")
    return render(request, "bench/pair.html", {"rows": rows})


@signed_in
def matters(request: Request) -> HttpResponse:
    """Fifty matters that wait."""
    rows = (
        MembershipEvent.objects.filter(state="proposed")
        .select_related("member__branch")
        .defer("grounds", "evidence", *(f"member__{name}" for name in SEALED))
        .order_by("-proposed_at", "-pk")
    )
    return render(request, "bench/matters.html", {"rows": rows[:50]})


@signed_in
def dispositions(request: Request) -> HttpResponse:
    """Fifty dispositions that wait."""
    rows = (
        Disposition.objects.filter(state="proposed")
        .select_related("certificate__member__branch")
        .defer(*(f"certificate__member__{name}" for name in SEALED))
        .order_by("due_on", "pk")
    )
    return render(request, "bench/dispositions.html", {"rows": rows[:50]})


@signed_in
def transfers(request: Request) -> HttpResponse:
    """Fifty transfers under way."""
    rows = (
        Transfer.objects.open()
        .select_related("member", "from_branch__parent", "to_branch__parent")
        .defer(*(f"member__{name}" for name in SEALED))
        .order_by("valid_until", "requested_on", "pk")
    )
    return render(request, "bench/transfers.html", {"rows": rows[:50]})


@signed_in
def floating(request: Request) -> HttpResponse:
    """Fifty members who are away."""
    rows = (
        Floating.objects.filter(until=None)
        .select_related("member__branch")
        .defer("phone", *(f"member__{name}" for name in SEALED))
        .order_by("next_due", "pk")
    )
    return render(request, "bench/floating.html", {"rows": rows[:50]})


@signed_in
def movements(request: Request) -> HttpResponse:
    """The year's events by unit below the county and by kind: what the table adds up."""
    rows = (
        MembershipEvent.objects.filter(effective_on__gte=date(timezone.localdate().year, 1, 1))
        .order_by()
        .values("branch__parent__short_name", "kind")
        .annotate(count=Count("pk"))
    )
    return render(request, "bench/movements.html", {"rows": rows})


@signed_in
def month(request: Request, branch_id: int, month: int) -> HttpResponse:
    """The rows of a branch's month: each member with what is owed."""
    rows = (
        Due.objects.filter(branch=branch_id, month=month)
        .select_related("member")
        .defer(*(f"member__{name}" for name in SEALED))
        .order_by("member__pinyin", "member_id")
    )
    return render(request, "bench/month.html", {"rows": rows})


@signed_in
@require_POST
def operation(request: Request, branch_month_id: int) -> HttpResponse:
    """Write one row of what was sent, in a transaction."""
    (sent,) = json.loads(request.body)["operations"]
    with transaction.atomic():
        Operation.objects.create(
            id=uuid4(),
            branch_month_id=branch_month_id,
            member_id=sent["member"],
            cell="bench",
            value=sent["value"],
            seen=sent["seen"],
            outcome="done",
            by=request.scope.name,
            at=timezone.now(),
        )
    return JsonResponse({})
