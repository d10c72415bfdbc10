"""Cases of every kind over the built county, through the actions people use, drawn with a seed.

The roster has 10,174 rows in 38 townships with 289 village branches. On the day of the build some 40 fewer are
enrolled: about 46 memberships ended (27 deaths, 16 removals and the like, 3 left the county), three members came
from outside and two are entered twice. Members moved between branches; one merge leaves one branch less (of the
retired, so that the villages stay) and one village branch has a new name.
"""

from dataclasses import dataclass

from zhibu.demo.cases import (
    booklets,
    discipline,
    endings,
    floating,
    lost,
    merging,
    outcomes,
    probation,
    records,
    reorganizing,
    returning,
    rewards,
    stock,
    transfers,
    withdrawals,
)
from zhibu.demo.cases.cast import Cast
from zhibu.demo.cases.lost import Suspended
from zhibu.demo.cases.returning import Away
from zhibu.imports.sheets import Ticker


@dataclass(frozen=True, slots=True)
class Before:
    """What lies before the booklets."""

    suspended: list[Suspended]
    away: Away


def build_before(cast: Cast) -> Before:
    """Those suspended long ago, those who left long ago: they get no booklet."""
    return Before(lost.build_old(cast), returning.build_before(cast))


def build_cases(cast: Cast, before: Before, *, tick: Ticker) -> None:
    """All others, after the booklets were handed out; the plan that rests on everything comes last."""
    reorganizing.build_done(cast)
    cast.refresh()
    stages = (
        ("预备党员", probation.build),
        ("党籍终止", endings.build),
        ("处分和申诉", discipline.build),
        ("失联查找", lambda the_cast: lost.build(the_cast, before.suspended)),
        ("组织关系转接", transfers.build),
        ("证本代管和补换", booklets.build),
        ("收回党员证", withdrawals.build),
        ("奖励", rewards.build),
        ("重复记录", merging.build),
        ("流动党员", floating.build),
        ("更正和新登记", records.build),
        ("空白证本", stock.build),
        ("处分和处置结束", outcomes.build),
        ("重新入党和转回", lambda the_cast: returning.build(the_cast, before.away)),
        ("建制调整", reorganizing.build_planned),
    )
    for done, (what, build) in enumerate(stages, start=1):
        tick(done, len(stages), f"登记事例：{what}")
        build(cast)
