"""Cases of every kind over the built county, through the actions people use, drawn with a seed.

The roster has 10,174 rows in 38 townships with 289 village branches. On the day of the build some 40 fewer are
enrolled: about 45 memberships ended (27 deaths, 15 removals and the like, 3 left the county), three members came
from outside and two are entered twice. Members moved between branches; one merge leaves one branch less (of the
retired, so that the villages stay) and one village branch has a new name.
"""

from zhibu.demo.cases import (
    booklets,
    discipline,
    endings,
    floating,
    lost,
    merging,
    probation,
    reorganizing,
    rewards,
    stock,
    transfers,
    withdrawals,
)
from zhibu.demo.cases.cast import Cast
from zhibu.demo.cases.lost import Suspended
from zhibu.imports.sheets import Ticker


def build_before(cast: Cast) -> list[Suspended]:
    """What lies before the booklets: those suspended long ago get none."""
    return lost.build_old(cast)


def build_cases(cast: Cast, old: list[Suspended], *, tick: Ticker) -> None:
    """All others, after the booklets were handed out; the plan that rests on everything comes last."""
    reorganizing.build_done(cast)
    cast.refresh()
    stages = (
        ("预备党员", probation.build),
        ("党籍终止", endings.build),
        ("处分和申诉", discipline.build),
        ("失联查找", lambda the_cast: lost.build(the_cast, old)),
        ("组织关系转接", transfers.build),
        ("证本代管和补换", booklets.build),
        ("收回党员证", withdrawals.build),
        ("奖励", rewards.build),
        ("重复记录", merging.build),
        ("流动党员", floating.build),
        ("空白证本", stock.build),
        ("建制调整", reorganizing.build_planned),
    )
    for done, (what, build) in enumerate(stages, start=1):
        tick(done, len(stages), f"登记事例：{what}")
        build(cast)
