"""Taking a reorganization back: every row as it was, or a sentence that says what is in the way."""

from datetime import timedelta

import pytest

from tests.things import merging_townships
from tests.world import TODAY, World, grant, make_member, make_user
from zhibu.audit.models import AuditRecord
from zhibu.certificates import actions as certificates
from zhibu.certificates.models import Certificate
from zhibu.core.access import Refused
from zhibu.members.models import Member, MembershipEvent
from zhibu.organizations import actions as organizations
from zhibu.organizations.models import (
    Organization,
    RetiredSegment,
)
from zhibu.reorganizations import actions
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import MergeBranches, MergeCommittees, Rename
from zhibu.reorganizations.tests.deeds import DAY, JOURNAL, NEW_TOWN, STAYS, done, dump, merge_towns, undone

pytestmark = pytest.mark.usefixtures("done_today")


def test_undoing_brings_every_row_back(world: World) -> None:
    cheshi, deshi = merging_townships(world, branches=6, members=30)
    first, second, third = Organization.objects.filter(parent=cheshi).order_by("pk")
    organizations.set_clusters(by=world.scope("county_organizer"), organization=first, names=["东片"])
    before = dump(without=JOURNAL)
    deed = done(
        world,
        MergeCommittees(sources=(cheshi.pk, deshi.pk), new=NEW_TOWN),
        MergeBranches(sources=(first.pk,), into=second.pk),
        Rename(unit=third.pk, name="新名", short_name="新名"),
    )
    assert dump(without=JOURNAL) != before
    undone(world, deed)
    after = dump(without=JOURNAL)
    for label, rows in before.items():
        assert {pk: after[label][pk] for pk in rows} == rows, label
        assert label in STAYS or after[label].keys() == rows.keys(), label
    town = Organization.objects.get(code__startswith="513400199-x")
    assert town.closed_on == DAY
    assert set(MembershipEvent.objects.values_list("state", flat=True)) == {"reversed"}
    # What was given meanwhile is not given to others.
    assert {(row.root_id, row.segment) for row in RetiredSegment.objects.all()} == {
        (town.pk, f"00{n}") for n in range(1, 6)
    }
    assert {row.state for row in Reorganization.objects.all()} == {"undone"}
    assert AuditRecord.objects.filter(event="reorganizations.reorganization.undone").count() == 1
    # The same deed once more: the code is free, the segments go on.
    again = done(world, MergeCommittees(sources=(cheshi.pk, deshi.pk), new=NEW_TOWN))
    assert Organization.objects.get(code="513400199", closed_on=None).segment == "036"
    assert again.state == "done"


def test_a_number_given_between_doing_and_undoing_stays_and_the_next_goes_on(world: World) -> None:
    make_member(branch=world.b1, name="卢云")
    deed = done(world, merge_towns(world))
    certificates.number_members(by=world.scope("organizer_ashi"), organization=world.ashi, on=TODAY)
    assert Certificate.objects.get(member__name="卢云").number.startswith("001003001")
    undone(world, deed)
    make_member(branch=world.b1, name="吉克")
    certificates.number_members(by=world.scope("organizer_bashi"), organization=world.bashi, on=TODAY)
    assert Certificate.objects.get(member__name="卢云").number.startswith("001003001")
    assert Certificate.objects.get(member__name="吉克").number.startswith("002001002")


def test_undoing_is_refused_after_another_change(world: World) -> None:
    deed = done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk))
    Member.objects.filter(pk=world.members_a1[0].pk).update(branch=world.b1)
    before = dump(without=set())
    with pytest.raises(Refused, match="1条“党员”变动过"):
        undone(world, deed)
    assert dump(without=set()) == before


def test_undoing_is_refused_when_the_new_unit_got_something_of_its_own(world: World) -> None:
    deed = done(world, MergeCommittees(sources=(world.ashi.pk, world.bashi.pk), new=NEW_TOWN))
    town = Organization.objects.get(code=NEW_TOWN.code)
    grant(make_user("late", "新干事"), "committee_organizer", town)
    with pytest.raises(Refused, match="1条“账号角色”"):
        undone(world, deed)


def test_undoing_is_refused_on_another_day(world: World) -> None:
    deed = done(world, merge_towns(world))
    with pytest.raises(Refused, match="只能在执行的当天"):
        actions.undo_reorganization(
            by=world.scope("county_organizer"), deed=deed, on=TODAY + timedelta(days=1)
        )
