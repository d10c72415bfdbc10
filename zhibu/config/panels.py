"""Panels that higher apps place on the member page and the organization page, loaded by URL."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """A fragment loaded with hx-get: URL name taking the member's or organization's id."""

    url: str
    permission: str
    place: str  # "side" or "main"


MEMBER_PANELS: tuple[Panel, ...] = (Panel("certificates:member_panel", "certificates.read", "side"),)
ORGANIZATION_PANELS: tuple[Panel, ...] = (
    Panel("members:organization_panel", "members.read", "main"),
    Panel("certificates:organization_panel", "certificates.read", "main"),
)
