"""Who is a member, at which stage, since when: never by one person alone, whichever way is tried."""

from datetime import date, timedelta

import pytest

from tests.things import begin_county, enroll
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused, Scope
from zhibu.imports.sheets import Planned, Row, RowState, Value, no_ticker
from zhibu.members import actions
from zhibu.members.actions import Correction, NewMember
from zhibu.members.importers import ROSTER
from zhibu.members.models import EnrollmentProposal, Member, MembershipEvent
from zhibu.members.rules.facts import Facts

REASON = "照入党志愿书"
pytestmark = pytest.mark.dated
CLERK, COMMITTEE, COUNTY = "secretary_a1", "organizer_ashi", "county_organizer"
CONFIRMED: dict[str, object] = {"stage": "full", "confirmation_date": date(2026, 7, 1)}


@pytest.fixture
def young(world: World) -> Member:
    """On probation since July of last year."""
    return make_member(
        branch=world.a1,
        name="预备甲",
        stage="probationary",
        join_date=date(2025, 7, 1),
        confirmation_date=None,
    )


def correct(world: World, member: Member, who: str = CLERK, /, **changes: object) -> None:
    actions.correct_member(by=world.scope(who), member=member, changes=changes, reason=REASON, on=TODAY)


def settle(world: World, event: MembershipEvent, who: str, *, approve: bool = True) -> MembershipEvent:
    return actions.settle_event(
        by=world.scope(who),
        event=event,
        approve=approve,
        settled_on=TODAY,
        document="",
        note="材料对不上",
        on=TODAY,
    )


def stage_of(member: Member) -> tuple[str, date | None]:
    member.refresh_from_db()
    return member.stage, member.confirmation_date


def new_facts(name: str = "沙马尔布", **changes: object) -> Facts:
    base = Facts(
        name=name,
        sex="1",
        ethnic_group="07",
        birth_date=date(1990, 5, 6),
        education="71",
        join_date=date(2015, 7, 1),
        confirmation_date=date(2016, 7, 1),
        stage="full",
        dues_category="farmer",
        identity_reason="证件在补办",
    )
    return base._replace(**changes)  # type: ignore[arg-type]


def new_row(branch_code: str, name: str = "沙马尔布", number: int = 2) -> Row:
    cells: dict[str, Value] = {
        key: value for key, value in new_facts(name)._asdict().items() if value not in ("", None)
    }
    return Row(number, {"branch_code": branch_code, **cells})


def import_rows(world: World, *rows: Row, who: str = COMMITTEE) -> list[Planned]:
    planned = ROSTER.check(rows, world.scope(who), TODAY)
    assert not [each.row.problems for each in planned if each.row.problems]
    wanted = [each for each in planned if each.state in (RowState.NEW, RowState.CHANGED)]
    ROSTER.apply(wanted, world.scope(who), TODAY, no_ticker)
    return planned


@pytest.mark.parametrize("who", [CLERK, COMMITTEE, COUNTY])
def test_the_page_of_corrections_only_proposes_stage_and_dates(world: World, young: Member, who: str) -> None:
    correct(world, young, who, **CONFIRMED, native_place="四川喜德")
    assert stage_of(young) == ("probationary", None)
    assert young.native_place == "四川喜德"  # the rest is corrected at once
    event = MembershipEvent.objects.get(member=young)
    assert (event.state, event.proposed_user, event.grounds) == ("proposed", world.people[who], REASON)
    assert event.wanted == {
        "stage": ["probationary", "full"],
        "confirmation_date": ["", "2026-07-01"],
    }
    if who != CLERK:
        with pytest.raises(Refused, match="不能自己批准"):
            settle(world, event, who)
    assert stage_of(young) == ("probationary", None)
    settle(world, event, "county_organizer_2")
    assert stage_of(young) == ("full", date(2026, 7, 1))


def test_a_no_keeps_the_record_and_says_why(world: World, young: Member) -> None:
    correct(world, young, join_date=date(2024, 7, 1))
    event = settle(world, MembershipEvent.objects.get(), COMMITTEE, approve=False)
    young.refresh_from_db()
    assert (young.join_date, event.state, event.settled_note) == (date(2025, 7, 1), "refused", "材料对不上")


