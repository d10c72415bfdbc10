"""The tree, pages of units, clusters and support units, and the forms of who maintains them."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    COUNTY,
    INSPECTOR,
    OFFICES,
    SECURITY,
    SYSTEM,
    Captured,
    Row,
    deed,
    page,
)
from tests.world import TODAY, World
from zhibu.core.access import Scope
from zhibu.organizations.actions import form_cluster, set_clusters, set_support
from zhibu.organizations.models import Cluster, SupportUnit
from zhibu.organizations.rules import Help

READERS = OFFICES + INSPECTOR + SYSTEM + SECURITY
OF_A1 = CLERK_A1 + ASHI + COUNTY + INSPECTOR + SYSTEM + SECURITY
NOT_OF_A1 = CLERK_A2 + BASHI


def a1(world: World) -> Captured:
    return {"pk": world.a1.pk}


def ashi(world: World) -> Captured:
    return {"pk": world.ashi.pk}


def cluster(world: World) -> Captured:
    set_clusters(by=Scope.system("test"), organization=world.ashi, names=["北片"])
    return {"pk": Cluster.objects.get().pk}


def empty_cluster(world: World) -> Captured:
    return {"pk": form_cluster(by=Scope.system("test"), name="南片", purpose="").pk}


def support_unit(world: World) -> Captured:
    set_support(
        by=Scope.system("test"),
        organization=world.a1,
        help=Help("县农业农村局", "王明", "19900000001"),
        on=TODAY,
    )
    return {"pk": SupportUnit.objects.get().pk}


OPENING = {
    "kind": "branch",
    "category": "village",
    "code": "513400101209",
    "name": "中共凉县阿市镇新村支部委员会",
    "short_name": "新村党支部",
    "opened_on": "2001-07-01",
}

ROWS: tuple[Row, ...] = (
    page("organizations:tree", {200: READERS}),
    page("organizations:tree", {200: READERS}, data={"q": "em"}, note="searched"),
    page("organizations:search", {200: READERS}, data={"q": "em"}),
    page("organizations:organization", {200: OF_A1, 404: NOT_OF_A1}, a1),
    page("organizations:units", {303: OF_A1, 404: NOT_OF_A1}, a1),
    page("organizations:opening", {200: COUNTY}, ashi),
    deed("organizations:opening", {303: COUNTY}, ashi, data=OPENING),
    page("organizations:name", {200: COUNTY}, a1),
    deed(
        "organizations:name",
        {303: COUNTY},
        a1,
        data={
            "name": "中共凉县阿市镇尔木新村支部委员会",
            "short_name": "尔木新村党支部",
            "from_date": "2026-01-01",
        },
    ),
    page("organizations:facts", {200: COUNTY}, a1),
    deed("organizations:facts", {303: COUNTY}, a1, data={"category": "community", "opened_on": "2000-01-01"}),
    page("organizations:term", {200: COUNTY}, a1),
    deed("organizations:term", {303: COUNTY}, a1, data={"number": "3", "from_date": "2024-02-01"}),
    page("organizations:closure", {200: COUNTY}, a1),
    deed(
        "organizations:closure",
        {422: COUNTY},
        ashi,
        data={"closed_on": "2026-01-01"},
        note="with units below",
    ),
    page("organizations:organization_clusters", {200: COUNTY}, a1),
    deed("organizations:organization_clusters", {303: COUNTY}, a1, data={"names": "北片"}),
    page("organizations:organization_support", {200: COUNTY}, a1),
    deed("organizations:organization_support", {303: COUNTY}, a1, data={"unit": "县财政局"}),
    page("organizations:clusters", {200: READERS}),
    page("organizations:new_cluster", {200: COUNTY}),
    deed("organizations:new_cluster", {303: COUNTY}, data={"name": "东片", "purpose": "试点"}),
    page("organizations:cluster", {200: READERS}, cluster),
    page("organizations:cluster_facts", {200: COUNTY}, cluster),
    deed("organizations:cluster_facts", {303: COUNTY}, empty_cluster, data={"name": "西片"}),
    page("organizations:support_units", {200: READERS}),
    page("organizations:new_support_unit", {200: COUNTY}),
    deed("organizations:new_support_unit", {303: COUNTY}, data={"name": "县水利局"}),
    page("organizations:support_unit", {200: OF_A1, 404: NOT_OF_A1}, support_unit),
    page("organizations:support_unit_facts", {200: COUNTY}, support_unit),
    deed("organizations:support_unit_facts", {303: COUNTY}, support_unit, data={"name": "县农业局"}),
    deed(
        "organizations:contact_phone",
        {200: CLERK_A1 + ASHI + COUNTY, 404: NOT_OF_A1},
        support_unit,
        data={"reason": "联系帮扶"},
    ),
)
