"""What the pages, sheets and prints of transfers show, and what waits for a person."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.certificates.models import Certificate
from zhibu.core.access import Scope
from zhibu.core.codes import label
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.querysets import number_index
from zhibu.members.summaries.events import measures_of, probation_full_since
from zhibu.mobility.models import Transfer
from zhibu.mobility.policies import LETTERS
from zhibu.mobility.querysets import Transfers
from zhibu.mobility.rules.transfers import (
    OPEN,
    Direction,
    TransferState,
    is_overdue,
    needs_letter,
)
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import COMMITTEE_KINDS, Kind
from zhibu.rulebook.policies import values_in_force

READ: Final = "mobility.read"
HANDLE: Final = "mobility.handle"
ISSUE: Final = "mobility.issue"
TABS: Final = {
    "to_agree": gettext_noop("等支部同意"),
    "to_issue": gettext_noop("等开介绍信"),
    "to_receive": gettext_noop("等接收"),
    "overdue": gettext_noop("介绍信过期"),
    "open": gettext_noop("办理中"),
    "all": gettext_noop("全部"),
}
# Who has such work at all; the other tabs are for everyone who reads transfers.
TAB_PERMISSIONS: Final = {
    "to_agree": HANDLE,
    "to_issue": ISSUE,
    "to_receive": HANDLE,
    "overdue": HANDLE,
}
_SHOWN = 5


def issuer_of(branch: Organization) -> Organization:
    """The committee that writes letters for a branch: the nearest one above it. One query."""
    above = Organization.objects.above(branch.path).filter(kind__in=(*COMMITTEE_KINDS, Kind.COUNTY_COMMITTEE))
    nearest = above.last()
    if nearest is None:
        raise LookupError(f"organization {branch.pk} has no committee above it")
    return nearest


def _at(scope: Scope, permission: str, end: str) -> Q:
    """The condition that one end of a transfer lies where the scope holds the permission."""
    prefixes = scope.prefixes(permission)
    if any(prefix.count(".") < 2 for prefix in prefixes):
        return Q()
    if not prefixes:
        return Q(pk=None)
    return reduce(or_, (Q(**{f"{end}__path__startswith": prefix}) for prefix in prefixes))


def _conditions(scope: Scope, *, on: date) -> dict[str, Q]:
    """Which transfers a tab holds for this person."""
    handled = _at(scope, HANDLE, "from_branch") | _at(scope, HANDLE, "to_branch")
    return {
        "to_agree": Q(state=TransferState.REQUESTED) & _at(scope, HANDLE, "from_branch"),
        "to_issue": Q(state=TransferState.AGREED) & _at(scope, ISSUE, "from_branch"),
        "to_receive": Q(state=TransferState.ISSUED)
        & (
            (Q(direction=Direction.INSIDE) & _at(scope, HANDLE, "to_branch"))
            | (Q(direction=Direction.OUT) & _at(scope, ISSUE, "from_branch"))
        ),
        "overdue": Q(state=TransferState.ISSUED, valid_until__lte=on) & handled,
        "open": Q(state__in=OPEN),
        "all": Q(),
    }


def rows(scope: Scope, *, tab: str, text: str, on: date) -> Transfers[Transfer]:
    """Transfers of a tab, what is due first on top; searched by name or pinyin of the member."""
    found = Transfer.objects.visible_to(scope, READ).filter(_conditions(scope, on=on)[tab])
    if text:
        members = Member.objects.matching(text).values("pk")
        found = found.filter(member__in=members)
    return found.select_related("member__branch", "from_branch__parent", "to_branch__parent").order_by(
        *(("valid_until", "requested_on", "pk") if tab != "all" else ("-requested_on", "-pk"))
    )


def tab_counts(scope: Scope, *, on: date) -> dict[str, int]:
    """How many transfers each tab but the last holds. One query."""
    conditions = _conditions(scope, on=on)
    del conditions["all"]
    found: dict[str, int] = (
        Transfer.objects.visible_to(scope, READ)
        .filter(state__in=OPEN)
        .aggregate(**{tab: Count("pk", filter=condition) for tab, condition in conditions.items()})
    )
    return found


def transfers_of(member: Member) -> list[Transfer]:
    """All transfers of a member, the latest on top. One query."""
    return list(
        Transfer.objects.filter(member=member)
        .select_related("from_branch__parent", "to_branch__parent")
        .order_by("-requested_on", "-pk")
    )


def may_open(scope: Scope, transfer: Transfer) -> bool:
    """Whether the scope reads one of the two ends."""
    ends = (transfer.from_branch, transfer.to_branch)
    return any(end is not None and scope.covers(READ, end.path) for end in ends)


def place_from(transfer: Transfer) -> str:
    """Where the relation comes from, in words. Reads from_branch."""
    return transfer.from_branch.short_name if transfer.from_branch else transfer.outside


def place_to(transfer: Transfer) -> str:
    """Where the relation goes, in words. Reads to_branch."""
    return transfer.to_branch.short_name if transfer.to_branch else transfer.outside


def last_valid_day(transfer: Transfer) -> date | None:
    """The last day on which the letter holds."""
    return transfer.valid_until - timedelta(days=1) if transfer.valid_until else None


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a transfer's course. ``on`` is a day, or words while the step is still to come."""

    on: date | str
    title: str
    icon: str
    detail: str = ""


