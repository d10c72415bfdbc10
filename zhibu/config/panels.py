"""Panels that higher apps place on the member page and the organization page, loaded by URL."""

from dataclasses import dataclass

from zhibu.core.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Panel:
    """A fragment loaded with hx-get: URL name taking the member's or organization's id.

    ``place``: "side" or "main"; "own" on the page where a member sees the own record. ``label``: what the
    link says that leads there without scripts.
    """

    url: str
    permission: str
    place: str
    label: str


MEMBER_PANELS: tuple[Panel, ...] = (
    Panel("certificates:member_panel", "certificates.read", "side", gettext_noop("看党员证")),
    Panel("certificates:member_panel", "members.read_own", "own", gettext_noop("看党员证")),
    Panel("certificates:withdrawal_panel", "certificates.keep", "side", gettext_noop("看收回党员证的办理")),
    Panel("certificates:withdrawal_panel", "members.read_own", "own", gettext_noop("看收回党员证的办理")),
    Panel("dues:member_panel", "dues.read", "side", gettext_noop("看党费")),
    Panel("dues:member_panel", "members.read_own", "own", gettext_noop("看党费")),
    Panel("points:member_panel", "points.read", "side", gettext_noop("看积分")),
    Panel("points:member_panel", "members.read_own", "own", gettext_noop("看积分")),
    Panel("reviews:study_panel", "education.read", "side", gettext_noop("看学时")),
    Panel("reviews:study_panel", "members.read_own", "own", gettext_noop("看学时")),
    Panel("reviews:review_panel", "months.read", "side", gettext_noop("看年审")),
    Panel("reviews:review_panel", "members.read_own", "own", gettext_noop("看年审")),
    Panel("mobility:member_panel", "members.read", "side", gettext_noop("看党籍和组织处置")),
    Panel("mobility:member_panel", "members.read_own", "own", gettext_noop("看党籍和组织处置")),
    Panel("mobility:floating_panel", "mobility.read", "side", gettext_noop("看流动登记")),
    Panel("mobility:floating_panel", "members.read_own", "own", gettext_noop("看流动登记")),
    Panel("conduct:member_panel", "members.read", "main", gettext_noop("看奖励和申诉")),
    Panel("accountability:own_cases", "members.read_own", "own", gettext_noop("看组织提醒和追究")),
    Panel("conduct:own_panel", "members.read_own", "own", gettext_noop("看奖励和申诉")),
    Panel("mobility:member_transfers", "mobility.read", "side", gettext_noop("看组织关系转接")),
    Panel("mobility:member_transfers", "members.read_own", "own", gettext_noop("看组织关系转接")),
    Panel("meetings:member_panel", "meetings.read", "side", gettext_noop("看组织生活")),
    Panel("meetings:member_panel", "members.read_own", "own", gettext_noop("看组织生活")),
)
ORGANIZATION_PANELS: tuple[Panel, ...] = (
    Panel("members:organization_panel", "members.read", "main", gettext_noop("看党员人数")),
    Panel("certificates:organization_panel", "certificates.read", "main", gettext_noop("看党员证情况")),
)
ROLE_PANELS: tuple[Panel, ...] = (
    Panel("members:roles_to_review", "accounts.manage_roles", "main", gettext_noop("看角色要核对的人")),
)
"""On the page of roles: addresses that take nothing."""
