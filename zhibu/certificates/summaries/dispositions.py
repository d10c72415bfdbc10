"""Reads that answer a page about dispositions: the list, one of them, a certificate's, the work that waits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.certificates.models import Certificate, Disposition
from zhibu.certificates.policies_dispositions import table_in_force
from zhibu.certificates.rules.copies import format_number
from zhibu.certificates.rules.dispositions import (
    CAUSES,
    RESTORED,
    RESTRICTED_CAUSES,
    WHEREABOUTS_LABELS,
    DispositionState,
    Whereabouts,
    cause_label,
    destructible_from,
    rule_label,
)
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.querysets import named
from zhibu.members.rules.events import RESTRICTED, SPECS, EventKind
from zhibu.organizations.models import Organization
from zhibu.ui.downloads import conditions

READ = "certificates.read"
DISPOSE = "certificates.dispose"
VIEWS = ("waiting", "overdue", "give_back", "to_destroy", "done", "taken_back", "all")
# Views of what was carried out, as the head of a printed list says them.
CARRIED_OUT: Final = {
    "to_destroy": gettext_noop("收回待销毁"),
    "done": gettext_noop("已办理"),
    "taken_back": gettext_noop("已撤销"),
}
_SHOWN = 5
_TAKEN_BACK = (DispositionState.REVERSED, DispositionState.DROPPED)


@dataclass(frozen=True, slots=True)
class Line:
    """A disposition as a person may read it: without ``conduct.read`` penalties are "按党内决定"."""

    row: Disposition
    is_masked: bool
    on: date

    @property
    def number(self) -> str:
        """With hyphens."""
        return format_number(self.row.certificate.number)

    @property
    def cause(self) -> str:
        """The event's name."""
        return _(cause_label(self.row.cause, is_masked=self.is_masked))

    @property
    def basis(self) -> str:
        """The rule it rests on."""
        return _(cause_label("", is_masked=True)) if self.is_masked else _(self.row.basis)

    @property
    def rule(self) -> str:
        """What is to be done with the copy."""
        return _(rule_label(self.row.booklet_rule, self.row.target, is_masked=self.is_masked))

    @property
    def whereabouts(self) -> str:
        """What was done with the copy; "" while it waits."""
        if self.row.destroyed_on is not None and self.row.whereabouts == Whereabouts.RECLAIMED:
            return _("已收回并销毁")
        if not self.row.whereabouts and self.row.carried_out_on is not None:
            return _("自动生效，证本不动")
        return _(WHEREABOUTS_LABELS.get(self.row.whereabouts, self.row.whereabouts))

    @property
    def is_waiting(self) -> bool:
        """Nobody carried it out yet."""
        return self.row.state == DispositionState.PROPOSED

    @property
    def is_overdue(self) -> bool:
        """Waits beyond its day."""
        return self.is_waiting and self.row.due_on is not None and self.row.due_on < self.on

    @property
    def days_over(self) -> int:
        """Days beyond its day."""
        return (self.on - self.row.due_on).days if self.row.due_on is not None else 0

    @property
    def is_to_destroy(self) -> bool:
        """A reclaimed copy lies there."""
        return self.row.whereabouts == Whereabouts.RECLAIMED and self.row.destroyed_on is None

    @property
    def is_reported(self) -> bool:
        """Somebody said it was destroyed; another has to confirm."""
        return self.is_to_destroy and self.row.destruction_on is not None

    @property
    def is_unreported(self) -> bool:
        """A reclaimed copy lies there, and nobody said that it was destroyed."""
        return self.is_to_destroy and self.row.destruction_on is None

    @property
    def destroyers(self) -> str:
        """Who destroyed it: who said so, who confirmed, who else was named; "" while nobody did."""
        row = self.row
        if row.destroyed_on is None:
            return ""
        names = (
            row.destruction_by,
            row.destroyed_by if row.destruction_by else "",
            row.witness_one,
            row.witness_two,
        )
        return "、".join(filter(None, names))

    @property
    def taken_back_because(self) -> str:
        """Why it no longer stands; "" while it does."""
        reason = self.row.reversed_reason
        if not reason:
            return ""
        if reason == "appeal":
            return _("申诉成立，原决定撤销")
        if self.is_masked or (reason in RESTRICTED and self.is_masked):
            return _(cause_label("", is_masked=True))
        return _(SPECS[EventKind(reason)].label) if reason in set(EventKind) else reason


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over everything the list may show, whatever is filtered."""

    waiting: int = 0
    overdue: int = 0
    give_back: int = 0
    to_destroy: int = 0
    done: int = 0


def lines_of(scope: Scope, rows: Iterable[Disposition], *, on: date) -> list[Line]:
    """Rows as this person may read them; reads each row's certificate, member, branch and event."""
    return [Line(row, _is_masked(scope, row), on) for row in rows]


