"""Lost, full and damaged copies: from the member's statement to the next copy of the same number."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.certificates import actions
from zhibu.certificates.actions import requests
from zhibu.certificates.models import (
    Booklet,
    BookletRequest,
    Certificate,
    Custody,
)
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.rules.keeping import RequestCause, fee_of, is_late
from zhibu.certificates.summaries.keeping import work
from zhibu.certificates.tests.deeds import confirm, hand_over, outcome, reissue, report, take
from zhibu.certificates.tokens import token_for
from zhibu.core.access import Denied, Refused
from zhibu.jobs.models import Job
from zhibu.rulebook.policies import values_in_force

pytestmark = pytest.mark.dated


def test_a_lost_copy_is_void_at_once_and_the_next_one_keeps_the_number(world: World, copy: Booklet) -> None:
    token = token_for(copy)
    request = report(world)
    assert outcome(token) == "valid"
    confirm(world, request)
    assert outcome(token) == "void"
    batch = reissue(world, request)
    new = Booklet.objects.select_related("certificate").get(batch=batch)
    assert (new.certificate_id, new.serial, new.state) == (copy.certificate_id, 2, "printed")
    assert hand_over(world, member=world.members_a1[0]) == 1
    assert (outcome(token), outcome(token_for(new))) == ("void", "valid")
    request.refresh_from_db()
    assert (request.state, request.fee, request.new) == ("done", 0, new)
    assert Booklet.objects.get(pk=copy.pk).void_reason == "遗失"


def test_a_second_click_on_reissue_makes_no_second_copy(world: World, copy: Booklet) -> None:
    request = confirm(world, report(world))
    reissue(world, request)
    jobs = Job.objects.count()
    with pytest.raises(Refused, match="刘洋在2026-11-24已经办结，新证本是第02本"):
        reissue(world, request)
    assert Booklet.objects.filter(certificate=copy.certificate).count() == 2
    assert Job.objects.count() == jobs


def test_the_first_loss_is_free_and_a_later_one_costs_what_the_county_set(
    world: World, copy: Booklet, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = values_in_force(BOOKLET, on=TODAY).model_copy(update={"reissue_fee": 500})
    monkeypatch.setattr(requests, "values_in_force", lambda policy, on: rules)
    for fee in (0, 500):
        request = confirm(world, report(world))
        reissue(world, request)
        hand_over(world, member=world.members_a1[0])
        request.refresh_from_db()
        assert request.fee == fee


def test_a_full_copy_is_handed_in_before_the_new_one_and_valid_until_then(
    world: World, copy: Booklet
) -> None:
    token = token_for(copy)
    request = confirm(world, report(world, cause="full"))
    assert outcome(token) == "valid"
    with pytest.raises(Refused, match="换发要先收回旧证本"):
        reissue(world, request)
    assert Booklet.objects.filter(certificate=copy.certificate).count() == 1
    take(world, copy)
    reissue(world, request, old_returned=True)
    assert outcome(token) == "void"
    assert Booklet.objects.get(pk=copy.pk).void_reason == "记满换发，旧本已收回"
    assert not Custody.objects.filter(until=None).exists()


def test_a_second_request_waits_for_the_first(world: World, copy: Booklet) -> None:
    report(world)
    with pytest.raises(Refused, match="2026-11-24已经有一份申请在办理"):
        report(world, by="secretary_a1", cause="damaged")
    assert BookletRequest.objects.count() == 1


def test_a_copy_in_custody_was_not_lost(world: World, copy: Booklet) -> None:
    take(world, copy)
    with pytest.raises(Refused, match="由组织代管，不在本人手里，不能挂失"):
        report(world)
    assert not BookletRequest.objects.exists()


def test_a_member_asks_for_the_own_copy_only_and_does_not_confirm_it(world: World, copy: Booklet) -> None:
    with pytest.raises(Denied):
        actions.report_request(
            by=world.scope("member_a1"),
            member=world.members_a1[1],
            cause="lost",
            statement="丢了",
            happened_on=TODAY,
            on=TODAY,
        )
    with pytest.raises(Denied):
        report(world, by="secretary_a2")
    world.members_a1[0].user = world.people["secretary_a1"]
    world.members_a1[0].save()
    request = report(world, by="secretary_a1")
    with pytest.raises(Refused, match="不能由本人核实"):
        confirm(world, request)
    assert Booklet.objects.get(pk=copy.pk).state == "issued"


def test_a_refused_request_tells_why_and_leaves_the_copy_in_use(world: World, copy: Booklet) -> None:
    request = report(world, cause="damaged")
    actions.refuse_request(by=world.scope("secretary_a1"), request=request, reason="还能使用", on=TODAY)
    with pytest.raises(Refused, match="还能使用"):
        confirm(world, request)
    assert outcome(token_for(copy)) == "valid"
    again = report(world)
    confirm(world, again)
    with pytest.raises(Denied):
        actions.refuse_request(by=world.scope("secretary_a1"), request=again, reason="不办", on=TODAY)


def test_after_a_refusal_a_lost_copy_stays_void_and_can_be_asked_for_anew(
    world: World, copy: Booklet
) -> None:
    request = confirm(world, report(world))
    actions.refuse_request(by=world.scope("organizer_ashi"), request=request, reason="材料不全", on=TODAY)
    assert outcome(token_for(copy)) == "void"
    reissue(world, confirm(world, report(world)))
    assert Booklet.objects.live().get(certificate=copy.certificate).serial == 2


def test_a_found_copy_ends_the_request_only_before_the_confirmation(world: World, copy: Booklet) -> None:
    member = world.scope("member_a1")
    request = report(world)
    actions.take_back_request(by=member, request=request, on=TODAY)
    assert outcome(token_for(copy)) == "valid"
    request = confirm(world, report(world))
    with pytest.raises(Refused, match="不能撤回。找到的旧证本请交给支部"):
        actions.take_back_request(by=member, request=request, on=TODAY)
    clerk = world.scope("secretary_a1")
    actions.hand_in_found(by=clerk, request=request, on=TODAY)
    assert outcome(token_for(copy)) == "void"
    with pytest.raises(Refused, match="已经登记收回"):
        actions.hand_in_found(by=clerk, request=request, on=TODAY)


@pytest.mark.parametrize("state", ["frozen", "held", "withdrawn", "voided", "memorial"])
def test_a_certificate_out_of_use_gets_no_other_copy_and_is_not_handed_over(
    world: World, copy: Booklet, state: str
) -> None:
    request = confirm(world, report(world, cause="full"), old_returned=True)
    Certificate.objects.filter(pk=copy.certificate_id).update(state=state)
    with pytest.raises(Refused, match="不是有效状态"):
        reissue(world, request)
    with pytest.raises(Refused, match="现在是“"):
        hand_over(world, member=world.members_a1[0])
    actions.refuse_request(by=world.scope("organizer_ashi"), request=request, reason="已处置", on=TODAY)
    with pytest.raises(Refused, match="不是有效状态"):
        report(world)
    assert Booklet.objects.filter(certificate=copy.certificate).count() == 1


def test_a_certificate_set_back_to_not_issued_gets_the_next_serial(world: World, copy: Booklet) -> None:
    Booklet.objects.filter(pk=copy.pk).update(state="voided")
    Certificate.objects.filter(pk=copy.certificate_id).update(state="not_issued")
    actions.prepare_booklets(
        by=world.scope("organizer_ashi"), organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY
    )
    assert Booklet.objects.live().get(certificate=copy.certificate).serial == 2


def test_a_request_passes_through_the_pages_from_the_member_to_the_new_copy(
    world: World, copy: Booklet
) -> None:
    member, clerk, organizer = (world.client(n) for n in ("member_a1", "secretary_a1", "organizer_ashi"))
    told = member.post(
        reverse("certificates:member_request", args=[world.members_a1[0].pk]),
        {"cause": "lost", "happened_on": TODAY.isoformat(), "statement": "赶集时丢了"},
    )
    assert told.status_code == 303
    request = BookletRequest.objects.get()
    own = member.get(told.headers["Location"]).content.decode()
    assert "找到了，撤回申请" in own
    assert "支部核实</div>" not in own
    url = reverse("certificates:request", args=[request.pk])
    assert "核实，注销旧证本" in clerk.get(url).content.decode()
    missing = clerk.post(reverse("certificates:request_confirm", args=[request.pk]), {})
    assert missing.status_code == 422
    assert Booklet.objects.get(pk=copy.pk).state == "issued"
    clerk.post(reverse("certificates:request_confirm", args=[request.pk]), {"confirmation": "属实"})
    order = {"issue_date": TODAY.isoformat(), "layout": "pages"}
    assert "补发新证本" in organizer.get(url).content.decode()
    organizer.post(reverse("certificates:request_reissue", args=[request.pk]), order)
    again = organizer.post(reverse("certificates:request_reissue", args=[request.pk]), order)
    assert "已经办结，新证本是第02本" in again.content.decode()
    assert Booklet.objects.filter(certificate=copy.certificate).count() == 2


def test_the_statement_is_stored_encrypted_and_not_in_the_log(world: World, copy: Booklet) -> None:
    request = report(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM certificates_bookletrequest")
        assert "赶集".encode() not in bytes(cursor.fetchone()[0])
    record = AuditRecord.objects.get(event="certificates.request.reported")
    assert (record.chain, record.subject_id) == (world.a1.pk, str(request.pk))
    assert "赶集" not in str(record.data)


def test_the_application_form_holds_statement_opinions_and_both_serials(world: World, copy: Booklet) -> None:
    request = report(world)
    url = reverse("certificates:request_print", args=[request.pk])
    early = _text(world.client("member_a1").get(url).content)
    assert "第01本" in early
    assert "第02本" not in early
    reissue(world, confirm(world, request))
    told = _text(world.client("organizer_ashi").get(url).content)
    for words in ("党员证补发（换发）申请表", "吉则日果", "赶集回来", "情况属实", "第02本", "不收费"):
        assert words in told


def _text(pdf: bytes) -> str:
    document = PdfDocument(pdf)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range()).replace("\r\n", "")


def test_the_work_list_shows_each_his_own_step(world: World, copy: Booklet) -> None:
    def groups(person: str) -> list[tuple[str, int]]:
        return [(group.key.rpartition(".")[2], group.total) for group in work(world.scope(person), on=TODAY)]

    request = report(world)
    assert (groups("secretary_a1"), groups("organizer_ashi")) == ([("reported", 1)], [])
    confirm(world, request)
    assert (groups("secretary_a1"), groups("organizer_ashi")) == ([], [("confirmed", 1)])
    reissue(world, request)
    assert groups("organizer_ashi") == [("printed", 1)]
    assert groups("secretary_a2") == groups("organizer_bashi") == groups("member_a1") == []
    hand_over(world, member=world.members_a1[0])
    assert groups("organizer_ashi") == []


@given(st.sampled_from(RequestCause), st.integers(0, 5), st.integers(0, 10_000))
def test_only_a_repeated_loss_costs_anything(cause: RequestCause, losses: int, later: int) -> None:
    fee = fee_of(cause=cause, earlier_losses=losses, later_fee=later)
    assert fee == (later if cause == "lost" and losses else 0)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 9))
def test_a_loss_told_within_three_days_is_in_time(day: date, later: int) -> None:
    assert is_late(happened_on=day, reported_on=day + timedelta(days=later)) is (later > 3)
