"""Townships and villages merged, split, moved: nothing lost, nobody renumbered, taken back the same day."""

import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.things import merging_townships, post_holding, printed, token_of
from tests.world import TODAY, World, grant, make_member, make_organization, make_user
from zhibu.accounts.models import RoleAssignment
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.audit.models import AuditRecord
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions.numbering import AdoptedNumber
from zhibu.certificates.models import Certificate
from zhibu.certificates.rules.copies import compose_number
from zhibu.certificates.summaries.copies import verify
from zhibu.core.access import Denied, Refused
from zhibu.members.models import Member, MembershipEvent, PostHolding
from zhibu.organizations import actions as organizations
from zhibu.organizations.models import (
    Organization,
    OrganizationName,
    OrganizationParent,
    RetiredSegment,
)
from zhibu.organizations.rules import Category, Kind
from zhibu.reorganizations import actions
from zhibu.reorganizations.models import Reorganization, ReorganizationChange
from zhibu.reorganizations.rules.steps import (
    Dissolve,
    MergeBranches,
    MergeCommittees,
    Move,
    NewUnit,
    Rename,
    SplitBranch,
    SplitCommittee,
    Step,
)
from zhibu.reorganizations.tests.deeds import (
    DAY,
    DOCUMENT,
    JOURNAL,
    NEW_TOWN,
    done,
    dump,
    merge_towns,
    planned,
    undone,
    village,
)

pytestmark = pytest.mark.usefixtures("done_today")


def test_two_townships_become_one_with_all_their_branches(world: World) -> None:
    done(world, merge_towns(world))
    bashi, b1 = (Organization.objects.get(pk=pk) for pk in (world.bashi.pk, world.b1.pk))
    assert (bashi.closed_on, bashi.merged_into_id, bashi.segment) == (DAY, world.ashi.pk, "002")
    assert (b1.parent_id, b1.path, b1.closed_on) == (world.ashi.pk, f"{world.ashi.path}{b1.pk}.", None)
    assert (b1.numbering_root_id, b1.segment) == (world.ashi.pk, "003")
    assert RetiredSegment.objects.get().root_id == world.bashi.pk
    last_year = OrganizationParent.objects.get(organization=b1, until=DAY)
    assert last_year.parent_id == world.bashi.pk
    assert OrganizationParent.objects.get(organization=b1, until=None).parent_id == world.ashi.pk


def test_numbers_given_stay_and_new_ones_begin_with_the_new_segment(world: World) -> None:
    old = make_member(branch=world.b1, name="卢云")
    certificates.number_members(by=world.scope("county_organizer"), organization=world.county, on=TODAY)
    assert Certificate.objects.get(member=old).number.startswith("002001001")
    done(world, merge_towns(world))
    late = make_member(branch=Organization.objects.get(pk=world.b1.pk), name="吉克日木")
    certificates.number_members(by=world.scope("organizer_ashi"), organization=world.ashi, on=TODAY)
    assert Certificate.objects.get(member=old).number.startswith("002001001")
    assert Certificate.objects.get(member=late).number.startswith("001003002")


def test_segments_left_behind_are_never_given_again(world: World) -> None:
    done(world, merge_towns(world))
    for segment in ("001", "002", "003"):
        with pytest.raises(Refused, match="已经用过"):
            open_village(world, segment=segment)
    assert open_village(world).segment == "004"


def open_village(world: World, *, segment: str = "") -> Organization:
    return organizations.open_organization(
        by=world.scope("county_organizer"),
        parent=Organization.objects.get(pk=world.ashi.pk),
        kind=Kind.BRANCH,
        category=Category.VILLAGE,
        code=f"5134001019{segment or '99'}",
        name=f"中共凉县阿市镇新村{segment}支部委员会",
        short_name="新村党支部",
        opened_on=DAY,
        segment=segment,
        on=TODAY,
    )


