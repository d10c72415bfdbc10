"""The sheet of floating registrations, current and past. A row is one departure of one member.

Matching: the member by resident ID, else by branch, name and birth date; the registration by the day of
departure. Past registrations become history, open ones go through the same deed as by hand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.access import Refused, Scope
from zhibu.core.refusals import message_of
from zhibu.core.text import clean_name, gettext_noop, mask_phone, squeeze
from zhibu.imports.sheets import (
    CLEAR,
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
from zhibu.members.rules.facts import clean_phone, is_phone
from zhibu.members.rules.stages import Standing
from zhibu.mobility.actions import floating as actions
from zhibu.mobility.actions.floating_rows import Details
from zhibu.mobility.models import Floating
from zhibu.mobility.policies_floating import FLOATING as POLICY
from zhibu.mobility.policies_floating import FloatingRules
from zhibu.mobility.querysets import Registrations
from zhibu.mobility.rules.floating import check_departure, check_return, check_rhythm
from zhibu.mobility.summaries.narrowing import FloatingNarrowing
from zhibu.organizations.labels import name_on
from zhibu.printing.workbooks import head_line
from zhibu.rulebook.policies import values_in_force

PERMISSION: Final = "mobility.handle"

COLUMNS: Final = (
    *PEOPLE_COLUMNS,
    Column("from_date", gettext_noop("外出日期"), "date", is_key=True, example="2025-02-20"),
    Column(
        "destination",
        gettext_noop("去向"),
        required=True,
        max_length=80,
        example="浙江省宁波市北仑区",
        width=26,
    ),
    Column("host", gettext_noop("流入地党组织"), max_length=80, width=24),
    Column(
        "contact_person",
        gettext_noop("支部联系人"),
        "name",
        aliases=("联系人",),
        required=True,
        max_length=40,
        example="阿措克布",
    ),
    Column(
        "phone",
        gettext_noop("在外联系电话"),
        "identifier",
        mask="phone",
        max_length=20,
        note=gettext_noop("导出时遮住中间几位；不改就不动"),
        width=16,
    ),
    Column(
        "rhythm_months",
        gettext_noop("几个月联系一次"),
        "number",
        note=gettext_noop("不填按全县规定"),
        example="3",
        width=10,
    ),
    Column("until", gettext_noop("返回日期"), "date", note=gettext_noop("还没有返回的不填")),
    Column("note", gettext_noop("备注"), max_length=200, width=20),
)
_TEXTS: Final = ("destination", "host", "contact_person", "note")
_NEEDED: Final = ("destination", "contact_person")


class _Check:
    """One file against the registrations. A few queries at any size."""

    def __init__(self, rows: Sequence[Row], scope: Scope, on: date) -> None:
        self.rows, self.on = rows, on
        self.rules: FloatingRules = values_in_force(POLICY, on=on)
        self.people = read_people(rows, scope, PERMISSION, is_enrolled=False)
        self.registered: dict[int, dict[date, Floating]] = defaultdict(dict)
        for row in Floating.objects.visible_to(scope, PERMISSION).out():
            if row.member_id in self.people.members:
                self.registered[row.member_id][row.from_date] = row
        self.seen: dict[tuple[int, date], int] = {}
        self.opened: dict[int, int] = {}

    def plan(self) -> list[Planned]:
        return [self._row(row) for row in self.rows]

    def _row(self, row: Row) -> Planned:
        title, start = str(row.values.get("name", "")), row.values.get("from_date")
        person = self.people.find(
            row, preferred=[pk for pk, held in self.registered.items() if start in held]
        )
        if person is None or not isinstance(start, date):
            self._judge(row, None, start if isinstance(start, date) else None)
            return Planned(row, RowState.ERROR, title)
        other = self.seen.setdefault((person.pk, start), row.number)
        if other != row.number:
            sentence = _("与第{other}行是同一个人、同一个外出日期。请删去重复的一行。")
            row.problems.append(Problem("from_date", sentence.format(other=other)))
        is_sound = not row.problems
        existing = self.registered[person.pk].get(start)
        if existing is not None:
            plan = self._compare(row, title, existing)
        else:
            plan = self._new(row, title, person, start)
        if not is_sound:
            plan.state = RowState.ERROR
        return plan

    def _new(self, row: Row, title: str, person: Member, start: date) -> Planned:
        values = row.values
        for key in _NEEDED:
            if not isinstance(values.get(key), str) and not row.has_problem(key):
                label = _(next(column.title for column in COLUMNS if column.key == key))
                row.problems.append(Problem(key, _("新登记的要填{label}。请补上。").format(label=label)))
        self._judge(row, person.join_date, start)
        is_sound = not row.problems
        if not isinstance(values.get("until"), date) and not row.has_problem("until"):
            state = self._open(row, person)
            return Planned(row, state if is_sound else RowState.ERROR, title, person.pk)
        return Planned(row, RowState.NEW if is_sound else RowState.ERROR, title, person.pk)

    def _open(self, row: Row, person: Member) -> RowState:
        """What becomes of a registration without a return: one at a time, and only of who is in good standing."""
        if person.standing != Standing.ACTIVE:
            sentence = _("这位党员不在册或已停止党籍，不能登记流出。请核对是谁。")
            row.problems.append(Problem("name", sentence))
            return RowState.ERROR
        held = self.registered[person.pk].values()
        current = next((each for each in held if each.until is None), None)
        if current is not None:
            sentence = _("从{day}起已经登记流出，没有返回。请先填那一次的返回日期，或改外出日期。")
            row.problems.append(Problem("from_date", sentence.format(day=current.from_date)))
            return RowState.CONFLICT
        other = self.opened.setdefault(person.pk, row.number)
        if other != row.number:
            sentence = _("第{other}行里这个人也没有返回日期。一个人只能有一次没有返回的外出。")
            row.problems.append(Problem("until", sentence.format(other=other)))
            return RowState.ERROR
        return RowState.NEW

    def _judge(self, row: Row, joined: date | None, start: date | None) -> None:
        """The rules of each cell that could be read."""
        values = row.values
        if start is not None:
            try:
                check_departure(start, join_date=joined, on=self.on)
            except Refused as refusal:
                row.problems.append(Problem("from_date", message_of(refusal)))
        until = values.get("until")
        if isinstance(until, date):
            try:
                check_return(until, from_date=start or date.min, last_contact=None, on=self.on)
            except Refused as refusal:
                row.problems.append(Problem("until", message_of(refusal)))
        rhythm = values.get("rhythm_months")
        if isinstance(rhythm, int):
            try:
                check_rhythm(rhythm, most=self.rules.rhythm_months_max)
            except Refused as refusal:
                row.problems.append(Problem("rhythm_months", message_of(refusal)))
        phone = values.get("phone")
        if isinstance(phone, str) and "*" not in phone and not is_phone(clean_phone(phone)):
            row.problems.append(Problem("phone", _("联系电话不对。请填11位手机号，或带区号的座机。")))

    def _compare(self, row: Row, title: str, existing: Floating) -> Planned:
        changes = _changes(row.values, existing)
        phone = row.values.get("phone")
        if isinstance(phone, str) and "*" in phone and phone != mask_phone(existing.phone):
            sentence = _("带星号的号码与登记的对不上。不改请留空，要改请填完整号码。")
            row.problems.append(Problem("phone", sentence))
        if changes and existing.until is not None:
            state = RowState.ERROR if row.problems else RowState.CONFLICT
            row.problems.append(Problem(changes[0].column, _("这次流动已经结束，不能用表格改。")))
            return Planned(row, state, title)
        if changes:
            self._judge(row, date.min, existing.from_date)
        if not changes:
            state = RowState.ERROR if row.problems else RowState.SAME
            return Planned(row, state, title, existing.member_id)
        state = RowState.ERROR if row.problems else RowState.CHANGED
        return Planned(row, state, title, existing.member_id, changes)


def _changes(values: Mapping[str, Value], existing: Floating) -> list[Change]:
    """What the row would change, as shown; blanks leave as it is."""
    found = []
    for key in _TEXTS:
        value, before = values.get(key), str(getattr(existing, key))
        wanted = "" if value is CLEAR else _text(key, value) if isinstance(value, str) else before
        if wanted != before:
            found.append(Change(key, before, wanted))
    rhythm, until, phone = values.get("rhythm_months"), values.get("until"), values.get("phone")
    if isinstance(rhythm, int) and rhythm != existing.rhythm_months:
        found.append(Change("rhythm_months", str(existing.rhythm_months), str(rhythm)))
    if isinstance(until, date) and until != existing.until:
        found.append(Change("until", existing.until.isoformat() if existing.until else "", until.isoformat()))
    if isinstance(phone, str) and "*" not in phone and clean_phone(phone) != existing.phone:
        found.append(Change("phone", mask_phone(existing.phone), mask_phone(clean_phone(phone))))
    return found


def _text(key: str, value: str) -> str:
    return clean_name(value) if key == "contact_person" else squeeze(value)


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """What will become of each row. Only reads."""
    return _Check(rows, scope, on).plan()


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Register the new departures and correct the changed ones, through the same deeds as by hand."""
    ids = {each.target for each in planned if each.target is not None}
    members = {member.pk: member for member in Member.objects.select_related("branch").filter(pk__in=ids)}
    rows = {
        (row.member_id, row.from_date): row
        for row in Floating.objects.out().filter(member__in=ids).select_related("member__branch", "branch")
    }
    for done, each in enumerate(planned, start=1):
        values = each.row.values
        start, until = values["from_date"], values.get("until")
        if each.target is None or not isinstance(start, date):
            continue
        existing = rows.get((each.target, start))
        details = _details(values, start, existing)
        if existing is not None:
            actions.correct_registration(by=scope, floating=existing, details=details, on=on)
            if isinstance(until, date):
                actions.end_registration(by=scope, floating=existing, day=until, on=on)
        elif isinstance(until, date):
            actions.record_past(by=scope, member=members[each.target], details=details, until=until, on=on)
        else:
            actions.register_out(by=scope, member=members[each.target], details=details, on=on)
        tick(done, len(planned), _("正在登记流动党员"))


