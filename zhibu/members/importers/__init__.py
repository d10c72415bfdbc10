"""The roster (党员名册): the columns of the national basic-information form, checked and written as a whole.

Matching: by resident ID; else by name and birth date in the branch; else the person is new.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import CLEAR, Extract, Planned, RowState, Sheet, Ticker, Value
from zhibu.members import actions
from zhibu.members.importers.checks import PERMISSION, check
from zhibu.members.importers.columns import COLUMNS
from zhibu.members.importers.values import is_masked, new_facts, stored
from zhibu.members.models import Member
from zhibu.members.rules.facts import FIELD_LABELS
from zhibu.members.rules.stages import split_posts
from zhibu.members.summaries.narrowing import Narrowing
from zhibu.members.summaries.roster import export_rows
from zhibu.members.summaries.taking_over import branches_to_take_over
from zhibu.organizations.importers.branches import read_branches
from zhibu.organizations.labels import name_on
from zhibu.organizations.models import Organization
from zhibu.printing.workbooks import head_line


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Take over, propose and correct, through the same actions as by hand."""
    codes = {str(each.row.values["branch_code"]) for each in planned}
    branches = read_branches(Organization.objects.visible_to(scope, PERMISSION).existing(), codes).by_code
    taken_over = branches_to_take_over(branches.values(), by=scope, on=on)
    new: list[actions.NewMember] = []
    proposed: list[actions.NewMember] = []
    corrections: list[actions.Correction] = []
    for each in planned:
        values = each.row.values
        posts = split_posts(str(values["posts"])) if isinstance(values.get("posts"), str) else None
        if each.state is RowState.NEW:
            branch = branches[str(values["branch_code"])]
            person = actions.NewMember(branch, new_facts(values), posts or ())
            (new if branch.pk in taken_over else proposed).append(person)
        elif each.state is RowState.CHANGED and each.target is not None:
            cleared = values.get("posts") is CLEAR
            corrections.append(actions.Correction(each.target, _changes_of(values), () if cleared else posts))
    total = len(new) + len(proposed) + len(corrections)
    if new:
        actions.take_over_members(
            by=scope, rows=new, on=on, tick=lambda done, _total: tick(done, total, _("正在登记党员"))
        )
    if proposed:
        actions.propose_enrollments(
            by=scope,
            rows=proposed,
            reason=_("党员名册导入"),
            on=on,
            from_sheet=True,
            tick=lambda done, _total: tick(len(new) + done, total, _("正在提出登记")),
        )
    if corrections:
        actions.correct_members(
            by=scope,
            corrections=corrections,
            reason=_("党员名册导入"),
            on=on,
            tick=lambda done, _total: tick(total - len(corrections) + done, total, _("正在更正党员信息")),
        )
    tick(total, total)


def _changes_of(values: Mapping[str, Value]) -> dict[str, object]:
    """All fields that the row states; the action leaves alone those that are the same already."""
    return {
        key: stored(key, value, "")
        for key, value in values.items()
        if key in FIELD_LABELS and not is_masked(key, value)
    }


def export(scope: Scope, path: str) -> Iterable[Mapping[str, Value]]:
    """Members enrolled under the path whom the scope maintains; marked fields masked, so it can lie about."""
    return export_rows(Member.objects.under(path).enrolled(), scope, PERMISSION)


def extract(scope: Scope, asked: Mapping[str, str], on: date) -> Extract:
    """Members whom the list of members shows with these conditions, as far as the scope maintains them."""
    narrowing = Narrowing.of(scope, asked)
    unit = name_on(narrowing.organization, on) if narrowing.organization else ""
    members = Member.objects.filter(pk__in=narrowing.rows(scope).order_by().values("pk"))
    return Extract(head_line(unit, narrowing.told()), export_rows(members, scope, PERMISSION))


__all__ = ["ROSTER"]

ROSTER: Final = Sheet(
    key="roster",
    title=gettext_noop("党员名册"),
    permission="imports.use",
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    extract=extract,
    unit=gettext_noop("人"),
    help=gettext_noop(
        "一人一行。已登记的按身份证号对上；没填号码的按支部、姓名和出生日期对上。空格不改原值，要清空请填“（清空）”。已经建册的支部，新增的人和人员类别、入党、转正时间的改动先提出，由另一位同志同意后才写入。"
    ),
)
