"""Forms about members: they parse; the rules judge."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.accounts.models import User
from zhibu.core import codes
from zhibu.core.access import Refused, Scope
from zhibu.core.refusals import sentence_of
from zhibu.core.resident_id import parse_resident_id
from zhibu.core.text import birth_month, clean_name, halfwidth, mask_phone, mask_resident_id, squeeze
from zhibu.imports.parsing.cells import CLEAR_WORDS
from zhibu.members.models import Member
from zhibu.members.rules.facts import FIELD_LABELS, MASKED_FIELDS, Facts, FactsRefused, clean_phone
from zhibu.members.rules.stages import BranchPost, Stage
from zhibu.organizations.models import Organization
from zhibu.ui.fields import DayField, TextField

HELP = {
    "name": gettext_lazy("1到40个字，照身份证填写；彝族姓名写全，间隔号用“·”。"),
    "identity_reason": gettext_lazy("出生日期或性别与身份证号不一致，或没有身份证号时，写明依据。"),
    "birth_date": gettext_lazy("以档案认定的为准。"),
    "join_date": gettext_lazy("支部党员大会通过为预备党员的日期。"),
    "confirmation_date": gettext_lazy("预备党员不填。按期转正的，是预备期满那一天。"),
    "dates_reason": gettext_lazy("没有预备期、入党时未满18岁、查不到转正时间等情形，写明依据。"),
    "group": gettext_lazy("没有划分党小组的不填。"),
    "is_floating": gettext_lazy("外出六个月以上、不能参加支部活动，关系没有转走的。"),
}


def _choices(table: str, *, blank: bool = False) -> list[tuple[str, Any]]:
    # Group headings of GB/T 4658 ("20 大学本科教育") are for imports: a form prefers the leaf.
    rows = [
        (code, name)
        for code, name in codes.table(table).items()
        if not (table == "education" and code.endswith("0") and code != "90")
    ]
    return [("", gettext_lazy("请选择")), *rows] if blank else rows


class FactsForm(forms.Form):
    """The fields of a member's record. ``facts()`` and ``changes()`` are values ready for the actions."""

    name = TextField(max_length=80)
    sex = forms.ChoiceField(
        choices=[("1", gettext_lazy("男")), ("2", gettext_lazy("女"))], widget=forms.RadioSelect
    )
    ethnic_group = forms.ChoiceField(choices=lambda: _choices("ethnic_group", blank=True))
    birth_date = DayField()
    resident_id = forms.CharField(max_length=40, required=False)
    identity_reason = TextField(max_length=200, required=False)
    education = forms.ChoiceField()
    native_place = TextField(max_length=60, required=False)
    join_date = DayField()
    confirmation_date = DayField(required=False)
    stage = forms.ChoiceField(
        choices=lambda: [(each.value, codes.label("member_stage", each)) for each in reversed(Stage)],
        widget=forms.RadioSelect,
    )
    dates_reason = TextField(max_length=200, required=False)
    group = TextField(max_length=20, required=False)
    phone = forms.CharField(max_length=40, required=False)
    dues_category = forms.ChoiceField(choices=lambda: _choices("dues_category", blank=True))
    is_floating = forms.BooleanField(required=False)

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        education = _choices("education", blank=True)
        if member is not None and member.education not in dict(education):
            education.append((member.education, codes.label("education", member.education)))
        self.fields["education"] = forms.ChoiceField(choices=education)
        for name, label in FIELD_LABELS.items():
            self.fields[name].label = gettext_lazy(label)
            self.fields[name].help_text = HELP.get(name, "")
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")
            if self.fields[name].required:
                self.fields[name].error_messages["required"] = _("{label}没有填。请照档案填写。").format(
                    label=_(label)
                )
        if member is None:
            self.fields["resident_id"].help_text = _("18位，末位可以是X。")
            self.fields["phone"].help_text = _("11位手机号，或带区号的座机。")
        else:
            self._hide(member)

    def _hide(self, member: Member) -> None:
        """Masked fields start empty: what is stored shows masked beside them, and leaving them empty keeps it."""
        self.fields["birth_date"].required = False
        self.fields["birth_date"].help_text = _("现在是{masked}，不显示日。不改就留空。").format(
            masked=birth_month(member.birth_date)
        )
        for name, masked in (
            ("resident_id", mask_resident_id(member.resident_id)),
            ("phone", mask_phone(member.phone)),
        ):
            self.fields[name].help_text = (
                _("现在是{masked}。不改就留空；要清空请填“清空”。").format(masked=masked)
                if masked
                else _("现在没有登记。")
            )

    def clean_name(self) -> str:
        return clean_name(str(self.cleaned_data["name"]))

    def clean_resident_id(self) -> str:
        text = halfwidth(str(self.cleaned_data["resident_id"])).upper()
        if not text or text in CLEAR_WORDS:
            return text
        # 15 digits become 18; any other fault is found again by the rules, beside this field.
        try:
            return parse_resident_id(text, on=date.max).number
        except Refused:
            return text

    def clean_phone(self) -> str:
        text = squeeze(str(self.cleaned_data["phone"]))
        return text if text in CLEAR_WORDS else clean_phone(text)

    def values(self) -> dict[str, object]:
        """Cleaned values by field; a masked field left empty is absent when there is a record."""
        found: dict[str, object] = {name: self.cleaned_data[name] for name in FIELD_LABELS}
        if found["birth_date"] is None:
            del found["birth_date"]
        for name in ("resident_id", "phone"):
            text = halfwidth(str(found[name]))
            if text in CLEAR_WORDS or str(found[name]) in CLEAR_WORDS:
                found[name] = ""
            elif not text and self.member is not None:
                del found[name]
        return found

    def facts(self) -> Facts:
        """The facts of a new record."""
        return Facts(**self.values())  # type: ignore[arg-type]

    def show(self, refusal: Refused) -> None:
        """Put each finding of a refusal beside its field, anything else on top."""
        if isinstance(refusal, FactsRefused):
            for finding in refusal.findings:
                self.add_error(finding.field, sentence_of(finding.refusal))
        else:
            self.add_error(None, sentence_of(refusal))


