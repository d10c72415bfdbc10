"""Pages about members: who sees what, and that entries are kept."""

import io
import json
import re
from datetime import date

import pytest
from django.test import Client
from PIL import Image

from tests.queries import at_most, constant_queries
from tests.world import TODAY, World, make_member, synthetic_resident_id
from zhibu.audit.models import AuditRecord
from zhibu.core.dates import full_years
from zhibu.core.text import mask_resident_id
from zhibu.members import actions
from zhibu.members.models import EnrollmentProposal, Member, MemberChange, MergeProposal, PostHolding
from zhibu.organizations.models import Organization


def thirty_more(branch: Organization) -> None:
    for _ in range(30):
        make_member(branch=branch)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "path",
    ["", "correction/", "posts/", "photo/", "fields/phone/"],
)
def test_a_sibling_branch_sees_nothing(world: World, path: str) -> None:
    url = f"/members/{world.members_a1[0].pk}/{path}"
    assert world.client("secretary_a1").get(url).status_code == 200
    assert world.client("organizer_ashi").get(url).status_code == 200
    assert world.client("secretary_a2").get(url).status_code == 404
    assert world.client("organizer_bashi").get(url).status_code == 404
    assert world.client("nobody").get(url).status_code == 403
    assert world.client(None).get(url).status_code == 302


def test_an_inspector_reads_and_corrects_nothing(world: World) -> None:
    client, pk = world.client("inspector"), world.members_a1[0].pk
    text = page(client, f"/members/{pk}/")
    assert "更正信息" not in text
    assert "查看完整号码" not in text
    assert client.get(f"/members/{pk}/correction/").status_code == 403
    assert client.get(f"/members/{pk}/fields/phone/").status_code == 403


def test_the_list_holds_the_scope_and_finds_by_name_and_pinyin(world: World) -> None:
    make_member(branch=world.a2, name="邻村人")
    client = world.client("secretary_a1")
    text = page(client, "/members/")
    assert "吉则日果" in text
    assert "邻村人" not in text
    assert "邻村人" in page(world.client("organizer_ashi"), "/members/")
    for needle in ("吉则", "jize", "jzrg"):
        found = page(client, f"/members/?q={needle}")
        assert "吉则日果" in found
        assert "阿尔木呷" not in found
    assert "没有符合条件的党员" in page(client, "/members/?q=没有")


def test_the_list_is_filtered(world: World) -> None:
    make_member(branch=world.a1, name="预备甲", stage="probationary", confirmation_date=None)
    make_member(branch=world.a1, name="流动乙", is_floating=True, dues_category="student")
    make_member(branch=world.a1, name="离开丙", standing="ended")
    make_member(branch=world.a2, name="邻村丁")
    client = world.client("organizer_ashi")

    def named(query: str) -> set[str]:
        text = page(client, f"/members/?{query}")
        names = {"预备甲", "流动乙", "离开丙", "邻村丁", "王伟"}
        return {name for name in names if f">{name}</a>" in text}

    assert named("") == {"预备甲", "流动乙", "邻村丁", "王伟"}
    assert named("stage=probationary") == {"预备甲"}
    assert named("floating=1") == {"流动乙"}
    assert named("dues_category=student") == {"流动乙"}
    assert named("standing=ended") == {"离开丙"}
    assert named(f"organization={world.a2.pk}") == {"邻村丁"}
    assert client.get(f"/members/?organization={world.b1.pk}").status_code == 404


def test_the_list_answers_htmx_with_its_results_only(world: World) -> None:
    response = world.client("secretary_a1").get(
        "/members/", headers={"HX-Request": "true", "HX-Target": "results"}
    )
    text = response.content.decode()
    assert "吉则日果" in text
    assert 'id="results"' not in text, "it goes into the place that is there"


def test_pages_cost_the_same_queries_for_one_row_and_thirty(world: World) -> None:
    client = world.client("organizer_ashi")
    with constant_queries(client, "/members/", grow=lambda: thirty_more(world.a1)) as n:
        assert n <= 12
    pk = world.members_a1[0].pk

    def busy() -> None:
        scope = world.scope("organizer_ashi")
        for number in range(10):
            actions.correct_member(
                by=scope,
                member=world.members_a1[0],
                changes={"native_place": f"四川{number}"},
                reason="照档案更正",
                on=TODAY,
            )

    with constant_queries(client, f"/members/{pk}/", grow=busy) as n:
        assert n <= 12
    at_most(12, client, f"/members/organizations/{world.ashi.pk}/panel/")
    at_most(12, client, "/members/duplicates/")


def test_the_member_page_tells_the_story_and_masks_numbers(world: World) -> None:
    member = world.members_a1[0]
    PostHolding.objects.create(
        member=member, organization=world.a1, post="organization_member", from_date=TODAY
    )
    actions.correct_member(
        by=world.scope("secretary_a1"),
        member=member,
        changes={"education": "61", "phone": "13900009999"},
        reason="照2019年采集表",
        on=TODAY,
    )
    text = page(world.client("organizer_ashi"), f"/members/{member.pk}/")
    for words in (
        f"党龄{full_years(date(2010, 6, 28), TODAY)}年",
        "组织委员",
        "139****9999",
        mask_resident_id(member.resident_id),
        "更正学历、手机号",
        "初中毕业改为普通高中毕业",
        "照2019年采集表",
        "加入中国共产党",
        "合成数据",
    ):
        assert words in text, words
    assert "13900009999" not in text
    assert member.resident_id not in text


