"""Copies of the booklet: kept at the member's request, lost, full, damaged; each at another step."""

from datetime import date

from zhibu.certificates.actions import (
    confirm_request,
    give_back,
    hand_over,
    refuse_request,
    reissue,
    report_request,
    take_into_custody,
)
from zhibu.certificates.models import Booklet
from zhibu.demo.cases.cast import Cast
from zhibu.members.models import Member

_LOST = (
    "赶集路上连同挎包一起丢失，回头找了两遍没有找到。",
    "搬家时清理旧书，可能混在废纸里卖掉了。",
    "随身带到工地，换宿舍以后找不到了。",
)
_DAMAGED = "屋里漏雨，证本泡水，内页粘连，字迹看不清。"
_FULL = "流动登记页已经记满，没有空行。"


def build(cast: Cast) -> None:
    """Custody first, then other copies."""
    _custody(cast)
    _requests(cast)


def _copy(member: Member) -> Booklet:
    return Booklet.objects.select_related("certificate__member__branch").get(
        certificate__member=member, state="issued"
    )


def _custody(cast: Cast) -> None:
    members = [
        *cast.take(2, at=cast.home),
        *cast.take(1, at=cast.sibling),
        *cast.take(1, at=cast.town),
        *cast.take(6),
    ]
    reasons = ("长期外出务工，怕丢失，请支部代管", "年老多病，无人照看，请支部代管", "房屋翻修，暂请支部代管")
    for n, member in enumerate(members):
        day = cast.ago(105 - 9 * n)
        clerk = cast.clerk(member.branch)
        row = take_into_custody(
            by=clerk,
            booklet=_copy(member),
            cause="request",
            reason=reasons[n % 3],
            place=f"{member.branch.short_name}档案柜",
            keeper=cast.secretary(member.branch),
            from_date=day,
            on=day,
        )
        if n % 4 == 1:
            give_back(by=clerk, custody=row, returned_to="", until=cast.ago(10), on=cast.ago(10))


def _requests(cast: Cast) -> None:
    """Reported, confirmed, reissued and handed over, refused."""
    plan = [
        *((each, "lost", 2, "reported") for each in cast.take(1, at=cast.home)),
        *((each, "lost", 11, "confirmed") for each in cast.take(1, at=cast.sibling)),
        *((each, "damaged", 13, "confirmed") for each in cast.take(1, at=cast.home)),
        *((each, "lost", 74, "handed over") for each in cast.take(1, at=cast.town)),
    ]
    steps = (
        ("damaged", 66, "handed over"),
        ("full", 30, "reissued"),
        ("lost", 50, "refused"),
        ("lost", 9, "reported"),
        ("lost", 16, "confirmed"),
    )
    plan += [(each, *step) for each, step in zip(cast.take(len(steps)), steps, strict=False)]
    for n, (member, cause, days, until) in enumerate(plan):
        statement = {"lost": _LOST[n % len(_LOST)], "damaged": _DAMAGED, "full": _FULL}[cause]
        clerk = cast.clerk(member.branch)
        request = report_request(
            by=clerk,
            member=member,
            cause=cause,
            statement=statement,
            happened_on=cast.ago(days + 2),
            on=cast.ago(days),
        )
        if until == "reported":
            continue
        if until == "refused":
            refuse_request(
                by=clerk, request=request, reason="第二天在家中找到，本人同意不补发", on=cast.ago(days - 1)
            )
            continue
        request = confirm_request(
            by=cast.organizer(member.branch),
            request=request,
            confirmation="党委派人和支部一起上门核实，情况属实",
            old_returned=cause != "lost",
            on=cast.ago(days - 3),
        )
        if until == "confirmed":
            continue
        reissue(
            by=cast.organizer(member.branch),
            request=request,
            issue_date=cast.ago(days - 8),
            layout="pages",
            old_returned=cause != "lost",
            on=cast.ago(days - 8),
        )
        if until == "handed over":
            _hand_over(cast, member, cast.ago(days - 14))


def _hand_over(cast: Cast, member: Member, day: date) -> None:
    hand_over(
        by=cast.organizer(member.branch),
        organization=member.branch,
        member=member,
        handed_over_on=day,
        receiver="",
        on=day,
    )
