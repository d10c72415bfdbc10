"""Which member a row of a sheet means: one answer for every sheet about people who are in the books."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.dates import means_birth
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.imports.sheets import Column, Problem, Row
from zhibu.members.models import Member
from zhibu.members.querysets import number_index
from zhibu.organizations.importers.branches import name_branches
from zhibu.organizations.models import Organization

COLUMNS: Final = (
    Column(
        "branch",
        gettext_noop("所在支部代码"),
        "identifier",
        aliases=("支部代码", "所在支部", "支部名称"),
        is_key=True,
        max_length=80,
        example="513434104200",
        note=gettext_noop("也可以写支部全称、简称，同名的前面写上乡镇。"),
        width=18,
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
        note=gettext_noop("填了就按身份证号认人；导出的表里不带号码。"),
    ),
)
_FEW: Final = 500


@dataclass(slots=True)
class People:
    """Members whom rows may mean, by number and by branch and name."""

    members: dict[int, Member] = field(default_factory=dict)
    by_index: dict[str, int] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def find(self, row: Row, *, preferred: Iterable[int] = ()) -> Member | None:
        """The member a row means; None with a problem on the row when there is none or more than one.

        None without a further problem where cells that name the member are at fault themselves. ``preferred``:
        among namesakes of one birth day, those who already have what the row says.
        """
        name = row.values.get("name")
        if not isinstance(name, str):
            return None
        if "resident_id" in row.values:
            found = self.by_index.get(_index_of(row))
            if found is None or self.members[found].name != name:
                row.problems.append(
                    Problem("resident_id", _("您管的支部里没有姓名和身份证号都对得上的党员，请核对后再填。"))
                )
                return None
            return self.members[found]
        if "branch" not in row.values or row.has_problem("branch"):
            return None
        alike = self.by_name.get((str(row.values["branch"]), name), [])
        if "birth_date" in row.values:
            alike = [pk for pk in alike if means_birth(row.values["birth_date"], self.members[pk].birth_date)]
        if len(alike) > 1:
            alike = [pk for pk in alike if pk in set(preferred)] or alike
        if len(alike) == 1:
            return self.members[alike[0]]
        if alike and row.has_problem("birth_date", "resident_id"):
            return None
        row.problems.append(
            Problem("name", _("支部里有{count}名同名党员，请填身份证号或出生日期。").format(count=len(alike)))
            if alike
            else Problem("name", _("这个支部里没有这位党员，请核对支部代码、姓名和出生日期。"))
        )
        return None


def read_people(rows: Sequence[Row], scope: Scope, permission: str, *, is_enrolled: bool = True) -> People:
    """The members of the scope whom rows may mean: of the branches named, or anywhere in it by number.

    A branch named otherwise than by its code is found, and its code put in the row; one that is not found is a
    problem of the row, unless its number tells who it is. ``is_enrolled`` False: those who left, too; what is of
    past years may be theirs. Two queries per 500 branches or numbers, two more where a branch is told by a name.
    """
    people = People()
    units = Organization.objects.visible_to(scope, permission).branches()
    codes = sorted(name_branches([row for row in rows if "resident_id" not in row.values], units, "branch"))
    indexes = sorted({_index_of(row) for row in rows if row.values.get("resident_id")})
    members = (
        Member.objects.visible_to(scope, permission).defer("resident_id", "phone").select_related("branch")
    )
    members = members.enrolled() if is_enrolled else members.filter(merged_into=None)
    for start in range(0, len(codes), _FEW):
        for member in members.filter(branch__code__in=codes[start : start + _FEW]):
            people.members[member.pk] = member
            people.by_name[(member.branch.code, member.name)].append(member.pk)
    for start in range(0, len(indexes), _FEW):
        for member in members.filter(resident_id_index__in=indexes[start : start + _FEW]):
            people.members.setdefault(member.pk, member)
    people.by_index = {
        member.resident_id_index: pk for pk, member in people.members.items() if member.resident_id_index
    }
    return people


def _index_of(row: Row) -> str:
    return number_index(halfwidth(str(row.values["resident_id"])).upper())
