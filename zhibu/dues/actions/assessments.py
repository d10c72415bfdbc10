"""The yearly assessment of what each member pays a month (核定)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import is_month, month_code, month_of
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues.actions.opening import mend_dues
from zhibu.dues.models import Assessment
from zhibu.dues.policies import schedule_of
from zhibu.dues.rules.schedule import amount_of
from zhibu.dues.summaries.facts import assessments_in_force
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_datetime
from zhibu.members.models import Member

ASSESS = "dues.assess"
_FIELDS = ("member", "from_month", "category", "base", "amount", "schedule", "state", "reason", "by", "at")


@dataclass(frozen=True, slots=True)
class AssessmentEntry:
    """What is assessed: the category, the monthly income (fen) or the amount chosen in the range of farmers."""

    member_id: int
    category: str
    base: int | None = None
    chosen: int | None = None


@transaction.atomic
def assess_members(
    *, by: Scope, entries: Sequence[AssessmentEntry], from_month: int, reason: str = "", on: date
) -> int:
    """Assess members from a month on; returns how many changed. The same again changes nothing.

    Refused when one is no member of the scope, when an amount cannot be computed, or when a second
    assessment within a year has no reason. Opened, unlocked months follow. Constant queries for 500 members
    and each opened month.
    """
    by.require_any(ASSESS)
    this_year = month_of(on) // 100
    if not is_month(from_month) or not this_year - 1 <= from_month // 100 <= this_year + 1:
        raise Refused(gettext_noop("起月只能在去年、今年和明年里选。"))
    hold("dues:assess")
    schedule = schedule_of(from_month)
    wanted = {entry.member_id: entry for entry in entries}
    why = said(reason)[:200]
    text, number = stored_by(Assessment, "base"), str(schedule.label)
    at = stored_datetime(timezone.now())
    rows: list[tuple[object, ...]] = []
    replaced: list[int] = []
    changed: list[int] = []
    places: dict[int, tuple[str, int]] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        members = {
            pk: (name, branch_id, path)
            for pk, name, branch_id, path in Member.objects.visible_to(by, ASSESS)
            .enrolled()
            .filter(pk__in=some)
            .values_list("pk", "name", "branch_id", "branch__path")
        }
        if len(members) < len(some):
            raise Refused(gettext_noop("有党员已经不在您管的支部里，请刷新名单后再核定。"))
        held = assessments_in_force(from_month, some)
        for pk in some:
            entry, (name, branch_id, path), before = wanted[pk], members[pk], held.get(pk)
            try:
                amount = amount_of(entry.category, base=entry.base, chosen=entry.chosen, schedule=schedule)
            except Refused as refusal:
                raise Refused(
                    gettext_noop("{name}：{sentence}"), name=name, sentence=str(refusal)
                ) from refusal
            base = "" if entry.base is None else str(entry.base)
            if before is not None:
                if (before.category, before.base, before.amount) == (entry.category, base, amount):
                    continue
                if before.from_month // 100 == from_month // 100 and len(why) < 2:
                    raise Refused(
                        gettext_noop(
                            "{name}今年已经核定过，年内一般不变动（组电明字〔2017〕5号）。确需重新核定的，请写明原因。"
                        ),
                        name=name,
                    )
                if before.from_month == from_month:
                    replaced.append(before.pk)
            rows.append(
                (
                    pk,
                    from_month,
                    entry.category,
                    text(base),
                    amount,
                    number,
                    "in_force",
                    why,
                    by.name,
                    at,
                )
            )
            changed.append(pk)
            known = places.get(branch_id, (path, 0))
            places[branch_id] = (path, known[1] + 1)
    for start in range(0, len(replaced), 500):
        Assessment.objects.filter(pk__in=replaced[start : start + 500]).update(state="replaced")
    insert_rows(Assessment, _FIELDS, rows)
    mend_dues(changed, from_month=from_month, on=on)
    record_many(
        [
            deed(
                "dues.assessments.made",
                on=None,
                chain=branch_id,
                path=path,
                data={"month": month_code(from_month), "count": count},
            )
            for branch_id, (path, count) in places.items()
        ],
        by=by,
    )
    return len(changed)
