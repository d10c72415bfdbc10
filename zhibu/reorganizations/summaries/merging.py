"""What a merge of two records would move, before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _

from zhibu.accountability.models import Case
from zhibu.certificates.models import Certificate
from zhibu.certificates.rules.copies import format_number
from zhibu.conduct.models import Appeal, Reward
from zhibu.core import codes
from zhibu.core.access import Scope
from zhibu.core.text import birth_month, gettext_noop
from zhibu.dues.models import Assessment, Due, FirstMonth, Payment, QuarterDecision, Receipt, Relief
from zhibu.education.models import StudyRecord
from zhibu.inspections.models import Finding, Sample
from zhibu.meetings.models import Appraisal, Attendance, Decision
from zhibu.members.models import Measure, Member, MembershipEvent, MergeProposal, PostHolding
from zhibu.mobility.models import Floating, LostContact, Transfer
from zhibu.points.models import Account, Entry, Objection
from zhibu.reviews.models import Review

MOVED: Final[Mapping[str, type[models.Model]]] = {
    "members.membershipevent": MembershipEvent,
    "members.measure": Measure,
    "mobility.transfer": Transfer,
    "mobility.floating": Floating,
    "mobility.lostcontact": LostContact,
    "conduct.reward": Reward,
    "conduct.appeal": Appeal,
    "dues.assessment": Assessment,
    "dues.firstmonth": FirstMonth,
    "dues.quarterdecision": QuarterDecision,
    "dues.relief": Relief,
    "dues.due": Due,
    "dues.payment": Payment,
    "dues.receipt": Receipt,
    "points.account": Account,
    "points.entry": Entry,
    "points.objection": Objection,
    "meetings.attendance": Attendance,
    "meetings.appraisal": Appraisal,
    "meetings.decision": Decision,
    "education.studyrecord": StudyRecord,
    "inspections.sample": Sample,
    "inspections.finding": Finding,
    "reviews.review": Review,
    "accountability.case": Case,
}
# What stays with the record it stands on, and why.
STAYS: Final[Mapping[str, str]] = {
    "certificates.certificate": "folded by certificates: the dropped number leads to the kept certificate",
    "certificates.printbatch": "history: whose booklets were set",
    "members.accountunlinking": "history: what was said of the record's sign-in",
    "members.enrollmentproposal": "history: how the record came into the books",
    "members.memberchange": "history of the record",
    "members.memberphoto": "moved by members where the kept record has none",
    "members.mergeproposal": "history: the merge itself",
    "members.postholding": "moved by members where the kept record does not hold the post",
    "members.member": "the pointer from the dropped record to the kept one",
    "months.operation": "history: what was typed into a month's page; the lines it led to are joined",
}
# Both records' lines of one meeting or month become one (``actions.merging_lines``); the others move.
JOINED: Final = frozenset({"meetings.attendance", "dues.due"})
# Where the column that names the member is called otherwise.
OWNER: Final[Mapping[str, str]] = {"meetings.decision": "owner"}
# One of a kind a member: where the kept record has its own (of that month, year, meeting), the other stays.
ONE_EACH: Final[Mapping[str, tuple[str, ...]]] = {
    "conduct.reward": ("title", "awarded_on"),
    "dues.assessment": ("from_month",),
    "dues.due": ("month",),
    "points.account": ("year",),
    "meetings.attendance": ("meeting",),
    "meetings.appraisal": ("year",),
    "education.studyrecord": ("mode", "subject", "on"),
    "inspections.sample": ("inspection",),
    "reviews.review": ("year",),
}
# Rows of a sealed month stay where the seal found them: no deed changes a digest. Where they say branch and month.
SEALED_BY: Final[Mapping[str, tuple[str, str]]] = {
    "dues.due": ("branch", "month"),
    "dues.payment": ("branch", "month"),
    "points.entry": ("branch", "month"),
    "meetings.attendance": ("meeting__branch", "meeting__month"),
}
LABELS: Final = {
    "members.membershipevent": gettext_noop("党籍和组织处置"),
    "members.measure": gettext_noop("措施"),
    "mobility.transfer": gettext_noop("组织关系转接"),
    "mobility.floating": gettext_noop("流动登记"),
    "mobility.lostcontact": gettext_noop("失联查找"),
    "conduct.reward": gettext_noop("奖励"),
    "conduct.appeal": gettext_noop("申诉"),
    "dues.assessment": gettext_noop("党费核定"),
    "dues.firstmonth": gettext_noop("党费起交月份"),
    "dues.quarterdecision": gettext_noop("按季交党费"),
    "dues.relief": gettext_noop("党费减免"),
    "dues.due": gettext_noop("应交党费"),
    "dues.payment": gettext_noop("党费交纳"),
    "dues.receipt": gettext_noop("党费收据"),
    "points.account": gettext_noop("积分年度"),
    "points.entry": gettext_noop("积分记录"),
    "points.objection": gettext_noop("积分异议"),
    "meetings.attendance": gettext_noop("到会记录"),
    "meetings.appraisal": gettext_noop("民主评议"),
    "meetings.decision": gettext_noop("会议决议责任"),
    "education.studyrecord": gettext_noop("学时"),
    "inspections.sample": gettext_noop("季督抽查"),
    "inspections.finding": gettext_noop("季督问题"),
    "reviews.review": gettext_noop("年审"),
    "accountability.case": gettext_noop("追究"),
    "posts": gettext_noop("党内职务"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of both records; ``differs`` marks what has to be looked at."""

    label: str
    kept: str
    dropped: str

    @property
    def differs(self) -> bool:
        """True when the records say different things."""
        return self.kept != self.dropped


