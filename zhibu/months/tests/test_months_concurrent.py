"""Several people at the same time: nothing is lost, nothing doubled, nobody meets an error of the database."""

from collections import Counter
from datetime import date
from functools import partial
from itertools import chain
from typing import cast
from uuid import uuid4

import pytest

from tests.crowd import at_once, few_at_once, overlapping, refused
from tests.world import TODAY, World, grant, make_member, make_organization, make_user
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.audit.summaries.verification import verify
from zhibu.core.access import Scope
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, Payment
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Attendance
from zhibu.months import actions as months
from zhibu.months.actions.cells import Answer, CellOperation
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.rules.cells import canonical
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import EARLY, MONTH, book, counted, opened, submitted
from zhibu.organizations.models import Organization
from zhibu.points import actions as points
from zhibu.points.models import Account, Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dated]
UNPAID = {"how": "unpaid"}
PROXY = {"how": "proxy", "payer": "阿皮石布"}


def deputy(world: World, branch: Organization | None = None) -> Scope:
    """A second clerk of A1, or of another branch."""
    user = make_user(f"deputy{(branch or world.a1).pk}", "卢玉")
    grant(user, "branch_clerk", branch or world.a1)
    return scope_of(user, on=TODAY)


def more_branches(world: World, count: int, *, members: int = 2) -> list[BranchMonth]:
    """Further branches of Ashi, their month open."""
    branches = [
        make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"5134001013{n:02d}",
            name=f"中共凉县阿市镇第{n}村支部委员会",
            short_name=f"第{n}村党支部",
            segment=f"{100 + n}",
        )
        for n in range(count)
    ]
    for branch in branches:
        for _ in range(members):
            make_member(branch=branch)
    months.open_months(by=world.scope("organizer_ashi"), month=MONTH, organization=world.ashi, on=TODAY)
    return list(BranchMonth.objects.filter(branch__in=branches).order_by("pk"))


def holds() -> bool:
    """Every chain of the log and every seal."""
    return verify().holds and verify_seals().broken is None


def test_phones_that_send_overlapping_batches_lose_and_double_nothing(world: World) -> None:
    row, other = opened(world, members=6), deputy(world)
    meeting = str(book(row).held[0].pk)
    people = [each.member.pk for each in book(row).rows]
    mine = [CellOperation(uuid4(), pk, "dues", PROXY) for pk in people]
    mine += [CellOperation(uuid4(), pk, meeting, {"status": "leave", "reason": "住院"}) for pk in people]
    theirs = [CellOperation(uuid4(), pk, "dues", UNPAID) for pk in people[:3]]
    theirs += [CellOperation(uuid4(), pk, meeting, {"status": "absent"}) for pk in people[3:]]

    def sends(by: Scope, operations: list[CellOperation]) -> list[Answer]:
        return months.apply_operations(by=by, branch_month=row, operations=operations, on=EARLY)

    clerk = world.scope("secretary_a1")
    answers = at_once(
        partial(sends, clerk, mine),
        partial(sends, clerk, mine[::-1]),
        partial(sends, other, theirs),
        partial(sends, clerk, mine[4:] + mine[:4]),
    )
    told: dict[object, set[str]] = {}
    heard = cast("list[list[Answer]]", answers)
    for answer in chain.from_iterable(heard):
        told.setdefault(answer.id, set()).add(canonical(answer.plain()))
    assert {len(each) for each in told.values()} == {1}, "a retry hears what the first heard"
    assert Operation.objects.count() == len(mine) + len(theirs)
    rows = {each.member.pk: each for each in book(row).rows}
    assert [rows[pk].dues.value for pk in people] == [UNPAID] * 3 + [PROXY] * 3
    assert [rows[pk].line.statuses[int(meeting)] for pk in people] == ["leave"] * 3 + ["absent"] * 3
    assert [rows[pk].rivals for pk in people] == [1] * 6, "nobody had seen the other's entry"
    assert Attendance.objects.filter(meeting=int(meeting)).count() == 6
    assert holds()


