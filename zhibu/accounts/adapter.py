"""allauth as this product uses it: no self sign-up, our lock, our password history, sealed TOTP secrets."""

import base64
import os
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext

from zhibu.accounts import actions
from zhibu.accounts.models import User
from zhibu.core.access import Scope
from zhibu.core.crypto import KeyRingError
from zhibu.core.db import key_ring
from zhibu.core.http import client_address

_NONCE = 12


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by the system administrator only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the name is locked, also the right password.

        In place of allauth's limit per name: that one forgets the oldest failure first, so the
        fifth within half an hour could lock for a minute only, and it needs a request to be lifted.
        """
        seconds = actions.seconds_locked(credentials.get("username", ""))
        if seconds:
            minutes = -(-seconds // 60)
            raise ValidationError(
                gettext(
                    "密码连续输错五次，账号已锁定，{minutes}分钟后自动解锁。着急时请联系县里的系统管理员解锁；忘记密码也找系统管理员重置。"
                ).format(minutes=minutes),
                code="locked",
            )

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        actions.note_failure(credentials.get("username", ""), address=client_address(request))

    def set_password(self, user: User, password: str) -> None:
        actions.change_password(by=Scope(user.pk, user.name), user=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("accounts:me")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No e-mail leaves the county's network."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery seeds never stand in the database as they are.

    Their key is derived from the ring's session key, so that changing the data key does not touch them.
    """

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE)
        return base64.b64encode(
            nonce + _cipher(key_ring().secret_key).encrypt(nonce, text.encode(), None)
        ).decode()

    def decrypt(self, encrypted_text: str) -> str:
        raw = base64.b64decode(encrypted_text)
        ring = key_ring()
        for secret in filter(None, (ring.secret_key, ring.previous_secret_key)):
            try:
                return _cipher(secret).decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
            except InvalidTag:
                continue
        raise KeyRingError("a second factor's secret does not match the key ring")

    def get_totp_issuer(self) -> str:
        return gettext("支部")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No e-mail leaves the county's network."""


def _cipher(secret: str) -> AESGCM:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zhibu second factor")
    return AESGCM(kdf.derive(secret.encode()))
