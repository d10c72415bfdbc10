"""Parsing what people type about meetings; the rules judge."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.meetings.models import Attendance
from zhibu.meetings.rules.attendance import EXCUSE_LABELS, EXCUSE_RULE, STATUS_LABELS, Excuse, Status
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.rules.village import COUNTED, Step
from zhibu.meetings.rules.votes import ADMISSION_RULE, VOTE_RULES, Quorum, Written
from zhibu.ui.fields import DayField, TextField


class AmendForm(forms.Form):
    """What can be changed about a meeting."""

    day = DayField(label=gettext_lazy("日期"))
    time = forms.TimeField(
        label=gettext_lazy("时间"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("时间请写成14:30这样。")},
    )
    place = TextField(
        label=gettext_lazy("地点"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("例如村党群服务中心会议室。"),
    )
    title = TextField(
        label=gettext_lazy("题目"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("不填的，用会议类别作题目。"),
    )
    agenda = TextField(
        label=gettext_lazy("议程"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("一行一项。"),
    )
    chair = TextField(label=gettext_lazy("主持人"), required=False, max_length=40)
    recorder = TextField(label=gettext_lazy("记录人"), required=False, max_length=40)


class PlanForm(AmendForm):
    """A meeting that will be or was held."""

    kind = forms.ChoiceField(
        label=gettext_lazy("类别"),
        choices=lambda: [(kind.value, _(spec.label)) for kind, spec in SPECS.items()],
    )
    group = forms.ChoiceField(
        label=gettext_lazy("党小组"), required=False, help_text=gettext_lazy("只有党小组会要选。")
    )
    field_order = ("kind", "group", "day", "time", "place", "title", "agenda", "chair", "recorder")

    def __init__(self, *args: Any, groups: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = sorted(groups)
        if listed:
            field = self.fields["group"]
            field.choices = [("", _("不分党小组")), *((name, name) for name in listed)]  # type: ignore[attr-defined]
        else:
            del self.fields["group"]
        wanted = self["kind"].value()
        if wanted in set(Kind):
            self.fields["kind"].help_text = _(SPECS[Kind(str(wanted))].rule)


class LineForm(forms.Form):
    """The rarer ways to stand to a meeting, with their reason."""

    status = forms.ChoiceField(
        label=gettext_lazy("到会情况"),
        choices=lambda: [(status.value, _(label)) for status, label in STATUS_LABELS.items()],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("“在流入地参加”只给登记了流动的党员。请假和不计应到都不扣分。"),
    )
    excuse = forms.ChoiceField(
        label=gettext_lazy("不计应到的事由"),
        required=False,
        choices=lambda: [("", _("请选择")), *((e.value, _(label)) for e, label in EXCUSE_LABELS.items())],
        help_text=gettext_lazy(EXCUSE_RULE),
    )
    note = TextField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("请假写事由，在流入地参加写在哪里参加的。"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self) -> dict[str, Any]:
        """Only the listed reasons leave a member out of those who should attend."""
        found = super().clean() or {}
        if found.get("status") == Status.EXCUSED and not found.get("excuse") and found.get("note"):
            self.add_error("excuse", _("不计应到的只有列出的几种，请选一种；不在里面的，改选请假或者缺席。"))
        return found

    @classmethod
    def initial_of(cls, line: Attendance) -> dict[str, object]:
        """What the form starts with."""
        is_known = line.status == Status.EXCUSED and line.reason in set(Excuse)
        return {
            "status": line.status,
            "excuse": line.reason if is_known else "",
            "note": "" if is_known else line.reason,
            "seen": line.version,
        }

    def reason(self) -> str:
        """The reason of the line: the excuse's code, or what was typed. Read after ``is_valid``."""
        if self.cleaned_data["status"] == Status.EXCUSED:
            return str(self.cleaned_data["excuse"] or self.cleaned_data["note"])
        return str(self.cleaned_data["note"])


def _votes(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=9999)


def _written(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=9999, required=False)