def _details(values: Mapping[str, Value], start: date, existing: Floating | None) -> Details:
    """The row over what is stored; a masked or blank phone keeps the number."""

    def text(key: str) -> str:
        value = values.get(key)
        if value is CLEAR:
            return ""
        return value if isinstance(value, str) else str(getattr(existing, key, "") or "")

    phone, rhythm = values.get("phone"), values.get("rhythm_months")
    return Details(
        from_date=start,
        destination=text("destination"),
        host=text("host"),
        contact_person=text("contact_person"),
        phone=phone if isinstance(phone, str) and "*" not in phone else "",
        rhythm_months=rhythm if isinstance(rhythm, int) else existing.rhythm_months if existing else None,
        expected_months=existing.expected_months if existing else None,
        note=text("note"),
    )


def export(scope: Scope, path: str) -> Iterable[Mapping[str, Value]]:
    """Registrations of own members under the path, open and past, without resident IDs, phones masked."""
    return _lines(Floating.objects.filter(member__branch__path__startswith=path), scope)


def extract(scope: Scope, asked: Mapping[str, str], on: date) -> Extract:
    """Of the registrations that the page lists those of own members, as far as the scope handles them."""
    narrowing = FloatingNarrowing.of(scope, asked)
    if narrowing.direction == "in":
        raise Refused(
            gettext_noop("这张表只有流出的党员，没有流入的。要流入党员的名单，请在页面上下载流动党员台账。")
        )
    narrowing = narrowing.only_out()
    unit = name_on(narrowing.organization, on) if narrowing.organization else ""
    listed = Floating.objects.filter(pk__in=narrowing.rows(scope, on=on).order_by().values("pk"))
    return Extract(head_line(unit, narrowing.told()), _lines(listed, scope))


def _lines(registrations: Registrations[Floating], scope: Scope) -> Iterator[dict[str, Value]]:
    rows = (
        registrations.visible_to(scope, PERMISSION)
        .out()
        .filter(member__merged_into=None)
        .select_related("member__branch")
        .order_by("member__branch__code", "member__pinyin", "member_id", "from_date", "pk")
    )
    for row in rows.iterator(chunk_size=2000):
        if row.member is None:
            continue
        found: dict[str, Value] = {
            "branch": row.member.branch.code,
            "name": row.member.name,
            "birth_date": row.member.birth_date,
            "from_date": row.from_date,
            "destination": row.destination,
            "host": row.host,
            "contact_person": row.contact_person,
            "phone": mask_phone(row.phone),
            "rhythm_months": row.rhythm_months,
            "note": row.note,
        }
        if row.until is not None:
            found["until"] = row.until
        yield found


FLOATING: Final = Sheet(
    key="floating",
    title=gettext_noop("流动党员登记"),
    permission="imports.use",
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    extract=extract,
    unit=gettext_noop("次"),
    help=gettext_noop(
        "一次外出一行，现在流动的和以前的都可以导入。按人和外出日期对上；空格不改原值。返回日期不填就是还在外面。"
    ),
)
