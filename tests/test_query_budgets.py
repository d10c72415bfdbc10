"""Lists cost the same number of queries for one row and for thirty; hot pages stay under a ceiling."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.floating import contact, lost_case, registered
from tests.queries import at_most, constant_queries
from tests.things import merge_proposal, printed, waiting_job
from tests.world import NOW, TODAY, World, grant, make_member, make_organization, make_user
from zhibu.audit.actions import record, set_anchor
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import stock
from zhibu.certificates.models import Booklet, Certificate, Disposition, Printer, Withdrawal
from zhibu.certificates.summaries.stock import work as work_with_blanks
from zhibu.conduct.tests import cases as conduct_cases
from zhibu.core.access import Scope
from zhibu.cycles import actions as reorganizations
from zhibu.dues.tests import cases as dues_cases
from zhibu.imports.models import ImportRun
from zhibu.meetings import actions as meetings
from zhibu.meetings.summaries import work as work_with_meetings
from zhibu.meetings.tests import cases as meetings_cases
from zhibu.members.models import Member
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions import matters
from zhibu.mobility.actions.transfers import request_transfer
from zhibu.organizations import actions as organizations
from zhibu.organizations.rules import Help
from zhibu.points.summaries import work as work_with_points
from zhibu.points.tests import cases as points_cases

MORE = 30
CEILING = 12
LIST_CEILING = 20
# The work list asks every app what waits.
WORK_CEILING = 70
Grow = Callable[[World], object]


def nothing(world: World) -> None:
    """The county has a row for the list as it is."""


def more_members(world: World) -> None:
    """Thirty further members of A1."""
    for _ in range(MORE):
        make_member(branch=world.a1)


def more_numbered(world: World) -> None:
    """Thirty further members of A1, numbered and printed."""
    more_members(world)
    printed(world)


def more_branches(world: World) -> None:
    """Thirty further branches of Ashi."""
    for n in range(MORE):
        make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"5134001013{n:02d}",
            name=f"中共凉县阿市镇新{n}村支部委员会",
            short_name=f"新{n}村党支部",
            segment=f"{n + 100:03d}",
        )


def more_people(world: World) -> None:
    """Thirty further accounts with a role."""
    for n in range(MORE):
        grant(make_user(f"clerk{n}", f"书记{n}"), "branch_clerk", world.a1)


def more_jobs(world: World) -> None:
    """Thirty jobs of the county organizer."""
    for _n in range(MORE):
        waiting_job(world, "county_organizer")


def more_records(world: World) -> None:
    """Thirty records on the chain of A1."""
    for _ in range(MORE):
        record(
            "members.member.corrected",
            by=Scope.system("test"),
            on=world.members_a1[0],
            chain=world.a1.pk,
            path=world.a1.path,
        )


def one_pair(world: World) -> None:
    """A pair that looks alike, and a proposal about another."""
    make_member(branch=world.a1, name=world.members_a1[0].name)
    merge_proposal(world)


def more_proposals(world: World) -> None:
    """Thirty further pairs that look alike, and a proposal."""
    for _ in range(MORE):
        make_member(branch=world.a1, name=world.members_a1[0].name)
    merge_proposal(world)


def more_orders(world: World) -> None:
    """Thirty further print orders."""
    batch = printed(world).batch
    assert batch is not None
    for _ in range(MORE):
        batch.pk = None
        batch.save()


def more_helpers(world: World) -> None:
    """Thirty further support units that help A1 and A2."""
    for n in range(MORE):
        organizations.set_support(
            by=world.scope("county_organizer"),
            organization=(world.a1, world.a2)[n % 2],
            help=Help(f"县{n}局", "赵强", ""),
            on=TODAY,
        )


def more_clusters(world: World) -> None:
    """Thirty further clusters with Ashi in each."""
    names = [f"第{n}片" for n in range(MORE)]
    organizations.set_clusters(by=world.scope("county_organizer"), organization=world.ashi, names=names)


def more_runs(world: World) -> None:
    """Thirty further uploads of the county organizer."""
    user = world.people["county_organizer"]
    ImportRun.objects.bulk_create(
        ImportRun(
            sheet="roster",
            owner_id=user.pk,
            owner_name=user.name,
            file_name=f"花名册{n}.xlsx",
            fingerprint=str(n),
            state="checked",
            summary={"new": 1, "same": 2, "changed": 0, "conflict": 0, "error": 0},
            created_at=NOW,
        )
        for n in range(MORE)
    )


def more_anchors(world: World) -> None:
    """Thirty days anchored."""
    for n in range(MORE):
        set_anchor(on=TODAY + timedelta(days=n))


def more_kept(world: World) -> None:
    """Thirty further members of A1 whose copy is kept at the branch and full."""
    more_numbered(world)
    certificates.hand_over(
        by=world.scope("county_organizer"),
        organization=world.a1,
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )
    for booklet in Booklet.objects.select_related("certificate__member"):
        certificates.take_into_custody(
            by=world.scope("secretary_a1"),
            booklet=booklet,
            cause="request",
            reason="外出",
            place="柜",
            keeper="阿措克布",
            from_date=TODAY,
            on=TODAY,
        )
        certificates.report_request(
            by=world.scope("secretary_a1"),
            member=booklet.certificate.member,
            cause="full",
            statement="记满了",
            happened_on=TODAY,
            on=TODAY,
        )


def more_blanks(world: World) -> None:
    """Thirty further branches of Ashi, each with a parcel that came, one on its way, and counts."""
    more_branches(world)
    for place in (world.county, world.ashi):
        stock.receive_blanks(
            by=world.scope("county_organizer"), organization=place, quantity=500, day=TODAY, on=TODAY
        )
    for branch in world.ashi.__class__.objects.filter(parent=world.ashi):
        for received in (None, 4):
            parcel = stock.send_blanks(
                by=world.scope("organizer_ashi"),
                from_organization=world.ashi,
                to_organization=branch,
                quantity=5,
                day=TODAY,
                on=TODAY,
            )
            if received is not None:
                stock.confirm_transfer(
                    by=world.scope("county_organizer"),
                    transfer=parcel,
                    received=received,
                    day=TODAY,
                    on=TODAY,
                )
        stock.count_blanks(by=world.scope("organizer_ashi"), organization=branch, counted=3, on=TODAY)


def more_printers(world: World) -> None:
    """Thirty printers of Ashi."""
    for n in range(MORE):
        Printer.objects.create(organization=world.ashi, name=f"{n}号打印机", by="刘洋", at=NOW)


def more_dispositions(world: World) -> None:
    """Thirty members of A1 died, their copies wait."""
    printed(world)
    for certificate in Certificate.objects.filter(member__branch=world.a1):
        for n in range(MORE // 3):
            Disposition.objects.create(
                certificate=certificate,
                cause="deceased",
                state=("proposed", "carried_out")[n % 2],
                state_before="active",
                target="memorial",
                booklet_rule="cancel_stamp_then_family_or_archive",
                basis="党员名册管理",
                due_on=TODAY,
                carried_out_on=TODAY,
                proposed_at=NOW,
            )


def one_matter(world: World) -> None:
    """A correction of A1 waits for approval."""
    _matter(world, world.members_a1[0])


def more_matters(world: World) -> None:
    """Thirty more."""
    for _ in range(MORE):
        _matter(world, make_member(branch=world.a1))


def _matter(world: World, member: Member) -> None:
    matters.enter_event(
        by=world.scope("secretary_a1"),
        member=member,
        entry=Entry(EventKind.BEGIN_CORRECTION, TODAY, "支部党员大会", months=6),
        on=TODAY,
    )


def more_probationers(world: World) -> None:
    """Thirty members of A1 whose probation is full."""
    for _ in range(MORE):
        make_member(
            branch=world.a1, stage="probationary", join_date=date(2025, 10, 1), confirmation_date=None
        )


def more_withdrawals(world: World) -> None:
    """Thirty members of A1 are talked with about their dues."""
    more_numbered(world)
    for certificate in Certificate.objects.filter(member__branch=world.a1):
        Withdrawal.objects.create(
            certificate=certificate, trigger="dues", triggered_on=TODAY, opened_by="test", opened_at=NOW
        )


def more_transfers(world: World) -> None:
    """Thirty further requests of A1 to move a member to B1."""
    for _ in range(MORE):
        request_transfer(
            by=world.scope("secretary_a1"),
            member=make_member(branch=world.a1),
            to_branch=world.b1,
            reason="调到巴市镇工作",
            on=TODAY,
        )


def more_floating(world: World) -> None:
    """Thirty further floating members of A1 with a contact, thirty marked without a registration."""
    for _ in range(MORE):
        contact(world, registered(world, make_member(branch=world.a1)))
        make_member(branch=world.a1, is_floating=True)


def more_lost(world: World) -> None:
    """Thirty further members of A1 who are looked for."""
    for _ in range(MORE):
        lost_case(world, make_member(branch=world.a1))


def more_reorganizations(world: World) -> None:
    """Thirty plans."""
    for n in range(MORE):
        reorganizations.plan_reorganization(
            by=world.scope("county_organizer"),
            title=f"第{n}批",
            document="凉委发〔2026〕12号",
            effective_on=TODAY,
            on=TODAY,
        )


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
    ("cycles:reorganizations", "county_organizer", "", nothing, more_reorganizations),
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
    at_most(CEILING, world.client(person), reverse(name, kwargs=kwargs))
