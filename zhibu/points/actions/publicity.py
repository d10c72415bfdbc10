"""The month's list on the notice board, objections, and their recheck by someone else."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.months import check_month, last_day, month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said_lines
from zhibu.organizations.models import Organization
from zhibu.points.actions.entries import APPROVE, RECORD, secretaries_of
from zhibu.points.actions.locks import hold_ledger
from zhibu.points.actions.reversals import check_reversible, make_reversal
from zhibu.points.models import Entry, Objection, Publicity
from zhibu.points.policies import catalogue_in_force
from zhibu.points.rules.people import committee_path

OWN = "members.read_own"
_TEXT_MIN = 4


@transaction.atomic
def publish_month(*, by: Scope, branch: Organization, month: int, on: date) -> Publicity:
    """Publish the month's list; members may object from now until before ``until``. Again: the first one.

    Refused before the month is over, and while entries of the month wait for approval.
    """
    by.require(RECORD, branch.path)
    check_month(month)
    hold_ledger(branch.pk)
    known = Publicity.objects.filter(branch=branch, month=month).first()
    if known is not None:
        return known
    if on <= last_day(month):
        raise Refused(
            gettext_noop("{month}还没有结束，从{day}起可以公示。"),
            month=month_text(month),
            day=last_day(month) + timedelta(days=1),
        )
    waiting = Entry.objects.proposed().filter(branch=branch, month=month).count()
    if waiting:
        raise Refused(
            gettext_noop("{month}还有{n}条积分没有审核。请审核人先审核或者退回，再公示。"),
            month=month_text(month),
            n=waiting,
        )
    days = catalogue_in_force(on=on).objection_days
    row = Publicity.objects.create(
        branch=branch, month=month, published_on=on, until=on + timedelta(days=days + 1), by=by.name
    )
    record(
        "points.month.published",
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"month": str(month), "until": row.until.isoformat()},
    )
    return row


@transaction.atomic
def file_objection(*, by: Scope, entry: Entry, text: str, on: date) -> Objection:
    """Object to an entry within the days of publicity: the member, or the branch for the member.

    The same text again returns the open objection. Refused before and after those days, and while
    another objection to the entry is open.
    """
    row = Entry.objects.select_for_update(of=("self",)).select_related("member", "branch").get(pk=entry.pk)
    branch = row.branch
    is_own = by.user_id is not None and row.member.user_id == by.user_id
    if not (is_own and by.has(OWN)):
        by.require(RECORD, branch.path)
    text = said_lines(text)
    if len(text) < _TEXT_MIN:
        raise Refused(gettext_noop("请写明哪里不对、理由是什么，至少{n}个字。"), n=_TEXT_MIN)
    known = Objection.objects.filter(entry=row, state="filed").first()
    if known is not None:
        if known.text == text:
            return known
        raise Refused(gettext_noop("这条积分{day}已经提出异议，正在复核，请等结果。"), day=known.filed_on)
    _check_days(row, on)
    objection = Objection.objects.create(
        entry=row, member=row.member, text=text, filed_on=on, filed_by=by.name, filed_user_id=by.user_id
    )
    record(
        "points.objection.filed",
        by=by,
        on=objection,
        chain=branch.pk,
        path=branch.path,
        data={"member": row.member_id, "item": row.item, "month": str(row.month)},
    )
    return objection


def _check_days(row: Entry, on: date) -> None:
    if row.state != "approved" or row.reverses_id is not None or Entry.objects.filter(reverses=row).exists():
        raise Refused(gettext_noop("这条积分没有计入，或者已经冲正，不用提出异议。"))
    published = Publicity.objects.filter(branch=row.branch_id, month=row.month).first()
    if published is None:
        raise Refused(
            gettext_noop("{month}的积分还没有公示，公示以后才能提出异议。现在可以先向支部说明。"),
            month=month_text(row.month),
        )
    if on >= published.until:
        raise Refused(
            gettext_noop(
                "{month}的积分公示到{day}为止，已经过了。仍有不同意见的，请向支部或者上级党委反映。"
            ),
            month=month_text(row.month),
            day=published.until - timedelta(days=1),
        )


@transaction.atomic
def settle_objection(*, by: Scope, objection: Objection, is_right: bool, result: str, on: date) -> Objection:
    """Decide an objection: ``is_right`` reverses the entry at once, otherwise it stands. With the reason.

    By someone who neither recorded nor approved the entry, filed the objection, nor is the member; at the committee for
    automatic entries (they come from the branch's own ledgers) and for the secretary's. Settling again with
    the same answer returns it; a different one is refused.
    """
    branch = objection.entry.branch
    by.require(APPROVE, branch.path)
    hold_ledger(branch.pk)
    row = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("entry__member", "entry__branch")
        .get(pk=objection.pk)
    )
    state = "reversed" if is_right else "stands"
    if row.state != "filed":
        settler = Person(row.settled_user_id, row.settled_by)
        if row.state == state and settler.is_same(Person.of(by)):
            return row
        raise Refused(
            gettext_noop("这条异议已由{who}在{day}复核。请刷新页面。"), who=row.settled_by, day=row.settled_on
        )
    check_rechecker(by, row.entry, on=on)
    check_other_than_filer(by, row)
    result = said_lines(result)
    if len(result) < _TEXT_MIN:
        raise Refused(gettext_noop("请写明查到了什么、为什么，至少{n}个字。本人能看到。"), n=_TEXT_MIN)
    if is_right:
        _reverse(row, by=by, on=on)
    row.state, row.result, row.settled_on = state, result, on
    row.settled_by, row.settled_user_id = by.name, by.user_id
    row.save(update_fields=["state", "result", "settled_by", "settled_user", "settled_on"])
    record(
        "points.objection.settled",
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"member": row.member_id, "state": state},
    )
    return row


def check_other_than_filer(by: Scope, row: Objection) -> None:
    """Raise ``Refused`` for who entered the objection."""
    check_another(
        by,
        Person(row.filed_user_id, row.filed_by),
        gettext_noop("这条异议是{name}登记的，登记的人不能自己复核。"),
        next_step=gettext_noop("请支部或上级党委的另一位同志复核。"),
    )


def check_rechecker(by: Scope, entry: Entry, *, on: date) -> None:
    """Raise unless the person may recheck the entry. ``entry`` with its member and branch."""
    if not by.covers(APPROVE, entry.branch.path):
        raise Denied(APPROVE)
    if by.user_id is not None and by.user_id == entry.member.user_id:
        raise Refused(gettext_noop("这是您本人的积分，不能自己复核，请由别人复核。"))
    if by.user_id is not None and by.user_id in (entry.recorder_user_id, entry.approver_user_id):
        raise Refused(gettext_noop("这条积分是您登记或者审核的，要由别人复核。请上级党委办理。"))
    if by.covers(APPROVE, committee_path(entry.branch.path)):
        return
    if entry.recorder_user_id is None:
        raise Refused(gettext_noop("自动记的积分来自支部自己的台账，由上级党委复核。"))
    if (entry.member_id, entry.branch_id) in secretaries_of([entry.branch_id], on=on):
        raise Refused(gettext_noop("{name}是支部书记，积分由上级党委复核。"), name=entry.member.name)


def _reverse(objection: Objection, *, by: Scope, on: date) -> None:
    """The reversal an upheld objection brings: raised by who objected, approved by who rechecked."""
    entry = objection.entry
    known = Entry.objects.filter(reverses=entry).first()
    if known is not None and known.state == "approved":
        return
    if known is None:
        check_reversible(entry)
        known = make_reversal(entry, on=on)
        known.recorder, known.recorder_user_id = objection.filed_by, objection.filed_user_id
    elif known.recorder_user_id is not None and known.recorder_user_id == by.user_id:
        raise Refused(
            gettext_noop("这条积分的冲正是您提出的，要由别人审核。请另一位同志复核这条异议。"),
        )
    known.note = gettext_noop("异议成立，冲正")
    known.state, known.approver, known.approver_user_id, known.approved_at = (
        "approved",
        by.name,
        by.user_id,
        timezone.now(),
    )
    known.save()
