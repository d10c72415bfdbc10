"""The dues page of a booklet, printed from the ledger."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.overprints import calibrated, copy_of, page_url, plans, position_of, text_of
from tests.world import TODAY, World
from zhibu.certificates.rules.overprint.layouts import LAYOUTS
from zhibu.dues.summaries.booklet_lines import dues
from zhibu.dues.tests.cases import MONTH, entry, opened, pay

pytestmark = pytest.mark.dated


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


def test_a_printed_month_equals_the_ledger_and_stands_in_its_row(world: World) -> None:
    copy_of(world)
    opened(world, MONTH)
    member = world.members_a1[0]
    pay(world, [entry(member, extra=80)])
    client, printer = world.client("organizer_ashi"), calibrated(world)
    (plan,) = plans(client, page_url(world, "dues"))
    answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": printer.pk})
    (line,) = dues([member.pk])[member.pk]
    assert line.on == date(2026, 11, 30)
    assert text_of(answer.content) == "".join(line.fields)
    table = LAYOUTS["dues"].table
    assert table is not None
    _left, top = position_of(answer.content, "2026.11.24")
    row = (top - table.top - table.head) / table.row
    assert 10 <= row - 0.01 <= 11.5
