"""Assessing a branch member by member, and a category at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.core.access import Refused
from zhibu.core.codes import table
from zhibu.core.money import parse_yuan, yuan
from zhibu.core.refusals import sentence_of
from zhibu.dues.actions import AssessmentEntry
from zhibu.dues.models import Assessment
from zhibu.dues.rules.schedule import METHODS, Method, Schedule, amount_of, rate_of
from zhibu.members.models import Member
from zhibu.ui.fields import MonthField, TextField, YuanField


@dataclass(slots=True)
class AssessmentLine:
    """A member's line: what is assessed, what was typed, what it would come to, by which rate (basis points)."""

    member: Member
    category: str
    typed: str
    before: Assessment | None
    after: int | None = None
    rate: int | None = None
    problem: str = ""
    entry: AssessmentEntry | None = None

    @property
    def differs(self) -> bool:
        """True when the new assessment is another one."""
        if self.after is None or self.entry is None:
            return False
        if self.before is None:
            return True
        base = "" if self.entry.base is None else str(self.entry.base)
        return (self.before.category, self.before.base, self.before.amount) != (
            self.category,
            base,
            self.after,
        )


class AssessmentLines:
    """The lines of a branch: read from what was posted, else from what holds; amounts by the schedule."""

    def __init__(
        self,
        members: Iterable[Member],
        held: Mapping[int, Assessment],
        schedule: Schedule,
        data: Mapping[str, Any] | None,
    ) -> None:
        self.lines = [self._line(member, held.get(member.pk), schedule, data) for member in members]

    @staticmethod
    def _line(
        member: Member, before: Assessment | None, schedule: Schedule, data: Mapping[str, Any] | None
    ) -> AssessmentLine:
        category = before.category if before else member.dues_category
        typed = ""
        if before is not None:
            typed = yuan(int(before.base)) if before.base else yuan(before.amount)
        if data is not None and f"category-{member.pk}" in data:
            category = str(data[f"category-{member.pk}"])
            typed = str(data.get(f"value-{member.pk}", "")).strip()
        line = AssessmentLine(member, category, typed, before)
        method = METHODS.get(category)
        value = parse_yuan(typed) if typed and method in (Method.BANDS, Method.RANGE) else None
        if typed and value is None and method in (Method.BANDS, Method.RANGE):
            line.problem = str(_("金额请写成4123.50这样，单位是元。"))
            return line
        is_base = method is Method.BANDS
        try:
            line.after = amount_of(
                category,
                base=value if is_base else None,
                chosen=None if is_base else value,
                schedule=schedule,
            )
        except Refused as refusal:
            # A line nobody has filled yet is no mistake.
            line.problem = sentence_of(refusal) if data is not None and typed else ""
            return line
        if is_base and value is not None:
            line.rate = rate_of(value, schedule.bands_of(category))
        line.entry = AssessmentEntry(
            member.pk, category, value if is_base else None, line.after if method is Method.RANGE else None
        )
        return line

    @property
    def changes(self) -> list[AssessmentLine]:
        """The lines that change something."""
        return [line for line in self.lines if line.differs]

    @property
    def problems(self) -> list[AssessmentLine]:
        """The lines that cannot be read."""
        return [line for line in self.lines if line.problem]


class BatchForm(forms.Form):
    """A category at once."""

    category = forms.ChoiceField(label=_("党费类别"))
    amount = YuanField(
        label=_("每月（元）"), help_text=_("农民党员0.20元至1.00元，由县里定；其余按第六条固定0.20元。")
    )
    from_month = MonthField(label=_("从哪个月起"), help_text=_("一般从1月起，年内不变动。"))
    reason = TextField(label=_("原因"), max_length=200, required=False, help_text=_("年内重新核定的必须写。"))

    def __init__(self, *args: Any, categories: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = table("dues_category")
        self.fields["category"].choices = [(code, names[code]) for code in categories]  # type: ignore[attr-defined]