def _is_masked(scope: Scope, row: Disposition) -> bool:
    is_restricted = row.cause in RESTRICTED_CAUSES or (row.event is not None and row.event.kind in RESTRICTED)
    return is_restricted and not scope.covers("conduct.read", row.certificate.member.branch.path)


def disposition_rows(
    scope: Scope, organization: Organization, *, view: str = "all", cause: str = "", text: str = "", on: date
) -> QuerySet[Disposition]:
    """Dispositions of an organization, the most pressing first. One query when read.

    ``view``: one of VIEWS. Filtering by a restricted event finds only what the scope may read of it.
    """
    found = Disposition.objects.visible_to(scope, READ)
    if organization.parent_id is not None:
        found = found.filter(certificate__member__branch__path__startswith=organization.path)
    if view in _CONDITIONS:
        found = found.filter(_CONDITIONS[view])
    elif view == "overdue":
        found = found.filter(state=DispositionState.PROPOSED, due_on__lt=on)
    if cause in CAUSES or cause == RESTORED:
        found = found.filter(cause=cause)
        if cause in RESTRICTED_CAUSES:
            found = found & Disposition.objects.visible_to(scope, "conduct.read").filter(cause=cause)
    if text:
        needle = text.strip()
        digits = needle.replace("-", "").upper()
        found = found.filter(
            Q(certificate__number__startswith=digits)
            if digits[:1].isdigit()
            else named(needle, "certificate__member__")
        )
    order = ("due_on", "pk") if view in {"waiting", "overdue", "give_back"} else ("-proposed_at", "-pk")
    return _with_facts(found).order_by(*order)


def _with_facts(rows: QuerySet[Disposition]) -> QuerySet[Disposition]:
    return rows.select_related("certificate__member__branch", "booklet", "event__branch").defer(
        "certificate__member__resident_id",
        "certificate__member__phone",
        "event__grounds",
        "event__evidence",
    )


def _for_work(rows: QuerySet[Disposition]) -> QuerySet[Disposition]:
    """Only what a line of the work list reads: whole rows of five tables take three times as long."""
    return rows.select_related("certificate__member__branch", "event").only(
        *("cause", "state", "target", "booklet_rule", "due_on", "carried_out_on"),
        *("whereabouts", "destruction_on", "destruction_by", "destroyed_on"),
        *("event__kind", "certificate__member__name"),
        *("certificate__member__branch__short_name", "certificate__member__branch__path"),
    )


_WAITING = Q(state=DispositionState.PROPOSED)
_TO_DESTROY = Q(whereabouts=Whereabouts.RECLAIMED, destroyed_on=None)
_CONDITIONS = {
    "waiting": _WAITING,
    "give_back": _WAITING & Q(cause=RESTORED),
    "to_destroy": _TO_DESTROY,
    "done": Q(state=DispositionState.CARRIED_OUT),
    "taken_back": Q(state__in=_TAKEN_BACK),
}


def totals(scope: Scope, organization: Organization, *, on: date) -> Totals:
    """One query."""
    found = Disposition.objects.visible_to(scope, READ)
    if organization.parent_id is not None:
        found = found.filter(certificate__member__branch__path__startswith=organization.path)
    return Totals(
        **found.aggregate(
            waiting=Count("pk", filter=_WAITING),
            overdue=Count("pk", filter=_WAITING & Q(due_on__lt=on)),
            give_back=Count("pk", filter=_CONDITIONS["give_back"]),
            to_destroy=Count("pk", filter=_TO_DESTROY),
            done=Count("pk", filter=_CONDITIONS["done"]),
        )
    )


def disposition_of(scope: Scope, row: Disposition, *, on: date) -> Line:
    """One disposition as this person may read it."""
    return Line(row, _is_masked(scope, row), on)


