"""Whatever people do, in whatever order: sums are those of their rows, seals hold, and who breaks one is named."""

import json
from random import Random
from uuid import UUID

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import TODAY, World, make_member
from zhibu.audit.summaries.verification import verify
from zhibu.cli import main
from zhibu.dues.models import Due, Payment
from zhibu.dues.summaries.pages import ledger_lines, totals_of, unit_lines
from zhibu.dues.summaries.remittances import in_hand
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.attendance import CAME
from zhibu.months import actions as months
from zhibu.months.actions.cells import CellOperation
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.rules.months import MonthState, add_up
from zhibu.months.rules.seals import replaced_seals
from zhibu.months.summaries import lists
from zhibu.months.summaries.page import month_page
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.comings import Comings, to_the_last_seal
from zhibu.months.tests.month_steps import EARLY, book, opened, submitted, theme_day
from zhibu.months.tests.walk import CELLS, STATUSES, Walk
from zhibu.points.models import Entry
from zhibu.points.summaries.totals import month_rows, totals

pytestmark = pytest.mark.dated

CALM = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip
DEEDS = st.lists(
    st.tuples(st.sampled_from(Walk.names()), st.integers(0, 11), st.integers(0, 11)), min_size=6, max_size=24
)


def sealed_months(world: World, *which: int) -> None:
    """A1's months, one after the other."""
    for month in which:
        row = submitted(world, opened(world, month=month), on=TODAY)
        months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=TODAY)


@CALM
@given(
    drawn=st.lists(
        st.tuples(st.integers(0, 1), st.booleans(), st.integers(0, 5), st.integers(0, 2)), min_size=1, max_size=7
    ),
    random=st.randoms(use_true_random=False),
)  # fmt: skip
def test_operations_in_any_order_repeated_in_any_batches_come_to_one_state(
    world: World, drawn: list[tuple[int, bool, int, int]], random: Random
) -> None:
    results = []
    with transaction.atomic():
        row = opened(world)
        meeting = str(book(row).held[0].pk)
        operations = [
            CellOperation(
                UUID(int=n + 1),
                world.members_a1[who].pk,
                "dues" if is_dues else meeting,
                CELLS[value] if is_dues else STATUSES[value % len(STATUSES)],
                seen,
            )
            for n, (who, is_dues, value, seen) in enumerate(drawn)
        ]
        for turn in range(3):
            with transaction.atomic():
                order = list(operations)
                if turn:
                    order += random.sample(operations, random.randint(0, len(operations)))
                    random.shuffle(order)
                while order:
                    size = random.randint(1, len(order)) if turn else len(order)
                    batch, order = order[:size], order[size:]
                    months.apply_operations(
                        by=world.scope("secretary_a1"), branch_month=row, operations=batch, on=EARLY
                    )
                results.append(_state(row))
                assert Operation.objects.filter(by="阿措克布").count() == len(operations)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert results[0] == results[1] == results[2]


def _state(row: BranchMonth) -> str:
    """What every cell holds, and between what somebody has to choose."""
    found = [
        [
            each.member.pk,
            each.dues.value,
            sorted(json.dumps(claim.value, sort_keys=True) for claim in each.dues.rivals),
            [(at, cell.value, len(cell.rivals)) for at, cell in sorted(each.cells.items())],
        ]
        for each in book(row).rows
    ]
    return json.dumps(found, sort_keys=True)


