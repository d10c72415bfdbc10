"""Printers and their calibration."""

import pytest
from django.urls import reverse

from tests.overprints import (
    calibrated,
    copy_of,
    page_url,
    plans,
    position_of,
    reward,
    text_of,
)
from tests.world import TODAY, World
from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.prints.overprint import calibration_pdf
from zhibu.certificates.rules.overprint.printers import Offsets
from zhibu.certificates.summaries.overprint import work
from zhibu.core.access import Denied, Refused


def test_a_printer_is_calibrated_by_measuring_twice(world: World) -> None:
    by = world.scope("organizer_ashi")
    printer = actions.add_printer(by=by, organization=world.ashi, name=" 针式打印机 ", on=TODAY)
    client = world.client("organizer_ashi")
    url = reverse("certificates:printer", args=[printer.pk])
    sheet = client.get(reverse("certificates:calibration_sheet", args=[printer.pk])).content
    assert "实际大小" in text_of(sheet)
    first = client.post(
        url, {"measured_x": "31.2", "measured_y": "29.6", "seen_x": 0, "seen_y": 0}, follow=True
    )
    assert "请再印一张校准页" in first.content.decode()
    printer.refresh_from_db()
    assert (printer.offset_x, printer.offset_y, printer.calibrated_on) == (-12, 4, None)
    assert [group.total for group in work(by, on=TODAY)] == [1]
    stale = client.post(url, {"measured_x": "31.2", "measured_y": "29.6", "seen_x": 0, "seen_y": 0})
    assert "请再印一张" in stale.content.decode()
    printer.refresh_from_db()
    assert (printer.offset_x, printer.offset_y) == (-12, 4)
    done = client.post(
        url, {"measured_x": "30.1", "measured_y": "30.0", "seen_x": -12, "seen_y": 4}, follow=True
    )
    assert "这台打印机可以用来套打" in done.content.decode()
    printer.refresh_from_db()
    assert printer.calibrated_on is not None
    assert work(by, on=TODAY) == []


def test_the_crosses_move_with_the_offsets() -> None:
    still = position_of(calibration_pdf("甲", Offsets(0, 0), on=TODAY), "乙")
    moved = position_of(calibration_pdf("甲", Offsets(-12, 4), on=TODAY), "乙")
    assert abs(moved[0] - still[0] + 1.2) < 0.1
    assert abs(moved[1] - still[1] - 0.4) < 0.1


def test_a_measurement_too_far_off_is_refused(world: World) -> None:
    by = world.scope("organizer_ashi")
    printer = actions.add_printer(by=by, organization=world.ashi, name="针式", on=TODAY)
    with pytest.raises(Refused, match="超过20毫米"):
        actions.calibrate_printer(
            by=by, printer=printer, measured_x=550, measured_y=300, printed_with=Offsets(0, 0), on=TODAY
        )
    printer.refresh_from_db()
    assert printer.offset_x == 0


def test_an_uncalibrated_printer_prints_nothing(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    calibrated(world)
    raw = actions.add_printer(
        by=world.scope("organizer_ashi"), organization=world.ashi, name="新的", on=TODAY
    )
    client = world.client("organizer_ashi")
    (plan,) = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": raw.pk})
    assert answer.status_code == 409
    assert "还没有校准好" in answer.content.decode()


def test_a_name_is_entered_once_and_a_closed_printer_comes_back_uncalibrated(world: World) -> None:
    by = world.scope("organizer_ashi")
    printer = calibrated(world)
    again = actions.add_printer(by=by, organization=world.ashi, name=printer.name, on=TODAY)
    assert again.pk == printer.pk
    assert again.calibrated_on == TODAY
    actions.close_printer(by=by, printer=printer, on=TODAY)
    back = actions.add_printer(by=by, organization=world.ashi, name=printer.name, on=TODAY)
    assert (back.pk, back.closed_on, back.calibrated_on) == (printer.pk, None, None)
    with pytest.raises(Denied):
        actions.add_printer(by=by, organization=world.bashi, name="别处的", on=TODAY)