def of_certificate(scope: Scope, certificate: Certificate | None, *, on: date) -> list[Line]:
    """What became of a certificate, newest first, as this person may read it. One query."""
    if certificate is None:
        return []
    rows = _with_facts(Disposition.objects.filter(certificate=certificate)).order_by("-proposed_at", "-pk")
    return lines_of(scope, rows, on=on)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The conditions of the list, "" where nothing is asked; a view that is none of ``VIEWS`` is the first one."""

    view: str
    cause: str
    text: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """What the query of the page asks for."""
        view, cause = asked.get("view", ""), asked.get("cause", "")
        return cls(
            view if view in VIEWS else VIEWS[0],
            cause if cause in CAUSES or cause == RESTORED else "",
            asked.get("q", "").strip(),
        )

    @property
    def of_carried_out(self) -> Self:
        """The same, for a list of what was carried out: a view of what still waits narrows nothing there."""
        return self if self.view in CARRIED_OUT else replace(self, view="all")

    def rows(self, scope: Scope, organization: Organization, *, on: date) -> QuerySet[Disposition]:
        """What the page lists."""
        return disposition_rows(scope, organization, view=self.view, cause=self.cause, text=self.text, on=on)

    def told(self) -> str:
        """The conditions in words, for the head of a print; "" when there are none."""
        return conditions(
            (_("情况"), _(CARRIED_OUT.get(self.view, ""))),
            (_("事由"), _(cause_label(self.cause, is_masked=False)) if self.cause else ""),
            (_("查找"), self.text),
        )


def carried_out_rows(
    scope: Scope, organization: Organization, narrowing: Narrowing, *, since: date, until: date, on: date
) -> QuerySet[Disposition]:
    """The rows of ``carried_out_between``, to be counted."""
    rows = narrowing.of_carried_out.rows(scope, organization, on=on)
    return rows.filter(carried_out_on__gte=since, carried_out_on__lte=until)


def carried_out_between(
    scope: Scope, organization: Organization, narrowing: Narrowing, *, since: date, until: date, on: date
) -> list[Line]:
    """What was carried out from ``since`` to ``until``, both days included, for the printed list. One query.

    Also what was taken back since: the copy went where the list says.
    """
    rows = carried_out_rows(scope, organization, narrowing, since=since, until=until, on=on)
    return lines_of(scope, rows.order_by("certificate__member__branch__code", "carried_out_on", "pk"), on=on)


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Dispositions that wait, copies to give back, reclaimed copies that may be destroyed, those that a
    second person has to confirm. Six queries at most."""
    if not scope.has(DISPOSE):
        return []
    found = Disposition.objects.visible_to(scope, DISPOSE)
    ripe = _TO_DESTROY & Q(
        destruction_on=None,
        carried_out_on__lte=on - timedelta(days=table_in_force(on=on).retention_days),
    )
    is_committee = any(prefix.count(".") <= 2 for prefix in scope.prefixes(DISPOSE))
    reported = _TO_DESTROY & ~Q(destruction_on=None)
    if scope.user_id is not None:
        reported &= ~Q(destruction_user=scope.user_id)
    conditions = {
        "waiting": _WAITING & ~Q(cause=RESTORED),
        "give_back": _CONDITIONS["give_back"],
        "to_destroy": ripe,
        "to_confirm": reported,
    }
    counted = found.aggregate(**{key: Count("pk", filter=q) for key, q in conditions.items()})
    looks = {
        "waiting": (_("待办理的党员证处置"), "do"),
        "give_back": (_("待发还和待核对的证本"), "return"),
        "to_destroy": (_("待销毁的证本"), "do"),
        "to_confirm": (_("等我确认的销毁"), "decide"),
    }
    lists = []
    for key, (label, kind) in looks.items():
        if not counted[key] or (key == "to_confirm" and not is_committee):
            continue
        rows = _for_work(found.filter(conditions[key])).order_by("due_on", "pk")[:_SHOWN]
        lists.append(
            WorkList(
                key=f"dispositions_{key}",
                label=label,
                kind=kind,
                icon="archive",
                items=tuple(_item(line) for line in lines_of(scope, rows, on=on)),
                total=counted[key],
                url=f"{reverse('certificates:dispositions')}?view={'to_destroy' if key == 'to_confirm' else key}",
            )
        )
    return lists


def _item(line: Line) -> WorkItem:
    row = line.row
    member = row.certificate.member
    detail = (
        _("{name}登记{day}销毁，等另一名监销人确认").format(name=row.destruction_by, day=row.destruction_on)
        if line.is_reported
        else _("{day}收回，两人监销").format(day=row.carried_out_on)
        if line.is_to_destroy
        else _("{cause}：{rule}").format(cause=line.cause, rule=line.rule)
    )
    return WorkItem(
        member.name,
        f"{member.branch.short_name}，{detail}",
        reverse("certificates:disposition", args=[row.pk]),
        row.due_on if line.is_waiting else None,
    )


def others_of(line: Line, lines: Sequence[Line]) -> list[Line]:
    """The other dispositions of the same certificate."""
    return [each for each in lines if each.row.pk != line.row.pk]


def destruction_day(line: Line, *, on: date) -> date | None:
    """First day on which the reclaimed copy may be destroyed; None when there is none. One query."""
    if not line.is_unreported or line.row.carried_out_on is None:
        return None
    return destructible_from(line.row.carried_out_on, table_in_force(on=on).retention_days)
