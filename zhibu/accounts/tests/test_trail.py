"""Signing in and the second factor leave records with the address they came from."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.world import PASSWORD, World
from zhibu.audit.models import AuditRecord

pytestmark = pytest.mark.django_db


def test_right_and_wrong_passwords_and_signing_out_tell_where_from(world: World) -> None:
    client = Client(REMOTE_ADDR="10.1.2.3")
    login = reverse("account_login")
    client.post(login, {"login": "secretary_a1", "password": "Wrong-2026-password"})
    client.post(login, {"login": "secretary_a1", "password": PASSWORD})
    client.post(reverse("account_logout"))
    told = AuditRecord.objects.filter(event__startswith="accounts.session.").order_by("pk")
    assert [(row.event.rpartition(".")[2], row.data["address"]) for row in told] == [
        ("refused", "10.1.2.3"),
        ("started", "10.1.2.3"),
        ("ended", "10.1.2.3"),
    ]


def test_second_factor_and_recovery_codes_are_recorded(world: World) -> None:
    user = world.people["system_admin"]
    request = RequestFactory().get("/", REMOTE_ADDR="10.1.2.3")
    totp = TOTP.activate(user, "JBSWY3DPEHPK3PXP").instance
    codes = RecoveryCodes.activate(user).instance
    for signal, authenticator in (
        (authenticator_added, totp),
        (authenticator_added, codes),
        (authenticator_used, totp),
        (authenticator_used, codes),
        (authenticator_removed, totp),
    ):
        signal.send(sender=Authenticator, request=request, user=user, authenticator=authenticator)
    told = AuditRecord.objects.filter(subject_type="accounts.user", subject_id=str(user.pk)).order_by("pk")
    assert [row.event for row in told] == [
        "accounts.second_factor.added",
        "accounts.recovery_codes.made",
        "accounts.recovery_codes.used",
        "accounts.second_factor.removed",
    ]
    assert {row.data["address"] for row in told} == {"10.1.2.3"}
