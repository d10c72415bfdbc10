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
from zhibu.members.actions.marked import PHOTO_LIMIT, reveal_field, reveal_own_field, set_photo
from zhibu.members.actions.merging import consent_merge, decline_merge, fold_member, propose_merge
from zhibu.members.actions.posts import appoint_post, end_post
from zhibu.members.actions.sign_in import link_account

__all__ = [
    "PHOTO_LIMIT",
    "Correction",
    "CorrectionConflict",
    "NewMember",
    "appoint_post",
    "changed_values",
    "consent_merge",
    "correct_member",
    "correct_members",
    "decline_merge",
    "end_post",
    "enroll_member",
    "enroll_members",
    "fold_member",
    "link_account",
    "propose_merge",
    "reveal_field",
    "reveal_own_field",
    "seen_values",
    "set_photo",
]
