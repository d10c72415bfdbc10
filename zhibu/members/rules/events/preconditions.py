"""What must be known before certain events; each refusal names its source. Pure."""

from collections.abc import Callable
from typing import Final

from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events.kinds import EventKind, MeasureKind
from zhibu.members.rules.events.situation import (
    Entry,
    Limits,
    Situation,
    last_day,
    probation_ends,
)
from zhibu.members.rules.events.specs import BARRED_ENDS

Rule = Callable[[Entry, Situation, Limits], None]


def _confirm(entry: Entry, situation: Situation, limits: Limits) -> None:
    full_on = probation_ends(situation, limits)
    if entry.decided_on < full_on:
        raise Refused(
            gettext_noop("预备期到{day}才满，不能提前讨论转正（党章第七条）。"),
            day=full_on,
        )
    if entry.effective_on is not None and entry.effective_on < full_on:
        raise Refused(
            gettext_noop("转正时间不能早于预备期满的{day}（党章第七条）。请改为那一天或以后。"), day=full_on
        )


def _extend(entry: Entry, situation: Situation, limits: Limits) -> None:
    if situation.extensions:
        raise Refused(
            gettext_noop("预备期只能延长一次，已经延长过。不合格的取消预备党员资格（党章第七条）。")
        )


def _flag(entry: Entry, situation: Situation, limits: Limits) -> None:
    if entry.since is None:
        return
    flag_on = add_months(entry.since, limits.lost_contact_months)
    if entry.decided_on < flag_on:
        raise Refused(
            gettext_noop(
                "失去联系满{months}个月才能标记，从{since}算起要到{day}（党员教育管理工作条例第二十四条）。在这以前请继续查找并登记。"
            ),
            months=limits.lost_contact_months,
            since=entry.since,
            day=flag_on,
        )
    _need_searches(situation, 1)


def _need_searches(situation: Situation, needed: int) -> None:
    if situation.searches < needed:
        raise Refused(
            gettext_noop(
                "至少要有{needed}次查找记录，现在有{count}次。请先登记怎样找过（谁、什么方式、结果）。"
            ),
            needed=needed,
            count=situation.searches,
        )


def _suspend(entry: Entry, situation: Situation, limits: Limits) -> None:
    if MeasureKind.LOST_CONTACT_FLAG in situation.measures:
        _need_searches(situation, limits.searches_needed)
    # Without the flag it is the other case of the article: settled or studying abroad; the evidence says so.


def _remove_lost(entry: Entry, situation: Situation, limits: Limits) -> None:
    if situation.suspended_on is None:
        return
    free_on = add_months(situation.suspended_on, 12 * limits.lost_contact_removal_after_years)
    if entry.decided_on < free_on:
        raise Refused(
            gettext_noop(
                "停止党籍满{years}年才能按自行脱党除名，从{since}算起要到{day}（党员教育管理工作条例第二十四条）。"
            ),
            years=limits.lost_contact_removal_after_years,
            since=situation.suspended_on,
            day=free_on,
        )


def _self_severed(entry: Entry, situation: Situation, limits: Limits) -> None:
    if entry.since is None:
        return
    free_on = add_months(entry.since, limits.inactivity_months)
    if entry.decided_on < free_on:
        raise Refused(
            gettext_noop("连续{months}个月才认定自行脱党，从{since}算起要到{day}（党章第九条）。"),
            months=limits.inactivity_months,
            since=entry.since,
            day=free_on,
        )


def _extend_party_probation(entry: Entry, situation: Situation, limits: Limits) -> None:
    if situation.party_probation_months != 12:
        raise Refused(
            gettext_noop("只有一年的留党察看可以再延长一年，总共不超过两年；现在已是{months}个月。"),
            months=situation.party_probation_months,
        )


def _restore_rights(entry: Entry, situation: Situation, limits: Limits) -> None:
    held = situation.measures.get(MeasureKind.PROBATION_WITHIN_PARTY)
    if held is not None and held.due_on is not None and entry.decided_on < held.due_on:
        raise Refused(
            gettext_noop("留党察看到{day}才满，期满才能作恢复权利的决定。"), day=last_day(held.due_on)
        )


def _readmit(entry: Entry, situation: Situation, limits: Limits) -> None:
    if situation.ended_on is None:
        return
    if situation.end_reason in BARRED_ENDS:
        years = limits.rejoin_bar_years
    elif situation.end_reason == "voluntary_withdrawal":
        years = limits.rejoin_bar_years_withdrawn
    else:
        return
    free_on = add_months(situation.ended_on, 12 * years)
    if entry.decided_on < free_on:
        raise Refused(
            gettext_noop(
                "这位党员{ended}{reason}，{years}年内不得重新入党，{day}起才可以讨论（{source}）。请在这一天以后再办。"
            ),
            ended=situation.ended_on,
            reason=codes.label("exit_reason", situation.end_reason),
            years=years,
            day=free_on,
            source=_REJOIN_SOURCES.get(situation.end_reason, _DISPOSALS),
        )


_DISPOSALS: Final = gettext_noop("《中国共产党不合格党员组织处置办法》")
_REJOIN_SOURCES: Final = {
    "expelled": gettext_noop("《中国共产党纪律处分条例》第十三条"),
    "voluntary_withdrawal": gettext_noop("县里的规定"),
}


def _transfer_back(entry: Entry, situation: Situation, limits: Limits) -> None:
    if situation.end_reason != "transferred_out":
        raise Refused(gettext_noop("这位党员不是转出本县的，不能按转回办理。请核对原来的记录。"))


PRECONDITIONS: Final[dict[EventKind, Rule]] = {
    EventKind.CONFIRM: _confirm,
    EventKind.EXTEND_PROBATION: _extend,
    EventKind.FLAG_LOST_CONTACT: _flag,
    EventKind.SUSPEND_STANDING: _suspend,
    EventKind.REMOVE_LOST_CONTACT: _remove_lost,
    EventKind.SELF_SEVERED: _self_severed,
    EventKind.EXTEND_PARTY_PROBATION: _extend_party_probation,
    EventKind.RESTORE_RIGHTS: _restore_rights,
    EventKind.READMIT: _readmit,
    EventKind.TRANSFER_BACK: _transfer_back,
}
