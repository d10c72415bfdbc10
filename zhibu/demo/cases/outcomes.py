"""How measures end: a review that found nothing, rights given back, a second year of probation within the Party."""

from zhibu.demo.cases.cast import Cast
from zhibu.demo.cases.discipline import enter_past_probation
from zhibu.demo.cases.matters import decide, propose
from zhibu.members.rules.events import EventKind


def build(cast: Cast) -> None:
    """One of each, outside the town."""
    for member in cast.first(5):
        propose(cast, member, EventKind.BEGIN_REVIEW, decided=cast.ago(66), grounds="群众反映虚报补贴面积")
        propose(
            cast,
            member,
            EventKind.END_REVIEW,
            decided=cast.ago(18),
            grounds="查阅台账并实地丈量，反映的问题不属实，审查结束，不追究责任",
        )
    for member in cast.first(8):
        propose(
            cast, member, EventKind.SUSPEND_RIGHTS, decided=cast.ago(92), grounds="涉嫌违法被采取强制措施"
        )
        propose(
            cast,
            member,
            EventKind.RESUME_RIGHTS,
            decided=cast.ago(25),
            grounds="检察机关决定不起诉，停止执行党员权利的情形消除",
        )
    for member in cast.first(14):
        enter_past_probation(cast, member)
        decide(
            cast,
            member,
            EventKind.EXTEND_PARTY_PROBATION,
            decided=cast.ago(24),
            settled=cast.ago(17),
            months=12,
            grounds="留党察看期内悔改不明显，群众意见较多，延长留党察看一年",
        )
