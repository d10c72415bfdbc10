"""The tree, the page of a unit and its deeds, clusters, support units. Only the county maintains them."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    SECURITY,
    SYSTEM,
    Captured,
    Row,
    deed,
    page,
)
from tests.days import ago
from tests.things import cluster, support_unit
from tests.world import World

READERS = CLERKS + COMMITTEES + COUNTY + INSPECTOR + SYSTEM + SECURITY
READ = {200: READERS}
READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + SYSTEM + SECURITY, 404: CLERK_A2 + BASHI}
SEE_A1 = {303: READ_A1[200], 404: READ_A1[404]}
MAINTAIN = {200: COUNTY}
DO = {303: COUNTY}


def a1(world: World) -> Captured:
    return {"pk": world.a1.pk}


def b1(world: World) -> Captured:
    return {"pk": world.b1.pk}


def ashi(world: World) -> Captured:
    return {"pk": world.ashi.pk}


def one_cluster(world: World) -> Captured:
    return {"pk": cluster(world).pk}


def helper_of_a1(world: World) -> Captured:
    return {"pk": support_unit(world).pk}


NEW_BRANCH = {
    "kind": "branch",
    "category": "village",
    "name": "中共凉县阿市镇新村支部委员会",
    "short_name": "新村党支部",
    "code": "513400101203",
    "segment": "",
    "opened_on": ago(54).isoformat(),
}
NEW_NAME = {
    "name": "中共凉县阿市镇尔木新村支部委员会",
    "short_name": "尔木新村党支部",
    "from_date": ago(23).isoformat(),
}

ROWS: tuple[Row, ...] = (
    page("organizations:tree", READ),
    page("organizations:tree", READ, data={"q": "em"}, note="search"),
    page("organizations:search", READ, data={"q": "尔木"}),
    page("organizations:organization", READ_A1, a1),
    page("organizations:units", SEE_A1, a1),
    page("organizations:opening", MAINTAIN, ashi),
    deed("organizations:opening", DO, ashi, data=NEW_BRANCH),
    page("organizations:name", MAINTAIN, a1),
    deed("organizations:name", DO, a1, data=NEW_NAME),
    page("organizations:facts", MAINTAIN, a1),
    deed("organizations:facts", DO, a1, data={"category": "community", "opened_on": "2001-07-01"}),
    page("organizations:term", MAINTAIN, a1),
    deed("organizations:term", DO, a1, data={"number": "1", "from_date": ago(323).isoformat(), "due_on": ""}),
    page("organizations:closure", MAINTAIN, b1),
    deed(
        "organizations:closure",
        {422: COUNTY},
        a1,
        data={"closed_on": ago(23).isoformat()},
        note="with members",
    ),
    page("organizations:organization_clusters", MAINTAIN, a1),
    deed("organizations:organization_clusters", DO, a1, data={"names": "东片"}),
    page("organizations:organization_support", MAINTAIN, a1),
    deed("organizations:organization_support", DO, a1, data={"unit": "县水利局"}),
    page("organizations:clusters", READ),
    page("organizations:cluster", READ, one_cluster),
    page("organizations:new_cluster", MAINTAIN),
    deed("organizations:new_cluster", DO, data={"name": "西片", "purpose": "办班"}),
    page("organizations:cluster_facts", MAINTAIN, one_cluster),
    deed("organizations:cluster_facts", DO, one_cluster, data={"name": "东一片", "purpose": "办班"}),
    page("organizations:support_units", READ),
    page("organizations:support_unit", READ_A1, helper_of_a1),
    deed(
        "organizations:contact_phone",
        {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        helper_of_a1,
        data={"reason": "联系帮扶"},
    ),
    page("organizations:new_support_unit", MAINTAIN),
    deed("organizations:new_support_unit", DO, data={"name": "县农业局", "contact_name": "张三"}),
    page("organizations:support_unit_facts", MAINTAIN, helper_of_a1),
    deed(
        "organizations:support_unit_facts",
        DO,
        helper_of_a1,
        data={"name": "县水利局", "contact_name": "李四"},
    ),
)
