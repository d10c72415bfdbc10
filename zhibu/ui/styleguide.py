"""What the style guide shows: invented values, one set for each component."""

from types import SimpleNamespace

from django import forms
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.ui.fields import DayField
from zhibu.ui.pages import Page


class SampleForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(label="姓名", max_length=40, help_text="1到40个字，彝族姓名用间隔号“·”。")
    group = forms.CharField(label="党小组", max_length=20, required=False)
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    branch = forms.ChoiceField(label="支部", choices=[("1", "尔木村党支部"), ("2", "优吾村党支部")])
    joined = DayField(label="入党时间")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), min_length=10)
    floating = forms.BooleanField(label="流动党员", required=False)


class ReasonForm(forms.Form):
    """Why a deed is done."""

    reason = forms.CharField(
        label="理由",
        widget=forms.Textarea(attrs={"rows": 2}),
        min_length=10,
        help_text="对方能看到，10字以上。",
    )


def _job(state: str, **more: object) -> SimpleNamespace:
    base = {
        "title": "生成党员证，全县10,031本",
        "state": state,
        "done": 6240,
        "total": 10031,
        "sentence": "",
        "problems": [],
    }
    return SimpleNamespace(**{**base, **more})


def samples() -> dict[str, object]:
    """The context of the page."""
    wrong = SampleForm({"name": "", "sex": "1", "branch": "1", "joined": "2026-02-30", "reason": "短"})
    wrong.is_valid()
    return {
        "form": SampleForm(prefix="new"),
        "wrong": wrong,
        "refusal": Refused(
            "第16行邱莫尔哈，实交{paid}大于核定{assessed}。",
            next_step="是自愿多交就填在“自愿多交”一栏；是填错就改回{assessed}。",
            paid="2.00",
            assessed="0.20",
        ),
        "page": Page(rows=range(50), number=2, has_next=True, querystring="q=em"),
        "months": STRIP,
        "reason": ReasonForm(prefix="dialog"),
        "reason_again": ReasonForm(prefix="plain"),
        "stamp": {
            "blank": ["公章", "打印后加盖"],
            "done": ["普雄镇党委", "2026年审", "合格"],
            "void": ["注销"],
        },
        "jobs": [
            _job("running", problems=[1, 2, 3]),
            _job("queued", done=0),
            _job("done", done=10031),
            _job("failed", sentence="第3批没有打出来：磁盘满了。请联系系统管理员清理后重试。"),
            _job("canceled"),
        ],
        "timeline": [
            {
                "icon": "certificate",
                "on": "2026-01-12",
                "title": _("领取党员证第01本"),
                "detail": _("本人签字，镇党委盖章"),
            },
            {"icon": "rubber-stamp", "on": "2025-12-26", "title": _("2025年审合格"), "detail": "普雄镇党委"},
            {"icon": "arrow-right", "on": "2013-04-02", "title": _("转入尔木村党支部"), "detail": ""},
        ],
    }


STRIP = [
    {"state": "sealed", "months": [(m, "sealed") for m in (1, 2, 3)]},
    {"state": "sealed", "months": [(4, "sealed"), (5, "sealed"), (6, "returned")]},
    {"state": "", "months": [(7, "recorded"), (8, "overdue"), (9, "na")]},
    {"state": "", "months": [(10, "pending"), (11, "future"), (12, "future")]},
]
