"""Handing over, signing on screen, custody, the panel: what changes, what is refused, what is shown."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.things import printed
from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import (
    Booklet,
    Certificate,
    Custody,
    Signature,
)
from zhibu.certificates.rules.keeping import check_strokes
from zhibu.certificates.tests.deeds import confirm, hand_over, reissue, report, take
from zhibu.core.access import Denied, Refused
from zhibu.members.models import Member

pytestmark = pytest.mark.dated


def test_custody_at_request_leaves_the_certificate_active_and_ends_with_the_return(
    world: World, copy: Booklet
) -> None:
    custody = take(world, copy)
    assert Certificate.objects.get(pk=copy.certificate_id).state == "active"
    with pytest.raises(Refused, match="已经在组织代管中"):
        take(world, copy)
    clerk = world.scope("secretary_a1")
    actions.give_back(by=clerk, custody=custody, returned_to="", until=TODAY, on=TODAY)
    with pytest.raises(Refused, match="已在2026-11-24交还"):
        actions.give_back(by=clerk, custody=custody, returned_to="", until=TODAY, on=TODAY)
    assert Custody.objects.get().until == TODAY


def test_custody_by_a_disposition_takes_over_and_only_its_end_gives_the_copy_back(
    world: World, copy: Booklet
) -> None:
    first = take(world, copy)
    kept = take(world, copy, cause="disposition")
    assert take(world, copy, cause="disposition") == kept
    first.refresh_from_db()
    assert first.until == TODAY
    clerk = world.scope("secretary_a1")
    with pytest.raises(Refused, match="因“留党察看”留存，支部不能自行交还"):
        actions.give_back(by=clerk, custody=kept, returned_to="", until=TODAY, on=TODAY)
    actions.give_back(by=clerk, custody=kept, returned_to="", until=TODAY, on=TODAY, by_disposition=True)
    assert not Custody.objects.filter(until=None).exists()


def test_custody_is_refused_outside_the_days_the_holder_had_the_copy(world: World, copy: Booklet) -> None:
    for day, sentence in ((date(2026, 11, 25), "在今天以后"), (date(2026, 11, 1), "早于2026-11-24")):
        with pytest.raises(Refused, match=sentence):
            take(world, copy, day=day)
    other = Booklet.objects.filter(state="printed").first()
    assert other is not None
    with pytest.raises(Refused, match="还没有发到本人手里"):
        take(world, other)
    assert not Custody.objects.exists()


def test_only_the_own_branch_and_the_organizations_above_keep(world: World, copy: Booklet) -> None:
    for name in ("secretary_a2", "organizer_bashi", "member_a1", "inspector", "auditor"):
        with pytest.raises(Denied):
            actions.take_into_custody(
                by=world.scope(name),
                booklet=copy,
                cause="request",
                reason="外出务工",
                place="文件柜",
                keeper="阿措克布",
                from_date=TODAY,
                on=TODAY,
            )


def test_nothing_is_issued_after_the_membership_ended(world: World, copy: Booklet) -> None:
    gone = world.members_a1[1]
    Member.objects.filter(pk=gone.pk).update(standing="ended")
    with pytest.raises(Refused, match="党籍已经不在有效状态，不能发证"):
        hand_over(world, member=gone)
    assert hand_over(world) == 1
    assert Booklet.objects.get(certificate__member=gone).state == "printed"


def test_a_batch_leaves_out_who_did_not_come(world: World, copy: Booklet) -> None:
    waiting = list(Booklet.objects.filter(state="printed").order_by("pk"))
    client = world.client("organizer_ashi")
    url = reverse("certificates:handover", args=[world.a1.pk])
    page = client.get(url).content.decode()
    assert page.count('name="booklets"') == len(waiting) == 2
    none = client.post(url, {"handed_over_on": TODAY.isoformat(), "listed": "1"})
    assert "一本都没有勾选" in none.content.decode()
    client.post(url, {"handed_over_on": TODAY.isoformat(), "listed": "1", "booklets": waiting[0].pk})
    assert set(Booklet.objects.filter(state="printed")) == {waiting[1]}


def test_a_signature_is_kept_encrypted_and_shown_to_those_who_issue(world: World) -> None:
    printed(world)
    member = world.members_a1[0]
    strokes = "M100 80L140 120L180 60M200 90L200 90"
    client = world.client("organizer_ashi")
    client.post(
        reverse("certificates:member_handover", args=[member.pk]),
        {"handed_over_on": TODAY.isoformat(), "receiver": "", "strokes": strokes},
    )
    signature = Signature.objects.get()
    assert signature.strokes == strokes
    assert strokes.encode() not in bytes(_stored_strokes())
    panel = reverse("certificates:member_panel", args=[member.pk])
    shown = {
        name: strokes in world.client(name).get(panel).content.decode()
        for name in ("organizer_ashi", "secretary_a1", "inspector", "member_a1")
    }
    assert shown == {
        "organizer_ashi": True,
        "secretary_a1": False,
        "inspector": False,
        "member_a1": False,
    }


def _stored_strokes() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT strokes FROM certificates_signature")
        return bytes(cursor.fetchone()[0])


def test_a_signature_that_is_no_line_is_refused_and_nothing_is_handed_over(world: World) -> None:
    printed(world)
    for strokes in ('M1 1L2 2"/><script>', "M1 1", "M1 1L601 5", "M0 0" + "L1 1" * 5000):
        with pytest.raises(Refused, match="签名没有完整传上来"):
            hand_over(world, member=world.members_a1[0], strokes=strokes)
    assert not Booklet.objects.filter(state="issued").exists()
    assert not Signature.objects.exists()


def test_the_panel_tells_where_the_copy_is_and_why_an_old_one_is_void(world: World, copy: Booklet) -> None:
    panel = reverse("certificates:member_panel", args=[world.members_a1[0].pk])
    clerk, member = world.client("secretary_a1"), world.client("member_a1")
    assert "登记代管" in clerk.get(panel).content.decode()
    custody = take(world, copy)
    page = member.get(panel).content.decode()
    assert "村委会文件柜，阿措克布保管，2026-11-24起" in page
    assert "登记交还" not in page
    assert "登记交还" in clerk.get(panel).content.decode()
    actions.give_back(by=world.scope("secretary_a1"), custody=custody, returned_to="", until=TODAY, on=TODAY)
    assert "2026-11-24到2026-11-24，交还本人" in member.get(panel).content.decode()
    reissue(world, confirm(world, report(world)))
    page = member.get(panel).content.decode()
    assert "新证本已印好，等待领取" in page
    assert "2026-11-25注销，遗失" in page or "2026-11-24注销，遗失" in page
    assert "第02本" in page


def test_the_kept_copies_are_listed_for_those_who_keep_and_as_a_workbook(world: World, copy: Booklet) -> None:
    take(world, copy)
    url, book = reverse("certificates:custodies"), reverse("certificates:custodies_workbook")
    for person, seen in (("secretary_a1", True), ("secretary_a2", False), ("organizer_bashi", False)):
        client = world.client(person)
        assert ("村委会文件柜" in client.get(url).content.decode()) is seen
        sheet = load_workbook(BytesIO(client.get(book).content)).worksheets[0]
        rows = list(sheet.values)
        assert any("村委会文件柜" in row for row in rows) is seen


strokes_drawn = st.lists(
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 200)), min_size=2, max_size=12), max_size=8
)


@given(strokes_drawn)
def test_every_path_the_field_can_draw_is_accepted_as_it_is(drawn: list[list[tuple[int, int]]]) -> None:
    path = "".join(
        "M{} {}".format(*stroke[0]) + "".join("L{} {}".format(*point) for point in stroke[1:])
        for stroke in drawn
    )
    assert check_strokes(path) == path
