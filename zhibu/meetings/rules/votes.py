"""Whether a meeting can decide, and whether a motion passed: against those who should attend. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

VOTE_RULE: Final = gettext_noop(
    "有表决权的到会人数达到应到会有表决权人数的半数以上，才能表决；赞成人数超过应到会有表决权人数的半数，才算通过。依据：《中国共产党支部工作条例（试行）》第十一条。"
)
ADMISSION_RULE: Final = gettext_noop(
    "讨论接收预备党员、转正的，有表决权的到会人数必须超过应到会的半数；因故不能到会、会前正式提出书面意见的，统计在票数内。依据：《中国共产党发展党员工作细则》。"
)


@dataclass(frozen=True, slots=True)
class Written:
    """Written opinions which voters who cannot come gave before the meeting (DEV14)."""

    ayes: int = 0
    noes: int = 0
    abstained: int = 0

    @property
    def total(self) -> int:
        """How many gave one."""
        return self.ayes + self.noes + self.abstained


NONE_WRITTEN: Final = Written()
_ADMITS: Final = re.compile("预备党员|转正|预备期|入党|(接收|吸收|发展).*党员")


def is_admission(motion: str) -> bool:
    """Whether a motion is about admission or confirmation, by its words; people may also say so.

    >>> is_admission("关于接收某某为预备党员的决议"), is_admission("关于年度计划的决议")
    (True, False)
    """
    return _ADMITS.search(motion) is not None


ELECTION_RULE: Final = gettext_noop(
    "选举：有选举权的到会人数不少于应到会人数的五分之四，才能选举；得赞成票超过应到会有选举权人数的半数，才能当选。依据：《中国共产党基层组织选举工作条例》。"
)


class Quorum(StrEnum):
    """How many of the voters who should attend must be there."""

    HALF = "half"
    FOUR_FIFTHS = "four_fifths"


VOTE_RULES: Final = {Quorum.HALF: VOTE_RULE, Quorum.FOUR_FIFTHS: ELECTION_RULE}
_SHARES: Final = {Quorum.HALF: (1, 2), Quorum.FOUR_FIFTHS: (4, 5)}


@dataclass(frozen=True, slots=True)
class Judgment:
    """``needed_present`` and ``needed_ayes``: the least that is enough."""

    quorum: bool
    passed: bool
    needed_present: int
    needed_ayes: int


def needed_present(should: int, quorum: Quorum = Quorum.HALF, *, admits: bool = False) -> int:
    """At least half (半数以上, inclusive; BRANCH18 art. 11) of the voters who should attend.

    An election wants not fewer than four fifths (ELEC20). ``admits``: admission and confirmation want more than half
    (DEV14).

    >>> needed_present(9), needed_present(10), needed_present(10, admits=True), needed_present(9, Quorum.FOUR_FIFTHS)
    (5, 5, 6, 8)
    """
    part, whole = _SHARES[quorum]
    least = -(-should * part // whole)
    return max(least, should // 2 + 1) if admits else least


def needed_ayes(should: int) -> int:
    """More than half of the voters who should attend, not of those present (BRANCH18 art. 11, ELEC20).

    >>> needed_ayes(9), needed_ayes(10)
    (5, 6)
    """
    return should // 2 + 1


def judge_vote(
    *,
    should: int,
    present: int,
    ayes: int,
    noes: int,
    abstained: int,
    quorum: Quorum = Quorum.HALF,
    admits: bool = False,
    written: Written = NONE_WRITTEN,
) -> Judgment:
    """What a count of hands decides. Raises ``Refused`` when the figures do not add up or nobody may decide.

    ``admits``: about admission or confirmation, where ``written`` opinions count as votes, not as presence.
    """
    if min(should, present, ayes, noes, abstained, written.ayes, written.noes, written.abstained) < 0:
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
    if written.total and not admits:
        raise Refused(
            gettext_noop(
                "只有讨论接收预备党员、转正时，没有到会的党员的书面意见才计票（《中国共产党发展党员工作细则》）。请核对事项，或者不填书面意见。"
            )
        )
    if written.total > should - present:
        raise Refused(
            gettext_noop("书面意见{written}份，多于没有到会的{absent}人。到会的当场表决，请核对。"),
            written=written.total,
            absent=should - present,
        )
    least, ayes_needed = needed_present(should, quorum, admits=admits), needed_ayes(should)
    is_enough = present >= least
    return Judgment(is_enough, is_enough and ayes + written.ayes >= ayes_needed, least, ayes_needed)
