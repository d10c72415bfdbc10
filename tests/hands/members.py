"""Walks of the deeds with members' records."""

from datetime import date

from tests.days import ago, dashed, month_back
from tests.hands import Last, walk
from tests.things import SOMEBODY, enrollment_proposal, merge_proposal
from tests.world import TODAY, World, make_member
from zhibu.imports.sheets import Row, no_ticker
from zhibu.members import actions
from zhibu.members.importers import ROSTER
from zhibu.members.models import EnrollmentProposal, MembershipEvent, MergeProposal
from zhibu.mobility.actions.arrivals import propose_arrival
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.mobility.actions.matters import settle_event
from zhibu.reorganizations.actions.merging import merge_members, part_members

REASON = "照党员信息采集表"


@walk("members.enrollment.accepted")
def entered_by_hand(world: World, alone: World) -> Last:
    """Proposed on the page by the one person."""
    row = enrollment_proposal(alone)
    return lambda by: settle_enrollments(by=by, proposals=[row], accept=True, on=TODAY)


@walk("members.enrollment.accepted:roster")
def entered_by_a_roster(world: World, alone: World) -> Last:
    """A row of a roster that the one person writes, for a branch that has its books."""
    cells = {key: value for key, value in SOMEBODY._asdict().items() if value not in ("", None)}
    by = alone.scope("county_organizer")
    planned = ROSTER.check([Row(2, {"branch_code": alone.a1.code, **cells})], by, TODAY)
    ROSTER.apply(planned, by, TODAY, no_ticker)
    rows = list(EnrollmentProposal.objects.all())
    return lambda by: settle_enrollments(by=by, proposals=rows, accept=True, on=TODAY)


@walk("members.enrollment.accepted:arrival")
def arrived_with_a_letter(world: World, alone: World) -> Last:
    """A letter from another county that only the one person has seen."""
    row = propose_arrival(
        by=alone.scope("secretary_a1"),
        branch=alone.a1,
        facts=SOMEBODY,
        outside="中共喜德县光明镇委员会",
        letter="喜德光字〔2026〕第8号",
        letter_on=ago(14),
        letter_until=None,
        dues_paid_to=dashed(month_back()),
        received_on=TODAY,
        reason="嫁到尔木村",
        on=TODAY,
    )
    return lambda by: settle_enrollments(by=by, proposals=[row], accept=True, on=TODAY)


@walk("members.event.took_effect:record")
def corrected_stage(world: World, alone: World) -> Last:
    """A probationary member made full on the page of corrections."""
    young = make_member(branch=alone.a1, stage="probationary", join_date=ago(511), confirmation_date=None)
    actions.correct_member(
        by=alone.scope("secretary_a1"),
        member=young,
        changes={"stage": "full", "confirmation_date": ago(146)},
        reason=REASON,
        on=TODAY,
    )
    event = MembershipEvent.objects.get(member=young)
    return lambda by: settle_event(by=by, event=event, approve=True, settled_on=TODAY, document="", on=TODAY)


@walk("members.member.account_unlinked")
def parted_from_an_account(world: World, alone: World) -> Last:
    """Linked by somebody else; the one person says that it was wrong."""
    member = world.members_a1[1]
    actions.link_account(by=world.scope("secretary_a1"), member=member, user=world.people["nobody"])
    row = actions.propose_unlinking(by=alone.scope("secretary_a1"), member=member, reason="选错了人")
    return lambda by: actions.settle_unlinking(by=by, unlinking=row, accept=True)


def _agreed(world: World, proposal: MergeProposal) -> None:
    for who in ("secretary_a1", "secretary_a2"):
        actions.consent_merge(by=world.scope(who), proposal=proposal, on=TODAY)


@walk("members.merge.consented:proposer")
def merge_within_a_branch(world: World, alone: World) -> Last:
    """Proposed by the one person; one consent is enough within a branch."""
    one = make_member(branch=alone.a1, name="王薇", birth_date=date(1980, 2, 3))
    other = make_member(branch=alone.a1, name="王薇", birth_date=date(1980, 2, 3), resident_id="")
    proposal = actions.propose_merge(
        by=alone.scope("secretary_a1"), kept=one, dropped=other, reason=REASON, on=TODAY
    )
    return lambda by: actions.consent_merge(by=by, proposal=proposal, on=TODAY)


@walk("members.merge.done:two_people")
def merge_of_two_people(world: World, alone: World) -> Last:
    """Proposed by the one person; both branches let themselves be persuaded."""
    one, other = make_member(branch=alone.a1, name="王薇"), make_member(branch=alone.a2, name="李强")
    proposal = actions.propose_merge(
        by=alone.scope("county_organizer"), kept=one, dropped=other, reason=REASON, on=TODAY
    )
    _agreed(world, proposal)
    return lambda by: merge_members(by=by, proposal=proposal, on=TODAY)


@walk("members.merge.parted")
def parting(world: World, alone: World) -> Last:
    """Merged by others; the one person says it was wrong."""
    proposal = merge_proposal(world)
    _agreed(world, proposal)
    merge_members(by=world.scope("county_organizer"), proposal=proposal, on=TODAY)
    actions.propose_parting(
        by=alone.scope("organizer_ashi"), proposal=proposal, reason="照片不是一个人", on=TODAY
    )
    return lambda by: part_members(by=by, proposal=proposal, on=TODAY)


@walk("members.merge.consented")
def merge_across_branches(world: World, alone: World) -> Last:
    """Proposed by another; the one person consents for one of the two branches."""
    proposal = merge_proposal(world)
    actions.consent_merge(by=alone.scope("secretary_a1"), proposal=proposal, on=TODAY)
    return lambda by: actions.consent_merge(by=by, proposal=proposal, on=TODAY)
