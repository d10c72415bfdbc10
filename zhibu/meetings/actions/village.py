"""四议两公开: a village matter and its six dated steps."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_of
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, said_lines
from zhibu.meetings.actions.locks import hold_branch
from zhibu.meetings.actions.meetings import RECORD
from zhibu.meetings.actions.records import MINUTES_LENGTH
from zhibu.meetings.actions.sealed import check_removable
from zhibu.meetings.models import VillageFile, VillageMatter, VillageStep
from zhibu.meetings.rules.village import STEPS, Step, check_step
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

LAST = max(STEPS)


def _record(event: str, matter: VillageMatter, by: Scope, **data: object) -> None:
    record(event, by=by, on=matter, chain=matter.branch_id, path=matter.branch.path, data=data)


@transaction.atomic
def open_matter(*, by: Scope, branch: Organization, title: str, opened_on: date, on: date) -> VillageMatter:
    """Enter a matter that is to be decided by the six steps. The same title and day again is the first one."""
    by.require(RECORD, branch.path)
    if branch.kind not in BRANCH_KINDS or branch.category not in {"village", "community"}:
        raise Refused(gettext_noop("“四议两公开”由村（社区）党组织办理。请选择村级党支部。"))
    name = said(title)[:80]
    if not name:
        raise Refused(gettext_noop("请写明事项，例如“修建一组通组路”。"))
    if opened_on > on:
        raise Refused(gettext_noop("提出日期{day}在今天以后。提出以后再登记。"), day=opened_on)
    hold_branch(branch.pk)  # two clicks become one matter
    matter, created = VillageMatter.objects.get_or_create(
        branch=branch,
        title=name,
        opened_on=opened_on,
        defaults={"by": by.name, "at": timezone.now()},
    )
    if created:
        _record("meetings.matter.opened", matter, by)
    return matter


def locked_matter(matter: VillageMatter, by: Scope) -> VillageMatter:
    """The matter as stored with its branch, locked until the end of the transaction."""
    row = (
        VillageMatter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("branch")
        .get(pk=matter.pk)
    )
    by.require(RECORD, row.branch.path)
    return row


@transaction.atomic
def record_step(*, by: Scope, matter: VillageMatter, step: Step, minutes: str, on: date) -> VillageStep:
    """Enter one of the six steps; the sixth closes the matter. The same entry again is the first one.

    A later step may come before an earlier one is entered: the page shows that as a finding. Raises ``Refused``
    by ``rules.check_step``, for empty minutes, and for a step that was entered differently.
    """
    row = locked_matter(matter, by)
    text = said_lines(minutes)[:MINUTES_LENGTH]
    known = {each.number: each for each in VillageStep.objects.filter(matter=row)}
    check_step(
        step,
        {number: each.on for number, each in known.items() if number != step.number},
        opened_on=row.opened_on,
        on=on,
    )
    if not text:
        raise Refused(gettext_noop("请写明记录：谁参加、怎么议的、结果是什么。公开的写地点和天数。"))
    place = said(step.place)[:60]
    values = (step.on, step.present, step.should, step.ayes, place, step.until, text)
    first = known.get(step.number)
    if first is not None:
        if (
            first.on,
            first.present,
            first.should,
            first.ayes,
            first.place,
            first.until,
            first.minutes,
        ) == values:
            return first
        raise Refused(
            gettext_noop("第{number}步在{day}已经登记过。登记错了的，先撤销这一步，再重新登记。"),
            number=step.number,
            day=first.on,
        )
    made = VillageStep.objects.create(
        matter=row,
        number=step.number,
        on=step.on,
        present=step.present,
        should=step.should,
        ayes=step.ayes,
        place=place,
        until=step.until,
        minutes=text,
        by=by.name,
        at=timezone.now(),
    )
    if step.number == LAST:
        row.state = "done"
        row.save(update_fields=["state"])
    _record("meetings.matter.step_recorded", row, by, step=step.number)
    return made


@transaction.atomic
def remove_step(*, by: Scope, matter: VillageMatter, number: int, on: date) -> None:
    """Take back a step that was entered wrongly; the matter is open again. Twice changes nothing.

    Raises ``Refused``: it has files, or its month was sealed after it was entered.
    """
    row = locked_matter(matter, by)
    found = VillageStep.objects.filter(matter=row, number=number).first()
    if found is None:
        return
    check_removable(row.branch_id, month_of(found.on), found.at, on=on)
    if VillageFile.objects.filter(step=found).exists():
        raise Refused(gettext_noop("第{number}步有附件，不能撤销。先删除这一步的附件。"), number=number)
    found.delete()
    if number == LAST:
        row.state = "open"
        row.save(update_fields=["state"])
    _record("meetings.matter.step_removed", row, by, step=number)