@CALM
@given(deeds=DEEDS)
def test_no_sequence_of_deeds_changes_a_seal(world: World, deeds: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        theme_day(world)
        sealed_months(world, 202609, 202610)
        before = dict(BranchMonth.objects.values_list("pk", "digest"))
        walk = Walk(world, (202609, 202610, 202611))
        for deed in deeds:
            walk.go([deed])
            broken = verify_seals().broken
            assert broken is None or broken.is_reopened, (broken, deed, walk.done)
        for row in BranchMonth.objects.filter(pk__in=before):
            seals = (*replaced_seals(row.summary), row.digest)
            assert seals[0] == before[row.pk], "the first seal is kept"
            assert len(seals) == 1 or "except" in walk.done
        assert verify().holds
        transaction.set_rollback(True)


@CALM
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from([*Comings.names(), *3 * ("move", "meet", "found", "die")]),
            st.integers(0, 11),
            st.integers(0, 11),
        ),
        min_size=6,
        max_size=30,
    )
)
def test_whoever_comes_or_goes_every_month_can_be_sealed(
    world: World, deeds: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        for branch in (world.a2, world.b1, world.b1):
            make_member(branch=branch)
        theme_day(world)
        Comings(world, (202609, 202610, 202611)).go(deeds)
        assert to_the_last_seal(world) == []
        assert verify_seals().broken is None
        for row in BranchMonth.objects.exclude(digest=""):
            found = book(row)
            came = sum(line.status in CAME for line in found.attendance if line.meeting in found.held)
            assert row.summary["came"] == came, "everyone on the lists is counted"
        monthly = Entry.objects.filter(item__in=("M01", "M02", "M03"), state="approved", reverses=None)
        keys = list(monthly.exclude(source="manual").values_list("member_id", "item", "fact_on__month"))
        assert len(keys) == len(set(keys)), "each point of a month once"
        transaction.set_rollback(True)


@CALM
@given(deeds=DEEDS)
def test_every_total_shown_is_the_sum_of_its_rows(world: World, deeds: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        make_member(branch=world.a2)
        theme_day(world)
        for month in (202609, 202610, 202611):
            months.open_months(
                by=world.scope("organizer_ashi"), month=month, organization=world.ashi, on=TODAY
            )
        Walk(world, (202609, 202610, 202611)).go(deeds)
        for month in (202609, 202610, 202611):
            _check_month(world, month)
        _check_money(world)
        _check_points(world)
        transaction.set_rollback(True)


def _check_month(world: World, month: int) -> None:
    """The page and the seal of A1; the list of the committee and of the county."""
    row = BranchMonth.objects.get(branch=world.a1, month=month)
    found = book(row)
    page, sums = month_page(row, submit_day=10, book=found), add_up(each.line for each in found.rows)
    assert page.totals == sums
    assert sum(round(float(line.paid or 0) * 100) for line in page.rows) == sums.paid
    assert sums.members == len(found.people) == len(page.rows)
    if row.state == MonthState.SEALED:
        ledger = sum(p.amount + p.extra for p in found.payments if not p.large)
        assert row.summary["paid"] == sums.paid == ledger
        assert (row.cash, row.heads, row.attended if found.held else None) == (
            sums.cash,
            sums.payers,
            sums.came if found.held else None,
        )
    county = world.scope("county_organizer")
    lines = list(lists.month_lines(county, month))
    units = lists.unit_lines(county, month, on=TODAY, submit_day=10)
    counts = lists.month_counts(county, month, on=TODAY, submit_day=10)
    for name in ("opened", "waiting", "open", "returned", "sealed", "late"):
        assert sum(getattr(unit, name) for unit in units) == getattr(counts, name), name
    assert counts.opened == len(lines)
    for show, count in (("waiting", counts.waiting), ("open", counts.open), ("sealed", counts.sealed)):
        assert lists.month_lines(county, month, show_only=show).count() == count, show


def _check_money(world: World) -> None:
    """Rows, branches, committees and county; what is in hand."""
    county = world.scope("county_organizer")
    world.county.refresh_from_db()
    for month in (202609, 202610, 202611):
        _lines, whole = unit_lines(county, world.county, [month])
        below = 0
        for line in _lines:
            branches, total = unit_lines(county, line.unit, [month])
            assert total == line.totals
            for each in branches:
                rows = totals_of([ledger.row for ledger in ledger_lines(each.unit, month, on=TODAY)])
                assert (rows.paid, rows.extra, rows.members) == (
                    each.totals.paid,
                    each.totals.extra,
                    each.totals.members,
                )
                below += rows.paid
        everything = Payment.objects.filter(month=month).aggregate(n=models.Sum("amount", default=0))["n"]
        assert below == whole.paid == everything
    world.a1.refresh_from_db()
    at_hand = Payment.objects.filter(branch=world.a1, month__lt=202612, large=False).exclude(channel="host")
    handed_over = sum(p.amount + p.extra for p in at_hand)
    held = in_hand(world.a1, 202609, 202612)
    assert held.collected == held.period + held.earlier == handed_over


def _check_points(world: World) -> None:
    for month in (202609, 202610, 202611):
        rows = month_rows(world.a1, month)
        approved = Entry.objects.filter(branch=world.a1, month=month, state="approved")
        assert sum(row.earned for row in rows) == sum(entry.tenths for entry in approved)
        assert sum(row.entries for row in rows) == approved.count()
        assert all(sum(row.groups.values()) == row.earned for row in rows)
    last = {row.member_id: row.total for row in month_rows(world.a1, 202611)}
    assert {pk: each.total for pk, each in totals(list(last), 2026).items()} == last


CHANGES: tuple[tuple[type[models.Model], dict[str, object]], ...] = (
    (Due, {"amount": 21}),
    (Due, {"kind": "exempt"}),
    (Payment, {"amount": 19}),
    (Payment, {"payer": "阿皮石布"}),
    (Payment, {"receiver": "卢玉"}),
    (Meeting, {"state": "planned"}),
    (Meeting, {"kind": "party_class"}),
    (Attendance, {"status": "absent"}),
    (Attendance, {"reason": "住院"}),
    (Entry, {"tenths": 99}),
    (Entry, {"item": "B02"}),
    (BranchMonth, {"cash": 61}),
    (BranchMonth, {"heads": 2}),
    (BranchMonth, {"previous": "f" * 64}),
)


def test_verify_names_branch_and_month_of_the_first_change_in_every_ledger(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed_months(world, 202609, 202610, 202611)
    assert main(["months", "verify"]) == 0
    for model, change in CHANGES:
        for month, label in ((202609, "2026年9月"), (202610, "2026年10月")):
            rows = model._default_manager.filter(
                **{"meeting__month" if model is Attendance else "month": month}
            )
            with transaction.atomic():
                assert rows.filter(pk=rows.order_by("-pk")[0].pk).update(**change) == 1
                if month == 202609:  # a later one is broken, too: the first is named
                    BranchMonth.objects.filter(month=202611).update(cash=1)
                assert main(["months", "verify"]) == 1, (model, change)
                told = capsys.readouterr().err
                assert world.a1.name in told and label in told, (model, change, told)
                transaction.set_rollback(True)
        with transaction.atomic():
            if model in (Payment, Attendance, Entry):
                rows.filter(pk=rows.order_by("-pk")[0].pk).delete()
                assert main(["months", "verify"]) == 1, model
            transaction.set_rollback(True)
    assert main(["months", "verify"]) == 0


def test_an_exception_leaves_the_old_seal_and_the_months_after_it(world: World) -> None:
    sealed_months(world, 202609, 202610)
    walk = Walk(world, (202609, 202610, 202611))
    first = BranchMonth.objects.get(month=202609)
    walk.go([("except", 0, 3), ("cell", 0, 1), ("submit", 0, 0), ("seal", 0, 0)])
    again = BranchMonth.objects.get(month=202609)
    assert again.digest != first.digest and replaced_seals(again.summary) == (first.digest,)
    assert BranchMonth.objects.get(month=202610).previous == first.digest
    assert verify_seals().broken is None
