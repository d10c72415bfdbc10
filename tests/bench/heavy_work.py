"""Who and what ``heavy`` needs inside an installation: sessions, people of the county, heavy addresses."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from zhibu.accounts.models import RoleAssignment, User
from zhibu.organizations.models import Organization


def sign_in(username: str) -> str:
    """A session of the person: its cookie."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(
        User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def county_sessions(count: str) -> list[str]:
    """Sessions of so many people who each read the county's register."""
    county = Organization.objects.get(parent=None)
    sessions = []
    for number in range(int(count)):
        username = f"bench{number}"
        now = timezone.now()
        user = User.objects.create(
            username=username,
            name=f"县委{number}",
            must_change_password=False,
            opened_at=now,
            password_changed_at=now,
        )
        RoleAssignment.objects.create(
            user=user,
            role="inspector",
            organization=county,
            from_date=timezone.localdate(),
            granted_at=now,
        )
        sessions.append(sign_in(username))
    return sessions


def heavy_addresses() -> list[str]:
    """Pages and exports of a county organizer that read or set most."""
    county = Organization.objects.get(parent=None)
    towns = Organization.objects.filter(parent=county).order_by("path").values_list("pk", flat=True)[:2]
    branches = Organization.objects.branches().order_by("path").values_list("pk", flat=True)[:4]
    year = timezone.localdate().year
    return [
        f"/certificates/register/{county.pk}/",
        f"/certificates/register/{county.pk}/register.xlsx",
        f"/certificates/register/{county.pk}/register.pdf",
        "/imports/exports/roster.xlsx",
        f"/points/organizations/{county.pk}/years/{year}/points.xlsx",
        f"/dues/organizations/{county.pk}/dues.xlsx?month={year}10",
        *(f"/dues/arrears/{town}/arrears.xlsx" for town in towns),
        *(f"/certificates/register/{branch}/register.pdf" for branch in branches),
        *(f"/certificates/register/{branch}/register.xlsx" for branch in branches),
        f"/members/?organization={county.pk}&page=100",
        "/dues/arrears/",
        "/mobility/movements/",
        "/months/",
        "/work/",
        "/",
    ]


WORK: dict[str, Callable[..., Any]] = {
    each.__name__: each for each in (sign_in, county_sessions, heavy_addresses)
}
