"""Who may do what, as scopes and as pages show it."""

from zhibu.accounts.summaries.people import Account, HeldRole, accounts, role_label, roles_of
from zhibu.accounts.summaries.scopes import scope_of, scope_of_user_id, takes_two
from zhibu.accounts.summaries.tables import deeds, role_table, roles_markdown

__all__ = [
    "Account",
    "HeldRole",
    "accounts",
    "deeds",
    "role_label",
    "role_table",
    "roles_markdown",
    "roles_of",
    "scope_of",
    "scope_of_user_id",
    "takes_two",
]
