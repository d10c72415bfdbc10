"""Panels that higher apps place on the member page and the organization page, loaded by URL."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """A fragment loaded with hx-get: URL name taking the member's or organization's id."""

    url: str
    permission: str
    place: str  # "side" or "main"; "own" on the page where a member sees the own record


MEMBER_PANELS: tuple[Panel, ...] = (
    Panel("certificates:member_panel", "certificates.read", "side"),
    Panel("certificates:member_panel", "members.read_own", "own"),
    Panel("certificates:withdrawal_panel", "certificates.keep", "side"),
    Panel("certificates:withdrawal_panel", "members.read_own", "own"),
    Panel("mobility:member_panel", "members.read", "side"),
    Panel("mobility:member_panel", "members.read_own", "own"),
    Panel("mobility:floating_panel", "mobility.read", "side"),
    Panel("mobility:floating_panel", "members.read_own", "own"),
    Panel("conduct:member_panel", "members.read", "main"),
    Panel("conduct:own_panel", "members.read_own", "own"),
    Panel("mobility:member_transfers", "mobility.read", "side"),
    Panel("mobility:member_transfers", "members.read_own", "own"),
)
ORGANIZATION_PANELS: tuple[Panel, ...] = (
    Panel("members:organization_panel", "members.read", "main"),
    Panel("certificates:organization_panel", "certificates.read", "main"),
)
