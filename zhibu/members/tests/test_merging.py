"""Likely duplicates, proposals, consents, and folding one record into another."""

from datetime import date

import pytest

from tests.world import NOW, TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.members import actions
from zhibu.members.models import Member, MemberChange, MemberPhoto, MergeProposal, PostHolding
from zhibu.members.summaries.duplicates import likely_pairs, open_proposals

REASON = "同一人登记两次"


def pair(world: World) -> tuple[Member, Member]:
    """One person in two branches of Ashi."""
    one = make_member(branch=world.a1, name="王薇", sex="2", birth_date=date(1980, 2, 3))
    other = make_member(branch=world.a2, name="王薇", sex="2", birth_date=date(1980, 2, 3))
    return one, other


BY_COUNTY = (("organizer_ashi", "要由县委组织部"), ("county_organizer", "提出的人不能自己合并"))


@pytest.mark.parametrize(
    ("facts", "refusals", "decides"),
    [
        ({"resident_id": ""}, (), "organizer_ashi"),
        (
            {"name": "李强", "birth_date": date(1991, 9, 9), "resident_id": ""},
            BY_COUNTY,
            "county_organizer_2",
        ),
        ({}, BY_COUNTY, "county_organizer_2"),
    ],
    ids=["one person", "another name and birth date", "another number"],
)
def test_the_county_decides_where_two_records_are_two_people_on_their_face(
    world: World, facts: dict[str, object], refusals: tuple[tuple[str, str], ...], decides: str
) -> None:
    one = make_member(branch=world.a1, name="王薇", sex="2", birth_date=date(1980, 2, 3))
    same: dict[str, object] = {"name": "王薇", "birth_date": date(1980, 2, 3)}
    other = make_member(branch=world.a2, sex="2", **{**same, **facts})  # type: ignore[arg-type]
    county = world.scope("county_organizer")
    proposal = actions.propose_merge(by=county, kept=one, dropped=other, reason=REASON, on=TODAY)
    for who in ("secretary_a1", "secretary_a2"):
        actions.consent_merge(by=world.scope(who), proposal=proposal, on=TODAY)
    for who, sentence in refusals:
        with pytest.raises(Refused, match=sentence):
            actions.fold_member(by=world.scope(who), proposal=proposal, on=TODAY)
    actions.fold_member(by=world.scope(decides), proposal=proposal, on=TODAY)
    other.refresh_from_db()
    assert other.merged_into == one


def proposed(world: World) -> MergeProposal:
    one, other = pair(world)
    return actions.propose_merge(
        by=world.scope("organizer_ashi"), kept=one, dropped=other, reason=REASON, on=TODAY
    )


def consented(world: World) -> MergeProposal:
    proposal = proposed(world)
    for who in ("secretary_a1", "secretary_a2"):
        proposal = actions.consent_merge(by=world.scope(who), proposal=proposal, on=TODAY)
    return proposal


def test_pairs_are_shown_within_the_scope_strongest_first(world: World) -> None:
    one, other = pair(world)
    alike = make_member(branch=world.b1, name="王威", sex="2", birth_date=date(1980, 7, 1))
    shown, total = likely_pairs(world.scope("county_organizer"), limit=10)
    found = [(each.one.pk, each.other.pk, str(each.why)) for each in shown]
    assert found[0] == (one.pk, other.pk, "same_name_and_birth")
    assert {row[2] for row in found[1:]} == {"sounds_alike"}
    assert total == 3
    assert likely_pairs(world.scope("county_organizer"), limit=1)[1] == 3
    in_ashi, _total = likely_pairs(world.scope("organizer_ashi"), limit=10)
    assert alike.pk not in {member.pk for each in in_ashi for member in (each.one, each.other)}
    assert likely_pairs(world.scope("secretary_a1"), limit=10) == ([], 0)


def test_who_proposes_must_see_both_records(world: World) -> None:
    one, other = pair(world)
    with pytest.raises(Denied):
        actions.propose_merge(
            by=world.scope("secretary_a1"), kept=one, dropped=other, reason=REASON, on=TODAY
        )
    scope = world.scope("organizer_ashi")
    first = actions.propose_merge(by=scope, kept=one, dropped=other, reason=REASON, on=TODAY)
    assert actions.propose_merge(by=scope, kept=other, dropped=one, reason=REASON, on=TODAY) == first
    with pytest.raises(Refused, match="同一条记录"):
        actions.propose_merge(by=scope, kept=one, dropped=one, reason=REASON, on=TODAY)
    assert likely_pairs(scope, limit=10)[1] == 0


