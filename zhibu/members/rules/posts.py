"""Who may be put into a post of the Party. Pure."""

from collections.abc import Collection
from typing import Final

from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events.kinds import MeasureKind
from zhibu.members.rules.stages import Stage, Standing

# Nobody is put into a post while one of these holds (DISC23 art. 11 to 13; CONST22 art. 7 for lost rights).
NO_POSTS: Final = (
    MeasureKind.PROBATION_WITHIN_PARTY,
    MeasureKind.AFTER_PARTY_PROBATION,
    MeasureKind.REMOVAL_FROM_POST,
    MeasureKind.RIGHTS_SUSPENDED,
)


def check_posts(stage: str, standing: str, measures: Collection[str] = ()) -> None:
    """Refuse a post for someone who cannot be elected, or over whom a measure holds that bars from posts."""
    if stage != Stage.FULL or standing != Standing.ACTIVE:
        raise Refused(gettext_noop("党内职务由在册的正式党员担任。请核对人员类别和党内职务。"))
    for kind in NO_POSTS:
        if kind in measures:
            raise Refused(
                gettext_noop("这位党员的“{measure}”还没有结束，期间不能担任党内职务。请结束以后再登记任职。"),
                measure=codes.label("measure", kind),
            )
