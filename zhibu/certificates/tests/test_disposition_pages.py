"""Pages, policy, work and print of dispositions; destroying reclaimed copies."""

from datetime import date, timedelta

import pypdfium2
import pytest

from tests.dispositions import SYSTEM, done, event_of, handed_over, proposed, state_of
from tests.world import NOW, TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet, Disposition
from zhibu.certificates.policies_dispositions import DISPOSITIONS, table_in_force
from zhibu.certificates.rules.dispositions import CAUSES, Whereabouts
from zhibu.certificates.summaries import dispositions as reads
from zhibu.core.access import Refused
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.rulebook.models import PolicyVersion

pytestmark = [pytest.mark.django_db, pytest.mark.dated]
W = Whereabouts


@pytest.fixture
def booklet(world: World) -> Booklet:
    """The copy of the first member of A1, handed over."""
    return handed_over(world)


def decide(**values: object) -> None:
    """A confirmed version of the policy in force since the beginning of the year."""
    chosen = DISPOSITIONS.shipped().model_dump(mode="json") | values
    PolicyVersion.objects.create(
        policy=DISPOSITIONS.key,
        number=1,
        state="confirmed",
        values=chosen,
        effective_from=date(2026, 1, 1),
        reason="县里定的",
        drafted_by_name="王芳",
        drafted_at=NOW,
    )


def test_the_county_may_have_copies_kept_before_they_are_destroyed(world: World, booklet: Booklet) -> None:
    decide(retention_days=90)
    row = proposed(booklet, EventKind.SELF_SEVERED)
    with pytest.raises(Refused, match="请从列出的办法里选"):
        done(world, row, W.DESTROYED)
    done(world, row, W.RECLAIMED)
    with pytest.raises(Refused, match="2027-02-22起才能销毁"):
        actions.report_destruction(by=world.scope("organizer_ashi"), disposition=row, on_day=TODAY, on=TODAY)
    assert not reads.work(world.scope("organizer_ashi"), on=TODAY)


def test_the_county_may_change_a_row_of_the_table(world: World, booklet: Booklet) -> None:
    decide(
        correction_period_state="held",
        correction_period_booklet="branch_custody_with_receipt",
        days_to_carry_out=10,
    )
    row = proposed(booklet, EventKind.BEGIN_CORRECTION)
    assert (row.target, row.due_on) == ("held", TODAY + timedelta(days=10))
    assert state_of(booklet)[0] == "frozen"
    done(world, row, W.BRANCH_CUSTODY, by="secretary_a1")
    assert state_of(booklet)[0] == "held"


def test_the_shipped_table_is_the_one_of_the_rule() -> None:
    table = table_in_force(on=TODAY)
    assert len(table.rows) == 15
    assert {key: (str(row.state), str(row.booklet)) for key, row in table.rows.items()} == {
        key: (str(cause.state), str(cause.booklet)) for key, cause in CAUSES.items()
    }
    assert set(CAUSES) == {spec.disposition for spec in SPECS.values() if spec.disposition} | {
        "withdrawn_for_cause"
    }


