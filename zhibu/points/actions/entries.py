"""Entries: recorded by one person, approved by another, never changed; a mistake is reversed by another entry."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import Deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_of, month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import BranchPost, Standing
from zhibu.organizations.models import Organization
from zhibu.points.actions.locks import hold_ledger
from zhibu.points.models import Account, Entry
from zhibu.points.policies import catalogue_in_force
from zhibu.points.rules.catalogue import CLASS_LABELS, SOURCE_LABELS, Catalogue, Item
from zhibu.points.rules.months import counting_month
from zhibu.points.rules.people import Decided, Deciding, check_approver, committee_path
from zhibu.points.summaries.locks import locked_months, published_months, reopened_months
from zhibu.points.summaries.totals import years_of

RECORD = "points.record"
APPROVE = "points.approve"
_REASON_MIN = 4


@transaction.atomic
def record_entry(
    *, by: Scope, member: Member, item: str, fact_on: date, evidence: str, operation: UUID, on: date
) -> Entry:
    """Propose points for a fact; another person approves them. The same operation again returns the first entry.

    Counts in the month of the fact until the settling day of the next month, afterwards in the current
    month. Refused: an automatic item, one that is not in use or not for the member's class, a day in the
    future, before joining or before last year, no evidence, a second entry of a monthly item for the same
    month, suspended or ended standing, a month or a year that is closed.
    """
    branch = member.branch
    by.require(RECORD, branch.path)
    hold_ledger(branch.pk)
    known = Entry.objects.filter(operation=operation).first()
    if known is not None:
        if (known.member_id, known.item, known.fact_on) != (member.pk, item, fact_on):
            raise Refused(gettext_noop("这次登记已经用过，请刷新页面再登记。"))
        return known
    catalogue = catalogue_in_force(on=min(fact_on, on))
    found = _item(catalogue, item)
    evidence = said(evidence)[:200]
    _check_fact(member, found, fact_on=fact_on, evidence=evidence, on=on)
    month = _month_for(member.branch_id, fact_on, on=on, settle_day=catalogue.settle_day)
    year = years_of([member.pk], month // 100, catalogue=catalogue)[member.pk]
    if year.closed is not None:
        raise Refused(
            gettext_noop("{name}{year}年的积分已经结账，不能再登记。"), name=member.name, year=month // 100
        )
    member_class = year.class_at(month_of(fact_on))
    if not found.applies(member_class):
        raise Refused(
            gettext_noop("“{item}”不适用于{kind}，{name}不用登记这一项。"),
            item=found.name,
            kind=CLASS_LABELS[member_class],
            name=member.name,
        )
    if found.unit == "month" and _has_in_month(member, item, fact_on):
        raise Refused(
            gettext_noop("{name}{month}月已经登记过“{item}”，这一项每月只记一次。"),
            name=member.name,
            month=fact_on.month,
            item=found.name,
        )
    entry = Entry.objects.create(
        member=member,
        branch=branch,
        month=month,
        item=item,
        tenths=found.tenths,
        fact_on=fact_on,
        evidence=evidence,
        recorder=by.name,
        recorder_user_id=by.user_id,
        operation=operation,
        at=timezone.now(),
    )
    record_entry_event("points.entry.recorded", by, entry, branch)
    return entry


def _item(catalogue: Catalogue, code: str) -> Item:
    item = catalogue.items.get(code)
    if item is None:
        raise Refused(gettext_noop("积分项目里没有{code}。请从项目表里选。"), code=code)
    if item.ledger:
        raise Refused(
            gettext_noop(
                "“{item}”由系统从{ledger}自动记，不能手工登记。有差错的，请更正{ledger}或者提出异议。"
            ),
            item=item.name,
            ledger=SOURCE_LABELS[item.ledger],
        )
    if not item.enabled:
        raise Refused(gettext_noop("“{item}”县里没有启用。请从项目表里另选一项。"), item=item.name)
    return item


def _check_fact(member: Member, item: Item, *, fact_on: date, evidence: str, on: date) -> None:
    if fact_on > on:
        raise Refused(gettext_noop("发生日期{day}在今天以后。请填事情发生的那一天。"), day=fact_on)
    if fact_on < date(on.year - 1, 1, 1):
        raise Refused(gettext_noop("发生日期{day}太早，积分只补记今年和去年的事。"), day=fact_on)
    if fact_on < member.join_date:
        raise Refused(
            gettext_noop("发生日期{day}早于{name}的入党日期{joined}。请核对日期。"),
            day=fact_on,
            name=member.name,
            joined=member.join_date,
        )
    if member.standing != Standing.ACTIVE:
        raise Refused(
            gettext_noop("{name}停止党籍或者已不在党员名册，期间不记积分。"),
            name=member.name,
        )
    if len(evidence) < 2:
        raise Refused(
            gettext_noop("没有写依据。“{item}”要有{evidence}，请写明在哪里能查到。"),
            item=item.name,
            evidence=item.evidence,
        )


def _month_for(branch_id: int, fact_on: date, *, on: date, settle_day: int) -> int:
    """The month an entry counts in; raises ``Refused`` when that month is locked."""
    own, current = month_of(fact_on), month_of(on)
    months = {own, current}
    locked = locked_months(branch_id, months, on)
    month = counting_month(
        fact_on,
        on=on,
        settle_day=settle_day,
        is_open=own not in locked and own not in published_months(branch_id, [own]),
        is_reopened=own in reopened_months(branch_id, [own], on),
    )
    if month in locked:
        raise Refused(
            gettext_noop("{month}的积分已经封存，不能再登记。要补记的，请党委批准打开这个月。"),
            month=month_text(month),
        )
    return month


def _has_in_month(member: Member, item: str, fact_on: date) -> bool:
    standing = Entry.objects.filter(member=member, item=item, reverses=None).exclude(state="refused")
    standing = standing.filter(fact_on__year=fact_on.year, fact_on__month=fact_on.month)
    reversed_ones = Entry.objects.filter(reverses__in=standing, state="approved").values("reverses")
    return standing.exclude(pk__in=reversed_ones).exists()


@transaction.atomic
def approve_entries(*, by: Scope, entries: Sequence[Entry], on: date) -> int:
    """Approve proposed entries; all or none. Returns how many became approved now.

    Nobody approves what they recorded, nor own points; the secretary's points and the items of the
    committee are approved there. An entry whose month was locked meanwhile counts in the current month.
    What the person has approved before stays; what another decided is refused with the name.
    """
    branches = _branches(entries)
    for branch in branches.values():
        by.require(APPROVE, branch.path)
        hold_ledger(branch.pk)
    rows = locked_entries(entries)
    catalogue = catalogue_in_force(on=on)
    secretaries = secretaries_of(branches, on=on)
    now = timezone.now()
    approved = []
    for row in rows:
        if row.state == "approved" and row.approver_user_id == by.user_id:
            continue
        _check_waits(row)
        _check_may_decide(by, row, branches[row.branch_id], catalogue, secretaries)
        approved.append(row)
    by_branch: dict[int, list[Entry]] = {}
    for row in approved:
        by_branch.setdefault(row.branch_id, []).append(row)
    for branch_id, own in by_branch.items():
        _keep_out_of_locked(branch_id, own, on=on)
        _check_year_open(own)
    for row in approved:
        row.state, row.approver, row.approver_user_id, row.approved_at = "approved", by.name, by.user_id, now
    Entry.objects.bulk_update(approved, ["state", "approver", "approver_user", "approved_at", "month"])
    record_many(
        (
            Deed(
                "points.entries.approved",
                branch_id,
                branches[branch_id].path,
                "organizations.organization",
                str(branch_id),
                {"entries": [row.pk for row in own]},
            )
            for branch_id, own in sorted(by_branch.items())
        ),
        by=by,
    )
    return len(approved)


def _branches(entries: Sequence[Entry]) -> dict[int, Organization]:
    ids = {entry.branch_id for entry in entries}
    return {row.pk: row for row in Organization.objects.filter(pk__in=ids).order_by("pk")}


def locked_entries(entries: Sequence[Entry]) -> list[Entry]:
    return list(
        Entry.objects.select_for_update(of=("self",))
        .select_related("member")
        .filter(pk__in=[entry.pk for entry in entries])
        .order_by("pk")
    )


def _check_waits(row: Entry) -> None:
    if row.state == "proposed":
        return
    if row.state == "refused":
        raise Refused(
            gettext_noop("{name}的这条积分已由{who}退回，不能再审核。请刷新页面。"),
            name=row.member.name,
            who=row.approver,
        )
    raise Refused(
        gettext_noop("{name}的这条积分已由{who}审核通过。请刷新页面。"),
        name=row.member.name,
        who=row.approver or gettext_noop("系统"),
    )


def _check_may_decide(
    by: Scope, row: Entry, branch: Organization, catalogue: Catalogue, secretaries: set[tuple[int, int]]
) -> None:
    item = catalogue.items[row.item]
    check_approver(
        Deciding(by.user_id, at_committee=by.covers(APPROVE, committee_path(branch.path))),
        Decided(
            row.member.name,
            item.name,
            row.member.user_id,
            row.recorder_user_id,
            is_secretary=(row.member_id, row.branch_id) in secretaries,
            by_committee=item.by_committee,
        ),
    )


def secretaries_of(
    branch_ids: "Sequence[int] | dict[int, Organization]", *, on: date
) -> set[tuple[int, int]]:
    """Member and branch of those who are secretary of one of the branches on that day. One query."""
    rows = PostHolding.objects.filter(
        organization__in=list(branch_ids), post=BranchPost.SECRETARY, from_date__lte=on
    ).values_list("member_id", "organization_id", "until")
    return {(member, branch) for member, branch, until in rows if until is None or until > on}


def _keep_out_of_locked(branch_id: int, rows: Sequence[Entry], *, on: date) -> None:
    """Entries of months that were locked or published meanwhile count in the current month."""
    current = month_of(on)
    months = {row.month for row in rows} | {current}
    closed = locked_months(branch_id, months, on) | (
        published_months(branch_id, months) - reopened_months(branch_id, months, on)
    )
    for row in rows:
        if row.month in closed and row.month != current:
            row.month = current
    if any(row.month == current for row in rows) and current in locked_months(branch_id, [current], on):
        raise Refused(
            gettext_noop("{month}的积分已经封存，不能再登记。要补记的，请党委批准打开这个月。"),
            month=month_text(current),
        )


def _check_year_open(rows: Sequence[Entry]) -> None:
    wanted = {(row.member_id, row.month // 100): row for row in rows}
    closed = Account.objects.filter(
        member__in={row.member_id for row in rows}, year__in={row.month // 100 for row in rows}
    ).exclude(closed_on=None)
    for member_id, year in closed.values_list("member_id", "year"):
        row = wanted.get((member_id, year))
        if row is not None:
            raise Refused(
                gettext_noop("{name}{year}年的积分已经结账，不能再登记。"), name=row.member.name, year=year
            )


@transaction.atomic
def refuse_entry(*, by: Scope, entry: Entry, reason: str, on: date) -> Entry:
    """Send a proposed entry back with a reason; it never counts. The recorder may take the own entry back."""
    branch = entry.branch
    hold_ledger(branch.pk)
    row = locked_entries([entry])[0]
    if by.user_id is None or row.recorder_user_id != by.user_id:
        by.require(APPROVE, branch.path)
        _check_may_decide(by, row, branch, catalogue_in_force(on=on), secretaries_of([branch.pk], on=on))
    else:
        by.require(RECORD, branch.path)
    _check_waits(row)
    row.note = checked_reason(reason)
    row.state, row.approver, row.approver_user_id, row.approved_at = (
        "refused",
        by.name,
        by.user_id,
        timezone.now(),
    )
    # Whoever was refused a reversal may ask again: only one standing reversal of an entry is allowed.
    row.reverses = None
    row.save(update_fields=["note", "state", "approver", "approver_user", "approved_at", "reverses"])
    record_entry_event("points.entry.refused", by, row, branch)
    return row


def checked_reason(text: str) -> str:
    """The reason without outer spaces; refused when too short."""
    reason = said(text)[:200]
    if len(reason) < _REASON_MIN:
        raise Refused(gettext_noop("请写明原因，至少{n}个字。"), n=_REASON_MIN)
    return reason


def record_entry_event(event: str, by: Scope, entry: Entry, branch: Organization) -> None:
    """On the chain of the branch."""
    record(
        event,
        by=by,
        on=entry,
        chain=branch.pk,
        path=branch.path,
        data={"member": entry.member_id, "item": entry.item, "month": str(entry.month)},
    )
