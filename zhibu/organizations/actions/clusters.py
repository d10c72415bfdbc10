"""片区: groupings of organizations for one purpose."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from zhibu.audit.actions import deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Cluster, ClusterPlace, Organization


@transaction.atomic
def form_cluster(*, by: Scope, name: str, purpose: str) -> Cluster:
    """A new, empty cluster."""
    by.require_any("organizations.maintain")
    _check_name(name)
    if Cluster.objects.filter(name=name).exists():
        raise Refused(gettext_noop("已经有片区“{name}”，请换一个名称。"), name=name)
    cluster = Cluster.objects.create(name=name, purpose=purpose)
    record("organizations.cluster.formed", by=by, on=cluster)
    return cluster


@transaction.atomic
def describe_cluster(*, by: Scope, cluster: Cluster, name: str, purpose: str) -> Cluster:
    """Correct a cluster's name and purpose; the scope must cover every organization in it."""
    for path in ClusterPlace.objects.filter(cluster=cluster).values_list("organization__path", flat=True):
        by.require("organizations.maintain", path)
    by.require_any("organizations.maintain")
    _check_name(name)
    if (cluster.name, cluster.purpose) == (name, purpose):
        return cluster
    if Cluster.objects.filter(name=name).exclude(pk=cluster.pk).exists():
        raise Refused(gettext_noop("已经有片区“{name}”，请换一个名称。"), name=name)
    cluster.name, cluster.purpose = name, purpose
    cluster.save(update_fields=["name", "purpose"])
    record("organizations.cluster.described", by=by, on=cluster)
    return cluster


@transaction.atomic
def set_clusters(*, by: Scope, organization: Organization, names: Sequence[str]) -> None:
    """The clusters an organization is in, by name; unknown names form a new cluster, none clears."""
    by.require("organizations.maintain", organization.path)
    wanted = _clusters(names, by=by)
    held = dict(
        ClusterPlace.objects.filter(organization=organization).values_list("cluster__name", "cluster_id")
    )
    _change_places(
        by=by,
        enter=[(wanted[name], organization) for name in wanted if name not in held],
        leave=[(cluster_id, organization) for name, cluster_id in held.items() if name not in wanted],
    )


@transaction.atomic
def set_cluster_members(*, by: Scope, cluster: Cluster, organizations: Sequence[Organization]) -> None:
    """The organizations in a cluster; those outside the scope stay as they are."""
    by.require_any("organizations.maintain")
    for organization in organizations:
        by.require("organizations.maintain", organization.path)
    held = {
        place.organization_id: place.organization
        for place in ClusterPlace.objects.visible_to(by, "organizations.maintain")
        .filter(cluster=cluster)
        .select_related("organization")
    }
    wanted = {organization.pk: organization for organization in organizations}
    _change_places(
        by=by,
        enter=[(cluster, organization) for pk, organization in wanted.items() if pk not in held],
        leave=[(cluster.pk, organization) for pk, organization in held.items() if pk not in wanted],
    )


@transaction.atomic
def change_cluster(
    *, by: Scope, cluster: Cluster, name: str, purpose: str, organizations: Sequence[Organization]
) -> None:
    """What one form says about a cluster: name, purpose and organizations."""
    describe_cluster(by=by, cluster=cluster, name=name, purpose=purpose)
    set_cluster_members(by=by, cluster=cluster, organizations=organizations)


def place_openings(*, by: Scope, rows: Sequence[tuple[Organization, Sequence[str]]]) -> None:
    """Places of newly opened organizations; part of ``enroll_organizations``, which records the opening."""
    clusters = _clusters([name for _, names in rows for name in names], by=by)
    ClusterPlace.objects.bulk_create(
        ClusterPlace(cluster=clusters[name], organization=organization)
        for organization, names in rows
        for name in dict.fromkeys(names)
    )


def _change_places(
    *,
    by: Scope,
    enter: Sequence[tuple[Cluster, Organization]],
    leave: Sequence[tuple[int, Organization]],
) -> None:
    for cluster_id, organization in leave:
        ClusterPlace.objects.filter(cluster_id=cluster_id, organization=organization).delete()
    ClusterPlace.objects.bulk_create(
        ClusterPlace(cluster=cluster, organization=organization) for cluster, organization in enter
    )
    changes = [("entered", cluster.pk, node) for cluster, node in enter]
    changes += [("left", cluster_id, node) for cluster_id, node in leave]
    record_many(
        [
            deed(
                f"organizations.cluster.{what}",
                on=node,
                chain=node.pk,
                path=node.path,
                data={"cluster": cluster_id},
            )
            for what, cluster_id, node in changes
        ],
        by=by,
    )


def _clusters(names: Iterable[str], *, by: Scope) -> dict[str, Cluster]:
    """Clusters by name, in the order of the names; forms the missing ones."""
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        _check_name(name)
    found = {cluster.name: cluster for cluster in Cluster.objects.filter(name__in=wanted)}
    missing = [Cluster(name=name) for name in wanted if name not in found]
    Cluster.objects.bulk_create(missing)
    record_many([deed("organizations.cluster.formed", on=cluster) for cluster in missing], by=by)
    found |= {cluster.name: cluster for cluster in missing}
    return {name: found[name] for name in wanted}


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= 40:
        raise Refused(gettext_noop("片区名称要填写，最多40个字。"))
