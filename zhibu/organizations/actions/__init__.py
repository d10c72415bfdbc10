"""All writes to the tree, its terms, clusters and support units."""

from zhibu.organizations.actions.changes import (
    correct_organization,
    rename_organization,
    set_term,
)
from zhibu.organizations.actions.clusters import (
    change_cluster,
    describe_cluster,
    form_cluster,
    set_cluster_members,
    set_clusters,
)
from zhibu.organizations.actions.opening import (
    close_organization,
    enroll_organizations,
    found_county,
    open_organization,
)
from zhibu.organizations.actions.support import (
    correct_support_unit,
    enter_support_unit,
    read_contact_phone,
    set_support,
)

__all__ = [
    "change_cluster",
    "close_organization",
    "correct_organization",
    "correct_support_unit",
    "describe_cluster",
    "enroll_organizations",
    "enter_support_unit",
    "form_cluster",
    "found_county",
    "open_organization",
    "read_contact_phone",
    "rename_organization",
    "set_cluster_members",
    "set_clusters",
    "set_support",
    "set_term",
]
