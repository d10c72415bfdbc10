"""The sheet of an annual review."""

from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from zhibu.certificates.rules import format_number
from zhibu.core.hours import hours_text
from zhibu.cycles.rules.reviews import RESULT_LABELS, Result
from zhibu.cycles.summaries.reviews import Line, Page
from zhibu.meetings.rules.appraisal import GRADE_LABELS, Grade
from zhibu.organizations.models import Organization
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes
from zhibu.ui.templatetags.ui import sentence

_FOLDER = Path(__file__).parents[1] / "print"


def review_pdf(
    page: Page, *, organization: Organization, year: int, printed_by: str, at: datetime, synthetic: bool
) -> bytes:
    """A4 landscape: what was decided first, then what waits."""
    lines = [*page.done, *page.unclear, *page.clear]
    data: dict[str, object] = {
        "unit": with_boxes(organization.name),
        "year": str(year),
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "synthetic": synthetic,
        "rows": [[with_boxes(cell) for cell in _cells(line)] for line in lines],
    }
    return render(_FOLDER / "reviews.typ", data)


def _cells(line: Line) -> list[str]:
    facts, review = line.facts, line.review
    told = review.reason if review else _("、").join(map(sentence, [*line.doubts, *line.notes]))
    asked = f"/{hours_text(facts.study_target)}" if facts.study_target else ""
    return [
        format_number(line.number) if line.number else "",
        line.member.name,
        line.member.branch.short_name,
        f"{facts.paid}/{facts.months}" if facts.months else "",
        line.points,
        _(GRADE_LABELS[Grade(facts.appraisal)]) if facts.appraisal else "",
        hours_text(facts.study) + asked if facts.study or asked else "",
        _("{n}次").format(n=facts.inspected) if facts.inspected else "",
        _(RESULT_LABELS[Result(review.result)]) if review else "",
        told,
        f"{review.reviewed_on:%Y-%m-%d}" if review else "",
    ]
