"""What can happen to a membership, and the measures that can be in force. Pure."""

from enum import StrEnum
from typing import Final

from zhibu.core.text import gettext_noop


class MeasureKind(StrEnum):
    """membership.toml enums.measure, and the effect periods of penalties that run out by themselves.

    ``AFTER_PARTY_PROBATION``: the two years after rights were given back (DISC23).
    """

    CORRECTION_PERIOD = "correction_period"
    PROBATION_WITHIN_PARTY = "probation_within_party"
    RIGHTS_SUSPENDED = "rights_suspended"
    LOST_CONTACT_FLAG = "lost_contact_flag"
    FLOATING_OUT = "floating_out"
    UNDER_REVIEW = "under_review"
    WARNING = "warning"
    SERIOUS_WARNING = "serious_warning"
    REMOVAL_FROM_POST = "removal_from_post"
    AFTER_PARTY_PROBATION = "after_party_probation"


class EventKind(StrEnum):
    """What can happen to a membership (membership.toml transitions and penalties)."""

    CONFIRM = "confirm"
    EXTEND_PROBATION = "extend_probation"
    CANCEL_PROBATION = "cancel_probation"
    FLAG_LOST_CONTACT = "flag_lost_contact"
    CONTACT_REGAINED = "contact_regained"
    SUSPEND_STANDING = "suspend_standing"
    RESTORE_STANDING = "restore_standing"
    REMOVE_LOST_CONTACT = "remove_lost_contact"
    BEGIN_CORRECTION = "begin_correction"
    END_CORRECTION = "end_correction"
    PERSUADED_WITHDRAWAL = "persuaded_withdrawal"
    REMOVED_AFTER_REFUSAL = "removed_after_refusal"
    SELF_SEVERED = "self_severed"
    VOLUNTARY_WITHDRAWAL = "voluntary_withdrawal"
    REMOVED_OTHER = "removed_other"
    WARN = "warn"
    WARN_SERIOUSLY = "warn_seriously"
    REMOVE_FROM_POST = "remove_from_post"
    BEGIN_PARTY_PROBATION = "begin_party_probation"
    EXTEND_PARTY_PROBATION = "extend_party_probation"
    RESTORE_RIGHTS = "restore_rights"
    EXPEL = "expel"
    SUSPEND_RIGHTS = "suspend_rights"
    RESUME_RIGHTS = "resume_rights"
    BEGIN_REVIEW = "begin_review"
    END_REVIEW = "end_review"
    GO_FLOATING = "go_floating"
    RETURN_FLOATING = "return_floating"
    MOVE_BRANCH = "move_branch"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_BACK = "transfer_back"
    READMIT = "readmit"
    DIE = "die"
    CORRECT_RECORD = "correct_record"
    REVERSE = "reverse"


class Route(StrEnum):
    """How a decision takes effect.

    approve: the higher organization approves, then it holds. file: it holds with the branch meeting, the
    higher organization puts it on record (退党, CONST22 art. 9). record: a fact, it holds when entered.
    """

    APPROVE = "approve"
    FILE = "file"
    RECORD = "record"


class Level(StrEnum):
    """Who settles what needs approval."""

    COMMITTEE = "committee"
    COUNTY = "county"


class DisposalStep(StrEnum):
    """The steps before a disposal is decided, in their order (DISP24)."""

    FILING = "filing"
    INVESTIGATION = "investigation"
    TALK = "talk"
    DELIBERATION = "deliberation"


DISPOSAL_STEP_LABELS: Final = {
    DisposalStep.FILING: gettext_noop("预先备案"),
    DisposalStep.INVESTIGATION: gettext_noop("调查核实"),
    DisposalStep.TALK: gettext_noop("同本人谈话"),
    DisposalStep.DELIBERATION: gettext_noop("支委会研究"),
}
