"""The rules about a member's record, asked for a row of the roster."""

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.refusals import sentence_of
from zhibu.core.resident_id import parse_resident_id
from zhibu.imports.sheets import Problem, Row
from zhibu.members.importers.values import NEEDED, new_facts
from zhibu.members.rules.facts import Facts, findings
from zhibu.members.rules.posts import check_posts
from zhibu.members.rules.stages import Standing, may_hold_standing


def judge_readable(row: Row, *, on: date) -> None:
    """The rules about what could be read of a row with problems: all that is wrong is said at once."""
    values = row.values
    if all(isinstance(values.get(key), str | date | bool) for key in ("name", *NEEDED)):
        if not is_masked_row(row):
            judge(row, new_facts(values), Standing.ACTIVE, None, on=on, with_identity=True)
        return
    text = values.get("resident_id")
    if isinstance(text, str) and "*" not in text:
        try:
            parse_resident_id(text, on=on)
        except Refused as refusal:
            row.problems.append(Problem("resident_id", sentence_of(refusal)))


def judge(
    row: Row,
    facts: Facts,
    standing: str,
    posts: tuple[str, ...] | None,
    *,
    on: date,
    with_identity: bool,
    measures: Collection[str] = (),
) -> None:
    """The rules about a record as it would be; each refusal becomes a problem of the row."""
    for finding in findings(facts, on=on, with_identity=with_identity):
        row.problems.append(Problem(finding.field, sentence_of(finding.refusal)))
    if not may_hold_standing(facts.stage, standing):
        row.problems.append(
            Problem("stage", _("停止党籍的只会是正式党员，人员类别不能改为预备党员。请核对。"))
        )
    if posts:
        try:
            check_posts(facts.stage, standing, measures)
        except Refused as refusal:
            row.problems.append(Problem("posts", sentence_of(refusal)))


def is_masked_row(row: Row) -> bool:
    """True when the row's resident ID is one as an export writes it."""
    text = row.values.get("resident_id")
    return isinstance(text, str) and "*" in text


def repeated_rows(rows: Sequence[Row], indexes: Sequence[str]) -> dict[int, tuple[int, str]]:
    """Rows that name one person twice: row number -> the other row and the column at fault."""
    first_number: dict[str, int] = {}
    first_person: dict[tuple[object, ...], tuple[int, str]] = {}
    twice: dict[int, tuple[int, str]] = {}
    for row, index in zip(rows, indexes, strict=True):
        if index:
            other = first_number.setdefault(index, row.number)
            if other != row.number:
                twice[row.number] = (other, "resident_id")
                twice.setdefault(other, (row.number, "resident_id"))
                continue
        values = row.values
        person = (values.get("branch_code"), values.get("name"), values.get("birth_date"))
        if not isinstance(person[2], date):
            continue
        number, number_of_other = first_person.setdefault(person, (row.number, index))
        # Two people may share name and birth date: only where a number is missing is it ambiguous.
        if number != row.number and not (index and number_of_other) and not is_masked_row(row):
            twice[row.number] = (number, "name")
            twice.setdefault(number, (row.number, "name"))
    return twice