def steps_of(transfer: Transfer, *, with_letter: bool) -> list[Step]:
    """The course of a transfer from the request on; what is still to come is said as such."""
    if transfer.direction == Direction.IN:
        return _steps_in(transfer)
    row, waiting = transfer, _("还没有办")
    found = [
        Step(
            row.requested_on,
            _("申请"),
            "send",
            _("{by}提出，原因：{reason}").format(by=row.requested_by, reason=row.reason),
        )
    ]
    if row.agreed_on:
        detail = _("{by}，党费交至{month}").format(by=row.agreed_by, month=row.dues_paid_to)
        found.append(Step(row.agreed_on, _("转出支部同意"), "circle-check", detail))
    if row.issued_on:
        found.append(_issued(row))
    if row.received_on:
        found.append(
            Step(
                row.received_on,
                _("收到回执联，已转出本县") if row.direction == Direction.OUT else _("转入支部接收"),
                "file-check",
                row.received_by,
            )
        )
    if row.canceled_on:
        found.append(Step(row.canceled_on, _("取消"), "circle-x", row.canceled_by))
        return found
    if not row.agreed_on:
        found.append(Step(waiting, _("转出支部同意"), "circle-dashed"))
    if not row.issued_on:
        title = _("转出方党委开介绍信") if with_letter else _("党委批准（同一党委内不用介绍信）")
        found.append(Step(waiting, title, "circle-dashed"))
    if not row.received_on:
        title = _("县外党组织接收，寄回回执联") if row.direction == Direction.OUT else _("转入支部接收")
        found.append(Step(waiting, title, "circle-dashed"))
    return found


def _issued(row: Transfer) -> Step:
    assert row.issued_on is not None  # noqa: S101 (asked by the caller)
    if not row.letter_text:
        return Step(row.issued_on, _("党委批准，不用介绍信"), "circle-check", row.issued_by)
    detail = _("{number}，{by}开具，有效到{day}").format(
        number=row.letter_text, by=row.issued_by, day=last_valid_day(row)
    )
    return Step(row.issued_on, _("开具介绍信"), "mail", detail)


def _steps_in(row: Transfer) -> list[Step]:
    found = []
    if row.issued_on:
        number = _("{place}开具，{number}").format(place=row.outside, number=row.letter_text)
        found.append(Step(row.issued_on, _("县外党组织开具介绍信"), "mail", number))
    if row.received_on:
        found.append(Step(row.received_on, _("接收并登记入册"), "file-check", row.received_by))
    return found


@dataclass(frozen=True, slots=True)
class Deeds:
    """What this person can do with a transfer now."""

    agree: bool = False
    issue: bool = False
    reissue: bool = False
    receive: bool = False
    cancel: bool = False
    print_letter: bool = False
    print_receipt: bool = False
    resolve_number: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A transfer's page."""

    steps: list[Step]
    deeds: Deeds
    with_letter: bool
    is_overdue: bool
    last_valid_day: date | None
    leaving_booklet: str
    warnings: list[str]


def course_of(scope: Scope, transfer: Transfer, *, on: date) -> Course:
    """A transfer with its steps and what the person may do next. At most six queries."""
    row = transfer
    rules = values_in_force(LETTERS, on=on)
    with_letter = bool(row.letter_text)
    if row.state in (TransferState.REQUESTED, TransferState.AGREED):
        with_letter = wants_letter(row, within_committee=rules.letter_within_committee)
    return Course(
        steps_of(row, with_letter=with_letter),
        deeds_of(scope, row),
        with_letter,
        is_overdue(row.state, row.valid_until, on=on),
        last_valid_day(row),
        rules.leaving_booklet if row.direction == Direction.OUT and row.state in OPEN else "",
        warnings_of(scope, row.member, on=on) if row.state in OPEN and row.member else [],
    )


def wants_letter(transfer: Transfer, *, within_committee: bool) -> bool:
    """Whether this transfer needs a letter. Two queries inside the county."""
    same = (
        transfer.direction == Direction.INSIDE
        and transfer.from_branch is not None
        and transfer.to_branch is not None
        and issuer_of(transfer.from_branch) == issuer_of(transfer.to_branch)
    )
    return needs_letter(transfer.direction, same_committee=same, within_committee=within_committee)