def initial_of(member: Member) -> dict[str, object]:
    """What the correction form starts with: everything but the masked fields."""
    return {name: getattr(member, name) for name in FIELD_LABELS if name not in MASKED_FIELDS}


class CorrectionForm(FactsForm):
    """The facts with the reason of the correction."""

    reason = TextField(
        max_length=200,
        label=gettext_lazy("更正依据"),
        help_text=gettext_lazy("写明依据的材料，至少4个字，例如“2019年党员信息采集表”。不要写号码。"),
        error_messages={"required": gettext_lazy("更正依据没有填。请写明照什么材料更正。")},
    )


class BranchField(forms.ModelChoiceField[Organization]):
    """A branch, named with the unit above it: villages share names."""

    def label_from_instance(self, obj: Organization) -> str:
        return f"{obj.short_name}（{obj.parent.short_name}）" if obj.parent else obj.short_name


class EnrollmentForm(FactsForm):
    """The facts of a new member with the branch."""

    branch = BranchField(
        queryset=Organization.objects.none(),
        label=gettext_lazy("所在支部"),
        empty_label=gettext_lazy("请选择"),
        error_messages={
            "required": gettext_lazy("请选党员所在的支部。"),
            "invalid_choice": gettext_lazy("请从列表里选一个支部。"),
        },
    )
    field_order = ("branch", "group")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch = self.fields["branch"]
        branch.queryset = (  # type: ignore[attr-defined]  # a ModelChoiceField; fields is typed by its base
            Organization.objects.visible_to(scope, "members.maintain")
            .existing()
            .branches()
            .select_related("parent")
            .in_order()
        )


class EntryForm(EnrollmentForm):
    """A new member with what the entry rests on; somebody else decides."""

    reason = TextField(
        max_length=200,
        label=gettext_lazy("登记依据"),
        help_text=gettext_lazy("写明依据的材料，至少4个字，例如“2026年接收预备党员批复”。不要写号码。"),
        error_messages={"required": gettext_lazy("登记依据没有填。请写明照什么材料登记。")},
    )


class RevealForm(forms.Form):
    """Why someone needs to see a marked field whole."""

    reason = TextField(
        max_length=200,
        label=gettext_lazy("查看理由"),
        help_text=gettext_lazy("至少4个字，会和您的姓名、时间一起记入日志。不要写号码。"),
        error_messages={"required": gettext_lazy("请写明查看理由。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PhotoForm(forms.Form):
    """A portrait."""

    photo = forms.FileField(
        label=gettext_lazy("照片文件"),
        help_text=gettext_lazy(
            "近期免冠正面照，JPG或PNG，8兆以内。自动裁成26×32毫米，并去掉拍摄地点等信息。"
        ),
        error_messages={
            "required": gettext_lazy("请选一张照片。"),
            "empty": gettext_lazy("这个文件是空的。请另选一张照片。"),
        },
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )


class PostForm(forms.Form):
    """A post from a day on."""

    post = forms.ChoiceField(
        label=gettext_lazy("党内职务"),
        choices=lambda: [("", gettext_lazy("请选择")), *codes.table("branch_post").items()],
    )
    from_date = DayField(label=gettext_lazy("任职日期"))

    def chosen(self) -> BranchPost:
        """The post."""
        return BranchPost(self.cleaned_data["post"])


class UntilForm(forms.Form):
    """The first day on which a post is no longer held."""

    until = DayField(label=gettext_lazy("免职日期"))


class ProposalForm(forms.Form):
    """Two records and why they are one person."""

    kept = forms.IntegerField()
    dropped = forms.IntegerField()
    reason = TextField(max_length=200, required=False)

    def pair(self) -> Mapping[str, int]:
        """The ids."""
        return {"kept": self.cleaned_data["kept"], "dropped": self.cleaned_data["dropped"]}


class UnlinkingForm(forms.Form):
    """Why an account is not this member's."""

    reason = TextField(
        max_length=200,
        label=gettext_lazy("为什么要解除"),
        help_text=gettext_lazy("例如：关联时选错了人，这个账号是另一位同志的。"),
        error_messages={"required": gettext_lazy("请写明为什么要解除，4到200个字。")},
    )


class AccountForm(forms.Form):
    """The sign-in that is this member's own."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=40,
        help_text=gettext_lazy(
            "本人登录用的用户名，问本人或系统管理员。请核对是本人：关联错了，要两个人才能解除。"
        ),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_username(self) -> User:
        """The open account of that name."""
        found = User.objects.filter(
            username=self.cleaned_data["username"].strip().lower(), is_active=True
        ).first()
        if found is None:
            raise forms.ValidationError(_("没有在用的账号叫这个用户名。请核对，或请系统管理员先开立账号。"))
        return found
