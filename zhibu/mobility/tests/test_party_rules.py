"""The Party's rules about penalties, disposals, posts and coming back, as functions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.days import TODAY, ago
from tests.things import disposal_steps
from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.members.rules.events import (
    BARRED_ENDS,
    SPECS,
    DisposalStep,
    EventKind,
    InForce,
    Limits,
    MeasureKind,
    Situation,
    allowed_kinds,
    is_rechecked,
    judge,
    plain_matter,
    settled_day,
    warnings,
)
from zhibu.members.rules.posts import NO_POSTS, check_posts
from zhibu.members.rules.stages import Stage, Standing
from zhibu.mobility.tests.cases import entry

FULL = Situation(Stage.FULL, Standing.ACTIVE, ago(9000))
DISPOSALS = [kind for kind, spec in SPECS.items() if spec.needs_steps]
RUNNING = [EventKind.WARN, EventKind.WARN_SERIOUSLY, EventKind.REMOVE_FROM_POST]


@pytest.mark.parametrize("kind", DISPOSALS)
def test_after_a_disposal_the_next_one_may_follow_for_the_same_matter(kind: EventKind) -> None:
    assert judge(entry(kind, matter="不履行党员义务"), FULL, Limits(), on=TODAY).effective_on == TODAY


@pytest.mark.parametrize("kind", DISPOSALS)
@pytest.mark.parametrize("written", ["违反群众纪律", "违反群众纪律。", " 违反 群众纪律", "违反群众纪律 "])
def test_no_disposal_comes_on_top_of_a_penalty_for_the_same_matter(kind: EventKind, written: str) -> None:
    punished = replace(FULL, punished=frozenset({plain_matter("违反群众纪律")}))
    with pytest.raises(Refused, match="不再作组织处置"):
        judge(entry(kind, matter=written), punished, Limits(), on=TODAY)
    assert judge(entry(kind, matter="另一件事"), punished, Limits(), on=TODAY).effective_on == TODAY


def test_a_penalty_may_follow_a_penalty() -> None:
    punished = replace(FULL, punished=frozenset({plain_matter("违反群众纪律")}))
    assert (
        judge(entry(EventKind.WARN, matter="违反群众纪律"), punished, Limits(), on=TODAY).effective_on
        == TODAY
    )


@given(
    chain=st.lists(st.tuples(st.sampled_from(RUNNING), st.integers(0, 900)), min_size=1, max_size=5),
)
def test_effect_periods_run_one_after_another_and_nothing_of_them_is_lost(
    chain: Sequence[tuple[EventKind, int]],
) -> None:
    """DISC23 art. 21: what is left of the old one and the new one, whatever the kinds."""
    day, situation, end = ago(8000), FULL, date.min
    for kind, gap in chain:
        day += timedelta(days=gap)
        effect = judge(entry(kind, decided_on=day), situation, Limits(), on=TODAY)
        assert effect.until == add_months(max(day, end), effect.months or 0)
        assert effect.starts is not None and effect.until is not None
        end = effect.until
        period = (effect.starts, day, end)
        situation = replace(situation, effect_periods=(*situation.effect_periods, period))


def test_a_second_penalty_of_the_kind_is_offered_but_not_a_second_party_probation() -> None:
    held = {
        MeasureKind.WARNING: InForce(ago(30), TODAY + timedelta(days=300), True),
        MeasureKind.PROBATION_WITHIN_PARTY: InForce(ago(30), TODAY + timedelta(days=300)),
    }
    now = replace(FULL, measures=held)
    offered = allowed_kinds(now)
    assert EventKind.WARN in offered and EventKind.BEGIN_PARTY_PROBATION not in offered
    assert any("应当开除党籍" in each.message for each in warnings(entry(EventKind.WARN), now, Limits()))


def test_an_earlier_penalty_is_not_slipped_in_behind_a_later_one() -> None:
    later = replace(FULL, effect_periods=((MeasureKind.WARNING, ago(30), ago(-335)),))
    with pytest.raises(Refused, match="要按先后接着算"):
        judge(entry(EventKind.WARN, decided_on=ago(60)), later, Limits(), on=TODAY)


def test_after_rights_are_given_back_two_years_run() -> None:
    held = {MeasureKind.PROBATION_WITHIN_PARTY: InForce(ago(400), ago(35))}
    effect = judge(entry(EventKind.RESTORE_RIGHTS), replace(FULL, measures=held), Limits(), on=TODAY)
    assert (effect.starts, effect.until, effect.ends_itself) == (
        MeasureKind.AFTER_PARTY_PROBATION,
        add_months(TODAY, 24),
        True,
    )


@pytest.mark.parametrize("kind", NO_POSTS)
def test_nobody_is_put_into_a_post_while_a_measure_bars_it(kind: MeasureKind) -> None:
    with pytest.raises(Refused, match="期间不能担任党内职务") as refusal:
        check_posts("full", "active", {kind})
    assert refusal.value.params["measure"]
    check_posts("full", "active", {MeasureKind.WARNING, MeasureKind.CORRECTION_PERIOD})


@pytest.mark.parametrize(
    ("body", "rechecked"),
    [
        ("中共越西县纪委", True),
        ("中共越西县纪律检查委员会", True),
        ("县纪委监委", True),
        ("州纪委", True),
        ("普雄镇纪委", True),
        ("支部党员大会", False),
        ("支部党员大会讨论，报县纪委", False),
        ("普雄镇党委", False),
        ("中共越西县委", True),
        ("越西县委常委会会议决定", True),
        ("中国共产党越西县委员会", True),
        ("凉山州委", True),
        ("县委组织部", False),
        ("县委直属机关工委", False),
        ("中共越西县普雄镇委员会", False),
        ("中共凉县巴市镇委员会", False),
        ("普雄镇党委研究，报县委", False),
        ("镇党委报县纪委", False),
    ],
)
def test_what_a_discipline_commission_decided_holds_since_its_day(body: str, rechecked: bool) -> None:
    for kind, spec in SPECS.items():
        if not spec.is_discipline or spec.route != "approve":
            assert not is_rechecked(kind, body)
            continue
        decided = entry(kind, decided_on=ago(40), decided_by=body)
        assert is_rechecked(kind, body) is rechecked
        assert settled_day(decided, ago(3)) == (ago(40) if rechecked else ago(3))


@pytest.mark.parametrize("reason", sorted(BARRED_ENDS))
def test_nobody_comes_back_within_five_years_of_a_removal(reason: str) -> None:
    out = replace(FULL, standing=Standing.ENDED, ended_on=add_months(TODAY, -60), end_reason=reason)
    again = entry(EventKind.READMIT, effective_on=TODAY)
    assert judge(again, out, Limits(), on=TODAY).stage == Stage.PROBATIONARY
    early = replace(out, ended_on=add_months(TODAY, -60) + timedelta(days=1))
    with pytest.raises(Refused, match="年内不得重新入党"):
        judge(again, early, Limits(), on=TODAY)


def test_whoever_asked_to_leave_comes_back_when_the_county_says() -> None:
    out = replace(FULL, standing=Standing.ENDED, ended_on=ago(400), end_reason="voluntary_withdrawal")
    again = entry(EventKind.READMIT, effective_on=TODAY)
    assert judge(again, out, Limits(), on=TODAY).stage == Stage.PROBATIONARY
    with pytest.raises(Refused, match="县里的规定"):
        judge(again, out, replace(Limits(), rejoin_bar_years_withdrawn=3), on=TODAY)


@given(kind=st.sampled_from(DISPOSALS), order=st.permutations(list(DisposalStep)), gone=st.booleans())
def test_the_steps_of_a_disposal_stand_complete_and_in_their_order(
    kind: EventKind, order: list[DisposalStep], gone: bool
) -> None:
    days = list(disposal_steps(TODAY).values())
    steps = dict(zip(order, days, strict=True))
    if gone:
        del steps[order[0]]
    written = entry(kind, steps=steps)
    if not gone and order == list(DisposalStep):
        assert judge(written, FULL, Limits(), on=TODAY).effective_on == TODAY
        return
    with pytest.raises(Refused, match="的日期"):
        judge(written, FULL, Limits(), on=TODAY)


def test_the_last_step_comes_before_the_decision() -> None:
    with pytest.raises(Refused, match="在决定日期"):
        judge(
            entry(EventKind.BEGIN_CORRECTION, decided_on=ago(30), steps=disposal_steps(TODAY)),
            FULL,
            Limits(),
            on=TODAY,
        )
