"""All writes to members, their posts and photos, and to proposals to merge two records."""

from zhibu.members.actions.corrections import (
    Correction,
    CorrectionConflict,
    changed_values,
    correct_member,
    correct_members,
    seen_values,
)
from zhibu.members.actions.enrollment import NewMember, take_over_members
from zhibu.members.actions.enrollment_proposals import (
    accept_enrollments,
    decline_enrollments,
    propose_enrollments,
    unpacked,
    withdraw_enrollment,
)
from zhibu.members.actions.events import (
    cancel_event,
    file_event,
    propose_event,
    reverse_event,
    settle_event,
)
from zhibu.members.actions.marked import (
    PERMISSION_OF,
    PHOTO_LIMIT,
    log_penalty_read,
    reveal_field,
    reveal_own_field,
    set_photo,
)
from zhibu.members.actions.merging import (
    consent_merge,
    decline_merge,
    decline_parting,
    fold_member,
    part_member,
    propose_merge,
    propose_parting,
)
from zhibu.members.actions.past_events import enter_past_event
from zhibu.members.actions.places import entering_permission, settling_path
from zhibu.members.actions.posts import appoint_post, end_post
from zhibu.members.actions.sign_in import link_account, propose_unlinking, settle_unlinking

__all__ = [
    "PERMISSION_OF",
    "PHOTO_LIMIT",
    "Correction",
    "CorrectionConflict",
    "NewMember",
    "accept_enrollments",
    "appoint_post",
    "cancel_event",
    "changed_values",
    "consent_merge",
    "correct_member",
    "correct_members",
    "decline_enrollments",
    "decline_merge",
    "decline_parting",
    "end_post",
    "enter_past_event",
    "entering_permission",
    "file_event",
    "fold_member",
    "link_account",
    "log_penalty_read",
    "part_member",
    "propose_enrollments",
    "propose_event",
    "propose_merge",
    "propose_parting",
    "propose_unlinking",
    "reveal_field",
    "reveal_own_field",
    "reverse_event",
    "seen_values",
    "set_photo",
    "settle_event",
    "settle_unlinking",
    "settling_path",
    "take_over_members",
    "unpacked",
    "withdraw_enrollment",
]
