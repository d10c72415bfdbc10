"""Looking for members who cannot be found: the case, its searches, and what a membership event makes of it."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind, MeasureKind
from zhibu.members.rules.stages import Standing
from zhibu.mobility.models import Floating, LostContact, Search
from zhibu.mobility.rules.floating import next_due
from zhibu.mobility.rules.lost import (
    CLOSED,
    SEARCH_WAYS,
    CaseState,
    check_found,
    check_last_contact,
    check_search,
)

PERMISSION = "mobility.handle"


@transaction.atomic
def open_case(
    *, by: Scope, member: Member, last_contact_on: date, last_contact_note: str = "", on: date
) -> LostContact:
    """Begin to look for a member; nothing about the membership changes. A second call returns the open case.

    Refused for an ended membership, a day before joining or in the future.
    """
    row = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    by.require(PERMISSION, row.branch.path)
    if row.standing == Standing.ENDED or row.merged_into_id is not None:
        raise Refused(gettext_noop("{name}已经不在册，不用登记查找。请核对是不是选错了人。"), name=row.name)
    check_last_contact(last_contact_on, join_date=row.join_date, on=on)
    case = _open_case(row.pk)
    if case is not None:
        return case
    try:
        with transaction.atomic():
            case = LostContact.objects.create(
                member=row,
                last_contact_on=last_contact_on,
                last_contact_note=said(last_contact_note)[:400],
                state=_standing_now(row.pk),
                opened_by=by.name,
                opened_at=timezone.now(),
            )
    except IntegrityError as error:
        raise Refused(gettext_noop("刚刚有人为这位党员开始了查找。请刷新页面。")) from error
    _record("mobility.lost.opened", by, case, {"day": last_contact_on.isoformat()})
    return case


@transaction.atomic
def log_search(
    *, by: Scope, case: LostContact, day: date, way: str, who: str, result: str, on: date
) -> Search:
    """One search: who looked, how, with what result. The same entry again returns the first one."""
    row = _locked(case)
    by.require(PERMISSION, row.member.branch.path)
    _check_open(row)
    if way not in SEARCH_WAYS:
        raise Refused(gettext_noop("请选查找方式。"))
    check_search(day, last_contact_on=row.last_contact_on, on=on)
    person, found = said(who)[:40], said(result)[:400]
    if not person:
        raise Refused(gettext_noop("请写明是谁查找的。"))
    if len(found) < 4:
        raise Refused(gettext_noop("请写明查找的结果，至少4个字，例如“家人也联系不上”。"))
    same = Search.objects.filter(case=row, on=day, way=way, who=person).first()
    if same is not None:
        return same
    search = Search.objects.create(
        case=row, on=day, way=way, who=person, result=found, by=by.name, at=timezone.now()
    )
    _record("mobility.lost.searched", by, row, {"day": day.isoformat(), "way": way})
    return search


@transaction.atomic
def record_found(*, by: Scope, case: LostContact, day: date, note: str, on: date) -> LostContact:
    """The member was found before anything was decided: the case closes. A second call changes nothing.

    Once the member is flagged or suspended the way back is a membership event, and the case follows it.
    """
    row = _locked(case)
    by.require(PERMISSION, row.member.branch.path)
    if row.state == CaseState.FOUND:
        return row
    _check_open(row)
    if row.state != CaseState.SEARCHING:
        raise Refused(
            gettext_noop("这位党员已经标记失联或停止党籍，恢复联系要登记为党籍和组织处置。"),
            next_step=gettext_noop("请在失联处理页面点“恢复联系”或“恢复党籍”。"),
        )
    check_found(day, last_contact_on=row.last_contact_on, on=on)
    text = said(note)[:400]
    if len(text) < 4:
        raise Refused(gettext_noop("请写明怎样联系上的，至少4个字。"))
    # What came of the search stands in its log, encrypted like every result.
    Search.objects.create(
        case=row, on=day, way="other", who=by.name, result=text, by=by.name, at=timezone.now()
    )
    _close_found(by, row, day)
    return row


def end_search_by_contact(*, by: Scope, member_id: int, day: date) -> None:
    """A contact with the member was logged: a search that led to nothing yet is over. For the contact's action."""
    case = _open_case(member_id)
    if case is not None and case.state == CaseState.SEARCHING and day > case.last_contact_on:
        _close_found(by, case, day)


def _close_found(by: Scope, case: LostContact, day: date) -> None:
    case.state, case.closed_on, case.closed_by = CaseState.FOUND, day, by.name
    case.save(update_fields=["state", "closed_on", "closed_by"])
    _record("mobility.lost.found", by, case, {"day": day.isoformat()})


