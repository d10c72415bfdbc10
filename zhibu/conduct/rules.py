"""Rewards, the register of penalties, appeals: what may be entered, who may re-examine. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, said_lines
from zhibu.members.rules.events import PENALTIES, SPECS, Entry, EventKind, Level

MIN_REASON: Final = 4
MIN_STATEMENT: Final = 10


class RewardLevel(StrEnum):
    """Whose reward it is (党内奖励), from the branch up."""

    BRANCH = "branch"
    TOWNSHIP = "township"
    COUNTY = "county"
    PREFECTURE = "prefecture"
    PROVINCE = "province"
    NATION = "nation"


LEVELS: Final[Mapping[RewardLevel, str]] = {
    RewardLevel.BRANCH: gettext_noop("党支部"),
    RewardLevel.TOWNSHIP: gettext_noop("乡镇、部门党委"),
    RewardLevel.COUNTY: gettext_noop("县级"),
    RewardLevel.PREFECTURE: gettext_noop("州（市）级"),
    RewardLevel.PROVINCE: gettext_noop("省级"),
    RewardLevel.NATION: gettext_noop("全国"),
}
_ENTERED_BY_BRANCH: Final = frozenset({RewardLevel.BRANCH, RewardLevel.TOWNSHIP})


@dataclass(frozen=True, slots=True)
class RewardEntry:
    """What a person enters about a reward. ``awarded_by``: the deciding body; ``document``: its number."""

    level: RewardLevel
    title: str
    awarded_on: date
    awarded_by: str
    document: str = ""


def reward_place(branch_path: str, level: RewardLevel) -> str:
    """The path at which ``conduct.reward`` is asked for a reward of this level.

    A branch's own and its township's rewards are known in the village, so the branch may enter them. What
    the county or a higher body decided is entered by the committee above the branch or by the county, who
    have the decision in hand; so is the place then the unit directly below the county. Local rule.

    >>> reward_place("1.4.9.", RewardLevel.BRANCH), reward_place("1.4.6.9.", RewardLevel.COUNTY)
    ('1.4.9.', '1.4.')
    """
    steps = branch_path.split(".")[:-1]
    if level in _ENTERED_BY_BRANCH:
        return branch_path
    above = steps[: min(2, max(len(steps) - 1, 1))]
    return ".".join(above) + "."


def clean_reward(entry: RewardEntry) -> RewardEntry:
    """The entry with its texts tidied, so that the same reward typed twice is the same."""
    return RewardEntry(
        entry.level,
        said(entry.title),
        entry.awarded_on,
        said(entry.awarded_by),
        said(entry.document),
    )


def check_reward(
    entry: RewardEntry, *, join_date: date, ended_on: date | None, may_be_late: bool, on: date
) -> None:
    """Refuse a reward without title or deciding body, before joining, after the end, or in the future.

    ``ended_on``: first day without membership; ``may_be_late``: the person died, rewards may follow (追授).
    """
    if not entry.title or not entry.awarded_by:
        raise Refused(gettext_noop("奖励名称和决定单位都要填。请照表彰决定填写。"))
    if entry.awarded_on > on:
        raise Refused(
            gettext_noop("表彰日期{day}在今天以后。请填决定上的日期，决定下来以后再登记。"),
            day=entry.awarded_on,
        )
    if entry.awarded_on < join_date:
        raise Refused(
            gettext_noop("表彰日期{day}早于入党日期{joined}，不是党内奖励。请核对日期。"),
            day=entry.awarded_on,
            joined=join_date,
        )
    if ended_on is not None and entry.awarded_on >= ended_on and not may_be_late:
        raise Refused(
            gettext_noop("这位党员{ended}起已经不在册，表彰日期{day}在这以后。请核对日期和姓名。"),
            ended=ended_on,
            day=entry.awarded_on,
        )


def check_reversal_reason(reason: str) -> str:
    """The tidied reason; refused when it says nothing."""
    text = said(reason)[:200]
    if len(text) < MIN_REASON:
        raise Refused(
            gettext_noop("请写明撤销奖励的原因，至少{count}个字，例如：弄虚作假，县委决定撤销。"),
            count=MIN_REASON,
        )
    return text


# ---- where a person was on a day


@dataclass(frozen=True, slots=True)
class Held:
    """A post, from a day until before another; ``place`` and ``post`` as people read them."""

    place: str
    post: str
    from_date: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of branch: from this day on the person was no longer with ``from_branch``."""

    day: date
    from_branch: int


