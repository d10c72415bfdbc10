"""Number, birth date and phone: masked for everybody, whole for who asks with the right and a reason."""

from tests.world import World
from zhibu.audit.models import AuditRecord
from zhibu.core.text import birth_month
from zhibu.members.models import MemberChange
from zhibu.members.tests.test_views import form_data, page


def test_a_number_is_shown_once_after_a_reason_and_never_in_an_address(world: World) -> None:
    member = world.members_a1[0]
    client, url = world.client("organizer_ashi"), f"/members/{member.pk}/fields/resident_id/"
    assert member.resident_id not in page(client, url)
    short = client.post(url, {"reason": "看"})
    assert "至少4个字" in short.content.decode()
    assert member.resident_id not in short.content.decode()
    assert not AuditRecord.objects.filter(event="members.field.revealed").exists()
    response = client.post(url, {"reason": "核对档案材料"})
    assert member.resident_id in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert AuditRecord.objects.filter(event="members.field.revealed").count() == 1
    assert member.resident_id not in page(client, url)
    assert world.client("secretary_a1").post(url, {"reason": "核对档案材料"}).status_code == 403
    assert client.get(f"/members/{member.pk}/fields/name/").status_code == 404


def test_a_birth_date_is_shown_by_its_month_and_whole_after_a_reason(world: World) -> None:
    member = world.members_a1[1]
    day, month = member.birth_date.isoformat(), birth_month(member.birth_date)
    url = f"/members/{member.pk}/"
    for person in ("secretary_a1", "organizer_ashi", "county_organizer", "inspector"):
        text = page(world.client(person), url)
        assert month in text
        assert day not in text
    assert world.client("secretary_a1").get(f"{url}fields/birth_date/").status_code == 403
    answer = world.client("organizer_ashi").post(f"{url}fields/birth_date/", {"reason": "核对档案材料"})
    assert day in answer.content.decode()
    assert AuditRecord.objects.get(event="members.field.revealed").data["field"] == "birth_date"


def test_the_person_concerned_sees_the_own_birth_date_when_asking(world: World) -> None:
    member = world.members_a1[0]
    client = world.client("member_a1")
    assert member.birth_date.isoformat() not in page(client, "/members/mine/")
    assert (
        member.birth_date.isoformat()
        in client.post("/members/mine/", {"field": "birth_date"}).content.decode()
    )


def test_a_correction_starts_without_the_birth_date_and_keeps_it_when_left_empty(world: World) -> None:
    member = world.members_a1[1]
    client, url = world.client("secretary_a1"), f"/members/{member.pk}/correction/"
    text = page(client, url)
    assert member.birth_date.isoformat() not in text
    client.post(url, form_data(text) | {"native_place": "四川美姑", "reason": "照党员信息采集表"})
    assert MemberChange.objects.get(member=member).fields.keys() == {"native_place"}
    born = member.birth_date.replace(day=28)
    client.post(
        url,
        form_data(page(client, url))
        | {"birth_date": born.isoformat(), "identity_reason": "照档案认定", "reason": "照党员信息采集表"},
    )
    member.refresh_from_db()
    assert member.birth_date == born
    assert born.isoformat() not in page(world.client("organizer_ashi"), f"/members/{member.pk}/")
