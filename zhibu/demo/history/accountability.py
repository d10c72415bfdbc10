"""Cases of accountability: one closed as unfounded, one that waits for the decision, one gone on to withdrawal."""

from datetime import date, timedelta

from zhibu.accountability.actions import add_step, decide_case, open_case
from zhibu.accountability.models import Case
from zhibu.accountability.rules import Outcome, StepKind, Trigger
from zhibu.demo.history.setting import Setting
from zhibu.members.models import Member

_FACTS = "连续6个月以上没有交党费，月记和台账都可以查到"


def build(setting: Setting) -> None:
    """In the town, where one signs in; about a branch elsewhere, too."""
    cast = setting.cast
    town = setting.behind.get("town", [])
    if len(town) >= 2:
        waiting = _led(setting, town[0], begun=96)
        gone = _led(setting, town[1], begun=104)
        _decide_withdrawal(setting, gone, town[1])
        add_step(
            by=cast.clerk(town[0].branch),
            case=waiting,
            kind=StepKind.STATEMENT,
            day=cast.ago(20),
            text="在外务工收入不稳定，答应年底回来补交",
            on=cast.ago(20),
        )
    for member in cast.take(1, at=cast.town):
        _unfounded(setting, member)
    _about_a_branch(setting)


def _led(setting: Setting, member: Member, *, begun: int) -> Case:
    """Reminded, talked with, given a deadline, rechecked."""
    cast = setting.cast
    clerk = cast.clerk(member.branch)
    row = open_case(
        by=clerk,
        organization=member.branch,
        trigger=Trigger.DUES,
        facts=_FACTS,
        member=member,
        origin="proposal",
        on=cast.ago(begun),
    )
    deadline = cast.ago(begun - 60)
    steps: tuple[tuple[StepKind, int, str, date | None], ...] = (
        (StepKind.REMIND, 2, "电话提醒本人尽快补交党费", None),
        (StepKind.TALK, 9, "支部书记谈话，讲明党章第九条的规定", None),
        (StepKind.TALK, 21, "第二次谈话，请本人写下打算", None),
        (StepKind.DEADLINE, 23, "请在期限内补交，并参加主题党日", deadline),
        (StepKind.RECHECK, 67, "期限过后仍没有交", None),
    )
    for kind, days, text, until in steps:
        day = cast.ago(begun - days)
        add_step(by=clerk, case=row, kind=kind, day=day, text=text, until=until, on=day)
    return Case.objects.get(pk=row.pk)


def _decide_withdrawal(setting: Setting, row: Case, member: Member) -> None:
    decide_case(
        by=setting.cast.organizer(member.branch),
        case=row,
        outcome=Outcome.WITHDRAWAL,
        text="两次谈话、期限过后仍不改正，转入收回党员证程序",
        on=setting.cast.ago(30),
    )


def _unfounded(setting: Setting, member: Member) -> None:
    cast = setting.cast
    clerk = cast.clerk(member.branch)
    row = open_case(
        by=clerk,
        organization=member.branch,
        trigger=Trigger.DUTIES,
        facts="有群众反映三次主题党日没有看到本人",
        member=member,
        on=cast.ago(40),
    )
    day = cast.ago(36)
    text = "查签到表，三次都参加了，坐在后排"
    add_step(by=clerk, case=row, kind=StepKind.NOTE, day=day, text=text, on=day)
    decide_case(
        by=cast.organizer(member.branch),
        case=row,
        outcome=Outcome.UNFOUNDED,
        text="查签到表和照片，反映不属实",
        on=cast.ago(34),
    )


def _about_a_branch(setting: Setting) -> None:
    """The county asks a branch why its months look alike; nobody has decided anything."""
    cast = setting.cast
    day = max(cast.ago(12), setting.on - timedelta(14))
    row = open_case(
        by=cast.county,
        organization=setting.odd,
        trigger=Trigger.IRREGULAR,
        facts="连续多个月月记内容相同，两次主题党日用了同一张照片",
        responsible=f"{cast.secretary(setting.odd)}，支部书记",
        on=day,
    )
    later = cast.ago(8)
    text = "电话了解，请支部说明照片和月记的来源"
    add_step(by=cast.county, case=row, kind=StepKind.REMIND, day=max(later, day), text=text, on=setting.on)
