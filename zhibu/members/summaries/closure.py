"""What a unit waits for before it can be dissolved (settings.CLOSURE_CHECKS)."""

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.organizations.models import Organization


def check_no_members(organization: Organization) -> None:
    """Raise ``Refused`` while members are enrolled in the branch. One query."""
    count = Member.objects.enrolled().filter(branch=organization).count()
    if count:
        raise Refused(
            gettext_noop("“{name}”还有{count}名在册党员，不能撤销。"),
            name=organization.short_name,
            count=count,
            next_step=gettext_noop("先把他们的组织关系转到别的支部。"),
        )
