"""Opening months, taking payments, taking them back, locks."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused, Scope
from zhibu.dues import actions
from zhibu.dues.models import Due, Payment
from zhibu.dues.summaries.facts import is_locked
from zhibu.dues.summaries.ledger import Totals, month_rows, month_totals
from zhibu.dues.tests.cases import MONTH, entry, pay
from zhibu.members.models import Member

pytestmark = pytest.mark.dated


def test_a_month_is_opened_once_for_everyone(world: World) -> None:
    suspended = make_member(branch=world.a1, standing="suspended")
    make_member(branch=world.a1, standing="ended")
    make_member(branch=world.a1, stage="probationary", join_date=date(2026, 12, 1), confirmation_date=None)
    clerk = world.scope("secretary_a1")
    count = actions.open_month(by=clerk, month=MONTH, branch_ids=[world.a1.pk], on=TODAY)
    kinds = dict(Due.objects.values_list("member_id", "kind"))
    assert kinds == {suspended.pk: "none", **{member.pk: "due" for member in world.members_a1}}
    assert count == 4, "who joins later is not in the month"
    assert actions.open_month(by=clerk, month=MONTH, branch_ids=[world.a1.pk], on=TODAY) == 0
    assert AuditRecord.objects.filter(event="dues.month.opened").count() == 1
    with pytest.raises(Refused, match="还没有到"):
        actions.open_month(by=clerk, month=202701, branch_ids=[world.a1.pk], on=TODAY)


def test_the_county_is_opened_in_the_same_number_of_queries(world: World) -> None:
    def counted(month: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            actions.open_month(by=Scope.system("test"), month=month, on=TODAY)
        return len(captured)

    few = counted(202610)
    for _ in range(30):
        make_member(branch=world.b1)
    assert counted(202611) <= few


def test_a_clerk_opens_only_the_own_branch(world: World) -> None:
    make_member(branch=world.b1)
    actions.open_month(by=world.scope("secretary_a1"), month=MONTH, on=TODAY)
    assert set(Due.objects.values_list("branch_id", flat=True)) == {world.a1.pk}
    with pytest.raises(Denied):
        actions.record_payments(
            by=world.scope("secretary_a2"), branch=world.a1, entries=[entry(world.members_a1[0])], on=TODAY
        )


def test_many_pay_in_one_entry_each_with_a_payer(world: World) -> None:
    actions.open_month(by=world.scope("secretary_a1"), month=MONTH, branch_ids=[world.a1.pk], on=TODAY)
    first, second = world.members_a1[:2]
    rows = pay(world, [entry(first), entry(second, payer="吉克木呷", extra=80, channel="transfer")])
    assert [row.payer for row in rows] == ["", "吉克木呷"]
    shown = {row.member_id: row for row in month_rows(world.a1, MONTH)}
    assert (shown[second.pk].paid, shown[second.pk].extra, shown[second.pk].channel) == (20, 80, "transfer")
    totals = month_totals([world.a1.pk], MONTH)[world.a1.pk]
    assert (totals.paid, totals.extra, totals.cash, totals.payers) == (40, 80, 20, 2)
    assert totals.assessed == sum(row.assessed for row in shown.values())


def test_one_bad_entry_keeps_all_others_out(world: World) -> None:
    with pytest.raises(Refused, match="不能替党员交党费"):
        pay(world, [entry(world.members_a1[0]), entry(world.members_a1[1], payer="新村党支部")])
    with pytest.raises(Refused, match="党费请由本人所在支部收"):
        pay(world, [entry(world.members_a1[0]), entry(make_member(branch=world.b1))])
    assert not Payment.objects.exists()


def test_the_same_operation_is_written_once_in_any_order(world: World) -> None:
    entries = [entry(member) for member in world.members_a1]
    first = pay(world, entries)
    again = pay(world, [*reversed(entries)])
    assert [row.pk for row in again] == [row.pk for row in reversed(first)]
    assert Payment.objects.count() == len(entries)
    with pytest.raises(Refused, match="编号已经用过"):
        pay(world, [entry(world.members_a1[0], month=202610, operation=entries[0].operation)])


def test_a_second_person_is_told_that_it_is_paid(world: World) -> None:
    member = world.members_a1[0]
    pay(world, [entry(member)])
    with pytest.raises(Refused, match="已经交清"):
        pay(world, [entry(member)], "organizer_ashi")
    with pytest.raises(Refused, match="自愿多交"):
        pay(world, [entry(world.members_a1[1], amount=50)])
    assert Payment.objects.count() == 1


def test_paying_ahead_and_back(world: World) -> None:
    member = world.members_a1[0]
    ahead = [entry(member, month=month) for month in (202611, 202612, 202701)]
    pay(world, ahead)
    actions.open_month(by=world.scope("secretary_a1"), month=202612, branch_ids=[world.a1.pk], on=TODAY)
    paid = {row.member_id: row.paid for row in month_rows(world.a1, 202612)}
    assert paid[member.pk] == 20
    pay(world, [entry(member, month=202605)])
    with pytest.raises(Refused, match="已经超过6个月"):
        pay(world, [entry(member, month=202604)])
    with pytest.raises(Denied):
        pay(world, [entry(member, month=202604)], decision="凉阿委〔2026〕8号")
    row = pay(world, [entry(member, month=202604)], "organizer_ashi", decision="凉阿委〔2026〕8号")[0]
    assert row.reason == "凉阿委〔2026〕8号"


def test_a_refund_is_a_row_that_undoes(world: World) -> None:
    member = world.members_a1[0]
    row = pay(world, [entry(member, extra=30)])[0]
    operation = uuid4()

    def undo(operation: UUID, reason: str = "多收，已退") -> Payment:
        return actions.reverse_payment(
            by=world.scope("secretary_a1"), payment=row, reason=reason, operation=operation, on=TODAY
        )

    with pytest.raises(Refused, match="写明为什么"):
        undo(operation, "")
    undone = undo(operation)
    assert (undone.amount, undone.extra, undone.reverses_id) == (-20, -30, row.pk)
    assert undo(operation) == undone
    with pytest.raises(Refused, match="不能再冲正"):
        undo(uuid4())
    with pytest.raises(Refused, match="本身不能再冲正"):
        actions.reverse_payment(
            by=world.scope("secretary_a1"), payment=undone, reason="再退", operation=uuid4(), on=TODAY
        )
    assert month_rows(world.a1, MONTH)[0].paid == 0
    assert pay(world, [entry(member)])


def test_a_large_part_stands_apart(world: World) -> None:
    member = world.members_a1[0]
    given = entry(member, extra=100_000)
    rows = pay(world, [given])
    pay(world, [given])
    assert (rows[0].amount, rows[0].extra, rows[0].large) == (20, 0, False)
    assert list(Payment.objects.filter(large=True).values_list("amount", "extra")) == [(0, 100_000)]
    totals = month_totals([world.a1.pk], MONTH)[world.a1.pk]
    assert (totals.paid, totals.extra, totals.cash, totals.large) == (20, 0, 20, 100_000)


def test_a_locked_month_takes_nothing_until_it_is_opened(world: World) -> None:
    member = world.members_a1[0]
    given = entry(member)
    row = pay(world, [given])[0]
    organizer = world.scope("organizer_ashi")
    actions.lock_month(by=organizer, branch=world.a1, month=MONTH)
    assert is_locked(world.a1.pk, MONTH, TODAY)
    for refused in (
        lambda: pay(world, [entry(world.members_a1[1])]),
        lambda: actions.reverse_payment(
            by=world.scope("secretary_a1"), payment=row, reason="多收", operation=uuid4(), on=TODAY
        ),
    ):
        with pytest.raises(Refused, match="已经封存"):
            refused()
    assert pay(world, [given]) == [row]
    make_member(branch=world.a1)
    assert (
        actions.open_month(by=world.scope("secretary_a1"), month=MONTH, branch_ids=[world.a1.pk], on=TODAY)
        == 0
    )
    actions.reopen_month(by=organizer, branch=world.a1, month=MONTH, until=date(2026, 11, 30))
    assert is_locked(world.a1.pk, MONTH, date(2026, 11, 30))
    pay(world, [entry(world.members_a1[1])])
    actions.relock(by=organizer, branch=world.a1, month=MONTH)
    with pytest.raises(Refused, match="已经封存"):
        pay(world, [entry(world.members_a1[2])])
    with pytest.raises(Refused, match="没有封存"):
        actions.reopen_month(by=organizer, branch=world.a1, month=202610, until=TODAY)


def test_the_ledger_of_a_past_month_stays_with_its_branch(world: World) -> None:
    member = make_member(branch=world.a1)
    actions.open_month(by=world.scope("secretary_a1"), month=MONTH, branch_ids=[world.a1.pk], on=TODAY)
    Member.objects.filter(pk=member.pk).update(branch=world.a2)
    with pytest.raises(Refused, match="的党费记在"):
        actions.record_payments(
            by=world.scope("secretary_a2"), branch=world.a2, entries=[entry(member)], on=TODAY
        )
    pay(world, [entry(member)])
    assert (
        actions.open_month(by=world.scope("secretary_a2"), month=MONTH, branch_ids=[world.a2.pk], on=TODAY)
        == Member.objects.filter(branch=world.a2).exclude(pk=member.pk).count()
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 20), st.integers(0, 40), st.integers(202609, 202611)),
        min_size=1,
        max_size=8,
    ),
    random=st.randoms(use_true_random=False),
)
def test_replaying_operations_in_any_order_and_cut_gives_one_result(
    world: World, deeds: list[tuple[int, int, int, int]], random: object
) -> None:
    def sums() -> list[tuple[int, int, int]]:
        return sorted(
            (month, totals.paid, totals.extra)
            for month in (202609, 202610, 202611)
            for totals in month_totals([world.a1.pk], month).values()
        )

    entries = []
    room: dict[tuple[int, int], int] = {}
    for who, amount, extra, month in deeds:
        left = 20 - room.get((who, month), 0)
        amount = min(amount, left)
        if amount + extra:
            room[(who, month)] = room.get((who, month), 0) + amount
            entries.append(entry(world.members_a1[who], amount=amount, extra=extra, month=month))
    results = []
    for turn in range(2):
        with transaction.atomic():
            order = [*entries, *entries]
            if turn:
                random.shuffle(order)  # type: ignore[attr-defined]
            for each in order:
                pay(world, [each])
            for month in (202609, 202610, 202611):
                rows = month_rows(world.a1, month)
                totals = month_totals([world.a1.pk], month).get(world.a1.pk, Totals())
                assert sum(row.paid for row in rows) == totals.paid
                assert sum(row.extra for row in rows) == totals.extra
            results.append(sums())
            transaction.set_rollback(True)
    assert results[0] == results[1]