def form_data(text: str) -> dict[str, str]:
    """What a browser would send back from the correction form as it stands."""
    data = {
        name: value.replace("&quot;", '"')
        for name, value in re.findall(
            r'<input type="(?:text|hidden|date)" name="(\w+)" value="([^"]*)"', text
        )
    }
    data |= dict(re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]* checked', text))
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="(\w+)" selected', options)
        data |= {name: chosen[1]} if chosen else {}
    data.pop("csrfmiddlewaretoken", None)
    data.pop("next", None)
    return data


def test_a_correction_changes_only_what_was_changed(world: World) -> None:
    member = world.members_a1[1]
    client, url = world.client("secretary_a1"), f"/members/{member.pk}/correction/"
    text = page(client, url)
    assert member.phone not in text
    data = form_data(text) | {"education": "61", "reason": "照党员信息采集表"}
    response = client.post(url, data)
    assert response.status_code == 303
    change = MemberChange.objects.get(member=member)
    assert change.fields == {"education": ["71", "61"]}
    client.post(url, form_data(page(client, url)) | {"phone": "（清空）", "reason": "照党员信息采集表"})
    member.refresh_from_db()
    assert member.phone == ""


def test_wrong_entries_stay_in_the_form_with_a_sentence_beside_them(world: World) -> None:
    member = world.members_a1[1]
    client, url = world.client("secretary_a1"), f"/members/{member.pk}/correction/"
    data = form_data(page(client, url))
    response = client.post(
        url, data | {"confirmation_date": "2009年6月30日", "phone": "123", "reason": "照党员信息采集表"}
    )
    text = response.content.decode()
    assert "不到一年" in text
    assert "手机号应是11位" in text
    assert 'value="2009年6月30日"' in text or 'value="2009-06-30"' in text
    assert not MemberChange.objects.exists()


def test_two_people_correcting_at_once_lose_nothing(world: World) -> None:
    member = world.members_a1[1]
    url = f"/members/{member.pk}/correction/"
    clerk = world.client("secretary_a1")
    data = form_data(page(clerk, url))
    actions.correct_member(
        by=world.scope("organizer_ashi"),
        member=member,
        changes={"education": "61", "native_place": "四川甘洛"},
        reason="照入党志愿书",
        on=TODAY,
    )
    response = clerk.post(url, data | {"education": "81", "reason": "照党员信息采集表"})
    text = response.content.decode()
    assert "别人改过同样的栏目" in text
    assert "别人刚改成“普通高中毕业”" in text
    again = form_data(text)
    assert again["education"] == "81"
    assert again["native_place"] == "四川甘洛"
    member.refresh_from_db()
    assert member.education == "61"
    assert clerk.post(url, again).status_code == 303
    member.refresh_from_db()
    assert (member.education, member.native_place) == ("81", "四川甘洛")


def test_a_spoiled_form_is_not_a_crash(world: World) -> None:
    member = world.members_a1[1]
    client, url = world.client("secretary_a1"), f"/members/{member.pk}/correction/"
    data = form_data(page(client, url)) | {"education": "61", "reason": "照党员信息采集表"}
    for seen in ("", "[", "[1]", json.dumps({"education": 1})):
        assert client.post(url, data | {"seen": seen}).status_code in (200, 303)


NEW = {
    "name": "沙马 尔布",
    "sex": "1",
    "ethnic_group": "07",
    "resident_id": "９９９９９９199005060016",
    "birth_date": "1990.5.6",
    "education": "71",
    "join_date": "2015-07-01",
    "confirmation_date": "2016-07-01",
    "stage": "full",
    "phone": "139 0000 1234",
    "dues_category": "farmer",
    "reason": "2026年接收批复",
}


def test_a_member_is_entered_by_hand(world: World) -> None:
    client = world.client("secretary_a1")
    assert "白石村党支部" not in page(client, "/members/new/")
    data = NEW | {"branch": str(world.a1.pk), "resident_id": "999999199005060018"}
    wrong = client.post("/members/new/", data)
    assert "校验码不对" in wrong.content.decode()
    assert "沙马 尔布" in wrong.content.decode()
    data["resident_id"] = synthetic_resident_id(TODAY.replace(1990, 5, 6), "1", 1)
    assert client.post("/members/new/", data).status_code == 303
    assert not Member.objects.filter(name="沙马尔布").exists()
    row = EnrollmentProposal.objects.get()
    assert (row.name, row.branch_id, row.proposed_by) == ("沙马尔布", world.a1.pk, "阿措克布")
    other = data | {"branch": str(world.a2.pk)}
    assert "请从列表里选一个支部" in client.post("/members/new/", other).content.decode()
    assert client.post("/members/new/", data).status_code == 422
    assert EnrollmentProposal.objects.count() == 1


