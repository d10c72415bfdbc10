"""The sheet of numbers that were given on paper before (legacy list): certificate.md "Import of legacy lists"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zhibu.certificates.actions import adopt_numbers
from zhibu.certificates.actions.numbering import AdoptedNumber
from zhibu.certificates.models import Certificate, NumberAlias
from zhibu.certificates.rules import format_number, parse_number
from zhibu.core.access import Refused, Scope
from zhibu.core.dates import means_birth
from zhibu.core.db import key_ring
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.imports.sheets import Column, Planned, Problem, Row, RowState, Sheet, Ticker, Value
from zhibu.members.models import Member

COLUMNS = (
    Column(
        "branch", gettext_noop("所在支部代码"), "identifier", is_key=True, example="513434104200", width=18
    ),
    Column("name", gettext_noop("姓名"), "name", is_key=True, example="吉则日果", max_length=40),
    Column(
        "birth_date",
        gettext_noop("出生日期"),
        "birth",
        example="1984-03-01",
        note=gettext_noop("没有身份证号时用来认人。"),
    ),
    Column(
        "resident_id",
        gettext_noop("身份证号"),
        "identifier",
        mask="resident_id",
        width=22,
        note=gettext_noop("填了就按身份证号认人。"),
    ),
    Column(
        "number", gettext_noop("党员证编号"), "identifier", is_key=True, example="005-011-015-3", width=16
    ),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """A member the scope may number."""

    pk: int
    name: str
    birth_date: date
    number: str


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """Match each row to a member; verify check character and uniqueness. Four queries at any size."""
    members = (
        Member.objects.visible_to(scope, "certificates.number")
        .enrolled()
        .values_list("pk", "name", "birth_date", "resident_id_index", "branch__code")
    )
    numbers = dict(Certificate.objects.values_list("member_id", "number"))
    owners = {number: member_id for member_id, number in numbers.items()}
    aliases = set(NumberAlias.objects.values_list("text", flat=True))
    by_index: dict[str, _Known] = {}
    by_name: dict[tuple[str, str], list[_Known]] = defaultdict(list)
    for pk, name, birth_date, index, branch_code in members:
        known = _Known(pk, name, birth_date, numbers.get(pk, ""))
        by_index[index] = known
        by_name[(branch_code, name)].append(known)
    seen: dict[str, int] = {}
    planned = []
    for row in rows:
        planned.append(_check_row(row, by_index, by_name, owners, aliases, seen))
    return planned


def _check_row(
    row: Row,
    by_index: Mapping[str, _Known],
    by_name: Mapping[tuple[str, str], list[_Known]],
    owners: Mapping[str, int],
    aliases: set[str],
    seen: dict[str, int],
) -> Planned:
    plan = Planned(row, RowState.ERROR, title=str(row.values.get("name", "")))
    if row.problems:
        return plan
    try:
        number = parse_number(str(row.values["number"]))
    except Refused as refusal:
        row.problems.append(Problem("number", _(refusal.message).format(**refusal.params)))
        return plan
    if number in seen:
        row.problems.append(
            Problem(
                "number",
                _("这个编号在第%(row)s行已经出现过。编号一人一个，请查证本原件。") % {"row": seen[number]},
            )
        )
        return plan
    seen[number] = row.number
    known = _match(row, by_index, by_name)
    if known is None:
        return plan
    plan.target = known.pk
    if known.number == number:
        plan.state = RowState.SAME
    elif known.number:
        plan.state = RowState.CONFLICT
        row.problems.append(
            Problem(
                "number",
                _("这位党员已有编号%(number)s，编号终身不变。") % {"number": format_number(known.number)},
            )
        )
    elif number in owners or number in aliases:
        plan.state = RowState.CONFLICT
        row.problems.append(Problem("number", _("这个编号已经发给别人。编号终身不重用，请查证本原件。")))
    else:
        plan.state = RowState.NEW
        row.values["number"] = number
    return plan


def _match(
    row: Row, by_index: Mapping[str, _Known], by_name: Mapping[tuple[str, str], list[_Known]]
) -> _Known | None:
    """The member a row means; None with a problem on the row when there is none or more than one."""
    name = str(row.values["name"])
    if "resident_id" in row.values:
        found = by_index.get(
            key_ring().blind_index(halfwidth(str(row.values["resident_id"])).upper(), context="resident_id")
        )
        if found is None or found.name != name:
            row.problems.append(
                Problem("resident_id", _("您管的支部里没有姓名和身份证号都对得上的党员，请核对后再填。"))
            )
            return None
        return found
    alike = by_name.get((str(row.values["branch"]), name), [])
    if "birth_date" in row.values:
        alike = [each for each in alike if means_birth(row.values["birth_date"], each.birth_date)]
    if len(alike) == 1:
        return alike[0]
    row.problems.append(
        Problem("name", _("支部里有%(count)s名同名党员，请填身份证号或出生日期。") % {"count": len(alike)})
        if alike
        else Problem("name", _("这个支部里没有这位党员，请核对支部代码、姓名和出生日期。"))
    )
    return None


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
