"""Fields for days hold days from which others follow."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django import forms

import zhibu
from zhibu.ui.fields import FIRST_DAY, LAST_DAY, DayField


class Form(forms.Form):
    day = DayField()


@pytest.mark.parametrize("text", ["9999-12-31", "2200-01-01", "1899-12-31", "0001-01-01"])
def test_a_day_outside_the_calendar_gets_a_sentence(text: str) -> None:
    form = Form({"day": text})
    assert not form.is_valid()
    assert form.errors["day"] == ["日期要在1900年到2199年之间，请核对年份。"]


def test_from_the_first_and_the_last_day_a_year_follows_on_both_sides() -> None:
    for day in (FIRST_DAY, LAST_DAY):
        assert Form({"day": day.isoformat()}).is_valid()
        assert day - timedelta(days=36_600) > date.min
        assert day + timedelta(days=36_600) < date.max


def test_every_form_asks_for_days_by_it() -> None:
    folder = Path(zhibu.__file__).parent
    own = folder / "ui" / "fields.py"
    others = [
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if path != own
        and "migrations" not in path.parts
        and "tests" not in path.parts
        and "forms.DateField" in path.read_text("utf-8")
    ]
    assert others == []
