"""The register (登记台账) and the list to sign (发放签收单) as A4 sheets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from zhibu.certificates.models import Certificate
from zhibu.certificates.rules.copies import BookletState, format_number
from zhibu.core.codes import label
from zhibu.core.db import key_ring
from zhibu.jobs.progress import tell
from zhibu.members.models import Member
from zhibu.organizations.labels import NamesOf, name_on
from zhibu.organizations.models import Organization
from zhibu.printing.engine import kept, render
from zhibu.printing.glyphs import with_boxes
from zhibu.printing.imposition import Assembly
from zhibu.printing.workbooks import head_line

_FOLDER = Path(__file__).parents[1] / "print"
_REGISTER_ROWS = 21
_LONG = 20  # characters that still fit a cell in two lines
_SIGNING_ROWS = 20
# Typst needs 2 MB a page while it sets a document: a county's register of 485 pages as one takes 1.3 GB.
_CHUNK = 12


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A row of the register, as printed. No ID number and no phone."""

    number: str
    name: str
    sex: str
    ethnic_group: str
    birth_month: str
    join_date: date
    confirmation_date: date | None
    stage: str
    serial: str
    issue_date: date | None
    state: str
    receiver: str
    branch: str
    note: str = ""
    is_synthetic: bool = False
    is_probationary: bool = False
    is_issued: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below the rows. ``mark`` tells one print from another."""

    unit: str
    on: date
    printed_by: str
    printed_at: datetime
    mark: str
    with_branch: bool
    conditions: str = ""

    @classmethod
    def of(cls, organization: Organization, printed_by: str, at: datetime, *, conditions: str = "") -> "Head":
        """The head of a print of this organization, made by this person now; ``conditions``: what narrows it."""
        told = f"{organization.pk}|{printed_by}|{at.isoformat()}"
        mark = key_ring().blind_index(told, context="print").upper()[2:12]
        unit = name_on(organization, at.date())
        return cls(unit, at.date(), printed_by, at, mark, organization.kind != "branch", conditions)


def lines_of(rows: Iterable[Certificate | Member], *, on: date) -> Iterable[RegisterLine]:
    """Rows of ``summaries.register_lines`` as printed lines, branches as called on the day; reads member and branch."""
    names = NamesOf.everywhere()
    for row in rows:
        if isinstance(row, Member):
            yield _person(row, names.short(row.branch, on))
            continue
        held: Any = row  # with serial, booklet_state, issue_date, handed_over_on and receiver of the query
        member = row.member
        printed = held.booklet_state == BookletState.PRINTED
        yield replace(
            _person(member, names.short(member.branch, on)),
            number=format_number(row.number),
            serial=f"{held.serial:02d}" if held.serial else "",
            issue_date=held.issue_date,
            state="已印未发" if printed else label("certificate_state", row.state),
            receiver=held.receiver or ("本人" if held.handed_over_on else ""),
            is_issued=held.handed_over_on is not None,
        )


def _person(member: Member, branch: str) -> RegisterLine:
    """The line of somebody who has no number yet."""
    return RegisterLine(
        number="",
        name=member.name,
        sex=label("sex", member.sex)[:1],
        ethnic_group=label("ethnic_group", member.ethnic_group),
        birth_month=f"{member.birth_date.year}.{member.birth_date.month:02d}",
        join_date=member.join_date,
        confirmation_date=member.confirmation_date,
        stage=label("member_stage", member.stage)[:2],
        serial="",
        issue_date=None,
        state="未编号",
        receiver="",
        branch=branch,
        is_synthetic=member.is_synthetic,
        is_probationary=member.stage == "probationary",
    )


def totals(lines: Sequence[RegisterLine]) -> str:
    """The sentence under the last row."""
    probationary = sum(line.is_probationary for line in lines)
    issued = sum(line.is_issued for line in lines)
    printed = sum(line.serial != "" for line in lines) - issued
    return (
        f"合计{len(lines)}人，其中正式党员{len(lines) - probationary}人、预备党员{probationary}人；"
        f"已发证{issued}人，已印未发{printed}人，未印{len(lines) - issued - printed}人。"
    )


def register_pdf(
    rows: Iterable[Certificate | Member],
    *,
    organization: Organization,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """The register as printed: rows of ``summaries.register_lines``, narrowed by ``conditions``."""
    head = Head.of(organization, printed_by, at, conditions=conditions)
    return render_register(list(lines_of(rows, on=at.date())), head)


def render_register(lines: Sequence[RegisterLine], head: Head) -> bytes:
    """A4 landscape; the head is repeated, no row is split. Raises ``PrintError``."""
    rows = [
        [
            str(i),
            line.number,
            with_boxes(line.name),
            line.sex,
            line.ethnic_group,
            line.birth_month,
            short_day(line.join_date),
            short_day(line.confirmation_date),
            line.stage,
            line.serial,
            short_day(line.issue_date),
            line.state,
            with_boxes(line.receiver),
            *([with_boxes(line.branch)] if head.with_branch else []),
            line.note,
        ]
        for i, line in enumerate(lines, start=1)
    ]
    pages = list(_pages(rows)) or [{"rows": [], "heights": []}]
    data = _data(head, lines) | {
        "totals": totals(lines),
        "with_branch": head.with_branch,
        "page_count": len(pages),
    }
    return _in_parts("register.typ", data, pages, title="党员证登记台账", author=head.unit)


def _in_parts(
    template: str,
    data: Mapping[str, object],
    pages: Sequence[Mapping[str, Any]],
    *,
    title: str,
    author: str,
) -> bytes:
    """One document of pages that know their own rows, set ``_CHUNK`` at a time."""
    assembly = Assembly("pages")
    done = 0
    with kept():
        for start in range(0, len(pages), _CHUNK):
            part = pages[start : start + _CHUNK]
            made = render(_FOLDER / template, {**data, "first": start + 1, "pages": part})
            assembly.add(assembly.take(made).pages)
            done += sum(len(page["rows"]) for page in part)
            tell(done)
    return assembly.finish(title=title, author=author)


def _pages(rows: Sequence[Sequence[str]]) -> Iterator[dict[str, Any]]:
    """Rows cut into pages; a row with a very long text is twice as high, so that it can still be read."""
    page: list[Sequence[str]] = []
    heights: list[int] = []
    for row in rows:
        height = 2 if max(map(len, row)) > _LONG else 1
        if sum(heights) + height > _REGISTER_ROWS:
            yield {"rows": page, "heights": heights}
            page, heights = [], []
        page.append(row)
        heights.append(height)
    if page:
        yield {"rows": page, "heights": heights}


def signing_list_pdf(
    rows: Iterable[Certificate | Member], *, organization: Organization, printed_by: str, at: datetime
) -> bytes:
    """The list to sign when booklets are handed out: rows of ``summaries.register_lines``, state printed."""
    lines = list(lines_of(rows, on=at.date()))
    return render_signing_list(lines, Head.of(organization, printed_by, at))


def render_signing_list(lines: Sequence[RegisterLine], head: Head) -> bytes:
    """A4 portrait; every branch begins a new page. Raises ``PrintError``."""
    pages = []
    # By the number's first six digits as well: two branches may have the same short name.
    for _, group in groupby(lines, key=lambda line: (line.number[:7], line.branch)):
        own = list(group)
        rows = [
            [str(i), line.number, with_boxes(line.name), line.serial] for i, line in enumerate(own, start=1)
        ]
        parts = [rows[i : i + _SIGNING_ROWS] for i in range(0, len(rows), _SIGNING_ROWS)]
        pages += [
            {
                "branch": with_boxes(own[0].branch),
                "count": len(own),
                "part": n,
                "parts": len(parts),
                "rows": part,
            }
            for n, part in enumerate(parts, start=1)
        ]
    empty: list[dict[str, Any]] = [{"branch": "", "count": 0, "part": 1, "parts": 1, "rows": []}]
    return _in_parts(
        "signing_list.typ", _data(head, lines), pages or empty, title="党员证发放签收单", author=head.unit
    )


def _data(head: Head, lines: Sequence[RegisterLine]) -> dict[str, object]:
    return {
        "unit": with_boxes(head.unit),
        "head": with_boxes(head_line(head.unit, head.conditions)),
        "on": f"{head.on.year}年{head.on.month}月{head.on.day}日",
        "printed_by": with_boxes(head.printed_by),
        "printed_at": f"{head.printed_at:%Y-%m-%d %H:%M}",
        "mark": head.mark,
        "count": len(lines),
        "synthetic": any(line.is_synthetic for line in lines),
    }


def short_day(on: date | None) -> str:
    """2009.06.28, as Party offices write dates in tables."""
    return f"{on:%Y.%m.%d}" if on is not None else ""
