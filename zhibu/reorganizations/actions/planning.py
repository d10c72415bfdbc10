"""Planning a reorganization: steps are collected and tried out; nothing but the plan is written."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import Step, dump, load
from zhibu.reorganizations.rules.terms import check_deed
from zhibu.reorganizations.summaries.impact import Impact, impact_of
from zhibu.reorganizations.summaries.preview import counts_of

PERMISSION = "organizations.reorganize"


@transaction.atomic
def plan_reorganization(
    *, by: Scope, title: str, document: str, effective_on: date, steps: Sequence[Step] = (), on: date
) -> Reorganization:
    """Begin a plan. Steps may follow one by one (``add_step``); each is tried out with those before it.

    The same frame and steps again, while that plan is open, return it: the button was pressed twice.
    """
    county = require_county(by)
    check_deed(title, document, effective_on, on=on)
    frame = {"title": title.strip(), "document": document.strip(), "effective_on": effective_on}
    for earlier in Reorganization.objects.filter(**frame, state="planned", planned_user=by.user_id):
        if earlier.steps == dump(steps):
            return earlier
    row = Reorganization(**frame)
    _plan(row, steps, by=by, on=on)
    row.save()
    record(
        "reorganizations.reorganization.planned",
        by=by,
        on=row,
        chain=county.pk,
        path=county.path,
        data=_data(row),
    )
    return row


@transaction.atomic
def add_step(*, by: Scope, deed: Reorganization, step: Step, on: date) -> Reorganization:
    """One more step at the end of the plan. Whoever adds it has planned it and will not carry it out."""
    row, county = open_plan(by, deed)
    steps = load(row.steps)
    if steps and steps[-1] == step:  # the button pressed twice
        return row
    _replan(row, [*steps, step], by=by, on=on, county=county)
    return row


@transaction.atomic
def remove_step(*, by: Scope, deed: Reorganization, number: int, on: date) -> Reorganization:
    """Take the last step out of the plan: ``number`` names it, so that a second click removes no other."""
    row, county = open_plan(by, deed)
    steps = load(row.steps)
    if number != len(steps):
        raise Refused(gettext_noop("只能从最后一步开始去掉。请刷新页面看现在的步骤。"))
    _replan(row, steps[:-1], by=by, on=on, county=county)
    return row


@transaction.atomic
def check_again(
    *, by: Scope, deed: Reorganization, effective_on: date | None = None, on: date
) -> Reorganization:
    """Try the plan out on the county as it is now, perhaps for another day; whoever does so is its planner."""
    row, county = open_plan(by, deed)
    if effective_on is not None:
        row.effective_on = effective_on
    check_deed(row.title, row.document, row.effective_on, on=on)
    _replan(row, load(row.steps), by=by, on=on, county=county)
    return row


@transaction.atomic
def drop_plan(*, by: Scope, deed: Reorganization) -> Reorganization:
    """Give a plan up. It stays in the list; calling it again changes nothing."""
    county = require_county(by)
    row = Reorganization.objects.select_for_update().get(pk=deed.pk)
    if row.state == "dropped":
        return row
    check_planned(row)
    row.state = "dropped"
    row.save(update_fields=["state"])
    record("reorganizations.reorganization.dropped", by=by, on=row, chain=county.pk, path=county.path)
    return row


def impact_now(*, by: Scope, deed: Reorganization, on: date) -> Impact:
    """What the plan would change in the county as it is now."""
    return impact_of(
        load(deed.steps),
        document=deed.document,
        title=deed.title,
        effective_on=deed.effective_on,
        by=by,
        on=on,
        at=timezone.now(),
    )


def require_county(by: Scope) -> Organization:
    """The county, after asking for the right to reorganize it."""
    county = Organization.objects.get(parent=None)
    by.require(PERMISSION, county.path)
    return county


def check_planned(row: Reorganization) -> None:
    """Raise ``Refused`` for a deed that is done, undone or dropped."""
    if row.state != "planned":
        raise Refused(gettext_noop("这份建制调整已经办结，不能再改。请刷新页面看现在的状态。"))


def open_plan(by: Scope, deed: Reorganization) -> tuple[Reorganization, Organization]:
    """The plan, locked, and the county."""
    county = require_county(by)
    row = Reorganization.objects.select_for_update().get(pk=deed.pk)
    check_planned(row)
    return row, county


def _replan(row: Reorganization, steps: Sequence[Step], *, by: Scope, on: date, county: Organization) -> None:
    _plan(row, steps, by=by, on=on)
    row.save()
    record(
        "reorganizations.reorganization.replanned",
        by=by,
        on=row,
        chain=county.pk,
        path=county.path,
        data=_data(row),
    )


def _plan(row: Reorganization, steps: Sequence[Step], *, by: Scope, on: date) -> None:
    row.steps = dump(steps)
    row.planned_by, row.planned_user_id, row.planned_at = by.name, by.user_id, timezone.now()
    impact = impact_now(by=by, deed=row, on=on)
    row.counts = {**counts_of(impact), "digest": impact.digest}


def _data(row: Reorganization) -> dict[str, object]:
    return {"from": row.effective_on.isoformat(), "steps": len(row.steps)}