def test_a_month_handed_in_several_times_at_once_is_paid_once(world: World) -> None:
    row, other = opened(world, members=6), deputy(world)
    told, clerk = counted(row), world.scope("secretary_a1")
    hand_in = partial(months.submit_month, branch_month=row, counted=told, on=EARLY)
    answers = at_once(*[partial(hand_in, by=by) for by in (clerk, clerk, other, clerk)])
    assert set(refused(answers)) <= {"这个月已经提交，等党委确认。要改请让党委退回。"}
    assert Counter(Payment.objects.values_list("member", flat=True)).most_common(1)[0][1] == 1
    assert Payment.objects.count() == 6
    assert BranchMonth.objects.get().state == "submitted"
    assert holds()


def test_of_sealing_and_giving_back_exactly_one_wins(world: World) -> None:
    by = world.scope("organizer_ashi")
    for row in more_branches(world, 4):
        row = submitted(world, row, who="county_organizer")
        answers = at_once(
            partial(months.seal_month, by=by, branch_month=row, on=EARLY),
            partial(months.return_month, by=by, branch_month=row, reason="第二行没有交", on=EARLY),
        )
        row.refresh_from_db()
        assert len(refused(answers)) == 1
        assert (row.state, row.returns, bool(row.digest)) in {("sealed", 0, True), ("returned", 1, False)}
        assert Entry.objects.filter(branch=row.branch_id).exists() == (row.state == "sealed")
    assert holds()


def test_an_entry_beside_the_submission_is_in_it_or_told_that_it_is_not(world: World) -> None:
    by = world.scope("county_organizer")
    for row in more_branches(world, 4):
        member = Due.objects.filter(branch=row.branch_id)[0].member
        operation = CellOperation(uuid4(), member.pk, "dues", UNPAID)
        told = counted(row)
        entry, handed_in = at_once(
            partial(months.apply_operations, by=by, branch_month=row, operations=[operation], on=EARLY),
            partial(months.submit_month, by=by, branch_month=row, counted=told, on=EARLY),
        )
        answer = entry[0]  # type: ignore[index]
        is_in = answer.outcome == "done"
        assert is_in or (answer.outcome, "已经提交" in answer.sentence) == ("refused", True)
        assert is_in == bool(refused([handed_in])), "the count no longer agrees"
        assert Payment.objects.filter(branch=row.branch_id).count() == (0 if is_in else 2)
    assert holds()


def test_sixteen_branches_hand_in_four_at_a_time_and_are_sealed_so(world: World) -> None:
    rows = more_branches(world, 16)
    clerks = {row.pk: deputy(world, row.branch) for row in rows}
    deeds = [
        partial(months.submit_month, by=clerks[row.pk], branch_month=row, counted=counted(row), on=EARLY)
        for row in rows
    ]
    assert not refused(few_at_once([*deeds, *deeds[::-1]], hands=4))
    assert set(Counter(Payment.objects.values_list("member", flat=True)).values()) == {1}
    assert Payment.objects.count() == 32
    by = world.scope("organizer_ashi")
    seals = [partial(months.seal_month, by=by, branch_month=row, on=EARLY) for row in rows]
    assert not refused(few_at_once([*seals, *seals], hands=4))
    assert verify_seals().seals == 16
    assert holds()