def posts_on(held: Sequence[Held], day: date, *, longest: int = 120) -> str:
    """The posts of that day in one line, whole posts only where the line is too long; "" for none.

    >>> posts_on([Held("尔木村党支部", "书记", date(2020, 1, 1), None)], date(2021, 7, 1))
    '尔木村党支部书记'
    """
    places: dict[str, list[str]] = {}
    for each in held:
        if each.from_date <= day and (each.until is None or day < each.until):
            places.setdefault(each.place, []).append(each.post)
    line = ""
    for place, posts in places.items():
        more = f"{'；' if line else ''}{place}{'、'.join(posts)}"
        if len(line) + len(more) > longest:
            break
        line += more
    return line


def branch_on(moves: Sequence[Moved], day: date, *, present: int) -> int:
    """The branch of that day: where the first later change led away from; else the present one."""
    later = [move for move in moves if move.day > day]
    return min(later, key=lambda move: move.day).from_branch if later else present


# ---- register of penalties

# The register: the five penalties, and the suspension of rights, which is kept beside them.
REGISTERED: Final = (*PENALTIES, EventKind.SUSPEND_RIGHTS)


class RegisterState(StrEnum):
    """Where a registered decision stands today."""

    RUNNING = "running"
    DUE = "due"
    ENDED = "ended"
    LASTING = "lasting"
    REVERSED = "reversed"


REGISTER_STATES: Final[Mapping[RegisterState, str]] = {
    RegisterState.RUNNING: gettext_noop("影响期内"),
    RegisterState.DUE: gettext_noop("期满待决定"),
    RegisterState.ENDED: gettext_noop("已结束"),
    RegisterState.LASTING: gettext_noop("长期有效"),
    RegisterState.REVERSED: gettext_noop("已撤销"),
}


def register_state(
    kind: str, state: str, *, until: date | None, ended_on: date | None, ends_itself: bool, on: date
) -> RegisterState:
    """Where it stands: reversed, lasting (expulsion), running, past its period but open, or ended.

    ``until``: first day after the effect period; ``ended_on``: first day after a decision ended it.
    A probation within the Party does not end by itself: past its day it waits for a decision (DISC23).
    """
    if state == "reversed":
        return RegisterState.REVERSED
    if kind == EventKind.EXPEL:
        return RegisterState.LASTING
    if ended_on is not None and ended_on <= on:
        return RegisterState.ENDED
    if until is not None and until <= on:
        return RegisterState.ENDED if ends_itself else RegisterState.DUE
    return RegisterState.RUNNING


# ---- appeals


class AppealState(StrEnum):
    """States of an appeal."""

    FILED = "filed"
    ASSIGNED = "assigned"
    UPHELD = "upheld"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


APPEAL_STATES: Final[Mapping[AppealState, str]] = {
    AppealState.FILED: gettext_noop("等待指定复查人"),
    AppealState.ASSIGNED: gettext_noop("正在复查"),
    AppealState.UPHELD: gettext_noop("维持原决定"),
    AppealState.REVERSED: gettext_noop("撤销原决定"),
    AppealState.WITHDRAWN: gettext_noop("本人撤回"),
}
OPEN_APPEALS: Final = frozenset({AppealState.FILED, AppealState.ASSIGNED})
# A withdrawal of the certificate can be appealed from the committee's approval until it ends.
WITHDRAWAL_APPEALABLE: Final = frozenset({"approved", "notified", "withdrawn"})


def may_be_appealed(kind: str, state: str) -> bool:
    """An adverse decision in effect: a member may appeal up to the center (CONST22 art. 4 (8))."""
    return state == "in_effect" and kind in SPECS and SPECS[EventKind(kind)].is_adverse


def check_statement(statement: str) -> str:
    """The tidied statement; refused when it says nothing."""
    text = said_lines(statement)
    if len(text) < MIN_STATEMENT:
        raise Refused(gettext_noop("请写明对哪一点不服、理由和要求，至少{count}个字。"), count=MIN_STATEMENT)
    return text


