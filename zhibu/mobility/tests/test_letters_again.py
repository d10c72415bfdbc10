"""A letter printed again says what it said on its day, whatever became of the member and of the branches since."""

from datetime import timedelta

import pytest

from tests.browser.paper import page_text
from tests.days import ago
from tests.world import NOW, TODAY, World, make_member
from zhibu.core.access import Scope
from zhibu.core.dates import add_months
from zhibu.members.rules.events import EventKind
from zhibu.mobility.actions.matters import enter_event, settle_event
from zhibu.mobility.models import Transfer
from zhibu.mobility.prints.transfers import letter_pdf
from zhibu.mobility.tests.cases import entry
from zhibu.mobility.tests.transfer_steps import issued, receive
from zhibu.reorganizations.rules.steps import MergeCommittees
from zhibu.reorganizations.tests.deeds import done

WRITTEN = ago(20)


def printed(row: Transfer, paper: str = "plain") -> str:
    again = Transfer.objects.select_related(
        "member", "issuer", "from_branch__parent", "to_branch__parent"
    ).get(pk=row.pk)
    return "".join(
        page_text(letter_pdf(again, resident_id="", printed_by="刘洋", at=NOW, paper=paper), 0).split()
    )


@pytest.mark.parametrize("paper", ["plain", "province"])
def test_whoever_was_confirmed_since_stays_a_probationer_on_the_letter(world: World, paper: str) -> None:
    member = make_member(
        branch=world.a1,
        stage="probationary",
        join_date=add_months(ago(15), -12),
        confirmation_date=None,
    )
    row = receive(world, issued(world, member, on=WRITTEN), received_on=ago(18))
    before = printed(row, paper)
    assert "预备党员" in before
    event = enter_event(
        by=Scope.system("登记"), member=member, entry=entry(EventKind.CONFIRM, decided_on=ago(10)), on=TODAY
    )
    settle_event(by=Scope.system("批准"), event=event, approve=True, settled_on=ago(5), document="", on=TODAY)
    member.refresh_from_db()
    assert member.stage == "full"
    assert printed(row, paper) == before


@pytest.mark.parametrize("days", [1, 4])
def test_the_letter_is_addressed_to_the_committee_of_its_day(world: World, days: int) -> None:
    row = receive(world, issued(world, world.members_a1[0], on=WRITTEN), received_on=ago(18))
    before = printed(row)
    assert f"{world.bashi.name}：" in before
    deed = MergeCommittees(sources=(world.bashi.pk,), into=world.ashi.pk)
    done(world, deed, effective_on=WRITTEN + timedelta(days=20 - days))
    assert printed(row) == before