def test_a_clerk_does_not_decide_even_what_another_clerk_proposed(world: World, young: Member) -> None:
    correct(world, young, COMMITTEE, **CONFIRMED)
    with pytest.raises(Denied):
        settle(world, MembershipEvent.objects.get(), CLERK)


def test_the_reason_of_unusual_dates_is_decided_with_them(world: World) -> None:
    member = world.members_a1[0]
    correct(world, member, confirmation_date=None, dates_reason="档案里查不到")
    member.refresh_from_db()
    assert (member.confirmation_date, member.dates_reason) == (date(2010, 6, 28), "")
    settle(world, MembershipEvent.objects.get(), COMMITTEE)
    member.refresh_from_db()
    assert (member.confirmation_date, member.dates_reason) == (None, "档案里查不到")


def test_the_same_again_is_one_proposal_and_another_one_waits_its_turn(world: World, young: Member) -> None:
    correct(world, young, **CONFIRMED)
    correct(world, young, COMMITTEE, **CONFIRMED)
    with pytest.raises(Refused, match="还在等批准"):
        correct(world, young, join_date=date(2024, 7, 1))
    assert MembershipEvent.objects.count() == 1


def test_what_has_changed_since_is_not_written_over(world: World, young: Member) -> None:
    correct(world, young, **CONFIRMED)
    Member.objects.filter(pk=young.pk).update(join_date=date(2025, 6, 1), confirmation_date=date(2026, 6, 1))
    with pytest.raises(Refused, match="提出以后这几栏又有变动"):
        settle(world, MembershipEvent.objects.get(), COMMITTEE)


def test_many_corrections_and_a_roster_only_propose_too(world: World, young: Member) -> None:
    actions.correct_members(
        by=world.scope(COUNTY),
        corrections=[Correction(young.pk, {**CONFIRMED, "education": "61"})],
        reason=REASON,
        on=TODAY,
    )
    assert stage_of(young) == ("probationary", None)
    assert young.education == "61"
    MembershipEvent.objects.all().delete()
    row: dict[str, Value] = {
        "branch_code": world.a1.code,
        "name": young.name,
        "resident_id": young.resident_id,
        "stage": "full",
        "confirmation_date": date(2026, 7, 1),
    }
    [planned] = import_rows(world, Row(2, dict(row)))
    assert "由另一位同志同意后才改" in planned.notes[0]
    assert stage_of(young) == ("probationary", None)
    [again] = ROSTER.check([Row(2, dict(row))], world.scope(COMMITTEE), TODAY)
    assert (again.state, again.notes) == (
        RowState.SAME,
        ["人员类别、入党和转正时间的改动已经提出，正等着决定。"],
    )
    settle(world, MembershipEvent.objects.get(), COUNTY)
    assert stage_of(young) == ("full", date(2026, 7, 1))


def test_a_roster_does_not_change_dates_while_another_matter_waits(world: World, young: Member) -> None:
    correct(world, young, join_date=date(2024, 7, 1))
    row: dict[str, Value] = {
        "branch_code": world.a1.code,
        "name": young.name,
        "resident_id": young.resident_id,
        "stage": "full",
        "confirmation_date": date(2026, 7, 1),
    }
    [planned] = ROSTER.check([Row(2, row)], world.scope(COMMITTEE), TODAY)
    assert planned.state is RowState.ERROR
    assert "还在等批准" in planned.row.problems[0].sentence


@pytest.mark.parametrize("who", [CLERK, COMMITTEE, COUNTY])
def test_one_person_alone_enters_nobody(world: World, who: str) -> None:
    """By hand and by a roster, before and after the start day: the branch has its books already."""
    before = Member.objects.count()
    rows = [NewMember(world.a1, new_facts())]
    proposals = actions.propose_enrollments(by=world.scope(who), rows=rows, reason=REASON, on=TODAY)
    import_rows(world, new_row(world.a1.code, "马海木呷"), who=who)
    begin_county(TODAY - timedelta(days=9))
    import_rows(world, new_row(world.a1.code, "马海阿依"), who=who)
    with pytest.raises(Refused, match="已经建册"):
        actions.take_over_members(by=world.scope(who), rows=rows, on=TODAY)
    assert Member.objects.count() == before
    assert EnrollmentProposal.objects.open().count() == 3
    with pytest.raises((Refused, Denied)):
        actions.accept_enrollments(by=world.scope(who), proposals=proposals, on=TODAY)
    assert Member.objects.count() == before
    decides = world.scope("county_organizer_2")
    actions.accept_enrollments(by=decides, proposals=list(EnrollmentProposal.objects.open()), on=TODAY)
    entered = Member.objects.get(name="沙马尔布")
    assert (entered.branch, entered.entered_by) == (world.a1, world.people[who].name)


