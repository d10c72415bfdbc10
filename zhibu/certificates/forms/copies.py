"""Parsing what people type on the certificate pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.certificates.actions.orders import LAYOUTS
from zhibu.ui.fields import DayField


class OrderForm(forms.Form):
    """An order to print booklets."""

    issue_date = DayField(
        label=_("发证日期"),
        help_text=_("印在证本上，也写进二维码，印好后不能改。"),
    )
    layout = forms.ChoiceField(
        label=_("版式"),
        choices=zip(LAYOUTS, (_("单页，一页一面"), _("骑缝折页，A5双面、短边翻转，对折成册")), strict=True),
        widget=forms.RadioSelect,
        initial=LAYOUTS[0],
    )
    again = forms.BooleanField(
        label=_("包括已印未发的"), required=False, help_text=_("重印同一本，编号、证本号和二维码都不变。")
    )