def test_two_clerks_and_one_receipt_take_the_money_once(world: World) -> None:
    opened(world, meeting=False)
    clerk, other = world.scope("secretary_a1"), deputy(world)

    def entry(operation: object, member: int) -> dues.PaymentEntry:
        return dues.PaymentEntry(member, MONTH, 20, 0, date(2026, 10, 15), "cash", "", "", operation)  # type: ignore[arg-type]

    def take(by: Scope, entries: list[dues.PaymentEntry]) -> object:
        return dues.record_payments(by=by, branch=world.a1, entries=entries, on=EARLY)

    one, two, three = (member.pk for member in world.members_a1)
    same = [entry(uuid4(), one), entry(uuid4(), two)]
    answers = at_once(
        partial(take, clerk, same), partial(take, other, same[::-1]), partial(take, other, [entry(uuid4(), three)]),
        partial(take, clerk, [entry(uuid4(), three)]),
    )  # fmt: skip
    assert len(refused(answers)) == 1
    assert sorted(Payment.objects.values_list("member", "amount")) == [(one, 20), (two, 20), (three, 20)]
    payment = Payment.objects.filter(member=one)[0]
    back = partial(dues.reverse_payment, payment=payment, reason="多收，已退", on=EARLY)
    answers = at_once(*[partial(back, by=by, operation=uuid4()) for by in (clerk, other, clerk)])
    assert len(refused(answers)) == 2
    assert Payment.objects.filter(reverses=payment).count() == 1
    assert holds()


def test_points_pressed_twice_are_entered_approved_and_opened_once(world: World) -> None:
    clerk, county, ashi = (world.scope(who) for who in ("secretary_a1", "county_organizer", "organizer_ashi"))
    enter = partial(
        points.record_entry,
        by=clerk,
        member=world.members_a1[1],
        item="B02",
        fact_on=date(2026, 11, 12),
        evidence="义务植树签到表",
        operation=uuid4(),
        on=TODAY,
    )
    assert not refused(at_once(enter, enter, enter))
    entry = Entry.objects.get()
    approve = partial(points.approve_entries, entries=[entry], on=TODAY)
    answers = at_once(*[partial(approve, by=by) for by in (ashi, ashi, county)])
    assert len(refused(answers)) in {1, 2}
    assert Entry.objects.get().state == "approved"
    open_year = partial(points.open_year, by=county, year=2026, branch_ids=None, on=TODAY)
    assert sum(at_once(open_year, open_year, open_year)) == 3  # type: ignore[arg-type]
    assert Account.objects.filter(year=2026).count() == 3
    assert holds()


def test_a_month_that_grows_while_it_is_handed_in(world: World) -> None:
    row = opened(world)
    newcomer, told, clerk = make_member(branch=world.a1), counted(row), world.scope("secretary_a1")
    grow = partial(months.open_months, by=clerk, month=MONTH, organization=world.a1, on=TODAY)
    hand_in = partial(months.submit_month, by=clerk, branch_month=row, counted=told, on=EARLY)
    answers = overlapping(grow, hand_in, chain=world.a1.pk)
    row.refresh_from_db()
    grew = Due.objects.filter(member=newcomer).exists()
    assert grew == bool(refused(answers)), (
        "either it grew and the count no longer agrees, or it was handed in before"
    )
    assert row.members == Due.objects.filter(branch=world.a1).count()
    assert holds()


def test_nothing_slips_into_a_month_while_it_is_sealed(world: World) -> None:
    clerk, county = world.scope("secretary_a1"), world.scope("county_organizer")
    moved = meetings.plan_meeting(
        by=clerk, branch=world.a1, kind="party_class", day=date(2026, 11, 20), on=TODAY
    )
    row = submitted(world, opened(world))
    make_member(branch=world.a1)
    more = dues.AssessmentEntry(world.members_a1[1].pk, "farmer", None, 50)
    answers = overlapping(
        partial(months.seal_month, by=world.scope("organizer_ashi"), branch_month=row, on=EARLY),
        partial(
            meetings.amend_meeting,
            by=clerk,
            meeting=moved,
            day=date(2026, 10, 20),
            on=TODAY,
            time=None,
            place="",
            title="党课",
            agenda="",
            chair="",
            recorder="",
        ),
        partial(
            dues.assess_members, by=county, entries=[more], from_month=202601, reason="重新核定", on=TODAY
        ),
        partial(dues.open_month, by=clerk, month=MONTH, branch_ids=[world.a1.pk], on=TODAY),
        chain=world.a1.pk,
    )
    row.refresh_from_db()
    assert row.state == "sealed" and len(refused(answers)) == 1
    assert Due.objects.filter(branch=world.a1, month=MONTH).count() == 3
    assert holds()
