"""Walks of the deeds with months and with cases that hold somebody accountable."""

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.accountability import actions
from zhibu.accountability.models import Case
from zhibu.accountability.rules import Outcome, StepKind
from zhibu.accountability.tests.test_case_reviews import of_unit
from zhibu.months import actions as months
from zhibu.months.tests import month_steps


@walk("months.month.sealed")
def month(world: World, alone: World) -> Last:
    """Filled in and submitted by the one person."""
    row = month_steps.submitted(alone, month_steps.opened(alone))
    return lambda by: months.seal_month(by=by, branch_month=row, on=TODAY)


@walk("accountability.case.decided")
def case(world: World, alone: World) -> Last:
    """Opened and led by the one person."""
    row = of_unit(alone)
    return lambda by: actions.decide_case(
        by=by, case=row, outcome=Outcome.NOTICE, text="两次谈话后仍迟报", on=TODAY
    )


@walk("accountability.case.reviewed")
def review(world: World, alone: World) -> Last:
    """Led by the township, decided by the one person; the branch objects."""
    row = actions.decide_case(
        by=alone.scope("county_organizer"),
        case=of_unit(world),
        outcome=Outcome.NOTICE,
        text="两次谈话后仍迟报",
        on=TODAY,
    )
    actions.add_step(
        by=world.scope("organizer_ashi"),
        case=row,
        kind=StepKind.OBJECTION,
        day=TODAY,
        text="停电三天，有供电所证明",
        on=TODAY,
    )
    objected = Case.objects.get(pk=row.pk)
    return lambda by: actions.review_decision(
        by=by, case=objected, is_upheld=True, text="证明不属实", on=TODAY
    )
