"""Reads about members who cannot be found: the cases, where each stands, what may come next."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.querysets import named
from zhibu.members.rules.events import EventKind, Limits
from zhibu.members.rules.stages import Stage, Standing
from zhibu.mobility.models import Contact, LostContact, Search
from zhibu.mobility.rules.lost import (
    CaseFacts,
    CaseState,
    LostFacts,
    NextStep,
    Rung,
    ladder,
    may_be_corrected,
    next_step,
    way_back,
)
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

READ = "mobility.read"
HANDLE = "mobility.handle"
SHOWN_OF_WORK = 5


def facts_of(member: Member) -> LostFacts:
    """Last contact and searches since, from the open case and the contact log. At most three queries."""
    logged = Contact.objects.filter(floating__member=member).aggregate(day=Max("on"))["day"]
    case = LostContact.objects.filter(member=member, closed_on=None).first()
    if case is None:
        return LostFacts(logged, 0)
    last = max(filter(None, (case.last_contact_on, logged)))
    return LostFacts(last, Search.objects.filter(case=case, on__gte=last).count())


def cases(
    scope: Scope,
    organization: Organization | None = None,
    *,
    permission: str = READ,
    show: str = "",
    text: str = "",
) -> QuerySet[LostContact, Any]:
    """Cases in the scope. ``show``: "" open ones, closed, or one state; those longest out of contact first."""
    rows = LostContact.objects.visible_to(scope, permission)
    if organization is not None and organization.parent_id is not None:
        rows = rows.filter(member__branch__path__startswith=organization.path)
    if show == "closed":
        rows = rows.exclude(closed_on=None).order_by("-closed_on", "-pk")
    else:
        rows = rows.filter(closed_on=None).order_by("last_contact_on", "pk")
        if show in set(CaseState):
            rows = rows.filter(state=show)
    if text:
        rows = rows.filter(named(text, "member__"))
    suspended = (
        MembershipEvent.objects.filter(
            member=OuterRef("member"), kind=EventKind.SUSPEND_STANDING, state="in_effect"
        )
        .order_by("-effective_on")
        .values("effective_on")[:1]
    )
    searched = (
        Search.objects.filter(case=OuterRef("pk"), on__gte=OuterRef("last_contact_on"))
        .order_by()
        .values("case")
    )
    return rows.select_related("member__branch__parent").annotate(
        suspended_on=Subquery(suspended),
        searched=Subquery(searched.annotate(n=Count("pk")).values("n")),
        last_search=Subquery(Search.objects.filter(case=OuterRef("pk")).order_by("-on").values("on")[:1]),
    )


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as the list shows it."""

    case: LostContact
    facts: CaseFacts
    last_search: date | None
    step: NextStep | None
    is_due: bool

    @property
    def waits_for_days(self) -> bool:
        """True when all searches are done and only the time is missing."""
        return self.step is not None and not self.is_due and not self.step.missing_searches


def line_of(case: Any, limits: Limits, *, on: date) -> CaseLine:
    """A row of ``cases`` with its next step."""
    facts = CaseFacts(
        state=CaseState(case.state),
        last_contact_on=case.last_contact_on,
        searches=case.searched or 0,
        stage=Stage(case.member.stage),
        standing=Standing(case.member.standing),
        suspended_on=case.suspended_on,
    )
    step = next_step(facts, limits)
    return CaseLine(case, facts, case.last_search, step, bool(step and step.is_open(on=on)))


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: its line, its searches newest first, the ladder, the event that leads back."""

    line: CaseLine
    searches: list[Search]
    rungs: list[Rung]
    back: EventKind | None


def case_page(case: Any, *, on: date) -> CasePage:
    """Two queries beyond the row of ``cases``."""
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    line = line_of(case, limits, on=on)
    searches = list(Search.objects.filter(case=case).order_by("-on", "-pk"))
    return CasePage(line, searches, ladder(line.facts, limits, on=on), way_back(line.facts.state))


def lines(rows: list[Any], *, on: date) -> list[CaseLine]:
    """The lines of a page of cases. One query for the limits."""
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    return [line_of(row, limits, on=on) for row in rows]


def correction_case(member: Member, *, on: date) -> LostContact | None:
    """The case after which 限期改正 may be given to the member, who is back; None once it was, or for others.

    At most three queries.
    """
    if (member.stage, member.standing) != (Stage.FULL, Standing.ACTIVE):
        return None
    found = LostContact.objects.filter(member=member, state=CaseState.FOUND)
    case = found.order_by("-closed_on", "-pk").first()
    if case is None or case.closed_on is None:
        return None
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    if not may_be_corrected(case.last_contact_on, case.closed_on, limits):
        return None
    given = MembershipEvent.objects.filter(
        member=member,
        kind=EventKind.BEGIN_CORRECTION,
        decided_on__gte=case.closed_on,
        state__in=("proposed", "in_effect"),
    )
    return None if given.exists() else case


def open_case_of(member: Member) -> LostContact | None:
    """The open case, if the member is looked for. One query."""
    return LostContact.objects.filter(member=member, closed_on=None).first()


def counts(scope: Scope, organization: Organization | None) -> dict[str, int]:
    """Open cases by state. One query."""
    rows = LostContact.objects.visible_to(scope, READ).filter(closed_on=None)
    if organization is not None and organization.parent_id is not None:
        rows = rows.filter(member__branch__path__startswith=organization.path)
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Lost members whose next step has come due, and those who must be searched for again. Two queries.

    Nothing is decided by the clock: each line only says that a branch may now take the matter up.
    """
    if not scope.has(HANDLE):
        return []
    rows = cases(scope, permission=HANDLE).defer("last_contact_note", "member__resident_id", "member__phone")
    found = lines(list(rows), on=on)
    waiting = [line for line in found if line.step is not None and line.step.from_day <= on]
    if not waiting:
        return []
    items = tuple(
        WorkItem(
            title=line.case.member.name,
            detail=_detail(line),
            url=reverse("mobility:lost_case", args=[line.case.pk]),
            due=line.step.from_day if line.step else None,
        )
        for line in waiting[:SHOWN_OF_WORK]
    )
    return [
        WorkList(
            key="lost_contact",
            label=_("失联党员，到了下一步"),
            kind="watch",
            icon="user-question",
            items=items,
            total=len(waiting),
            url=reverse("mobility:lost"),
        )
    ]


def _detail(line: CaseLine) -> str:
    branch, step = line.case.member.branch.short_name, line.step
    if step is None:
        return branch
    if step.missing_searches:
        return _("{branch}，还要查找{n}次").format(branch=branch, n=step.missing_searches)
    return _("{branch}，可以讨论“{step}”").format(branch=branch, step=_(step.label))
