"""A roster against the books, row by row. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.access import Refused, Scope
from zhibu.core.dates import Month, means_birth
from zhibu.core.resident_id import parse_resident_id
from zhibu.core.text import gettext_noop, mask_resident_id
from zhibu.imports.sheets import CLEAR, Change, Planned, Problem, Row, RowState
from zhibu.members.importers.judging import is_masked_row, judge, judge_readable, repeated_rows
from zhibu.members.importers.values import NEEDED, facts_of, is_masked, new_facts, shown, stored
from zhibu.members.querysets import number_index
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.members.rules.facts import FIELD_LABELS, IDENTITY_FIELDS
from zhibu.members.rules.hands import STAGE_FIELDS, split_changes
from zhibu.members.rules.stages import Standing, join_posts, split_posts
from zhibu.members.summaries.events import barring_measures
from zhibu.members.summaries.pages import stored_text
from zhibu.members.summaries.roster import (
    PLACE,
    Book,
    Existing,
    read_book,
    read_namesakes,
    stored_number,
)
from zhibu.members.summaries.taking_over import branches_to_take_over
from zhibu.organizations.importers.branches import is_called, name_branches
from zhibu.organizations.models import Organization

PERMISSION: Final = "members.maintain"


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """What will become of each row. Only reads; four or five queries whatever the number of rows."""
    return _Check(rows, scope, on).plan()


class _Check:
    """One file against the books."""

    def __init__(self, rows: Sequence[Row], scope: Scope, on: date) -> None:
        self.rows, self.scope, self.on = rows, scope, on
        self.indexes = [self._index(row) for row in rows]
        for row in rows:
            if "branch_code" not in row.values and "branch_name" in row.values:
                row.values["branch_code"] = row.values["branch_name"]
        units = Organization.objects.visible_to(scope, PERMISSION).branches().existing()
        branches = name_branches(rows, units, "branch_code")
        self.book: Book = read_book(
            branches, filter(None, self.indexes), with_masks=any(map(is_masked_row, rows))
        )
        self.namesakes = read_namesakes(self.book, self._strangers())
        self.taken_over = branches_to_take_over(self.book.branches.values(), by=scope, on=on)
        self.twice = repeated_rows(rows, self.indexes)

    @cached_property
    def _barring(self) -> dict[int, set[str]]:
        """Measures that bar from posts, by member."""
        return barring_measures(self.scope, PERMISSION, on=self.on)

    def plan(self) -> list[Planned]:
        return [self._row(row, index) for row, index in zip(self.rows, self.indexes, strict=True)]

    def _strangers(self) -> set[tuple[str, date]]:
        """Name and birth of the rows that name nobody in their branch."""
        found = set()
        for row, index in zip(self.rows, self.indexes, strict=True):
            name, birth = row.values.get("name"), row.values.get("birth_date")
            branch = self.book.branches.get(str(row.values.get("branch_code")))
            if branch is None or not isinstance(name, str) or not isinstance(birth, date):
                continue
            if index not in self.book.by_number and not self.book.namesakes(branch.pk, name, birth):
                found.add((name, birth))
        return found

    def _index(self, row: Row) -> str:
        """Blind index of the row's number; "" when it has none, a masked or an unreadable one."""
        text = row.values.get("resident_id")
        if not isinstance(text, str) or not text or "*" in text:
            return ""
        if len(text) != 18:
            try:
                text = parse_resident_id(text, on=self.on).number
            except Refused:
                return ""
            row.values["resident_id"] = text
        elif text[17] == "x":
            row.values["resident_id"] = text = text.upper()
        return number_index(text)

    def _row(self, row: Row, index: str) -> Planned:
        values = row.values
        title = str(values.get("name", ""))
        if "branch_code" not in values and not row.problems:
            row.problems.append(Problem("branch_code", _("所在支部代码和所在支部至少填一项。请补填。")))
        if row.problems:
            judge_readable(row, on=self.on)
            return Planned(row, RowState.ERROR, title)
        branch = self.book.branches[str(values["branch_code"])]
        if not is_called(branch, str(values.get("branch_name", ""))):
            sentence = _("与代码不符：这个代码是“{name}”。请核对代码和支部名称。")
            return self._also_judged(
                _wrong(row, title, "branch_name", sentence.format(name=branch.short_name))
            )
        if row.number in self.twice:
            other, column = self.twice[row.number]
            sentence = (
                _("与第{other}行的身份证号相同。同一个人只填一行，请删去重复的一行或改正号码。")
                if column == "resident_id"
                else _("与第{other}行的姓名、出生日期都相同。是同一个人请删去一行；是两个人请都填身份证号。")
            )
            return self._also_judged(_wrong(row, title, column, sentence.format(other=other)))
        return self._match(row, title, branch, index)

    def _also_judged(self, plan: Planned) -> Planned:
        """A row that is refused as a whole: what else is wrong with it is said, too."""
        judge_readable(plan.row, on=self.on)
        return plan

    def _match(self, row: Row, title: str, branch: Organization, index: str) -> Planned:
        same = self.book.by_number.get(index) if index else None
        if same is None and index and index in self.book.elsewhere:
            return self._elsewhere(row, title, self.book.elsewhere[index].branch_id)
        if same is not None and same.branch_id != branch.pk:
            return self._elsewhere(row, title, same.branch_id)
        values = row.values
        if same is not None:
            return self._same_number(row, title, branch, same)
        birth = values.get("birth_date")
        namesakes = self.book.namesakes(branch.pk, title, birth)
        if birth is None and not index:
            return _wrong(
                row, title, "birth_date", _("身份证号和出生日期至少填一项，否则认不出是哪一个人。请补上。")
            )
        return self._by_person(row, title, branch, namesakes, index)

    def _elsewhere(self, row: Row, title: str, branch_id: int) -> Planned:
        place = self.book.organizations[branch_id]
        if self.scope.covers(PERMISSION, place.path):
            sentence = _(
                "身份证号已登记在“{name}”。换支部请办组织关系转接，不能用名册改；号码抄错的请改正。"
            ).format(name=place.short_name)
        else:
            # Neither name nor place of someone outside the scope.
            sentence = _("身份证号已在县内别的组织登记，可能没有办转接。请县里核对；对方信息不显示。")
        return _wrong(row, title, "resident_id", sentence, RowState.CONFLICT)

    def _same_number(self, row: Row, title: str, branch: Organization, same: Existing) -> Planned:
        birth = row.values.get("birth_date", same.value("birth_date"))
        if title != same.value("name"):
            others = self.book.namesakes(branch.pk, title, birth)
            if any(other.pk != same.pk for other in others):
                sentence = _(
                    "身份证号登记的是“{name}”，姓名和出生日期却是本支部另一个人的。请核对这一行是谁。"
                ).format(name=same.value("name"))
                return _wrong(row, title, "resident_id", sentence, RowState.CONFLICT)
            sentence = (
                _(
                    "同一身份证号、同一出生日期登记的是“{name}”，姓名不同。确是改名的，先在党员页面更正；填错的请改正。"
                )
                if means_birth(birth, same.value("birth_date"))
                else _(
                    "同一身份证号登记的是“{name}”，姓名和出生日期都不同。请核对号码；确要改的，先在党员页面更正。"
                )
            )
            return _wrong(
                row, title, "resident_id", sentence.format(name=same.value("name")), RowState.CONFLICT
            )
        return self._compare(row, title, same)

    def _by_person(
        self, row: Row, title: str, branch: Organization, namesakes: list[Existing], index: str
    ) -> Planned:
        if is_masked_row(row):
            mask = str(row.values["resident_id"]).upper()
            namesakes = [each for each in namesakes if self.book.masks[each.pk] == mask]
            if not namesakes:
                sentence = _(
                    "带星号的号码只能对照已登记的人，本支部没有首尾两位相同的这个人。请填写完整号码，或重新导出再改。"
                )
                return _wrong(row, title, "resident_id", sentence)
        elif index:
            # A record without a number takes this one; a record with another number is another person.
            without = [each for each in namesakes if not each.number_index]
            if not without:
                note = _("本支部已有同名同日出生、身份证号不同的人，导入后列入“疑似重复”，请核对。")
                return self._new(row, title, branch, [note] if namesakes else [], index)
            namesakes = without
        if len(namesakes) > 1 and isinstance(row.values.get("birth_date"), Month):
            # A row as exported: of namesakes born in one month it means the one it says nothing new about.
            namesakes = [each for each in namesakes if not self._changes(row, each)][:1] or namesakes
        if len(namesakes) > 1:
            sentence = _("本支部有{count}个人姓名、出生日期都相同，请填身份证号来区分。")
            return _wrong(row, title, "name", sentence.format(count=len(namesakes)))
        if namesakes:
            return self._compare(row, title, namesakes[0])
        return self._new(row, title, branch, [], index)

    def _compare(self, row: Row, title: str, same: Existing) -> Planned:
        if same.standing == Standing.ENDED:
            sentence = _("此人已经不在册。恢复党籍或重新入党要另外办理，不能用名册导入。")
            return _wrong(row, title, "name", sentence, RowState.CONFLICT)
        changes = self._changes(row, same)
        for key, wanted in changes.items():
            if wanted is CLEAR:
                sentence = _("{label}不能清空。请填写，或留空不改。").format(label=_(FIELD_LABELS[key]))
                return _wrong(row, title, key, sentence)
        month = row.values.get("birth_date")
        if isinstance(month, Month) and not means_birth(month, same.value("birth_date")):
            sentence = _("出生年月与登记的不同。确要更正的，请填完整的出生日期；不改就留空。")
            return _wrong(row, title, "birth_date", sentence)
        number = self._new_number(row, same)
        if number is not None:
            changes["resident_id"] = number
        posts = self._posts(row, same.pk)
        if isinstance(posts, Refused):
            return _wrong(row, title, "posts", _(posts.message))
        waits = self._waits(row, same, changes)
        if not changes and posts is None:
            return Planned(row, RowState.SAME, title, same.pk, notes=waits)
        plan = self._changed(row, title, same, changes, posts)
        plan.notes += waits
        return plan

    def _waits(self, row: Row, same: Existing, changes: dict[str, object]) -> list[str]:
        """What another person decides about this row. A change that waits already in the same words is left out."""
        _now, waiting = split_changes(changes)
        if not waiting:
            return []
        held = self.book.waiting_events.get(same.pk)
        if held is None:
            return [_("人员类别、入党和转正时间的改动先提出，由另一位同志同意后才改。")]
        wanted = {key: [stored_text(same.value(key)), stored_text(value)] for key, value in waiting.items()}
        if held.wanted == wanted:
            for key in waiting:
                del changes[key]
            return [_("人员类别、入党和转正时间的改动已经提出，正等着决定。")]
        sentence = _(
            "这位党员的“{event}”还在等批准，办结以后才能更正人员类别、入党和转正时间。请先删去这一行。"
        )
        key = next(key for key in STAGE_FIELDS if key in waiting)
        row.problems.append(Problem(key, sentence.format(event=_(SPECS[EventKind(held.kind)].label))))
        return []

    @staticmethod
    def _changes(row: Row, same: Existing) -> dict[str, object]:
        """What the row says that the record does not, but for number and posts; CLEAR stays CLEAR where nothing may be empty."""
        changes: dict[str, object] = {}
        for key, value in row.values.items():
            place = PLACE.get(key)
            if place is None or is_masked(key, value) or value == same.values[place]:
                continue
            wanted = stored(key, value, same.values[place])
            if wanted != same.values[place]:
                changes[key] = wanted
        return changes

    def _new_number(self, row: Row, same: Existing) -> str | None:
        """The number the row gives a record that has another or none; None when it stays."""
        text = row.values.get("resident_id")
        if text is CLEAR:
            return "" if same.number_index else None
        if not isinstance(text, str) or is_masked_row(row):
            return None
        return None if number_index(text) == same.number_index and same.number_index else text

    def _posts(self, row: Row, pk: int) -> tuple[str, ...] | Refused | None:
        """The posts the row asks for; None when they stay as they are."""
        text = row.values.get("posts")
        if text is None:
            return None
        wanted = () if text is CLEAR else split_posts(str(text))
        if wanted is None:
            return Refused(
                gettext_noop("党内职务有认不出的词。可填：书记、副书记、各委员、党小组组长，几项之间用“、”。")
            )
        return None if set(wanted) == self.book.posts.get(pk, set()) else wanted

    def _changed(
        self,
        row: Row,
        title: str,
        same: Existing,
        changes: Mapping[str, object],
        posts: tuple[str, ...] | None,
    ) -> Planned:
        with_identity = not IDENTITY_FIELDS.isdisjoint(changes)
        facts = facts_of(same)
        if with_identity and "resident_id" not in changes and same.number_index:
            facts = facts._replace(resident_id=stored_number(same.pk))
        judge(
            row,
            facts._replace(**changes),  # type: ignore[arg-type]
            same.standing,
            posts,
            on=self.on,
            with_identity=with_identity,
            measures=self._barring.get(same.pk, set()),
        )
        if row.problems:
            return Planned(row, RowState.ERROR, title, same.pk)
        listed = [self._change(key, same, value) for key, value in changes.items()]
        if posts is not None:
            held = self.book.posts.get(same.pk, set())
            listed.append(Change("posts", join_posts(held), join_posts(set(posts))))
        return Planned(row, RowState.CHANGED, title, same.pk, listed)

    @staticmethod
    def _change(key: str, same: Existing, value: object) -> Change:
        if key == "resident_id":
            before = mask_resident_id(stored_number(same.pk)) if same.number_index else ""
        else:
            before = shown(key, same.value(key))
        after = shown(key, value)
        # Masks may look alike where what they hide does not.
        return Change(key, before, after if after != before else _("{after}（有改动）").format(after=after))

    def _new(self, row: Row, title: str, branch: Organization, notes: list[str], index: str) -> Planned:
        birth = row.values.get("birth_date")
        if (index and index in self.book.waiting_numbers) or (
            not index and isinstance(birth, date) and (branch.pk, title, birth) in self.book.waiting_people
        ):
            return Planned(row, RowState.SAME, title, notes=[_("这个人的登记已经提出，正等着决定。")])
        for key in NEEDED:
            if row.values.get(key) in (None, CLEAR):
                row.problems.append(
                    Problem(key, _("新登记的党员要填{label}。请补上。").format(label=_(FIELD_LABELS[key])))
                )
        if isinstance(row.values.get("birth_date"), Month):
            row.problems.append(
                Problem("birth_date", _("新登记的党员要填完整的出生日期，不能只到月。请照档案填写。"))
            )
        if is_masked_row(row):
            row.problems.append(
                Problem("resident_id", _("新登记的党员要填完整的身份证号，不能带星号。请照证件填写。"))
            )
        posts = self._posts(row, 0)
        if isinstance(posts, Refused):
            row.problems.append(Problem("posts", _(posts.message)))
        if row.problems:
            judge_readable(row, on=self.on)
            return Planned(row, RowState.ERROR, title)
        assert not isinstance(posts, Refused)  # noqa: S101 (a problem of the row)
        judge(row, new_facts(row.values), Standing.ACTIVE, posts, on=self.on, with_identity=True)
        notes = [*notes, *self._known_elsewhere(title, birth, branch)]
        if branch.pk not in self.taken_over:
            notes = [*notes, _("新增的人先提出，由另一位同志同意后才登记入册。")]
        return Planned(row, RowState.ERROR if row.problems else RowState.NEW, title, notes=notes)

    def _known_elsewhere(self, name: str, birth: object, branch: Organization) -> list[str]:
        """Said of a new person: one of this name and birth is in another branch and may be moving here."""
        places = self.namesakes.get((name, birth), set()) - {branch.pk}
        if not places:
            return []
        covered = [
            place
            for place in map(self.book.organizations.__getitem__, sorted(places))
            if self.scope.covers(PERMISSION, place.path)
        ]
        if not covered:
            return [_("县内别的组织有同名、同日出生的党员，可能是同一个人还没有办转接。请县里核对。")]
        named = _("、").join(f"“{place.short_name}”" for place in covered)
        return [
            _("{names}有同名、同日出生的党员。是同一个人的，请办组织关系转接，不要重复登记。").format(
                names=named
            )
        ]


def _wrong(row: Row, title: str, column: str, sentence: str, state: RowState = RowState.ERROR) -> Planned:
    row.problems.append(Problem(column, sentence))
    return Planned(row, state, title)
