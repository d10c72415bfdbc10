"""Sign-in and second factor: pages of libraries, gated in config/gates.py.

The second factor is changed only after the password was asked again: a redirect.
"""

from tests.access_matrix import EVERYONE, SIGNED_IN, VISITOR, Row, deed, page

ROWS: tuple[Row, ...] = (
    page("account_login", {302: SIGNED_IN}, visitor=200),
    page("account_logout", {200: SIGNED_IN}),
    page("account_change_password", {200: SIGNED_IN}),
    page("account_reauthenticate", {200: SIGNED_IN}),
    page("account_inactive", {200: EVERYONE}, visitor=200),
    page("mfa_authenticate", {302: (*SIGNED_IN, VISITOR)}),
    page("mfa_reauthenticate", {302: SIGNED_IN}),
    page("mfa_index", {200: SIGNED_IN}),
    page("mfa_activate_totp", {302: SIGNED_IN}),
    page("mfa_deactivate_totp", {404: SIGNED_IN}),
    page("mfa_generate_recovery_codes", {302: SIGNED_IN}),
    page("mfa_view_recovery_codes", {404: SIGNED_IN}),
    page("mfa_download_recovery_codes", {404: SIGNED_IN}),
    deed("account_logout", {302: SIGNED_IN}),
)
