"""The sheets of an inspection entered at once: what ``answer_item`` and ``finish_sample`` write for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop, squeeze
from zhibu.core.wording import said
from zhibu.inspections.actions.inspections import raise_from_sheet, require_inspector
from zhibu.inspections.models import Finding, Inspection, Sample, SampleItem
from zhibu.inspections.rules.items import SampleState, check_due, check_words
from zhibu.inspections.summaries.sheets import sheets_of

_FEW = 500


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A sheet filled by pen: what paper says where it differs, by item; the rest agreed.

    ``owner`` and ``due_on`` are needed where something differs.
    """

    sample_id: int
    differing: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    due_on: date | None = None
    note: str = ""


@transaction.atomic
def enter_sheets(
    *, by: Scope, inspection: Inspection, sheets: Sequence[PaperSheet], on: date
) -> list[Finding]:
    """Hand in the sheets of one inspection that still wait; each difference becomes a finding.

    Refused as a whole: the inspection has ended, a sheet that was handed in, an item that is not on the
    sheet, a difference without an owner or a deadline, the person's own booklet.
    """
    row = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=inspection.pk)
    )
    require_inspector(by, row.kind, row.organization)
    if row.state != "drawn":
        raise Refused(gettext_noop("这次督查已经结束，核对表不能再改。"))
    samples = {
        sample.pk: sample
        for sample in Sample.objects.filter(inspection=row, state=SampleState.WAITING).select_related(
            "branch", "member__branch"
        )
    }
    _check(by, samples, sheets, on)
    chosen = [samples[each.sample_id] for each in sheets]
    for sample in chosen:
        sample.inspection = row
    lines = sheets_of(chosen, row, by, on=on)
    items, findings, deeds = [], [], []
    for given, sheet in zip(sheets, lines, strict=True):
        sample = sheet.sample
        if given.differing.keys() - {line.item.key for line in sheet.lines}:
            raise Refused(gettext_noop("核对表上没有这一项。请刷新页面再看。"))
        raised = 0
        for line in sheet.lines:
            paper = squeeze(given.differing.get(line.item.key, ""))[:120]
            agrees = line.item.key not in given.differing
            items.append(
                SampleItem(
                    sample=sample, item=line.item.key, system_value=line.now, agrees=agrees, paper_value=paper
                )
            )
            if not agrees and given.due_on is not None:
                text = f"系统：{line.now}\n证本：{paper}"
                owner = said(given.owner)[:40]
                findings.append(raise_from_sheet(by, sample, line.item.key, text, owner, given.due_on))
                raised += 1
        sample.state, sample.checked_on, sample.checked_by = SampleState.CHECKED, on, by.name
        sample.note = said(given.note)[:200]
        told = {
            "inspection": row.pk,
            **({"member": sample.member_id} if sample.member_id else {}),
            "findings": raised,
            "count": len(sheet.lines),
        }
        deeds.append(
            deed(
                "inspections.sample.checked",
                on=sample,
                chain=sample.branch_id,
                path=sample.branch.path,
                data=told,
            )
        )
    SampleItem.objects.filter(sample__in=chosen).delete()
    SampleItem.objects.bulk_create(items, batch_size=_FEW)
    Sample.objects.bulk_update(chosen, ["state", "checked_on", "checked_by", "note"], batch_size=200)
    record_many(deeds, by=by)
    return findings


def _check(by: Scope, samples: Mapping[int, Sample], sheets: Sequence[PaperSheet], on: date) -> None:
    for each in sheets:
        sample = samples.get(each.sample_id)
        if sample is None:
            raise Refused(gettext_noop("有的核对表已经交了，不能再改。请刷新页面。"))
        if sample.member is not None and by.user_id is not None and sample.member.user_id == by.user_id:
            raise Refused(gettext_noop("不能核对自己的党员证。请让另一位督查人来查。"))
        if not each.differing:
            continue
        if not all(squeeze(paper) for paper in each.differing.values()):
            raise Refused(gettext_noop("点了不一致的，请写明证本上是怎样的。"))
        check_words(each.owner, gettext_noop("有不一致的项目，请写明由谁整改。"), least=2)
        if each.due_on is None:
            raise Refused(gettext_noop("有不一致的项目，请填整改期限。"))
        check_due(each.due_on, on=on)
