"""Gates of views that libraries bring along, by URL name. What is not listed is not there."""

PUBLIC = ("public",)
SIGNED_IN = ("signed_in",)

THIRD_PARTY: dict[str, tuple[str, ...]] = {
    "account_login": PUBLIC,
    "account_logout": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "account_inactive": PUBLIC,
    # No self sign-up, no e-mail: accounts are opened by the system administrator.
    "account_signup": ("closed",),
    "account_email": ("closed",),
    "account_set_password": ("closed",),
    "account_email_verification_sent": ("closed",),
    "account_confirm_email": ("closed",),
    "account_reset_password": ("closed",),
    "account_reset_password_done": ("closed",),
    "account_reset_password_from_key": ("closed",),
    "account_reset_password_from_key_done": ("closed",),
    "account_confirm_login_code": ("closed",),
}
