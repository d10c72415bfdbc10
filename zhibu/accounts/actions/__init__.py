"""Accounts, passwords and roles."""

from zhibu.accounts.actions.passwords import change_password
from zhibu.accounts.actions.proposals import (
    confirm_grants,
    confirm_proposal,
    decline_proposal,
    propose_deed,
    propose_grant,
    propose_revocation,
)
from zhibu.accounts.actions.roles import FirstPerson, first_administrators, grant_role, revoke_role
from zhibu.accounts.actions.sessions import (
    end_session,
    forget_failures,
    note_failure,
    note_recovery_codes_read,
    note_second_factor,
    note_wrong_code,
    seconds_locked,
    start_session,
)
from zhibu.accounts.actions.users import (
    close_account,
    forget_second_factor,
    open_account,
    reopen_account,
    reset_password,
    unlock_account,
)

__all__ = [
    "FirstPerson",
    "change_password",
    "close_account",
    "confirm_grants",
    "confirm_proposal",
    "decline_proposal",
    "end_session",
    "first_administrators",
    "forget_failures",
    "forget_second_factor",
    "grant_role",
    "note_failure",
    "note_recovery_codes_read",
    "note_second_factor",
    "note_wrong_code",
    "open_account",
    "propose_deed",
    "propose_grant",
    "propose_revocation",
    "reopen_account",
    "reset_password",
    "revoke_role",
    "seconds_locked",
    "start_session",
    "unlock_account",
]
