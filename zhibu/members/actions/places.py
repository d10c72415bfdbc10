"""Where and with which right an event is entered and settled."""

from zhibu.members.rules.events import SPECS, EventKind, Level

PROPOSE = "members.propose_events"
DISCIPLINE = "conduct.record"


def entering_permission(kind: EventKind) -> str:
    """Who may enter this kind: discipline is recorded by committees, the rest is proposed by branches too."""
    return DISCIPLINE if SPECS[kind].is_discipline else PROPOSE


def settling_path(event_kind: EventKind, path: str) -> str:
    """The place at which the right to settle is asked: the branch's own path, or the county's for county matters."""
    return path if SPECS[event_kind].level == Level.COMMITTEE else path.split(".", 1)[0] + "."
