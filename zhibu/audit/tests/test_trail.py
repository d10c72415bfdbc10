"""What is recorded although nothing was written."""

import pytest
from django.urls import reverse

from tests.world import World
from zhibu.audit.actions.trail import REFUSALS_AN_HOUR, plain_conditions
from zhibu.audit.models import AuditRecord

pytestmark = pytest.mark.django_db


def of(event: str) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(event=event).order_by("pk"))


def test_a_page_out_of_reach_and_a_row_out_of_scope_are_recorded(world: World) -> None:
    clerk = world.client("secretary_a2")
    member = world.members_a1[0]
    assert clerk.get(reverse("audit:records")).status_code == 403
    assert clerk.get(reverse("members:member", args=[member.pk])).status_code == 404
    closed, hidden = of("audit.access.refused")
    assert (closed.actor_name, closed.data["route"], closed.data["status_code"]) == (
        "卢玉",
        "audit:records",
        403,
    )
    assert (hidden.data["ids_of"], hidden.data["status_code"]) == ({"member_id": str(member.pk)}, 404)
    assert hidden.data["address"] == "127.0.0.1"


def test_trying_a_thousand_numbers_writes_twenty_records_and_says_so(world: World) -> None:
    clerk = world.client("secretary_a2")
    for number in range(REFUSALS_AN_HOUR + 10):
        clerk.get(reverse("members:member", args=[90_000 + number]))
    found = of("audit.access.refused")
    assert len(found) == REFUSALS_AN_HOUR
    assert [row.data.get("more_unrecorded", False) for row in found[-2:]] == [False, True]
    world.client("secretary_a1").get(reverse("audit:records"))
    assert len(of("audit.access.refused")) == REFUSALS_AN_HOUR + 1


def test_a_visitor_and_a_mistyped_address_are_not_recorded(world: World) -> None:
    world.client(None).get(reverse("members:member", args=[world.members_a1[0].pk]))
    world.client("secretary_a1").get("/nothing-here/")
    assert of("audit.access.refused") == []


def test_an_export_says_who_took_what_under_which_conditions_and_how_many_rows(world: World) -> None:
    address = reverse("certificates:register_workbook", args=[world.a1.pk])
    response = world.client("secretary_a1").get(address, {"state": "issued", "q": "阿尔木"})
    assert response.status_code == 200
    [row] = of("audit.file.handed_out")
    assert row.actor_name == "阿措克布"
    assert row.data["route"] == "certificates:register_workbook"
    assert row.data["ids_of"] == {"organization_id": str(world.a1.pk)}
    assert row.data["conditions"] == {"state": "issued", "q": ""}
    assert row.data["rows"] == 0
    page = world.client("auditor").get(reverse("audit:record", args=[row.pk])).content.decode()
    assert "党员证登记台账（表格）" in page
    assert "按姓名、名称查找（不记内容）、" in page or "按姓名、名称查找（不记内容）" in page
    assert "阿尔木" not in page


def test_an_ordinary_list_writes_nothing(world: World) -> None:
    before = AuditRecord.objects.count()
    client = world.client("county_organizer")
    first = AuditRecord.objects.count()
    for _ in range(3):
        assert client.get(reverse("members:list")).status_code == 200
    assert AuditRecord.objects.count() == first >= before


def test_reading_the_log_is_in_the_log_once_for_one_question(world: World) -> None:
    auditor = world.client("auditor")
    for _ in range(3):
        auditor.get(reverse("audit:records"), {"person": "王芳"})
    auditor.get(reverse("audit:records"), {"event": ""})
    first, second = of("audit.log.read")
    assert (first.data, second.data) == ({"conditions": {"person": ""}}, {"conditions": {}})
    auditor.get(reverse("audit:record", args=[first.pk]))
    [read] = of("audit.record.read")
    assert read.subject_id == str(first.pk)


@pytest.mark.parametrize("typed", ["wangwei", "王伟", "513401199003150036", "1990-03-15"])
def test_what_a_person_typed_is_not_kept(typed: str) -> None:
    assert plain_conditions({"q": typed, "person": typed}) == {"q": "", "person": ""}


def test_a_long_number_in_any_condition_is_not_kept() -> None:
    assert plain_conditions({"state": "513401199003150036", "13800001111": "x"}) == {"state": ""}


def test_a_refused_form_says_where_and_in_which_field_and_not_what_was_typed(world: World) -> None:
    member = world.members_a1[0]
    guess = "513401199003150037"
    address = reverse("members:correction", args=[member.pk])
    world.client("secretary_a1").post(address, {"resident_id": guess, "name": "王伟"})
    [row] = of("audit.form.refused")
    assert (row.actor_name, row.data["route"]) == ("阿措克布", "members:correction")
    assert row.data["ids_of"] == {"member_id": str(member.pk)}
    assert "reason" in row.data["fields"]
    assert guess not in str(row.data)
    assert "王伟" not in str(row.data)
    page = world.client("auditor").get(reverse("audit:record", args=[row.pk])).content.decode()
    assert "填写的内容没有通过" in page


def test_a_rule_that_says_no_in_a_form_is_recorded_and_the_deed_that_is_done_is_not(world: World) -> None:
    client = world.client("secretary_a1")
    first, second = (reverse("members:account", args=[each.pk]) for each in world.members_a1[1:3])
    assert client.post(first, {"username": "secretary_a1"}).status_code == 303
    assert of("audit.form.refused") == []
    client.post(second, {"username": "secretary_a1"})
    [row] = of("audit.form.refused")
    assert (row.data["fields"], row.data["by_rule"]) == ([], True)


def test_many_refused_forms_are_bounded_and_hide_no_door_that_was_tried(world: World) -> None:
    clerk = world.client("secretary_a1")
    address = reverse("members:account", args=[world.members_a1[1].pk])
    for number in range(REFUSALS_AN_HOUR + 3):
        clerk.post(address, {"username": f"guess{number}"})
    found = of("audit.form.refused")
    assert [row.data.get("more_unrecorded", False) for row in found[-2:]] == [False, True]
    assert len(found) == REFUSALS_AN_HOUR
    assert clerk.get(reverse("audit:records")).status_code == 403
    assert len(of("audit.access.refused")) == 1


def test_a_list_asked_with_a_wrong_condition_is_no_refused_form(world: World) -> None:
    world.client("auditor").get(reverse("audit:records"), {"since": "gestern"})
    assert of("audit.form.refused") == []
