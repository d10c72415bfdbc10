"""Parsing what people type about members who cannot be found."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.mobility.forms.floating import QUIET
from zhibu.mobility.rules.lost import SEARCH_WAYS
from zhibu.ui.fields import DayField, TextField


class CaseForm(forms.Form):
    """The beginning of a search."""

    last_contact_on = DayField(
        label=gettext_lazy("最后一次联系上的日期"),
        help_text=gettext_lazy(
            "满六个月没有联系、查找过也没有下落的，才标记失联。依据：《中国共产党党员教育管理工作条例》第二十四条。"
        ),
    )
    last_contact_note = TextField(
        max_length=200,
        required=False,
        label=gettext_lazy("那一次怎样联系上的"),
        help_text=gettext_lazy("例如“春节回家见到，说去福建打工”。加密保存。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SearchForm(forms.Form):
    """One search."""

    day = DayField(label=gettext_lazy("查找日期"))
    way = forms.ChoiceField(
        label=gettext_lazy("怎样查找"),
        choices=lambda: [("", _("请选择")), *((code, _(name)) for code, name in SEARCH_WAYS.items())],
        error_messages={"required": gettext_lazy("请选查找方式。")},
    )
    who = TextField(
        max_length=40,
        label=gettext_lazy("谁查找的"),
        error_messages={"required": gettext_lazy("请写明是谁查找的。")},
        widget=forms.TextInput(attrs=QUIET),
    )
    result = TextField(
        max_length=200,
        label=gettext_lazy("结果"),
        help_text=gettext_lazy("问了谁、怎么说，例如“家人两年没有他的消息”。加密保存。"),
        error_messages={"required": gettext_lazy("请写明查找的结果。")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FoundForm(forms.Form):
    """The member was found before anything was decided."""

    day = DayField(label=gettext_lazy("联系上的日期"))
    note = TextField(
        max_length=200,
        label=gettext_lazy("怎样联系上的"),
        error_messages={"required": gettext_lazy("请写明怎样联系上的。")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
