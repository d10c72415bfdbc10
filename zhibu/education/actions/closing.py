"""The close of a year, which the annual review asks for."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Scope
from zhibu.education.models import StudyLock
from zhibu.members.actions.bulk import insert_rows, stored_datetime
from zhibu.organizations.models import Organization

CONFIRM = "months.confirm"


@transaction.atomic
def close_year(*, by: Scope, branches: Collection[Organization], year: int) -> int:
    """Lock the year of these branches; returns how many were open. What is entered later counts in the open year."""
    for branch in branches:
        by.require(CONFIRM, branch.path)
    known = set(
        StudyLock.objects.filter(year=year, branch__in=[branch.pk for branch in branches]).values_list(
            "branch_id", flat=True
        )
    )
    fresh = [branch for branch in branches if branch.pk not in known]
    at = stored_datetime(timezone.now())
    ids = insert_rows(StudyLock, ("branch", "year", "locked_at"), [(branch.pk, year, at) for branch in fresh])
    record_many(
        [
            deed(
                "education.year.closed",
                on=StudyLock(pk=pk),
                chain=branch.pk,
                path=branch.path,
                data={"year": year},
            )
            for pk, branch in zip(ids, fresh, strict=True)
        ],
        by=by,
    )
    return len(fresh)
