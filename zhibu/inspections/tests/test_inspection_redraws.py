"""季督: the list drawn again by anyone, on the page, by hand from the workbook, at the command line; results as workbooks."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.things import printed
from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.cli import main
from zhibu.inspections.actions.inspections import finish_sample
from zhibu.inspections.models import Sample
from zhibu.inspections.rules.draw import Kind
from zhibu.inspections.summaries.inspections import coverage_of, total_of
from zhibu.inspections.summaries.sheets import sheet_of
from zhibu.inspections.tests.inspecting import (
    SEED,
    a_finding,
    a_sample,
    answered,
    drawn,
    late_month,
    more_members,
)

pytestmark = pytest.mark.dated


def cells(content: bytes) -> Sequence[tuple[object, ...]]:
    """The rows of a workbook below its titles, without the line of the sum."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [tuple(row) for row in sheet.iter_rows(min_row=4, values_only=True)][:-1]


def test_the_workbook_is_enough_to_draw_by_hand(world: World) -> None:
    more_members(world.a1)
    late_month(world.a1)
    row = drawn(world)
    answer = world.client("organizer_ashi").get(reverse("inspections:population_download", args=[row.pk]))
    lines = cells(answer.content)
    by_branch = defaultdict(list)
    for branch, _unit, number, _name, digest, _place, _corrected, _why in lines:
        assert digest == hashlib.sha256(f"{SEED}:{number}".encode()).hexdigest()
        by_branch[branch].append((digest, int(str(number))))
    by_hand = set()
    for branch, people in by_branch.items():
        places = max(2, -(-len(people) * 20 // 100)) + (int(str(branch)) == world.a1.pk)
        by_hand |= {number for _digest, number in sorted(people)[:places]}
    assert by_hand == set(Sample.objects.filter(inspection=row).values_list("member_id", flat=True))
    assert len(lines) == sum(len(each["members"]) for each in row.population)


def test_a_branch_downloads_its_own_part(world: World) -> None:
    row = drawn(world)
    answer = world.client("secretary_a1").get(reverse("inspections:population_download", args=[row.pk]))
    assert {line[1] for line in cells(answer.content)} == {"尔木村党支部"}


def test_the_command_line_draws_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    row = drawn(world)
    assert main(["inspections", "redraw", str(row.pk)]) == 0
    assert f"种子{SEED}" in capsys.readouterr().out
    sample = Sample.objects.filter(inspection=row)[0]
    sample.why = "late"
    sample.save(update_fields=["why"])
    assert main(["inspections", "redraw", str(row.pk)]) == 1
    assert "名单不一致" in capsys.readouterr().err
    assert main(["inspections", "redraw", "999"]) == 1


def test_the_page_says_how_and_the_log_keeps_the_seed(world: World) -> None:
    row = drawn(world)
    page = (
        world.client("secretary_a1")
        .get(reverse("inspections:inspection_redraw", args=[row.pk]))
        .content.decode()
    )
    assert f"zhibu inspections redraw {row.pk}" in page
    assert f"{SEED}:" in page
    record = AuditRecord.objects.get(event="inspections.inspection.drawn")
    assert (record.data["seed"], len(record.data["digest"])) == (SEED, 12)


def test_a_person_without_a_booklet_is_not_asked_for_its_number(world: World) -> None:
    sample = a_sample(world)
    scope = world.scope("organizer_ashi")
    lines = sheet_of(sample, scope, on=TODAY).lines
    assert not {"number", "reviews"} & {line.item.key for line in lines}
    assert {line.item.page for line in lines} == {"没有证本，问本人"}
    printed(world)
    asked = {line.item.key for line in sheet_of(sample, scope, on=TODAY).lines}
    assert {"number", "reviews"} <= asked


def test_coverage_adds_up_and_names_the_quarters_of_a_branch(world: World) -> None:
    for sample in Sample.objects.filter(inspection=drawn(world)):
        answered(world, sample)
        finish_sample(by=world.scope("organizer_ashi"), sample=sample, owner="", due_on=None, on=TODAY)
    drawn(world, Kind.COMMITTEE, person="county_organizer")
    scope = world.scope("county_organizer")
    branches = coverage_of(scope, world.ashi, year=2026, on=TODAY)
    assert {line.organization: line.quarters for line in branches}[world.a1] == {4}
    county = coverage_of(scope, world.county, year=2026, on=TODAY)
    ashi = next(line for line in county if line.organization == world.ashi)
    total = total_of(world.ashi, branches)
    assert (total.members, total.inspected, total.open) == (ashi.members, ashi.inspected, ashi.open)
    assert ashi.own_quarters == {4}
    answer = world.client("county_organizer").get(
        reverse("inspections:results_download", args=[world.county.pk])
    )
    *lines, last = cells(answer.content)
    assert last[0] == "合计"
    assert int(str(last[1])) == sum(int(str(line[1])) for line in lines)


def test_an_inspection_is_read_by_what_became_of_its_sheets(world: World) -> None:
    finding = a_finding(world)
    client = world.client("organizer_ashi")
    url = reverse("inspections:inspection", args=[finding.inspection_id])
    page = client.get(url, {"show": "differing"}).content.decode()
    assert "有不一致 1" in page
    assert "1项不一致" in page
    assert page.count("随机抽到") == 1
    findings = client.get(reverse("inspections:findings_download", args=[world.ashi.pk]))
    [line] = cells(findings.content)
    assert line[1:4] == ("尔木村党支部", finding.member.name if finding.member else "", "身份页")
