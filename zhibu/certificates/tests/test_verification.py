"""The public page: what a scan tells, and what it never tells."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet, Certificate, VerificationLookup
from zhibu.certificates.tokens import token_for


@pytest.fixture
def token(world: World) -> str:
    """What is printed on 吉则日果's booklet."""
    organizer = world.scope("organizer_ashi")
    actions.number_members(by=organizer, organization=world.a1, on=TODAY)
    actions.order_print(by=organizer, organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY)
    cache.clear()
    return token_for(
        Booklet.objects.select_related("certificate").get(certificate__member=world.members_a1[0])
    )


def _page(world: World, token: str) -> tuple[int, str]:
    response = world.client(None).get(reverse("verification:booklet", args=[token]))
    return response.status_code, response.content.decode()


def test_a_valid_booklet_shows_number_issuer_and_masked_name(world: World, token: str) -> None:
    status, page = _page(world, token)
    number = Certificate.objects.get(member=world.members_a1[0]).number
    assert status == 200
    assert "证本有效" in page
    assert f"{number[:3]}-{number[3:6]}-{number[6:9]}-{number[9]}" in page
    assert "吉**" in page
    assert "阿市镇党委" in page
    assert "吉则日果" not in page


@pytest.mark.parametrize("state", ["held", "frozen", "withdrawn"])
def test_a_certificate_out_of_use_reads_the_same_whatever_the_cause(
    world: World, token: str, state: str
) -> None:
    Certificate.objects.filter(member=world.members_a1[0]).update(state=state)
    status, page = _page(world, token)
    assert (status, "请向所在党组织核实" in page) == (200, True)
    for told in ("吉**", "001-001", "阿市镇", "收回", "代管", "冻结", "留党察看"):
        assert told not in page


def test_a_void_booklet_tells_nothing_about_the_person(world: World, token: str) -> None:
    Booklet.objects.filter(certificate__member=world.members_a1[0]).update(state="voided")
    status, page = _page(world, token)
    assert (status, "已注销" in page) == (200, True)
    assert "吉**" not in page
    assert "001-001" not in page


def test_a_changed_code_is_unknown(world: World, token: str) -> None:
    other = "A" if token[20] != "A" else "B"
    for forged in (token[:20] + other + token[21:], token[:-4], "hello", "%E4%B8%AD" * 5):
        status, page = _page(world, forged)
        assert (status, "查无此证" in page) == (404, True)


def test_a_genuine_signature_for_a_booklet_that_was_never_made_is_unknown(world: World, token: str) -> None:
    Booklet.objects.all().delete()
    assert _page(world, token)[0] == 404


def test_every_look_up_is_logged_without_an_address(world: World, token: str) -> None:
    _page(world, token)
    _page(world, "hello")
    outcomes = list(VerificationLookup.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["valid", "unknown"]
    assert "127.0.0.1" not in VerificationLookup.objects.values_list("source", flat=True)


def test_too_many_look_ups_from_one_source_are_told_to_wait(world: World, token: str) -> None:
    answers = [_page(world, token) for _ in range(31)]
    assert answers[29][0] == 200
    assert answers[30][0] == 429
    assert "过一分钟" in answers[30][1]


def test_the_page_is_small_and_asks_nobody_else(world: World, token: str) -> None:
    _, page = _page(world, token)
    assert len(page.encode()) < 40_000
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page