def deeds_of(scope: Scope, row: Transfer) -> Deeds:
    """What the scope may do with the transfer as it stands. At most one query."""
    sends = row.from_branch is not None and scope.covers(HANDLE, row.from_branch.path)
    writes = row.from_branch is not None and scope.covers(ISSUE, row.from_branch.path)
    takes = row.to_branch is not None and scope.covers(HANDLE, row.to_branch.path)
    out, issued = row.direction == Direction.OUT, row.state == TransferState.ISSUED
    return Deeds(
        agree=row.state == TransferState.REQUESTED and sends,
        issue=row.state == TransferState.AGREED and writes,
        reissue=issued and writes and bool(row.letter_text),
        receive=issued and (writes if out else takes),
        cancel=row.state in OPEN and (sends or takes),
        print_letter=issued and writes and row.issuer_id is not None and bool(row.letter_text),
        print_receipt=row.state == TransferState.RECEIVED and takes and bool(row.letter_text),
        resolve_number=bool(row.old_number)
        and row.to_branch is not None
        and scope.covers("certificates.number", row.to_branch.path)
        and Certificate.objects.filter(member=row.member).exists(),
    )


def warnings_of(scope: Scope, member: Member, *, on: date) -> list[str]:
    """What both sides should weigh before the member goes; measures for those who may read them. At most five queries."""
    path = member.branch.path
    found = overdue_probation(probation_full_since(member, on=on))
    if scope.covers("conduct.read", path):
        held = [label("measure", row.kind) for row in measures_of([member.pk], on=on).get(member.pk, [])]
        if held:
            found.append(
                _("这位党员现在有：{measures}。转接不改变这些，请在介绍信之外向接收方说明。").format(
                    measures=_("、").join(held)
                )
            )
    if scope.covers("members.propose_events", path) and has_open_event(member):
        found.append(_("这位党员还有事项在等批准，先办结再转更稳妥；转出本县的必须先办结。"))
    return found


def overdue_probation(full_on: date | None) -> list[str]:
    """What whoever takes a probationer in should know whose probation is full (DEV14); empty for None."""
    if full_on is None:
        return []
    return [
        _(
            "预备期{day}已满，还没有讨论转正。接收以后请按时讨论；认为有必要的，可以推迟讨论，最长6个月，转正时间仍从预备期满算起（《中国共产党发展党员工作细则》）。"
        ).format(day=full_on)
    ]


def has_open_event(member: Member) -> bool:
    """True while a matter of the member waits for its approval."""
    return MembershipEvent.objects.filter(member=member).open().exists()


def member_by_number(name: str, resident_id: str) -> Member | None:
    """The enrolled member with exactly this name and number, wherever in the county; both must be right."""
    index = number_index(resident_id)
    if not index:
        return None
    return (
        Member.objects.enrolled().filter(resident_id_index=index, name=name).select_related("branch").first()
    )


def candidates(scope: Scope, text: str) -> list[Member]:
    """Up to twenty members whose transfer this person may begin, by name or pinyin. One query."""
    found = Member.objects.visible_to(scope, HANDLE).enrolled().matching(text)
    return list(found.select_related("branch").order_by("pinyin", "pk")[:20])


# --- work ----------------------------------------------------------------------------------------
_WORK: Final = (
    ("to_agree", gettext_noop("组织关系转接：等转出支部同意"), "decide", "arrows-exchange"),
    ("to_issue", gettext_noop("组织关系转接：等开介绍信或批准"), "decide", "mail"),
    ("to_receive", gettext_noop("组织关系转接：等接收或登记回执联"), "do", "file-check"),
    ("overdue", gettext_noop("组织关系介绍信过了有效期"), "watch", "clock-exclamation"),
)


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Transfers that wait for this person: to agree, to issue, to receive, letters past their day.

    At most five queries.
    """
    if not scope.has(HANDLE):
        return []
    counts = tab_counts(scope, on=on)
    conditions = _conditions(scope, on=on)
    wanted = [entry for entry in _WORK if counts[entry[0]]]
    if not wanted:
        return []
    shown = {tab: list(_first(scope, conditions[tab])) for tab, *_rest in wanted}
    address = reverse("mobility:transfers")
    return [
        WorkList(
            f"transfers_{tab}",
            _(title),
            kind,
            icon,
            tuple(_item(row) for row in shown[tab]),
            counts[tab],
            f"{address}?tab={tab}",
        )
        for tab, title, kind, icon in wanted
    ]


def _first(scope: Scope, condition: Q) -> Transfers[Transfer]:
    rows_of_tab = Transfer.objects.visible_to(scope, READ).filter(condition)
    return (
        rows_of_tab.select_related("member", "from_branch", "to_branch")
        .only(
            *("state", "outside", "valid_until"),
            *("member__name", "from_branch__short_name", "to_branch__short_name"),
        )
        .order_by("valid_until", "requested_on", "pk")[:_SHOWN]
    )


def _item(row: Transfer) -> WorkItem:
    return WorkItem(
        row.member.name if row.member else "",
        _("{origin}转到{target}").format(origin=place_from(row), target=place_to(row)),
        reverse("mobility:transfer", args=[row.pk]),
        last_valid_day(row) if row.state == TransferState.ISSUED else None,
    )
