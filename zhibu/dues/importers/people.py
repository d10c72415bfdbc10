"""Which member a row of a sheet means."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.dates import means_birth
from zhibu.core.text import halfwidth
from zhibu.imports.sheets import Problem, Row
from zhibu.members.models import Member
from zhibu.members.querysets import number_index

_FEW = 500


@dataclass(slots=True)
class People:
    """Enrolled members of the scope, by number and by branch and name."""

    members: dict[int, Member] = field(default_factory=dict)
    by_index: dict[str, int] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def find(self, row: Row) -> Member | None:
        """The member a row means; None with a problem on the row when there is none or more than one."""
        name = str(row.values["name"])
        if "resident_id" in row.values:
            found = self.by_index.get(number_index(halfwidth(str(row.values["resident_id"])).upper()))
            if found is None or self.members[found].name != name:
                row.problems.append(
                    Problem("resident_id", _("您管的支部里没有姓名和身份证号都对得上的党员，请核对后再填。"))
                )
                return None
            return self.members[found]
        alike = self.by_name.get((str(row.values["branch"]), name), [])
        if "birth_date" in row.values:
            alike = [pk for pk in alike if means_birth(row.values["birth_date"], self.members[pk].birth_date)]
        if len(alike) == 1:
            return self.members[alike[0]]
        row.problems.append(
            Problem("name", _("支部里有{count}名同名党员，请填身份证号或出生日期。").format(count=len(alike)))
            if alike
            else Problem("name", _("这个支部里没有这位党员，请核对支部代码、姓名和出生日期。"))
        )
        return None


def read_people(rows: Sequence[Row], scope: Scope, permission: str) -> People:
    """The enrolled members whom rows may mean. One query per 500 branches and per 500 numbers."""
    people = People()
    codes = sorted({str(row.values["branch"]) for row in rows if "branch" in row.values})
    indexes = sorted(
        {
            number_index(halfwidth(str(row.values["resident_id"])).upper())
            for row in rows
            if row.values.get("resident_id")
        }
    )
    members = (
        Member.objects.visible_to(scope, permission)
        .enrolled()
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
