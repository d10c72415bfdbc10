"""季督, spot checks and inspections of committees: drawing the sample, answering the sheet, ending it."""

import secrets
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.text import gettext_noop, squeeze
from zhibu.core.wording import said
from zhibu.inspections.models import Finding, Inspection, Sample, SampleItem
from zhibu.inspections.policies import INSPECTION, draw_rule
from zhibu.inspections.rules.draw import WHOLE, Kind, draw, fingerprint, months_over, quarter_of
from zhibu.inspections.rules.items import (
    OTHER,
    Answer,
    SampleState,
    check_due,
    check_sheet_complete,
    check_words,
    shortened,
)
from zhibu.inspections.summaries.population import population_of
from zhibu.inspections.summaries.sheets import sheet_of
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import COMMITTEE_KINDS
from zhibu.organizations.rules import Kind as OrganizationKind
from zhibu.rulebook.policies import values_in_force

INSPECT = "inspections.inspect"


def may_inspect(by: Scope, kind: str, organization: Organization) -> bool:
    """Whoever inspects at the place; a committee's own work only whoever inspects above it."""
    if kind != Kind.COMMITTEE:
        return by.covers(INSPECT, organization.path)
    above = organization.path[: -len(str(organization.pk)) - 1]
    return bool(above) and by.covers(INSPECT, above)


def require_inspector(by: Scope, kind: str, organization: Organization) -> None:
    """Raise ``Denied`` unless the person may inspect this."""
    if not may_inspect(by, kind, organization):
        raise Denied(INSPECT)


@transaction.atomic
def draw_inspection(
    *,
    by: Scope,
    organization: Organization,
    kind: Kind,
    on: date,
    branches: int | None = None,
    seed: str = "",
    note: str = "",
) -> Inspection:
    """Begin an inspection: count, draw, keep population, rule and seed with it.

    A quarter is drawn once and never again, so that nobody draws until a list pleases. ``branches``: how many
    a spot check draws (the policy's number by default). ``seed`` "" makes one. Refused where the kind does
    not fit the organization, and where there is nobody to draw.
    """
    # The row is the lock: two people drawing at once would otherwise both find nothing drawn.
    place = Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    require_inspector(by, kind, place)
    _check_place(place, kind)
    quarter = quarter_of(on)
    if kind == Kind.QUARTERLY:
        _check_not_drawn(place, quarter)
    values = values_in_force(INSPECTION, on=on)
    months = months_over(on, values.sheet_months)
    window = months_over(on, values.risk_months)
    wanted = (branches or values.spot_branches) if kind == Kind.SPOT else None
    rule = draw_rule(values, branches=wanted, months=months, window=window)
    seed = seed or secrets.token_hex(8)
    population = [] if kind == Kind.COMMITTEE else population_of(place, window)
    drawn = draw(population, seed, rule)
    if kind != Kind.COMMITTEE and not drawn:
        raise Refused(gettext_noop("{unit}下面没有可以抽查的党员，没有抽样。"), unit=place.short_name)
    row = _created(
        organization=place,
        kind=kind,
        quarter=quarter,
        seed=seed[:32],
        rule=rule.dump(),
        population=[each.dump() for each in population if each.members],
        drawn_by=by.name,
        drawn_user_id=by.user_id,
        drawn_at=timezone.now(),
        note=said(note)[:200],
    )
    if kind == Kind.COMMITTEE:
        Sample.objects.create(inspection=row, branch=place, why=WHOLE)
    else:
        Sample.objects.bulk_create(
            Sample(inspection=row, branch_id=each.branch, member_id=each.member, why=each.why)
            for each in drawn
        )
    record(
        "inspections.inspection.drawn",
        by=by,
        on=row,
        chain=place.pk,
        path=place.path,
        data={
            "kind": str(kind),
            "quarter": quarter,
            "samples": len(drawn),
            "seed": row.seed,
            "digest": fingerprint(drawn),
        },
    )
    return row


def _created(**facts: object) -> Inspection:
    try:
        with transaction.atomic():
            return Inspection.objects.create(**facts)
    except IntegrityError:
        raise Refused(
            gettext_noop("这个季度已经抽过样，名单不再改。要多查几个人，请另做一次抽查。")
        ) from None


def _check_place(place: Organization, kind: Kind) -> None:
    if place.closed_on is not None:
        raise Refused(gettext_noop("{unit}已经撤销，不能再督查。"), unit=place.short_name)
    is_committee = place.kind in COMMITTEE_KINDS or place.kind == OrganizationKind.GENERAL_BRANCH
    if kind == Kind.QUARTERLY and not is_committee:
        raise Refused(
            gettext_noop("季督由乡镇党委、机关工委按季度抽样。查一个支部，或者全县抽查，请用“抽查”。")
        )
    if kind == Kind.COMMITTEE and not is_committee:
        raise Refused(gettext_noop("“查党委工作”只用于党委和党总支，{unit}不是。"), unit=place.short_name)
    if kind == Kind.SPOT and place.kind == OrganizationKind.GROUP:
        raise Refused(gettext_noop("党小组随所在支部一起抽查。"))


