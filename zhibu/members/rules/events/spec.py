"""What the table of events says about one kind. Pure."""

from dataclasses import dataclass
from typing import Final

from zhibu.members.rules.events.kinds import Level, MeasureKind, Route
from zhibu.members.rules.stages import Stage, Standing

ANY: Final = frozenset(
    {
        (Stage.PROBATIONARY, Standing.ACTIVE),
        (Stage.FULL, Standing.ACTIVE),
        (Stage.FULL, Standing.SUSPENDED),
    }
)
ACTIVE: Final = frozenset({(Stage.PROBATIONARY, Standing.ACTIVE), (Stage.FULL, Standing.ACTIVE)})
FULL: Final = frozenset({(Stage.FULL, Standing.ACTIVE)})
PROBATIONARY: Final = frozenset({(Stage.PROBATIONARY, Standing.ACTIVE)})
SUSPENDED: Final = frozenset({(Stage.FULL, Standing.SUSPENDED)})
ENDED: Final = frozenset({(Stage.PROBATIONARY, Standing.ENDED), (Stage.FULL, Standing.ENDED)})


@dataclass(frozen=True, slots=True)
class Spec:
    """One kind of event. ``months``: the periods it may name, None for none or (lowest, highest) of the limits.

    ``ends``: codes/local_exit_reason.csv, where the membership ends. ``disposition``: key of the
    certificate's disposition table. ``gives_back``: the dispositions whose booklet it gives back.
    ``is_adverse``: the member may appeal. ``is_restricted``: read with ``conduct.read`` only.
    ``needs_steps``: a disposal with the dated steps of DISP24 before it is decided.
    ``is_internal``: written by another deed (a transfer, an appeal), never entered by hand.
    """

    label: str
    source: str
    route: Route
    from_: frozenset[tuple[Stage, Standing]]
    level: Level = Level.COMMITTEE
    stage: Stage | None = None
    standing: Standing | None = None
    ends: str = ""
    starts: MeasureKind | None = None
    stops: frozenset[MeasureKind] = frozenset()
    needs: MeasureKind | None = None
    months: tuple[int, ...] = ()
    ends_itself: bool = False
    ends_posts: bool = False
    disposition: str = ""
    gives_back: frozenset[str] = frozenset()
    is_adverse: bool = False
    is_restricted: bool = False
    is_discipline: bool = False
    is_disposal: bool = False
    is_internal: bool = False
    needs_steps: bool = False
    needs_document: bool = False
    needs_since: str = ""
    needs_evidence: str = ""
    help: str = ""
