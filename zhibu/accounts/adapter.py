"""allauth as this product uses it: no self sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by the system administrator only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
