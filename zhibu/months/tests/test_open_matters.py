"""What is under way when units are reorganized: it goes along, or a sentence says what to settle first."""

from datetime import date

import pytest

from tests.things import support_unit
from tests.world import NOW, TODAY, World, make_member
from zhibu.certificates.models import Printer, StockEntry, StockTransfer
from zhibu.core.access import Refused
from zhibu.members.models import Member, MembershipEvent
from zhibu.mobility.models import Floating, Transfer
from zhibu.organizations.models import Support
from zhibu.reorganizations import actions
from zhibu.reorganizations.rules.steps import Dissolve, MergeBranches, SplitBranch
from zhibu.reorganizations.summaries.deeds import work
from zhibu.reorganizations.summaries.preview import preview_of
from zhibu.reorganizations.tests.deeds import (
    DAY,
    JOURNAL,
    STAYS,
    done,
    dump,
    merge_towns,
    planned,
    undone,
    village,
)

pytestmark = [pytest.mark.usefixtures("done_today"), pytest.mark.dated]


def transfer(world: World, member: Member, to: int, **facts: object) -> Transfer:
    values: dict[str, object] = {
        "member": member,
        "direction": "inside",
        "from_branch_id": member.branch_id,
        "to_branch_id": to,
        "reason": "搬家",
        "state": "issued",
        "requested_on": DAY,
        "requested_by": "test",
        "at": NOW,
    }
    return Transfer.objects.create(**{**values, **facts})


def floating(branch: int, **facts: object) -> Floating:
    return Floating.objects.create(
        branch_id=branch,
        direction="in",
        name="流入的客人",
        from_date=date(2026, 3, 1),
        destination="越城",
        contact_person="王芳",
        by="test",
        at=NOW,
        **facts,
    )


def blank(organization: int, quantity: int) -> None:
    StockEntry.objects.create(
        organization_id=organization, kind="arrived", quantity=quantity, on=DAY, by="test", at=NOW
    )


def test_a_transfer_on_its_way_to_a_closed_branch_points_to_the_successor(world: World) -> None:
    row = transfer(world, make_member(branch=world.b1), world.a1.pk)
    guest = floating(world.a1.pk)
    done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    row.refresh_from_db()
    guest.refresh_from_db()
    assert (row.from_branch_id, row.to_branch_id, row.state) == (world.b1.pk, world.a2.pk, "issued")
    assert guest.branch_id == world.a2.pk


def test_a_member_who_is_split_off_takes_the_transfer_along(world: World) -> None:
    row = transfer(world, world.members_a1[0], world.b1.pk)
    done(world, SplitBranch(source=world.a1.pk, members=(world.members_a1[0].pk,), new=village(1)))
    row.refresh_from_db()
    assert row.from_branch_id == Member.objects.get(pk=world.members_a1[0].pk).branch_id != world.a1.pk


def test_a_transfer_between_two_branches_that_become_one_is_settled_first(world: World) -> None:
    transfer(world, world.members_a1[0], world.a2.pk)
    with pytest.raises(Refused, match="1件组织关系转接"):
        done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    assert Member.objects.filter(branch=world.a1).count() == 3


def test_blank_booklets_printers_and_help_go_to_the_successor(world: World) -> None:
    support_unit(world)
    blank(world.a1.pk, 30)
    for organization in (world.a1, world.a2):
        Printer.objects.create(organization=organization, name="办公室", by="test", at=NOW)
    done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    assert sum(StockEntry.objects.filter(organization=world.a1).values_list("quantity", flat=True)) == 0
    assert sum(StockEntry.objects.filter(organization=world.a2).values_list("quantity", flat=True)) == 30
    assert set(Printer.objects.filter(organization=world.a2).values_list("name", flat=True)) == {
        "办公室",
        "办公室 2",
    }
    assert Support.objects.get(organization=world.a2, until=None).unit.name == "县水利局"


def test_blank_booklets_between_two_units_that_become_one_are_received_first(world: World) -> None:
    StockTransfer.objects.create(
        from_organization=world.ashi,
        to_organization=world.bashi,
        quantity=20,
        sent_on=DAY,
        sent_by="test",
        sent_at=NOW,
    )
    with pytest.raises(Refused, match="20本空白证本"):
        done(world, merge_towns(world))


def test_a_unit_with_blank_booklets_is_not_dissolved(world: World) -> None:
    blank(world.b1.pk, 5)
    with pytest.raises(Refused, match="5本"):
        done(world, Dissolve(unit=world.b1.pk))


def test_all_of_it_comes_back(world: World) -> None:
    transfer(world, make_member(branch=world.b1), world.a1.pk)
    floating(world.a1.pk)
    support_unit(world)
    blank(world.a1.pk, 30)
    for organization in (world.a1, world.a2):
        Printer.objects.create(organization=organization, name="办公室", by="test", at=NOW)
    before = dump(without=JOURNAL)
    deed = done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    undone(world, deed)
    after = dump(without=JOURNAL)
    for label, rows in before.items():
        assert {pk: after[label][pk] for pk in rows} == rows, label
        assert label in {*STAYS, "certificates.stockentry"} or after[label].keys() == rows.keys(), label
    assert sum(StockEntry.objects.filter(organization=world.a1).values_list("quantity", flat=True)) == 30
    assert sum(StockEntry.objects.filter(organization=world.a2).values_list("quantity", flat=True)) == 0


def test_a_matter_that_waits_for_approval_stays_with_the_member(world: World) -> None:
    event = MembershipEvent.objects.create(
        member=world.members_a1[1],
        branch=world.a1,
        kind="warn",
        decided_on=DAY,
        decided_by="支部党员大会",
        proposed_by="test",
        proposed_at=NOW,
    )
    deed = planned(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    impact = actions.impact_now(by=world.scope("county_organizer"), deed=deed, on=TODAY)
    preview = preview_of(impact, on=TODAY)
    assert preview.work == [("党籍和组织处置等待批准", 1)]
    actions.do_reorganization(by=world.scope("county_organizer_2"), deed=deed, on=TODAY)
    seen = MembershipEvent.objects.open().visible_to(world.scope("secretary_a2"), "members.read")
    assert list(seen) == [event]


def test_what_waits_for_the_other_person_is_in_the_work_list(world: World) -> None:
    planned(world, merge_towns(world))
    assert work(world.scope("county_organizer"), on=TODAY) == []
    (group,) = work(world.scope("county_organizer_2"), on=TODAY)
    assert (group.kind, group.total, group.items[0].title) == ("decide", 1, "撤并乡镇")
    assert work(world.scope("organizer_ashi"), on=TODAY) == []