def test_a_segment_left_by_moving_away_is_refused_to_others(world: World) -> None:
    make_organization(
        parent=world.bashi,
        kind="branch",
        category="village",
        code="513400102299",
        name="中共凉县巴市镇河东村支部委员会",
        short_name="河东村党支部",
        segment="002",
    )
    done(world, Move(unit=world.a2.pk, parent=world.bashi.pk))
    assert Organization.objects.get(pk=world.a2.pk).segment == "003"
    with pytest.raises(Refused, match="已经用过"):
        open_village(world, segment="002")


def test_roles_follow_and_the_organizer_still_sees_the_members(world: World) -> None:
    make_member(branch=world.b1, name="卢云")
    done(world, merge_towns(world))
    assert Member.objects.visible_to(world.scope("organizer_bashi"), "members.read").count() == 4
    old, new = RoleAssignment.objects.filter(user=world.people["organizer_bashi"]).order_by("pk")
    assert (old.until, new.from_date, new.organization_id) == (TODAY, TODAY, world.ashi.pk)
    recorded = AuditRecord.objects.filter(event__startswith="accounts.role.").order_by("event")
    assert [(each.event, each.chain, each.subject_id) for each in recorded] == [
        ("accounts.role.granted", world.ashi.pk, str(new.pk)),
        ("accounts.role.revoked", world.bashi.pk, str(old.pk)),
    ]


def test_a_role_held_at_the_successor_already_is_not_given_twice(world: World) -> None:
    grant(world.people["organizer_bashi"], "committee_organizer", world.ashi)
    done(world, merge_towns(world))
    rows = RoleAssignment.objects.filter(user=world.people["organizer_bashi"], until=None)
    assert [row.organization_id for row in rows] == [world.ashi.pk]


def test_two_villages_become_one(world: World) -> None:
    post_holding(world)
    done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    assert Member.objects.filter(branch=world.a2).count() == 3
    event = MembershipEvent.objects.get(member=world.members_a1[1])
    assert (event.kind, event.state, event.effective_on, event.decided_by) == (
        "move_branch",
        "in_effect",
        DAY,
        DOCUMENT,
    )
    assert (event.branch_id, event.proposed_by) == (world.a1.pk, "李强")
    assert (event.before, event.after) == ({"branch": world.a1.pk}, {"branch": world.a2.pk})
    assert PostHolding.objects.get().until == DAY
    assert world.scope("secretary_a1").covers("members.read", world.a2.path)
    assert world.scope("member_a1").covers("members.read_own", world.a2.path)
    assert AuditRecord.objects.filter(
        chain=world.a2.pk, event="reorganizations.reorganization.members_moved"
    ).exists()
    assert AuditRecord.objects.filter(chain=world.a1.pk, event="organizations.organization.closed").exists()


def test_townships_and_villages_inside_become_new_ones_in_one_deed(world: World) -> None:
    make_member(branch=world.b1, name="卢云")
    village = NewUnit(
        kind="branch",
        category="village",
        code="513400199201",
        name="中共凉县新市镇团结村支部委员会",
        short_name="新团结村党支部",
    )
    deed = done(
        world,
        MergeCommittees(sources=(world.ashi.pk, world.bashi.pk), new=NEW_TOWN),
        MergeBranches(sources=(world.a1.pk, world.b1.pk), new=village),
        Rename(unit=world.a2.pk, name="中共凉县新市镇白石村支部委员会", short_name="白石村支部"),
    )
    town = Organization.objects.get(code="513400199")
    new = Organization.objects.get(code="513400199201")
    assert (town.parent_id, town.segment, town.path) == (
        world.county.pk,
        "003",
        f"{world.county.path}{town.pk}.",
    )
    assert (new.parent_id, new.path, new.opened_on) == (town.pk, f"{town.path}{new.pk}.", DAY)
    assert new.numbering_root_id == town.pk
    assert Member.objects.filter(branch=new).count() == 4
    a2 = Organization.objects.get(pk=world.a2.pk)
    assert (a2.parent_id, a2.short_name, a2.path) == (town.pk, "白石村支部", f"{town.path}{a2.pk}.")
    assert {new.segment, a2.segment} == {"001", "002"}
    # What is closed lies below the unit that took over, whose people finish its papers.
    a1 = Organization.objects.get(pk=world.a1.pk)
    assert (a1.parent_id, a1.path, a1.segment, a1.merged_into_id) == (
        world.ashi.pk,
        f"{new.path}{a1.pk}.",
        "001",
        new.pk,
    )
    names = OrganizationName.objects.filter(organization=a2).order_by("from_date")
    assert [(row.from_date, row.until) for row in names] == [(date(2000, 1, 1), DAY), (DAY, None)]
    assert deed.counts["members"] == 4