class VoteForm(forms.Form):
    """A count of hands or ballots."""

    motion = TextField(
        label=gettext_lazy("表决事项"),
        max_length=200,
        help_text=gettext_lazy("例如“关于2026年工作计划的决议”。"),
    )
    ayes = _votes(gettext_lazy("赞成"))
    noes = _votes(gettext_lazy("反对"))
    abstained = _votes(gettext_lazy("弃权"))
    admits = forms.BooleanField(
        label=gettext_lazy("讨论接收预备党员，或者预备党员转正、延长预备期、取消预备党员资格"),
        required=False,
    )
    written_ayes = _written(gettext_lazy("书面意见：赞成"))
    written_noes = _written(gettext_lazy("书面意见：反对"))
    written_abstained = _written(gettext_lazy("书面意见：弃权"))

    def clean(self) -> dict[str, Any]:
        """Hands and written opinions, as the action takes them."""
        data = super().clean() or {}
        counts = [data.pop(f"written_{name}", None) or 0 for name in ("ayes", "noes", "abstained")]
        return {**data, "written": Written(*counts)}

    def __init__(self, *args: Any, quorum: Quorum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["abstained"].help_text = _("没有投票的也算弃权。") + _(VOTE_RULES[quorum])
        self.fields["admits"].help_text = _(ADMISSION_RULE)


class MinutesForm(forms.Form):
    """The minutes; ``seen`` tells which text the person began from."""

    minutes = TextField(
        label=gettext_lazy("会议记录"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "写明谁发言、讲了什么、怎样决定。加密保存，只给有权查看本支部组织生活的人看。"
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)


class DecisionForm(forms.Form):
    """What was decided, who carries it out, by when."""

    text = TextField(
        label=gettext_lazy("决定的事"),
        max_length=200,
        help_text=gettext_lazy("一件事一条，例如“组织清理一组水渠”。"),
    )
    owner = forms.TypedChoiceField(
        label=gettext_lazy("责任人"), required=False, coerce=int, empty_value=None, choices=()
    )
    owner_name = TextField(
        label=gettext_lazy("其他责任人"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("不是本支部党员的，在这里写姓名。"),
    )
    due_on = DayField(label=gettext_lazy("完成期限"), help_text=gettext_lazy("到期前7天列入待办。"))

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        field.choices = [("", _("请选择")), *people]  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    """A decision was carried out."""

    done_on = DayField(label=gettext_lazy("办结日期"))
    result = TextField(
        label=gettext_lazy("办理结果"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class FileForm(forms.Form):
    """A photo or a scan."""

    file = forms.FileField(label=gettext_lazy("签到表、照片"))

    def __init__(self, *args: Any, limit_mb: int, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = label or self.fields["file"].label
        self.fields["file"].widget.attrs["accept"] = "image/jpeg,image/png,application/pdf"
        self.fields["file"].help_text = _(
            "JPG、PNG照片或PDF，{limit}兆以内。加密保存，每次下载都有记录。"
        ).format(limit=limit_mb)


class MatterForm(forms.Form):
    """A village matter."""

    title = TextField(
        label=gettext_lazy("事项"), max_length=80, help_text=gettext_lazy("例如“修建一组通组路”。")
    )
    opened_on = DayField(label=gettext_lazy("提出日期"))


class StepForm(forms.Form):
    """One of the six steps."""

    day = DayField(label=gettext_lazy("日期"))
    should = forms.IntegerField(label=gettext_lazy("应到人数"), required=False, min_value=0, max_value=9999)
    present = forms.IntegerField(label=gettext_lazy("实到人数"), required=False, min_value=0, max_value=9999)
    ayes = forms.IntegerField(label=gettext_lazy("赞成人数"), required=False, min_value=0, max_value=9999)
    place = TextField(
        label=gettext_lazy("公开地点"), max_length=60, help_text=gettext_lazy("例如村务公开栏、各组公示点。")
    )
    until = DayField(label=gettext_lazy("公开到哪天"))
    minutes = TextField(
        label=gettext_lazy("记录"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("谁参加、怎么议的、结果是什么；公开的写地点和天数。加密保存。"),
    )

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        if number not in COUNTED:
            for name in ("should", "present", "ayes"):
                del self.fields[name]
            self.fields["day"].label = _("从哪天公开")
            self.fields["minutes"].help_text = _("公开的内容和群众的意见。加密保存。")
        else:
            for name in ("place", "until"):
                del self.fields[name]

    def step(self) -> Step:
        """What was typed. Read after ``is_valid``."""
        found = self.cleaned_data
        day: date = found["day"]
        return Step(
            self.number,
            day,
            found.get("present"),
            found.get("should"),
            found.get("ayes"),
            found.get("place", ""),
            found.get("until"),
        )
