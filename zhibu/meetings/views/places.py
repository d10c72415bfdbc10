"""The organization a page is about, and the gates of its rows."""

from typing import Any

from django.utils import timezone

from zhibu.core.db import get_visible
from zhibu.core.http import Request
from zhibu.meetings.models import Meeting
from zhibu.meetings.policies import MEETINGS
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.organizations.summaries import unit_asked
from zhibu.rulebook.policies import values_in_force

READ, RECORD = "meetings.read", "meetings.record"


def largest_file() -> int:
    """Bytes of an attachment, as the county set it."""
    return values_in_force(MEETINGS, on=timezone.localdate()).file_mb * 1024**2


def organization_of(request: Request) -> Organization | None:
    """The one asked for by ``?organization=``; else the topmost of the person's, if there is a single one."""
    return unit_asked(request.scope, READ, request.GET.get("organization", ""))


def place_of(request: Request, organization: Organization | None) -> dict[str, Any]:
    """Context of a list about an organization: those above it, those right below it. Two queries."""
    is_branch = organization is not None and organization.kind in BRANCH_KINDS
    return {
        "organization": organization,
        "is_branch": is_branch,
        "above": Organization.objects.above(organization.path) if organization else (),
        "units": Organization.objects.visible_to(request.scope, READ)
        .existing()
        .filter(parent=organization)
        .in_order(),
        "may_record": organization is not None and request.scope.covers(RECORD, organization.path),
    }


def meeting_of(request: Request, meeting_id: int, permission: str = RECORD) -> Meeting:
    """The meeting, if the person holds the permission at its branch."""
    rows = Meeting.objects.select_related("branch__parent")
    return get_visible(rows, request.scope, permission, pk=meeting_id)


def about(meeting: Meeting) -> dict[str, Any]:
    """Context of every page of a meeting. One query."""
    branch = meeting.branch
    return {
        "meeting": meeting,
        "organization": branch,
        "above": Organization.objects.above(branch.path),
    }