def test_every_row_of_the_policy_is_shown_with_its_basis(world: World) -> None:
    page = world.client("county_organizer").get("/rulebook/dispositions/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "自行脱党：党员证状态" in text
    assert "收回，剪角，两人监销" in text


@pytest.mark.parametrize("person", ["secretary_a1", "organizer_ashi", "county_organizer"])
def test_offices_see_what_waits_and_a_late_one_is_marked(world: World, booklet: Booklet, person: str) -> None:
    row = proposed(booklet, EventKind.EXPEL)
    Disposition.objects.filter(pk=row.pk).update(due_on=TODAY - timedelta(days=400))
    text = world.client(person).get("/certificates/dispositions/").content.decode()
    assert "吉则日果" in text
    assert "开除党籍" in text
    assert "逾期4" in text  # counted from the day of the test
    assert (
        "吉则日果" not in world.client(person).get("/certificates/dispositions/?view=done").content.decode()
    )


def test_a_penalty_is_told_only_to_those_who_may_read_penalties(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.BEGIN_PARTY_PROBATION)
    client = world.client("inspector")
    listed = client.get("/certificates/dispositions/organizations/" + str(world.a1.pk) + "/").content.decode()
    assert "按党内决定" in listed
    table = listed[listed.index("<tbody>") :]
    assert "留党察看" not in table
    assert "给收据" not in table
    page = client.get(f"/certificates/dispositions/{row.pk}/").content.decode()
    assert "留党察看" not in page
    assert "纪律处分" not in page
    found = client.get("/certificates/dispositions/?cause=probation_within_party").content.decode()
    assert "吉则日果" not in found
    mine = world.client("secretary_a1").get("/certificates/dispositions/?cause=probation_within_party")
    assert "吉则日果" in mine.content.decode()


def test_the_form_offers_only_what_fits_and_a_refusal_is_shown_on_it(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    client = world.client("organizer_ashi")
    text = client.get(f"/certificates/dispositions/{row.pk}/").content.decode()
    assert "收回，待销毁" in text
    assert "交家属留念" not in text
    form = {"whereabouts": "reclaimed", "on_day": TODAY.isoformat(), "place": ""}
    answer = client.post(f"/certificates/dispositions/{row.pk}/carrying-out/", form)
    assert answer.status_code == 422
    assert "请写明证本放在哪里" in answer.content.decode()
    answer = client.post(f"/certificates/dispositions/{row.pk}/carrying-out/", form | {"place": "档案室"})
    assert answer.status_code == 303
    assert state_of(booklet) == ("voided", "voided")


def test_a_branch_is_told_to_hand_the_copy_up(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    text = world.client("secretary_a1").get(f"/certificates/dispositions/{row.pk}/").content.decode()
    assert "由党委登记" in text
    assert "登记处置" not in text


def test_work_tells_what_waits_what_to_give_back_and_what_to_destroy(world: World, booklet: Booklet) -> None:
    organizer = world.scope("organizer_ashi")
    assert reads.work(organizer, on=TODAY) == []
    held = proposed(booklet, EventKind.SUSPEND_STANDING)
    (waiting,) = reads.work(organizer, on=TODAY)
    assert (waiting.key, waiting.total) == ("dispositions_waiting", 1)
    assert waiting.items[0].is_overdue(on=TODAY + timedelta(days=31))
    done(world, held, W.BRANCH_CUSTODY)
    member = booklet.certificate.member
    actions.follow_event(by=SYSTEM, event=event_of(member, EventKind.RESTORE_STANDING), on=TODAY)
    other = Booklet.objects.select_related("certificate__member__branch").get(
        certificate__member=world.members_a1[1]
    )
    done(world, proposed(other, EventKind.SELF_SEVERED), W.RECLAIMED)
    keys = [each.key for each in reads.work(organizer, on=TODAY)]
    assert keys == ["dispositions_give_back", "dispositions_to_destroy"]
    assert reads.work(world.scope("secretary_a2"), on=TODAY) == []
    assert reads.work(world.scope("inspector"), on=TODAY) == []


def test_the_printed_list_has_two_witnesses_and_hides_penalties(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.EXPEL)
    done(world, row, W.DESTROYED, witness="阿的木呷")
    url = f"/certificates/dispositions/organizations/{world.a1.pk}/list.pdf?since=2026-11-01&until=2026-11-30"
    told = pdf_text(world.client("organizer_ashi").get(url).content)
    assert "吉则日果" in told
    assert "开除党籍" in told
    assert "阿的木呷" not in told, "one person's word is no destruction"
    county = world.scope("county_organizer")
    actions.confirm_destruction(by=county, disposition=row, on=TODAY)
    told = pdf_text(world.client("organizer_ashi").get(url).content)
    assert f"刘洋、{county.name}、阿的木呷" in told
    masked = pdf_text(world.client("inspector").get(url).content)
    assert "按党内决定" in masked
    assert "开除党籍" not in masked
    empty = pdf_text(world.client("organizer_ashi").get(url.replace("2026-11", "2025-11")).content)
    assert "没有办理过处置" in empty


def pdf_text(content: bytes) -> str:
    """The text of a PDF without line breaks."""
    pages = pypdfium2.PdfDocument(content)
    return (
        "".join(page.get_textpage().get_text_range() for page in pages).replace("\r\n", "").replace("\n", "")
    )


def test_a_reclaimed_copy_is_destroyed_later_by_two_people(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    done(world, row, W.RECLAIMED)
    page, organizer, county = (
        f"/certificates/dispositions/{row.pk}/",
        world.client("organizer_ashi"),
        world.client("county_organizer"),
    )
    assert world.client("secretary_a1").post(f"{page}destruction/", {"on_day": TODAY}).status_code == 403
    assert "还没有人登记销毁" in county.post(f"{page}destruction/confirmation/").content.decode()
    assert organizer.post(f"{page}destruction/", {"on_day": TODAY, "witness": "任佳"}).status_code == 303
    own = organizer.get(page).content.decode()
    assert "等待另一人确认" in own
    assert "我在场，确认销毁" not in own
    assert "销毁是刘洋登记的" in organizer.post(f"{page}destruction/confirmation/").content.decode()
    assert "正等另一名监销人确认" in county.post(f"{page}destruction/", {"on_day": TODAY}).content.decode()
    assert [each.key for each in reads.work(world.scope("organizer_ashi"), on=TODAY)] == []
    (waiting,) = reads.work(world.scope("county_organizer"), on=TODAY)
    assert (waiting.key, waiting.total) == ("dispositions_to_confirm", 1)
    assert reads.work(world.scope("secretary_a1"), on=TODAY) == []
    assert "我在场，确认销毁" in county.get(page).content.decode()
    assert not Disposition.objects.exclude(destroyed_on=None).exists()
    assert county.post(f"{page}destruction/confirmation/").status_code == 303
    row.refresh_from_db()
    assert (row.destroyed_on, row.destruction_by, row.destroyed_by) == (
        TODAY,
        "刘洋",
        world.scope("county_organizer").name,
    )
    assert "已在2026-11-24登记销毁" in county.post(f"{page}destruction/confirmation/").content.decode()


def test_a_destruction_reported_by_mistake_is_taken_back(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    done(world, row, W.DESTROYED)
    page = f"/certificates/dispositions/{row.pk}/"
    assert "没有销毁，撤回登记" in world.client("county_organizer").get(page).content.decode()
    answer = world.client("county_organizer").post(f"{page}destruction/withdrawal/", follow=True)
    assert "证本仍待销毁" in answer.content.decode()
    row.refresh_from_db()
    assert (row.destruction_on, row.destroyed_on, row.whereabouts) == (None, None, "reclaimed")


def test_a_copy_that_was_not_reclaimed_is_not_destroyed(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    done(world, row, W.NOT_OBTAINABLE)
    with pytest.raises(Refused, match="没有收回待销毁的证本"):
        actions.report_destruction(by=world.scope("organizer_ashi"), disposition=row, on_day=TODAY, on=TODAY)


def test_the_members_card_shows_what_became_of_the_copy(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.BEGIN_PARTY_PROBATION)
    done(world, row, W.BRANCH_CUSTODY, place="村党群服务中心")
    url = f"/certificates/members/{world.members_a1[0].pk}/panel/"
    told = world.client("secretary_a1").get(url).content.decode()
    assert "留党察看" in told
    assert "支部代管" in told
    assert f"/certificates/dispositions/{row.pk}/" in told
    for person in ("inspector", "member_a1"):
        masked = world.client(person).get(url).content.decode()
        assert "按党内决定" in masked
        assert "留党察看" not in masked