def _check_not_drawn(place: Organization, quarter: int) -> None:
    before = Inspection.objects.filter(organization=place, kind=Kind.QUARTERLY, quarter=quarter).first()
    if before is not None:
        raise Refused(
            gettext_noop(
                "{unit}{year}年第{number}季度已由{name}在{day}抽过样，名单不再改。要多查几个人，请另做一次抽查。"
            ),
            unit=place.short_name,
            year=quarter // 10,
            number=quarter % 10,
            name=before.drawn_by,
            day=timezone.localdate(before.drawn_at),
        )


def _locked_sample(by: Scope, sample: Sample) -> Sample:
    """The row, locked, still waiting and of an inspection under way; never the person's own booklet."""
    row = (
        Sample.objects.select_for_update(of=("self",))
        .select_related("inspection__organization", "branch", "member__branch")
        .get(pk=sample.pk)
    )
    require_inspector(by, row.inspection.kind, row.inspection.organization)
    if row.member is not None and by.user_id is not None and row.member.user_id == by.user_id:
        raise Refused(gettext_noop("不能核对自己的党员证。请让另一位督查人来查。"))
    if row.inspection.state != "drawn":
        raise Refused(gettext_noop("这次督查已经结束，核对表不能再改。"))
    return row


def _check_waiting(row: Sample) -> None:
    if row.state == SampleState.CHECKED:
        raise Refused(
            gettext_noop("这张表已由{name}在{day}交了，不能再改。有新的问题，请在督查页另记。"),
            name=row.checked_by,
            day=row.checked_on,
        )


@transaction.atomic
def answer_item(
    *, by: Scope, sample: Sample, item: str, agrees: bool | None, paper: str, shown: str, on: date
) -> SampleItem:
    """Say whether paper and system agree about one item; ``agrees`` None takes the answer back.

    ``shown``: what the inspector saw as the system's value. Refused when the system says something else by
    now, so that nobody agrees to a value that was not on the screen. The same answer again changes nothing.
    """
    row = _locked_sample(by, sample)
    _check_waiting(row)
    line = next(iter(sheet_of(row, by, on=on, only=item).lines), None)
    if line is None:
        raise Refused(gettext_noop("核对表上没有这一项。请刷新页面再看。"))
    if agrees is not None and shortened(shown) != line.now:
        raise Refused(
            gettext_noop("“{item}”系统里刚刚变了，现在是：{value}。请对照证本再点一次。"),
            item=line.item.label,
            value=line.now,
        )
    answer, _ = SampleItem.objects.get_or_create(sample=row, item=item, defaults={"system_value": line.now})
    told = squeeze(paper)[:120] if agrees is False else ""
    if agrees is False and not told and answer.agrees is False:
        told = answer.paper_value  # the same tap again does not lose what was written
    if (answer.agrees, answer.paper_value, answer.system_value) != (agrees, told, line.now):
        answer.agrees, answer.paper_value, answer.system_value = agrees, told, line.now
        answer.save(update_fields=["agrees", "paper_value", "system_value"])
    return answer


@transaction.atomic
def finish_sample(
    *, by: Scope, sample: Sample, owner: str, due_on: date | None, on: date, note: str = ""
) -> list[Finding]:
    """Hand the sheet in: every item answered by hand; each difference becomes a finding.

    ``owner`` and ``due_on`` hold for all its findings and are needed only where there are some.
    """
    row = _locked_sample(by, sample)
    _check_waiting(row)
    sheet = sheet_of(row, by, on=on)
    answers = [Answer(each.item.key, each.agrees, each.paper) for each in sheet.lines]
    check_sheet_complete(answers, [each.item for each in sheet.lines])
    changed = [each.item.label for each in sheet.lines if each.is_stale]
    if changed:
        raise Refused(
            gettext_noop("“{items}”核对以后系统里又变了。请对照证本再点一次，再交表。"),
            items="、".join(changed[:4]),
        )
    differing = [each for each in sheet.lines if each.agrees is False]
    findings = []
    if differing:
        told = check_words(owner, gettext_noop("有不一致的项目，请写明由谁整改。"), least=2)[:40]
        if due_on is None:
            raise Refused(gettext_noop("有不一致的项目，请填整改期限。"))
        check_due(due_on, on=on)
        for line in differing:
            text = f"系统：{line.system}\n证本：{line.paper}"
            findings.append(raise_from_sheet(by, row, line.item.key, text, told, due_on))
    row.state, row.checked_on, row.checked_by = SampleState.CHECKED, on, by.name
    row.note = said(note)[:200]
    row.save(update_fields=["state", "checked_on", "checked_by", "note"])
    _record_sample("inspections.sample.checked", row, by, findings=len(findings), count=len(answers))
    return findings


