"""The sheet of numbers that were given on paper before (legacy list): certificate.md "Import of legacy lists"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from zhibu.certificates.actions import adopt_numbers
from zhibu.certificates.actions.numbering import AdoptedNumber
from zhibu.certificates.models import Certificate, NumberAlias
from zhibu.certificates.rules.copies import format_number, parse_number
from zhibu.core.access import Refused, Scope
from zhibu.core.refusals import message_of
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Column, Planned, Problem, Row, RowState, Sheet, Ticker, Value
from zhibu.members.importers.people import COLUMNS as PEOPLE_COLUMNS
from zhibu.members.importers.people import People, read_people

COLUMNS = (
    *PEOPLE_COLUMNS,
    Column(
        "number", gettext_noop("党员证编号"), "identifier", is_key=True, example="005-011-015-3", width=16
    ),
)


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """Match each row to a member; verify check character and uniqueness. A few queries at any size."""
    book = _Book(
        read_people(rows, scope, "certificates.number"),
        dict(Certificate.objects.values_list("member_id", "number")),
        set(NumberAlias.objects.values_list("text", flat=True)),
    )
    return [_check_row(row, book) for row in rows]


@dataclass(slots=True)
class _Book:
    """What rows are checked against: members, their numbers, other writings of numbers, numbers in the file."""

    people: People
    numbers: dict[int, str]
    aliases: set[str]
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.aliases |= set(self.numbers.values())


def _check_row(row: Row, book: _Book) -> Planned:
    plan = Planned(row, RowState.ERROR, title=str(row.values.get("name", "")))
    number = _number(row, book)
    member = book.people.find(row)
    is_sound = not row.problems
    if member is None or not number:
        return plan
    plan.target = member.pk
    state = _compare(row, book.numbers.get(member.pk, ""), number, is_taken=number in book.aliases)
    if is_sound:
        plan.state = state
    return plan


def _number(row: Row, book: _Book) -> str:
    """The number the row gives; "" with a problem on the row when it is none or stands in a row above."""
    text = row.values.get("number")
    if not isinstance(text, str):
        return ""
    try:
        number = parse_number(text)
    except Refused as refusal:
        row.problems.append(Problem("number", message_of(refusal)))
        return ""
    first = book.seen.setdefault(number, row.number)
    if first != row.number:
        row.problems.append(
            Problem(
                "number", _("这个编号在第%(row)s行已经出现过。编号一人一个，请查证本原件。") % {"row": first}
            )
        )
        return ""
    return number


def _compare(row: Row, held: str, number: str, *, is_taken: bool) -> RowState:
    """What becomes of a row whose member has the number ``held``, or none."""
    if held == number:
        return RowState.SAME
    if held:
        row.problems.append(
            Problem(
                "number", _("这位党员已有编号%(number)s，编号终身不变。") % {"number": format_number(held)}
            )
        )
        return RowState.CONFLICT
    if is_taken:
        row.problems.append(Problem("number", _("这个编号已经发给别人。编号终身不重用，请查证本原件。")))
        return RowState.CONFLICT
    row.values["number"] = number
    return RowState.NEW


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Adopt the new numbers."""
    adopted = [
        AdoptedNumber(plan.target, str(plan.row.values["number"]))
        for plan in planned
        if plan.state == RowState.NEW and plan.target is not None
    ]
    if adopted:
        adopt_numbers(by=scope, adopted=adopted, on=on)
    tick(len(planned), len(planned))


def export(scope: Scope, path: str) -> Iterable[Mapping[str, Value]]:
    """Numbered members under the path, without resident IDs."""
    rows = (
        Certificate.objects.visible_to(scope, "certificates.number")
        .under(path)
        .filter(member__merged_into=None)
        .exclude(member__standing="ended")
        .order_by("number")
        .values_list("member__branch__code", "member__name", "member__birth_date", "number")
    )
    for branch, name, birth_date, number in rows.iterator(chunk_size=2000):
        yield {"branch": branch, "name": name, "birth_date": birth_date, "number": format_number(number)}


LEGACY_NUMBERS = Sheet(
    key="legacy_numbers",
    title=gettext_noop("原有党员证编号"),
    permission="certificates.number",
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    unit=gettext_noop("人"),
    help=gettext_noop("以前在纸上编过号的，照原号登记，不重新编号。编号对不上的会单独列出。"),
)