def check_filing_day(filed_on: date, *, decided_on: date, on: date) -> None:
    """The day the member handed the appeal in: from the decision to today."""
    if filed_on > on:
        raise Refused(gettext_noop("提出日期{day}在今天以后。请填本人提出的那一天。"), day=filed_on)
    if filed_on < decided_on:
        raise Refused(
            gettext_noop("提出日期{day}早于决定日期{decided}。请核对日期。"), day=filed_on, decided=decided_on
        )


@dataclass(frozen=True, slots=True)
class Involved:
    """Who took part in the decision: accounts where they are known, names where only those are."""

    users: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    member_user: int | None = None


def check_examiner(*, user_id: int, name: str, involved: Involved, covers: bool, on_county: bool) -> None:
    """Who re-examines: a person in charge of the branch who took no part in the decision and is not the member.

    ``covers``: holds ``conduct.reexamine`` at a place that covers the branch (the county, where the county
    approved the decision: ``on_county``). Law of this app: an appeal goes to the body that decided or to a
    higher one, and who decided never re-examines.
    """
    if user_id == involved.member_user:
        raise Refused(gettext_noop("{name}就是申诉人本人，不能复查自己的申诉。请另指定一人。"), name=name)
    if user_id in involved.users or name in involved.names:
        raise Refused(
            gettext_noop("{name}提出或批准过这项决定，不能再复查。请另指定一位没有参与决定的人。"), name=name
        )
    if not covers:
        raise Refused(
            gettext_noop("这项决定由县里批准，复查人要是县里有“复查申诉”权限的人，{name}不是。请另指定一人。")
            if on_county
            else gettext_noop("{name}没有复查这个支部申诉的权限。请指定上级党委或县里有“复查申诉”权限的人。"),
            name=name,
        )


def is_settled_by_county(kind: str) -> bool:
    """The county approves this kind of decision (membership.toml)."""
    return SPECS[EventKind(kind)].level == Level.COUNTY


def check_result(*, decided_on: date, filed_on: date, document: str, result: str, on: date) -> None:
    """The result names its document, its reasons and a day between the filing and today."""
    if not said(document):
        raise Refused(gettext_noop("请填复查决定的文号。没有文号的，填会议名称和日期。"))
    if len(said_lines(result)) < MIN_STATEMENT:
        raise Refused(
            gettext_noop("请写明复查的事实和理由，至少{count}个字，本人能看到。"), count=MIN_STATEMENT
        )
    if decided_on > on:
        raise Refused(gettext_noop("复查决定日期{day}在今天以后。请填作出决定的那一天。"), day=decided_on)
    if decided_on < filed_on:
        raise Refused(
            gettext_noop("复查决定日期{day}早于提出申诉的日期{filed}。请核对日期。"),
            day=decided_on,
            filed=filed_on,
        )


# ---- penalties of past years


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: from a day until before another; None: open."""

    from_date: date
    until: date | None

    def check_apart(self, other: "Period", label: str) -> None:
        """Refuse two measures of one kind at the same time."""
        if (other.until is None or self.from_date < other.until) and (
            self.until is None or other.from_date < self.until
        ):
            raise Refused(
                gettext_noop("{from_date}起的“{event}”和{since}起的同一种处分时间重叠。请核对日期。"),
                event=label,
                from_date=self.from_date,
                since=other.from_date,
            )


def check_past_penalty(entry: Entry, ended_on: date | None, *, on: date) -> None:
    """Refuse what a sheet of past years may not say: an end of the membership, an end before the beginning.

    A warning or a removal from post ends by itself; only a probation within the Party names its end.
    """
    spec = SPECS[entry.kind]
    if spec.starts is None or spec.standing is not None:
        raise Refused(
            gettext_noop("“{event}”会改变党员身份，不能从表格补录。请在党员页面办理。"), event=spec.label
        )
    if ended_on is None:
        return
    if spec.ends_itself:
        raise Refused(gettext_noop("“{event}”到期自行结束，结束日期不用填，请清空这一格。"), event=spec.label)
    if ended_on <= (entry.effective_on or entry.decided_on) or ended_on > on:
        raise Refused(gettext_noop("结束日期{day}要在生效日期以后、今天以前。请照决定核对。"), day=ended_on)
