"""What waits for a person's decision here."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.conduct.models import Appeal
from zhibu.conduct.rules import AppealState
from zhibu.conduct.summaries.appeals import REEXAMINE, appeal_rows, what_of
from zhibu.core.access import Scope
from zhibu.core.work import WorkItem, WorkList

_SHOWN = 5


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Appeals assigned to the person, and appeals nobody examines yet. Two to four queries."""
    if not scope.has(REEXAMINE):
        return []
    lists = [
        _listed("appeals_mine", _("由我复查的申诉"), appeal_rows(scope, view="mine"), "mine"),
        _listed("appeals_filed", _("等待指定复查人的申诉"), appeal_rows(scope, view="filed"), "filed"),
    ]
    return [each for each in lists if each.total]


def _listed(key: str, label: str, rows: QuerySet[Appeal], view: str) -> WorkList:
    first = list(rows[: _SHOWN + 1])
    total = len(first) if len(first) <= _SHOWN else rows.order_by().count()
    return WorkList(
        key=key,
        label=label,
        kind="decide",
        icon="scale",
        items=tuple(_item(appeal) for appeal in first[:_SHOWN]),
        total=total,
        url=f"{reverse('conduct:appeals')}?view={view}",
    )


def _item(appeal: Appeal) -> WorkItem:
    detail = (
        _("{day}提出，复查人{name}")
        if appeal.state == AppealState.ASSIGNED
        else _("{day}提出，还没有指定复查人")
    ).format(day=appeal.filed_on, name=appeal.examiner)
    return WorkItem(
        _("{name}申诉：{what}").format(name=appeal.member.name, what=what_of(appeal)),
        f"{appeal.member.branch.short_name}，{detail}",
        reverse("conduct:appeal", args=[appeal.pk]),
    )
