"""All writes to members, their posts and photos, and to proposals to merge two records."""

from zhibu.members.actions.corrections import (
    Correction,
    CorrectionConflict,
    changed_values,
    correct_member,
    correct_members,
    seen_values,
)
from zhibu.members.actions.enrollment import NewMember, enroll_member, enroll_members
from zhibu.members.actions.events import (
    cancel_event,
    entering_permission,
    file_event,
    propose_event,
    reverse_event,
    settle_event,
    settling_path,
)
from zhibu.members.actions.marked import (
    PERMISSION_OF,
    PHOTO_LIMIT,
    reveal_field,
    reveal_own_field,
    set_photo,
)
from zhibu.members.actions.merging import (
    consent_merge,
    decline_merge,
    fold_member,
    part_member,
    propose_merge,
)
from zhibu.members.actions.past_events import enter_past_event
from zhibu.members.actions.posts import appoint_post, end_post
from zhibu.members.actions.sign_in import link_account

__all__ = [
    "PERMISSION_OF",
    "PHOTO_LIMIT",
    "Correction",
    "CorrectionConflict",
    "NewMember",
    "appoint_post",
    "cancel_event",
    "changed_values",
    "consent_merge",
    "correct_member",
    "correct_members",
    "decline_merge",
    "end_post",
    "enroll_member",
    "enroll_members",
    "enter_past_event",
    "entering_permission",
    "file_event",
    "fold_member",
    "link_account",
    "part_member",
    "propose_event",
    "propose_merge",
    "reveal_field",
    "reveal_own_field",
    "reverse_event",
    "seen_values",
    "set_photo",
    "settle_event",
    "settling_path",
]
