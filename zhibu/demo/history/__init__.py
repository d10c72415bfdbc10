"""Twelve months before the day of the build: dues, meetings, points, seals, study hours, review, inspections, cases;
and the dues of the year under review.

What lies before the county began was taken over from the branches' books, as an office would: through the bulk
paths beside the actions. What somebody has to do today was entered through the actions themselves.
"""

from zhibu.demo.cases.cast import Cast
from zhibu.demo.history import (
    accountability,
    handing_up,
    inspecting,
    last_year,
    ledger,
    mending,
    reviewing,
    setting,
    studying,
)
from zhibu.imports.sheets import Ticker


def build_history(cast: Cast, *, tick: Ticker) -> None:
    """Everything, in the order in which it rests on one another."""
    cast.refresh()
    the_setting = setting.prepare(cast)
    last_year.build(the_setting, tick=tick)
    ledger.build(the_setting, tick=tick)
    stages = (
        ("学时", studying.build),
        ("年审", reviewing.build),
        ("收据和党费上缴", handing_up.build),
        ("季督", inspecting.build),
        ("从严追究", accountability.build),
        ("退回、更正和公示", mending.build),
    )
    for done, (what, build) in enumerate(stages, start=1):
        tick(done, len(stages), f"登记：{what}")
        build(the_setting)
