"""What can happen to a membership, and the measures that can be in force. Pure."""

from enum import StrEnum


class MeasureKind(StrEnum):
    """membership.toml enums.measure, and the three penalties whose effect period runs out by itself."""

    CORRECTION_PERIOD = "correction_period"
    PROBATION_WITHIN_PARTY = "probation_within_party"
    RIGHTS_SUSPENDED = "rights_suspended"
    LOST_CONTACT_FLAG = "lost_contact_flag"
    FLOATING_OUT = "floating_out"
    UNDER_REVIEW = "under_review"
    WARNING = "warning"
    SERIOUS_WARNING = "serious_warning"
    REMOVAL_FROM_POST = "removal_from_post"


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