def test_some_members_of_a_branch_go_to_a_new_one(world: World) -> None:
    new = NewUnit(
        kind="branch",
        category="village",
        code="513400101299",
        name="中共凉县阿市镇上尔木村支部委员会",
        short_name="上尔木村党支部",
    )
    away = world.members_a1[0]
    post_holding(world)
    done(world, SplitBranch(source=world.a1.pk, members=(away.pk,), new=new))
    branch = Organization.objects.get(code=new.code)
    assert list(Member.objects.filter(branch=branch)) == [away]
    assert PostHolding.objects.get().until == DAY
    assert world.scope("member_a1").covers("members.read_own", branch.path)
    assert not world.scope("member_a1").covers("members.read_own", world.a1.path)
    assert (branch.parent_id, branch.segment) == (world.ashi.pk, "003")


def test_some_branches_of_a_township_go_to_a_new_one(world: World) -> None:
    done(world, SplitCommittee(source=world.ashi.pk, branches=(world.a2.pk,), new=NEW_TOWN))
    town = Organization.objects.get(code=NEW_TOWN.code)
    a2 = Organization.objects.get(pk=world.a2.pk)
    assert (a2.parent_id, a2.numbering_root_id, a2.segment) == (town.pk, town.pk, "001")
    assert Organization.objects.get(pk=world.a1.pk).segment == "001"


def test_a_booklet_is_valid_before_after_and_after_undoing(world: World) -> None:
    booklet = printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"),
        organization=world.ashi,
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )
    token = token_of(booklet)
    assert verify(token, on=TODAY).outcome == "valid"
    deed = done(world, MergeCommittees(sources=(world.ashi.pk, world.bashi.pk), new=NEW_TOWN))
    assert verify(token, on=TODAY).outcome == "valid"
    undone(world, deed)
    assert verify(token, on=TODAY).outcome == "valid"


def test_an_old_number_found_on_paper_after_the_merge_blocks_no_later_one(world: World) -> None:
    member, late = make_member(branch=world.b1, name="卢云"), make_member(branch=world.b1, name="吉克")
    deed = done(world, merge_towns(world))
    certificates.adopt_numbers(
        by=world.scope("county_organizer"),
        adopted=[AdoptedNumber(member.pk, compose_number("002", "001", 1))],
        on=TODAY,
    )
    undone(world, deed)
    certificates.number_members(by=world.scope("organizer_bashi"), organization=world.bashi, on=TODAY)
    assert Certificate.objects.get(member=late).number.startswith("002001002")


def test_a_second_click_does_and_undoes_nothing_twice(world: World) -> None:
    deed = done(world, merge_towns(world))
    size = ReorganizationChange.objects.count()
    assert (
        actions.do_reorganization(by=world.scope("county_organizer_2"), deed=deed, on=TODAY).state == "done"
    )
    assert ReorganizationChange.objects.count() == size
    undone(world, deed)
    assert undone(world, deed).state == "undone"


def test_planner_and_doer_are_two_persons(world: World) -> None:
    deed = planned(world, merge_towns(world))
    with pytest.raises(Refused, match="由另一个人来办"):
        actions.do_reorganization(by=world.scope("county_organizer"), deed=deed, on=TODAY)
    assert Organization.objects.get(pk=world.bashi.pk).closed_on is None