def test_each_organization_consents_by_a_person_of_its_own(world: World) -> None:
    proposal = proposed(world)
    with pytest.raises(Denied):
        actions.consent_merge(by=world.scope("organizer_bashi"), proposal=proposal, on=TODAY)
    county = world.scope("county_organizer")
    row = actions.consent_merge(by=county, proposal=proposal, on=TODAY)
    assert (row.kept_consent_by, row.dropped_consent_by) == ("王芳", "")
    with pytest.raises(Refused, match="另一个人"):
        actions.consent_merge(by=county, proposal=row, on=TODAY)
    again = actions.consent_merge(by=world.scope("secretary_a1"), proposal=row, on=TODAY)
    assert again.dropped_consent_at is None
    full = actions.consent_merge(by=world.scope("secretary_a2"), proposal=row, on=TODAY)
    assert full.dropped_consent_by == "卢玉"
    chains = AuditRecord.objects.filter(event="members.merge.consented").values_list("chain", flat=True)
    assert set(chains) == {world.a1.pk, world.a2.pk}


def test_within_one_branch_one_consent_is_enough(world: World) -> None:
    one = make_member(branch=world.a1, name="王薇", birth_date=date(1980, 2, 3))
    other = make_member(branch=world.a1, name="王薇", birth_date=date(1980, 2, 3))
    scope = world.scope("secretary_a1")
    proposal = actions.propose_merge(by=scope, kept=one, dropped=other, reason=REASON, on=TODAY)
    with pytest.raises(Refused, match="要由另一位同志同意"):
        actions.consent_merge(by=scope, proposal=proposal, on=TODAY)
    assert not open_proposals(scope)[0].may_consent
    row = actions.consent_merge(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    assert row.kept_consent_at
    assert row.dropped_consent_at


def test_a_side_out_of_scope_is_not_shown(world: World) -> None:
    proposed(world)
    [seen] = open_proposals(world.scope("secretary_a2"))
    assert seen.kept is None
    assert seen.dropped is not None
    assert seen.may_consent
    assert open_proposals(world.scope("organizer_bashi")) == []
    assert open_proposals(world.scope("inspector")) == []


def test_nothing_is_folded_before_both_consented(world: World) -> None:
    proposal = proposed(world)
    actions.consent_merge(by=world.scope("secretary_a1"), proposal=proposal, on=TODAY)
    with pytest.raises(Refused, match="还没有齐"):
        actions.fold_member(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)


def test_folding_moves_what_the_kept_record_lacks_and_keeps_the_history(world: World) -> None:
    proposal = consented(world)
    kept, gone = proposal.kept, proposal.dropped
    number = gone.resident_id
    Member.objects.filter(pk=kept.pk).update(resident_id="", resident_id_index="", phone="")
    Member.objects.filter(pk=gone.pk).update(user=world.people["nobody"])
    MemberPhoto.objects.create(member=gone, image=b"x", at=NOW)
    for member, post in ((kept, "secretary"), (gone, "secretary"), (gone, "youth_member")):
        PostHolding.objects.create(member=member, organization=world.a1, post=post, from_date=TODAY)
    journal = actions.fold_member(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    assert journal["columns"] == ["user", "resident_id", "resident_id_index", "phone"]
    stays = Member.objects.get(pk=kept.pk)
    gone.refresh_from_db()
    assert gone.merged_into == stays
    assert (stays.resident_id, stays.phone) == (number, "13800005678")
    assert (stays.user, gone.user) == (world.people["nobody"], None)
    assert MemberPhoto.objects.filter(member=stays).exists()
    posts = PostHolding.objects.filter(member=stays).values_list("post", flat=True)
    assert set(posts) == {"secretary", "youth_member"}
    assert MemberChange.objects.filter(member__in=[stays, gone]).count() == 2
    assert not Member.objects.enrolled().filter(pk=gone.pk).exists()
    with pytest.raises(Refused, match="已经办结"):
        actions.fold_member(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)


def test_either_side_can_say_no_and_the_pair_is_not_shown_again(world: World) -> None:
    proposal = consented(world)
    with pytest.raises(Denied):
        actions.decline_merge(by=world.scope("organizer_bashi"), proposal=proposal, on=TODAY)
    row = actions.decline_merge(by=world.scope("secretary_a2"), proposal=proposal, on=TODAY)
    assert row.state == "declined"
    with pytest.raises(Refused, match="已经办结"):
        actions.consent_merge(by=world.scope("secretary_a1"), proposal=proposal, on=TODAY)
    assert likely_pairs(world.scope("organizer_ashi"), limit=10)[1] == 0
