"""What the administrators type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from zhibu.accounts.rules import ADMINISTRATORS, ON_ROLES, REASON_MIN, Deed
from zhibu.accounts.vocabulary import vocabulary
from zhibu.core.codes import label
from zhibu.organizations.models import Organization
from zhibu.ui.fields import DayField, TextField

_SHOWN = 6


class SearchForm(forms.Form):
    """Find an account."""

    q = forms.CharField(required=False, max_length=40)


class OpeningForm(forms.Form):
    """A new account."""

    name = TextField(label=gettext_lazy("姓名"), max_length=40)
    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=40,
        help_text=gettext_lazy("登录时用。小写字母、数字或 . _ - ，例如 wangfang.zzb。以后不能改。"),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ReasonForm(forms.Form):
    """Why something is proposed or declined."""

    reason = TextField(label=gettext_lazy("理由"), min_length=REASON_MIN, max_length=200)


class DeedForm(ReasonForm):
    """A deed on an administrator's account, which another administrator confirms."""

    deed = forms.ChoiceField(
        choices=[(deed, label("account_deed", deed)) for deed in Deed if deed not in ON_ROLES]
    )


class ChosenForm(forms.Form):
    """Grants that were ticked."""

    proposal = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any, *, offered: list[int]) -> None:
        super().__init__(data)
        self.fields["proposal"].choices = [(each, each) for each in offered]  # type: ignore[attr-defined]


def _roles() -> list[tuple[str, Any]]:
    return [("", gettext_lazy("请选择")), *((role.name, role.label) for role in vocabulary().roles.values())]


class GrantForm(forms.Form):
    """A role for somebody: which, where, from when until when. ``until`` is typed as the last day."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=_roles)
    place = TextField(
        label=gettext_lazy("组织"),
        max_length=80,
        help_text=gettext_lazy("名称、拼音首字母或组织代码。角色管到这个组织和它下面的所有组织。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    from_date = DayField(label=gettext_lazy("从哪天起"))
    last_day = DayField(
        label=gettext_lazy("最后一天"),
        required=False,
        help_text=gettext_lazy("不写就一直有效，直到收回。"),
    )
    reason = TextField(
        label=gettext_lazy("理由"),
        min_length=REASON_MIN,
        max_length=200,
        help_text=gettext_lazy("写给确认的人看，例如“9月换届当选支部书记”。"),
    )

    def __init__(self, *args: Any, administrators_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if administrators_only:
            self.fields["role"].choices = [  # type: ignore[attr-defined]
                each for each in _roles() if each[0] in ("", *ADMINISTRATORS)
            ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "role" in values and "place" in values:
            try:
                values["organization"] = _find_place(
                    values["place"], vocabulary().roles[values["role"]].places
                )
            except ValidationError as error:
                self.add_error("place", error)
        return values


def _find_place(text: str, kinds: tuple[str, ...]) -> Organization:
    found = list(Organization.objects.existing().matching(text).filter(kind__in=kinds)[: _SHOWN + 1])
    exact = [each for each in found if text in (each.code, each.short_name, each.name)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise ValidationError(gettext("这个角色能设的组织里，没有叫这个名字的。请换一个写法，或写组织代码。"))
    names = "、".join(f"{each.name}（{each.code}）" for each in found[:_SHOWN])
    raise ValidationError(gettext("有几个组织都符合：%(names)s。请写组织代码。"), params={"names": names})