@transaction.atomic
def mark_unreachable(*, by: Scope, sample: Sample, reason: str, on: date) -> Sample:
    """The member could not be met; why. May still be checked later while the inspection runs."""
    row = _locked_sample(by, sample)
    _check_waiting(row)
    if row.member is None:
        raise Refused(gettext_noop("查党委工作没有“找不到人”。没有查完的，先留着。"))
    told = check_words(reason, gettext_noop("请写明为什么找不到人，例如外出务工、住院，至少4个字。"))[:200]
    if row.state == SampleState.UNREACHABLE and row.note == told:
        return row
    row.state, row.checked_on, row.checked_by, row.note = SampleState.UNREACHABLE, on, by.name, told
    row.save(update_fields=["state", "checked_on", "checked_by", "note"])
    _record_sample("inspections.sample.unreachable", row, by)
    return row


@transaction.atomic
def finish_inspection(*, by: Scope, inspection: Inspection, on: date, note: str = "") -> Inspection:
    """End the inspection once everybody drawn was checked or is unreachable with a reason."""
    row = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=inspection.pk)
    )
    require_inspector(by, row.kind, row.organization)
    if row.state == "done":
        raise Refused(gettext_noop("这次督查已由{name}在{day}结束。"), name=row.done_by, day=row.done_on)
    waiting = Sample.objects.filter(inspection=row, state=SampleState.WAITING).count()
    if waiting:
        raise Refused(
            gettext_noop("还有{n}张核对表没有交。查完，或者写明找不到人的原因，再结束督查。"), n=waiting
        )
    row.state, row.done_by, row.done_on = "done", by.name, on
    row.note = said(note)[:200] or row.note
    row.save(update_fields=["state", "done_by", "done_on", "note"])
    found = Finding.objects.filter(inspection=row).count()
    record(
        "inspections.inspection.done",
        by=by,
        on=row,
        chain=row.organization_id,
        path=row.organization.path,
        data={"kind": row.kind, "quarter": row.quarter, "findings": found},
    )
    return row


@transaction.atomic
def raise_finding(
    *,
    by: Scope,
    inspection: Inspection,
    branch: Organization,
    text: str,
    owner: str,
    due_on: date,
    on: date,
    member: Member | None = None,
) -> Finding:
    """Enter something that no line of the sheet names, about a branch the inspection drew. Once for one text."""
    row = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=inspection.pk)
    )
    require_inspector(by, row.kind, row.organization)
    if row.state != "drawn":
        raise Refused(gettext_noop("这次督查已经结束。有新的问题，请另做一次抽查。"))
    if not Sample.objects.filter(inspection=row, branch=branch).exists():
        raise Refused(gettext_noop("{unit}没有被抽到，问题记不到这次督查里。"), unit=branch.short_name)
    told = check_words(text, gettext_noop("请写明问题是什么，至少4个字。"))
    name = check_words(owner, gettext_noop("请写明由谁整改。"), least=2)[:40]
    check_due(due_on, on=on)
    same = Finding.objects.filter(inspection=row, branch=branch, item=OTHER, due_on=due_on)
    for each in same:
        if each.text == told:
            return each
    return _raise(by, row, branch, member, None, OTHER, told, name, due_on)


def raise_from_sheet(by: Scope, sample: Sample, item: str, text: str, owner: str, due_on: date) -> Finding:
    """A difference of a sheet becomes a finding. Load inspection, branch and member's branch first."""
    return _raise(by, sample.inspection, sample.branch, sample.member, sample, item, text, owner, due_on)


def _raise(
    by: Scope,
    inspection: Inspection,
    branch: Organization,
    member: Member | None,
    sample: Sample | None,
    item: str,
    text: str,
    owner: str,
    due_on: date,
) -> Finding:
    # Whoever the member belongs to by now mends it.
    place = member.branch if member is not None else branch
    row = Finding.objects.create(
        inspection=inspection,
        sample=sample,
        branch=place,
        member=member,
        item=item,
        text=text,
        owner=owner,
        due_on=due_on,
        due_user_id=by.user_id,
        opened_by=by.name,
        opened_user_id=by.user_id,
        opened_at=timezone.now(),
    )
    record(
        "inspections.finding.raised",
        by=by,
        on=row,
        chain=place.pk,
        path=place.path,
        data={"inspection": inspection.pk, "item": item, "due_on": due_on.isoformat()},
    )
    return row


def _record_sample(event: str, row: Sample, by: Scope, **data: object) -> None:
    told = {"inspection": row.inspection_id, **({"member": row.member_id} if row.member_id else {}), **data}
    record(event, by=by, on=row, chain=row.branch_id, path=row.branch.path, data=told)