@dataclass(frozen=True, slots=True)
class Preview:
    """The two records side by side, what moves, what stands in the way."""

    lines: list[Line]
    moves: list[tuple[str, int]]
    clashes: list[str]


def preview(proposal: MergeProposal, scope: Scope) -> Preview:
    """A fixed number of queries whatever the size of the county. Marked fields are compared, never shown."""
    kept, dropped = proposal.kept, proposal.dropped
    held = {row.member_id: row for row in Certificate.objects.filter(member__in=(kept.pk, dropped.pk))}
    lines = [Line(_(label), *(_shown(side, name) for side in (kept, dropped))) for name, label in _FACTS]
    lines.insert(2, Line(_("出生年月"), *_births(kept.birth_date, dropped.birth_date)))
    lines.append(
        Line(
            _("党员证编号"),
            *(
                format_number(held[side.pk].number) if side.pk in held else _("没有")
                for side in (kept, dropped)
            ),
        )
    )
    lines.append(Line(_("身份证号"), *_same(kept.resident_id, dropped.resident_id)))
    lines.append(Line(_("手机号"), *_same(kept.phone, dropped.phone)))
    moves = [
        (_(LABELS[label]), model._default_manager.filter(**{OWNER.get(label, "member"): dropped}).count())
        for label, model in MOVED.items()
    ]
    moves.append((_(LABELS["posts"]), PostHolding.objects.filter(member=dropped).count()))
    return Preview(lines, [each for each in moves if each[1]], [_(each) for each in clashes(proposal)])


_FACTS: Final = (
    ("name", gettext_noop("姓名")),
    ("sex", gettext_noop("性别")),
    ("ethnic_group", gettext_noop("民族")),
    ("education", gettext_noop("学历")),
    ("join_date", gettext_noop("入党时间")),
    ("confirmation_date", gettext_noop("转正时间")),
    ("stage", gettext_noop("人员类别")),
    ("standing", gettext_noop("党籍")),
    ("branch", gettext_noop("所在支部")),
)
_TABLES: Final = {
    "sex": "sex",
    "ethnic_group": "ethnic_group",
    "education": "education",
    "stage": "member_stage",
    "standing": "standing",
}


def _shown(side: Member, name: str) -> str:
    value = getattr(side, name)
    if name == "branch":
        return side.branch.short_name
    if name in _TABLES:
        return codes.label(_TABLES[name], value)
    return str(value or _("没有填"))


def _births(kept: date, dropped: date) -> tuple[str, str]:
    """Months, and a word where only the day differs."""
    shown = birth_month(kept), birth_month(dropped)
    if kept != dropped and shown[0] == shown[1]:
        return shown[0], _("{month}（日不同）").format(month=shown[1])
    return shown


def _same(kept: str, dropped: str) -> tuple[str, str]:
    if kept and dropped:
        return (
            (_("两条相同"), _("两条相同")) if kept == dropped else (_("有，两条不同"), _("有，和保留的不同"))
        )
    return _("有") if kept else _("没有填"), _("有") if dropped else _("没有填")


def clashes(proposal: MergeProposal) -> list[str]:
    """What both records have open at once; each is finished before they become one. Six queries."""
    sides: tuple[Any, Any] = (proposal.kept_id, proposal.dropped_id)
    both: list[tuple[str, models.QuerySet[Any]]] = [
        ("members.membershipevent", MembershipEvent.objects.open()),
        ("mobility.transfer", Transfer.objects.open()),
        ("mobility.floating", Floating.objects.filter(until=None)),
        ("mobility.lostcontact", LostContact.objects.filter(closed_on=None)),
    ]
    found = [
        LABELS[label]
        for label, rows in both
        if len(set(rows.filter(member__in=sides).values_list("member_id", flat=True))) == 2
    ]
    open_measures = list(
        Measure.objects.filter(member__in=sides, ended_on=None).values_list("kind", "member_id")
    )
    if len({kind for kind, _side in open_measures}) < len(set(open_measures)):
        found.append(LABELS["members.measure"])
    cases = list(
        Case.objects.filter(member__in=sides).exclude(state="closed").values_list("trigger", "member_id")
    )
    if len({trigger for trigger, _side in cases}) < len(set(cases)):
        found.append(LABELS["accountability.case"])
    return found