@pytest.mark.parametrize(
    "person", ["organizer_ashi", "inspector", "secretary_a1", "security_admin", "nobody"]
)
def test_only_the_county_reorganizes(world: World, person: str) -> None:
    deed = planned(world, merge_towns(world))
    with pytest.raises(Denied):
        actions.do_reorganization(by=world.scope(person), deed=deed, on=TODAY)


def test_a_preview_that_is_stale_is_refused(world: World) -> None:
    deed = planned(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    make_member(branch=world.a1)
    before = dump(without=set())
    with pytest.raises(Refused, match="由3人变为4人"):
        actions.do_reorganization(by=world.scope("county_organizer_2"), deed=deed, on=TODAY)
    assert dump(without=set()) == before
    actions.check_again(by=world.scope("county_organizer"), deed=deed, on=TODAY)
    assert (
        actions.do_reorganization(by=world.scope("county_organizer_2"), deed=deed, on=TODAY).state == "done"
    )


def test_the_plan_writes_nothing_but_the_plan(world: World) -> None:
    before = dump(without=JOURNAL)
    deed = planned(world, merge_towns(world))
    assert dump(without=JOURNAL) == before
    assert (deed.state, deed.counts["closed"], deed.counts["moved"]) == ("planned", 1, 1)
    actions.drop_plan(by=world.scope("county_organizer"), deed=deed)
    with pytest.raises(Refused, match="已经办结"):
        actions.do_reorganization(by=world.scope("county_organizer_2"), deed=deed, on=TODAY)


def test_a_day_ahead_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="今天以后"):
        planned(world, merge_towns(world), effective_on=TODAY + timedelta(days=1))


def test_an_empty_unit_is_dissolved_and_its_roles_end(world: World) -> None:
    done(world, Dissolve(unit=world.b1.pk), Dissolve(unit=world.bashi.pk))
    bashi = Organization.objects.get(pk=world.bashi.pk)
    assert (bashi.closed_on, bashi.merged_into_id) == (DAY, None)
    assert not scope_of(world.people["organizer_bashi"], on=TODAY).has("members.read")


def measured(world: World, deed: Reorganization) -> tuple[int, float]:
    with CaptureQueriesContext(connection) as captured:
        start = time.perf_counter()
        actions.do_reorganization(by=world.scope("county_organizer_2"), deed=deed, on=TODAY)
        spent = time.perf_counter() - start
    return len(captured.captured_queries), spent


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    make_member(branch=world.b1, user=make_user("member_b1", "卢云"))
    holder = Member.objects.get(branch=world.b1)
    grant(world.people["secretary_a2"], "branch_clerk", world.b1)
    PostHolding.objects.create(member=holder, organization=world.b1, post="secretary", from_date=DAY)
    post_holding(world)
    small, _ = measured(
        world,
        planned(
            world,
            MergeCommittees(sources=(world.ashi.pk, world.bashi.pk), new=NEW_TOWN),
            MergeBranches(sources=(world.a1.pk, world.b1.pk), new=village(0)),
        ),
    )
    cheshi, deshi = merging_townships(world, branches=15, members=500)
    pairs = list(Organization.objects.filter(parent__in=(cheshi, deshi)).order_by("pk"))
    steps: list[Step] = [
        MergeCommittees(
            sources=(cheshi.pk, deshi.pk), new=NEW_TOWN.model_copy(update={"code": "X", "name": "大镇党委"})
        )
    ]
    steps += [
        MergeBranches(sources=(pairs[n].pk, pairs[n + 1].pk), new=village(n + 1)) for n in range(0, 14, 2)
    ]
    deed = planned(world, *steps)
    large, seconds = measured(world, deed)
    start = time.perf_counter()
    undone(world, deed)
    back = time.perf_counter() - start
    assert large == small
    assert seconds < 3
    assert back < 3
