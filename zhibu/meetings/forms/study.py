"""Study hours of a meeting that teaches: asked when it is registered as held, mended with its other facts."""

from django import forms
from django.utils.translation import gettext_lazy

from zhibu.meetings.forms import AmendForm
from zhibu.ui.fields import HoursField


def _hours() -> HoursField:
    return HoursField(
        required=False,
        help_text=gettext_lazy(
            "学习占用的学时，45分钟为1学时，没有学习的不填。到会的人都按这个数计，不用再到学时台账登记。"
        ),
    )


class HoldForm(forms.Form):
    """What is asked beside the list when a meeting was held."""

    study_tenths = _hours()


class AmendTaughtForm(AmendForm):
    """What can be changed about a meeting that teaches."""

    study_tenths = _hours()