def test_a_person_sees_the_own_record_and_no_one_elses(world: World) -> None:
    member = world.members_a1[0]
    client = world.client("member_a1")
    text = page(client, "/members/mine/")
    assert "吉则日果" in text
    assert "15个工作日" in text
    assert member.phone not in text
    shown = client.post("/members/mine/", {"field": "phone"})
    assert member.phone in shown.content.decode()
    assert AuditRecord.objects.filter(event="members.field.revealed").count() == 1
    assert client.post("/members/mine/", {"field": "name"}).status_code == 404
    assert client.get(f"/members/{member.pk}/").status_code == 403
    assert world.client("nobody").get("/members/mine/").status_code == 403
    Member.objects.filter(pk=member.pk).update(user=None)
    assert "还没有对上党员名册" in page(client, "/members/mine/")


def test_a_photo_is_uploaded_and_seen_within_the_scope(world: World) -> None:
    pk = world.members_a1[0].pk
    client = world.client("secretary_a1")
    assert client.get(f"/members/{pk}/photo/image/").status_code == 404
    out = io.BytesIO()
    Image.new("RGB", (600, 800)).save(out, "JPEG")
    out.seek(0)
    out.name = "p.jpg"
    assert client.post(f"/members/{pk}/photo/", {"photo": out}).status_code == 303
    response = client.get(f"/members/{pk}/photo/image/")
    assert response["Content-Type"] == "image/jpeg"
    assert "no-store" in response["Cache-Control"]
    assert world.client("secretary_a2").get(f"/members/{pk}/photo/image/").status_code == 404
    torn = io.BytesIO(b"no picture")
    torn.name = "p.jpg"
    assert "不是能打开的照片" in client.post(f"/members/{pk}/photo/", {"photo": torn}).content.decode()
    assert "请选一张照片" in client.post(f"/members/{pk}/photo/", {}).content.decode()


def test_posts_are_entered_and_ended_on_their_page(world: World) -> None:
    pk = world.members_a1[0].pk
    client, url = world.client("secretary_a1"), f"/members/{pk}/posts/"
    assert client.post(url, {"post": "secretary", "from_date": "2024-11-08"}).status_code == 303
    holding = PostHolding.objects.get()
    assert "今天以后" in client.post(url, {"post": "secretary", "from_date": "2199-01-01"}).content.decode()
    end = f"{url}{holding.pk}/end/"
    assert client.get(end).status_code == 405
    client.post(end, {"until": ""})
    client.post(end, {"until": "2020-01-01"})
    holding.refresh_from_db()
    assert holding.until is None
    assert client.post(end, {"until": "2025-01-05"}).status_code == 303
    assert "2025-01-05" in page(client, url)
    assert world.client("secretary_a2").post(end, {"until": "2025-01-05"}).status_code == 404


def test_duplicates_are_proposed_and_consented_on_their_page(world: World) -> None:
    one = make_member(branch=world.a1, name="王薇", birth_date=TODAY.replace(1980))
    other = make_member(branch=world.a2, name="王薇", birth_date=TODAY.replace(1980))
    organizer = world.client("organizer_ashi")
    assert "姓名和出生日期都相同" in page(organizer, "/members/duplicates/")
    data = {"kept": one.pk, "dropped": other.pk, "reason": "同一人登记两次"}
    url = "/members/duplicates/proposals/"
    assert world.client("secretary_a1").post(url, data).status_code == 404
    organizer.post(url, data | {"reason": "x"})
    assert not MergeProposal.objects.exists()
    assert organizer.post(url, data).status_code == 303
    assert organizer.post(url, {"kept": "x"}).status_code == 409
    proposal = MergeProposal.objects.get()
    sibling = page(world.client("secretary_a2"), "/members/duplicates/")
    assert "县内别的组织的一条记录" in sibling
    assert "尔木村" not in sibling
    consent = f"{url}{proposal.pk}/consent/"
    for who, status in (("organizer_bashi", 404), ("secretary_a1", 303), ("secretary_a2", 303)):
        assert world.client(who).post(consent).status_code == status
    proposal.refresh_from_db()
    assert proposal.kept_consent_at
    assert proposal.dropped_consent_at
    assert world.client("organizer_bashi").post(f"{url}{proposal.pk}/refusal/").status_code == 404
    assert world.client("secretary_a1").post(f"{url}{proposal.pk}/refusal/").status_code == 303
    proposal.refresh_from_db()
    assert proposal.state == "declined"


def test_the_organization_panel_counts_its_members(world: World) -> None:
    make_member(branch=world.a2, stage="probationary", confirmation_date=None, is_floating=True)
    make_member(branch=world.b1)
    text = page(world.client("organizer_ashi"), f"/members/organizations/{world.ashi.pk}/panel/")
    counts = dict(re.findall(r'<dt>(\S+)</dt><dd class="tn">(?:<b>)?(\d+)', text))
    assert counts["现有党员"] == "4"
    assert (counts["正式党员"], counts["预备党员"], counts["流动党员"]) == ("3", "1", "1")
    url = f"/members/organizations/{world.ashi.pk}/panel/"
    assert world.client("secretary_a1").get(url).status_code == 404
