"""Floating members: registration, contacts, the calendar, return, guests, the sheet."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.floating import LEFT, contact, details, guest, lost_case, registered
from tests.queries import constant_queries
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.core.dates import Month
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.mobility.actions import floating as actions
from zhibu.mobility.actions import floating_contacts
from zhibu.mobility.models import Contact, Floating
from zhibu.mobility.summaries import floating as summaries

pytestmark = pytest.mark.dated


def _member(row: Floating) -> Member:
    """The member as stored now."""
    assert row.member_id is not None
    return Member.objects.get(pk=row.member_id)


# Going out ----------------------------------------------------------------------------------------


def test_going_out_is_registered_with_its_event_and_measure(world: World) -> None:
    row = registered(world)
    member = Member.objects.get(pk=world.members_a1[0].pk)
    assert (row.next_due, row.rhythm_months, row.until) == (date(2026, 5, 20), 3, None)
    assert member.is_floating
    assert MembershipEvent.objects.get(member=member).kind == "go_floating"
    assert Measure.objects.get(member=member).kind == "floating_out"
    assert AuditRecord.objects.filter(event="mobility.floating.registered").count() == 1


def test_the_phone_is_stored_encrypted_and_shown_masked(world: World) -> None:
    row = registered(world)
    page = world.client("secretary_a1").get(reverse("mobility:registration", args=[row.pk]))
    assert "139****4321" in page.content.decode()
    assert "13900004321" not in page.content.decode()
    url = reverse("mobility:registration_phone", args=[row.pk])
    shown = world.client("secretary_a1").post(url, {"reason": "按期电话联系"})
    assert "13900004321" in shown.content.decode()
    assert AuditRecord.objects.filter(event="mobility.floating.phone_read").count() == 1
    short = world.client("secretary_a1").post(url, {"reason": "看"})
    assert "13900004321" not in short.content.decode()
    assert "至少4个字" in short.content.decode()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"from_date": TODAY + timedelta(days=1)}, "在今天以后"),
        ({"from_date": date(2009, 6, 27)}, "早于入党时间"),
        ({"rhythm_months": 7}, "1到6个月"),
        ({"rhythm_months": 0}, "1到6个月"),
        ({"phone": "12"}, "联系电话不对"),
        ({"destination": " "}, "去了哪里"),
        ({"contact_person": "12"}, "指定一名联系人"),
    ],
)
def test_what_cannot_be_registered_is_refused_and_changes_nothing(
    world: World, facts: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        registered(world, None, **facts)
    assert sentence in str(refused.value)
    assert not Floating.objects.exists()
    assert not MembershipEvent.objects.exists()
    assert not Member.objects.get(pk=world.members_a1[0].pk).is_floating
    assert AuditRecord.objects.filter(event="mobility.deed.refused").count() == 1


def test_a_second_open_registration_is_refused(world: World) -> None:
    registered(world)
    with pytest.raises(Refused, match="已经登记流出"):
        registered(world)
    assert Floating.objects.count() == 1


@pytest.mark.parametrize(("standing", "sentence"), [("ended", "党籍已经终止"), ("suspended", "停止党籍")])
def test_who_is_no_longer_active_does_not_go_floating(world: World, standing: str, sentence: str) -> None:
    member = make_member(branch=world.a1, standing=standing)
    with pytest.raises(Refused, match=sentence):
        registered(world, member)
    assert not Floating.objects.exists()


def test_the_sibling_branch_can_do_nothing(world: World) -> None:
    row = registered(world)
    by = world.scope("secretary_a2")
    with pytest.raises(Denied):
        actions.register_out(by=by, member=world.members_a1[1], details=details(), on=TODAY)
    with pytest.raises(Denied):
        floating_contacts.log_contact(by=by, floating=row, day=TODAY, way="phone", who="卢玉", on=TODAY)
    with pytest.raises(Denied):
        actions.end_registration(by=by, floating=row, day=TODAY, on=TODAY)
    assert not summaries.rows_of(by, None, on=TODAY).exists()
    assert not Contact.objects.exists()


def test_a_short_absence_is_asked_about_and_never_refused(world: World) -> None:
    url = reverse("mobility:floating_new", args=[world.members_a1[0].pk])
    data = {
        "from_date": LEFT.isoformat(),
        "destination": "浙江省宁波市",
        "contact_person": "阿措克布",
        "rhythm_months": "3",
        "expected_months": "4",
    }
    client = world.client("secretary_a1")
    asked = client.post(url, data)
    assert "记请假就可以" in asked.content.decode()
    assert not Floating.objects.exists()
    assert client.post(url, {**data, "keep_anyway": "on"}).status_code == 303
    assert Floating.objects.get().expected_months == 4


def test_a_member_marked_by_an_import_waits_for_a_registration(world: World) -> None:
    marked = make_member(branch=world.a1, name="吉克阿牛", is_floating=True)
    client = world.client("secretary_a1")
    listed = client.get(reverse("mobility:floating_unregistered")).content.decode()
    assert "吉克阿牛" in listed
    lists = {each.key: each for each in summaries.work(world.scope("secretary_a1"), on=TODAY)}
    assert lists["floating_unregistered"].items[0].title == "吉克阿牛"
    registered(world, marked)
    assert "吉克阿牛" not in client.get(reverse("mobility:floating_unregistered")).content.decode()
    assert Member.objects.get(pk=marked.pk).is_floating


# Contacts -----------------------------------------------------------------------------------------


def test_a_contact_moves_the_due_day_on(world: World) -> None:
    row = registered(world)
    contact(world, row, date(2026, 9, 30))
    row.refresh_from_db()
    assert row.next_due == date(2026, 12, 30)
    contact(world, row, date(2026, 6, 1))  # entered late: the later one still counts
    row.refresh_from_db()
    assert row.next_due == date(2026, 12, 30)


def test_the_same_contact_twice_is_one(world: World) -> None:
    row = registered(world)
    first, second = contact(world, row), contact(world, row)
    assert first.pk == second.pk
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(TODAY + timedelta(days=1), "在今天以后"), (LEFT - timedelta(days=1), "早于外出日期")],
)
def test_a_contact_out_of_order_is_refused(world: World, day: date, sentence: str) -> None:
    row = registered(world)
    with pytest.raises(Refused, match=sentence):
        contact(world, row, day)
    assert not Contact.objects.exists()


def test_a_contact_entered_by_mistake_is_taken_back_the_same_day_only(world: World) -> None:
    row = registered(world)
    made = contact(world, row)
    with pytest.raises(Refused, match="只能在登记当天撤销"):
        floating_contacts.withdraw_contact(by=world.scope("secretary_a1"), contact=made, on=date(2020, 1, 1))
    client = world.client("secretary_a1")
    url = reverse("mobility:contact_withdrawal", args=[row.pk, made.pk])
    assert client.post(url).status_code == 303
    row.refresh_from_db()
    assert not Contact.objects.exists()
    assert row.next_due == date(2026, 5, 20)


def test_an_overdue_contact_only_suggests_a_search(world: World) -> None:
    row = registered(world)
    page = world.client("secretary_a1").get(reverse("mobility:registration", args=[row.pk]))
    text = page.content.decode()
    assert "逾期本身不算失联" in text
    assert reverse("mobility:lost_new", args=[row.member_id]) in text
    assert {each.kind for each in Measure.objects.all()} == {"floating_out"}
    (due,) = summaries.work(world.scope("secretary_a1"), on=TODAY)
    assert (due.total, due.items[0].is_overdue(on=TODAY)) == (1, True)


def test_a_contact_ends_a_search_that_led_to_nothing_yet(world: World) -> None:
    row = registered(world)
    case = lost_case(world, world.members_a1[0], date(2026, 3, 1))
    contact(world, row, TODAY)
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("found", TODAY)


def test_one_tap_in_the_calendar_logs_a_call(world: World) -> None:
    row = registered(world)
    client = world.client("secretary_a1")
    calendar = reverse("mobility:floating_calendar")
    assert "今天电话联系了" in client.get(calendar).content.decode()
    url = reverse("mobility:contacts", args=[row.pk])
    data = {"day": TODAY.isoformat(), "way": "phone", "who": "阿措克布", "back": "calendar"}
    answer = client.post(url, data)
    assert (answer.status_code, answer["Location"]) == (303, calendar)
    assert Contact.objects.get().who == "阿措克布"


def test_the_calendar_begins_with_what_is_overdue(world: World) -> None:
    overdue = registered(world)
    later = registered(world, world.members_a1[1], from_date=date(2026, 8, 28))
    scope = world.scope("secretary_a1")
    this_month = list(summaries.due_in(scope, None, Month(2026, 11), on=TODAY))
    assert [row.pk for row in this_month] == [overdue.pk, later.pk]
    assert not list(summaries.due_in(scope, None, Month(2026, 12), on=TODAY))
    counted = {str(each.month): each.due for each in summaries.months(scope, None, 2026)}
    assert (counted["2026-05"], counted["2026-11"], counted["2026-12"]) == (1, 1, 0)


# Coming home --------------------------------------------------------------------------------------


def test_the_return_ends_registration_and_measure(world: World) -> None:
    row = registered(world)
    contact(world, row, date(2026, 9, 30))
    by = world.scope("secretary_a1")
    actions.end_registration(by=by, floating=row, day=date(2026, 10, 1), on=TODAY)
    again = actions.end_registration(by=by, floating=row, day=date(2026, 10, 2), on=TODAY)
    assert (again.until, again.next_due) == (date(2026, 10, 1), None)
    assert not _member(row).is_floating
    assert Measure.objects.get(member=row.member_id).ended_on == date(2026, 10, 1)
    assert list(MembershipEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "go_floating",
        "return_floating",
    ]
    assert registered(world, from_date=date(2026, 11, 1)).pk != row.pk


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (TODAY + timedelta(days=1), "在今天以后"),
        (LEFT, "要在外出日期"),
        (date(2026, 9, 29), "早于最近一次联系"),
    ],
)
def test_a_return_out_of_order_is_refused(world: World, day: date, sentence: str) -> None:
    row = registered(world)
    contact(world, row, date(2026, 9, 30))
    with pytest.raises(Refused, match=sentence):
        actions.end_registration(by=world.scope("secretary_a1"), floating=row, day=day, on=TODAY)
    row.refresh_from_db()
    assert row.until is None


def test_a_registration_follows_the_member_to_another_branch(world: World) -> None:
    row = registered(world)
    Member.objects.filter(pk=world.members_a1[0].pk).update(branch=world.a2)
    assert summaries.rows_of(world.scope("secretary_a2"), None, on=TODAY).get().pk == row.pk
    assert not summaries.rows_of(world.scope("secretary_a1"), None, on=TODAY).exists()


def test_a_correction_keeps_the_phone_and_follows_the_rhythm(world: World) -> None:
    row = registered(world)
    client = world.client("secretary_a1")
    answer = client.post(
        reverse("mobility:registration_correction", args=[row.pk]),
        {"destination": "广东省东莞市", "contact_person": "王伟", "rhythm_months": "2", "phone": ""},
    )
    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.destination, row.phone, row.next_due) == ("广东省东莞市", "13900004321", date(2026, 4, 20))
    assert row.from_date == LEFT


# Guests -------------------------------------------------------------------------------------------


def test_a_guest_from_elsewhere_has_a_contact_log_and_an_end(world: World) -> None:
    row = guest(world)
    assert (row.member, row.direction, row.next_due) == (None, "in", date(2026, 5, 20))
    contact(world, row)
    with pytest.raises(Refused, match="没有结束"):
        guest(world)
    actions.end_registration(by=world.scope("secretary_a1"), floating=row, day=TODAY, on=TODAY)
    assert Floating.objects.get().until == TODAY
    assert not MembershipEvent.objects.exists()


def test_a_member_of_another_branch_is_found_by_number_and_seen_from_home(world: World) -> None:
    member = world.members_a1[0]
    row = registered(world)

    def receive(name: str) -> Floating:
        return actions.register_guest(
            by=world.scope("organizer_bashi"),
            branch=world.b1,
            name=name,
            home="阿市镇尔木村党支部",
            resident_id=member.resident_id,
            details=details(),
            on=TODAY,
        )

    with pytest.raises(Refused, match="对得上"):
        receive("别的人")
    made = receive(member.name)
    assert (made.member_id, made.branch) == (member.pk, world.b1)
    home = world.client("secretary_a1").get(reverse("mobility:registration", args=[row.pk]))
    assert "在“团结村党支部”登记流入" in home.content.decode()
    with pytest.raises(Refused, match="就是本支部的党员"):
        actions.register_guest(
            by=world.scope("secretary_a1"),
            branch=world.a1,
            name=member.name,
            home="阿市镇尔木村党支部",
            resident_id=member.resident_id,
            details=details(),
            on=TODAY,
        )


# Pages, table, sheet ------------------------------------------------------------------------------


def test_the_member_sees_the_own_registration_and_no_case(world: World) -> None:
    row = registered(world)
    lost_case(world, world.members_a1[0])
    url = reverse("mobility:floating_panel", args=[row.member_id])
    own = world.client("member_a1").get(url).content.decode()
    assert "浙江省宁波市北仑区" in own
    assert "失联" not in own
    assert "失联" in world.client("secretary_a1").get(url).content.decode()


def test_the_table_downloads_what_the_list_shows(world: World) -> None:
    registered(world)
    guest(world)
    data = world.client("secretary_a1").get(reverse("mobility:floating_table"), {"direction": "out"}).content
    sheet = load_workbook(BytesIO(data)).active
    assert sheet is not None
    texts = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert texts[0][2] == "吉则日果"
    assert texts[0][9] == "139****4321"
    assert "合计1人" in texts[1][0]


def test_the_list_filters_and_finds(world: World) -> None:
    registered(world)
    registered(world, world.members_a1[1], from_date=date(2026, 11, 1), destination="广东省东莞市")
    scope = world.scope("secretary_a1")
    overdue = summaries.rows_of(scope, None, on=TODAY, show="overdue")
    assert [row.destination for row in overdue] == ["浙江省宁波市北仑区"]
    client, url = world.client("secretary_a1"), reverse("mobility:floating")
    found = client.get(url, {"q": "东莞"}).content.decode()
    assert "广东省东莞市" in found
    assert "浙江省宁波市北仑区" not in found


@pytest.mark.parametrize("name", ["mobility:floating", "mobility:floating_calendar"])
def test_lists_cost_the_same_for_a_whole_county(world: World, name: str) -> None:
    registered(world)

    def grow() -> None:
        for _ in range(30):
            contact(world, registered(world, make_member(branch=world.a1)))

    with constant_queries(world.client("county_organizer"), reverse(name), grow=grow) as count:
        assert count <= 20


def test_work_costs_the_same_for_a_whole_county(
    world: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for _ in range(8):
        registered(world, make_member(branch=world.a1))
        make_member(branch=world.a1, is_floating=True)
    scope = world.scope("county_organizer")
    with django_assert_max_num_queries(5):
        due, waiting = summaries.work(scope, on=TODAY)
    assert (due.total, len(due.items), waiting.total, len(waiting.items)) == (8, 5, 8, 5)
