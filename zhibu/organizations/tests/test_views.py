import pytest
from django.urls import reverse

from tests.queries import at_most, constant_queries
from tests.world import TODAY, World, make_organization
from zhibu.audit.models import AuditRecord
from zhibu.organizations import actions
from zhibu.organizations.models import Organization, SupportUnit, TermOfOffice
from zhibu.organizations.rules import Help

pytestmark = pytest.mark.dated

HTMX = {"HX-Request": "true"}


def grow(world: World) -> None:
    for n in range(30):
        make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"grown-{n}",
            name=f"中共凉县阿市镇新{n}村支部委员会",
            short_name=f"新{n}村党支部",
            segment=f"{n + 100}",
        )


def test_the_tree_costs_the_same_queries_however_large(world: World) -> None:
    client = world.client("county_organizer")
    url = f"{reverse('organizations:tree')}?open={world.ashi.pk}"
    with constant_queries(client, url, grow=lambda: grow(world)) as count:
        assert count <= 12
    at_most(12, client, reverse("organizations:tree") + "?q=cun")
    at_most(12, client, reverse("organizations:search") + "?q=cun")


def test_the_page_of_a_unit_costs_the_same_queries_however_large(world: World) -> None:
    url = reverse("organizations:organization", args=[world.ashi.pk])
    client = world.client("county_organizer")
    with constant_queries(client, url, grow=lambda: grow(world)):
        at_most(14, client, url)


def test_each_person_sees_the_tree_from_the_own_place(world: World) -> None:
    for name, shown, hidden in [
        ("county_organizer", ["阿市镇党委", "巴市镇党委"], ["尔木村党支部"]),
        ("organizer_ashi", ["尔木村党支部", "白石村党支部"], ["巴市镇党委", "团结村党支部"]),
        ("secretary_a1", ["尔木村党支部"], ["白石村党支部", "阿市镇党委"]),
    ]:
        text = world.client(name).get(reverse("organizations:tree")).content.decode()
        assert all(each in text for each in shown)
        assert not any(each in text for each in hidden)


def test_without_scripts_a_unit_opens_in_the_tree(world: World) -> None:
    client = world.client("county_organizer")
    url = reverse("organizations:units", args=[world.ashi.pk])
    response = client.get(url)
    assert response.headers["Location"] == f"/organizations/?open={world.ashi.pk}#o-{world.ashi.pk}"
    assert "尔木村党支部" in client.get(response.headers["Location"]).content.decode()
    fragment = client.get(url, headers=HTMX).content.decode()
    assert "尔木村党支部" in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize("query", ["尔木", "ermucun", "emc", "513400101201", "阿市 尔木", "001"])
def test_a_unit_is_found_however_it_is_written(world: World, query: str) -> None:
    client = world.client("county_organizer")
    for name in ("organizations:tree", "organizations:search"):
        text = client.get(reverse(name), {"q": query}).content.decode()
        assert "尔木村党支部" in text
        assert "阿市镇党委" in text
    sibling = world.client("secretary_a2").get(reverse("organizations:search"), {"q": query}, headers=HTMX)
    assert "尔木村党支部" not in sibling.content.decode()


def test_options_may_be_narrowed_to_a_level(world: World) -> None:
    client = world.client("county_organizer")
    found = client.get(reverse("organizations:search"), {"q": "阿市", "of": "committees"}, headers=HTMX)
    assert "阿市镇党委" in found.content.decode()
    assert "尔木村党支部" not in found.content.decode()


def test_opening_leads_to_the_new_unit_and_a_refusal_keeps_what_was_typed(world: World) -> None:
    client = world.client("county_organizer")
    url = reverse("organizations:opening", args=[world.ashi.pk])
    data = {
        "kind": "branch",
        "category": "village",
        "code": "５１３４００１０１２０１",
        "name": "中共凉县阿市镇 新村支部委员会",
        "short_name": "新村党支部",
        "opened_on": "2001-07-01",
    }
    response = client.post(url, data)
    assert response.status_code == 422
    assert "组织代码513400101201已经有组织在用" in response.content.decode()
    assert "新村党支部" in response.content.decode()
    response = client.post(url, {**data, "code": "513400101209"})
    assert response.status_code == 303
    made = Organization.objects.get(code="513400101209")
    assert (made.name, made.segment) == ("中共凉县阿市镇新村支部委员会", "003")
    assert response.headers["Location"].endswith(f"/{made.pk}/")


def test_a_term_is_entered_with_its_due_day_worked_out(world: World) -> None:
    client = world.client("county_organizer")
    url = reverse("organizations:term", args=[world.a1.pk])
    assert client.post(url, {"number": "10", "from_date": "2021-10-30"}).status_code == 303
    term = TermOfOffice.objects.get()
    assert term.due_on.isoformat() == "2026-10-30"
    page = client.get(reverse("organizations:organization", args=[world.a1.pk])).content.decode()
    assert "任期已满" in page
    assert client.post(url, {"number": "9", "from_date": "2021-10-30"}).status_code == 422


def test_a_contacts_number_is_masked_until_a_reason_is_given(world: World) -> None:
    actions.set_support(
        by=world.scope("county_organizer"),
        organization=world.a1,
        help=Help("县农业农村局", "王明", "19900000001"),
        on=TODAY,
    )
    pk = SupportUnit.objects.get().pk
    clerk = world.client("secretary_a1")
    text = clerk.get(reverse("organizations:support_unit", args=[pk])).content.decode()
    assert "199****0001" in text
    assert "19900000001" not in text
    url = reverse("organizations:contact_phone", args=[pk])
    assert "19900000001" not in clerk.post(url, {"reason": ""}).content.decode()
    assert "19900000001" in clerk.post(url, {"reason": "约定走访时间"}).content.decode()
    assert AuditRecord.objects.filter(event="organizations.support_unit.phone_read").count() == 1
    assert world.client("inspector").post(url, {"reason": "约定走访时间"}).status_code == 403


def test_a_form_corrects_a_support_unit_without_losing_its_number(world: World) -> None:
    by = world.scope("county_organizer")
    unit = actions.enter_support_unit(
        by=by, name="县水利局", contact_name="王明", contact_phone="19900000001"
    )
    client = world.client("county_organizer")
    url = reverse("organizations:support_unit_facts", args=[unit.pk])
    client.post(url, {"name": "县水务局", "contact_name": "李强"})
    unit.refresh_from_db()
    assert (unit.name, unit.contact_name, unit.contact_phone) == ("县水务局", "李强", "19900000001")
    client.post(url, {"name": "县水务局", "contact_name": "李强", "contact_phone": "清空"})
    unit.refresh_from_db()
    assert unit.contact_phone == ""


def test_only_who_maintains_a_unit_is_offered_its_forms(world: World) -> None:
    url = reverse("organizations:organization", args=[world.a1.pk])
    forms = [
        reverse(f"organizations:{name}", args=[world.a1.pk])
        for name in (
            "opening",
            "name",
            "facts",
            "term",
            "closure",
            "organization_clusters",
            "organization_support",
        )
    ]
    text = world.client("county_organizer").get(url).content.decode()
    assert [form for form in forms if f'href="{form}"' not in text] == []
    text = world.client("organizer_ashi").get(url).content.decode()
    assert [form for form in forms if f'href="{form}"' in text] == []
