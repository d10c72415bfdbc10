"""Lists cost the same number of queries for one row and for thirty; hot pages stay under a ceiling."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.growth import (
    more_anchors,
    more_blanks,
    more_branches,
    more_clusters,
    more_dispositions,
    more_floating,
    more_helpers,
    more_jobs,
    more_kept,
    more_lost,
    more_matters,
    more_members,
    more_numbered,
    more_orders,
    more_people,
    more_printers,
    more_probationers,
    more_proposals,
    more_records,
    more_reorganizations,
    more_runs,
    more_transfers,
    more_withdrawals,
    nothing,
    one_matter,
    one_pair,
)
from tests.queries import at_most, constant_queries, queries_of
from tests.world import TODAY, World, make_member
from zhibu.certificates.models import Certificate
from zhibu.certificates.summaries.stock.waiting import work as work_with_blanks
from zhibu.conduct.tests import cases as conduct_cases
from zhibu.dues.tests import cases as dues_cases
from zhibu.education.tests import cases as education_cases
from zhibu.meetings import actions as meetings
from zhibu.meetings.summaries.work import work as work_with_meetings
from zhibu.meetings.tests import cases as meetings_cases
from zhibu.points.summaries.work import work as work_with_points
from zhibu.points.tests import cases as points_cases

pytestmark = pytest.mark.dated

MORE = 30
CEILING = 12
LIST_CEILING = 20
REVIEW_CEILING = 36
# The work list asks every app what waits; in the last month of a quarter one thing more.
WORK_CEILING = 72
# Arrears are a person's: it asks which records were merged.
HOME_CEILING = 13
Grow = Callable[[World], object]


LISTS: list[tuple[str, str, str, Grow, Grow]] = [
    ("meetings:meetings", "secretary_a1", "month=202611", nothing, meetings_cases.more_meetings),
    ("meetings:meetings", "county_organizer", "month=2026", nothing, meetings_cases.more_meetings),
    ("meetings:decisions", "county_organizer", "", nothing, meetings_cases.more_meetings),
    (
        "meetings:overview",
        "county_organizer",
        "month=202611",
        nothing,
        meetings_cases.more_branches_that_meet,
    ),
    ("meetings:overview", "organizer_ashi", "", nothing, meetings_cases.more_branches_that_meet),
    ("meetings:matters", "secretary_a1", "", meetings_cases.one_matter, meetings_cases.more_matters),
    ("mobility:floating", "county_organizer", "", nothing, more_floating),
    ("mobility:floating", "secretary_a1", "show=overdue&q=aem", nothing, more_floating),
    ("mobility:floating_table", "county_organizer", "", nothing, more_floating),
    ("mobility:floating_calendar", "county_organizer", "month=2027-02", nothing, more_floating),
    ("mobility:floating_unregistered", "county_organizer", "", nothing, more_floating),
    ("mobility:floating_pick", "secretary_a1", "q=aem", nothing, more_floating),
    ("mobility:lost", "county_organizer", "", nothing, more_lost),
    ("mobility:transfers", "county_organizer", "tab=open", nothing, more_transfers),
    ("mobility:transfers", "secretary_a1", "tab=to_agree&q=aem", nothing, more_transfers),
    ("mobility:transfer_candidates", "county_organizer", "q=aem", nothing, more_members),
    ("members:list", "county_organizer", "", nothing, more_members),
    ("members:list", "secretary_a1", "q=aem", nothing, more_members),
    ("certificates:register", "county_organizer", "", nothing, more_numbered),
    ("certificates:register", "secretary_a1", "", nothing, more_numbered),
    ("certificates:register", "county_organizer", "state=unnumbered", nothing, more_members),
    ("certificates:prints", "county_organizer", "", nothing, more_orders),
    ("certificates:dispositions", "county_organizer", "", nothing, more_dispositions),
    ("certificates:dispositions", "inspector", "view=all&q=a", nothing, more_dispositions),
    ("certificates:stock", "county_organizer", "", nothing, more_blanks),
    ("certificates:stock", "organizer_ashi", "", nothing, more_blanks),
    ("certificates:requests", "county_organizer", "", nothing, more_kept),
    ("certificates:requests", "secretary_a1", "state=open&q=aem", nothing, more_kept),
    ("certificates:custodies", "secretary_a1", "", nothing, more_kept),
    ("certificates:printers", "county_organizer", "", nothing, more_printers),
    ("certificates:overprint_branches", "county_organizer", "", nothing, more_branches),
    ("organizations:tree", "county_organizer", "q=xin", nothing, more_branches),
    ("organizations:search", "county_organizer", "q=xin", nothing, more_branches),
    ("organizations:support_units", "county_organizer", "", nothing, more_helpers),
    ("organizations:clusters", "county_organizer", "", nothing, more_clusters),
    ("reorganizations:reorganizations", "county_organizer", "", nothing, more_reorganizations),
    ("members:duplicates", "county_organizer", "", one_pair, more_proposals),
    ("imports:runs", "county_organizer", "", nothing, more_runs),
    ("jobs:list", "county_organizer", "", nothing, more_jobs),
    ("accounts:users", "system_admin", "", nothing, more_people),
    ("audit:records", "auditor", "", more_records, more_records),
    ("audit:anchors", "auditor", "", nothing, more_anchors),
    ("conduct:rewards", "secretary_a1", "", conduct_cases.reward, conduct_cases.more_rewards),
    ("conduct:penalties", "organizer_ashi", "", conduct_cases.penalty, conduct_cases.more_penalties),
    ("conduct:appeals", "county_organizer", "", conduct_cases.appeal, conduct_cases.more_appeals),
    ("insights:home", "county_organizer", "", nothing, more_numbered),
    ("insights:work", "county_organizer", "", one_matter, more_matters),
    ("insights:work", "organizer_ashi", "", one_matter, more_matters),
    ("mobility:matters", "county_organizer", "view=settle", one_matter, more_matters),
    ("mobility:matters", "secretary_a1", "view=probation", nothing, more_probationers),
    ("certificates:withdrawals", "county_organizer", "", nothing, more_withdrawals),
    ("dues:ledger", "county_organizer", "", nothing, dues_cases.more_payers),
    ("dues:ledger", "secretary_a1", "month=2026-10", dues_cases.few_payers, dues_cases.more_payers),
    ("dues:arrears", "county_organizer", "", dues_cases.few_payers, dues_cases.more_payers),
    ("dues:reliefs", "county_organizer", "view=waiting", nothing, dues_cases.more_reliefs),
    ("dues:remittances", "organizer_ashi", "", nothing, dues_cases.more_remittances),
    ("dues:assessments", "county_organizer", "", nothing, dues_cases.more_payers),
    ("insights:search", "county_organizer", "q=aem", nothing, more_members),
    ("reviews:study", "organizer_ashi", "", nothing, education_cases.more_branches_that_study),
    ("reviews:study", "secretary_a1", "", education_cases.study, education_cases.more_studies),
    ("points:home", "organizer_ashi", "month=202611", nothing, more_branches),
    ("points:home", "secretary_a1", "month=202611", points_cases.entry, points_cases.more_entries),
    ("points:approvals", "organizer_ashi", "", points_cases.entry, points_cases.more_entries),
    ("points:objections", "county_organizer", "", points_cases.objection, points_cases.more_objections),
]


@pytest.mark.parametrize(
    ("name", "person", "query", "begin", "grow"),
    LISTS,
    ids=[f"{n} {p} {q}".strip() for n, p, q, _, _ in LISTS],
)
def test_a_list_costs_the_same_for_one_row_and_thirty(
    world: World, name: str, person: str, query: str, begin: Grow, grow: Grow
) -> None:
    begin(world)
    url = f"{reverse(name)}?{query}"
    with constant_queries(world.client(person), url, grow=lambda: grow(world)) as count:
        assert count <= (WORK_CEILING if name == "insights:work" else LIST_CEILING), f"{url}: {count} queries"


def test_the_page_of_a_unit_costs_the_same_with_thirty_units_below(world: World) -> None:
    url = reverse("organizations:organization", kwargs={"pk": world.ashi.pk})
    with constant_queries(world.client("county_organizer"), url, grow=lambda: more_branches(world)) as count:
        assert count <= LIST_CEILING


def test_the_blanks_of_those_below_cost_the_same_with_thirty_units_more(world: World) -> None:
    url = reverse("certificates:stock_below", kwargs={"organization_id": world.county.pk})
    with constant_queries(world.client("county_organizer"), url, grow=lambda: more_blanks(world)) as count:
        assert count <= LIST_CEILING


def test_work_with_blanks_costs_the_same_for_thirty_parcels_more(world: World) -> None:
    scope = world.scope("organizer_ashi")
    later = TODAY + timedelta(days=30)
    more_blanks(world)
    with CaptureQueriesContext(connection) as captured:
        assert len(work_with_blanks(scope, on=later)) == 2
    assert len(captured) <= 8


def test_a_meeting_and_its_list_cost_the_same_for_thirty_members_more(world: World) -> None:
    def more_people_at() -> None:
        for member in [make_member(branch=world.a1) for _ in range(MORE)]:
            meetings.set_attendance(
                by=world.scope("secretary_a1"),
                meeting=meeting,
                member_id=member.pk,
                status="present",
                reason="",
                seen=0,
                on=TODAY,
            )

    meeting = meetings_cases.one_meeting(world)
    for name in ("meetings:meeting", "meetings:attendance"):
        url = reverse(name, kwargs={"meeting_id": meeting.pk})
        client = world.client("secretary_a1")
        with constant_queries(client, url, grow=more_people_at) as count:
            assert count <= LIST_CEILING


@pytest.mark.parametrize("name", ["meetings:year", "meetings:attendance_download"])
def test_the_year_of_a_branch_costs_the_same_for_thirty_meetings_more(world: World, name: str) -> None:
    meetings_cases.one_meeting(world)
    url = reverse(name, kwargs={"branch_id": world.a1.pk}) + "?year=2026"
    client = world.client("secretary_a1")
    with constant_queries(client, url, grow=lambda: meetings_cases.more_meetings(world)) as count:
        assert count <= LIST_CEILING


def test_work_with_meetings_costs_the_same_for_thirty_branches_more(world: World) -> None:
    scope = world.scope("organizer_ashi")
    meetings_cases.more_meetings(world)
    meetings_cases.more_branches_that_meet(world)
    with CaptureQueriesContext(connection) as captured:
        assert work_with_meetings(scope, on=TODAY)
    assert len(captured) <= 10


HOT = [
    ("secretary_a1", "certificates:organization_register", "a1"),
    ("county_organizer", "certificates:organization_register", "county"),
    ("secretary_a1", "members:member", ""),
    ("county_organizer", "members:member", ""),
    ("county_organizer", "organizations:tree", None),
    ("secretary_a1", "organizations:tree", None),
    ("secretary_a1", "members:list", None),
    ("county_organizer", "members:list", None),
    ("secretary_a1", "insights:home", None),
    ("county_organizer", "insights:home", None),
]


def test_a_branchs_studies_cost_the_same_for_thirty_more_with_thirty_members_more(world: World) -> None:
    first = education_cases.study(world)[0]
    client = world.client("secretary_a1")
    urls = [
        reverse("education:sessions", args=[world.a1.pk]),
        reverse("education:session", args=[world.a1.pk, first.operation]),
        reverse("reviews:member_study", args=[first.member_id]),
    ]
    counts = [len(queries_of(client, url)) for url in urls]
    education_cases.more_studies(world)
    assert [len(queries_of(client, url)) for url in urls] == counts
    assert max(counts) <= LIST_CEILING


def more_active(world: World) -> None:
    """Thirty further certificates of A1 in force."""
    more_numbered(world)
    Certificate.objects.update(state="active")


def test_a_review_costs_the_same_with_thirty_certificates_more(world: World) -> None:
    more_active(world)
    url = reverse("reviews:organization_reviews", args=[world.a1.pk]) + "?year=2025"
    with constant_queries(world.client("organizer_ashi"), url, grow=lambda: more_active(world)) as count:
        assert count <= REVIEW_CEILING


@pytest.mark.parametrize(("name", "number"), [("points:year", 2026), ("points:publicity", 202611)])
def test_a_branchs_points_cost_the_same_with_thirty_members_more(
    world: World, name: str, number: int
) -> None:
    points_cases.approved(world)
    url = reverse(name, args=[world.a1.pk, number])
    client = world.client("secretary_a1")
    with constant_queries(client, url, grow=lambda: points_cases.more_entries(world)) as count:
        assert count <= LIST_CEILING


def test_work_with_points_costs_the_same_for_thirty_members_more(world: World) -> None:
    scope = world.scope("organizer_ashi")
    points_cases.more_entries(world)
    with CaptureQueriesContext(connection) as captured:
        assert work_with_points(scope, on=TODAY)[0].total == MORE
    assert len(captured) <= 14


@pytest.mark.parametrize(("person", "name", "place"), HOT, ids=[f"{n} {p}" for p, n, _ in HOT])
def test_hot_pages_stay_under_their_ceiling(world: World, person: str, name: str, place: str | None) -> None:
    more_numbered(world)
    kwargs = {
        None: {},
        "": {"member_id": world.members_a1[0].pk},
        "a1": {"organization_id": world.a1.pk},
        "county": {"organization_id": world.county.pk},
    }[place]
    ceiling = HOME_CEILING if name == "insights:home" else CEILING
    at_most(ceiling, world.client(person), reverse(name, kwargs=kwargs))
