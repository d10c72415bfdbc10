"""The sheet of an annual review."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from zhibu.certificates.rules.copies import format_number
from zhibu.core.hours import hours_text
from zhibu.core.text import gettext_noop
from zhibu.meetings.rules.appraisal import GRADE_LABELS, Grade
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes
from zhibu.printing.workbooks import head_line
from zhibu.reviews.rules import RESULT_LABELS, Result
from zhibu.reviews.summaries.reviews import Line, Page
from zhibu.ui.downloads import conditions
from zhibu.ui.templatetags.ui import sentence

# What the page can be narrowed to.
VIEWS: Final[Mapping[str, str]] = {
    "unclear": gettext_noop("要逐人审"),
    "clear": gettext_noop("没有提示"),
    **{str(result): label for result, label in RESULT_LABELS.items()},
}
_FOLDER = Path(__file__).parent / "print"


def review_pdf(
    page: Page,
    *,
    organization: Organization,
    year: int,
    printed_by: str,
    at: datetime,
    synthetic: bool,
    show: str = "",
) -> bytes:
    """A4 landscape: what was decided first, then what waits; with ``show`` only that view of the page."""
    lines = page.shown(show) if show in VIEWS else [*page.done, *page.unclear, *page.clear]
    end = min(date(year, 12, 31), at.date())
    names = NamesOf([organization, *(_branch(line) for line in lines)])
    data: dict[str, object] = {
        "unit": with_boxes(names.full(organization, end)),
        "head": with_boxes(head_line(names.full(organization, end), told_of(show))),
        "year": str(year),
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "synthetic": synthetic,
        "rows": [[with_boxes(cell) for cell in _cells(line, _called(line, names, end))] for line in lines],
    }
    return render(_FOLDER / "reviews.typ", data)


def told_of(show: str) -> str:
    """A view in words, for the head; "" for all."""
    return conditions((_("年审"), _(VIEWS[show]) if show in VIEWS else ""))


def _branch(line: Line) -> Organization:
    """Where the certificate was reviewed; what waits, where the member is now."""
    return line.review.branch if line.review else line.member.branch


def _called(line: Line, names: NamesOf, end: date) -> str:
    return names.short(_branch(line), line.review.reviewed_on if line.review else end)


def _cells(line: Line, branch: str) -> list[str]:
    facts, review = line.facts, line.review
    told = review.reason if review else _("、").join(map(sentence, [*line.doubts, *line.notes]))
    asked = f"/{hours_text(facts.study_target)}" if facts.study_target else ""
    return [
        format_number(line.number) if line.number else "",
        line.member.name,
        branch,
        f"{facts.paid}/{facts.months}" if facts.months else "",
        line.points,
        _(GRADE_LABELS[Grade(facts.appraisal)]) if facts.appraisal else "",
        hours_text(facts.study) + asked if facts.study or asked else "",
        _("{n}次").format(n=facts.inspected) if facts.inspected else "",
        _(RESULT_LABELS[Result(review.result)]) if review else "",
        told,
        f"{review.reviewed_on:%Y-%m-%d}" if review else "",
    ]
