"""The rulebook's pages, as the county's two organizers use them."""

from django.urls import reverse
from django.utils import timezone

from tests.world import World
from zhibu.rulebook.models import PolicyVersion


def test_draft_publish_confirm_through_the_pages(world: World) -> None:
    one, two = world.client("county_organizer"), world.client("county_organizer_2")
    today = timezone.localdate().isoformat()
    values = {
        "p_title": "党员证",
        "p_issuer": "中共凉县县委组织部",
        "p_edition": "第2版",
        "p_lookups_per_minute": "30",
        "p_reissue_fee": "0",
    }
    answer = one.post(
        reverse("rulebook:draft", args=["booklet"]),
        {**values, "effective_from": today, "reason": "换新版证本"},
    )
    assert answer.status_code == 303
    version = ["booklet", PolicyVersion.objects.get().number]
    assert one.post(reverse("rulebook:publication", args=version)).status_code == 303
    assert one.post(reverse("rulebook:confirmation", args=version)).status_code == 409
    assert "要由另一位同志复核" in one.get(reverse("rulebook:policy", args=["booklet"])).content.decode()
    assert two.post(reverse("rulebook:confirmation", args=version)).status_code == 303
    page = two.get(reverse("rulebook:policy", args=["booklet"])).content.decode()
    assert "现行第1版" in page
    assert "第2版" in page


def test_a_value_out_of_range_is_told_beside_its_field_and_nothing_is_lost(world: World) -> None:
    values = {
        "p_title": "党员证",
        "p_issuer": "中共凉县县委组织部",
        "p_edition": "第2版",
        "p_lookups_per_minute": "1",
        "p_reissue_fee": "0",
    }
    answer = world.client("county_organizer").post(
        reverse("rulebook:draft", args=["booklet"]),
        {**values, "effective_from": timezone.localdate().isoformat(), "reason": "换新版证本"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不能小于5" in page
    assert 'value="中共凉县县委组织部"' in page
    assert not PolicyVersion.objects.exists()


def test_a_clerk_reads_and_cannot_change(world: World) -> None:
    clerk = world.client("secretary_a1")
    assert clerk.get(reverse("rulebook:policy", args=["numbering"])).status_code == 200
    assert clerk.get(reverse("rulebook:toml", args=["numbering"])).status_code == 200
    assert clerk.get(reverse("rulebook:draft", args=["numbering"])).status_code == 403
    assert clerk.get(reverse("rulebook:policy", args=["unknown"])).status_code == 404
