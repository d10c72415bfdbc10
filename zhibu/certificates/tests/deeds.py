"""Deeds about a copy that several tests begin with."""

from datetime import date
from typing import Any

from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import (
    Booklet,
    BookletRequest,
    Custody,
    PrintBatch,
)
from zhibu.certificates.summaries.copies import verify


def take(world: World, copy: Booklet, *, cause: str = "request", day: date = TODAY) -> Custody:
    return actions.take_into_custody(
        by=world.scope("secretary_a1"),
        booklet=copy,
        cause=cause,
        reason="外出务工" if cause == "request" else "留党察看",
        place="村委会文件柜",
        keeper="阿措克布",
        from_date=day,
        on=TODAY,
    )


def report(world: World, *, cause: str = "lost", by: str = "member_a1") -> BookletRequest:
    return actions.report_request(
        by=world.scope(by),
        member=world.members_a1[0],
        cause=cause,
        statement="赶集回来发现不见了，家里和车上都找过。",
        happened_on=TODAY,
        on=TODAY,
    )


def confirm(world: World, request: BookletRequest, *, old_returned: bool = False) -> BookletRequest:
    return actions.confirm_request(
        by=world.scope("secretary_a1"),
        request=request,
        confirmation="情况属实",
        old_returned=old_returned,
        on=TODAY,
    )


def reissue(world: World, request: BookletRequest, *, old_returned: bool = False) -> PrintBatch:
    return actions.reissue(
        by=world.scope("organizer_ashi"),
        request=request,
        issue_date=TODAY,
        layout="pages",
        old_returned=old_returned,
        on=TODAY,
    )


def hand_over(world: World, **more: Any) -> int:
    return actions.hand_over(
        **{
            "by": world.scope("organizer_ashi"),
            "organization": world.a1,
            "handed_over_on": TODAY,
            "receiver": "",
            "on": TODAY,
            **more,
        }
    )


def outcome(token: str) -> str:
    return verify(token, on=TODAY).outcome
