"""The sheet of yearly assessments: exported with what holds, typed over, imported again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhibu.core import codes
from zhibu.core.access import Refused, Scope
from zhibu.core.money import parse_yuan, yuan
from zhibu.core.months import month_code, month_of, month_text, parse_month
from zhibu.core.refusals import message_of
from zhibu.core.text import gettext_noop
from zhibu.dues.actions import AssessmentEntry, assess_members
from zhibu.dues.models import Assessment
from zhibu.dues.policies import schedule_of
from zhibu.dues.rules.schedule import METHODS, Method, Schedule, amount_of, month_to_assess
from zhibu.dues.summaries.facts import assessments_holding, assessments_in_force
from zhibu.imports.sheets import (
    Change,
    Column,
    Extract,
    Planned,
    Problem,
    Row,
    RowState,
    Sheet,
    Ticker,
    Value,
)
from zhibu.members.importers.people import COLUMNS as PEOPLE_COLUMNS
from zhibu.members.importers.people import read_people
from zhibu.members.models import Member
from zhibu.organizations.labels import name_on
from zhibu.organizations.summaries import unit_asked
from zhibu.printing.workbooks import head_line
from zhibu.ui.downloads import conditions

ASSESS = "dues.assess"
_FEW = 500


def _categories() -> Mapping[str, str]:
    """Those with a rule of their own: reductions and exemptions are approved reliefs."""
    return {
        code: name
        for code, name in codes.table("dues_category").items()
        if METHODS[code] is not Method.RELIEF
    }


COLUMNS = (
    *PEOPLE_COLUMNS,
    Column("month", gettext_noop("起月"), is_key=True, example="2026-01", max_length=10),
    Column(
        "category",
        gettext_noop("党费类别"),
        "choice",
        is_key=True,
        choices=_categories,
        also=lambda: codes.aliases("dues_category"),
        width=22,
    ),
    Column(
        "base",
        gettext_noop("计算基数（元/月）"),
        "amount",
        example="4123.50",
        max_length=20,
        width=18,
        note=gettext_noop(
            "按收入计算的填每月收入，离退休的填基本离退休费或者基本养老金、不含津贴补贴，党费由系统算；其余不填。"
        ),
    ),
    Column(
        "amount",
        gettext_noop("每月党费（元）"),
        "amount",
        example="0.20",
        max_length=20,
        width=16,
        note=gettext_noop("农民党员填0.20到1.00；其余不用填，填了就和系统算的核对。"),
    ),
    Column(
        "reason",
        gettext_noop("原因"),
        max_length=200,
        width=24,
        note=gettext_noop("年内重新核定的必须写。"),
    ),
)


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """Match each row to a member and compute what it comes to; queries follow the number of months, not of rows."""
    return _Check(rows, scope, on).plan()


class _Check:
    """One file against the books."""

    def __init__(self, rows: Sequence[Row], scope: Scope, on: date) -> None:
        self.rows, self.on = rows, on
        self.people = read_people(rows, scope, ASSESS)
        self.schedules: dict[int, Schedule] = {}
        self.seen: dict[tuple[int, int], int] = {}

    def plan(self) -> list[Planned]:
        planned = [Planned(row, RowState.ERROR, title=str(row.values.get("name", ""))) for row in self.rows]
        asked: dict[int, list[tuple[Planned, Member]]] = defaultdict(list)
        for plan in planned:
            member = self.people.find(plan.row)
            month = self._month(plan.row)
            if member is None or month is None:
                self._amounts(plan.row)
                continue
            first = self.seen.setdefault((member.pk, month), plan.row.number)
            if first != plan.row.number:
                sentence = _("和第{row}行是同一个人同一个起月。请删去重复的一行。")
                plan.row.problems.append(Problem("", sentence.format(row=first)))
            plan.target = member.pk
            asked[month].append((plan, member))
        for month, listed in asked.items():
            ids = [member.pk for _plan, member in listed]
            held: dict[int, Assessment] = {}
            for start in range(0, len(ids), _FEW):
                held |= assessments_in_force(month, ids[start : start + _FEW])
            schedule = schedule_of(month)
            for plan, member in listed:
                self._judge(plan, month, held.get(member.pk), schedule)
        return planned

    def _month(self, row: Row) -> int | None:
        if "month" not in row.values:
            return None
        month = parse_month(str(row.values["month"]))
        this = month_of(self.on) // 100
        if month is None or not this - 1 <= month // 100 <= this + 1:
            row.problems.append(Problem("month", _("起月请写成2026-01这样，只能在去年、今年和明年里。")))
            return None
        return month

    @staticmethod
    def _amounts(row: Row) -> dict[str, int | None]:
        """Base and amount in fen as typed; None where nothing is typed, or what is no amount."""
        found: dict[str, int | None] = {}
        for key in ("base", "amount"):
            text = row.values.get(key)
            found[key] = parse_yuan(str(text)) if text is not None else None
            if text is not None and found[key] is None:
                row.problems.append(Problem(key, _("金额请写成4123.50这样，单位是元，最多两位小数。")))
        return found

    def _amount(
        self, row: Row, category: str, base: int | None, typed: int | None, schedule: Schedule
    ) -> int | None:
        """What the row comes to; None with a problem on the row when it cannot be, or is typed otherwise."""
        method = METHODS.get(category)
        place = "base" if method is Method.BANDS else "amount"
        if row.has_problem(place):
            return None
        try:
            amount = amount_of(
                category, base=base, chosen=typed if method is Method.RANGE else None, schedule=schedule
            )
        except Refused as refusal:
            row.problems.append(Problem(place, message_of(refusal)))
            return None
        if typed not in (None, amount):
            sentence = _("表里写{typed}元，按规定算是{amount}元，请核对基数和类别。")
            row.problems.append(
                Problem("amount", sentence.format(typed=yuan(typed or 0), amount=yuan(amount)))
            )
        return amount

    def _judge(self, plan: Planned, month: int, before: Assessment | None, schedule: Schedule) -> None:
        row, values = plan.row, plan.row.values
        amounts = self._amounts(row)
        category = values.get("category")
        if not isinstance(category, str):
            return
        base = amounts["base"] if METHODS.get(category) is Method.BANDS else None
        amount = self._amount(row, category, base, amounts["amount"], schedule)
        text = "" if base is None else str(base)
        is_same = before is not None and (before.category, before.base, before.amount) == (
            category,
            text,
            amount,
        )
        is_again = before is not None and before.from_month // 100 == month // 100 and not is_same
        if is_again and "reason" not in values and not row.has_problem("reason"):
            row.problems.append(
                Problem("reason", _("今年已经核定过，年内一般不变动。确需重新核定的，请写明原因。"))
            )
        if row.problems or amount is None:
            return
        if before is None or is_same:
            plan.state = RowState.SAME if is_same else RowState.NEW
            return
        plan.state = RowState.CHANGED
        names = codes.table("dues_category")
        if before.category != category:
            plan.changes.append(Change("category", names[before.category], names[category]))
        if before.base != text:
            old = yuan(int(before.base)) if before.base else ""
            plan.changes.append(Change("base", old, yuan(base) if base else ""))
        plan.changes.append(Change("amount", yuan(before.amount), yuan(amount)))


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Assess the new and changed rows."""
    groups: dict[tuple[int, str], list[AssessmentEntry]] = defaultdict(list)
    for plan in planned:
        if plan.state not in (RowState.NEW, RowState.CHANGED) or plan.target is None:
            continue
        values = plan.row.values
        month = parse_month(str(values["month"])) or 0
        category = str(values["category"])
        method = METHODS[category]
        base = parse_yuan(str(values["base"])) if method is Method.BANDS else None
        chosen = parse_yuan(str(values["amount"])) if method is Method.RANGE and "amount" in values else None
        groups[(month, str(values.get("reason", "")))].append(
            AssessmentEntry(plan.target, category, base, chosen)
        )
    done = 0
    for (month, reason), entries in sorted(groups.items()):
        assess_members(by=scope, entries=entries, from_month=month, reason=reason, on=on)
        done += len(entries)
        tick(done, len(planned))
    tick(len(planned), len(planned))


