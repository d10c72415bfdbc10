"""Who pays by the quarter, and what the branches decided."""

from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet

from zhibu.core.access import Scope
from zhibu.core.months import month_of
from zhibu.dues.models import QuarterDecision
from zhibu.dues.rules.quarters import quarter_start
from zhibu.members.models import Member

READ = "dues.read"


def quarter_rows(scope: Scope, *, view: str, on: date) -> QuerySet[QuarterDecision]:
    """Views: "" consents that hold in this quarter or later, by branch and name; "all" every decision, newest first."""
    rows = QuarterDecision.objects.visible_to(scope, READ).select_related("member", "branch")
    if view == "all":
        return rows.order_by("-decided_on", "-pk")
    ended = QuarterDecision.objects.filter(
        member=OuterRef("member"),
        branch=OuterRef("branch"),
        allowed=False,
        pk__gt=OuterRef("pk"),
        from_month__lte=quarter_start(month_of(on)),
    )
    here = rows.filter(allowed=True, member__branch=F("branch"), member__merged_into=None)
    still = here.exclude(member__standing="ended").filter(~Exists(ended))
    return still.order_by("branch__code", "member__pinyin", "-pk")


def decisions_on(member: Member) -> list[QuarterDecision]:
    """What branches decided on a member, newest first. One query."""
    rows = QuarterDecision.objects.filter(member=member).select_related("branch")
    return list(rows.order_by("-from_month", "-pk"))
