"""Whether a meeting can decide, and whether a motion passed: against those who should attend. Pure."""

from dataclasses import dataclass
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

VOTE_RULE: Final = gettext_noop(
    "有表决权的到会人数达到应到会有表决权人数的半数以上，才能表决；赞成人数超过应到会有表决权人数的半数，才算通过。依据：《中国共产党支部工作条例（试行）》第十一条。"
)


@dataclass(frozen=True, slots=True)
class Judgment:
    """``needed_present`` and ``needed_ayes``: the least that is enough."""

    quorum: bool
    passed: bool
    needed_present: int
    needed_ayes: int


def needed_present(should: int) -> int:
    """At least half (半数以上, inclusive) of the voters who should attend (BRANCH18 art. 11).

    >>> needed_present(9), needed_present(10)
    (5, 5)
    """
    return (should + 1) // 2


def needed_ayes(should: int) -> int:
    """More than half of the voters who should attend, not of those present (BRANCH18 art. 11).

    >>> needed_ayes(9), needed_ayes(10)
    (5, 6)
    """
    return should // 2 + 1


def judge_vote(*, should: int, present: int, ayes: int, noes: int, abstained: int) -> Judgment:
    """What a count of hands decides. Raises ``Refused`` when the figures do not add up or nobody may decide."""
    if min(should, present, ayes, noes, abstained) < 0:
        raise Refused(gettext_noop("票数不能是负数。请照会议记录核对赞成、反对和弃权。"))
    if present > should:
        raise Refused(
            gettext_noop("有表决权的到会{present}人，多于应到会{should}人。请先核对到会名单。"),
            present=present,
            should=should,
        )
    cast = ayes + noes + abstained
    if cast != present:
        raise Refused(
            gettext_noop(
                "赞成{ayes}、反对{noes}、弃权{abstained}，合计{cast}票，与有表决权的到会{present}人差{difference}。没有投票的计入弃权；到会人数不对的，先改到会名单。"
            ),
            ayes=ayes,
            noes=noes,
            abstained=abstained,
            cast=cast,
            present=present,
            difference=abs(cast - present),
        )
    if should == 0:
        raise Refused(gettext_noop("这次会议没有应到会的有表决权党员，不能表决。请核对到会名单。"))
    quorum = present >= needed_present(should)
    return Judgment(
        quorum, quorum and ayes >= needed_ayes(should), needed_present(should), needed_ayes(should)
    )