def test_the_county_takes_over_books_of_branches_without_any_until_its_start_day(world: World) -> None:
    begin_county(TODAY)
    [planned] = import_rows(world, new_row(world.b1.code), who=COUNTY)
    assert not planned.notes
    assert Member.objects.filter(name="沙马尔布", branch=world.b1).exists()
    # The books are there now: who comes later, if only a day, takes two people.
    import_rows(world, new_row(world.b1.code, "马海木呷"), who=COUNTY)
    assert not Member.objects.filter(name="马海木呷").exists()


@pytest.mark.parametrize(("who", "days"), [(COMMITTEE, 0), (CLERK, 0), (COUNTY, 1)])
def test_nobody_else_and_nobody_later_takes_over(world: World, who: str, days: int) -> None:
    begin_county(TODAY - timedelta(days=days))
    empty = world.a2
    if who == CLERK:
        Member.objects.filter(branch=world.a1).update(branch=world.a2)
        empty = world.a1
    import_rows(world, new_row(empty.code), who=who)
    assert not Member.objects.filter(name="沙马尔布").exists()
    assert EnrollmentProposal.objects.get().state == "proposed"


def test_a_row_that_waits_is_not_proposed_again(world: World) -> None:
    import_rows(world, new_row(world.a1.code))
    [again] = ROSTER.check([new_row(world.a1.code)], world.scope(COMMITTEE), TODAY)
    assert (again.state, again.notes) == (RowState.SAME, ["这个人的登记已经提出，正等着决定。"])


def test_a_no_enters_nobody_and_keeps_nothing_of_the_person(world: World) -> None:
    [row] = actions.propose_enrollments(
        by=world.scope(CLERK), rows=[NewMember(world.a1, new_facts())], reason=REASON, on=TODAY
    )
    with pytest.raises(Refused, match="理由"):
        actions.decline_enrollments(by=world.scope(COMMITTEE), proposals=[row], note="", on=TODAY)
    actions.decline_enrollments(by=world.scope(COMMITTEE), proposals=[row], note="查无此人", on=TODAY)
    row.refresh_from_db()
    assert (row.state, row.settled_note, row.facts, row.member) == ("declined", "查无此人", "", None)
    with pytest.raises(Refused, match="已经由刘洋办结"):
        actions.accept_enrollments(by=world.scope(COUNTY), proposals=[row], on=TODAY)
    assert not Member.objects.filter(name="沙马尔布").exists()


def test_a_proposal_is_taken_back_where_it_came_from(world: World) -> None:
    [row] = actions.propose_enrollments(
        by=world.scope(CLERK), rows=[NewMember(world.a1, new_facts())], reason=REASON, on=TODAY
    )
    with pytest.raises(Denied):
        actions.withdraw_enrollment(by=world.scope("secretary_a2"), proposal=row, note="填错了人", on=TODAY)
    row = actions.withdraw_enrollment(by=world.scope(CLERK), proposal=row, note="填错了人", on=TODAY)
    assert row.state == "withdrawn"


def test_proposals_say_nothing_of_the_person_in_the_log(world: World) -> None:
    [member] = enroll(world, NewMember(world.a1, new_facts()))
    told = [str(row.data) for row in AuditRecord.objects.filter(event__startswith="members.")]
    assert len(told) == 3  # proposed, enrolled, accepted
    assert not [text for text in told if member.name in text or "1990" in text]


def test_the_command_line_proposes_as_everybody_does(world: World, young: Member) -> None:
    by = Scope.system("命令行")
    actions.correct_member(by=by, member=young, changes=CONFIRMED, reason=REASON, on=TODAY)
    assert stage_of(young) == ("probationary", None)
    planned = ROSTER.check([new_row(world.a1.code)], by, TODAY)
    ROSTER.apply(planned, by, TODAY, no_ticker)
    assert EnrollmentProposal.objects.get().proposed_by == "命令行"
