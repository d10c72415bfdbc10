"""Which member a row of a sheet means."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.dates import means_birth
from zhibu.core.db import key_ring
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.imports.sheets import Column, Problem, Row
from zhibu.members.models import Member

COLUMNS: Final = (
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
        note=gettext_noop("填了就按身份证号认人；导出的表里不带号码。"),
    ),
)
_FEW: Final = 500


@dataclass(slots=True)
class People:
    """Members of the branches a file names, by number and by branch and name."""

    members: dict[int, Member] = field(default_factory=dict)
    by_index: dict[str, int] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def find(self, row: Row, *, preferred: Iterable[int] = ()) -> Member | None:
        """The member a row means; None with a problem on the row when there is none or more than one.

        ``preferred``: among namesakes of one birth day, those who already have what the row says.
        """
        name = str(row.values["name"])
        if "resident_id" in row.values:
            number = halfwidth(str(row.values["resident_id"])).upper()
            found = self.by_index.get(key_ring().blind_index(number, context="resident_id"))
            if found is None or self.members[found].name != name:
                row.problems.append(
                    Problem("resident_id", _("您管的支部里没有姓名和身份证号都对得上的党员，请核对后再填。"))
                )
                return None
            return self.members[found]
        alike = self.by_name.get((str(row.values["branch"]), name), [])
        if "birth_date" in row.values:
            alike = [pk for pk in alike if means_birth(row.values["birth_date"], self.members[pk].birth_date)]
        if len(alike) > 1:
            alike = [pk for pk in alike if pk in set(preferred)] or alike
        if len(alike) == 1:
            return self.members[alike[0]]
        row.problems.append(
            Problem("name", _("支部里有{count}名同名党员，请填身份证号或出生日期。").format(count=len(alike)))
            if alike
            else Problem("name", _("这个支部里没有这位党员，请核对支部代码、姓名和出生日期。"))
        )
        return None


def read_people(rows: Sequence[Row], scope: Scope, permission: str) -> People:
    """The members whom rows may mean: of the branches named, or anywhere in the scope by number.

    Ended ones among them: what is of past years may be of people who left. Two queries per 500 branches.
    """
    people = People()
    codes = sorted({str(row.values["branch"]) for row in rows if "branch" in row.values})
    indexes = sorted(
        {
            key_ring().blind_index(halfwidth(str(row.values["resident_id"])).upper(), context="resident_id")
            for row in rows
            if row.values.get("resident_id")
        }
    )
    members = (
        Member.objects.visible_to(scope, permission)
        .filter(merged_into=None)
        .defer("resident_id", "phone")
        .select_related("branch")
    )
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