@transaction.atomic
def follow_event(*, by: Scope, event: MembershipEvent, on: date) -> None:
    """Keep the member's case and registration in step after an event took effect or was reversed. Never refuses.

    A flag opens a case where there is none; a suspension without a case (settled abroad) opens none. Any
    end of the membership closes it. A reversal opens it again where it had closed. The caller has checked
    the right and records the event.
    """
    kind = EventKind(event.kind)
    day = event.effective_on or on
    if kind not in (EventKind.GO_FLOATING, EventKind.RETURN_FLOATING):
        _follow_floating(by, event.member_id, day)
    if kind == EventKind.REVERSE:
        if event.reverses is not None:
            _undo(by, event.reverses)
        return
    case = _open_case(event.member_id)
    if kind == EventKind.FLAG_LOST_CONTACT:
        case = case or LostContact(
            member_id=event.member_id,
            last_contact_on=event.since or day,
            opened_by=by.name,
            opened_at=timezone.now(),
        )
        _move(by, case, CaseState.FLAGGED)
        return
    if case is None:
        return
    closed = _closing_state(kind)
    if kind == EventKind.SUSPEND_STANDING:
        _move(by, case, CaseState.SUSPENDED)
    elif closed is not None:
        _move(by, case, closed, closed_on=day)


def _undo(by: Scope, reversed_: MembershipEvent) -> None:
    """The reversed event no longer holds: the case stands where the membership stands now."""
    kind = EventKind(reversed_.kind)
    closed = _closing_state(kind)
    if closed is None and kind not in (EventKind.FLAG_LOST_CONTACT, EventKind.SUSPEND_STANDING):
        return
    case = _open_case(reversed_.member_id)
    if case is None and closed is not None:
        case = (
            LostContact.objects.select_for_update(of=("self",))
            .filter(member=reversed_.member_id, state=closed, closed_on=reversed_.effective_on)
            .order_by("-pk")
            .first()
        )
    if case is not None:
        _move(by, case, _standing_now(case.member_id))


def _closing_state(kind: EventKind) -> CaseState | None:
    """What a closed case becomes by the event; None when the event closes none."""
    if kind in (EventKind.CONTACT_REGAINED, EventKind.RESTORE_STANDING):
        return CaseState.FOUND
    if kind == EventKind.REMOVE_LOST_CONTACT:
        return CaseState.REMOVED
    return CaseState.ENDED if SPECS[kind].standing == Standing.ENDED else None


def _standing_now(member_id: int) -> CaseState:
    member = Member.objects.get(pk=member_id)
    if member.standing == Standing.SUSPENDED:
        return CaseState.SUSPENDED
    flagged = Measure.objects.filter(
        member=member_id, kind=MeasureKind.LOST_CONTACT_FLAG, ended_on=None
    ).exists()
    return CaseState.FLAGGED if flagged else CaseState.SEARCHING


def _open_case(member_id: int) -> LostContact | None:
    return (
        LostContact.objects.select_for_update(of=("self",)).filter(member=member_id, closed_on=None).first()
    )


def _move(by: Scope, case: LostContact, state: CaseState, *, closed_on: date | None = None) -> None:
    """Set the state with its record; a case that already stands there stays untouched."""
    if case.state == state and case.closed_on == closed_on:
        return
    case.state, case.closed_on = state, closed_on
    case.closed_by = by.name if closed_on else ""
    case.save()
    _record("mobility.lost.moved", by, case, {"state": str(state)})


def _follow_floating(by: Scope, member_id: int, day: date) -> None:
    """A flag, a suspension or an end stops the measure of floating, a reversal brings it back: so the registration."""
    rows = Floating.objects.select_for_update(of=("self",)).out().filter(member=member_id)
    is_marked = Measure.objects.filter(
        member=member_id, kind=MeasureKind.FLOATING_OUT, ended_on=None
    ).exists()
    current = rows.open().first()
    if current is not None and not is_marked:
        current.until, current.next_due = max(day, current.from_date), None
        current.ended_by = by.name
        current.save(update_fields=["until", "next_due", "ended_by"])
    elif current is None and is_marked and (latest := rows.order_by("-from_date", "-pk").first()) is not None:
        days = latest.contacts.values_list("on", flat=True)
        latest.until, latest.ended_by = None, ""
        latest.next_due = next_due(latest.from_date, days, latest.rhythm_months)
        latest.save(update_fields=["until", "next_due", "ended_by"])


def _locked(case: LostContact) -> LostContact:
    return (
        LostContact.objects.select_for_update(of=("self",)).select_related("member__branch").get(pk=case.pk)
    )


def _check_open(case: LostContact) -> None:
    if case.state in CLOSED:
        raise Refused(
            gettext_noop("这次查找已经在{day}结束，不能再登记。又失去联系的，请重新开始查找。"),
            day=case.closed_on,
        )


def _record(event: str, by: Scope, case: LostContact, data: dict[str, object]) -> None:
    branch = Member.objects.select_related("branch").get(pk=case.member_id).branch
    record(event, by=by, on=case, chain=branch.pk, path=branch.path, data=data)
