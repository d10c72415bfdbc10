"""A refused form: what is to be mended stands on top, the first field has the focus, the answer is a 422."""

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse

from tests.days import TODAY
from tests.world import World
from zhibu.organizations.models import Organization
from zhibu.ui.fields import DayField, YuanField


class Form(forms.Form):
    day = DayField(label="日期")
    amount = YuanField(label="金额")
    note = forms.CharField(label="备注", required=False)


def test_what_is_to_be_mended_stands_on_top_and_the_first_field_has_the_focus() -> None:
    text = render_to_string("ui/form.html", {"form": Form({"day": "二月三十", "amount": "一元"})})
    head, _, rest = text.partition("<input")
    assert "没有保存，有2处要改" in head
    assert head.index("日期") < head.index("金额")
    assert 'href="#id_day"' in head and 'href="#id_amount"' in head
    assert "日期请写成2026-11-06这样。" in head
    assert (text.count("autofocus"), "autofocus" in rest.partition(">")[0]) == (1, True)
    assert 'value="二月三十"' in text


def test_a_form_that_holds_or_was_not_sent_says_nothing() -> None:
    for form in (Form(), Form({"day": TODAY.isoformat(), "amount": "１,０００.５元", "note": ""})):
        form.is_valid()
        text = render_to_string("ui/form.html", {"form": form})
        assert "没有保存" not in text
        assert "autofocus" not in text


def test_a_refused_form_is_a_422_and_changes_nothing(world: World) -> None:
    url = reverse("organizations:name", args=[world.a1.pk])
    answer = world.client("county_organizer").post(url, {"name": "", "short_name": "尔木村党支部"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有保存" in page
    assert 'value="尔木村党支部"' in page
    assert Organization.objects.get(pk=world.a1.pk).name == world.a1.name
