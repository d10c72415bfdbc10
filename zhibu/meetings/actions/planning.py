"""The rest of a year planned in one go: the same day of every month (主题党日 keeps a fairly fixed day)."""

from datetime import date
from datetime import time as clock

from django.db import transaction

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.meetings.actions.locks import hold_branch
from zhibu.meetings.actions.meetings import RECORD, plan_meeting
from zhibu.meetings.models import Meeting
from zhibu.meetings.rules.duties import EVERY, Every
from zhibu.meetings.rules.kinds import SPECS, Circle, Kind
from zhibu.organizations.models import Organization

LATEST_DAY = 28


@transaction.atomic
def plan_months(
    *, by: Scope, branch: Organization, kind: str, day: int, time: clock | None, place: str, on: date
) -> list[Meeting]:
    """Plan a monthly kind on the ``day`` of each month of this year that is still ahead; returns what is new.

    Months that have one already, held or planned, are left alone; so doing it twice changes nothing. Raises
    ``Refused``: a kind that is not monthly or meets by group, a day that not every month has.
    """
    by.require(RECORD, branch.path)
    wanted = Kind(kind)
    if EVERY[wanted] != Every.MONTH or SPECS[wanted].circle == Circle.GROUP:
        raise Refused(
            gettext_noop("{kind}不是全支部每月开的会，不能一次排好。请逐次登记。"), kind=SPECS[wanted].label
        )
    if not 1 <= day <= LATEST_DAY:
        raise Refused(gettext_noop("每月几日请填1到{latest}之间的数。"), latest=LATEST_DAY)
    hold_branch(branch.pk)
    taken = set(
        Meeting.objects.filter(
            branch=branch, kind=wanted, month__gte=on.year * 100 + 1, month__lte=on.year * 100 + 12
        )
        .exclude(state="canceled")
        .values_list("month", flat=True)
    )
    days = [date(on.year, month, day) for month in range(on.month, 13)]
    return [
        plan_meeting(by=by, branch=branch, kind=wanted, day=each, time=time, place=place, on=on)
        for each in days
        if each >= on and each.year * 100 + each.month not in taken
    ]