def export(scope: Scope, path: str) -> Iterable[Mapping[str, Value]]:
    """The assessments of enrolled members under the path, one row for each start, without resident IDs. One query."""
    members = Member.objects.enrolled().under(path)
    return _lines(Assessment.objects.filter(state="in_force", member__in=members.values("pk")), scope)


def extract(scope: Scope, asked: Mapping[str, str], on: date) -> Extract:
    """What holds in the month that the page is about, of the members of its unit. Two or three queries."""
    unit = unit_asked(scope, ASSESS, asked.get("organization", ""))
    month = month_to_assess(asked.get("from_month", ""), on=on)
    members = Member.objects.visible_to(scope, ASSESS).enrolled()
    if unit is not None:
        members = members.belonging_to(unit)
    told = conditions((_("核定"), _("{month}执行的").format(month=month_text(month))))
    listed = assessments_holding(month, members.order_by().values("pk"))
    return Extract(head_line(name_on(unit, on) if unit else "", told), _lines(listed, scope))


def _lines(assessments: QuerySet[Assessment], scope: Scope) -> Iterator[dict[str, Value]]:
    rows = (
        assessments.filter(pk__in=Assessment.objects.visible_to(scope, ASSESS).values("pk"))
        .order_by("member__branch__code", "member__pinyin", "member_id", "from_month")
        .values_list(
            "member__branch__code",
            "member__name",
            "member__birth_date",
            "from_month",
            "category",
            "base",
            "amount",
        )
    )
    for code, name, birth_date, from_month, category, base, amount in rows.iterator(chunk_size=2000):
        line: dict[str, Value] = {
            "branch": code,
            "name": name,
            "birth_date": birth_date,
            "month": month_code(from_month),
            "category": category,
            "amount": yuan(amount).replace(",", ""),
        }
        if base:
            line["base"] = yuan(int(base)).replace(",", "")
        yield line


ASSESSMENTS = Sheet(
    key="assessments",
    title=gettext_noop("党费核定"),
    permission=ASSESS,
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    extract=extract,
    help=gettext_noop(
        "一人一个起月一行。按收入计算的填基数，党费由系统算；批量的也可以在“核定”页面按类别办。"
    ),
)
