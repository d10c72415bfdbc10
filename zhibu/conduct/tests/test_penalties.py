"""The register of penalties: who sees it, what it says of a day, that reading and printing are logged."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.browser.paper import page_count, page_text
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.conduct.rules import REGISTERED, RegisterState, register_state
from zhibu.conduct.summaries.penalties import penalty_lines, penalty_rows
from zhibu.conduct.tests.cases import penalty
from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import EventKind

pytestmark = pytest.mark.dated

URL = "/conduct/penalties/"


def standings(world: World, on: date) -> dict[str, str]:
    rows = penalty_rows(world.scope("county_organizer"), world.county, on=on)
    return {line.event.kind: str(line.standing) for line in penalty_lines(rows, on=on)}


def test_a_warning_runs_a_year_and_ends_by_itself(world: World) -> None:
    penalty(world, decided_on=date(2026, 3, 15))
    assert standings(world, TODAY) == {"warn": "running"}
    assert standings(world, date(2027, 3, 14)) == {"warn": "running"}
    assert standings(world, date(2027, 3, 15)) == {"warn": "ended"}
    rows = penalty_rows(world.scope("county_organizer"), world.county, on=TODAY)
    assert penalty_lines(rows, on=TODAY)[0].last_day == date(2027, 3, 14)


def test_a_probation_past_its_day_waits_for_a_decision(world: World) -> None:
    penalty(world, EventKind.BEGIN_PARTY_PROBATION, months=12, decided_on=date(2025, 3, 15))
    assert standings(world, date(2026, 3, 14)) == {"begin_party_probation": "running"}
    assert standings(world, date(2026, 3, 15)) == {"begin_party_probation": "due"}


def test_the_filters_agree_with_what_the_lines_say(world: World) -> None:
    penalty(world, decided_on=date(2024, 3, 15))
    penalty(world, EventKind.REMOVE_FROM_POST, member=world.members_a1[1])
    penalty(
        world,
        EventKind.BEGIN_PARTY_PROBATION,
        member=world.members_a1[2],
        months=12,
        decided_on=date(2025, 3, 15),
    )
    penalty(world, EventKind.EXPEL, member=make_member(branch=world.a1))
    gone = penalty(world, member=make_member(branch=world.a2))
    MembershipEvent.objects.filter(pk=gone.pk).update(state="reversed")
    scope = world.scope("county_organizer")
    everything = penalty_lines(penalty_rows(scope, world.county, on=TODAY), on=TODAY)
    assert {str(line.standing) for line in everything} == set(RegisterState)
    for standing in RegisterState:
        found = penalty_lines(penalty_rows(scope, world.county, standing=standing, on=TODAY), on=TODAY)
        assert {line.event.pk for line in found} == {
            line.event.pk for line in everything if line.standing == standing
        }


def test_it_is_open_to_those_who_may_read_penalties_and_each_opening_is_logged(world: World) -> None:
    penalty(world)
    text = world.client("secretary_a1").get(URL).content.decode()
    assert "吉则日果" in text
    assert "警告" in text
    assert "影响期内" in text
    assert "2027-03-14" in text
    records = AuditRecord.objects.filter(event="conduct.penalties.read")
    assert records.count() == 1
    assert records.get().subject_id == str(world.a1.pk)
    assert "吉则日果" not in world.client("secretary_a2").get(URL).content.decode()
    assert world.client("inspector").get(URL).status_code == 403
    assert world.client("member_a1").get(URL).status_code == 403
    assert records.count() == 2
    assert not [row for row in records if row.data]


@pytest.mark.parametrize("query", ["kind=expel", "standing=ended", "year=2020", "q=王"])
def test_filters_leave_others_out(world: World, query: str) -> None:
    penalty(world)
    assert "没有符合条件的处分" in world.client("secretary_a1").get(f"{URL}?{query}").content.decode()


def test_the_print_is_marked_and_names_its_reader_on_every_page(world: World) -> None:
    for _ in range(40):
        penalty(world, member=make_member(branch=world.a1))
    url = reverse("conduct:penalties_print", args=[world.ashi.pk])
    response = world.client("organizer_ashi").get(url)
    assert response.headers["Content-Type"] == "application/pdf"
    assert "no-store" in response.headers["Cache-Control"]
    pages = page_count(response.content)
    assert pages > 1
    for number in range(pages):
        text = "".join(page_text(response.content, number).split())
        assert "处分登记表" in text
        assert "内部" in text
        assert "查阅人：刘洋" in text
        assert f"第{number + 1}页共{pages}页" in text
    assert "警告" in "".join(page_text(response.content, 0).split())
    assert AuditRecord.objects.filter(event="conduct.penalties.printed").count() == 1


DAYS = st.dates(date(2000, 1, 1), date(2026, 12, 31))


@given(
    kind=st.sampled_from([str(kind) for kind in REGISTERED]),
    until=st.none() | DAYS,
    ended=st.none() | DAYS,
    ends_itself=st.booleans(),
    on=DAYS,
)
def test_what_has_ended_stays_ended(
    kind: str, until: date | None, ended: date | None, ends_itself: bool, on: date
) -> None:
    def at(day: date) -> RegisterState:
        return register_state(kind, "in_effect", until=until, ended_on=ended, ends_itself=ends_itself, on=day)

    if at(on) == RegisterState.ENDED:
        assert at(on + timedelta(days=400)) == RegisterState.ENDED
    assert (at(on) == RegisterState.LASTING) == (kind == EventKind.EXPEL)
    reversed_ = register_state(kind, "reversed", until=until, ended_on=ended, ends_itself=ends_itself, on=on)
    assert reversed_ == RegisterState.REVERSED
